"""Single sign-on against a provider that tells the truth, and against ones that don't."""

from __future__ import annotations

import hashlib
import html
import re
import time
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from dashboard import environment
from jobs.models import AuditEntry
from tests.accounts.conftest import TypeIn, at_once
from tests.accounts.provider import CLIENT, SECRET, UNSAID, Provider, new_key, provided

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Settings, ana: User) -> Iterator[Provider]:
    with provided() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = environment.providers(provider.issuer, CLIENT, SECRET, "Example")
        settings.OIDC_NAME = "Example"
        settings.OIDC_DOMAINS = {"example.com"}
        yield provider


def there_and_back(client: Client, provider: Provider, **query: str) -> Any:
    """As a browser goes: to the provider, and with its answer back."""
    return client.get(answer_of(provider, client.post("/sign-in/sso/", query)))


def answer_of(provider: Provider, sent: Any) -> str:
    """Where the provider sends the browser that a page of ours sent there."""
    back = urlsplit(provider.authorize(dict(parse_qsl(urlsplit(way_of(provider, sent)).query))))
    return f"{back.path}?{back.query}"


def way_of(provider: Provider, sent: Any) -> str:
    way = html.unescape(re.findall(r'http-equiv="refresh" content="0;url=([^"]+)"', sent.text)[0])
    assert way.startswith(f"{provider.issuer}/authorize?")
    return way


def test_somebody_of_a_known_domain_comes_in_and_is_known_from_then_on(client: Client, provider: Provider) -> None:
    provider.person |= {"name": "Cy Young", "preferred_username": "cy@example.com"}
    answer = there_and_back(client, provider, next="/orgs/acme/jobs/?status=failed")
    assert answer.headers["Location"] == "/orgs/acme/jobs/?status=failed"
    cy = User.objects.get(email="cy@example.com")
    assert (client.session["_auth_user_id"], cy.profile.name) == (str(cy.pk), "Cy Young")
    assert not cy.is_staff and not cy.has_usable_password() and "@" not in cy.username

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


def each(name: str, *odd: Any) -> list[dict[str, Any]]:
    return [{name: value} for value in odd]


ODD = [
    *each("email", ["cy@example.com"], 5, {}, True, "cy\0@example.com", "cy\ud800@example.com"),
    *each("preferred_username", 5, ["cy"], "c\0y", "c\udfffy"),
    *each("picture", "\0", 5),
    *(odd for name in ("name", "given_name", "family_name") for odd in each(name, "a\0b", 5, {})),
    *each("sub", "", 17, [17], "1\0", "\ud800"),
    *each("nonce", 5, ["a"], "\ud800", UNSAID),
    *({"aud": [CLIENT, "another"]} | odd for odd in each("azp", "another", "", 5)),
    *each("azp", "another"),
    *each("aud", [CLIENT, "another"], ["another", CLIENT]),
    *each("iat", float("inf")),
    *each("exp", float("inf"), [1]),
]


@pytest.mark.parametrize("lies", ODD, ids=ascii)
def test_odd_claims_are_refused(client: Client, provider: Provider, lies: dict[str, Any]) -> None:
    """Row 107: though they are signed. They were answered as if the site were broken, or believed."""
    provider.lies = lies
    _is_refused(there_and_back(client, provider), client)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "lies",
    [
        *each("email", UNSAID, None, ""),
        *each("email_verified", 1, 1.0, "True", "1", [True], {}, None, UNSAID),
    ],
    ids=str,
)
def test_only_an_address_that_is_said_to_be_verified_is(
    client: Client, provider: Provider, bo: User, lies: dict[str, Any]
) -> None:
    EmailAddress.objects.create(user=bo, email="cy@example.com", verified=True, primary=True)
    provider.lies = lies
    answer = there_and_back(client, provider)
    assert (answer.status_code, "hasn&#x27;t verified" in answer.text) == (403, True)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": "true"},
        {"aud": [CLIENT]},
        {"aud": [CLIENT, "another"], "azp": CLIENT},
        {"preferred_username": None, "name": None, "picture": None},
        {"groups": ["a\0b", {"deep": [1e300]}], "locale": 5},
    ],
    ids=str,
)
def test_what_is_unusual_but_right_lets_in(client: Client, provider: Provider, claims: dict[str, Any]) -> None:
    """Row 107: claims that nobody here asks for are not even kept."""
    provider.lies = claims
    assert there_and_back(client, provider).status_code == 302
    assert "groups" not in str(SocialAccount.objects.get().extra_data)


