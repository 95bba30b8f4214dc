"""Row 106: what lies on disk lets nobody in. Row 108: and no session lasts for ever."""

from __future__ import annotations

import stat
import time
from importlib import import_module

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings as site
from django.contrib.auth.models import User
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from pytest_django import Settings

from dashboard.sessions import BEGAN, SEEN, SessionStore
from jobs.models import Organization
from tests.accounts.conftest import TypeIn
from tests.installed import Installation, production
from tests.sweeps.addresses import filled, routes

pytestmark = pytest.mark.django_db

MINUTE, HOUR = 60, 3600
SECRET = "what-nobody-may-keep"
SECRET_FIELDS = (
    *("password", "oldpassword", "password1", "password2", "code", "credential", "key", "token", "secret", "login"),
    *("otp", "recovery_code", "anything"),
)
POLL = {"HX-Request": "true", "X-Poll": "1"}


@pytest.fixture
def here(bo: User, type_in: TypeIn) -> Client:
    client = Client()
    type_in(client, "bo")
    return client


def cookie_of(client: Client) -> str:
    return str(client.cookies[site.SESSION_COOKIE_NAME].value)


def with_cookie(value: str) -> Client:
    client = Client()
    client.cookies[site.SESSION_COOKIE_NAME] = value
    return client


class TestStolenBackup:
    def test_holds_no_key_of_a_session(self, here: Client) -> None:
        """Row 106: not in the table of sessions, nor where it is listed who is signed in."""
        rows = [list(model._default_manager.values()) for model in apps.get_models()]
        assert UserSession.objects.exists() and cookie_of(here) not in str(rows)

    def test_what_it_holds_is_no_cookie(self, here: Client) -> None:
        """Row 106."""
        stored = [Session.objects.get().session_key, UserSession.objects.get().session_key]
        assert [with_cookie(key).get("/me/").status_code for key in (cookie_of(here), *stored)] == [200, 302, 302]

    def test_tells_nothing_of_what_a_session_holds(self, here: Client) -> None:
        """Row 106: such as the secret of an app that is about to be added."""
        here.post("/sign-in/again/", {"password": "bo's own words"})
        secret = here.get("/me/two-factor/totp/activate/").context["form"].secret
        assert here.session["mfa.totp.secret"] == secret
        data = Session.objects.get().session_data
        assert secret not in data and db.SessionStore().decode(data) == {}

    def test_no_password_code_or_key_is_kept_in_one(
        self, ana: User, bolt: Organization, client: Client, type_in: TypeIn, settings: Settings
    ) -> None:
        """Row 106: whatever is sent too late, wherever, and on the way through the sign-in."""
        settings.SESSION_IDLE_SECONDS = 2 * HOUR
        TOTP.activate(ana, generate_totp_secret())
        type_in(client, "ana")
        assert client.session["account_login"]
        held = [str(dict(client.session.items()))]
        job = bolt.jobs.first()
        assert job
        values = {"slug": bolt.slug, "viam_id": job.viam_id, "uuid": bolt.credentials_id, "pk": ana.pk}
        stolen = {route: Client() for route in routes()}
        # Once for all: the end of each journey is a moment in which other threads have no time.
        with time_machine.travel(time.time() - HOUR):
            for thief in stolen.values():
                thief.force_login(ana)
        for route, thief in stolen.items():
            assert thief.session["_auth_user_id"], route
            thief.post(filled(route, values), dict.fromkeys(SECRET_FIELDS, SECRET) | {"email": "a@corp.example"})
            held.append(str(dict(thief.session.items())))
        told = "".join(held)
        assert SECRET not in told and "ana's own words" not in told

    def test_a_late_form_is_sent_by_nobody_but_the_person(self, here: Client, bo: User) -> None:
        """Row 106: it may have been put there by who has a copy of the cookies."""
        late = here.post("/me/emails/", {"action_add": "", "email": "new@corp.example"})
        assert "new@corp.example" not in str(dict(here.session.items()))
        back = here.post(late.headers["Location"], {"password": "bo's own words", "next": "/me/emails/"})
        assert "Nothing was changed yet" in here.get(back.headers["Location"]).text
        assert not EmailAddress.objects.filter(email="new@corp.example").exists()

    def test_a_late_code_is_typed_anew(self, here: Client, bo: User) -> None:
        """Row 106: the form is there again, and says so."""
        address = "/me/two-factor/totp/activate/"
        here.post("/sign-in/again/", {"password": "bo's own words"})
        here.get(address)
        with time_machine.travel(time.time() + 20 * MINUTE):
            late = here.post(address, {"code": "123456"})
            assert late.headers["Location"] == "/sign-in/again/?next=%2Fme%2Ftwo-factor%2Ftotp%2Factivate%2F"
            back = here.post(late.headers["Location"], {"password": "bo's own words", "next": address})
            page = here.get(back.headers["Location"])
        assert page.context["form"].secret and "Nothing was changed yet" in page.text

    def test_sessions_from_before_go_on(self, here: Client, bo: User) -> None:
        """Row 106: those that stood there under their key, and signed."""
        key, held = cookie_of(here), dict(here.session.items())
        old = db.SessionStore()
        old.__class__ = type("SessionStore", (db.SessionStore,), {"__qualname__": "SessionStore"})
        Session.objects.update(session_key=key, session_data=old.encode(held))
        UserSession.objects.update(session_key=key)
        assert here.get("/me/").status_code == 302
        import_module("dashboard.accounts.migrations.0003_hash_session_keys").hash_keys(apps, None)
        mine = with_cookie(key)
        assert "This device" in mine.get("/me/").text

    def test_signing_out_leaves_nothing(self, here: Client) -> None:
        key = cookie_of(here)
        here.post("/sign-out/")
        assert with_cookie(key).get("/me/").status_code == 302
        assert not Session.objects.filter(session_key=key).exists() and not SessionStore().exists(key)


