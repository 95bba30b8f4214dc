from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0018_possible_times"),
    ]

    operations = [
        migrations.RenameField("organization", "emptied_at", "doubted_at"),
        migrations.AlterField(
            model_name="organization",
            name="doubted_at",
            field=models.DateTimeField(
                help_text="when a list was asked for that lacked too many jobs", null=True
            ),
        ),
        migrations.AddField("organization", "last_request", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("organization", "newest_answer", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("organization", "newest_list", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("job", "request_number", models.PositiveBigIntegerField(null=True)),
        migrations.AddField("job", "digest", models.BigIntegerField(null=True)),
        migrations.AddField("job", "missing_in", models.PositiveBigIntegerField(null=True)),
    ]