def test_an_address_is_as_verified_as_where_it_is_told(client: Client, provider: Provider) -> None:
    """The ID token says that one is verified, and not which; another place tells one that isn't."""
    provider.says = {"userinfo_endpoint": f"{provider.issuer}/userinfo"}
    provider.lies = {"email": UNSAID, "email_verified": True}
    provider.told = {"sub": "17", "email": "cy@example.com", "email_verified": False}
    assert there_and_back(client, provider).status_code == 403
    provider.told["email_verified"] = True
    assert there_and_back(client, provider).status_code == 302
    assert User.objects.filter(email="cy@example.com").exists()


def test_another_signature_is_refused(client: Client, provider: Provider) -> None:
    provider.signs_with = new_key()
    _is_refused(there_and_back(client, provider), client)


def test_another_state_is_refused(client: Client, provider: Provider) -> None:
    back = answer_of(provider, client.post("/sign-in/sso/"))
    _is_refused(client.get(back + "x"), client)


def test_an_answer_serves_the_browser_that_asked_and_once(client: Client, provider: Provider) -> None:
    back = answer_of(provider, client.post("/sign-in/sso/"))
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
    assert client.post("/sign-in/sso/").status_code == 401


def test_nothing_follows_the_provider_elsewhere(client: Client, provider: Provider) -> None:
    provider.says = {"jwks_uri": f"{provider.issuer}/away"}
    _is_refused(there_and_back(client, provider), client)


