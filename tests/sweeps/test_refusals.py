"""What makes no sense or wasn't meant is refused, at every address, and has no effect: rows 13 to 16 and 54 to 56."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from emulator.server import Emulator
from jobs.models import Membership, Organization
from tests.sweeps.addresses import filled, routes
from tests.sweeps.test_access import NEVER, TABLE
from tests.sweeps.test_sign_in import everything

pytestmark = pytest.mark.django_db

EVIL = "https://evil.example"
ODD_IDS = ("..", "../..", "..%2f..", "%00", "%0a", "x" * 10_000, "🚂", "{{7*7}}", "' OR 1=1 --", "-1", "9" * 40, "%ff")
ODD_VALUES = ("-1", "0", "1000000000", "abc", "__class__", "99", "\0", "🚂", "%", "x" * 5_000, "'", '"', "1e9", "NaN")
NAMES = ("page", "per_page", "sort", "status", "q", "action", "who", "outcome", "since", "level", "from", "back")
OPERATORS = ("%", "_", "\\", "'", '"', "*", "AND", "NOT", "NEAR(a b, 2)", "a*", '"a', "a:b", "-a", "(", "^a", "{a}")


@pytest.fixture
def acting(bolt: Organization, bo: User) -> list[str]:
    """Every address that acts by POST, filled so that it leads to something which exists."""
    job = next(job for job in bolt.jobs.order_by("-sorted_on") if job.can_cancel)
    member = Membership.objects.get(organization=bolt, user=bo)
    values = {"slug": bolt.slug, "viam_id": job.viam_id, "uuid": bolt.credentials_id}
    # Somebody's own view of the list is nobody else's to find.
    left_out = ("join", "views/<int:pk>")
    acting = [
        route
        for route, (_, by_post) in TABLE.items()
        if by_post != NEVER and not any(part in route for part in left_out)
    ]
    return [
        filled(route, values if "<uuid" in route else values | {"pk": _number_of(route, member)}) for route in acting
    ]


def _number_of(route: str, member: Membership) -> int:
    return member.user_id if route.startswith("people/") else member.pk


def strict(user: User) -> Client:
    """A client that is held to CSRF, as browsers are."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def test_a_host_that_is_not_ours_is_refused(ana_client: Client, bolt: Organization) -> None:
    """Row 13: nowhere, and no answer or link ever repeats it."""
    for address in (bolt.get_absolute_url(), "/sign-in/", "/no-such-page"):
        answer = ana_client.get(address, headers={"Host": "evil.example"})
        assert (answer.status_code, "evil" in answer.text) == (400, False)


def test_another_host_that_a_proxy_claims_is_in_no_link(adam_client: Client, bolt: Organization) -> None:
    """Row 13: the links of invitations name the host that was asked, among ALLOWED_HOSTS."""
    adam_client.post(reverse("jobs:members", args=[bolt.slug]), {"role": "1"})
    told = adam_client.get(reverse("jobs:members", args=[bolt.slug]), headers={"X-Forwarded-Host": "evil.example"})
    assert "/join/" in told.text
    assert "evil.example" not in told.text


def test_what_acts_does_nothing_by_get(ana_client: Client, cloud: Emulator, acting: list[str]) -> None:
    """Row 14: 405, or a page that asks; nothing is changed by either."""
    before, calls = everything(), _writes(cloud)
    statuses = {address: ana_client.get(address).status_code for address in acting}
    assert {address for address, status in statuses.items() if status not in (200, 302, 405)} == set()
    assert sum(status == 405 for status in statuses.values()) >= 8
    assert (_without_looks(everything()), _writes(cloud)) == (_without_looks(before), calls)


@pytest.mark.parametrize("by_htmx", [False, True])
@pytest.mark.parametrize("token", [None, "wrong"])
def test_what_acts_needs_the_token(
    ana: User, cloud: Emulator, acting: list[str], by_htmx: bool, token: str | None
) -> None:
    """Row 15: no token or a wrong one, by form or by htmx: 403, nothing in the database, nothing sent."""
    client, before, calls = strict(ana), everything(), cloud.calls.total()
    headers = {**({"HX-Request": "true"} if by_htmx else {}), **({"X-CSRFToken": token} if token else {})}
    body = {"token": "t", **({"csrfmiddlewaretoken": token} if token else {})}
    statuses = {address: client.post(address, body, headers=headers).status_code for address in acting}
    assert {address for address, status in statuses.items() if status != 403} == set()
    assert (everything(), cloud.calls.total()) == (before, calls)


