"""Invitations: whom they reach, what they tell of others, and when they are over."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from jobs.domain import Role
from jobs.models import AuditEntry, Invitation, Membership, Organization
from tests.letterbox import letterbox

pytestmark = pytest.mark.django_db

CFO = "cfo@corp.example"
NEWCOMER = {"username": "mallory", "email": "", "name": "", "password": "mallory's own words"}


def invite(client: Client, bolt: Organization, name: str = "", role: str = "1") -> Invitation:
    """As an administrator does it on the page."""
    answer = client.post(f"/orgs/{bolt.slug}/members/", {"role": role, "name": name})
    assert answer.status_code == 302, answer.text
    return Invitation.objects.latest("pk")


def changed(row: Model, **to: object) -> None:
    for name, value in to.items():
        setattr(row, name, value)
    row.save()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def is_offered(client: Client, bolt: Organization) -> bool:
    return "Invitations for you" in client.get("/").text and bolt.name in client.get("/me/").text


class TestWhoIsReached:
    def test_an_unverified_address_reaches_nobody(
        self, adam_client: Client, olga: User, olga_client: Client, bolt: Organization
    ) -> None:
        """Row 101: whoever typed it."""
        EmailAddress.objects.create(user=olga, email=CFO, verified=False, primary=True)
        User.objects.filter(pk=olga.pk).update(email=CFO)

        invitation = invite(adam_client, bolt, CFO)

        assert not Membership.objects.filter(user=olga).exists()
        assert not is_offered(olga_client, bolt)
        assert olga_client.post(f"/invitations/{invitation.pk}/accept/").status_code == 404

    def test_a_user_name_that_looks_like_an_address_reaches_nobody(
        self, adam_client: Client, bolt: Organization
    ) -> None:
        """Row 101: there are such names from earlier versions."""
        User.objects.bulk_create([User(username=CFO)])
        squatter = signed_in(User.objects.get(username=CFO))

        invitation = invite(adam_client, bolt, CFO)

        assert not Membership.objects.filter(user__username=CFO).exists()
        assert squatter.post(f"/invitations/{invitation.pk}/accept/").status_code == 404

    @pytest.mark.parametrize("name", ["olga", "Olga", "Olga@Corp.Example"])
    def test_who_is_meant_decides_when_signed_in(
        self, adam_client: Client, olga: User, olga_client: Client, bolt: Organization, name: str
    ) -> None:
        """Row 101: by name or by verified address, and with a step of their own."""
        EmailAddress.objects.create(user=olga, email="olga@corp.example", verified=True, primary=True)
        invitation = invite(adam_client, bolt, name)
        assert not Membership.objects.filter(user=olga).exists()
        assert is_offered(olga_client, bolt)

        answer = olga_client.post(f"/invitations/{invitation.pk}/accept/")

        assert answer["Location"] == bolt.get_absolute_url()
        assert Membership.objects.get(user=olga).held == Role.VIEWER
        assert not is_offered(olga_client, bolt)
        assert olga_client.post(f"/invitations/{invitation.pk}/accept/").status_code == 404

    def test_what_is_declined_is_over(
        self, adam_client: Client, olga_client: Client, bolt: Organization, client: Client
    ) -> None:
        invitation = invite(adam_client, bolt, "olga")

        assert "declined" in olga_client.post(f"/invitations/{invitation.pk}/decline/", follow=True).text
        assert not is_offered(olga_client, bolt)
        assert not Membership.objects.filter(user__username="olga").exists()
        entry = AuditEntry.objects.get(action="member:decline")
        assert (entry.actor_name, entry.subject, entry.outcome) == ("olga", "olga, as viewer", "done")

    def test_an_invitation_to_a_name_has_no_link(self, adam_client: Client, client: Client, bolt: Organization) -> None:
        invitation = invite(adam_client, bolt, "somebody-new")

        assert "/join/" not in adam_client.get(f"/orgs/{bolt.slug}/members/").text
        assert client.get(f"/join/{invitation.token}/").status_code == 404

    def test_who_takes_an_invited_name_later_is_not_who_was_meant(
        self, adam_client: Client, bolt: Organization
    ) -> None:
        invite(adam_client, bolt, "somebody-new")
        assert not is_offered(signed_in(User.objects.create_user("somebody-new")), bolt)

    def test_a_role_that_somebody_has_is_not_offered_again(
        self, adam_client: Client, bo: User, bo_client: Client, bolt: Organization
    ) -> None:
        EmailAddress.objects.create(user=bo, email="bo@corp.example", verified=True, primary=True)
        invite(adam_client, bolt, "bo@corp.example")
        assert "Invitations for you" not in bo_client.get("/me/").text
        higher = invite(adam_client, bolt, "bo@corp.example", role="3")
        bo_client.post(f"/invitations/{higher.pk}/accept/")
        assert Membership.objects.get(user=bo).held == Role.ADMINISTRATOR


class TestWhatItTells:
    def seen(self, client: Client, bolt: Organization, name: str) -> tuple[int, str, str, list[tuple[str, ...]]]:
        """All that an administrator gets to know: the answer, the page after it, and the activity."""
        answer = client.post(f"/orgs/{bolt.slug}/members/", {"role": "1", "name": name})
        page = client.get(f"/orgs/{bolt.slug}/members/").text
        entry = AuditEntry.objects.latest("pk")
        told = [(entry.action, entry.subject, entry.words, entry.outcome)]
        Invitation.objects.all().delete()
        return (
            answer.status_code,
            answer.get("Location", ""),
            plain(page, name),
            [tuple(word.replace(name, "NAME") for word in each) for each in told],
        )

    def test_addresses_of_accounts_and_of_nobody_are_alike(
        self, adam_client: Client, olga: User, bolt: Organization
    ) -> None:
        """Row 101."""
        EmailAddress.objects.create(user=olga, email="olga@corp.example", verified=True, primary=True)
        assert self.seen(adam_client, bolt, "olga@corp.example") == self.seen(adam_client, bolt, "nobd@corp.example")

    def test_user_names_of_accounts_and_of_nobody_are_alike(
        self, adam_client: Client, olga: User, bolt: Organization
    ) -> None:
        """Row 101."""
        assert self.seen(adam_client, bolt, "olga") == self.seen(adam_client, bolt, "nobd")

    @pytest.mark.parametrize(("known", "unknown"), [("olga", "nobd"), ("olga@corp.example", "nobd@corp.example")])
    def test_it_takes_the_same_questions_to_the_database(
        self, adam_client: Client, olga: User, bolt: Organization, known: str, unknown: str
    ) -> None:
        """Row 101: and so the same time, but for the noise of a machine."""
        EmailAddress.objects.create(user=olga, email="olga@corp.example", verified=True, primary=True)
        asked = []
        for name in (known, unknown):
            with CaptureQueriesContext(connection) as queries:
                invite(adam_client, bolt, name)
            asked.append(len(queries))
        assert asked[0] == asked[1]

    def test_a_mail_goes_to_every_address_alike(
        self, adam_client: Client, olga: User, bolt: Organization, settings: Settings
    ) -> None:
        """Row 101: and to no address of whoever has an invited user name."""
        EmailAddress.objects.create(user=olga, email="olga@corp.example", verified=True, primary=True)
        with letterbox() as box:
            send_through(settings, box.server_address[1])
            told = [self.seen(adam_client, bolt, name) for name in ("olga@corp.example", "nobd@corp.example", "olga")]
        assert told[0] == told[1]
        assert [re.findall(r"To: (\S+)", letter) for letter in box.letters] == [
            ["olga@corp.example"],
            ["nobd@corp.example"],
        ]

    def test_only_whom_the_page_lists_is_here_already(
        self, adam_client: Client, ana: User, bo: User, bolt: Organization
    ) -> None:
        EmailAddress.objects.create(user=bo, email="bo@corp.example", verified=True, primary=True)
        for name in ("bo", "ana"):
            answer = adam_client.post(f"/orgs/{bolt.slug}/members/", {"role": "1", "name": name})
            assert (answer.status_code, f"{name} is already a member." in answer.text) == (422, True)
        assert invite(adam_client, bolt, "bo@corp.example").email == "bo@corp.example"

    def test_making_an_account_tells_nothing_of_addresses(
        self, adam_client: Client, olga: User, bolt: Organization
    ) -> None:
        """Row 101: an administrator might open a link that they made, and try some."""
        EmailAddress.objects.create(user=olga, email="olga@corp.example", verified=True, primary=True)
        link = f"/join/{invite(adam_client, bolt).token}/"
        answer = Client().post(link, NEWCOMER | {"email": "olga@corp.example"})
        assert answer["Location"] == bolt.get_absolute_url()
        assert not EmailAddress.objects.filter(user__username="mallory", verified=True).exists()


class TestWhatIsTyped:
    @pytest.mark.parametrize(
        "name",
        [
            *(
                "@",
                "a@",
                "@b.example",
                "a@b",
                "a b@corp.example",
                "Olga <olga@corp.example>",
                "a@b.example,c@d.example",
            ),
            *("\u212aarl@corp.example", "x" * 250 + "@corp.example", "a@b.example\nBcc: c"),
            *("a b", "olga\u202e", "x" * 151),
        ],
    )
    def test_what_is_no_address_and_no_name_is_refused(
        self, adam_client: Client, bolt: Organization, name: str
    ) -> None:
        """Row 110."""
        answer = adam_client.post(f"/orgs/{bolt.slug}/members/", {"role": "1", "name": name})
        assert answer.status_code == 422
        assert not Invitation.objects.exists()

    def test_nobody_invites_more_than_so_many_in_a_minute(
        self, adam_client: Client, bolt: Organization, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Row 110: those that were refused don't count, and nothing of them is left."""
        for number in range(20):
            invite(adam_client, bolt, f"guest-{number}@corp.example")
        for _ in range(2):
            answer = adam_client.post(f"/orgs/{bolt.slug}/members/", {"role": "1", "name": "one-more@corp.example"})
            assert (answer.status_code, answer["Retry-After"]) == (429, "60")
            assert "Too many invitations in one minute. Wait a minute, then try again." in answer.text
        assert Invitation.objects.count() == 20
        assert AuditEntry.objects.filter(action="member:invite", outcome="rejected").count() == 2

        earlier = Invitation.objects.earliest("pk")
        Invitation.objects.filter(pk=earlier.pk).update(invited_at=earlier.invited_at.replace(year=2020))
        invite(adam_client, bolt, "one-more@corp.example")

    def test_all_administrators_together_invite_no_more_than_so_many(
        self, adam: User, adam_client: Client, ana_client: Client, vera: User, bolt: Organization
    ) -> None:
        """Row 110."""
        Membership.objects.create(organization=bolt, user=vera, role=Role.ADMINISTRATOR)
        for client in (adam_client, ana_client):
            for _ in range(20):
                invite(client, bolt)
        assert signed_in(vera).post(f"/orgs/{bolt.slug}/members/", {"role": "1"}).status_code == 429


