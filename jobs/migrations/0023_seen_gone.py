from django.db import migrations, models

# Completed, failed, canceled.
FINAL = [3, 4, 5]


def tell_seen_gone(apps, schema_editor):
    """Logs of jobs that vanished under way. Should one come back, its log is read again."""
    logs = apps.get_model("jobs", "JobLog").objects
    logs.filter(job__gone_at__isnull=False).exclude(job__status__in=FINAL).update(seen_gone=True)


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0022_logs_read_whole'),
    ]

    operations = [
        migrations.AddField(
            model_name='joblog',
            name='seen_gone',
            field=models.BooleanField(default=False, help_text='the end was that a job under way was no longer listed'),
        ),
        migrations.RunPython(tell_seen_gone, migrations.RunPython.noop),
    ]
