from django.db import migrations, models
from django.db.models.functions import Coalesce, Now


def tell_given_up(apps, schema_editor):
    """Earlier versions ended a log at one refusal. The next refresh takes up what Viam still has (log_sync.plan)."""
    ended = apps.get_model("jobs", "JobLog").objects.filter(is_complete=True).exclude(problem="")
    ended.update(given_up_at=Coalesce("asked_at", Now()))


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0020_log_leases'),
    ]

    operations = [
        migrations.AddField(
            model_name='joblog',
            name='given_up_at',
            field=models.DateTimeField(help_text='when Viam had refused it until its seven days were over, and then once more', null=True),
        ),
        migrations.AddField(
            model_name='joblog',
            name='seen_ended_at',
            field=models.DateTimeField(help_text="when we saw that the job had ended, by the database's clock", null=True),
        ),
        migrations.AddIndex(
            model_name='joblog',
            index=models.Index(condition=models.Q(('given_up_at__isnull', False)), fields=['job'], name='logs_given_up'),
        ),
        migrations.RunPython(tell_given_up, migrations.RunPython.noop),
    ]
