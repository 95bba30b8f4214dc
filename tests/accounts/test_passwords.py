"""A new password by mail, and addresses that are confirmed."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from pytest_django import Settings

from tests.accounts.conftest import TypeIn

pytestmark = pytest.mark.django_db

NEW = {"password1": "bo's newer words", "password2": "bo's newer words"}


@pytest.fixture(autouse=True)
def with_mail(settings: Settings) -> None:
    settings.SENDS_MAIL = True


@pytest.fixture
def address(bo: User) -> str:
    bo.email = "bo@example.com"
    bo.save()
    EmailAddress.objects.create(user=bo, email=bo.email, verified=True, primary=True)
    return bo.email


def link_in_mail() -> str:
    (sent,) = mail.outbox
    found = re.search(r"https?://\S+", str(sent.body))
    assert found
    return found[0]


def test_a_link_by_mail_leads_to_a_new_password(client: Client, address: str, type_in: TypeIn) -> None:
    client.post("/password/forgotten/", {"email": address})
    form = client.get(link_in_mail().removeprefix("http://testserver"), follow=True)
    assert client.post(form.redirect_chain[-1][0], NEW).headers["Location"] == "/password/new/done/"
    assert type_in(Client(), "bo", "bo's newer words").status_code == 302
    assert "works once" not in client.get(link_in_mail().removeprefix("http://testserver"), follow=True).text


def test_a_link_works_once(client: Client, address: str) -> None:
    client.post("/password/forgotten/", {"email": address})
    there = client.get(link_in_mail().removeprefix("http://testserver"), follow=True).redirect_chain[-1][0]
    client.post(there, NEW)
    again = Client().get(link_in_mail().removeprefix("http://testserver"), follow=True)
    assert "no longer works" in again.text


def test_another_host_is_not_served(client: Client, address: str) -> None:
    """Row 13."""
    assert client.post("/password/forgotten/", {"email": address}, headers={"Host": "evil.example"}).status_code == 400
    assert mail.outbox == []


def test_the_link_is_of_the_site_whatever_was_asked_for(client: Client, address: str, settings: Settings) -> None:
    """Row 13: even where ALLOWED_HOSTS is too wide."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://trainyard.example"
    client.post("/password/forgotten/", {"email": address}, headers={"Host": "evil.example"})
    assert link_in_mail().startswith("https://trainyard.example/password/new/")


@pytest.mark.parametrize(
    ("asked", "port", "linked"),
    [
        ("trainyard.example:1337", "80", "trainyard.example"),
        ("trainyard.example:1337", "0", "trainyard.example"),
        ("trainyard.example", "8000", "trainyard.example"),
        ("trainyard.example:8000", "8000", "trainyard.example:8000"),
        ("[2001:db8::1]:1337", "80", "[2001:db8::1]"),
        ("[2001:db8::1]", "80", "[2001:db8::1]"),
        *((f"{name}:1337", "80", f"{name}:1337") for name in ("localhost", "a.localhost", "127.0.0.1", "[::1]")),
    ],
)
def test_the_link_has_no_port_that_somebody_added(
    client: Client, address: str, settings: Settings, asked: str, port: str, linked: str
) -> None:
    """Row 13: ALLOWED_HOSTS says nothing of ports; on this machine any may be forwarded to the site."""
    settings.ALLOWED_HOSTS = ["*"]
    client.post("/password/forgotten/", {"email": address}, headers={"Host": asked}, SERVER_PORT=port)
    assert link_in_mail().startswith(f"http://{linked}/password/new/")


def test_nobody_learns_who_is_here(client: Client, address: str) -> None:
    answers = [client.post("/password/forgotten/", {"email": one}) for one in (address, "no@example.com")]
    assert {answer.headers["Location"] for answer in answers} == {"/password/forgotten/sent/"}
    assert [sent.to for sent in mail.outbox] == [[address]]


@pytest.mark.parametrize("listed", ["in the account", "as the account's own field"])
def test_an_address_that_is_not_verified_resets_nothing_where_another_is(
    client: Client, bo: User, address: str, listed: str
) -> None:
    """Row 101: it may be a typing error, and somebody else's mailbox. The answer is that for everybody."""
    if listed == "in the account":
        EmailAddress.objects.create(user=bo, email="typo@example.com", verified=False)
    else:
        User.objects.update(email="typo@example.com")
    answer = client.post("/password/forgotten/", {"email": "typo@example.com"})
    assert answer.headers["Location"] == "/password/forgotten/sent/"
    assert mail.outbox == []
    client.post("/password/forgotten/", {"email": "BO@example.com"})
    assert [sent.to for sent in mail.outbox] == [[address]]


def test_an_account_that_verified_nothing_is_reset_by_what_it_lists(client: Client, bo: User) -> None:
    """Row 101."""
    EmailAddress.objects.create(user=bo, email="bo@example.com", verified=False)
    client.post("/password/forgotten/", {"email": "bo@example.com"})
    assert [sent.to for sent in mail.outbox] == [["bo@example.com"]]


def test_an_address_verified_later_ends_the_links_to_others(client: Client, bo: User) -> None:
    """Row 101: the link went to an address that may be a typing error, and somebody else's mailbox."""
    EmailAddress.objects.create(user=bo, email="typo@example.com", verified=False)
    own = EmailAddress.objects.create(user=bo, email="bo@example.com", verified=False)
    client.post("/password/forgotten/", {"email": "typo@example.com"})
    link = link_in_mail().removeprefix("http://testserver")
    assert client.get(link).status_code == 302
    own.set_verified()
    assert "no longer works" in Client().get(link, follow=True).text


def test_without_mail_it_is_not_offered(client: Client, bo: User, settings: Settings) -> None:
    settings.SENDS_MAIL = False
    assert "/password/forgotten/" not in client.get("/sign-in/").text
    assert "This site doesn't send email" in client.get("/password/forgotten/").text


def test_a_mail_server_that_is_away_tells_strangers_nothing(client: Client, address: str, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answers = [client.post("/password/forgotten/", {"email": one}) for one in (address, "no@example.com")]
    assert {answer.headers["Location"] for answer in answers} == {"/password/forgotten/sent/"}


def test_a_new_password_is_told_by_mail(client: Client, address: str, settings: Settings, type_in: TypeIn) -> None:
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    type_in(client, "bo")
    client.post("/me/password/", {"oldpassword": "bo's own words", **NEW})
    (sent,) = mail.outbox
    assert sent.to == [address]
    assert "If this was you, you don't need to do anything." in str(sent.body)


def test_an_address_is_confirmed_by_its_link(client: Client, bo: User, type_in: TypeIn) -> None:
    type_in(client, "bo")
    client.post("/sign-in/again/", {"password": "bo's own words"})
    client.post("/me/emails/", {"email": "bo@example.com", "action_add": ""})
    there = link_in_mail().removeprefix("http://testserver")
    assert "Confirm your email address" in client.get(there).text
    client.post(there)
    assert EmailAddress.objects.get(email="bo@example.com").verified
