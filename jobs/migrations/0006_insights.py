"""How long jobs waited and ran, as numbers, and the indexes that Insights read."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from jobs.sync.mapping import whole_seconds

BATCH = 1_000


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    jobs = apps.get_model("jobs", "Job").objects
    known = jobs.filter(training_started__isnull=False)
    rows = known.only("created_on", "training_started", "training_ended").order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        for row in batch:
            row.queued_seconds = whole_seconds(row.created_on, row.training_started)
            row.ran_seconds = whole_seconds(row.training_started, row.training_ended)
        jobs.bulk_update(batch, ["queued_seconds", "ran_seconds"], batch_size=BATCH)
        last = batch[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0005_told_of_refusal'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='queued_seconds',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='job',
            name='ran_seconds',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('gone_at', None)), fields=['organization', 'sorted_on', 'status', 'queued_seconds', 'ran_seconds', 'gone_at'], name='jobs_over_time'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('gone_at', None)), fields=['organization', 'is_custom', 'model_type', 'script_id', 'dataset_id', 'status', 'sorted_on', 'ran_seconds', 'gone_at'], name='jobs_by_making'),
        ),
    ]
