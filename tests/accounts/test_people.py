"""Row 105: a stolen session of a site owner doesn't become the account, nor anybody's. Row 108: who you are, again."""

from __future__ import annotations

import re
import time
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from dashboard.accounts import people
from jobs.models import AccessToken, ApiKey, AuditEntry, Membership, Organization
from jobs.reauthentication import ANSWER_SECONDS
from tests.accounts.conftest import TypeIn, at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def stolen(ana: User, settings: Settings) -> Client:
    """Ana's session, signed in an hour ago and used ever since."""
    settings.SESSION_IDLE_SECONDS = 7200
    client = Client()
    with time_machine.travel(time.time() - 3600):
        client.force_login(ana)
    return client


CHANGES = ("password-link", "promote", "demote", "deactivate", "reset-factors", "end-sessions", "activate")
ASK_EACH_TIME = ("password-link", "promote")


def confirm(client: Client, there: str = "", password: str = "ana's own words") -> None:
    """Says who one is, on the way to this page."""
    assert client.post("/sign-in/again/", {"password": password, "next": there}).status_code == 302


def change(client: Client, someone: User, what: str) -> Any:
    """As a person goes: to the page that asks, by way of the password where it is wanted, and on."""
    address = f"/people/{someone.pk}/{what}/"
    asked = client.get(address)
    if asked.status_code == 302:
        confirm(client, dict(parse_qsl(urlsplit(asked["Location"]).query))["next"])
        asked = client.get(address)
    assert asked.status_code == 200
    return client.post(address)


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
            "/admin/jobs/organization/": "/",
        }.items():
            answer = ana_client.get(address)
            assert (answer.status_code, answer.headers["Location"]) == (302, there)
            assert ana_client.get(there).status_code == 200
            assert ana_client.post(address, {"password1": "x", "password2": "x"}).status_code == 405

    def test_a_stolen_session_changes_nobody(self, stolen: Client, ana: User, bo: User) -> None:
        """Row 105: neither one's own account nor another's."""
        before = list(User.objects.order_by("pk").values())
        for pk in (ana.pk, bo.pk):
            for what in CHANGES:
                answer = stolen.post(f"/people/{pk}/{what}/")
                assert answer.headers["Location"] == f"/sign-in/again/?next=%2Fpeople%2F{pk}%2F{what}%2F"
        assert list(User.objects.order_by("pk").values()) == before
        assert not AuditEntry.objects.exists()

    @pytest.mark.parametrize("what", CHANGES)
    def test_nobody_changes_their_own_account_there(self, ana_client: Client, ana: User, what: str) -> None:
        """Row 105: even who said just now who they are."""
        change(ana_client, ana, what)
        assert "Nothing was changed. This is your own account" in ana_client.get("/people/").text
        ana.refresh_from_db()
        assert ana.is_active and ana.is_superuser


