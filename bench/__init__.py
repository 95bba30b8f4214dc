"""Measurements as commands: `make bench`. Nothing here is a test; compare the ratios to F within one run.

Importing this package sets up a site with a database of its own, in a temporary folder.
"""

import logging
import os

import django
from django.apps import apps

# As a command of its own. Tests that use a piece of it bring a site along, and read its log.
if not apps.ready:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    logging.disable(logging.WARNING)
