"""PutAway is OnboardingDismissal by now; its table keeps its name, so that nothing happens in the database."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0030_failures_of_tracebacks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelTable('PutAway', 'jobs_putaway'),
        migrations.RenameModel('PutAway', 'OnboardingDismissal'),
        migrations.AlterField(
            'OnboardingDismissal',
            'user',
            models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name='onboarding_dismissal',
                serialize=False,
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
