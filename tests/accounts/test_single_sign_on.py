"""Single sign-on against a provider that tells the truth, and against ones that don't."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from dashboard import single_sign_on
from tests.accounts.conftest import TypeIn
from tests.accounts.provider import CLIENT, SECRET, Provider, new_key, provided

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Settings, ana: User) -> Iterator[Provider]:
    with provided() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = single_sign_on.providers(provider.issuer, CLIENT, SECRET, "Example")
        settings.OIDC_NAME = "Example"
        settings.OIDC_DOMAINS = {"example.com"}
        yield provider


def there_and_back(client: Client, provider: Provider, **query: str) -> Any:
    """As a browser goes: to the provider, and with its answer back."""
    return client.get(answer_of(provider, client.get("/sign-in/sso/", query)))


def answer_of(provider: Provider, sent: Any) -> str:
    assert sent.headers["Location"].startswith(f"{provider.issuer}/authorize?")
    back = urlsplit(provider.authorize(dict(parse_qsl(urlsplit(sent.headers["Location"]).query))))
    return f"{back.path}?{back.query}"


def test_somebody_of_a_known_domain_comes_in_and_is_known_from_then_on(client: Client, provider: Provider) -> None:
    provider.person["name"] = "Cy Young"
    answer = there_and_back(client, provider, next="/orgs/acme/jobs/?status=failed")
    assert answer.headers["Location"] == "/orgs/acme/jobs/?status=failed"
    cy = User.objects.get(email="cy@example.com")
    assert (client.session["_auth_user_id"], cy.profile.name) == (str(cy.pk), "Cy Young")
    assert not cy.is_staff and not cy.has_usable_password()

    again = Client()
    provider.person |= {"email": "other@elsewhere.example"}
    there_and_back(again, provider)
    assert again.session["_auth_user_id"] == str(cy.pk)


@pytest.mark.parametrize(
    "lies",
    [{"nonce": "another"}, {"aud": "another"}, {"iss": "http://127.0.0.1:1"}, {"exp": 1}, {"sub": None}],
    ids=lambda lies: next(iter(lies)),
)
def test_a_wrong_answer_is_refused(client: Client, provider: Provider, lies: dict[str, Any]) -> None:
    provider.lies = lies
    _is_refused(there_and_back(client, provider), client)


def test_another_signature_is_refused(client: Client, provider: Provider) -> None:
    provider.signs_with = new_key()
    _is_refused(there_and_back(client, provider), client)


def test_another_state_is_refused(client: Client, provider: Provider) -> None:
    back = answer_of(provider, client.get("/sign-in/sso/"))
    _is_refused(client.get(back + "x"), client)


def test_an_answer_serves_the_browser_that_asked_and_once(client: Client, provider: Provider) -> None:
    back = answer_of(provider, client.get("/sign-in/sso/"))
    stranger = Client()
    _is_refused(stranger.get(back), stranger)
    assert client.get(back).status_code == 302
    client.post("/sign-out/")
    _is_refused(client.get(back), client)


@pytest.mark.parametrize(
    "says", [{"issuer": "https://another.example"}, {"token_endpoint": "http://192.0.2.1/token"}], ids=("issuer", "TLS")
)
def test_a_provider_that_is_not_the_one_is_not_asked(client: Client, provider: Provider, says: dict[str, str]) -> None:
    provider.says = says
    assert client.get("/sign-in/sso/").status_code == 401


def test_nothing_follows_the_provider_elsewhere(client: Client, provider: Provider) -> None:
    provider.says = {"jwks_uri": f"{provider.issuer}/away"}
    _is_refused(there_and_back(client, provider), client)


def test_the_environment_has_no_proxy_for_it(
    client: Client, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert there_and_back(client, provider).headers["Location"] == "/"


def test_a_provider_that_is_away_is_told_in_words(client: Client, provider: Provider, settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = single_sign_on.providers("http://127.0.0.1:1", CLIENT, SECRET, "Example")
    answer = client.get("/sign-in/sso/")
    assert answer.status_code == 401
    assert "You are not signed in" in answer.text


def test_an_address_that_is_not_verified_takes_no_account_over(client: Client, provider: Provider, bo: User) -> None:
    EmailAddress.objects.create(user=bo, email="bo@example.com", verified=True, primary=True)
    provider.person |= {"email": "bo@example.com", "email_verified": False}
    answer = there_and_back(client, provider)
    assert (answer.status_code, "doesn&#x27;t vouch" in answer.text) == (403, True)
    assert not SocialAccount.objects.exists()


def test_an_address_that_is_not_verified_here_takes_no_account_over(
    client: Client, provider: Provider, bo: User
) -> None:
    """Else somebody could write a colleague's address into their own account, and wait."""
    EmailAddress.objects.create(user=bo, email="cy@example.com", verified=False, primary=True)
    answer = there_and_back(client, provider)
    assert (answer.status_code, "has your e-mail address already" in answer.text) == (403, True)


