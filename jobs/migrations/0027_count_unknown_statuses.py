"""Jobs without a status were counted by a word of their own, for which no list has a place."""

from django.db import migrations


def count(apps, schema_editor):
    for organization in apps.get_model("jobs", "Organization").objects.exclude(counts={}):
        number = organization.counts.pop("unspecified", 0)
        if number:
            organization.counts["unknown"] = organization.counts.get("unknown", 0) + number
            organization.version += 1
            organization.save(update_fields=["counts", "version"])


class Migration(migrations.Migration):
    dependencies = [("jobs", "0026_key_names_in_viam")]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
