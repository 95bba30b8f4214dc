"""A site of an earlier version is brought up to date: what its people did is kept, and told as before."""

from __future__ import annotations

import json
from pathlib import Path

from tests.installed import Installation, production

FILLED = """
import datetime
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
apps = MigrationExecutor(connection).loader.project_state(("jobs", "0013_alike")).apps
bo = apps.get_model("auth", "User").objects.create(username="bo")
organizations = apps.get_model("jobs", "Organization").objects
bolt = organizations.create(endpoint="http://127.0.0.1:9", viam_id="bolt", name="Bolt", slug="bolt")
entries = apps.get_model("jobs", "AuditEntry").objects
asked = {"kind": "managed", "name": "hinge", "version": "v1", "dataset": "d", "labels": ["a"]}
ended = datetime.datetime(2026, 1, 5, 12, tzinfo=datetime.UTC)
for number, outcome in enumerate(("done", "rejected", "unknown", "started")):
    entries.create(
        organization=bolt, actor=bo, actor_name="bo", action="job:submit", subject="hinge v1", token=f"once-{number}",
        request=asked | ({"source": "job-0"} if outcome == "done" else {}), outcome=outcome,
        job_id="job-1" if outcome == "done" else "", words="too few" if outcome == "rejected" else "",
        finished_at=None if outcome == "started" else ended,
    )
entries.create(organization=bolt, action="job:cancel", job_id="j", outcome="unknown", finished_at=ended)
entries.create(action="credentials:rotate", outcome="done", finished_at=ended)
for number in range(1200):
    entries.create(organization=bolt, action="job:submit", request=asked, outcome="done", job_id=f"many-{number}")
"""
TOLD = """
import json
from jobs.models import AuditEntry, Organization, Submission, SENT_TO_THE_CLOUD
from jobs.models.submissions import fingerprint_of
from django.test import Client
from django.contrib.auth.models import User
bolt = Organization.objects.get()
rows = Submission.objects.select_related("entry", "person").order_by("pk")
told = [
    [one.pk == one.entry.pk, one.state, one.key, one.source, one.job_id, one.words, str(one.person)] for one in rows[:4]
]
client = Client()
client.force_login(User.objects.create_superuser("ana"))
pages = [client.get(f"/orgs/bolt/submissions/{one.pk}/").status_code for one in rows[:4]]
print(json.dumps({
    "told": told,
    "pages": pages,
    "same": all(one.fingerprint == fingerprint_of(bolt, one.request) for one in rows),
    "count": rows.count(),
    "abandoned": AuditEntry.abandoned().count(),
    "awaited": AuditEntry.awaited().count(),
    "left": "source" in rows[0].request,
}))
"""

LOGS_OF_BEFORE = """
import datetime
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
apps = MigrationExecutor(connection).loader.project_state(("jobs", "0019_request_numbers")).apps
organizations = apps.get_model("jobs", "Organization").objects
bolt = organizations.create(endpoint="http://127.0.0.1:9", viam_id="bolt", name="Bolt", slug="bolt")
now = timezone.now()
for days, problem in ((1, "not_found"), (6, "not_offered"), (1, ""), (9, "not_found"), (1, "late")):
    ended = now - datetime.timedelta(days=days)
    job = apps.get_model("jobs", "Job").objects.create(
        organization=bolt, viam_id=f"{days} {problem}", status=3, training_ended=ended, sorted_on=ended, seen_at=now
    )
    log = apps.get_model("jobs", "JobLog").objects.create(job=job, is_complete=True, problem=problem, asked_at=now)
log.is_complete, log.line_count = False, 2
log.save()
for number in (1, 2):
    apps.get_model("jobs", "LogLine").objects.create(
        job=job, number=number, message="hello", delivered=20, severity=20
    )
job = apps.get_model("jobs", "Job").objects.create(
    organization=bolt, viam_id="vanished", status=2, sorted_on=now, seen_at=now, gone_at=now
)
apps.get_model("jobs", "JobLog").objects.create(job=job, is_complete=True, asked_at=now)
"""
LOGS_TOLD = """
import json
from jobs.sync import log_sync
from jobs.models import Job, JobLog, Organization
Job.objects.filter(viam_id="vanished").update(status=3, missing_since=None)
log_sync.plan(Organization.objects.get())
rows = JobLog.objects.order_by("pk").select_related("job")
print(json.dumps([[one.job.viam_id, one.is_complete, one.given_up_at is not None, one.byte_count] for one in rows]))
"""


