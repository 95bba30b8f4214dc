"""The columns of a list of jobs: by which word each is sorted and chosen, and what stands above it."""

from __future__ import annotations

COLUMNS = (
    ("status", "Status"),
    ("model", "Model"),
    ("training", "Training"),
    ("dataset", "Dataset"),
    ("who", "Submitted by"),
    ("created", "Created"),
    ("time", "Time"),
    ("", "Reason or action"),
)
# Without the others a row doesn't say which job it is, how it does, and what can be done about it.
OPTIONAL_COLUMNS = COLUMNS[2:7]
