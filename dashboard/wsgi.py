"""The site as PEP 3333 has it. granian loads `dashboard.rsgi`, which is a front for this; other servers load this."""

import gc
import logging
import os

import django
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django.setup(set_prefix=False)

from dashboard.accounts import registration  # noqa: E402  # After the applications are loaded.
from dashboard.requests import Handler  # noqa: E402
from jobs.checks import refuse_later_database  # noqa: E402

application = Handler()

# API keys that CREDENTIAL_KEYS doesn't open are told at once. Pages are served all the same, from what was seen last.
for message in refuse_later_database():
    logging.getLogger(__name__).error("%s %s", message.msg, message.hint)
registration.tell_at_start()
connections.close_all()

# What is loaded now stays: without this, collections walk it again and again and show up in the slowest answers.
gc.collect()
gc.freeze()
