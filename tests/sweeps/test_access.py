"""Every address, for everybody: what an outsider, a viewer, an operator, an administrator and an owner get there.

Row 17, Row 19, Row 24 of the acceptance table: an address that isn't in the table fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client

from dashboard.front.pool import is_slow
from dashboard.sessions import SEEN
from emulator.server import Emulator
from jobs.domain import Role
from jobs.models import AuditEntry, Invitation, Membership, Organization
from tests.sweeps.addresses import filled, routes

pytestmark = pytest.mark.django_db

# Who asks, in this order: somebody of no organization, viewer, operator, administrator, site owner.
ASKERS = ("outsider", "viewer", "operator", "administrator", "owner")

SEE = (404, 200, 200, 200, 200)
ACT = (404, 403, 200, 200, 200)
ADMINISTER = (404, 403, 403, 200, 200)
SITE = (403, 403, 403, 403, 200)
OPEN = (200, 200, 200, 200, 200)
KEY = (403, 403, 403, 200, 200)
# Of a view that somebody else shared, or a note that they wrote: only they may change it.
OWN = (404, 403, 403, 403, 403)
# Of no job, so that there is none: what hangs on the role is in tests/annotations/.
STAR = (404,) * 5
NEVER = (405, 405, 405, 405, 405)

JOB = "orgs/<slug:slug>/jobs/<cloud_id:viam_id>/"
# For each address: by GET, and by POST. 200 stands for any answer that isn't a refusal, redirects and 4xx of a form
# included: what is refused is refused by 403, 404 and 405.
TABLE: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "": (OPEN, NEVER),
    "jobs/": (OPEN, NEVER),
    "jobs/filters/": (OPEN, NEVER),
    "jobs/filters/<slug:word>/": (OPEN, NEVER),
    "display/": (OPEN, NEVER),
    "jobs.json": (OPEN, NEVER),
    "jobs.csv": (OPEN, NEVER),
    "orgs/<slug:slug>/": (SEE, NEVER),
    "orgs/<slug:slug>/jobs/": (SEE, NEVER),
    "orgs/<slug:slug>/jobs/filters/": (SEE, NEVER),
    "orgs/<slug:slug>/jobs/filters/<slug:word>/": (SEE, NEVER),
    "orgs/<slug:slug>/jobs/new/": (ACT, ACT),
    "orgs/<slug:slug>/jobs/new/check/": (NEVER, ACT),
    "orgs/<slug:slug>/jobs/new/labels/": (ACT, NEVER),
    "orgs/<slug:slug>/jobs/new/custom/": (ACT, ACT),
    "orgs/<slug:slug>/jobs/new/custom/check/": (NEVER, ACT),
    "orgs/<slug:slug>/jobs/new/custom/versions/": (ACT, NEVER),
    JOB: (SEE, NEVER),
    f"{JOB}cancel/": (ACT, ACT),
    f"{JOB}delete/": (ACT, ACT),
    f"{JOB}resubmit/": (ACT, NEVER),
    f"{JOB}resubmit/as-is/": (ACT, ACT),
    f"{JOB}claim/": (NEVER, ACT),
    f"{JOB}disown/": (NEVER, ACT),
    f"{JOB}notes/": (SEE, ACT),
    f"{JOB}notes/<int:pk>/edit/": (OWN, OWN),
    f"{JOB}notes/<int:pk>/delete/": (ADMINISTER, ADMINISTER),
    f"{JOB}tags/": (NEVER, ACT),
    "orgs/<slug:slug>/stars/": (NEVER, STAR),
    f"{JOB}logs/": (SEE, NEVER),
    f"{JOB}logs/new/": (SEE, NEVER),
    f"{JOB}logs/log.txt": (SEE, NEVER),
    f"{JOB}logs/log.jsonl": (SEE, NEVER),
    "orgs/<slug:slug>/try/": (NEVER, ADMINISTER),
    "orgs/<slug:slug>/submissions/<int:pk>/": (SEE, NEVER),
    "orgs/<slug:slug>/display/": (SEE, NEVER),
    "orgs/<slug:slug>/views/": (SEE, SEE),
    "orgs/<slug:slug>/views/<int:pk>/": (SEE, NEVER),
    "orgs/<slug:slug>/views/<int:pk>/edit/": (OWN, OWN),
    "orgs/<slug:slug>/views/<int:pk>/delete/": (ADMINISTER, ADMINISTER),
    "orgs/<slug:slug>/bulk/": (ACT, ACT),
    "orgs/<slug:slug>/bulk/start/": (NEVER, ACT),
    "orgs/<slug:slug>/bulk/<int:pk>/": (ACT, NEVER),
    "orgs/<slug:slug>/bulk/<int:pk>/stop/": (NEVER, ACT),
    "orgs/<slug:slug>/bulk/<int:pk>/continue/": (NEVER, ACT),
    "orgs/<slug:slug>/datasets/": (SEE, NEVER),
    "orgs/<slug:slug>/datasets/<cloud_id:dataset_id>/": (SEE, NEVER),
    "orgs/<slug:slug>/datasets/<cloud_id:dataset_id>/counts/": (SEE, NEVER),
    "orgs/<slug:slug>/models/": (SEE, NEVER),
    "orgs/<slug:slug>/models/<model_name:name>/": (SEE, NEVER),
    "orgs/<slug:slug>/compare/": (SEE, NEVER),
    "orgs/<slug:slug>/insights/": (SEE, NEVER),
    "openapi.json": (OPEN, NEVER),
    "orgs.json": (OPEN, NEVER),
    "orgs/<slug:slug>/jobs.json": (SEE, ACT),
    "orgs/<slug:slug>/jobs.csv": (SEE, NEVER),
    f"{JOB[:-1]}.json": (SEE, NEVER),
    f"{JOB}menu/": (SEE, NEVER),
    f"{JOB}cancel.json": (NEVER, ACT),
    f"{JOB}delete.json": (NEVER, ACT),
    f"{JOB}notes.json": (NEVER, ACT),
    f"{JOB}tags.json": (NEVER, ACT),
    "orgs/<slug:slug>/submissions/<int:pk>.json": (SEE, NEVER),
    "orgs/<slug:slug>/activity/": (SEE, NEVER),
    "orgs/<slug:slug>/activity.csv": (ADMINISTER, NEVER),
    "orgs/<slug:slug>/members/": (SEE, ADMINISTER),
    "orgs/<slug:slug>/members/<int:pk>/role/": (NEVER, ADMINISTER),
    "orgs/<slug:slug>/members/<int:pk>/remove/": (ADMINISTER, ADMINISTER),
    "orgs/<slug:slug>/invitations/<int:pk>/withdraw/": (NEVER, ADMINISTER),
    "jobs/<cloud_id:viam_id>/": (SEE, NEVER),
    "watched/": (OPEN, NEVER),
    "first-steps/": (OPEN, NEVER),
    "first-steps/away/": (NEVER, OPEN),
    "find/": (OPEN, NEVER),
    # What may be undone hangs on the note; here there is none.
    "undo/": (NEVER, OPEN),
    "shortcuts/": (OPEN, NEVER),
    "orgs/": (OPEN, NEVER),
    "activity/": (SITE, (403, 403, 403, 403, 405)),
    "activity.csv": (SITE, (403, 403, 403, 403, 405)),
    "settings/keys/": (KEY, NEVER),
    "settings/keys/new/": (SITE, SITE),
    "settings/keys/<uuid:pk>/": (KEY, KEY),
    "settings/keys/<uuid:pk>/organizations/": (SITE, SITE),
    "settings/keys/<uuid:pk>/test/": (NEVER, KEY),
    "settings/keys/<uuid:pk>/rotate/": (NEVER, KEY),
    "settings/keys/<uuid:pk>/remove/": (KEY, KEY),
    "sign-out/": (NEVER, OPEN),
    "join/<str:token>/": (OPEN, OPEN),
    # Of somebody else: for everybody but the person whom it is for, there is none.
    "invitations/<int:pk>/accept/": (NEVER, (404,) * 5),
    "invitations/<int:pk>/decline/": (NEVER, (404,) * 5),
    "healthz": (OPEN, NEVER),
    "readyz": (OPEN, NEVER),
    "metrics": ((404,) * 5, NEVER),
    "admin/login/": (OPEN, OPEN),
    "settings/": (OPEN, OPEN),
    "admin/": (SITE, (403, 403, 403, 403, 405)),
    "admin/<path:rest>": (SITE, (403, 403, 403, 403, 405)),
    "people/": (SITE, (403, 403, 403, 403, 405)),
    "people/<int:pk>/": (SITE, (403, 403, 403, 403, 405)),
    **{
        f"people/<int:pk>/{what}/": (SITE, SITE)
        for what in ("password-link", "promote", "demote", "deactivate", "activate", "reset-factors", "end-sessions")
    },
}
# About oneself, whoever one is: what is there has nothing to do with roles.
ONESELF = ("me/", "password/", "^password/", "email/", "set-up/", "sign-in/")

WRITES = ("SubmitTrainingJob", "SubmitCustomTrainingJob", "CancelTrainingJob", "DeleteCompletedTrainingJob")


@pytest.fixture
def people(ana: User, bo: User, vera: User, adam: User, olga: User, bolt: Organization) -> dict[str, User]:
    Membership.objects.create(organization=bolt, user=vera, role=Role.VIEWER)
    Membership.objects.create(organization=bolt, user=adam, role=Role.ADMINISTRATOR)
    return {"outsider": olga, "viewer": vera, "operator": bo, "administrator": adam, "owner": ana}


@pytest.fixture
def addresses(bolt: Organization, people: dict[str, User]) -> Callable[[str], str]:
    """Leads to something that exists."""
    job = next(job for job in bolt.jobs.order_by("-sorted_on") if job.can_cancel)
    entry = bolt.actions.create(actor=people["operator"], action="job:submit", outcome="unknown")
    bolt.submissions.create(entry=entry, person=people["operator"], key="once", state="unknown")
    spare = Membership.objects.create(
        organization=bolt, user=User.objects.create_user("spare"), role=Role.VIEWER, added_by=people["owner"]
    )
    invitation = Invitation.objects.create(organization=bolt, role=Role.VIEWER, expires_at=spare.added_at)
    view = bolt.views.create(owner=spare.user, name="Failures", query="status=failed", is_shared=True)
    note = job.notes.create(author=spare.user, author_name="spare", text="Loss explodes after epoch 3.")
    run = bolt.runs.create(actor=people["operator"], verb="cancel", state="stopped")
    numbers = {
        "views": view.pk,
        "notes": note.pk,
        "bulk": run.pk,
        "submissions": entry.pk,
        "members": spare.pk,
        "people": spare.user_id,
        "invitations": invitation.pk,
    }

    def to(route: str) -> str:
        number = next((pk for word, pk in numbers.items() if f"/{word}/" in f"/{route}"), 1)
        pk = bolt.credentials_id if "<uuid:pk>" in route else number
        values = {
            "slug": bolt.slug,
            "viam_id": job.viam_id,
            "dataset_id": job.dataset_id,
            "pk": pk,
            "name": job.model_name,
            "word": "training",
            "token": invitation.token,
        }
        return filled(route, values)

    return to


@pytest.mark.parametrize("who", ASKERS)
def test_everybody_gets_what_the_table_says(
    who: str, cloud: Emulator, people: dict[str, User], addresses: Callable[[str], str]
) -> None:
    """Row 17, Row 19: refusals come before anything is sent, and look alike for what exists and what doesn't."""
    wrong = [message for route in TABLE for message in _differences(route, who, people[who], addresses(route))]

    assert wrong == []