def test_the_environment_has_no_proxy_for_it(
    client: Client, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert there_and_back(client, provider).headers["Location"] == "/"


def test_a_provider_that_is_away_is_told_in_words(client: Client, provider: Provider, settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = environment.providers("http://127.0.0.1:1", CLIENT, SECRET, "Example")
    answer = client.post("/sign-in/sso/")
    assert answer.status_code == 401
    assert "Sign-in failed" in answer.text


def test_an_address_that_is_not_verified_takes_no_account_over(client: Client, provider: Provider, bo: User) -> None:
    EmailAddress.objects.create(user=bo, email="bo@example.com", verified=True, primary=True)
    provider.person |= {"email": "bo@example.com", "email_verified": False}
    answer = there_and_back(client, provider)
    assert (answer.status_code, "hasn&#x27;t verified" in answer.text) == (403, True)
    assert not SocialAccount.objects.exists()


def test_an_address_that_is_not_verified_here_takes_no_account_over(
    client: Client, provider: Provider, bo: User
) -> None:
    """Row 101: else somebody could list a colleague's address in their own account, and wait. Nor does it keep the
    colleague out: they come in with an account of their own, and the address is theirs.
    """
    EmailAddress.objects.create(user=bo, email="cy@example.com", verified=False, primary=True)
    User.objects.filter(pk=bo.pk).update(email="cy@example.com")
    answer = there_and_back(client, provider)
    cy = SocialAccount.objects.get().user
    assert (answer.status_code, client.session["_auth_user_id"]) == (302, str(cy.pk))
    assert cy != bo and cy.email == "cy@example.com"
    assert list(EmailAddress.objects.values_list("user", "email", "verified")) == [(cy.pk, "cy@example.com", True)]
    bo.refresh_from_db()
    assert bo.email == ""
    entry = AuditEntry.objects.get(action="address:take")
    assert (entry.actor, entry.subject) == (cy, "cy@example.com, which bo had listed unverified")
    assert "listed your email address without confirming it" in client.get("/").text


def test_an_address_verified_on_both_sides_is_one_person(client: Client, provider: Provider, bo: User) -> None:
    EmailAddress.objects.create(user=bo, email="cy@example.com", verified=True, primary=True)
    assert there_and_back(client, provider).status_code == 302
    assert client.session["_auth_user_id"] == str(bo.pk)


def test_another_person_there_with_the_same_address_is_refused(client: Client, provider: Provider, bo: User) -> None:
    """Row 101: at many providers an address goes to somebody new once it is free."""
    EmailAddress.objects.create(user=bo, email="cy@example.com", verified=True, primary=True)
    there_and_back(Client(), provider)
    provider.person["sub"] = "18"

    answer = there_and_back(client, provider)

    assert (answer.status_code, "_auth_user_id" in client.session) == (403, False)
    assert "is connected to another person at your provider" in answer.text
    assert SocialAccount.objects.get().uid == uid_of(provider, "17")


def test_after_the_issuer_was_changed_people_are_known_by_their_address(
    client: Client, provider: Provider, bo: User
) -> None:
    """They were connected to somebody of the one before, who is nobody here now."""
    EmailAddress.objects.create(user=bo, email="cy@example.com", verified=True, primary=True)
    before = {"userinfo": {"iss": "https://before.example", "sub": "17"}}
    SocialAccount.objects.create(user=bo, provider="oidc", uid="of before", extra_data=before)
    assert there_and_back(client, provider).status_code == 302
    assert client.session["_auth_user_id"] == str(bo.pk)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_there_with_one_address_one_is_let_in(provider: Provider, bo: User) -> None:
    """Row 101: also when they come at once."""
    EmailAddress.objects.create(user=bo, email="cy@example.com", verified=True, primary=True)
    tabs, backs = [Client() for _ in range(4)], []
    for number, tab in enumerate(tabs):
        provider.person["sub"] = str(number)
        backs.append(partial(tab.get, answer_of(provider, tab.post("/sign-in/sso/"))))

    assert sorted(answer.status_code for answer in at_once(*backs)) == [302, 403, 403, 403]
    assert SocialAccount.objects.count() == 1


def test_nobody_connects_a_second_one(client: Client, provider: Provider, bo: User, type_in: TypeIn) -> None:
    type_in(client, "bo")
    SocialAccount.objects.create(user=bo, provider="oidc", uid="another of theirs")
    _confirm(client)

    answer = client.get(answer_of(provider, client.post("/me/sso/connect/")))

    assert (answer.status_code, "Your account is already connected." in answer.text) == (403, True)
    assert "Nothing was connected" in answer.text
    assert SocialAccount.objects.get().uid == "another of theirs"


@pytest.mark.django_db(transaction=True)
def test_two_tabs_connect_one_person_there(provider: Provider, bo: User, type_in: TypeIn) -> None:
    """Row 107: two people of the provider at once would both lead to the account."""
    for number in range(6):
        SocialAccount.objects.all().delete()
        backs = []
        for sub in ("17", "18"):
            tab = Client()
            type_in(tab, "bo")
            _confirm(tab)
            provider.person["sub"] = f"{number} {sub}"
            backs.append(partial(tab.get, answer_of(provider, tab.post("/me/sso/connect/"))))

        assert sorted(answer.status_code for answer in at_once(*backs)) == [302, 403]
        assert SocialAccount.objects.count() == 1


def test_who_is_back_too_late_connects_nobody(client: Client, provider: Provider, bo: User, type_in: TypeIn) -> None:
    """Row 107: the answer waited, and connected a second person after the next "Confirm it's you"."""
    type_in(client, "bo")
    _confirm(client)
    with time_machine.travel(time.time() + 14 * 60):
        back = answer_of(provider, client.post("/me/sso/connect/"))
    with time_machine.travel(time.time() + 20 * 60):
        answer = client.get(back, follow=True)
        assert "Nothing was connected: you took too long." in answer.text
        _confirm(client)
    assert not SocialAccount.objects.exists()


def test_all_connections_end_together(client: Client, provider: Provider, bo: User, type_in: TypeIn) -> None:
    """Those of accounts that got two: an earlier version let that happen."""
    for uid in ("one", "two"):
        SocialAccount.objects.create(user=bo, provider="oidc", uid=uid)
    type_in(client, "bo")
    _confirm(client)

    assert client.post("/me/sso/disconnect/")["Location"] == "/me/"

    assert not SocialAccount.objects.exists()
    assert AuditEntry.objects.filter(action="account:disconnect", actor=bo, outcome="done").count() == 2


def test_who_has_no_password_keeps_all_of_them(client: Client, provider: Provider) -> None:
    there_and_back(client, provider)
    SocialAccount.objects.create(user=User.objects.get(email="cy@example.com"), provider="oidc", uid="two")
    assert "Set a password first" in client.post("/me/sso/disconnect/", follow=True).text
    assert SocialAccount.objects.count() == 2


@pytest.mark.parametrize("domains", [set(), {"elsewhere.example"}, {"le.com"}])
def test_unknown_people_are_refused_in_words(
    client: Client, provider: Provider, settings: Settings, domains: set[str]
) -> None:
    settings.OIDC_DOMAINS = domains
    answer = there_and_back(client, provider)
    assert (answer.status_code, "Ask a site owner for an invitation" in answer.text) == (403, True)
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
    asked = client.post("/me/sso/connect/")
    assert asked.headers["Location"] == "/sign-in/again/?next=%2Fme%2F"
    back = client.post(asked.headers["Location"], {"password": "bo's own words", "next": "/me/"})
    assert "Nothing was changed yet. Try again." in client.get(back.headers["Location"]).text
    sent = client.post("/me/sso/connect/")
    assert client.get(answer_of(provider, sent)).headers["Location"] == "/me/"
    assert SocialAccount.objects.get().user == bo

    client.post("/me/sso/disconnect/")
    assert not SocialAccount.objects.exists()


def test_nothing_connects_by_get(client: Client, provider: Provider, bo: User, type_in: TypeIn) -> None:
    """Row 107: neither signed in nor out does a link begin anything, and the provider is not even asked."""
    assert client.get("/sign-in/sso/?next=/orgs/").headers["Location"] == "/sign-in/?next=%2Forgs%2F"
    type_in(client, "bo")
    assert client.get("/sign-in/sso/").headers["Location"] == "/me/"
    assert client.get("/me/sso/connect/").status_code == 405
    assert provider.asked == {} and "socialaccount_states" not in client.session


def test_what_begins_single_sign_on_wants_a_token(provider: Provider, bo: User) -> None:
    """Row 107."""
    client = Client(enforce_csrf_checks=True)
    assert client.post("/sign-in/sso/").status_code == 403
    client.force_login(bo)
    assert client.post("/me/sso/connect/").status_code == 403


def test_a_sign_in_that_was_begun_before_connects_nobody_after_it(
    client: Client, provider: Provider, bo: User, type_in: TypeIn
) -> None:
    """Row 107: begun as nobody in one tab, signed in as Bo in another; and begun by Bo, come back as Vera."""
    back = answer_of(provider, client.post("/sign-in/sso/"))
    type_in(client, "bo")
    assert client.get(back).status_code == 401
    assert not SocialAccount.objects.exists()
    assert client.session["_auth_user_id"] == str(bo.pk)


def test_who_turns_back_at_the_provider_is_at_the_sign_in_again(client: Client, provider: Provider) -> None:
    there = urlsplit(answer_of(provider, client.post("/sign-in/sso/"))).query
    answer = client.get("/sign-in/sso/callback/", {"error": "access_denied", "state": dict(parse_qsl(there))["state"]})
    assert answer.headers["Location"] == "/sign-in/"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_known", [False, True])
def test_tabs_that_come_back_at_once_are_one_person(provider: Provider, bo: User, is_known: bool) -> None:
    """Row 103: looking whether somebody is here and letting them in is one, for who is new and who is known."""
    if is_known:
        EmailAddress.objects.create(user=bo, email="cy@example.com", verified=True, primary=True)
    tabs = [Client() for _ in range(4)]
    backs = [answer_of(provider, tab.post("/sign-in/sso/")) for tab in tabs]

    answers = at_once(*(partial(tab.get, back) for tab, back in zip(tabs, backs, strict=True)))

    assert [answer.status_code for answer in answers] == [302] * 4
    [account] = SocialAccount.objects.all()
    assert {tab.session["_auth_user_id"] for tab in tabs} == {str(account.user_id)}
    assert User.objects.count() == 2 + (not is_known)


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
    sent = way_of(provider, client.post("/sign-in/sso/"))
    assert "redirect_uri=https%3A%2F%2Ftrainyard.example%2Fsign-in%2Fsso%2Fcallback%2F" in sent


@pytest.mark.parametrize(
    "given",
    [("https://x.example", "", "s"), ("", "c", "s"), ("https://x.example", "c", ""), ("http://x.example", "c", "s")],
)
def test_half_of_the_settings_is_refused(given: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="OIDC_"):
        environment.providers(*given, "Example")


@pytest.mark.parametrize("address", ["https://x.example", "http://127.0.0.1:8", "http://[::1]:8", "http://localhost"])
def test_secrets_go_over_tls_or_stay_here(address: str) -> None:
    assert environment.is_trusted(address)


@pytest.mark.parametrize(
    "address", ["http://localhost.x.example", "ftp://127.0.0.1", "http://192.0.2.1", "https://", ""]
)
def test_secrets_go_nowhere_else(address: str) -> None:
    assert not environment.is_trusted(address)


class TestAgain:
    """Who has nothing but single sign-on says who they are at the provider, and comes back to what they were doing."""

    @pytest.fixture
    def cy(self, client: Client, provider: Provider, settings: Settings) -> User:
        """Signed in an hour ago, and an owner of the site."""
        settings.SESSION_IDLE_SECONDS = 7200
        with time_machine.travel(time.time() - 3600):
            there_and_back(client, provider)
        User.objects.filter(email="cy@example.com").update(is_superuser=True)
        return User.objects.get(email="cy@example.com")

    def answer(self, client: Client, provider: Provider, asked: Any) -> Any:
        """From the page that was refused by way of the provider; what the browser gets when it is back."""
        led = client.get(asked["Location"])
        page = client.get(led["Location"])
        assert "Sign in again with Example" in page.text
        assert led["Location"].startswith("/sign-in/again/sso/?next=")
        there = dict(parse_qsl(urlsplit(led["Location"]).query))["next"]
        return client.get(answer_of(provider, client.post("/sign-in/again/sso/", {"next": there})))

    def test_leads_back_and_what_was_typed_is_there(self, client: Client, provider: Provider, cy: User) -> None:
        """Row 108: nothing is sent by itself."""
        typed = {"label": "nightly", "organization": "", "role": "1", "lasts": "30"}
        back = self.answer(client, provider, client.post("/me/tokens/", typed))
        assert back["Location"] == "/me/tokens/" and not cy.tokens.exists()
        assert 'value="nightly"' in client.get("/me/tokens/").text
        client.post("/me/tokens/", typed)
        assert cy.tokens.exists()

    def test_the_provider_is_asked_to_look_anew(self, client: Client, provider: Provider, cy: User) -> None:
        """Row 108: unless it says that it doesn't take that."""
        asked = dict(parse_qsl(urlsplit(way_of(provider, client.post("/sign-in/again/sso/"))).query))
        assert (asked["prompt"], asked["max_age"]) == ("login", "0")
        provider.says = {"prompt_values_supported": ["none", "consent"]}
        asked = dict(parse_qsl(urlsplit(way_of(provider, client.post("/sign-in/again/sso/"))).query))
        assert "prompt" not in asked and asked["max_age"] == "0"

    @pytest.mark.parametrize("auth_time", ["an hour ago", "tomorrow", 1, "now", True, UNSAID], ids=str)
    def test_an_earlier_sign_in_there_is_no_answer(
        self, client: Client, provider: Provider, cy: User, auth_time: Any
    ) -> None:
        """Row 108: a provider that doesn't tell when it was is believed."""
        times = {"an hour ago": int(time.time()) - 3600, "tomorrow": int(time.time()) + 86_400}
        provider.lies = {"auth_time": times.get(auth_time, auth_time)}
        mine = f"/people/{cy.pk}/"
        back = self.answer(client, provider, client.get(mine))
        assert back["Location"] == (mine if auth_time == UNSAID else f"/sign-in/again/sso/?next=%2Fpeople%2F{cy.pk}%2F")
        assert (client.get(mine).status_code == 200) == (auth_time == UNSAID)

    def test_somebody_else_is_no_answer(self, client: Client, provider: Provider, cy: User) -> None:
        """Row 108: neither somebody new nor somebody known, and nobody is signed in or made by it."""
        there_and_back(other := Client(), provider)
        people = User.objects.count()
        for person in ({"sub": "18", "email": "eve@example.com"}, {"sub": "19", "email": "mallory@elsewhere.example"}):
            provider.person |= person
            back = self.answer(client, provider, client.post("/me/tokens/", {"label": "x", "role": "1", "lasts": "30"}))
            assert back["Location"] == "/sign-in/again/sso/?next=%2Fme%2Ftokens%2F"
            assert "didn’t confirm that it’s you" in client.get(back["Location"]).text
            assert (client.session["_auth_user_id"], User.objects.count()) == (str(cy.pk), people)
        assert other.session["_auth_user_id"] == str(cy.pk)

    def test_who_turns_back_there_is_back_here(self, client: Client, provider: Provider, cy: User) -> None:
        """Row 108."""
        sent = client.post("/sign-in/again/sso/", {"next": "/people/"})
        state = dict(parse_qsl(urlsplit(answer_of(provider, sent)).query))["state"]
        answer = client.get("/sign-in/sso/callback/", {"error": "access_denied", "state": state})
        assert answer["Location"] == "/sign-in/again/sso/?next=%2Fpeople%2F"

    @pytest.mark.parametrize("what", ["password-link", "promote"])
    def test_is_an_answer_for_one_step(self, client: Client, provider: Provider, cy: User, bo: User, what: str) -> None:
        """Row 105: what is asked each time can be answered there, and the answer is used up."""
        address = f"/people/{bo.pk}/{what}/"
        assert self.answer(client, provider, client.get(address))["Location"] == address
        client.post(address)
        assert AuditEntry.objects.filter(actor=cy, whom=bo, outcome="done").count() == 1
        assert client.post(address)["Location"].startswith("/sign-in/again/")

    def test_nobody_makes_themselves_at_home_with_a_stolen_session(
        self, client: Client, provider: Provider, cy: User
    ) -> None:
        """Row 108: what changes how one signs in asks here, too; right after the sign-in as well."""
        asked = client.get("/me/two-factor/totp/activate/")
        assert asked["Location"] == "/sign-in/again/sso/?next=%2Fme%2Ftwo-factor%2Ftotp%2Factivate%2F"
        assert client.get("/me/emails/").status_code == 200
        added = client.post("/me/emails/", {"action_add": "", "email": "thief@elsewhere.example"})
        assert added["Location"].startswith("/sign-in/again/sso/")
        assert not EmailAddress.objects.filter(email="thief@elsewhere.example").exists()
        back = client.get(answer_of(provider, client.post(asked["Location"])))
        assert back["Location"] == "/me/two-factor/totp/activate/"
        assert client.get(back["Location"]).status_code == 200

    def test_who_has_a_password_may_choose(self, client: Client, provider: Provider, bo: User, type_in: TypeIn) -> None:
        """Row 108: by single sign-on or the password; the button is for the person to press again."""
        type_in(client, "bo")
        SocialAccount.objects.create(user=bo, provider="oidc", uid=uid_of(provider))
        asked = client.post("/me/sso/disconnect/")
        assert "/sign-in/again/sso/?next=%2Fme%2F" in client.get(asked["Location"]).text
        client.get(answer_of(provider, client.post("/sign-in/again/sso/", {"next": "/me/"})))
        assert SocialAccount.objects.exists()
        client.post("/me/sso/disconnect/")
        assert not SocialAccount.objects.exists()

    def test_is_there_for_who_is_connected(self, bo_client: Client, provider: Provider) -> None:
        """Row 108: by POST with a token; others have no such page."""
        assert bo_client.get("/sign-in/again/sso/").status_code == 404
        assert bo_client.post("/sign-in/again/sso/").status_code == 404
        assert "Sign in again with Example" not in bo_client.get("/sign-in/again/").text

    def test_wants_a_token(self, client: Client, provider: Provider, cy: User) -> None:
        """Row 107."""
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = client.cookies
        assert strict.post("/sign-in/again/sso/").status_code == 403


def uid_of(provider: Provider, sub: str = "") -> str:
    return hashlib.sha256(f"{provider.issuer} {sub or provider.person['sub']}".encode()).hexdigest()


def _confirm(client: Client, password: str = "bo's own words") -> None:
    client.post("/sign-in/again/", {"password": password, "next": "/me/"})


def _is_refused(answer: Any, client: Client) -> None:
    assert answer.status_code == 401
    assert "Sign-in failed" in answer.text
    assert "_auth_user_id" not in client.session
    assert User.objects.count() == 1 or User.objects.filter(email="cy@example.com").exists()
