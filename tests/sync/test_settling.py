"""Entries that were begun and never ended: found by their leases, whatever the action, and settled."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone
from pytest_django import Settings

from emulator.server import Emulator
from jobs.api_keys.key_states import rotate_keys
from jobs.bulk.service import progress_of
from jobs.domain import AUDIT_ACTIONS, JobStatus
from jobs.models import LEASE, SENT_TO_THE_CLOUD, Actor, ApiKey, AuditEntry, BulkItem, BulkRun, Organization
from jobs.sync import abandoned as abandoned_
from jobs.sync import cycle
from jobs.sync.connection import cloud_of
from jobs.sync.schedule import due
from jobs.viam import methods
from tests.sweeps.imports import ROOT

pytestmark = pytest.mark.django_db

# What entries are called in the sources, and how they are made and ended.
NAMES = ("AuditEntry", "entry", "self.entry", "submission.entry")
WAYS = ("begin", "begun", "around", "doing", "record", "finish", "write", "note")


def abandoned(bolt: Organization, bo: User, action: str, **what: Any) -> AuditEntry:
    """Begun by a process that is no more, a minute ago."""
    entry = AuditEntry.begin(Actor(bo), action, bolt, **what)
    AuditEntry.objects.filter(pk=entry.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    return entry


def settled(entry: AuditEntry) -> AuditEntry:
    abandoned_.settle_now()
    entry.refresh_from_db()
    return entry


@pytest.mark.parametrize("action", sorted(AUDIT_ACTIONS))
def test_every_action_is_settled_when_its_lease_is_over(bo: User, bolt: Organization, action: str) -> None:
    """Row 117: only submits of unknown outcome were looked for; what was started stayed so for ever."""
    entry = settled(abandoned(bolt, bo, action))
    is_open = action in SENT_TO_THE_CLOUD
    assert entry.outcome == ("unknown" if is_open else "not_done") and "The site stopped" in entry.words
    assert (entry.finished_at is None) == is_open


def test_what_an_earlier_version_left_open_stays_unknown(bo: User, bolt: Organization) -> None:
    """Row 117: it ended entries after what they tell of, so that either may be the case."""
    entry = AuditEntry.begin(Actor(bo), "member:remove", bolt)
    AuditEntry.objects.update(lease_until=None)
    assert settled(entry).outcome == "unknown"


class Died(BaseException):
    """As a process that is killed: nobody ends anything any more."""


def leaves(bolt: Organization, bo: User, error: BaseException) -> AuditEntry:
    """An entry around something that is done here, and that ends with this error."""
    with suppress(type(error)), AuditEntry.around(Actor(bo), "member:change", bolt):
        bolt.memberships.all().delete()
        raise error
    AuditEntry.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    return AuditEntry.objects.get(action="member:change")


def test_what_is_done_here_is_done_with_its_entry_or_not_at_all(bo: User, bolt: Organization) -> None:
    """Row 117: actions that don't touch the cloud were told as unknown."""
    entry = leaves(bolt, bo, Died())
    assert entry.outcome == "started"
    assert (settled(entry).outcome, bolt.memberships.exists()) == ("not_done", True)


def test_nothing_is_left_of_what_was_rejected(bo: User, bolt: Organization) -> None:
    """Row 117."""
    entry = leaves(bolt, bo, ValueError("no"))
    assert (entry.outcome, entry.words, bolt.memberships.exists()) == ("rejected", "no", True)


def test_what_was_committed_while_the_database_broke_stays_done(bo: User, bolt: Organization) -> None:
    """Row 117: who commits hears of an error, and it is done all the same."""
    with suppress(DatabaseError), AuditEntry.begun(Actor(bo), "member:change", bolt) as entry:
        with entry.doing():
            bolt.memberships.all().delete()
        raise DatabaseError("the connection broke")
    assert (AuditEntry.objects.get(pk=entry.pk).outcome, bolt.memberships.exists()) == ("done", False)


