"""A code or a passkey after the password; recovery codes; and sites that require one."""

import base64
import hashlib
import io
import json
import re
import time

import pytest
import time_machine
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.webauthn.internal.auth import STATE_SESSION_KEY
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData
from pytest_django import Settings

from jobs.models import AuditEntry, Invitation, Organization
from tests.accounts.conftest import TypeIn
from tests.api_tokens.test_tokens import token
from tests.sweeps.addresses import filled, routes

pytestmark = pytest.mark.django_db


def code_of(secret: str, steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def websafe(told: object) -> str:
    """As browsers send it: base64 without its filling."""
    text = told if isinstance(told, str) else json.dumps(told)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def a_credential(challenge: str, key: ec.EllipticCurvePrivateKey | None = None) -> dict[str, object]:
    """As a device makes it, with a key that nobody has unless it is given."""
    private = key or ec.generate_private_key(ec.SECP256R1())
    public = ES256.from_cryptography_key(private.public_key())  # type: ignore[no-untyped-call]
    attested = AttestedCredentialData.create(Aaguid.NONE, b"a credential", public)
    told = AuthenticatorData.create(hashlib.sha256(b"testserver").digest(), AuthenticatorData.FLAG(0x45), 0, attested)
    made = {
        "clientDataJSON": websafe({"type": "webauthn.create", "challenge": challenge, "origin": "http://testserver"}),
        "attestationObject": websafe_encode(AttestationObject.create("none", told, {})),
    }
    name = websafe("a credential")
    return {"id": name, "rawId": name, "type": "public-key", "response": made, "clientExtensionResults": {}}


def a_passkey(person: User, key: ec.EllipticCurvePrivateKey | None = None) -> Authenticator:
    data = {"name": "Phone", "credential": a_credential("AA", key)}
    return Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)


@pytest.fixture
def secret(bo: User) -> str:
    """Bo has an authenticator app, and recovery codes."""
    secret = str(generate_totp_secret())
    TOTP.activate(bo, secret)
    RecoveryCodes.activate(bo)
    return secret


def test_an_app_is_added_with_its_first_code(client: Client, bo: User, type_in: TypeIn) -> None:
    type_in(client, "bo")
    assert client.get("/me/two-factor/totp/activate/").headers["Location"].startswith("/sign-in/again/")
    client.post("/sign-in/again/", {"password": "bo's own words"})
    page = client.get("/me/two-factor/totp/activate/")
    assert client.get("/me/two-factor/totp/picture/")["Content-Type"] == "image/svg+xml"
    answer = client.post("/me/two-factor/totp/activate/", {"code": code_of(page.context["form"].secret)})
    assert answer.headers["Location"] == "/me/two-factor/recovery-codes/"
    assert "10 of 10 left" in client.get(answer.headers["Location"]).text


def test_the_picture_of_a_secret_asks_again_as_its_page_does(client: Client, bo: User, type_in: TypeIn) -> None:
    """Row 108: with a stolen session, too, while somebody is about to confirm the secret."""
    pages = ("/me/two-factor/totp/activate/", "/me/two-factor/totp/picture/")
    type_in(client, "bo")
    assert [client.get(page).status_code for page in pages] == [302, 302]
    client.post("/sign-in/again/", {"password": "bo's own words"})
    assert [client.get(page).status_code for page in pages] == [200, 200]
    with time_machine.travel(time.time() + 901):
        answers = [client.get(page) for page in pages]
        assert [answer.headers.get("Location", "").partition("?")[0] for answer in answers] == ["/sign-in/again/"] * 2


def test_the_password_alone_is_not_enough(client: Client, secret: str, type_in: TypeIn) -> None:
    assert type_in(client, "bo").headers["Location"] == "/me/two-factor/authenticate/"
    assert client.get("/").headers["Location"] == "/sign-in/?next=/"
    assert client.get("/sign-in/").headers["Location"] == "/me/two-factor/authenticate/"