@pytest.mark.parametrize("who", ["outsider", "viewer"])
def test_who_may_only_look_sends_nothing(
    who: str, cloud: Emulator, people: dict[str, User], addresses: Callable[[str], str]
) -> None:
    entries, calls = AuditEntry.objects.count(), _writes(cloud)
    client = _client(people[who])

    for route in TABLE:
        if "sign-" not in route and "join" not in route:
            client.post(addresses(route), {"role": "3", "name": "x@example.com", "token": "t"})

    assert (AuditEntry.objects.count(), _writes(cloud)) == (entries, calls)


def test_pages_that_ask_the_cloud_leave_a_thread_to_the_others(
    cloud: Emulator, people: dict[str, User], addresses: Callable[[str], str]
) -> None:
    """Issue 15, number 15: as many of them as a worker has threads held up every page while the cloud was silent."""
    client = _client(people["owner"])
    waiting = []
    for route in TABLE:
        before = cloud.calls.total()
        client.get(addresses(route), {"dataset": "unheard-of", "script": "unheard:of"})
        waiting += [route] if cloud.calls.total() > before else []

    assert {"orgs/<slug:slug>/jobs/new/labels/", "orgs/<slug:slug>/jobs/new/custom/versions/"} <= {*waiting}
    assert [route for route in waiting if not is_slow("GET", addresses(route))] == []


