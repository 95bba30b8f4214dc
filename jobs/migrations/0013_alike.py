"""What jobs are made of and what failures have in common, each as one value, and the indexes that Insights read now."""

from __future__ import annotations

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from jobs.domain import JobStatus
from jobs.error_fingerprint import alike
from jobs.sync.mapping import fingerprint

BATCH = 1_000
MADE_OF = ("is_custom", "model_type", "script_id", "dataset_id")
FILL = "UPDATE jobs_job SET making = %s, failure = %s WHERE id = %s"


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    jobs = apps.get_model("jobs", "Job").objects.order_by("pk")
    rows = jobs.values_list("pk", "status", "error_message", *MADE_OF)
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        with editor.connection.cursor() as cursor:
            cursor.executemany(FILL, [_filled(*row) for row in batch])
        last = batch[-1][0]


def _filled(key: int, status: int, message: str, *made_of: object) -> tuple[int, str | None, int]:
    return fingerprint(*made_of), alike(message) if status == JobStatus.FAILED.value else None, key


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0012_first_steps'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='job',
            name='jobs_by_status',
        ),
        migrations.RemoveIndex(
            model_name='job',
            name='jobs_over_time',
        ),
        migrations.RemoveIndex(
            model_name='job',
            name='jobs_by_making',
        ),
        # Without null=True SQLite would make the table anew, and lose the triggers that keep the search.
        migrations.AddField(
            model_name='job',
            name='making',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='job',
            name='failure',
            field=models.CharField(max_length=160, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('gone_at', None)), fields=['organization', 'status', '-sorted_on', '-id', 'queued_seconds', 'ran_seconds', 'gone_at'], name='jobs_by_status'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('gone_at', None)), fields=['organization', 'making', 'submitted_by', 'status', 'sorted_on', 'ran_seconds', 'gone_at'], name='jobs_by_making'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('failure__isnull', False), ('gone_at', None)), fields=['organization', 'failure', 'model_name', 'sorted_on', 'gone_at'], name='jobs_by_failure'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('gone_at', None), ('ran_seconds__isnull', False)), fields=['organization', '-ran_seconds', 'id', 'sorted_on', 'gone_at'], name='jobs_longest_first'),
        ),
    ]
