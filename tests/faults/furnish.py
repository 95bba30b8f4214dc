"""Furnishes an installation in one go: its database, an organization of every allowed cloud, Ana, and her session.

`python -m tests.faults.furnish`, in the environment of the installation, prints the session. KEY_ID and KEY are for
clouds that look at them.
"""

from __future__ import annotations

import os
import sys

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    _connect()
    sys.stdout.write(_session())


def _connect() -> None:
    from django.conf import settings

    from jobs.api_keys.service import choose, save_key
    from jobs.models import COMMAND_LINE, ApiKey
    from jobs.sync import cycle

    for number, endpoint in enumerate(settings.VIAM_ENDPOINTS):
        row = ApiKey(label=f"cloud {number}", key_id=os.environ.get("KEY_ID", f"key {number}"))
        key = os.environ.get("KEY", "made up")
        found = save_key(row=row, endpoint=endpoint, key=key, actor=COMMAND_LINE).kept
        choose(row, [organization.viam_id for organization in found], COMMAND_LINE)
        for organization in found:
            cycle.refresh_now(organization)


def _session() -> str:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.create_superuser("ana"))
    return client.cookies["trainyard-session"].value


if __name__ == "__main__":
    main()
