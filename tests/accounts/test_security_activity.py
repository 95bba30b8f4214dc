"""Row 108: who guesses is counted by account, locks nobody else out, and what happens to accounts is written down."""

from __future__ import annotations

import io
import time

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.test import Client

from dashboard.accounts import activity, throttle
from dashboard.accounts.models import Attempt
from jobs.models import AuditEntry
from tests.accounts.conftest import TypeIn
from tests.accounts.test_second_factor import code_of

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def secret(bo: User) -> str:
    secret = str(generate_totp_secret())
    TOTP.activate(bo, secret)
    RecoveryCodes.activate(bo)
    return secret


class TestCounting:
    def test_an_account_has_one_count_whatever_leads_to_it(self, bo: User, type_in: TypeIn) -> None:
        """Row 108: user name and confirmed addresses, with capitals."""
        EmailAddress.objects.create(user=bo, email="bo@corp.example", verified=True)
        for name in ("bo", "BO", "Bo", "bo@corp.example", "BO@corp.example", "bO"):
            assert type_in(Client(), name, "wrong", address=HERE).status_code == 422
        assert len(set(Attempt.objects.values_list("login", flat=True))) == 1
        assert type_in(Client(), "bo", address=HERE).status_code == 429

    def test_a_dotless_i_is_no_way_around(self, type_in: TypeIn) -> None:
        """Row 108: PostgreSQL takes it for an i; the account that is found is the one that counts."""
        mika = User.objects.create_user("mika", password="mika's own words")
        found = User.objects.filter(username__iexact="m\u0131ka").first()
        key = throttle.account_key(found, "m\u0131ka")
        assert key == (throttle.account_key(mika, "mika") if found else "name m\u0131ka")

    def test_names_of_nobody_count_once_for_all_spellings(self, type_in: TypeIn) -> None:
        """Row 108."""
        for name in ("nobody", "NOBODY", "\uff4eobody", "nobody ", " nobody", "no body"):
            type_in(Client(), name, "wrong", address=HERE)
        assert type_in(Client(), "nobody", "wrong", address=HERE).status_code == 429

    def test_the_old_password_is_not_guessed_where_it_is_changed(self, bo: User, type_in: TypeIn) -> None:
        """Row 108: with a session of somebody's; counted and written down as at the sign-in, and nobody else waits."""
        thief = Client(REMOTE_ADDR=ELSEWHERE)
        thief.force_login(bo)
        words = {"password1": "bo's newer words", "password2": "bo's newer words"}
        told = [thief.post("/me/password/", {"oldpassword": f"guess {n}", **words}).text for n in range(7)]
        assert "Too many wrong passwords" not in told[5] and "Too many wrong passwords" in told[6]
        thief.post("/me/password/", {"oldpassword": "bo's own words", **words})
        assert type_in(Client(), "bo", address=ELSEWHERE).status_code == 429
        assert type_in(Client(), "bo", address=HERE).status_code == 302
        entries = AuditEntry.objects.filter(action=activity.FAILED, whom=bo).order_by("pk")
        assert [entry.words for entry in entries] == ["wrong password"] * 6 + ["too many tries"] * 3

    def test_who_knows_the_old_password_changes_it_as_often_as_they_like(self, bo_client: Client) -> None:
        """Row 108: each of them is right, and counts for nothing."""
        for number in range(8):
            old = f"bo's words, {number - 1}" if number else "bo's own words"
            new = f"bo's words, {number}"
            typed = {"oldpassword": old, "password1": new, "password2": new}
            assert bo_client.post("/me/password/", typed).status_code == 302
        assert not Attempt.objects.exists()

    def test_wrong_codes_lock_out_where_they_come_from(self, secret: str, type_in: TypeIn) -> None:
        """Row 108: and nowhere else."""
        guesser, owner = Client(REMOTE_ADDR=ELSEWHERE), Client(REMOTE_ADDR=HERE)
        type_in(guesser, "bo", address=ELSEWHERE)
        told = [guesser.post("/me/two-factor/authenticate/", {"code": "000000"}).text for _ in range(7)]
        assert "Too many" in told[-1]
        type_in(owner, "bo", address=HERE)
        assert owner.post("/me/two-factor/authenticate/", {"code": code_of(secret)}).status_code == 302

    def test_wrong_passwords_of_a_stolen_session_lock_nobody_out(self, bo: User) -> None:
        """Row 108: nor when who one is is asked again."""
        thief, owner = Client(REMOTE_ADDR=ELSEWHERE), Client(REMOTE_ADDR=HERE)
        for client in (thief, owner):
            client.force_login(bo)
        told = [thief.post("/sign-in/again/", {"password": "wrong"}) for _ in range(12)]
        assert "Too many" in told[-1].text
        assert owner.post("/sign-in/again/", {"password": "bo's own words"}).status_code == 302


