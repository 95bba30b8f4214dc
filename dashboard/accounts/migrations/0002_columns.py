from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="profile",
            name="hidden",
            field=models.CharField(blank=True, max_length=60, verbose_name="Columns that lists leave out"),
        ),
    ]