def test_the_code_lets_in_and_leads_on(client: Client, secret: str, type_in: TypeIn) -> None:
    type_in(client, "bo", next="/orgs/acme/jobs/?status=failed")
    answer = client.post("/me/two-factor/authenticate/", {"code": code_of(secret)})
    assert answer.headers["Location"] == "/orgs/acme/jobs/?status=failed"


def test_a_password_that_is_replaced_meanwhile_lets_nobody_in(
    client: Client, bo: User, secret: str, type_in: TypeIn
) -> None:
    """Row 108: who gave the old one and waits at the second factor has to begin anew."""
    type_in(client, "bo")
    bo.set_password("bo's other words")
    bo.save()
    answer = client.post("/me/two-factor/authenticate/", {"code": code_of(secret)})
    assert answer.headers["Location"] == "/sign-in/"
    assert client.get("/me/").status_code == 302
    type_in(client, "bo", "bo's other words")
    client.post("/me/two-factor/authenticate/", {"code": code_of(secret, 1)})
    assert client.get("/me/").status_code == 200


def test_who_is_deactivated_meanwhile_has_no_session_that_comes_back(
    client: Client, bo: User, secret: str, type_in: TypeIn
) -> None:
    """Row 108."""
    type_in(client, "bo")
    User.objects.update(is_active=False)
    client.post("/me/two-factor/authenticate/", {"code": code_of(secret)})
    User.objects.update(is_active=True)
    assert client.get("/me/").status_code == 302


def test_a_code_serves_once(client: Client, secret: str, type_in: TypeIn) -> None:
    code = code_of(secret)
    type_in(client, "bo")
    client.post("/me/two-factor/authenticate/", {"code": code})
    again = Client()
    type_in(again, "bo")
    assert "already used code" in again.post("/me/two-factor/authenticate/", {"code": code}).text


@pytest.mark.parametrize("later", [0, 31, 59])
def test_a_code_serves_once_for_as_long_as_it_is_good(client: Client, secret: str, type_in: TypeIn, later: int) -> None:
    """Row 108: a minute and a half, since clocks differ. Who saw it typed has no use for it."""
    with time_machine.travel(1_800_000_000, tick=False) as now:
        code = code_of(secret, 1)
        type_in(client, "bo")
        assert client.post("/me/two-factor/authenticate/", {"code": code}).status_code == 302
        now.shift(later)
        for used in (code, code_of(secret, -1)):
            type_in(again := Client(), "bo")
            assert "already used code" in again.post("/me/two-factor/authenticate/", {"code": used}).text
        assert AuditEntry.objects.filter(action="session:fail", words="wrong code").count() == 2
        now.shift(90)
        type_in(again := Client(), "bo")
        assert again.post("/me/two-factor/authenticate/", {"code": code_of(secret)}).status_code == 302


def test_a_code_that_signed_in_is_no_answer(client: Client, secret: str, type_in: TypeIn) -> None:
    """Row 108: to "is it you?"."""
    with time_machine.travel(1_800_000_000, tick=False) as now:
        type_in(client, "bo")
        client.post("/me/two-factor/authenticate/", {"code": code_of(secret, 1)})
        now.shift(45)
        answer = client.post("/me/two-factor/reauthenticate/", {"code": code_of(secret)})
        assert "already used code" in answer.text


def test_the_code_that_added_an_app_signs_nobody_in(client: Client, bo: User, type_in: TypeIn) -> None:
    """Row 108."""
    type_in(client, "bo")
    client.post("/sign-in/again/", {"password": "bo's own words"})
    secret = client.get("/me/two-factor/totp/activate/").context["form"].secret
    code = code_of(secret)
    client.post("/me/two-factor/totp/activate/", {"code": code})
    assert Authenticator.objects.filter(user=bo, type=Authenticator.Type.TOTP).exists()
    type_in(again := Client(), "bo")
    assert "already used code" in again.post("/me/two-factor/authenticate/", {"code": code}).text
    assert again.post("/me/two-factor/authenticate/", {"code": code_of(secret, 1)}).status_code == 302


