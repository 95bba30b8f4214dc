"""Row 105: a stolen session of a site owner doesn't become the account, nor anybody's. Row 108: who you are, again."""

from __future__ import annotations

import time

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from jobs.models import AccessToken, ApiSettings, AuditEntry, Membership, Organization
from tests.accounts.conftest import TypeIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def stolen(ana: User, settings: Settings) -> Client:
    """Ana's session, signed in an hour ago and used ever since."""
    settings.SESSION_IDLE_SECONDS = 7200
    client = Client()
    with time_machine.travel(time.time() - 3600):
        client.force_login(ana)
    return client


def confirm(client: Client, password: str = "ana's own words") -> None:
    assert client.post("/sign-in/again/", {"password": password}).status_code == 302


class TestAdmin:
    def test_of_django_is_gone(self, ana_client: Client, bo: User) -> None:
        """Row 105: and what was bookmarked leads on."""
        with pytest.raises(NoReverseMatch):
            reverse("admin:index")
        for address, there in {
            "/admin/": "/people/",
            "/admin/password_change/": "/people/",
            "/admin/mfa/authenticator/add/": "/people/",
            f"/admin/auth/user/{bo.pk}/password/": f"/people/{bo.pk}/",
            "/admin/jobs/auditentry/7/change/": "/activity/",
            "/admin/jobs/organization/": "/orgs/",
        }.items():
            assert ana_client.get(address).headers["Location"] in (there, "/")
            assert ana_client.post(address, {"password1": "x", "password2": "x"}).status_code == 405

    def test_a_stolen_session_changes_nobody(self, stolen: Client, ana: User, bo: User) -> None:
        """Row 105: neither one's own account nor another's."""
        before = list(User.objects.order_by("pk").values())
        for pk in (ana.pk, bo.pk):
            for what in ("password-link", "demote", "promote", "deactivate", "reset-factors", "end-sessions"):
                answer = stolen.post(f"/people/{pk}/", {"what": what})
                assert answer.headers["Location"] == f"/sign-in/again/?next=%2Fpeople%2F{pk}%2F"
        assert list(User.objects.order_by("pk").values()) == before
        assert not AuditEntry.objects.exists()

    @pytest.mark.parametrize("what", ["password-link", "demote", "deactivate", "reset-factors", "end-sessions"])
    def test_nobody_changes_their_own_account_there(self, ana_client: Client, ana: User, what: str) -> None:
        """Row 105: even who said just now who they are."""
        page = ana_client.post(f"/people/{ana.pk}/", {"what": what}, follow=True)
        assert "Nothing was changed. This is your own account" in page.text
        ana.refresh_from_db()
        assert ana.is_active and ana.is_superuser


class TestPeople:
    def test_each_change_is_in_the_activity(self, ana_client: Client, bo: User) -> None:
        """Row 105."""
        TOTP.activate(bo, generate_totp_secret())
        for what in ("promote", "demote", "reset-factors", "deactivate", "activate"):
            assert ana_client.post(f"/people/{bo.pk}/", {"what": what}).status_code == 302
        told = AuditEntry.objects.filter(whom=bo, outcome="done").order_by("pk").values_list("action", flat=True)
        assert list(told) == [
            *("person:promote", "person:demote", "factor:reset", "person:deactivate", "person:activate")
        ]

    def test_who_is_deactivated_is_out_for_good(self, ana_client: Client, bo_client: Client, bo: User) -> None:
        """Row 105: reactivated, they sign in anew."""
        ana_client.post(f"/people/{bo.pk}/", {"what": "deactivate"})
        assert bo_client.get("/me/").status_code == 302

    def test_who_lost_a_device_is_signed_out_everywhere(self, ana_client: Client, bo: User, type_in: TypeIn) -> None:
        """Row 105: and signs in again, with the account as it was."""
        lost = Client()
        type_in(lost, "bo")
        assert lost.get("/me/").status_code == 200
        ana_client.post(f"/people/{bo.pk}/", {"what": "end-sessions"})
        assert lost.get("/me/").status_code == 302
        assert AuditEntry.objects.get(action="person:end-sessions").outcome == "done"
        assert type_in(Client(), "bo").headers["Location"] == "/"

    def test_a_lost_second_factor(self, ana_client: Client, bo: User, client: Client, type_in: TypeIn) -> None:
        """Row 105: the password lets in again."""
        TOTP.activate(bo, generate_totp_secret())
        ana_client.post(f"/people/{bo.pk}/", {"what": "reset-factors"})
        assert type_in(client, "bo").headers["Location"] == "/"

    def test_a_forgotten_password(self, ana_client: Client, bo: User, client: Client, type_in: TypeIn) -> None:
        """Row 105: by a link that is shown once, and kept nowhere."""
        page = ana_client.post(f"/people/{bo.pk}/", {"what": "password-link"})
        link = page.context["link"]
        assert link in page.text and link not in ana_client.get(f"/people/{bo.pk}/").text
        form = client.get(link.removeprefix("http://testserver"), follow=True).redirect_chain[-1][0]
        client.post(form, {"password1": "bo's newer words", "password2": "bo's newer words"})
        assert type_in(Client(), "bo", "bo's newer words").headers["Location"] == "/"
        assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"password:link", "password:reset"}

    def test_who_was_demoted_meanwhile_changes_nothing(self, ana_client: Client, ana: User, bo: User) -> None:
        """Row 105: two owners can't take ownership from each other at once."""
        from dashboard.accounts import people
        from jobs.models import Actor

        User.objects.filter(pk=ana.pk).update(is_superuser=False)
        with pytest.raises(people.NotDone):
            people.demote(Actor(ana, "127.0.0.1"), bo)
        assert AuditEntry.objects.get().outcome == "rejected"