def test_what_acts_needs_to_come_from_us(ana: User, cloud: Emulator, acting: list[str]) -> None:
    """Row 16: with a valid token, from another origin."""
    client = strict(ana)
    client.get("/settings/keys/new/")
    token = client.cookies["trainyard-csrf"].value
    before, calls = everything(), cloud.calls.total()
    for origin in (EVIL, "null", "http://testserver.evil.example"):
        headers = {"X-CSRFToken": token, "Origin": origin}
        assert {client.post(address, headers=headers).status_code for address in acting} == {403}
    assert (everything(), cloud.calls.total()) == (before, calls)


def test_the_token_and_our_own_origin_are_enough(adam: User, bolt: Organization) -> None:
    Membership.objects.create(organization=bolt, user=adam, role=3)
    client = strict(adam)
    client.get(reverse("jobs:members", args=[bolt.slug]))
    headers = {"X-CSRFToken": client.cookies["trainyard-csrf"].value, "Origin": "http://testserver"}
    answer = client.post(reverse("jobs:members", args=[bolt.slug]), {"role": "1"}, headers=headers)
    assert answer.status_code == 302


@pytest.mark.parametrize("odd", ODD_IDS, ids=lambda odd: odd[:8])
def test_odd_ids_lead_nowhere(ana_client: Client, cloud: Emulator, bolt: Organization, odd: str) -> None:
    """Row 54: no such page, no call of the cloud, and no error, at every address with an id in it."""
    calls = cloud.calls.total()
    for route in routes():
        if "<" in route and not route.startswith(("admin/", *FROM_MAILS)):
            values = dict.fromkeys(("viam_id", "pk", "name", "token", "uuid"), odd) | {"slug": bolt.slug}
            assert ana_client.get(filled(route, values)).status_code in _ANSWERS[route.startswith(_LISTS)], route
            assert ana_client.get(filled(route, {**values, "slug": odd})).status_code in (302, 404, 405), route
    assert cloud.calls.total() == calls


# What has no id but the organization's answers as ever; with an odd id there is no such page, or none by GET.
_ANSWERS = {True: (200, 302, 404, 405), False: (404, 405, 302)}
_LISTS = ("orgs/",)
# The link of a mail that is over says so on a page of its own.
FROM_MAILS = ("email/", "^password/")


@pytest.mark.parametrize("name", NAMES)
def test_odd_parameters_are_clamped_or_refused(ana_client: Client, bolt: Organization, name: str) -> None:
    """Row 55: on every page, by itself and as a fragment."""
    job = bolt.jobs.first()
    assert job
    values = {"slug": bolt.slug, "viam_id": job.viam_id, "uuid": bolt.credentials_id, "name": job.model_name}
    pages = [filled(route, values) for route, (by_get, _) in TABLE.items() if by_get != NEVER and "sign" not in route]
    for address in pages:
        for value in ODD_VALUES:
            status = ana_client.get(address, {name: value}).status_code
            assert status < 500 or "metrics" in address, (address, name, value[:10])


def test_a_page_far_beyond_the_last_is_bounded(bo_client: Client, bolt: Organization) -> None:
    """Row 55: neither many rows nor many queries."""
    for value in ("1000000000", "-1", "abc", "9" * 400):
        answer = bo_client.get(bolt.get_absolute_url(), {"page": value, "per_page": "1000000"})
        assert answer.status_code == 200
        assert answer.text.count("<tr id=") <= 50


@pytest.mark.parametrize("operator", OPERATORS)
def test_search_takes_every_sign_as_itself(bo_client: Client, bolt: Organization, operator: str) -> None:
    """Row 56: a job with that in its name is found, and others are not found for it."""
    found, other = bolt.jobs.order_by("pk")[:2]
    bolt.jobs.update(search_text="nothing in common")
    bolt.jobs.filter(pk=found.pk).update(search_text=f"before {operator} after".lower())
    answer = bo_client.get(bolt.get_absolute_url(), {"q": operator})
    assert answer.status_code == 200
    assert f'id="job-{found.viam_id}"' in answer.text
    assert (f'id="job-{other.viam_id}"' in answer.text) == (operator.lower() in "nothing in common")


def _writes(cloud: Emulator) -> int:
    names = ("SubmitTrainingJob", "SubmitCustomTrainingJob", "CancelTrainingJob", "DeleteCompletedTrainingJob")
    return sum(cloud.calls[name] for name in names)


def _without_looks(rows: dict[str, list[dict[str, object]]]) -> dict[str, list[dict[str, object]]]:
    """Looking at a page is noted, and a session that was used lives longer; both are no effect."""
    for row in rows["Organization"]:
        row["viewed_at"] = None
    return {name: found for name, found in rows.items() if name != "Session"}
