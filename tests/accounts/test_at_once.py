"""What happens at the same moment: an invitation is accepted while its inviter goes, and by one person twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from threading import Thread
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.webauthn.forms import EditWebAuthnForm
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from dashboard.accounts import people, registration
from dashboard.accounts.people import PasswordLinks
from jobs.domain import Role
from jobs.members.service import change_role, remove_member, restore_member
from jobs.models import Actor, AuditEntry, Invitation, Membership, Organization, words_of
from tests.accounts.conftest import TypeIn, at_once
from tests.accounts.test_second_factor import a_credential, a_passkey, code_of

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 12


@pytest.fixture
def here() -> Organization:
    return Organization.objects.create(endpoint="x:1", viam_id="o-1", name="Here", slug="here", is_shown=True)


def invitation(here: Organization, by: User, role: Role = Role.VIEWER) -> Invitation:
    return Invitation.objects.create(
        organization=here, role=role, invited_by=by, expires_at=timezone.now() + timedelta(days=1)
    )


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("how", ["removed", "deactivated"])
def test_nobody_lets_themselves_back_in_while_they_are_removed(here: Organization, ana: User, how: str) -> None:
    """Row 102: whichever is first, the person is out at the end, nobody waits for ever, and nothing is an error."""
    for number in range(ROUNDS):
        adam = User.objects.create_user(f"adam-{number}")
        membership = Membership.objects.create(organization=here, user=adam, role=Role.ADMINISTRATOR)
        own, client = invitation(here, adam, Role.ADMINISTRATOR), client_of(adam)
        way = partial(_remove, ana, membership) if how == "removed" else partial(_deactivate, adam)
        answer, ended = at_once(partial(_post, client, own), way)

        assert answer in (302, 404, 410) and not isinstance(ended, Exception), (answer, ended)
        assert not Membership.objects.filter(user=adam.pk or 0, user__is_active=True).exists()
        assert not Invitation.open_ones().exists()
        assert not Invitation.objects.filter(accepted_at=None, withdrawn_at=None).exists()


def test_two_administrators_who_demote_each_other_leave_one(here: Organization) -> None:
    """Row 102: with invitations of theirs open, and one accepted at this moment; nobody waits for ever."""
    for number in range(ROUNDS):
        names = [f"adam-{number}", f"adele-{number}"]
        two = [
            Membership.objects.create(organization=here, user=User.objects.create_user(name), role=Role.ADMINISTRATOR)
            for name in names
        ]
        guest, offer = User.objects.create_user(f"guest-{number}"), invitation(here, two[0].user)
        answers = at_once(
            partial(_demote, two[0].user, two[1]),
            partial(_demote, two[1].user, two[0]),
            partial(_post, client_of(guest), offer),
        )

        assert sorted(type(answer).__name__ for answer in answers[:2]) == ["Meanwhile", "NoneType"], answers
        assert answers[2] in (302, 410), answers
        found = Membership.objects.filter(user__username__in=names)
        assert sorted(row.role for row in found) == [Role.VIEWER, Role.ADMINISTRATOR]


def test_of_many_who_undo_a_removal_at_once_one_does(here: Organization, ana: User, bo: User) -> None:
    """Row 102."""
    for _ in range(ROUNDS):
        membership = Membership.objects.create(organization=here, user=bo, role=Role.VIEWER)
        words = words_of(membership)
        remove_member(Actor(ana), membership)

        answers = at_once(*[partial(restore_member, Actor(ana), words)] * 4)

        assert sorted(type(answer).__name__ for answer in answers) == ["Meanwhile"] * 3 + ["Membership"], answers
        Membership.objects.all().delete()


def test_one_person_who_accepts_several_at_once_has_the_highest_role(here: Organization, ana: User, bo: User) -> None:
    """Row 103."""
    offers = [invitation(here, ana, role) for role in (Role.VIEWER, Role.ADMINISTRATOR, Role.OPERATOR)]

    assert at_once(*(partial(_post, client_of(bo), offer) for offer in offers)) == [302] * 3
    assert [each.held for each in Membership.objects.filter(user=bo)] == [Role.ADMINISTRATOR]


def test_one_link_is_accepted_once(here: Organization, ana: User) -> None:
    """Row 103: by people who have accounts."""
    offer = invitation(here, ana)
    people = [User.objects.create_user(f"guest-{number}") for number in range(5)]

    assert sorted(at_once(*(partial(_post, client_of(user), offer) for user in people))) == [302, 410, 410, 410, 410]
    assert Membership.objects.count() == 1


def test_a_site_gets_one_first_owner() -> None:
    """Row 103: of several who know the code."""
    typed = {"email": "", "name": "", "password": "the owner's own words", "code": registration.code()}
    names = [f"owner-{number}" for number in range(4)]

    answers = at_once(*(partial(Client().post, "/set-up/", typed | {"username": name}) for name in names))

    # Who comes a little later is led to the sign-in without a look at what they typed.
    assert [answer.headers.get("Location") for answer in answers].count("/") == 1
    assert {answer.status_code for answer in answers} <= {302, 422}
    assert [owner.is_superuser for owner in User.objects.all()] == [True]


def copy_of(client: Client) -> Client:
    """Another tab of the same browser."""
    tab = Client()
    tab.cookies = client.cookies
    return tab


def test_two_tabs_add_one_app(bo: User) -> None:
    """Row 108: the second is told so."""
    client = client_of(bo)
    client.post("/sign-in/again/", {"password": "bo's own words"})
    codes = {"code": code_of(client.get("/me/two-factor/totp/activate/").context["form"].secret)}
    tabs = [partial(copy_of(client).post, "/me/two-factor/totp/activate/", codes) for _ in range(4)]

    assert [answer.status_code for answer in at_once(*tabs)] == [302] * 4
    assert Authenticator.objects.filter(user=bo, type=Authenticator.Type.TOTP).count() == 1
    assert AuditEntry.objects.filter(action="factor:add", subject="authenticator app").count() == 1


def test_a_passkey_and_an_app_are_added_at_once(bo: User) -> None:
    """Row 108: both brought the recovery codes, and one of them failed halfway."""
    client = client_of(bo)
    for _ in range(ROUNDS):
        Authenticator.objects.filter(user=bo).delete()
        client.post("/sign-in/again/", {"password": "bo's own words"})
        code = code_of(client.get("/me/two-factor/totp/activate/").context["form"].secret)
        options = client.get("/me/two-factor/webauthn/add/").context["js_data"]["creation_options"]
        passkey = json.dumps(a_credential(options["publicKey"]["challenge"]))

        answers = at_once(
            partial(copy_of(client).post, "/me/two-factor/totp/activate/", {"code": code}),
            partial(copy_of(client).post, "/me/two-factor/webauthn/add/", {"name": "Phone", "credential": passkey}),
        )
        assert [answer.status_code for answer in answers] == [302, 302], answers
        assert sorted(each.type for each in Authenticator.objects.all()) == ["recovery_codes", "totp", "webauthn"]


class Telling(EmailBackend):
    """Tells of each mail whether it was sent while something was locked."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        for message in messages:
            message.extra_headers["Locked"] = str(connection.in_atomic_block)
        return int(super().send_messages(messages))