class TestWhoYouAre:
    def test_is_asked_before_a_token_and_what_was_typed_stays(self, stolen: Client) -> None:
        """Row 108: nothing is sent by itself."""
        typed = {"label": "nightly", "organization": "", "role": "1", "lasts": "30"}
        answer = stolen.post("/me/tokens/", typed)
        assert answer.headers["Location"] == "/sign-in/again/?next=%2Fme%2Ftokens%2F"
        assert not AccessToken.objects.exists()
        confirm(stolen)
        page = stolen.get("/me/tokens/")
        assert 'value="nightly"' in page.text and "Nothing was changed yet" in page.text
        assert not AccessToken.objects.exists()
        stolen.post("/me/tokens/", typed)
        assert AccessToken.objects.exists()

    def test_is_asked_before_a_key_and_the_key_is_kept_nowhere(self, stolen: Client, bolt: Organization) -> None:
        """Row 108: its other fields are."""
        address = f"/settings/keys/{bolt.credentials_id}/"
        assert stolen.get(address).status_code == 302
        sealed = ApiSettings.objects.get().sealed_key
        typed = {"label": "Renamed", "endpoint": "x", "key_id": "y", "key": "made-up-secret-key"}
        assert stolen.post(address, typed).headers["Location"].startswith("/sign-in/again/")
        assert "made-up-secret-key" not in str(dict(stolen.session.items()))
        assert ApiSettings.objects.get().sealed_key == sealed
        confirm(stolen)
        assert 'value="Renamed"' in stolen.get(address).text

    def test_is_asked_before_a_key_is_removed(self, stolen: Client, bolt: Organization) -> None:
        """Row 108."""
        assert stolen.post(f"/settings/keys/{bolt.credentials_id}/remove/").headers["Location"].startswith("/sign-in/a")
        assert ApiSettings.objects.exists()

    def test_is_asked_before_somebody_is_made_an_administrator(
        self, stolen: Client, bo: User, bolt: Organization
    ) -> None:
        """Row 108: by a role or by an invitation; a lower role asks nothing."""
        members, mine = f"/orgs/{bolt.slug}/members/", Membership.objects.get(user=bo)
        answer = stolen.post(f"{members}{mine.pk}/role/", {"role": "3"})
        assert answer.headers["Location"].startswith("/sign-in/again/?next=%2Forgs%2F")
        assert (
            stolen.post(members, {"name": "new@corp.example", "role": "3"}).headers["Location"].startswith("/sign-in/")
        )
        assert not bolt.invitations.exists() and Membership.objects.get(user=bo).role == 2
        stolen.post(f"{members}{mine.pk}/role/", {"role": "1"})
        assert Membership.objects.get(user=bo).role == 1
        confirm(stolen)
        stolen.post(f"{members}{mine.pk}/role/", {"role": "3"})
        assert Membership.objects.get(user=bo).role == 3

    def test_making_an_administrator_again_is_not_undone_unasked(
        self, ana_client: Client, bo: User, bolt: Organization
    ) -> None:
        """Row 108."""
        Membership.objects.filter(user=bo).update(role=3)
        mine = Membership.objects.get(user=bo)
        page = ana_client.post(f"/orgs/{bolt.slug}/members/{mine.pk}/role/", {"role": "1"}, follow=True)
        assert "bo is a viewer now" in page.text and 'name="note"' not in page.text

    def test_who_comes_by_single_sign_on_alone_signs_in_again(self, stolen: Client, ana: User) -> None:
        """Row 108."""
        ana.set_unusable_password()
        User.objects.filter(pk=ana.pk).update(password=ana.password)
        session = stolen.session
        session["_auth_user_hash"] = ana.get_session_auth_hash()
        session.save()
        answer = stolen.get(f"/people/{ana.pk}/")
        assert (answer.status_code, "Sign out, sign in again" in answer.text) == (403, True)
