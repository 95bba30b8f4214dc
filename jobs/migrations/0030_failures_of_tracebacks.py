"""Failures whose message holds a traceback are grouped by the line that says what happened, wherever it stands."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from jobs.error_fingerprint import alike
from jobs.log_parser import TRACEBACK_START

BATCH = 500


def group_anew(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    jobs = apps.get_model("jobs", "Job").objects
    failed = jobs.filter(failure__isnull=False, error_message__contains=TRACEBACK_START).order_by("pk")
    last = 0
    while batch := list(failed.filter(pk__gt=last).values_list("pk", "error_message", "failure")[:BATCH]):
        for key, message, failure in batch:
            if alike(message) != failure:
                jobs.filter(pk=key).update(failure=alike(message))
        last = batch[-1][0]


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0029_readings'),
    ]

    operations = [
        migrations.RunPython(group_anew, migrations.RunPython.noop),
    ]
