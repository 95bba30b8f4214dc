"""Whose an address is, and what a name may be: at sign-in, in one's settings, by single sign-on, by commands."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from dashboard.accounts.ownership import owner_of
from dashboard.accounts.registration import create_person
from jobs.domain import Role
from jobs.models import AccessToken, AuditEntry, Organization
from tests.accounts.conftest import TypeIn
from tests.letterbox import letterbox

CFO = "cfo@corp.example"


def from_before(username: str, password: str) -> User:
    """An account of an earlier version, whose name may have an @."""
    user = User(username=username)
    user.set_password(password)
    return User.objects.bulk_create([user])[0]


def listed(user: User, email: str, *, verified: bool) -> EmailAddress:
    User.objects.filter(pk=user.pk).update(email=email)
    return EmailAddress.objects.create(user=user, email=email, primary=True, verified=verified)


@pytest.mark.django_db
class TestSigningIn:
    def test_an_unverified_address_is_no_name(self, client: Client, bo: User, type_in: TypeIn) -> None:
        """Row 101."""
        listed(bo, CFO, verified=False)
        assert type_in(client, CFO, "bo's own words").status_code == 422
        assert type_in(client, "bo").status_code == 302

    def test_an_address_leads_to_who_verified_it_whatever_others_are_called(
        self, client: Client, bo: User, type_in: TypeIn
    ) -> None:
        """Row 101: names from earlier versions included."""
        from_before(CFO, "a squatter's own words")
        listed(bo, CFO, verified=True)
        assert type_in(client, CFO, "a squatter's own words").status_code == 422
        assert type_in(client, CFO.upper(), "bo's own words").status_code == 302
        assert client.session["_auth_user_id"] == str(bo.pk)

    def test_who_has_a_name_with_an_at_sign_from_before_goes_on_signing_in(
        self, client: Client, type_in: TypeIn
    ) -> None:
        """Row 101: as somebody of that name, not as the owner of that address."""
        user = from_before("Eva@corp.example", "eva's own words")
        assert type_in(client, "Eva@corp.example", "eva's own words").status_code == 302
        assert owner_of("eva@corp.example") is None
        user.refresh_from_db()
        user.first_name = "Eva"
        user.save()

    def test_letters_that_become_others_in_lower_case_are_nobodys_address(self, bo: User) -> None:
        """Row 101: the sign of Kelvin is a k in lower case, and a dotless i an I in upper case."""
        listed(bo, "karl@corp.example", verified=True)
        assert owner_of("Karl@CORP.example") == bo
        assert owner_of("\N{KELVIN SIGN}arl@corp.example") is None


@pytest.mark.django_db
class TestNames:
    @pytest.mark.parametrize("name", [CFO, "@", "a@"])
    def test_no_new_name_has_an_at_sign(self, name: str, bo: User) -> None:
        """Row 101: by a form, by Django's own functions, by a command, or by renaming."""
        with pytest.raises(ValidationError) as told:
            create_person(username=name, password="somebody's own words")
        assert told.value.message_dict == {"username": ["A user name can’t contain @."]}
        with pytest.raises(ValidationError):
            User.objects.create_user(name)
        with pytest.raises(CommandError, match="can’t contain @"):
            call_command("createsuperuser", "--no-input", "--username", name, "--email", "")
        bo.username = name
        with pytest.raises(ValidationError):
            bo.save()
        assert User.objects.count() == 1

    def test_single_sign_on_makes_no_name_with_one(self) -> None:
        """Row 101: whatever the provider calls somebody."""
        from allauth.account.adapter import get_adapter

        with pytest.raises(ValidationError, match="can’t contain @"):
            get_adapter().clean_username("cy@example.com")

    def test_a_form_about_people_refuses_a_new_one_and_keeps_an_old_one(self) -> None:
        """Row 101: every model form of Django's asks the field."""
        with pytest.raises(ValidationError) as told:
            User(username=CFO, password="x").full_clean()
        assert told.value.message_dict == {"username": ["A user name can’t contain @."]}
        from_before(CFO, "eva's own words").full_clean()

    def test_letters_in_other_clothes_are_the_same_name(self, bo: User) -> None:
        with pytest.raises(ValidationError) as told:
            create_person(username="\uff42\uff4f", password="somebody's own words")
        assert list(told.value.message_dict) == ["username"]


