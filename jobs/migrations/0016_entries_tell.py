"""What entries held of submissions stands there now."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0015_fill_submissions'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='auditentry',
            name='request',
        ),
        migrations.RemoveField(
            model_name='auditentry',
            name='token',
        ),
    ]
