"""One refresh of one organization: ask, compare, write the difference, and raise the version when a page would differ.

An error changes no job. What an answer leaves out is taken for gone only when the answer was complete.
"""

from jobs.mirror.asking import Answer, Request, ask_active, ask_everything, begin_request
from jobs.mirror.comparing import Difference
from jobs.mirror.taking import attribute, count, take_over

__all__ = [
    "Answer",
    "Difference",
    "Request",
    "ask_active",
    "ask_everything",
    "attribute",
    "begin_request",
    "count",
    "take_over",
]