@pytest.mark.django_db
class TestVerifying:
    def test_a_squatted_address_is_its_owners_once_they_confirm_it(
        self, client: Client, bo: User, vera: User, settings: Settings, type_in: TypeIn
    ) -> None:
        """Row 101: in one's own settings, by the link of a mail; the activity tells of it."""
        listed(vera, CFO, verified=False)
        type_in(client, "bo")
        client.post("/sign-in/again/", {"password": "bo's own words"})
        with letterbox() as box:
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.server_address[1]
            settings.EMAIL_USE_TLS = False
            client.post("/me/emails/", {"action_add": "", "email": CFO})
        link = re.search(r"http://testserver(/email/confirm/\S+/)", box.letters[0].replace("=\r\n", ""))
        assert link
        client.post(link[1])

        assert list(EmailAddress.objects.values_list("user", "email", "verified")) == [(bo.pk, CFO, True)]
        vera.refresh_from_db()
        assert vera.email == ""
        entry = AuditEntry.objects.get(action="address:take")
        assert (entry.who, entry.subject, entry.outcome) == ("bo", f"{CFO}, which vera had listed unverified", "done")

    def test_who_reads_the_mailbox_confirms_nothing_for_another_account(
        self, client: Client, bo: User, vera: User
    ) -> None:
        """Row 101: Bo lists Vera's address; she is sent a link, and follows it."""
        link = f"/email/confirm/{EmailConfirmationHMAC(listed(bo, CFO, verified=False)).key}/"
        assert client.post(link)["Location"].startswith("/sign-in/?next=/email/confirm/")
        client.force_login(vera)
        for ask in (client.get, client.post):
            answer = ask(link)
            assert (answer.status_code, "for another account" in answer.text) == (403, True)
        assert not EmailAddress.objects.filter(verified=True).exists()
        assert client.get("/me/").status_code == 200
        client.force_login(bo)
        assert "for your account <b><bdi>bo</bdi></b>" in client.get(link).text
        client.post(link)
        assert owner_of(CFO) == bo

    def test_nobody_takes_an_address_that_is_verified(self, bo: User, vera: User) -> None:
        listed(bo, CFO, verified=True)
        listed(vera, CFO, verified=False).set_verified()
        assert owner_of(CFO) == bo

    def test_listing_an_address_tells_nothing_of_others(self, client: Client, bo: User, vera: User) -> None:
        """Row 101: nobody is refused because of an address, so nobody learns who has it or keeps them out."""
        listed(vera, CFO, verified=True)
        assert create_person(username="cy", email=CFO, password="cy's own words").email == CFO
        assert not EmailAddress.objects.filter(user__username="cy", verified=True).exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_one_name_at_once_one_gets_it() -> None:
    """Row 103: whatever the capitals, for which no constraint of the database looks."""
    together, told = Barrier(4), []

    def create(name: str) -> None:
        together.wait(30)
        try:
            told.append(create_person(username=name, password="somebody's own words").username)
        except ValidationError as wrong:
            told.append(str(wrong.message_dict))
        finally:
            connection.close()

    threads = [Thread(target=create, args=[name]) for name in ("cy", "Cy", "cY", "cy")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert User.objects.count() == 1
    assert told.count("{'username': ['This user name is taken. Choose another one.']}") == 3


@pytest.mark.django_db
class TestForgotten:
    @pytest.mark.parametrize("confirmed", [True, False])
    def test_who_made_an_account_under_anothers_address_has_no_way_back_in(
        self, client: Client, vera: User, bolt: Organization, settings: Settings, *, confirmed: bool
    ) -> None:
        """Row 101: the address's owner sets a new password by a mail. Tokens of an account that is theirs stay."""
        settings.SENDS_MAIL = True
        vera.email = CFO
        vera.save()
        listed(vera, CFO, verified=confirmed)
        _, token = AccessToken.make(vera, "left behind", Role.VIEWER, None, timedelta(days=1))
        SocialAccount.objects.create(user=vera, provider="login", uid="1")
        client.post("/password/forgotten/", {"email": CFO})
        link = re.search(r"https?://testserver(\S+)", str(mail.outbox[0].body))
        assert link
        form = client.get(link[1], follow=True).redirect_chain[-1][0]
        new = "the owner's own words"
        assert client.post(form, {"password1": new, "password2": new})["Location"] == "/password/new/done/"

        asked = Client().get("/orgs/bolt/jobs.json", headers={"Authorization": f"Bearer {token}"})
        assert (asked.status_code != 401, SocialAccount.objects.exists()) == (confirmed, confirmed)
        ended = AuditEntry.objects.filter(action__in=("token:revoke", "account:disconnect"), outcome="done")
        assert sorted(ended.values_list("actor", "subject")) == (
            [] if confirmed else [(vera.pk, "left behind"), (vera.pk, "login")]
        )
