
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0019_request_numbers'),
    ]

    operations = [
        migrations.AddField(
            model_name='joblog',
            name='lease_owner',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='joblog',
            name='lease_until',
            field=models.DateTimeField(null=True),
        ),
    ]
