"""The site's own settings, with bounds on its database that only a test sets: how long to wait, how many pages."""

from __future__ import annotations

import os

from dashboard.settings import *  # noqa: F403
from dashboard.settings import DATABASES, STORAGES

_options = DATABASES["default"]["OPTIONS"]
if seconds := os.environ.get("DATABASE_BUSY_SECONDS"):
    _options["timeout"] = float(seconds)
if pages := os.environ.get("DATABASE_MOST_PAGES"):
    _options["init_command"] += f"PRAGMA max_page_count={int(pages)};"
# Faults have nothing to do with style sheets: these need not be collected first.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