class TestWrittenDown:
    @pytest.mark.django_db(transaction=True)
    def test_what_somebody_does_with_their_account(self, client: Client, bo: User, type_in: TypeIn) -> None:
        """Row 108: for owners of the site, and on the person's own page."""
        type_in(client, "bo")
        client.post("/sign-in/again/", {"password": "bo's own words"})
        client.post("/me/emails/", {"email": "bo@corp.example", "action_add": "1"})
        page = client.get("/me/two-factor/totp/activate/")
        code = code_of(page.context["form"].secret)
        assert client.post("/me/two-factor/totp/activate/", {"code": code}).status_code == 302
        client.post("/me/two-factor/recovery-codes/generate/")
        typed = {"oldpassword": "bo's own words", "password1": "bo's newer words", "password2": "bo's newer words"}
        client.post("/me/password/", typed)
        assert "changed the password" in client.get("/me/").text
        client.post("/me/two-factor/totp/deactivate/")
        client.post("/sign-out/")
        told = [entry.action for entry in AuditEntry.objects.filter(actor=bo, outcome="done").order_by("pk")]
        wanted = ["session:begin", "address:add", "factor:add", "factor:renew", "password:change", "factor:remove"]
        assert [action for action in told if action in wanted][:1] == ["session:begin"]
        assert {*wanted, "session:end"} <= set(told)

    def test_a_failed_sign_in(self, bo: User, ana_client: Client, type_in: TypeIn, log: io.StringIO) -> None:
        """Row 108: by account and address, in the activity and in the log, and never with what was typed."""
        type_in(Client(), "bo", "hunter2hunter2", address=HERE)
        type_in(Client(), "my password by mistake", "hunter2hunter2", address=ELSEWHERE)
        entries = AuditEntry.objects.filter(action="session:fail").order_by("pk")
        told = [(entry.subject, entry.address, entry.words, entry.whom) for entry in entries]
        assert told == [("bo", HERE, "wrong password", bo), ("an unknown name", ELSEWHERE, "wrong password", None)]
        assert f"account bo, from {HERE}" in log.getvalue() and f"unknown name, from {ELSEWHERE}" in log.getvalue()
        everywhere = log.getvalue() + str(list(AuditEntry.objects.values()))
        assert "hunter2" not in everywhere and "by mistake" not in everywhere
        assert "refused the sign-in of" in ana_client.get("/activity/").text

    def test_a_wrong_code(self, secret: str, type_in: TypeIn, log: io.StringIO) -> None:
        """Row 108."""
        client = Client()
        type_in(client, "bo")
        client.post("/me/two-factor/authenticate/", {"code": "000000"})
        assert AuditEntry.objects.get(action="session:fail").words == "wrong code"
        assert "000000" not in log.getvalue()

    def test_guessing_fills_no_table(self, bo: User, type_in: TypeIn) -> None:
        """Row 108: so many an hour for one account, and for all."""
        for place in range(activity.MAX_OF_ONE + 5):
            type_in(Client(), "bo", "wrong", address=f"203.0.113.{place}")
        assert AuditEntry.objects.filter(action="session:fail").count() == activity.MAX_OF_ONE
        with time_machine.travel(time.time() + 3601):
            type_in(Client(), "bo", "wrong", address=HERE)
        assert AuditEntry.objects.filter(action="session:fail").count() == activity.MAX_OF_ONE + 1
