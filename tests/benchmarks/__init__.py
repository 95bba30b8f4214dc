"""Measurements as commands: `make bench`. Nothing here is a test; compare the ratios to F within one run.

Importing this package sets up a site with a database of its own, in a temporary folder.
"""

import logging
import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
logging.disable(logging.WARNING)