def test_a_recovery_code_lets_in_once(client: Client, bo: User, secret: str, type_in: TypeIn) -> None:
    kept = Authenticator.objects.get(user=bo, type=Authenticator.Type.RECOVERY_CODES).wrap()
    code = kept.get_unused_codes()[0]
    for who, status in ((client, 302), (Client(), 200)):
        type_in(who, "bo")
        assert who.post("/me/two-factor/authenticate/", {"code": code}).status_code == status


def test_codes_can_not_be_tried_for_ever(client: Client, secret: str, type_in: TypeIn) -> None:
    type_in(client, "bo")
    told = [client.post("/me/two-factor/authenticate/", {"code": "000000"}).text for _ in range(7)]
    assert "Too many" in told[-1]


def test_who_stopped_half_way_may_be_somebody_else(client: Client, ana: User, secret: str, type_in: TypeIn) -> None:
    type_in(client, "bo")
    client.post("/sign-out/")
    assert type_in(client, "ana").headers["Location"] == "/"


def test_secrets_are_sealed_in_the_database(bo: User, secret: str) -> None:
    assert secret not in str(list(Authenticator.objects.values("data")))


def test_with_another_secret_key_no_code_fits(client: Client, secret: str, type_in: TypeIn, settings: Settings) -> None:
    settings.SECRET_KEY = "another one, made up for this test, and long enough"
    type_in(client, "bo")
    for code in (code_of(secret), code_of(""), "00000000"):
        assert "Incorrect or already used code" in client.post("/me/two-factor/authenticate/", {"code": code}).text


def test_passkeys_are_asked_for_without_a_name(client: Client, bo: User) -> None:
    answer = client.get("/me/two-factor/webauthn/login/", headers={"Accept": "application/json"})
    assert answer.json()["request_options"]["publicKey"]["rpId"] == "testserver"


ASSERTED: dict[str, object] = {
    "clientDataJSON": "e30",
    "authenticatorData": "A" * 50,
    "signature": "AA",
    "userHandle": "MQ",
}
GET = websafe({"type": "webauthn.get", "challenge": "AA", "origin": "http://x"})
NESTED_BYTES = base64.urlsafe_b64encode(b"x" * 32 + b"\x80" + b"0000" + b"\x81" * 5000).decode().rstrip("=")
ODD_RESPONSES: dict[str, dict[str, object]] = {
    "nothing in it": {},
    "of nobody": {"clientDataJSON": GET, "userHandle": "enp6enp6enp6enp6eg"},
    "of many bytes": {"clientDataJSON": GET, "userHandle": 60_000},
    "a list as client data": {"clientDataJSON": "W10"},
    "too short": {"clientDataJSON": GET, "authenticatorData": "AA"},
    "cut off": {"clientDataJSON": GET, "authenticatorData": "A" * 40 + "_____" + "A" * 10},
    "deep in bytes": {"clientDataJSON": GET, "authenticatorData": NESTED_BYTES},
    "not ASCII": {"clientDataJSON": "\u00e9"},
}
ODD_CREDENTIALS = {
    "nested": "[" * 3000 + "]" * 3000,
    "nested objects": '{"a":' * 3000 + "1" + "}" * 3000,
    "a long number": "9" * 5000,
    "a long number within": '{"response": {"userHandle": %s}}' % ("9" * 5000),
    "no number": '{"a": NaN}',
    "half a pair": '{"id": "\\ud800", "rawId": "\\ud800", "type": "public-key", "response": {}}',
    "a text": '"x"',
    "a list": "[1]",
    "text for an object": '{"id": "AA", "rawId": "AA", "type": "public-key", "response": "x"}',
    "no object": '{"response": [1]}',
    "as many bytes as fill the memory": '{"rawId": "AA", "response": {"userHandle": 99999999999}}',
    **{
        name: json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {**ASSERTED, **more}})
        for name, more in ODD_RESPONSES.items()
    },
}


