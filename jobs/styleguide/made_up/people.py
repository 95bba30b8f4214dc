"""People, their organizations and keys, and what they did."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.utils import timezone

from jobs.api_keys.key_states import KeyState
from jobs.domain import GRANTABLE, Role
from jobs.members.service import Team
from jobs.models import ApiKey, AuditEntry, Invitation, Membership, Organization
from jobs.styleguide.made_up.states import ago, problem
from jobs.ui.navigation import PLACES

ANA = User(pk=1, username="ana", is_superuser=True, is_staff=True)
BO, VERA = User(pk=2, username="bo"), User(pk=3, username="vera", is_active=False)
HOSTILE = '<b>Bold</b> & "Sons" \N{RIGHT-TO-LEFT OVERRIDE}gnirts'


def organization(name: str = "Bolt Robotics", **about: Any) -> Organization:
    usual = {"pk": 1, "slug": "made-up", "namespace": "bolt", "region": "us-east", "counts": {"in_progress": 3}}
    usual["endpoint"] = "app.viam.com:443"
    return Organization(**{**usual, "viam_id": "b017", "name": name, "fetched_at": timezone.now(), **about})


class Some(NamedTuple):
    """Related rows, as templates ask for them."""

    all: list[Organization]


class Passkey(NamedTuple):
    """A passkey, as `str` and its times tell it."""

    name: str
    created_at: datetime
    last_used_at: datetime | None = None

    def __str__(self) -> str:
        return self.name


class Session(NamedTuple):
    """Where somebody is signed in."""

    id: int
    device: str
    address: str
    since: datetime
    last_seen: datetime
    is_this_one: bool


class KeyRow(NamedTuple):
    """A stored key as its template reads it, without asking which organizations depend on it."""

    pk: str
    label: str
    key_id: str
    endpoint: str
    organizations: Some
    added_at: datetime
    added_by: User | None = ANA
    worked_at: datetime | None = None
    works_since: datetime | None = None
    problem_since: datetime | None = None
    problem_words: str = ""


def values(here: Organization) -> dict[str, Any]:
    return {
        "offers": [(here, "/"), (organization("Quiet Greenhouse", counts={}), "/")],
        "places": [(place, "/", place == PLACES[0]) for place in PLACES],
        "keys": _keys(here),
        "team": _team(here),
        "entries": _entries(here),
        "roles": [(role.value, role.label) for role in GRANTABLE],
        "passkeys": [Passkey("Ana's laptop", ago(days=60), ago(hours=2))],
        "sessions": [
            Session(1, "Firefox on Linux", "192.0.2.7", ago(days=2), ago(seconds=1), is_this_one=True),
            Session(2, "Safari on an iPhone", "198.51.100.24", ago(days=9), ago(hours=8), is_this_one=False),
        ],
    }


def _keys(here: Organization) -> list[KeyState]:
    hidden = organization("Quiet Greenhouse", is_shown=False)
    uuid, endpoint, added = str(ApiKey().pk), "app.viam.com:443", ago(days=40)
    works = {"worked_at": ago(seconds=30), "works_since": ago(days=12)}
    refused = {"worked_at": ago(hours=3), "problem_since": ago(hours=2), "problem_words": "API key not authorized"}
    row = KeyRow(uuid, "Bolt's key", "11111111-1111-4111-8111-111111111111", endpoint, Some([here, hidden]), added)
    return [
        KeyState(row._replace(**works)),  # type: ignore[arg-type]
        KeyState(row._replace(label="Sealed long ago", organizations=Some([])), sealed_by=2),  # type: ignore[arg-type]
        KeyState(row._replace(**refused), trouble=problem("refused").sentence),  # type: ignore[arg-type]
        KeyState(row._replace(label=HOSTILE), trouble=problem("unreadable").sentence, opens=False),  # type: ignore[arg-type]
    ]


def _team(here: Organization) -> Team:
    members = [
        Membership(pk=1, organization=here, user=BO, role=Role.OPERATOR, added_by=ANA, added_at=ago(days=90)),
        Membership(pk=2, organization=here, user=VERA, role=Role.VIEWER, added_at=ago(days=3)),
    ]
    week = timezone.now() + timedelta(days=7)
    invitations = [
        Invitation(pk=1, organization=here, role=Role.VIEWER, email="new@example.com", invited_by=ANA, expires_at=week),
        Invitation(pk=2, organization=here, role=Role.OPERATOR, invited_by=BO, expires_at=week),
        Invitation(pk=3, organization=here, role=Role.OPERATOR, username="cy", invited_by=BO, expires_at=week),
    ]
    return Team(members, [ANA], invitations)


def _entries(here: Organization) -> list[AuditEntry]:
    job = {"organization": here, "job_id": "5be5", "subject": "bolt-detector v12"}
    return [
        AuditEntry(pk=1, actor_name="ana", action="job:submit", outcome="started", started_at=ago(seconds=2), **job),
        AuditEntry(pk=2, actor_name="bo", action="job:cancel", outcome="done", reason="Wrong dataset", **job),
        AuditEntry(pk=3, actor_name="bo", action="job:delete", outcome="rejected", words="job is running", **job),
        AuditEntry(pk=4, actor_name="", via="token nightly", action="job:cancel", outcome="unknown", **job),
        AuditEntry(pk=6, actor_name="bo", action="job:delete", outcome="not_done", **job),
        AuditEntry(
            pk=5, actor_name="ana", address="192.0.2.7", action="credentials:rotate", subject=HOSTILE, outcome="done"
        ),
    ]