def test_an_organization_that_is_hidden_is_asked_about_until_all_is_settled(bo: User, bolt: Organization) -> None:
    """Row 117: what was begun there was settled only when it was shown again."""
    job = bolt.jobs.filter(status=JobStatus.IN_PROGRESS).first()
    assert job
    entry = abandoned(bolt, bo, "job:cancel", job_id=job.viam_id)
    cloud_of(bolt).cancel_job(bolt.viam_id, job.viam_id)
    Organization.objects.update(is_shown=False, viewed_at=None)
    settled(entry)
    assert list(due()) == [bolt]
    assert cycle.refresh_due(bolt)
    entry.refresh_from_db()
    Organization.objects.update(due_at=None)
    assert (entry.outcome, list(due())) == ("done", [])


def test_who_is_still_at_it_is_left_alone(bo: User, bolt: Organization) -> None:
    """Row 117."""
    assert settled(AuditEntry.begin(Actor(bo), "job:cancel", bolt)).outcome == "started"


def test_what_who_began_it_says_later_stands(bo: User, bolt: Organization) -> None:
    """Row 117: it was only slow, and knows better."""
    entry = abandoned(bolt, bo, "member:add")
    settled(AuditEntry.objects.get(pk=entry.pk))
    entry.finish(AuditEntry.Outcome.DONE)
    entry.refresh_from_db()
    assert (entry.outcome, entry.finished_at is not None) == ("done", True)


def test_a_lease_from_a_clock_that_was_ahead_holds_nobody_up(bo: User, bolt: Organization) -> None:
    """Rows 78 and 117."""
    entry = AuditEntry.begin(Actor(bo), "job:cancel", bolt)
    AuditEntry.objects.update(lease_until=timezone.now() + timedelta(days=1))
    assert settled(entry).outcome == "unknown"


def test_a_lease_is_longer_than_any_write() -> None:
    """Row 117: two sign-ins and the write, each to its deadline."""
    writes = [method for method in vars(methods).values() if isinstance(method, methods.Method) and not method.is_read]
    longest = max(method.seconds for method in writes) + 2 * methods.AUTHENTICATE.seconds
    assert writes and timedelta(seconds=2 * longest) <= LEASE


def test_a_cancel_is_settled_by_what_the_job_shows(bo: User, bolt: Organization) -> None:
    """Rows 117 and 122: a killed cancel stayed started, too."""
    job = bolt.jobs.filter(status=JobStatus.IN_PROGRESS).first()
    assert job
    entry = abandoned(bolt, bo, "job:cancel", job_id=job.viam_id)
    cloud_of(bolt).cancel_job(bolt.viam_id, job.viam_id)
    settled(entry)
    cycle.refresh_now(bolt)
    entry.refresh_from_db()
    assert (entry.outcome, entry.actor) == ("done", bo)


@pytest.mark.parametrize(("sent", "state"), [(True, "done"), (False, "waiting")])
def test_items_of_runs_are_settled_though_nobody_looks(
    cloud: Emulator, bo: User, bolt: Organization, sent: bool, state: str
) -> None:
    """Row 117: they waited for somebody to open the run's page. What was not sent waits for its turn."""
    job = bolt.jobs.filter(status=JobStatus.IN_PROGRESS).first()
    assert job
    gone = timezone.now() - timedelta(seconds=1)
    run = BulkRun.objects.create(organization=bolt, actor=bo, verb="cancel", lease_owner="gone", lease_until=gone)
    item = BulkItem.objects.create(run=run, job=job, number=1, state="started")
    if sent:
        abandoned(bolt, bo, "job:cancel", job_id=job.viam_id, item=item)
        cloud_of(bolt).cancel_job(bolt.viam_id, job.viam_id)
    abandoned_.settle_now()
    cycle.refresh_now(bolt)
    abandoned_.settle_now()
    assert BulkItem.objects.get().state == state