def test_logs_given_up_at_one_refusal_are_taken_up_again(tmp_path: Path, database: dict[str, str]) -> None:
    """Rows 127 and 133: those that Viam still has, with the first refresh after the update. Open ones are measured.

    So is the log of a job that had vanished, and comes back with its end.
    """
    site = Installation(tmp_path, **production(DEBUG="true"), **database)
    _run(site, "migrate", "-v", "0", "jobs", "0019")
    _run(site, "shell", "-v", "0", "-c", LOGS_OF_BEFORE)
    _run(site, "migrate", "-v", "0")
    assert json.loads(_run(site, "shell", "-v", "0", "-c", LOGS_TOLD)) == [
        ["1 not_found", False, False, 0],
        ["6 not_offered", False, False, 0],
        ["1 ", True, False, 0],
        ["9 not_found", True, True, 0],
        ["1 late", False, False, 10],
        ["vanished", False, False, 0],
    ]


RUNS_OF_BEFORE = """
import datetime
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
apps = MigrationExecutor(connection).loader.project_state(("jobs", "0023_seen_gone")).apps
now = timezone.now()
bo = apps.get_model("auth", "User").objects.create(username="bo")
organizations = apps.get_model("jobs", "Organization").objects
bolt = organizations.create(endpoint="http://127.0.0.1:9", viam_id="bolt", name="Bolt", slug="bolt")
run = apps.get_model("jobs", "BulkRun").objects.create(organization=bolt, actor=bo, actor_name="bo", verb="cancel")
for number, state in enumerate(("started", "unknown", "done"), 1):
    made = {"organization": bolt, "viam_id": f"job-{number}"}
    job = apps.get_model("jobs", "Job").objects.create(**made, status=2, sorted_on=now, seen_at=now)
    run.items.create(job=job, number=number, state=state)
    made = {"organization": bolt, "actor": bo, "job_id": job.viam_id, "outcome": "unknown"}
    apps.get_model("jobs", "AuditEntry").objects.create(**made, action="job:cancel")
"""
RUNS_TOLD = """
import json
from jobs.models import BulkItem
print(json.dumps([getattr(item.entry(), "job_id", "") for item in BulkItem.objects.order_by("number")]))
"""


def test_what_a_run_had_sent_before_the_update_is_known(tmp_path: Path, database: dict[str, str]) -> None:
    """Row 122: it is never sent again."""
    site = Installation(tmp_path, **production(DEBUG="true"), **database)
    _run(site, "migrate", "-v", "0", "jobs", "0023")
    _run(site, "shell", "-v", "0", "-c", RUNS_OF_BEFORE)
    _run(site, "migrate", "-v", "0")
    assert json.loads(_run(site, "shell", "-v", "0", "-c", RUNS_TOLD)) == ["job-1", "job-2", ""]


RUNS_ONE_AFTER_THE_OTHER = """
import datetime
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
apps = MigrationExecutor(connection).loader.project_state(("jobs", "0023_seen_gone")).apps
now = timezone.now()
bo = apps.get_model("auth", "User").objects.create(username="bo")
organizations = apps.get_model("jobs", "Organization").objects
bolt = organizations.create(endpoint="http://127.0.0.1:9", viam_id="bolt", name="Bolt", slug="bolt")
made = {"organization": bolt, "viam_id": "job-1", "status": 2, "sorted_on": now, "seen_at": now}
job = apps.get_model("jobs", "Job").objects.create(**made)
entries, runs = apps.get_model("jobs", "AuditEntry").objects, apps.get_model("jobs", "BulkRun").objects
for minute, state in enumerate(("unknown", "started")):
    at = now + datetime.timedelta(minutes=minute)
    run = runs.create(organization=bolt, actor=bo, actor_name="bo", verb="cancel", secret=state, created_at=at)
    run.items.create(job=job, number=1, state=state)
    made = {"organization": bolt, "actor": bo, "job_id": job.viam_id, "outcome": state, "subject": state}
    entries.create(**made, action="job:cancel", started_at=at + datetime.timedelta(seconds=1))
"""
RUNS_HAVE = """
import json
from jobs.models import BulkItem
print(json.dumps([getattr(item.entry(), "subject", "") for item in BulkItem.objects.order_by("pk")]))
"""