class TestPeople:
    def test_each_change_is_in_the_activity(self, ana_client: Client, bo: User) -> None:
        """Row 105."""
        TOTP.activate(bo, generate_totp_secret())
        for what in ("promote", "demote", "reset-factors", "deactivate", "activate"):
            assert change(ana_client, bo, what)["Location"] == f"/people/{bo.pk}/"
        told = AuditEntry.objects.filter(whom=bo, outcome="done").order_by("pk").values_list("action", flat=True)
        assert list(told) == [
            *("person:promote", "person:demote", "factor:reset", "person:deactivate", "person:activate")
        ]

    def test_who_is_deactivated_is_out_for_good(self, ana_client: Client, bo_client: Client, bo: User) -> None:
        """Row 105: reactivated, they sign in anew."""
        change(ana_client, bo, "deactivate")
        assert bo_client.get("/me/").status_code == 302

    @pytest.mark.parametrize("what", ["deactivate", "reset-factors"])
    def test_what_is_done_is_done_as_a_whole(
        self, ana_client: Client, bo: User, monkeypatch: pytest.MonkeyPatch, what: str
    ) -> None:
        """Row 105: where sessions can't be ended, nothing else is done either, and the activity doesn't say so."""

        def broken(*_: object) -> None:
            raise OperationalError("the disk is full")

        monkeypatch.setattr(people, "end_others", broken)
        TOTP.activate(bo, generate_totp_secret())
        ana_client.raise_request_exception = False
        change(ana_client, bo, what)
        bo.refresh_from_db()
        assert (bo.is_active, Authenticator.objects.filter(user=bo).exists()) == (True, True)
        assert AuditEntry.objects.get(whom=bo, action__in=("person:deactivate", "factor:reset")).outcome == "rejected"

    def test_who_lost_a_device_is_signed_out_everywhere(self, ana_client: Client, bo: User, type_in: TypeIn) -> None:
        """Row 105: and signs in again, with the account as it was."""
        lost = Client()
        type_in(lost, "bo")
        assert lost.get("/me/").status_code == 200
        change(ana_client, bo, "end-sessions")
        assert lost.get("/me/").status_code == 302
        assert AuditEntry.objects.get(action="person:end-sessions").outcome == "done"
        assert type_in(Client(), "bo").headers["Location"] == "/"

    def test_a_lost_second_factor(self, ana_client: Client, bo: User, client: Client, type_in: TypeIn) -> None:
        """Row 105: the password lets in again."""
        TOTP.activate(bo, generate_totp_secret())
        change(ana_client, bo, "reset-factors")
        assert type_in(client, "bo").headers["Location"] == "/"

    def test_a_forgotten_password(self, ana_client: Client, bo: User, client: Client, type_in: TypeIn) -> None:
        """Row 105: by a link that is shown once, and kept nowhere."""
        page = change(ana_client, bo, "password-link")
        link = page.context["link"]
        assert link in page.text and link not in ana_client.get(f"/people/{bo.pk}/").text
        form = client.get(link.removeprefix("http://testserver"), follow=True).redirect_chain[-1][0]
        client.post(form, {"password1": "bo's newer words", "password2": "bo's newer words"})
        assert type_in(Client(), "bo", "bo's newer words").headers["Location"] == "/"
        assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"password:link", "password:reset"}

    @pytest.mark.parametrize("ends", ["demote", "deactivate"])
    def test_no_link_outlives_the_ownership_of_who_made_it(
        self, ana_client: Client, ana: User, bo: User, client: Client, ends: str
    ) -> None:
        """Row 105: nor does it come back with it."""
        bo.is_superuser = True
        bo.save()
        otto = Client()
        otto.force_login(bo)
        otto.get(f"/people/{ana.pk}/password-link/")
        confirm(otto, f"/people/{ana.pk}/password-link/", "bo's own words")
        link = otto.post(f"/people/{ana.pk}/password-link/").context["link"].removeprefix("http://testserver")
        assert Client().get(link, follow=True).redirect_chain
        change(ana_client, bo, ends)
        change(ana_client, bo, "promote" if ends == "demote" else "activate")
        assert client.get(link, follow=True).redirect_chain == []

    @pytest.mark.parametrize("ends", ["deactivate", "promote", "end-sessions", "reset-factors"])
    def test_no_link_outlives_what_was_done_to_the_account(
        self, ana_client: Client, bo: User, client: Client, ends: str
    ) -> None:
        """Row 105."""
        TOTP.activate(bo, generate_totp_secret())
        link = change(ana_client, bo, "password-link").context["link"].removeprefix("http://testserver")
        assert Client().get(link, follow=True).redirect_chain
        change(ana_client, bo, ends)
        if ends == "deactivate":
            change(ana_client, bo, "activate")
        assert client.get(link, follow=True).redirect_chain == []

    def test_who_was_demoted_meanwhile_changes_nothing(self, ana_client: Client, ana: User, bo: User) -> None:
        """Row 105: two owners can't take ownership from each other at once."""
        from dashboard.accounts import people
        from jobs.models import Actor

        User.objects.filter(pk=ana.pk).update(is_superuser=False)
        with pytest.raises(people.NotDone):
            people.demote(Actor(ana, "127.0.0.1"), bo)
        assert AuditEntry.objects.get().outcome == "rejected"