def test_a_run_at_which_somebody_works_is_left_alone(bo: User, bolt: Organization) -> None:
    """Row 117."""
    job = bolt.jobs.filter(status=JobStatus.IN_PROGRESS).first()
    assert job
    until = timezone.now() + timedelta(seconds=30)
    run = BulkRun.objects.create(organization=bolt, actor=bo, verb="cancel", lease_owner="alive", lease_until=until)
    BulkItem.objects.create(run=run, job=job, number=1, state="started")
    abandoned_.settle_now()
    assert [item.state for item in progress_of(run).items] == ["started"]


class TestOutsideOfTransactions:
    """An entry that is rolled back with what it tells of is none."""

    def test_no_entry_begins_inside_one(self, bo: User) -> None:
        """Row 118: whoever tries finds out at once, in tests and on a site."""
        with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
            AuditEntry.begin(Actor(bo), "member:add")

    def test_no_entry_ends_inside_one(self, bo: User) -> None:
        """Row 118."""
        entry = AuditEntry.begin(Actor(bo), "member:add")
        with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
            entry.finish(AuditEntry.Outcome.DONE)

    def test_nobody_writes_one_in_another_way(self) -> None:
        """Row 118: `write` and `note` are for those who write more together with it, or learn it from lists.

        Others `record` what has happened: then the entry stands or falls with the fact itself.
        """
        allowed = {"jobs/models/actions.py", "jobs/models/submissions.py", "jobs/sync/reconcile.py"}
        found = {(where, way) for where, way in _written() if where not in allowed}
        assert {way for _, way in found} <= {"begin", "begun", "around", "doing", "record", "finish", "note done"}, (
            found
        )
        # What this site does alone is done together with its entry.
        assert {where for where, way in found if way in ("begin", "finish")} == {"jobs/actions/service.py"}
        assert {where for where, way in found if way == "note done"} == {"jobs/api_keys/key_states.py"}

    def test_what_rotating_keys_says_survives_its_failure(self, settings: Settings) -> None:
        """Row 118: the whole of it was one transaction, entries included."""
        rows = _sealed(settings)
        with pytest.raises(CommandError, match="Nothing was changed"):
            call_command("rotate_keys")
        entries = AuditEntry.objects.filter(action="credentials:rotate")
        assert [(entry.outcome, entry.via) for entry in entries] == [("rejected", "command line")] * 2
        assert {row.sealed_key for row in ApiKey.objects.all()} == {row.sealed_key for row in rows}

    def test_a_key_that_is_gone_meanwhile_fails_no_other(self, settings: Settings, bo: User) -> None:
        """Row 118."""
        rows = _sealed(settings)[1:]
        settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode(), *settings.CREDENTIAL_KEYS]
        rotate_keys(rows, Actor(bo))
        assert [entry.outcome for entry in AuditEntry.objects.all()] == ["done"]


def _sealed(settings: Settings) -> list[ApiKey]:
    """The first with a key that is lost by now."""
    rows = []
    for number, key in enumerate(Fernet.generate_key().decode() for _ in range(2)):
        settings.CREDENTIAL_KEYS = [key]
        row = ApiKey(label=f"Key {number}", endpoint="app.viam.com:443", key_id=str(number))
        row.seal("made up")
        row.save()
        rows.append(row)
    return rows


def _written() -> Iterator[tuple[str, str]]:
    """Where entries are made or ended: the file, and by what."""
    for path in [*(ROOT / "jobs").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]:
        if "migrations" in path.parts or "styleguide" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of, way = ast.unparse(node.func.value), node.func.attr
                is_made = way.endswith("create") and ("AuditEntry" in of or of.endswith("actions"))
                if is_made or (of.startswith(NAMES) and way in WAYS):
                    is_fact = way == "note" and ast.unparse(node.args[0]).endswith("Outcome.DONE")
                    yield path.relative_to(ROOT).as_posix(), "note done" if is_fact else way
