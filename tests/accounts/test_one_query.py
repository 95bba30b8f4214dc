"""Who asks is found out by one query, and whatever was revoked is revoked at the next request as if it were many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.accounts import backend
from dashboard.accounts.models import Profile
from jobs.models import Membership, Organization
from tests.accounts.conftest import TypeIn

pytestmark = pytest.mark.django_db

MINE = "/orgs/bolt-robotics/jobs/"


@pytest.fixture
def client_of_bo(bo: User, bolt: Organization, type_in: TypeIn) -> Client:
    """Signed in through the form, as people are."""
    client = Client()
    assert type_in(client, "bo").status_code == 302
    return client


def poll(client: Client, tag: str = "", page: str = MINE) -> Any:
    return client.get(page, headers={"HX-Request": "true", "X-Poll": "1", **({"HX-PTag": tag} if tag else {})})


def test_a_poll_without_news_is_one_query(client_of_bo: Client) -> None:
    tag = poll(client_of_bo).headers["HX-PTag"]
    with CaptureQueriesContext(connection) as asked:
        assert poll(client_of_bo, tag).status_code == 204
    assert len(asked) == 1


def test_so_is_one_of_a_site_owner_and_of_who_never_set_anything(
    ana: User, bolt: Organization, type_in: TypeIn
) -> None:
    client = Client()
    type_in(client, "ana")
    Profile.objects.all().delete()
    tag = poll(client).headers["HX-PTag"]
    with CaptureQueriesContext(connection) as asked:
        assert poll(client, tag).status_code == 204
    assert len(asked) == 1


def test_what_comes_with_a_session_is_what_the_database_has(client_of_bo: Client, bo: User, bolt: Organization) -> None:
    """Values of every column, times and JSON included, as Django reads them."""
    Profile.objects.update_or_create(user=bo, defaults={"zone": "Asia/Tokyo", "hidden": "labels"})
    found = backend.read_session(Session.objects.get().session_key, MINE)
    assert found and found.user
    organization = found.user.came_to  # type: ignore[attr-defined]
    for one, other in (
        (found.user, User.objects.get(pk=bo.pk)),
        (found.user.profile, Profile.objects.get(user=bo)),
        (organization, Organization.objects.get(pk=bolt.pk)),
    ):
        fields = [field.attname for field in one._meta.concrete_fields]
        assert {name: getattr(one, name) for name in fields} == {name: getattr(other, name) for name in fields}
        assert {name: type(getattr(one, name)) for name in fields} == {
            name: type(getattr(other, name)) for name in fields
        }
    assert found.user.profile.user is found.user


def _other_password() -> None:
    bo = User.objects.get(username="bo")
    bo.set_password("quite other words")
    bo.save()


@pytest.mark.parametrize(
    ("revoke", "status"),
    [
        (lambda: User.objects.filter(username="bo").update(is_active=False), 401),
        (_other_password, 401),
        (lambda: Session.objects.all().delete(), 401),
        (lambda: Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1)), 401),
        (lambda: User.objects.filter(username="bo").delete(), 401),
        (lambda: Membership.objects.all().delete(), 404),
        (lambda: Organization.objects.update(is_shown=False), 404),
    ],
    ids=["deactivated", "password changed", "signed out elsewhere", "time is up", "removed", "no member", "hidden"],
)
@pytest.mark.parametrize("is_poll", [True, False])
def test_it_is_over_at_the_next_request(
    client_of_bo: Client, revoke: Callable[[], object], status: int, is_poll: bool
) -> None:
    tag = poll(client_of_bo).headers["HX-PTag"]
    assert poll(client_of_bo, tag).status_code == 204
    revoke()
    answer = poll(client_of_bo, tag) if is_poll else client_of_bo.get(MINE)
    if status == 404:
        assert answer.status_code == 404
    else:
        led = answer.headers.get("HX-Redirect") or answer.headers.get("Location") or ""
        assert answer.status_code == 401 or "/sign-in/" in led
        assert b"job-table" not in answer.content


def test_another_role_holds_at_the_next_request(client_of_bo: Client) -> None:
    new = f"{MINE}new/"
    assert client_of_bo.get(new).status_code == 200
    Membership.objects.update(role=1)
    assert client_of_bo.get(new).status_code == 403


def test_who_owns_the_site_no_more_sees_no_more(ana: User, bolt: Organization, type_in: TypeIn) -> None:
    client = Client()
    type_in(client, "ana")
    assert client.get(MINE).status_code == 200
    User.objects.filter(pk=ana.pk).update(is_superuser=False)
    assert client.get(MINE).status_code == 404


def test_the_session_alone_says_whose_it_is(client_of_bo: Client, bo: User, ana: User) -> None:
    """The row that the query goes by may name anybody, or nobody: who asks stays who signed in."""
    UserSession.objects.update(user=ana)
    with CaptureQueriesContext(connection) as asked:
        page = client_of_bo.get(MINE)
    assert (page.context["user"].username, page.context["access"].role.word) == ("bo", "operator")
    assert len(asked) > 1
    UserSession.objects.all().delete()
    assert client_of_bo.get(MINE).context["user"].username == "bo"


def test_what_acts_looks_for_the_role_itself(client_of_bo: Client, bolt: Organization) -> None:
    """An answer to a form begins when all of it is there; nothing is taken from what was read before."""
    with CaptureQueriesContext(connection) as asked:
        client_of_bo.post(f"{MINE}new/", {})
    assert any('"jobs_membership"."role" AS "held"' in query["sql"] for query in asked)


def test_two_people_in_one_process_stay_two(client_of_bo: Client, ana: User, bolt: Organization) -> None:
    other = Client()
    other.force_login(ana)
    for _ in range(3):
        assert client_of_bo.get(MINE).context["user"].username == "bo"
        assert other.get(MINE).context["user"].username == "ana"
        assert Client().get(MINE).status_code == 302


def test_of_an_organization_that_is_named_in_vain_nothing_comes(client_of_bo: Client, bolt: Organization) -> None:
    Organization.objects.create(viam_id="z", slug="other", name="Other", credentials=bolt.credentials)
    found = backend.read_session(Session.objects.get().session_key, "/orgs/other/jobs/")
    assert found and found.user
    assert not hasattr(found.user, "came_to")
    assert client_of_bo.get("/orgs/other/jobs/").status_code == 404


def test_a_person_is_taken_once(client_of_bo: Client, bo: User) -> None:
    """Whoever asks for them again, later in a request, gets them as they are then."""
    found = backend.read_session(Session.objects.get().session_key, MINE)
    before = backend._looked_at.set(found)
    try:
        assert backend.take_user(bo.pk + 1) is None
        assert backend.take_user(bo.pk) == bo
        assert backend.take_user(bo.pk) is None
    finally:
        backend._looked_at.reset(before)
    assert backend.take_user(bo.pk) is None
