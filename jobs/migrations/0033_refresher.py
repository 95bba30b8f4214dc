from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0032_dataset_counts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Refresher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, unique=True)),
                ('seen_at', models.DateTimeField()),
            ],
        ),
    ]
