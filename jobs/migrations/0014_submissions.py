"""A submission becomes a record of its own, and what is begun has a lease."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0013_alike'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='submission', serialize=False, to='jobs.auditentry')),
                ('key', models.CharField(max_length=255)),
                ('fingerprint', models.CharField(help_text='SHA-256 of what was asked, in hexadecimal', max_length=64)),
                ('request', models.JSONField(default=dict)),
                ('source', models.CharField(blank=True, help_text='the id of the job that this one is made after', max_length=200)),
                ('newest_known', models.BigIntegerField(default=0)),
                ('state', models.CharField(choices=[('started', 'Being sent'), ('done', 'Submitted'), ('rejected', 'Rejected'), ('unknown', 'Outcome unknown'), ('not_found', 'Not in Viam')], default='started', max_length=10)),
                ('job_id', models.CharField(blank=True, help_text="the job's id in the cloud", max_length=200)),
                ('is_attributed', models.BooleanField(default=False, help_text="whether the job in the mirror is the person's")),
                ('problem', models.CharField(blank=True, help_text='the kind of CloudError', max_length=30)),
                ('words', models.TextField(blank=True)),
                ('answer_status', models.PositiveSmallIntegerField(null=True)),
                ('answer', models.JSONField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='auditentry',
            name='lease_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='lists_without',
            field=models.PositiveSmallIntegerField(default=0, help_text="complete lists, asked for after the lease, that don't show what it would have done"),
        ),
        migrations.AddField(
            model_name='organization',
            name='clock_ahead',
            field=models.FloatField(default=0, help_text="seconds by which the cloud's clock is ahead of ours, as far as new jobs tell"),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='outcome',
            field=models.CharField(choices=[('started', 'Started'), ('done', 'Done'), ('rejected', 'Rejected'), ('unknown', 'Outcome unknown'), ('not_done', 'Not done')], default='started', max_length=10),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(condition=models.Q(('finished_at', None)), fields=['organization', 'outcome'], name='actions_open'),
        ),
        migrations.AddField(
            model_name='submission',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='submissions', to='jobs.organization'),
        ),
        migrations.AddField(
            model_name='submission',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['organization', 'job_id'], name='submissions_by_job'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(condition=models.Q(('is_attributed', False), ('state', 'done')), fields=['organization'], name='submissions_unattributed'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(fields=('organization', 'person', 'key'), name='one_submission_a_key'),
        ),
        migrations.AddIndex(
            model_name='bulkitem',
            index=models.Index(condition=models.Q(('state__in', ['started', 'unknown'])), fields=['run'], name='items_open'),
        ),
    ]