class TestEachTime:
    """What would let a stolen session into another account, or make one that stays: no earlier answer counts."""

    @pytest.mark.parametrize("what", ASK_EACH_TIME)
    def test_is_asked_right_after_signing_in(
        self, client: Client, ana: User, bo: User, what: str, type_in: TypeIn
    ) -> None:
        """Row 105: by GET and by POST, and a general answer is none."""
        type_in(client, "ana")
        confirm(client, "/people/")
        address = f"/people/{bo.pk}/{what}/"
        for asked in (client.get(address), client.post(address)):
            assert asked["Location"] == f"/sign-in/again/?next=%2Fpeople%2F{bo.pk}%2F{what}%2F"
        _nothing_happened(bo)

    @pytest.mark.parametrize("what", ASK_EACH_TIME)
    def test_the_answer_is_used_up(self, ana_client: Client, bo: User, what: str) -> None:
        """Row 105."""
        change(ana_client, bo, what)
        told = AuditEntry.objects.count()
        assert told > 0
        assert ana_client.post(f"/people/{bo.pk}/{what}/")["Location"].startswith("/sign-in/again/")
        assert AuditEntry.objects.count() == told

    def test_the_answer_is_for_one_step_with_one_account(self, ana_client: Client, bo: User, vera: User) -> None:
        """Row 105."""
        ana_client.get(f"/people/{bo.pk}/promote/")
        confirm(ana_client, f"/people/{bo.pk}/promote/")
        for another in (f"/people/{bo.pk}/password-link/", f"/people/{vera.pk}/promote/"):
            assert ana_client.post(another)["Location"].startswith("/sign-in/again/")
        _nothing_happened(bo)

    def test_the_answer_grows_old(self, ana_client: Client, bo: User) -> None:
        """Row 105: within minutes; what is given in a clock's future is none either."""
        address = f"/people/{bo.pk}/promote/"
        ana_client.get(address)
        confirm(ana_client, address)
        for seconds in (ANSWER_SECONDS + 1, -60):
            with time_machine.travel(time.time() + seconds):
                assert ana_client.post(address)["Location"].startswith("/sign-in/again/")
        _nothing_happened(bo)

    def test_the_answer_is_of_no_use_to_a_copy_of_the_session(self, ana_client: Client, bo: User) -> None:
        """Row 105: with all cookies of before the answer, which its owner then gives in their browser."""
        address = f"/people/{bo.pk}/password-link/"
        ana_client.get(address)
        ana_client.get(ana_client.get(address)["Location"])
        thief = Client()
        thief.cookies.load(ana_client.cookies.output(header=""))
        confirm(ana_client, address)
        for closed in ("/people/", "/me/two-factor/totp/activate/", address):
            assert thief.get(closed)["Location"].startswith("/sign-in/?"), closed
        assert thief.post(address)["Location"].startswith("/sign-in/?")
        ana_client.get(address)
        assert ana_client.post(address).context["link"]

    @pytest.mark.django_db(transaction=True)
    def test_one_answer_makes_one_link_however_many_ask_at_once(self, ana_client: Client, bo: User) -> None:
        """Row 105."""
        address = f"/people/{bo.pk}/password-link/"
        ana_client.get(address)
        confirm(ana_client, address)
        tabs = [Client() for _ in range(3)]
        for tab in tabs:
            tab.cookies.load(ana_client.cookies.output(header=""))
        answers = at_once(*(partial(tab.post, address) for tab in tabs))
        assert sorted(answer.status_code for answer in answers) == [200, 302, 302]
        assert AuditEntry.objects.filter(action="password:link").count() == 1

    def test_a_second_factor_is_an_answer(self, ana_client: Client, ana: User, bo: User) -> None:
        """Row 105."""
        secret = generate_totp_secret()
        TOTP.activate(ana, secret)
        address = f"/people/{bo.pk}/promote/"
        ana_client.get(address)
        code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
        ana_client.post("/me/two-factor/reauthenticate/", {"code": code, "next": address})
        ana_client.post(address)
        bo.refresh_from_db()
        assert bo.is_superuser