def test_runs_on_the_same_job_have_each_what_they_had_sent(tmp_path: Path, database: dict[str, str]) -> None:
    """Row 122: the first run took the entry of the second, which then sent it once more."""
    site = Installation(tmp_path, **production(DEBUG="true"), **database)
    _run(site, "migrate", "-v", "0", "jobs", "0023")
    _run(site, "shell", "-v", "0", "-c", RUNS_ONE_AFTER_THE_OTHER)
    _run(site, "migrate", "-v", "0")
    assert json.loads(_run(site, "shell", "-v", "0", "-c", RUNS_HAVE)) == ["unknown", "started"]


FIRST_SITES = """
import datetime
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
apps = MigrationExecutor(connection).loader.project_state(("jobs", "0005_told_of_refusal")).apps
at = datetime.datetime(2026, 1, 5, 12, tzinfo=datetime.UTC)
after = lambda seconds: at + datetime.timedelta(seconds=seconds)
cloud, key_id = "app.viam.com:443", "01234567-89ab-cdef-0123-456789abcdef"
keys, organizations = apps.get_model("jobs", "ApiSettings").objects, apps.get_model("jobs", "Organization").objects
for number, names in enumerate(((), ("Harbor", "Bolt"), ("Single",))):
    key = keys.create(label=f"{cloud} {number}{key_id[1:]}", endpoint=cloud, key_id=f"{number}{key_id[1:]}")
    for name in names:
        organizations.create(credentials=key, endpoint=cloud, viam_id=name, name=name, slug=name.lower())
keys.create(label="Ana's key", endpoint=cloud, key_id="another")
made = {"organization": organizations.get(name="Bolt"), "sorted_on": at, "seen_at": at, "created_on": at}
jobs = apps.get_model("jobs", "Job").objects
jobs.create(
    viam_id="job-1", status=3, training_started=after(90), training_ended=after(690), script_id="bolt:weld",
    is_custom=True, **made,
)
jobs.create(viam_id="job-2", status=4, training_started=after(90), error_message="no labels", **made)
"""
FIRST_SITES_TOLD = """
import json
from jobs.models import ApiKey, Job
from jobs.sync.mapping import fingerprint
jobs = Job.objects.order_by("viam_id")
print(json.dumps({
    "labels": sorted(ApiKey.objects.values_list("label", flat=True)),
    "seconds": [[job.queued_seconds, job.ran_seconds] for job in jobs],
    "recipes": all(
        job.recipe_hash == fingerprint(job.is_custom, job.model_type, job.script_id, job.dataset_id) for job in jobs
    ),
    "failures": [job.failure for job in jobs],
}))
"""


def test_a_site_of_the_first_version_has_what_later_ones_store(tmp_path: Path, database: dict[str, str]) -> None:
    """Row 122: keys that nobody named are called by their organizations; Insights know the jobs of before."""
    site = Installation(tmp_path, **production(DEBUG="true"), **database)
    _run(site, "migrate", "-v", "0", "jobs", "0005")
    _run(site, "shell", "-v", "0", "-c", FIRST_SITES)
    _run(site, "migrate", "-v", "0")
    told = json.loads(_run(site, "shell", "-v", "0", "-c", FIRST_SITES_TOLD))
    assert told["labels"] == ["Ana's key", "Bolt and Harbor", "Key 0123…cdef at app.viam.com", "Single"]
    assert told["seconds"][0] == [90, 600] and told["seconds"][1][0] == 90
    assert told["recipes"]
    assert told["failures"] == [None, "no labels"]