@pytest.mark.parametrize("sent", ODD_CREDENTIALS.values(), ids=ODD_CREDENTIALS)
class TestOddPasskeys:
    """Row 108: what is none is refused in words, whoever sends it and wherever."""

    def test_of_a_stranger(self, client: Client, ana: User, sent: str, log: io.StringIO) -> None:
        client.get("/me/two-factor/webauthn/login/", headers={"Accept": "application/json"})
        answer = client.post("/me/two-factor/webauthn/login/", {"credential": sent})
        assert answer.headers["Location"] == "/sign-in/"
        assert "Incorrect or already used" in client.get("/sign-in/").text
        assert "Sign-in failed" in log.getvalue()
        assert AuditEntry.objects.get(action="session:fail").words == "wrong passkey"

    def test_after_the_password(self, client: Client, bo: User, type_in: TypeIn, secret: str, sent: str) -> None:
        type_in(client, "bo")
        client.get("/me/two-factor/authenticate/")
        answer = client.post("/me/two-factor/authenticate/", {"credential": sent})
        assert answer.status_code == 200
        assert AuditEntry.objects.get(action="session:fail").whom == bo

    def test_when_one_is_added(self, bo_client: Client, sent: str) -> None:
        bo_client.post("/sign-in/again/", {"password": "bo's own words"})
        bo_client.get("/me/two-factor/webauthn/add/")
        answer = bo_client.post("/me/two-factor/webauthn/add/", {"credential": sent, "name": "x"})
        assert answer.status_code == 200
        assert not Authenticator.objects.exists()

    def test_as_an_answer_to_who_one_is(self, bo_client: Client, bo: User, sent: str) -> None:
        a_passkey(bo)
        bo_client.get("/me/two-factor/webauthn/reauthenticate/")
        bo_client.post("/me/two-factor/webauthn/reauthenticate/", {"credential": sent})
        assert AuditEntry.objects.get(action="session:fail").whom == bo
        assert bo_client.get("/me/password/set/").headers["Location"].startswith("/sign-in/again/")


def test_a_passkey_that_is_wrong_is_a_failed_sign_in_of_whose_it_says_it_is(client: Client, bo: User) -> None:
    """Row 108."""
    client.get("/me/two-factor/webauthn/login/", headers={"Accept": "application/json"})
    said = ASSERTED | {"clientDataJSON": GET, "userHandle": websafe(user_pk_to_url_str(bo))}
    sent = json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": said})
    client.post("/me/two-factor/webauthn/login/", {"credential": sent})
    entry = AuditEntry.objects.get(action="session:fail")
    assert (entry.whom, entry.words) == (bo, "wrong passkey")


def an_assertion(person: User, key: ec.EllipticCurvePrivateKey, challenge: str, *, is_verified: bool) -> str:
    """What a device answers that was touched, and that asked for a PIN or a finger when it is verified."""
    flags = AuthenticatorData.FLAG(0x05 if is_verified else 0x01)
    told = AuthenticatorData.create(hashlib.sha256(b"testserver").digest(), flags, 1)
    asked = json.dumps({"type": "webauthn.get", "challenge": challenge, "origin": "http://testserver"}).encode()
    made = {
        "clientDataJSON": websafe_encode(asked),
        "authenticatorData": websafe_encode(told),
        "signature": websafe_encode(key.sign(told + hashlib.sha256(asked).digest(), ec.ECDSA(hashes.SHA256()))),
        "userHandle": websafe(user_pk_to_url_str(person)),
    }
    name = websafe("a credential")
    return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": made})