def test_withdrawing_what_is_over_is_noted_as_not_done(adam_client: Client, bolt: Organization) -> None:
    """Row 118: the activity said that it was."""
    invitation = invite(adam_client, bolt)
    for _ in range(2):
        adam_client.post(f"/orgs/{bolt.slug}/invitations/{invitation.pk}/withdraw/")
    told = AuditEntry.objects.filter(action="member:withdraw").order_by("pk").values_list("outcome", "words")
    assert list(told) == [("done", ""), ("rejected", "It was already used or withdrawn.")]


class TestWhoMayNoLongerInvite:
    HOW: ClassVar[dict[str, Callable[[User], object]]] = {
        "removed": lambda adam: Membership.objects.filter(user=adam).delete(),
        "demoted": lambda adam: changed(Membership.objects.get(user=adam), role=Role.OPERATOR),
        "deactivated": lambda adam: changed(adam, is_active=False),
        "gone": lambda adam: adam.delete(),
    }

    @pytest.mark.parametrize("how", HOW)
    def test_what_they_had_open_is_withdrawn(
        self, adam: User, adam_client: Client, olga_client: Client, client: Client, bolt: Organization, how: str
    ) -> None:
        """Row 102: link, address and name; it is in the activity, and no page lists it as open."""
        made = [invite(adam_client, bolt, name) for name in ("", CFO, "olga")]

        self.HOW[how](adam)

        assert not Invitation.objects.filter(withdrawn_at=None).exists()
        assert not Invitation.open_ones().exists()
        told = AuditEntry.objects.filter(action="member:withdraw").order_by("pk")
        assert sorted(entry.subject for entry in told) == sorted(one.subject for one in made)
        assert {(entry.who, entry.reason) for entry in told} == {("the site", "adam may no longer invite")}
        assert client.post(f"/join/{made[0].token}/", NEWCOMER).status_code == 410
        assert client.post(f"/join/{made[1].mail_token}/", NEWCOMER).status_code == 410
        assert olga_client.post(f"/invitations/{made[2].pk}/accept/").status_code == 404
        assert not User.objects.filter(username="mallory").exists()

    @pytest.mark.parametrize(
        "change",
        [
            lambda adam: Membership.objects.filter(user=adam).update(role=Role.OPERATOR),
            lambda adam: Membership.objects.filter(user=adam)._raw_delete("default"),
            lambda adam: User.objects.filter(pk=adam.pk).update(is_active=False),
        ],
        ids=["demoted", "removed", "deactivated"],
    )
    def test_accepting_looks_anew(
        self,
        adam: User,
        adam_client: Client,
        client: Client,
        ana_client: Client,
        bolt: Organization,
        change: Callable[[User], object],
    ) -> None:
        """Row 102: also for what changes behind Django's back."""
        invitation = invite(adam_client, bolt)
        assert client.get(f"/join/{invitation.token}/").status_code == 200

        change(adam)

        assert client.get(f"/join/{invitation.token}/").status_code == 410
        assert client.post(f"/join/{invitation.token}/", NEWCOMER).status_code == 410
        assert not User.objects.filter(username="mallory").exists()
        assert f"invitation-{invitation.pk}" not in ana_client.get(f"/orgs/{bolt.slug}/members/").text

    def test_a_site_owner_who_is_none_any_more_has_nothing_open(
        self, ana: User, ana_client: Client, olga_client: Client, bolt: Organization
    ) -> None:
        """Row 102."""
        invitation = invite(ana_client, bolt)
        changed(ana, is_superuser=False)
        assert olga_client.get(f"/join/{invitation.token}/").status_code == 410

    def test_who_left_does_not_let_themselves_back_in(
        self, adam: User, adam_client: Client, bolt: Organization
    ) -> None:
        """Row 102: with a link of their own; those of others they never saw."""
        link = f"/join/{invite(adam_client, bolt, role='3').token}/"
        adam_client.post(f"/orgs/{bolt.slug}/members/{bolt.memberships.get(user=adam).pk}/remove/")

        assert adam_client.post(link).status_code == 410
        assert adam_client.get(bolt.get_absolute_url()).status_code == 404

    def test_a_link_is_shown_to_who_made_it_alone(
        self, adam_client: Client, ana_client: Client, bolt: Organization
    ) -> None:
        """Row 102: otherwise an administrator who goes takes the others' links along."""
        token = invite(ana_client, bolt, CFO).token.split(":")[0]
        assert f"/join/{token}:" in ana_client.get(f"/orgs/{bolt.slug}/members/").text
        page = adam_client.get(f"/orgs/{bolt.slug}/members/").text
        assert CFO in page and "/join/" not in page

    def test_other_administrators_invitations_stay(
        self, adam: User, adam_client: Client, ana_client: Client, bolt: Organization
    ) -> None:
        kept = invite(ana_client, bolt, CFO)
        invite(adam_client, bolt)
        Membership.objects.filter(user=adam).delete()
        assert list(Invitation.open_ones()) == [kept]