def test_a_mail_server_that_hangs_locks_nothing(bo: User, settings: Settings) -> None:
    """Row 108: what tells of a new factor was sent while the person's row, on SQLite the whole database, was locked."""
    settings.EMAIL_BACKEND, settings.ACCOUNT_EMAIL_NOTIFICATIONS = f"{__name__}.Telling", True
    EmailAddress.objects.create(user=bo, email="bo@example.com", verified=True, primary=True)
    client = client_of(bo)
    client.post("/sign-in/again/", {"password": "bo's own words"})
    code = code_of(client.get("/me/two-factor/totp/activate/").context["form"].secret)
    client.post("/me/two-factor/totp/activate/", {"code": code})
    options = client.get("/me/two-factor/webauthn/add/").context["js_data"]["creation_options"]
    passkey = json.dumps(a_credential(options["publicKey"]["challenge"]))
    client.post("/me/two-factor/webauthn/add/", {"name": "Phone", "credential": passkey})
    client.post("/me/two-factor/totp/deactivate/")

    assert [sent.extra_headers["Locked"] for sent in mail.outbox] == ["False"] * 3


def test_recovery_codes_are_made_several_times_at_once(bo: User) -> None:
    """Row 108: also while a passkey is added, which finds those codes or none."""
    client = client_of(bo)
    TOTP.activate(bo, generate_totp_secret())
    client.post("/sign-in/again/", {"password": "bo's own words"})
    for _ in range(ROUNDS):
        Authenticator.objects.filter(user=bo).exclude(type=Authenticator.Type.TOTP).delete()
        options = client.get("/me/two-factor/webauthn/add/").context["js_data"]["creation_options"]
        passkey = json.dumps(a_credential(options["publicKey"]["challenge"]))
        make = [partial(copy_of(client).post, "/me/two-factor/recovery-codes/generate/") for _ in range(3)]
        add = partial(copy_of(client).post, "/me/two-factor/webauthn/add/", {"name": "Phone", "credential": passkey})

        answers = at_once(*make, add)
        assert [answer.status_code for answer in answers] == [302] * 4, answers
        assert Authenticator.objects.filter(type=Authenticator.Type.RECOVERY_CODES).count() == 1