class TestLimits:
    def test_nobody_there_for_half_an_hour(self, here: Client) -> None:
        """Row 108: the idle limit."""
        with time_machine.travel(time.time() + 29 * MINUTE):
            assert here.get("/me/").status_code == 200
        with time_machine.travel(time.time() + (29 + 31) * MINUTE):
            assert here.get("/me/").headers["Location"] == "/sign-in/?next=/me/"

    def test_polls_are_nobody(self, here: Client, bolt: Organization) -> None:
        """Row 108: an open tab asks on, and when the limit is reached it stays and is told so, like others beside it;
        what the person then does leads to sign-in.
        """
        address, start = bolt.get_absolute_url(), time.time()
        for minutes in range(0, 30, 5):
            with time_machine.travel(start + minutes * MINUTE):
                assert here.get(address, headers=POLL).status_code == 200
        with time_machine.travel(start + 31 * MINUTE):
            assert [here.get(address, headers=POLL).status_code for _ in range(2)] == [401, 401]
            led = here.get(address, headers={"HX-Request": "true"})["HX-Redirect"]
            assert led.startswith("/sign-in/?next=")

    def test_twelve_hours_are_the_most(self, here: Client) -> None:
        """Row 108: the absolute limit, whatever the person does."""
        start = time.time()
        for minutes in range(0, 12 * 60, 20):
            with time_machine.travel(start + minutes * MINUTE):
                assert here.get("/me/").status_code == 200
        with time_machine.travel(start + 12 * HOUR + 1):
            assert here.get("/me/").status_code == 302

    def test_a_lower_limit_holds_at_once(self, here: Client, settings: Settings) -> None:
        """Row 108: also for who is signed in."""
        settings.SESSION_IDLE_SECONDS = 5 * MINUTE
        with time_machine.travel(time.time() + 6 * MINUTE):
            assert here.get("/me/").status_code == 302

    def test_over_is_over(self, here: Client) -> None:
        """Row 108: for the list of sessions, too."""
        with time_machine.travel(time.time() + 31 * MINUTE):
            other = Client()
            other.force_login(User.objects.get(username="bo"))
            other.get("/me/")
            assert not UserSession.objects.exists()

    def test_sessions_from_before_there_were_limits_get_them(self, here: Client) -> None:
        """Row 108: they begin with their next request."""
        session = here.session
        del session[BEGAN], session[SEEN]
        session.save()
        here.get("/me/")
        assert here.session[BEGAN] == here.session[SEEN]
        with time_machine.travel(time.time() + 31 * MINUTE):
            assert here.get("/me/").status_code == 302