class TestMailedLinks:
    @pytest.fixture
    def mailed(self, adam_client: Client, bolt: Organization, settings: Settings) -> str:
        with letterbox() as box:
            send_through(settings, box.server_address[1])
            invite(adam_client, bolt, CFO)
        found = re.search(r"http://testserver(/join/\S+/)", box.letters[0].replace("=\r\n", "").replace("=3D", "="))
        assert found
        return found[1]

    def test_it_has_no_port_that_the_inviter_added(
        self, adam_client: Client, bolt: Organization, settings: Settings
    ) -> None:
        """Row 13."""
        settings.ALLOWED_HOSTS, asked = ["trainyard.example"], {"Host": "trainyard.example:1337"}
        with letterbox() as box:
            send_through(settings, box.server_address[1])
            adam_client.post(f"/orgs/{bolt.slug}/members/", {"role": "1", "name": CFO}, headers=asked)
        assert "http://trainyard.example/join/" in box.letters[0] and ":1337" not in box.letters[0]

    def test_it_proves_the_address_to_which_it_went(self, mailed: str, olga: User) -> None:
        """Row 101: and who had listed it unverified loses it."""
        EmailAddress.objects.create(user=olga, email=CFO, verified=False, primary=True)
        client = Client()
        assert client.post(mailed, NEWCOMER | {"username": "carol", "email": "CFO@corp.example"}).status_code == 302
        assert list(EmailAddress.objects.values_list("user__username", "email", "verified")) == [("carol", CFO, True)]
        assert AuditEntry.objects.get(action="address:take").actor_name == "carol"

    def test_it_proves_no_other_address(self, mailed: str) -> None:
        assert Client().post(mailed, NEWCOMER | {"email": "other@corp.example"}).status_code == 302
        assert not EmailAddress.objects.filter(verified=True).exists()

    def test_the_link_that_the_inviter_sees_proves_nothing(self, mailed: str) -> None:
        """Row 101: they could open it themselves."""
        by_hand = f"/join/{Invitation.objects.get().token}/"
        assert by_hand != mailed
        assert Client().post(by_hand, NEWCOMER | {"email": CFO}).status_code == 302
        assert not EmailAddress.objects.filter(verified=True).exists()

    def test_it_is_on_no_page(self, mailed: str, adam_client: Client, bolt: Organization) -> None:
        page = adam_client.get(f"/orgs/{bolt.slug}/members/").text
        assert "/join/" in page and mailed.rstrip("/").rpartition(":")[2] not in page

    def test_who_has_an_account_signs_in_instead(self, mailed: str, olga: User) -> None:
        EmailAddress.objects.create(user=olga, email=CFO, verified=True, primary=True)
        answer = Client().post(mailed, NEWCOMER | {"email": CFO})
        assert (answer.status_code, "You have an account with this address." in answer.text) == (422, True)
        assert not User.objects.filter(username="mallory").exists()
        assert signed_in(olga).post(mailed).status_code == 302


