"""What the web server loads: `granian --interface wsgi dashboard.wsgi:application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
application = get_wsgi_application()

# What is loaded now stays: without this, collections walk it again and again and show up in the slowest answers.
gc.collect()
gc.freeze()