class TestFiles:
    def test_are_their_owner_s_whatever_the_umask(self, tmp_path: object) -> None:
        """Row 106: the database with all that SQLite puts beside it, in use, and the keys of a development site."""
        site = Installation(tmp_path / "data", DEBUG="true")  # type: ignore[operator]
        done = site.manage("shell", "-v", "0", "-c", MAKE)
        assert done.returncode == 0, done.stderr
        modes = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
        assert modes.pop(".") == "700" and set(modes.values()) == {"600"}
        assert {"trainyard.sqlite3", "trainyard.sqlite3-wal", "trainyard.sqlite3-shm", "development.env"} <= set(modes)

    def test_of_an_earlier_version_are_closed_at_start(self, tmp_path: object) -> None:
        """Row 106."""
        site = Installation(tmp_path, **production())  # type: ignore[arg-type]
        folder = site.folder
        for name in ("trainyard.sqlite3", "trainyard.sqlite3-wal", "sign-in.txt"):
            (folder / name).touch()
            (folder / name).chmod(0o666)
        folder.chmod(0o755)
        assert site.manage("check").returncode == 0
        modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir() if path.is_file()}
        assert (stat.S_IMODE(folder.stat().st_mode), modes) == (0o700, {0o600})


MAKE = """
import os, stat
os.umask(0)
from django.conf import settings
from django.core.management import call_command
from django.contrib.auth.models import User
call_command("migrate", verbosity=0)
User.objects.create_user("ana")
for path in (settings.DATA_DIR, *settings.DATA_DIR.iterdir()):
    print("." if path == settings.DATA_DIR else path.name, format(stat.S_IMODE(path.stat().st_mode), "o"))
"""


def test_a_clock_that_is_a_day_ahead_for_a_moment_prolongs_no_session(bo: User, type_in: TypeIn) -> None:
    """Rows 108 and 126: neither when it begins then, nor when its person does something then."""
    begun_then, used_then = Client(), Client()
    type_in(used_then, "bo")
    with time_machine.travel(time.time() + 1440 * MINUTE):
        type_in(begun_then, "bo")
    session = used_then.session
    session[SEEN] = time.time() + 1440 * MINUTE
    session.save()
    for client in (begun_then, used_then):
        assert client.get("/me/").headers["Location"] == "/sign-in/?next=/me/"


def test_a_clock_that_is_a_day_ahead_for_a_moment_answers_for_nobody(bo: User, type_in: TypeIn) -> None:
    """Rows 108 and 126: who said then who they are is asked again now."""
    client = Client()
    type_in(client, "bo")
    session = client.session
    session[BEGAN] = time.time() - HOUR
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() + 1440 * MINUTE}]
    session.save()
    making = {"label": "nightly", "role": "1", "lasts": "30"}
    assert client.post("/me/tokens/", making).headers["Location"].startswith("/sign-in/again/")
    client.post("/sign-in/again/", {"password": "bo's own words"})
    assert client.post("/me/tokens/", making).status_code == 200


@pytest.mark.parametrize("data", ["", "\0", "gAAAA", "\u00e9" * 100, "gAAAA" * 999])
def test_a_session_that_can_t_be_opened_is_none(data: str, here: Client) -> None:
    """One whose data wasn't ASCII was an error on each page, the way to sign in again included."""
    Session.objects.update(session_data=data.replace("\0", "" if connection.vendor == "postgresql" else "\0"))
    assert here.get("/watched/").status_code == 302
    assert with_cookie(cookie_of(here)).get("/sign-in/").status_code == 200
