"""The site's own settings under an environment made for tests; only DATABASE_URL comes from outside."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet

_folder = Path(tempfile.mkdtemp(prefix="trainyard-tests-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
(_folder / "static").mkdir()

for _name in (
    *("ALLOWED_HOSTS", "BEHIND_PROXY", "CSRF_TRUSTED_ORIGINS", "DEBUG", "DEFAULT_FROM_EMAIL", "EMAIL_URL"),
    *("LOG_LEVEL", "METRICS_TOKEN", "SITE_URL", "TIME_ZONE"),
):
    os.environ.pop(_name, None)
os.environ.update(
    SECRET_KEY="made up for tests, and long enough that nothing complains about it",
    CREDENTIAL_KEYS=Fernet.generate_key().decode(),
    DATA_DIR=str(_folder),
    STATIC_ROOT=str(_folder / "static"),
    HTTPS="false",
    VIAM_ENDPOINTS="app.viam.com:443",
)

from dashboard.settings import *  # noqa: E402, F403
from dashboard.settings import DATABASES, STORAGES  # noqa: E402

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Signing people in is not what tests wait for.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as on a real site: threads have connections of their own, and writers wait for each other.
    DATABASES["default"]["TEST"] = {"NAME": _folder / "test.sqlite3"}
