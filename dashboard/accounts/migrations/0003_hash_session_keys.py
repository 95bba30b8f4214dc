"""Rows of sessions stand under the hash of their key from now on; everybody stays signed in.

The way back can't restore the keys: it leaves the rows as they are, and whoever was signed in signs in again.
"""

import hashlib

from django.db import migrations
from django.utils import timezone

KEY_LENGTH, HASH_LENGTH = 32, 40


def hash_keys(apps, schema_editor):
    """Written here anew: what dashboard/sessions.py does later is another matter."""
    apps.get_model("sessions", "Session").objects.filter(expire_date__lte=timezone.now()).delete()
    for model in (apps.get_model("sessions", "Session"), apps.get_model("usersessions", "UserSession")):
        for key in list(model.objects.values_list("session_key", flat=True)):
            if len(key) == KEY_LENGTH:
                stored = hashlib.sha256(key.encode()).hexdigest()[:HASH_LENGTH]
                model.objects.filter(session_key=key).update(session_key=stored)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_columns"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]

    operations = [migrations.RunPython(hash_keys, migrations.RunPython.noop)]