def test_a_code_that_is_sent_several_times_at_once_signs_in_once(bo: User, type_in: TypeIn) -> None:
    """Row 108."""
    TOTP.activate(bo, secret := generate_totp_secret())
    clients = [Client() for _ in range(4)]
    for client in clients:
        type_in(client, "bo")

    answers = at_once(
        *(partial(client.post, "/me/two-factor/authenticate/", {"code": code_of(secret)}) for client in clients)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 302]


def test_of_two_factors_that_are_removed_at_once_one_stays_where_one_is_required(bo: User, settings: Settings) -> None:
    """Row 104."""
    settings.REQUIRE_TWO_FACTOR = True
    client = client_of(bo)
    for _ in range(ROUNDS):
        Authenticator.objects.filter(user=bo).delete()
        TOTP.activate(bo, generate_totp_secret())
        passkey = a_passkey(bo)
        client.post("/sign-in/again/", {"password": "bo's own words"})
        ways = ("totp/deactivate/", f"webauthn/keys/{passkey.pk}/remove/")

        answers = at_once(*(partial(copy_of(client).post, f"/me/two-factor/{way}") for way in ways))
        assert sorted(answer.status_code for answer in answers) == [200, 302]
        assert Authenticator.objects.filter(user=bo).count() == 1


def test_one_password_link_sets_one_password(bo: User) -> None:
    """Row 103: however many open it at once."""
    link = f"/password/new/{user_pk_to_url_str(bo)}-{PasswordLinks().make_token(bo)}/"
    clients = [Client() for _ in range(4)]
    (form,) = {client.get(link).headers["Location"] for client in clients}
    words = [f"bo's newer words, {number}" for number in range(4)]

    answers = at_once(
        *(
            partial(client.post, form, {"password1": each, "password2": each})
            for client, each in zip(clients, words, strict=True)
        )
    )
    won = [each for each, answer in zip(words, answers, strict=True) if answer.status_code == 302]
    bo.refresh_from_db()
    assert [bo.check_password(each) for each in won] == [True]
    assert sum("no longer works" in answer.text for answer in answers if answer.status_code == 200) == 3
    assert AuditEntry.objects.filter(action="password:reset").count() == 1


def test_a_password_link_ends_with_the_demotion_of_who_makes_it_at_that_moment(
    ana: User, bo: User, rf: RequestFactory
) -> None:
    """Row 105: whichever is first."""
    for number in range(2 * ROUNDS):
        otto = User.objects.create_superuser(f"otto-{number}")
        made, demoted = at_once(partial(_link, otto, bo, rf.get("/")), partial(people.demote, Actor(ana), otto))
        assert not isinstance(demoted, Exception), demoted
        if isinstance(made, Exception):
            assert isinstance(made, people.NotDone), made
            continue
        key = made.rstrip("/").partition(f"/{user_pk_to_url_str(bo)}-")[2]
        assert key and not PasswordLinks().check_token(User.objects.get(pk=bo.pk), key)


def _link(otto: User, bo: User, request: HttpRequest) -> str:
    with context.request_context(request):
        return people.password_link(Actor(otto), bo, request)


def _post(client: Client, offer: Invitation) -> int:
    return client.post(f"/join/{offer.token}/").status_code


def _remove(ana: User, membership: Membership) -> None:
    remove_member(Actor(ana), membership)


def _demote(by: User, membership: Membership) -> None:
    change_role(Actor(by), membership, Role.VIEWER)


