"""What was true before there were roles: everybody who could sign in could see and do everything."""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery

OPERATOR = 2


def everybody_stays(apps, schema_editor):
    users = apps.get_model("auth", "User").objects.filter(is_active=True, is_superuser=False)
    organizations = apps.get_model("jobs", "Organization").objects.filter(is_shown=True)
    membership = apps.get_model("jobs", "Membership")
    membership.objects.bulk_create(
        membership(user=user, organization=organization, role=OPERATOR)
        for user in users
        for organization in organizations
    )


def names_are_kept(apps, schema_editor):
    entries = apps.get_model("jobs", "AuditEntry").objects
    users = apps.get_model("auth", "User").objects.filter(pk=OuterRef("actor"))
    entries.filter(actor__isnull=False).update(actor_name=Subquery(users.values("username")))
    done = entries.filter(action="job:submit", outcome="done", actor__isnull=False).exclude(job_id="")
    for entry in done.annotate(whose=F("actor")).values("organization", "job_id", "whose"):
        jobs = apps.get_model("jobs", "Job").objects.filter(organization=entry["organization"], viam_id=entry["job_id"])
        jobs.update(submitted_by=entry["whose"])


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_people")]

    operations = [
        migrations.RunPython(everybody_stays, migrations.RunPython.noop),
        migrations.RunPython(names_are_kept, migrations.RunPython.noop),
    ]
