"""One thing done to many jobs: chosen, confirmed, then worked off one by one apart from any request."""

from jobs.services.bulk.choosing import MOST_AT_ONCE, MOST_SHOWN, Choice, TooMany, chosen, matching
from jobs.services.bulk.confirming import confirm, start
from jobs.services.bulk.progress import Progress, progress_of
from jobs.services.bulk.running import go_on, keep_going, stop

__all__ = [
    "MOST_AT_ONCE",
    "MOST_SHOWN",
    "Choice",
    "Progress",
    "TooMany",
    "chosen",
    "confirm",
    "go_on",
    "keep_going",
    "matching",
    "progress_of",
    "start",
    "stop",
]