def test_a_refused_account_leaves_the_invitation_open(adam_client: Client, olga: User, bolt: Organization) -> None:
    """Row 103: account and acceptance are one, and their entry in the activity survives."""
    link = f"/join/{invite(adam_client, bolt).token}/"
    client = Client()
    answer = client.post(link, NEWCOMER | {"username": "OLGA"})
    assert (answer.status_code, "This user name is taken. Choose another one." in answer.text) == (422, True)
    assert client.post(link, NEWCOMER).status_code == 302
    told = AuditEntry.objects.filter(action="member:join").order_by("pk")
    assert [(entry.who, entry.subject, entry.outcome) for entry in told] == [
        ("the invitation link", "OLGA, as viewer", "rejected"),
        ("mallory", "mallory, as viewer", "done"),
    ]


def test_names_are_not_tried_for_ever(adam_client: Client, olga: User, bolt: Organization) -> None:
    link = f"/join/{invite(adam_client, bolt).token}/"
    answers = [Client().post(link, NEWCOMER | {"username": "olga"}).status_code for _ in range(7)]
    assert answers == [422] * 6 + [429]


def send_through(settings: Settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.SENDS_MAIL = "127.0.0.1", port, True
    settings.EMAIL_USE_TLS = False


def plain(page: str, name: str) -> str:
    """Without what differs each time: tokens, numbers, signatures, times; and without the name."""
    for pattern in (
        r'value="[A-Za-z0-9]{64}"',
        r"/join/[^<\"]+",
        r"invitations?[-/]\d+",
        r"<time.*?</time>",
        r'data-now="[^"]+"',
    ):
        page = re.sub(pattern, "", page)
    page = re.sub(r"<p class=\"request-id\".*?</p>|[0-9a-f]{32}|[0-9a-f-]{36}", "", page)
    return page.replace(name, "NAME")