NAMES_OF_BEFORE = """
import datetime
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
apps = MigrationExecutor(connection).loader.project_state(("jobs", "0024_entries_of_items")).apps
at = datetime.datetime(2026, 1, 5, 12, tzinfo=datetime.UTC)
key = apps.get_model("jobs", "ApiSettings").objects.create(
    label="Bolt", endpoint="http://127.0.0.1:9", key_id="k", sealed_key="sealed", told_at=at
)
bolt = apps.get_model("jobs", "Organization").objects.create(
    endpoint="http://127.0.0.1:9", viam_id="bolt", name="Bolt", slug="bolt", credentials=key, looked_at=at
)
apps.get_model("jobs", "Dataset").objects.create(organization=bolt, viam_id="ds", name="bolts", gone_at=at)
job = apps.get_model("jobs", "Job").objects.create(
    organization=bolt, viam_id="job-1", model_name="hinge", status=3, sorted_on=at, seen_at=at, gone_at=at, making=-7
)
apps.get_model("jobs", "JobLog").objects.create(job=job, looked_at=at)
"""
NAMES_TOLD = """
import json
from django.db import connection
from jobs.models import ApiKey, Dataset, Job, JobLog, Organization
from jobs.search.query import mentioning
bolt, job = Organization.objects.get(), Job.objects.get()
seen = {"status": 3, "sorted_on": job.sorted_on, "seen_at": job.seen_at}
Job.objects.create(organization=bolt, viam_id="job-2", model_name="hatch", search_text="hatch", **seen)
with connection.cursor() as cursor:
    indexes = connection.introspection.get_constraints(cursor, "jobs_job")
print(json.dumps({
    "times": [
        str(at) for at in (
            ApiKey.objects.get().notified_at, bolt.viewed_at, Dataset.objects.get().missing_since, job.missing_since,
            JobLog.objects.get().viewed_at,
        )
    ],
    "kept": [bolt.credentials.sealed_key, job.recipe_hash],
    "found": [found.viam_id for found in bolt.jobs.filter(mentioning(bolt, "hatch"))],
    "indexed": indexes["jobs_by_making"]["columns"],
}))
"""


def test_what_has_another_name_now_is_kept(tmp_path: Path, database: dict[str, str]) -> None:
    """Row 122: keys, times and indexes, and the index of the search, which triggers fill."""
    site = Installation(tmp_path, **production(DEBUG="true"), **database)
    _run(site, "migrate", "-v", "0", "jobs", "0024")
    _run(site, "shell", "-v", "0", "-c", NAMES_OF_BEFORE)
    _run(site, "migrate", "-v", "0")
    told = json.loads(_run(site, "shell", "-v", "0", "-c", NAMES_TOLD))
    assert set(told["times"]) == {"2026-01-05 12:00:00+00:00"}
    assert told["kept"] == ["sealed", -7]
    assert told["found"] == ["job-2"]
    assert "recipe_hash" in told["indexed"] and "missing_since" in told["indexed"]


def test_submits_of_before_are_submissions_at_their_old_addresses(tmp_path: Path, database: dict[str, str]) -> None:
    """Row 117: also what was left open before there were leases is found and settled."""
    settings = {"VIAM_ENDPOINTS": "http://127.0.0.1:9", "ALLOWED_HOSTS": "testserver"}
    site = Installation(tmp_path, **production(DEBUG="true", **settings), **database)
    _run(site, "migrate", "-v", "0", "jobs", "0013")
    _run(site, "shell", "-v", "0", "-c", FILLED)
    _run(site, "migrate", "-v", "0")
    told = json.loads(_run(site, "shell", "-v", "0", "-c", TOLD))
    assert told["told"] == [
        [True, "done", "once-0", "job-0", "job-1", "", "bo"],
        [True, "rejected", "once-1", "", "", "too few", "bo"],
        [True, "unknown", "once-2", "", "", "", "bo"],
        [True, "started", "once-3", "", "", "", "bo"],
    ]
    assert told["pages"] == [302, 200, 200, 200]
    assert (told["same"], told["count"], told["left"]) == (True, 1204, False)
    assert (told["abandoned"], told["awaited"]) == (1, 2)


def _run(site: Installation, *words: str) -> str:
    done = site.manage(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
