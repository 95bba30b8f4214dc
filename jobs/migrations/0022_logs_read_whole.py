import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Sum
from django.db.models.functions import Length


def measure(apps, schema_editor):
    """Logs that may still grow; those that ended are never measured again."""
    logs = apps.get_model("jobs", "JobLog").objects.filter(is_complete=False, line_count__gt=0)
    lines = apps.get_model("jobs", "LogLine").objects
    for log in logs.iterator():
        size = lines.filter(job_id=log.job_id).aggregate(size=Sum(Length("message")))["size"]
        logs.filter(pk=log.pk).update(byte_count=size or 0)


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0021_logs_given_up'),
    ]

    operations = [
        migrations.AddField(
            model_name='joblog',
            name='begun_at',
            field=models.DateTimeField(help_text='when the first page was asked for in the reading that goes on', null=True),
        ),
        migrations.AddField(
            model_name='joblog',
            name='bound',
            field=models.CharField(blank=True, choices=[('lines', 'Lines'), ('bytes', 'Bytes'), ('pages', 'Pages')], max_length=10),
        ),
        migrations.AddField(
            model_name='joblog',
            name='byte_count',
            field=models.PositiveBigIntegerField(default=0, help_text='of all messages'),
        ),
        migrations.CreateModel(
            name='ReadPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.BigIntegerField()),
                ('log', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pages', to='jobs.joblog')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('log', 'digest'), name='one_row_per_page')],
            },
        ),
        migrations.RunPython(measure, migrations.RunPython.noop),
    ]