def test_an_outsider_can_t_tell_what_exists(olga_client: Client, bolt: Organization) -> None:
    """Row 17, Row 22: the same answer for another's organization as for none, whatever version is guessed."""
    guess = {"HX-Request": "true", "HX-PTag": "1.1"}
    there, nowhere = (
        olga_client.get(f"/orgs/{slug}/jobs/", headers=guess) for slug in (bolt.slug, "no-such-organization")
    )

    assert (there.status_code, without_id(there.text)) == (nowhere.status_code, without_id(nowhere.text))
    assert there.status_code == 404


def test_a_job_under_another_organization_s_address_is_no_such_job(
    bo_client: Client, bo: User, bolt: Organization
) -> None:
    """Row 18."""
    other = Organization.objects.create(endpoint="x:443", viam_id="o-2", name="Other", slug="other")
    Membership.objects.create(organization=other, user=bo, role=Role.ADMINISTRATOR)
    job = bolt.jobs.first()
    assert job

    for place in ("", "menu/", "cancel/", "delete/", "logs/", "logs/log.txt", "resubmit/"):
        assert bo_client.get(f"/orgs/other/jobs/{job.viam_id}/{place}").status_code == 404


def test_an_error_while_looking_for_the_right_to_it_is_a_refusal(bo_client: Client, bolt: Organization) -> None:
    """Row 23: a role that nobody knows grants nothing."""
    Membership.objects.filter(organization=bolt).update(role=77)
    bo_client.raise_request_exception = False

    answer = bo_client.get(bolt.get_absolute_url())

    assert answer.status_code in (403, 404, 500)
    assert bolt.jobs.first().model_name not in answer.text  # type: ignore[union-attr]


