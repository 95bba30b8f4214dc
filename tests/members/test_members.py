"""Members in a browser's eyes: invited, promoted, removed, and what each of them finds on the pages."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from jobs.domain import JobStatus, Role
from jobs.models import AuditEntry, Invitation, Membership, Organization
from jobs.models.memberships import LASTS

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def link(text: str) -> str:
    found = re.search(r"http://testserver(/join/[^<]+)<", text)
    assert found
    return found[1]


def test_an_invitation_makes_somebody_a_member_once(adam_client: Client, olga: User, bolt: Organization) -> None:
    text = adam_client.post(f"/orgs/{bolt.slug}/members/", {"role": "1"}, follow=True).text
    guest = Client()
    guest.force_login(olga)

    assert "Join as" in guest.get(link(text)).text
    assert guest.post(link(text))["Location"] == bolt.get_absolute_url()
    assert Membership.objects.get(user=olga).held == Role.VIEWER
    assert guest.get(link(text)).status_code == 410


def test_a_stranger_who_opens_an_invitation_is_led_through_sign_in(
    client: Client, ana: User, bolt: Organization
) -> None:
    invitation = Invitation.objects.create(organization=bolt, role=1, invited_by=ana, expires_at=timezone.now() + LASTS)

    text = client.get(f"/join/{invitation.token}/").text

    assert bolt.name in text
    assert "/sign-in/?next=%2Fjoin%2F" in text


@pytest.mark.parametrize("token", ["1", "1:abc", "x" * 500, "%00"])
def test_a_link_that_was_never_given_out_leads_nowhere(client: Client, bolt: Organization, token: str) -> None:
    assert client.get(f"/join/{token}/").status_code == 404


def test_a_withdrawn_invitation_is_over(adam_client: Client, olga_client: Client, bolt: Organization) -> None:
    text = adam_client.post(f"/orgs/{bolt.slug}/members/", {"role": "2"}, follow=True).text
    invitation = Invitation.objects.get()

    adam_client.post(f"/orgs/{bolt.slug}/invitations/{invitation.pk}/withdraw/")

    assert olga_client.get(link(text)).status_code == 410
    olga_client.post(link(text))
    assert not Membership.objects.filter(user__username="olga").exists()


def test_an_invitation_never_lowers_a_role(adam: User, adam_client: Client, bolt: Organization) -> None:
    text = adam_client.post(f"/orgs/{bolt.slug}/members/", {"role": "1"}, follow=True).text

    adam_client.post(link(text))

    assert Membership.objects.get(user=adam).held == Role.ADMINISTRATOR


def test_nobody_is_made_a_site_owner_by_a_membership(adam_client: Client, bo: User, bolt: Organization) -> None:
    membership = bolt.memberships.get(user=bo)

    for role in ("9", "0", "-1", "x", ""):
        adam_client.post(f"/orgs/{bolt.slug}/members/{membership.pk}/role/", {"role": role})

    membership.refresh_from_db()
    assert membership.held == Role.OPERATOR


def test_a_viewer_sees_no_button_that_acts(vera_client: Client, bolt: Organization) -> None:
    """Row 19."""
    running = bolt.jobs.filter(status=JobStatus.IN_PROGRESS).first()
    assert running
    pages = [bolt.get_absolute_url(), running.get_absolute_url(), f"/orgs/{bolt.slug}/members/"]
    text = "".join(vera_client.get(page).text for page in pages)

    assert running.model_name in text
    for word in ("/cancel/", "/delete/", "/resubmit/", "jobs/new/", "/claim/", "Remove…", "/role/", "Invite somebody"):
        assert word not in text.replace("settings/", "")


def test_a_viewer_never_gets_an_operators_fragment(bo_client: Client, vera_client: Client, bolt: Organization) -> None:
    """Row 21: what was drawn for one is kept, and not shown to the other."""
    address = f"{bolt.get_absolute_url()}?status=in_progress"

    for _ in range(2):
        assert "/cancel/" in bo_client.get(address, headers=HTMX).text
        assert "/cancel/" not in vera_client.get(address, headers=HTMX).text


def test_a_role_that_changes_shows_at_the_next_poll(
    vera: User, vera_client: Client, adam_client: Client, bolt: Organization
) -> None:
    page = vera_client.get(bolt.get_absolute_url())
    poll = {**HTMX, "HX-PTag": page["HX-PTag"]}
    assert vera_client.get(bolt.get_absolute_url(), headers=poll).status_code == 204

    membership = bolt.memberships.get(user=vera)
    adam_client.post(f"/orgs/{bolt.slug}/members/{membership.pk}/role/", {"role": "2"})

    answer = vera_client.get(bolt.get_absolute_url(), headers=poll)
    assert answer.status_code == 200
    assert "/cancel/" in answer.text


def test_who_is_removed_is_out_at_the_next_poll(
    bo: User, bo_client: Client, adam_client: Client, bolt: Organization
) -> None:
    """Row 12."""
    page = bo_client.get(bolt.get_absolute_url())
    membership = bolt.memberships.get(user=bo)

    adam_client.post(f"/orgs/{bolt.slug}/members/{membership.pk}/remove/")

    answer = bo_client.get(bolt.get_absolute_url(), headers={**HTMX, "HX-PTag": page["HX-PTag"]})
    assert (answer.status_code, answer["HX-Refresh"]) == (404, "true")
    assert bo_client.get("/").text.count(bolt.name) == 0


def test_everybody_may_leave(bo: User, bo_client: Client, bolt: Organization) -> None:
    membership = bolt.memberships.get(user=bo)

    assert "Leave this organization?" in bo_client.get(f"/orgs/{bolt.slug}/members/{membership.pk}/remove/").text
    bo_client.post(f"/orgs/{bolt.slug}/members/{membership.pk}/remove/")

    assert bo_client.get(bolt.get_absolute_url()).status_code == 404


def test_every_change_of_members_is_written_down(adam_client: Client, olga_client: Client, bolt: Organization) -> None:
    adam_client.post(f"/orgs/{bolt.slug}/members/", {"role": "2", "name": "olga"})
    olga_client.post(f"/invitations/{Invitation.objects.get().pk}/accept/")
    membership = bolt.memberships.get(user__username="olga")
    adam_client.post(f"/orgs/{bolt.slug}/members/{membership.pk}/role/", {"role": "1"})
    adam_client.post(f"/orgs/{bolt.slug}/members/{membership.pk}/remove/")

    told = AuditEntry.objects.filter(action__startswith="member:").order_by("pk")
    assert [(entry.action, entry.subject, entry.actor_name, entry.address, entry.outcome) for entry in told] == [
        ("member:invite", "olga, as operator", "adam", "127.0.0.1", "done"),
        ("member:join", "olga, as operator", "olga", "127.0.0.1", "done"),
        ("member:change", "olga, from operator to viewer", "adam", "127.0.0.1", "done"),
        ("member:remove", "olga", "adam", "127.0.0.1", "done"),
    ]