def test_an_address_verified_on_both_sides_is_one_person(client: Client, provider: Provider, bo: User) -> None:
    EmailAddress.objects.create(user=bo, email="cy@example.com", verified=True, primary=True)
    assert there_and_back(client, provider).status_code == 302
    assert client.session["_auth_user_id"] == str(bo.pk)


@pytest.mark.parametrize("domains", [set(), {"elsewhere.example"}, {"le.com"}])
def test_unknown_people_are_refused_in_words(
    client: Client, provider: Provider, settings: Settings, domains: set[str]
) -> None:
    settings.OIDC_DOMAINS = domains
    answer = there_and_back(client, provider)
    assert (answer.status_code, "Ask one of its owners for an invitation" in answer.text) == (403, True)
    assert User.objects.count() == 1


def test_a_deactivated_person_stays_out(client: Client, provider: Provider) -> None:
    there_and_back(client, provider)
    User.objects.filter(email="cy@example.com").update(is_active=False)
    again = Client()
    assert there_and_back(again, provider).headers["Location"] == "/sign-in/deactivated/"
    assert again.get("/").status_code == 302


def test_who_is_signed_in_connects_both_and_takes_them_apart(
    client: Client, provider: Provider, bo: User, type_in: TypeIn
) -> None:
    type_in(client, "bo")
    asked = client.get("/sign-in/sso/")
    assert asked.headers["Location"] == "/sign-in/again/?next=%2Fsign-in%2Fsso%2F"
    client.post(asked.headers["Location"], {"password": "bo's own words", "next": "/sign-in/sso/"})
    assert there_and_back(client, provider).headers["Location"] == "/me/"
    assert SocialAccount.objects.get().user == bo

    client.post("/me/sso/disconnect/")
    assert not SocialAccount.objects.exists()


def test_nobody_takes_their_only_way_in_away(client: Client, provider: Provider) -> None:
    there_and_back(client, provider)
    client.post("/me/sso/disconnect/")
    assert SocialAccount.objects.count() == 1


def test_the_sign_in_offers_it(client: Client, provider: Provider) -> None:
    assert "Sign in with Example" in client.get("/sign-in/").text


def test_links_are_of_the_name_that_the_site_gives_itself(
    client: Client, provider: Provider, settings: Settings
) -> None:
    settings.SITE_URL = "https://trainyard.example"
    sent = client.get("/sign-in/sso/").headers["Location"]
    assert "redirect_uri=https%3A%2F%2Ftrainyard.example%2Fsign-in%2Fsso%2Fcallback%2F" in sent


@pytest.mark.parametrize(
    "given",
    [("https://x.example", "", "s"), ("", "c", "s"), ("https://x.example", "c", ""), ("http://x.example", "c", "s")],
)
def test_half_of_the_settings_is_refused(given: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="OIDC_"):
        single_sign_on.providers(*given, "Example")


@pytest.mark.parametrize("address", ["https://x.example", "http://127.0.0.1:8", "http://[::1]:8", "http://localhost"])
def test_secrets_go_over_tls_or_stay_here(address: str) -> None:
    assert single_sign_on.is_trusted(address)


@pytest.mark.parametrize(
    "address", ["http://localhost.x.example", "ftp://127.0.0.1", "http://192.0.2.1", "https://", ""]
)
def test_secrets_go_nowhere_else(address: str) -> None:
    assert not single_sign_on.is_trusted(address)


def _is_refused(answer: Any, client: Client) -> None:
    assert answer.status_code == 401
    assert "You are not signed in" in answer.text
    assert "_auth_user_id" not in client.session
    assert User.objects.count() == 1 or User.objects.filter(email="cy@example.com").exists()