def test_every_address_is_in_the_table() -> None:
    """Row 24."""
    ours = {route for route in routes() if not route.startswith(ONESELF)}

    assert ours == set(TABLE)


def test_one_s_own_pages_are_alike_for_everybody(people: dict[str, User]) -> None:
    asked = [filled(route, {}) for route in routes() if route.startswith(ONESELF)]
    clients = [_client(user) for user in people.values()]

    assert [address for address in asked if len({client.get(address).status_code for client in clients}) > 1] == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="tests/postgres/test_read_only.py shows it there")
def test_a_database_that_takes_nothing_is_read_on_and_says_so_when_it_should_take_something(
    people: dict[str, User], addresses: Callable[[str], str]
) -> None:
    """Row 131: every page is drawn, although sessions would note that they are used; every action is a clear 503."""
    client = _client(people["owner"])
    client.raise_request_exception = False
    asked = {route: addresses(route) for route in TABLE} | {"me/": "/me/"}
    _session_that_is_over(people["owner"])
    _use_again_after_a_minute(client)
    Organization.objects.update(catalogue_at=None, viewed_at=None)
    with _read_only():
        read = {route: client.get(address).status_code for route, address in asked.items()}
        acted = [client.post(addresses(route)) for route in ("first-steps/away/", f"{JOB}cancel/", f"{JOB}claim/")]

    assert read == {route: client.get(address).status_code for route, address in asked.items()}
    assert {answer.status_code for answer in acted} == {503}
    assert all("This site's database is read-only." in unescape(answer.text) for answer in acted)


def _session_that_is_over(user: User) -> None:
    UserSession.objects.create(user=user, session_key="of-before", ip="127.0.0.1", user_agent="")


def _use_again_after_a_minute(client: Client) -> None:
    session = client.session
    session[SEEN] -= 61
    session.save()


@contextmanager
def _read_only() -> Iterator[None]:
    """As if the file were: the same result code, and nothing can be written."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        try:
            yield
        finally:
            cursor.execute("PRAGMA query_only = OFF")


def without_id(text: str) -> str:
    """An error page but for what is different on each, and the address that its reader typed."""
    of_each = r'Request <span class="id">[0-9a-f]+|csrfmiddlewaretoken" value="\w+|data-now="[^"]+|next=[^"]+'
    return re.sub(of_each, "", text)


def _differences(route: str, who: str, user: User, address: str) -> Iterator[str]:
    for method, expected in zip(("get", "post"), TABLE[route], strict=True):
        client = _client(user)
        wanted = expected[ASKERS.index(who)]
        found = _meaning(getattr(client, method)(address))
        if found != wanted:
            yield f"{method} /{route} by {who}: {found} instead of {wanted}"


def _meaning(answer: HttpResponseBase) -> int:
    return answer.status_code if answer.status_code in (403, 404, 405) or answer.status_code >= 500 else 200


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _writes(cloud: Emulator) -> int:
    return sum(cloud.calls[method] for method in WRITES)