@pytest.mark.parametrize("is_verified", [True, False])
def test_a_key_that_was_only_touched_signs_nobody_in_alone(
    client: Client, ana: User, bo: User, type_in: TypeIn, is_verified: bool
) -> None:
    """Row 108: whoever found Ana's key took a challenge that was for their own second step, which asks for no PIN."""
    key = ec.generate_private_key(ec.SECP256R1())
    a_passkey(ana, key)
    a_passkey(bo)
    type_in(client, "bo")
    client.get("/me/two-factor/authenticate/")
    sent = an_assertion(ana, key, client.session[STATE_SESSION_KEY]["challenge"], is_verified=is_verified)
    # By then the own sign-in is given up, and the challenge still there.
    with time_machine.travel(time.time() + 3600):
        client.post("/me/two-factor/webauthn/login/", {"credential": sent})
        assert client.session.get(SESSION_KEY) == (str(ana.pk) if is_verified else None)


@pytest.fixture
def required(settings: Settings) -> None:
    settings.REQUIRE_TWO_FACTOR = True


LACKING = "Set up a second factor first."
# Where somebody without a second factor gets by: to set one up, to leave, links of mails, and what everybody may read.
STILL_OPEN = re.compile(
    r"(me/two-factor/|sign-out/|sign-in/again/|sign-in/sso/callback/|sign-in/deactivated/|\^?password/(forgotten|new)/"
    r"|email/confirm/|openapi\.json|healthz|readyz|metrics)"
)


