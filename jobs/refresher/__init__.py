"""When to refresh, and who does it: the lease, the interval, the back-off, the background thread."""

from jobs.refresher.abandoned import settle_now as settle_abandoned
from jobs.refresher.attention import ask_soon, look
from jobs.refresher.keys import let_go as let_go_of_keys
from jobs.refresher.reconcile import attribute
from jobs.refresher.round import refresh_due, refresh_now
from jobs.refresher.writes import Trouble
from jobs.refresher.writes import trouble as trouble_with_writing

__all__ = [
    "Trouble",
    "ask_soon",
    "attribute",
    "let_go_of_keys",
    "look",
    "refresh_due",
    "refresh_now",
    "settle_abandoned",
    "trouble_with_writing",
]