class TestAskedFirst:
    @pytest.mark.parametrize("what", CHANGES)
    def test_one_click_changes_nobody(self, ana_client: Client, bo: User, what: str) -> None:
        """Row 105: links lead to a page that asks, in a dialog or without JavaScript; nothing acts on GET."""
        before = User.objects.filter(pk=bo.pk).values().get()
        page = ana_client.get(f"/people/{bo.pk}/")
        assert "<form" not in page.text.partition("<main")[2]
        for headers in ({}, {"HX-Request": "true"}):
            asked = ana_client.get(f"/people/{bo.pk}/{what}/", headers=headers)
            if what in ASK_EACH_TIME:
                led = asked.headers.get("HX-Redirect") if headers else asked.headers.get("Location")
                assert led and led.startswith("/sign-in/again/")
            else:
                assert f'action="/people/{bo.pk}/{what}/"' in asked.text and "<bdi>bo</bdi>" in asked.text
                assert ("<!doctype" in asked.text) == (not headers)
        assert User.objects.filter(pk=bo.pk).values().get() == before
        assert not AuditEntry.objects.exists()

    def test_what_is_offered_can_be_done(self, ana_client: Client, bo: User) -> None:
        """Row 105."""
        TOTP.activate(bo, generate_totp_secret())
        links = set(re.findall(rf'href="/people/{bo.pk}/([\w-]+)/"', ana_client.get(f"/people/{bo.pk}/").text))
        assert links == set(CHANGES) - {"demote", "activate"}
        User.objects.filter(pk=bo.pk).update(is_superuser=True)
        assert f"/people/{bo.pk}/demote/" in ana_client.get(f"/people/{bo.pk}/").text
        User.objects.filter(pk=bo.pk).update(is_active=False)
        assert f"/people/{bo.pk}/activate/" in ana_client.get(f"/people/{bo.pk}/").text

    def test_who_is_deactivated_takes_their_open_invitations_along(
        self, ana_client: Client, adam: User, adam_client: Client, bolt: Organization, client: Client
    ) -> None:
        """Row 102: from People, and for good."""
        adam_client.post(f"/orgs/{bolt.slug}/members/", {"name": "new@corp.example", "role": "1"})
        invitation = bolt.invitations.get(invited_by=adam)
        assert client.get(f"/join/{invitation.token}/").status_code == 200
        change(ana_client, adam, "deactivate")
        invitation.refresh_from_db()
        assert invitation.withdrawn_at and client.get(f"/join/{invitation.token}/").status_code == 410
        assert AuditEntry.objects.get(action="member:withdraw").outcome == "done"
        change(ana_client, adam, "activate")
        assert client.get(f"/join/{invitation.token}/").status_code == 410


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
        sealed = ApiKey.objects.get().sealed_key
        typed = {"label": "Renamed", "endpoint": "x", "key_id": "y", "key": "made-up-secret-key"}
        assert stolen.post(address, typed).headers["Location"].startswith("/sign-in/again/")
        assert "made-up-secret-key" not in str(dict(stolen.session.items()))
        assert ApiKey.objects.get().sealed_key == sealed
        confirm(stolen)
        assert 'value="Renamed"' in stolen.get(address).text

    def test_is_asked_before_a_key_is_removed(self, stolen: Client, bolt: Organization) -> None:
        """Row 108."""
        assert stolen.post(f"/settings/keys/{bolt.credentials_id}/remove/").headers["Location"].startswith("/sign-in/a")
        assert ApiKey.objects.exists()

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
        assert "bo is now a viewer" in page.text and 'name="note"' not in page.text

    def test_who_has_nothing_to_answer_with_is_told_so(self, stolen: Client, ana: User) -> None:
        """Row 108: neither password nor second factor nor single sign-on."""
        without_password(stolen, ana)
        answer = stolen.get(f"/people/{ana.pk}/")
        assert (answer.status_code, "Set a password or a second factor first" in answer.text) == (403, True)


def without_password(client: Client, user: User) -> None:
    """As if the account had never had one; whoever is signed in stays so."""
    user.set_unusable_password()
    User.objects.filter(pk=user.pk).update(password=user.password)
    session = client.session
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()


def _nothing_happened(bo: User) -> None:
    bo.refresh_from_db()
    assert not bo.is_superuser
    assert not AuditEntry.objects.filter(action__in=("person:promote", "password:link")).exists()