@pytest.mark.usefixtures("required")
class TestRequired:
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_holds_at_every_address(self, ana: User, bolt: Organization, method: str) -> None:
        """Row 104: whatever a session without a second factor asks for, it gets nowhere but to setting one up."""
        job = bolt.jobs.first()
        assert job
        values = {"slug": bolt.slug, "viam_id": job.viam_id, "uuid": bolt.credentials_id, "name": job.model_name}
        values |= {"token": Invitation.objects.create(organization=bolt, role=2, expires_at=job.sorted_on).token}
        client, entries = _signed_in(ana), AuditEntry.objects.count()
        for route in routes():
            if STILL_OPEN.match(route):
                continue
            for headers in ({}, {"HX-Request": "true"}):
                answer = getattr(client, method)(filled(route, values), headers=headers)
                led = answer.headers.get("Location") or answer.headers.get("HX-Redirect")
                is_problem = answer.status_code == 403 and answer.json()["title"] == LACKING if not led else False
                assert led == "/me/two-factor/" or is_problem, route
        assert AuditEntry.objects.count() == entries

    def test_no_address_that_is_none_tells_more(self, bo: User, bolt: Organization) -> None:
        """Row 104."""
        assert bolt.name not in _signed_in(bo).get(f"/orgs/{bolt.slug}/no-such-page/").text

    def test_holds_for_programs_with_a_session(self, bo: User, bolt: Organization, secret: str) -> None:
        """Row 104: from one request to the next."""
        client, address = _signed_in(bo), f"/orgs/{bolt.slug}/jobs.json"
        assert client.get(address).status_code == 200
        Authenticator.objects.filter(user=bo).delete()
        answer = client.get(address)
        assert (answer.status_code, answer.json()["title"]) == (403, LACKING)
        assert answer["Content-Type"] == "application/problem+json"

    def test_holds_for_tokens(self, client: Client, bo: User, bolt: Organization) -> None:
        """Row 104: a token is its owner, who has to have a second factor; then it holds as it was."""
        headers = token(bo)
        for path in ("orgs.json", f"orgs/{bolt.slug}/jobs.json", f"orgs/{bolt.slug}/jobs.csv"):
            answer = client.get(f"/{path}", headers=headers)
            assert (answer.status_code, answer.json()["title"]) == (403, LACKING)
        assert client.post(f"/orgs/{bolt.slug}/jobs.json", "{}", "application/json", headers=headers).status_code == 403
        TOTP.activate(bo, generate_totp_secret())
        assert client.get("/orgs.json", headers=headers).status_code == 200

    def test_recovery_codes_alone_are_none(self, client: Client, bo: User) -> None:
        """Row 104."""
        RecoveryCodes.activate(bo)
        assert client.get("/orgs.json", headers=token(bo)).status_code == 403

    def test_leads_to_setting_one_up(self, bo: User, bolt: Organization) -> None:
        client = _signed_in(bo)
        address = reverse("jobs:list", args=[bolt.slug])
        assert client.get(address).headers["Location"] == "/me/two-factor/"
        assert client.get(address, headers={"HX-Request": "true"})["HX-Redirect"] == "/me/two-factor/"
        assert client.get("/me/").headers["Location"] == "/me/two-factor/"

    def test_leaves_the_way_there_open(self, bo: User) -> None:
        client = _signed_in(bo)
        assert client.get("/me/two-factor/").status_code == 200
        assert client.get("/me/two-factor/totp/activate/").headers["Location"].startswith("/sign-in/again/")
        assert client.get("/sign-in/again/").status_code == 200
        assert client.post("/sign-out/").headers["Location"] == "/sign-in/"

    def test_lets_who_has_one_through(self, bo: User, secret: str) -> None:
        assert _signed_in(bo).get("/me/").status_code == 200

    def test_notices_when_it_was_taken_away(self, bo: User, secret: str) -> None:
        """Row 104: from one request to the next."""
        client = _signed_in(bo)
        assert client.get("/me/").status_code == 200
        Authenticator.objects.filter(user=bo).delete()
        assert client.get("/me/").headers["Location"] == "/me/two-factor/"

    def test_keeps_the_last_one(self, bo: User, secret: str) -> None:
        client = _signed_in(bo)
        client.post("/me/two-factor/reauthenticate/", {"code": code_of(secret)})
        answer = client.post("/me/two-factor/totp/deactivate/")
        assert "requires a second factor" in answer.text
        assert Authenticator.objects.filter(user=bo, type=Authenticator.Type.TOTP).exists()

    def test_keeps_the_last_passkey(self, bo: User) -> None:
        """Row 104: the page says why; with another factor it goes."""
        passkey, client = a_passkey(bo), _signed_in(bo)
        client.post("/sign-in/again/", {"password": "bo's own words"})
        address = f"/me/two-factor/webauthn/keys/{passkey.pk}/remove/"
        assert "requires a second factor" in client.post(address).text
        assert Authenticator.objects.filter(pk=passkey.pk).exists()
        TOTP.activate(bo, generate_totp_secret())
        assert client.post(address).headers["Location"] == "/me/two-factor/webauthn/"
        assert not Authenticator.objects.filter(pk=passkey.pk).exists()
        assert AuditEntry.objects.filter(action="factor:remove", subject="passkey").count() == 1


def test_without_that_rule_the_last_passkey_goes(bo_client: Client, bo: User) -> None:
    """Row 104: and its recovery codes with it."""
    passkey = a_passkey(bo)
    RecoveryCodes.activate(bo)
    bo_client.post("/sign-in/again/", {"password": "bo's own words"})
    bo_client.post(f"/me/two-factor/webauthn/keys/{passkey.pk}/remove/")
    assert not Authenticator.objects.exists()


def _signed_in(person: User) -> Client:
    """Middleware is asked for its settings when a client is made."""
    client = Client()
    client.force_login(person)
    return client


def test_a_passkey_s_new_name_is_told(bo_client: Client, bo: User) -> None:
    passkey = Authenticator.objects.create(user=bo, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone"})
    address = reverse("mfa_edit_webauthn", args=[passkey.pk])
    assert bo_client.get(address).headers["Location"].startswith("/sign-in/again/")
    bo_client.post("/sign-in/again/", {"password": "bo's own words"})
    page = bo_client.post(address, {"name": "Old phone", "next": "/me/"}, follow=True)
    assert "Passkey renamed to “Old phone”." in page.text
