"""Tokens: made and shown once, in force while their owner is, worth nothing anywhere but where programs ask."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from jobs.domain import JobStatus, Role
from jobs.models import AccessToken, AuditEntry, Membership, Organization

pytestmark = pytest.mark.django_db


def token(owner: User, role: Role = Role.OPERATOR, organization: Organization | None = None) -> dict[str, str]:
    _, secret = AccessToken.make(owner, "robot", role, organization, timedelta(days=1))
    return {"Authorization": f"Bearer {secret}"}


def status(client: Client, bolt: Organization, headers: dict[str, str]) -> int:
    return client.get(f"/orgs/{bolt.slug}/jobs.json", headers=headers).status_code


def test_a_token_is_shown_once(bo_client: Client, bolt: Organization) -> None:
    text = bo_client.post("/me/tokens/", {"label": "nightly", "role": "1", "lasts": "30"}).text

    made = re.search(r"ty_[\w-]{43}", text)
    assert made
    assert made[0] not in bo_client.get("/me/tokens/").text
    assert made[0] not in str(list(AccessToken.objects.values()) + list(AuditEntry.objects.values()))
    assert status(Client(), bolt, {"Authorization": f"Bearer {made[0]}"}) == 200


def test_making_and_revoking_is_written_down(bo_client: Client, bolt: Organization) -> None:
    bo_client.post("/me/tokens/", {"label": "nightly", "role": "1", "lasts": "30", "organization": bolt.pk})
    bo_client.post(f"/me/tokens/{AccessToken.objects.get().pk}/revoke/")

    told = AuditEntry.objects.filter(action__startswith="token:").order_by("pk")
    assert [(entry.action, entry.subject, entry.organization) for entry in told] == [
        ("token:create", "nightly", bolt),
        ("token:revoke", "nightly", bolt),
    ]


def test_a_token_ends(client: Client, bo: User, bolt: Organization) -> None:
    """Revoked, expired, of somebody deactivated: the next request is refused."""
    headers = token(bo)
    assert status(client, bolt, headers) == 200

    for dead in ({"revoked_at": timezone.now()}, {"revoked_at": None, "expires_at": timezone.now()}):
        AccessToken.objects.update(**dead)
        assert status(client, bolt, headers) == 401
    AccessToken.objects.update(expires_at=timezone.now() + timedelta(1))
    User.objects.filter(pk=bo.pk).update(is_active=False)
    assert status(client, bolt, headers) == 401


def test_a_token_sees_no_more_than_its_owner(client: Client, bo: User, bolt: Organization) -> None:
    headers = token(bo)
    Membership.objects.filter(user=bo).delete()

    assert status(client, bolt, headers) == 404


def test_a_token_does_no_more_than_it_is_for(client: Client, ana: User, bolt: Organization) -> None:
    job = bolt.jobs.filter(status=JobStatus.IN_PROGRESS).first()
    assert job
    address = f"{job.get_absolute_url()}cancel.json"

    assert client.post(address, {}, "application/json", headers=token(ana, Role.VIEWER)).status_code == 403
    assert client.post(address, {}, "application/json", headers=token(ana)).status_code == 200
    entry = AuditEntry.objects.get(action="job:cancel")
    assert (entry.actor, entry.via) == (ana, "token robot")


def test_a_token_of_one_organization_knows_no_other(client: Client, ana: User, bolt: Organization) -> None:
    other = Organization.objects.create(endpoint="x:443", viam_id="o-2", name="Other", slug="other")
    headers = token(ana, organization=other)

    assert status(client, bolt, headers) == 404
    assert [row["slug"] for row in client.get("/orgs.json", headers=headers).json()["organizations"]] == ["other"]


def test_a_token_opens_no_page(client: Client, ana: User, bolt: Organization) -> None:
    headers = token(ana, Role.ADMINISTRATOR)

    for page in ("/", bolt.get_absolute_url(), "/settings/keys/", "/me/tokens/", f"/orgs/{bolt.slug}/members/"):
        assert client.get(page, headers=headers).status_code == 302


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ty_wrong", "Bearer \0", "Basic eDp5", "Bearer ty_a ty_b"])
def test_without_a_token_that_holds_the_answer_says_what_is_missing(
    client: Client, bolt: Organization, sent: str
) -> None:
    answer = client.get(f"/orgs/{bolt.slug}/jobs.json", headers={"Authorization": sent})

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="Trainyard"')
    assert answer["Content-Type"] == "application/problem+json"


def test_somebody_else_s_token_can_t_be_revoked(bo: User, adam_client: Client) -> None:
    row, _ = AccessToken.make(bo, "robot", Role.VIEWER, None, timedelta(1))

    assert adam_client.post(f"/me/tokens/{row.pk}/revoke/").status_code == 404


def test_a_table_that_is_read_ends_with_the_right_to_it(
    client: Client, adam_client: Client, adam: User, bo: User, bolt: Organization
) -> None:
    """Issue 15, part A: what is asked while it is on its way, of tokens and of roles."""
    by_token = client.get(f"/orgs/{bolt.slug}/jobs.csv", headers=token(bo))
    for_administrators = adam_client.get(f"/orgs/{bolt.slug}/activity.csv")
    for_members = adam_client.get(f"/orgs/{bolt.slug}/jobs.csv")
    answers: tuple[Any, ...] = by_token, for_administrators, for_members
    assert [answer.may_go_on() for answer in answers] == [True, True, True]

    AccessToken.objects.update(revoked_at=timezone.now())
    Membership.objects.filter(user=adam).update(role=Role.VIEWER)
    assert [answer.may_go_on() for answer in answers] == [False, False, True]
