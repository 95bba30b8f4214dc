"""The site with deadlines that a test can wait for, in seconds from its environment:
`granian --interface rsgi tests.faults.hasty:application`.
"""

from __future__ import annotations

import os

from dashboard import rsgi
from dashboard.front import answers, bodies, pool
from dashboard.rsgi import application

answers.LOOK_SECONDS = float(os.environ.get("LOOK_SECONDS", answers.LOOK_SECONDS))
bodies.SECONDS = float(os.environ.get("BODY_SECONDS", bodies.SECONDS))
pool.STILL_SECONDS = float(os.environ.get("STILL_SECONDS", pool.STILL_SECONDS))
rsgi.SILENT_SECONDS = int(os.environ.get("SILENT_SECONDS", rsgi.SILENT_SECONDS))

__all__ = ["application"]
