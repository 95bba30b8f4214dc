"""Keys that nobody named were called by address and id; now they are called by the organizations that they open."""

from django.db import migrations

from jobs.domain import key_name


def name(apps, schema_editor):
    for row in apps.get_model("jobs", "ApiSettings").objects.all():
        if row.label == f"{row.endpoint} {row.key_id}"[:100]:
            row.label = key_name(row.key_id, row.endpoint, [each.name for each in row.organizations.order_by("name")])
            row.save(update_fields=["label"])


class Migration(migrations.Migration):
    dependencies = [("jobs", "0010_usual_seconds")]
    operations = [migrations.RunPython(name, migrations.RunPython.noop)]
