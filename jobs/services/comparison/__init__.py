"""What differs between two jobs, or between a job and one that is about to be submitted."""

from jobs.services.comparison.earlier import Comparison, since_it_last_worked
from jobs.services.comparison.pair import Pair, Side, compare
from jobs.services.comparison.traits import (
    Difference,
    differences,
    differences_to_source,
    rounded,
    traits_of_job,
    traits_of_request,
)

__all__ = [
    "Comparison",
    "Difference",
    "Pair",
    "Side",
    "compare",
    "differences",
    "differences_to_source",
    "rounded",
    "since_it_last_worked",
    "traits_of_job",
    "traits_of_request",
]