def _deactivate(user: User) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])


def meanwhile(monkeypatch: pytest.MonkeyPatch, where: object, name: str, deed: Callable[[], Any]) -> Thread:
    """`deed` is done, as another request does, before what `name` calls: as a whole, or as far as locks let it."""
    task = Thread(target=at_once, args=[deed])
    usual = getattr(where, name)

    def held_up(*args: Any, **more: Any) -> Any:
        monkeypatch.setattr(where, name, usual)
        task.start()
        task.join(1)
        return usual(*args, **more)

    monkeypatch.setattr(where, name, held_up)
    return task


def test_a_recovery_code_that_is_used_while_they_are_looked_at_stays_used(
    bo: User, type_in: TypeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 108: that they were looked at stands in the same row, and was written with the codes as they had been."""
    TOTP.activate(bo, generate_totp_secret())
    code = RecoveryCodes.activate(bo).get_unused_codes()[0]
    client, first, second = client_of(bo), Client(), Client()
    client.post("/sign-in/again/", {"password": "bo's own words"})
    for each in (first, second):
        type_in(each, "bo")
    use = partial(first.post, "/me/two-factor/authenticate/", {"code": code})
    used = meanwhile(monkeypatch, RecoveryCodes, "mark_as_viewed", use)

    assert client.get("/me/two-factor/recovery-codes/").status_code == 200
    used.join()
    assert second.post("/me/two-factor/authenticate/", {"code": code}).status_code == 200


def test_a_new_password_brings_no_rights_back(bo: User, ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row 102: it was written with all of the account as it had been, while the hash was made."""
    people.promote(Actor(ana), bo)
    client = client_of(bo)
    client.post("/sign-in/again/", {"password": "bo's own words"})
    meanwhile(monkeypatch, User, "set_password", partial(people.demote, Actor(ana), User.objects.get(pk=bo.pk)))
    _change_password(client)

    bo.refresh_from_db()
    assert not bo.is_superuser and bo.check_password("bo's newer words")


@pytest.mark.parametrize("how", ["deactivated", "another password"])
def test_a_new_password_is_not_set_over_what_came_between(bo: User, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """Row 102: a stolen session that changes the password at the moment in which its owner sets one by a link."""
    client = client_of(bo)
    client.post("/sign-in/again/", {"password": "bo's own words"})
    changes = {"is_active": False} if how == "deactivated" else {"password": make_password("the owner's words")}
    meanwhile(monkeypatch, User, "set_password", lambda: User.objects.filter(pk=bo.pk).update(**changes))

    assert _change_password(client).headers["Location"] == "/sign-in/"
    bo.refresh_from_db()
    assert not bo.check_password("bo's newer words") and bo.is_active == (how != "deactivated")


def _change_password(client: Client) -> Any:
    new = {"oldpassword": "bo's own words", "password1": "bo's newer words", "password2": "bo's newer words"}
    return client.post("/me/password/", new)


def test_a_passkey_that_is_removed_while_it_is_renamed_is_gone(bo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row 108: it was stored anew."""
    passkey, client = a_passkey(bo), client_of(bo)
    client.post("/sign-in/again/", {"password": "bo's own words"})
    removed = meanwhile(monkeypatch, EditWebAuthnForm, "save", passkey.delete)
    client.post(f"/me/two-factor/webauthn/keys/{passkey.pk}/edit/", {"name": "Phone"})

    removed.join()
    assert not Authenticator.objects.filter(user=bo).exists()


@pytest.mark.parametrize("what", ["primary", "confirm"])
def test_an_address_that_leaves_an_account_at_this_moment_is_gone(
    bo: User, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Because its owner verified it, or it was removed in another tab. It was stored anew."""
    listed = EmailAddress.objects.create(user=bo, email="cfo@corp.example")
    client = client_of(bo)
    client.post("/sign-in/again/", {"password": "bo's own words"})
    removed = meanwhile(monkeypatch, EmailAddress, "set_as_primary", EmailAddress.objects.filter(pk=listed.pk).delete)
    if what == "primary":
        client.post("/me/emails/", {"email": listed.email, "action_primary": ""})
    else:
        client.post(f"/email/confirm/{EmailConfirmationHMAC(listed).key}/")

    removed.join()
    assert not EmailAddress.objects.filter(user=bo).exists()
