"""Each entry of a submit gets its submission, under the entry's own number: old addresses go on working.

What is of unknown outcome, or was begun and never ended, is open again: the refresher settles it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BATCH = 500
SENT_TO_THE_CLOUD = ("job:submit", "job:cancel", "job:delete")


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    entries = apps.get_model("jobs", "AuditEntry").objects.order_by("pk")
    entries.filter(action__in=SENT_TO_THE_CLOUD, outcome="unknown").update(finished_at=None)
    submissions = apps.get_model("jobs", "Submission")
    submits = entries.filter(action="job:submit", organization__isnull=False).select_related("organization")
    last = 0
    while batch := list(submits.filter(pk__gt=last)[:BATCH]):
        submissions.objects.bulk_create([submissions(**_told_by(entry)) for entry in batch])
        last = batch[-1].pk


def _told_by(entry: Any) -> dict[str, Any]:
    request = dict(entry.request)
    source = str(request.pop("source", ""))[:200]
    asked = {"organization": entry.organization.viam_id, "request": request}
    return {
        "entry": entry,
        "organization": entry.organization,
        "person_id": entry.actor_id,
        "key": entry.token or f"entry-{entry.pk}",
        "fingerprint": hashlib.sha256(json.dumps(asked, sort_keys=True, separators=(",", ":")).encode()).hexdigest(),
        "request": request,
        "source": source,
        "state": entry.outcome,
        "job_id": entry.job_id,
        # Whose the job is, is settled already.
        "is_attributed": entry.outcome == "done",
        "problem": "rejected" if entry.outcome == "rejected" else "",
        "words": entry.words,
    }


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0014_submissions'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
