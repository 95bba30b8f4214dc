"""What jobs that are submitted from now on are trained on. Of those before nobody knows."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0031_onboarding_dismissal'),
    ]

    operations = [
        migrations.CreateModel(
            name='DatasetCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counted_at', models.DateTimeField()),
                ('images', models.PositiveIntegerField()),
                ('labeled', models.PositiveIntegerField(null=True)),
                ('by_label', models.JSONField(default=dict)),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='jobs.dataset')),
                ('submission', models.OneToOneField(help_text='null: none at all', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='dataset_count', to='jobs.submission')),
            ],
            options={
                'indexes': [models.Index(fields=['dataset', '-counted_at'], name='counts_newest_first')],
            },
        ),
    ]
