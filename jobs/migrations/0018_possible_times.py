"""Times that can't be are unknown, also in rows of before: what comes in is held to that by jobs/viam/values.py."""

from datetime import UTC, datetime

from django.db import migrations
from django.db.models import F, Q

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
TOLD = ("created_on", "last_modified", "training_started", "training_ended")


def forget(apps, schema_editor):
    Job = apps.get_model("jobs", "Job")
    for name in TOLD:
        Job.objects.filter(impossible(name)).update(**{name: None})
    Job.objects.filter(impossible("sorted_on")).update(sorted_on=F("seen_at"))
    Job.objects.filter(Q(created_on=None) | Q(training_started=None), queued_seconds__isnull=False).update(
        queued_seconds=None
    )
    Job.objects.filter(Q(training_started=None) | Q(training_ended=None), ran_seconds__isnull=False).update(
        ran_seconds=None
    )
    for model, name in (
        ("StatusChange", "cloud_time"),
        ("Dataset", "created_on"),
        ("LogLine", "time"),
        ("JobLog", "due_at"),
    ):
        apps.get_model("jobs", model).objects.filter(impossible(name)).update(**{name: None})


def impossible(name):
    return Q(**{f"{name}__lt": EARLIEST}) | Q(**{f"{name}__gte": LATEST})


class Migration(migrations.Migration):
    dependencies = [("jobs", "0017_invited_people")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
