"""Members, rights and undoing when somebody else is faster: between the look at it and the change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from jobs.domain import Role
from jobs.models import AuditEntry, Invitation, Membership, Organization
from tests.audit.test_undoing import act, did, undo

pytestmark = pytest.mark.django_db

NO_ADMINISTRATOR = "You are no longer an administrator of this organization."


@pytest.fixture
def adele(bolt: Organization) -> Membership:
    user = User.objects.create_user("adele")
    return Membership.objects.create(organization=bolt, user=user, role=Role.ADMINISTRATOR)


@pytest.fixture
def adele_client(adele: Membership) -> Client:
    client = Client()
    client.force_login(adele.user)
    return client


@pytest.fixture
def bos(bo: User, bolt: Organization) -> Membership:
    return bolt.memberships.get(user=bo)


@contextmanager
def meanwhile(happens: Callable[[], object]) -> Iterator[None]:
    """Once the next action has been looked at and is begun, and before it is done."""
    doing, waiting = AuditEntry.doing, [happens]

    def later(entry: AuditEntry) -> AbstractContextManager[None]:
        if waiting:
            waiting.pop()()
        return doing(entry)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AuditEntry, "doing", later)
        yield
    assert not waiting


def at(member: Membership, verb: str) -> str:
    return f"/orgs/{member.organization.slug}/members/{member.pk}/{verb}/"


def log(bolt: Organization) -> list[tuple[str, str, str]]:
    told = bolt.actions.filter(action__startswith="member:").order_by("pk")
    return list(told.values_list("actor_name", "action", "outcome"))


def test_two_administrators_do_not_demote_each_other(
    adam: User, adam_client: Client, adele: Membership, adele_client: Client, bolt: Organization
) -> None:
    """Row 102: the second administers no longer."""
    adams = bolt.memberships.get(user=adam)

    with meanwhile(lambda: did(adele_client, at(adams, "role"), role="1")):
        page = did(adam_client, at(adele, "role"), role="1")

    assert f"Nothing was changed. {NO_ADMINISTRATOR}" in page
    assert [row.role for row in (bolt.memberships.get(user=adam), bolt.memberships.get(pk=adele.pk))] == [1, 3]
    assert log(bolt) == [("adam", "member:change", "rejected"), ("adele", "member:change", "done")]
    assert bolt.actions.get(outcome="rejected").words == NO_ADMINISTRATOR


@pytest.mark.parametrize("how", ["demoted", "removed", "deactivated"])
@pytest.mark.parametrize("verb", ["role", "remove"])
def test_who_administers_no_longer_changes_nobody(
    adam: User, adam_client: Client, bos: Membership, bolt: Organization, verb: str, how: str
) -> None:
    """Row 102."""
    ways = {
        "demoted": lambda: Membership.objects.filter(user=adam).update(role=Role.OPERATOR),
        "removed": lambda: Membership.objects.filter(user=adam).delete(),
        "deactivated": lambda: User.objects.filter(pk=adam.pk).update(is_active=False),
    }
    with meanwhile(ways[how]):
        adam_client.post(at(bos, verb), {"role": "1"})

    assert bolt.memberships.get(pk=bos.pk).held == Role.OPERATOR
    assert log(bolt)[0][2] == "rejected"


def test_a_site_owner_who_is_none_any_more_changes_nobody(ana: User, ana_client: Client, bos: Membership) -> None:
    """Row 102."""
    with meanwhile(lambda: User.objects.filter(pk=ana.pk).update(is_superuser=False)):
        ana_client.post(at(bos, "role"), {"role": "1"})

    assert Membership.objects.get(pk=bos.pk).held == Role.OPERATOR


def test_who_administers_no_longer_invites_nobody_and_withdraws_nothing(
    adam: User, adam_client: Client, bolt: Organization
) -> None:
    """Row 102."""
    did(adam_client, f"/orgs/{bolt.slug}/members/", role="1")
    made = Invitation.objects.get()
    demote = Membership.objects.filter(user=adam)

    with meanwhile(lambda: demote.update(role=Role.OPERATOR)):
        answer = adam_client.post(f"/orgs/{bolt.slug}/members/", {"role": "1"})
    assert (answer.status_code, NO_ADMINISTRATOR in answer.text) == (422, True)
    demote.update(role=Role.ADMINISTRATOR)
    with meanwhile(lambda: demote.update(role=Role.OPERATOR)):
        page = did(adam_client, f"/orgs/{bolt.slug}/invitations/{made.pk}/withdraw/")
    assert f"Nothing was changed. {NO_ADMINISTRATOR}" in page
    assert [one.withdrawn_at for one in Invitation.objects.all()] == [None]


def test_a_role_of_somebody_who_was_just_removed(
    adam_client: Client, ana_client: Client, bos: Membership, bolt: Organization
) -> None:
    """Row 118: it was answered as if the site were broken."""
    with meanwhile(lambda: did(ana_client, at(bos, "remove"))):
        page = did(adam_client, at(bos, "role"), role="1")

    assert "Nothing was changed. bo is no longer a member of this organization." in page
    assert log(bolt) == [("adam", "member:change", "rejected"), ("ana", "member:remove", "done")]


def test_what_somebody_else_changed_stays(
    adam_client: Client, ana_client: Client, bos: Membership, bolt: Organization
) -> None:
    for verb in ("role", "remove"):
        with meanwhile(lambda: Membership.objects.filter(pk=bos.pk).update(role=Role.ADMINISTRATOR)):
            page = did(adam_client, at(bos, verb), role="1")
        assert "Nothing was changed. The role of bo was changed in the meantime." in page
        assert bolt.memberships.get(pk=bos.pk).held == Role.ADMINISTRATOR
        bos.save()


def test_of_two_who_remove_somebody_one_did(
    adam_client: Client, ana_client: Client, bos: Membership, bolt: Organization
) -> None:
    """Row 118."""
    with meanwhile(lambda: did(ana_client, at(bos, "remove"))):
        page = did(adam_client, at(bos, "remove"))

    assert "bo is no longer a member of this organization." in page and 'name="note"' not in page
    assert log(bolt) == [("adam", "member:remove", "rejected"), ("ana", "member:remove", "done")]


def test_who_left_is_not_brought_back_by_whoever_removed_them_too_late(
    adam_client: Client, bo_client: Client, bos: Membership, bolt: Organization
) -> None:
    """Row 101: not by a removal that came second, nor by its note."""
    notes: list[str] = []
    with meanwhile(lambda: did(bo_client, at(bos, "remove"))):
        notes += re.findall(r'name="note" value="([^"]+)"', did(adam_client, at(bos, "remove")))
    assert not notes
    assert log(bolt) == [("adam", "member:remove", "rejected"), ("bo", "member:remove", "done")]


def test_who_leaves_needs_no_role(bo_client: Client, bos: Membership, bolt: Organization) -> None:
    with meanwhile(lambda: Membership.objects.filter(pk=bos.pk).update(role=Role.VIEWER)):
        assert "You have left" in did(bo_client, at(bos, "remove"))
    assert not bolt.memberships.exists()


def test_the_only_administrator_may_step_down(adam: User, adam_client: Client, bolt: Organization) -> None:
    """A site has owners, who may do everything here."""
    mine = bolt.memberships.get(user=adam)
    assert "adam is now a viewer." in did(adam_client, at(mine, "role"), role="1")


@pytest.mark.parametrize("verb", ["role", "remove"])
def test_what_is_undone_twice_at_once_is_undone_once(
    adam_client: Client, bos: Membership, bolt: Organization, verb: str
) -> None:
    """Row 118."""
    note = act(adam_client, at(bos, verb), role="1")

    with meanwhile(lambda: undo(adam_client, note)):
        page = undo(adam_client, note)

    assert "Nothing was undone." in page
    assert [outcome for _, _, outcome in log(bolt)] == ["done", "rejected", "done"]
    assert bolt.memberships.get(pk=bos.pk).held == Role.OPERATOR


@pytest.mark.parametrize("verb", ["role", "remove"])
def test_who_administers_no_longer_undoes_nothing(
    adam: User, adam_client: Client, bos: Membership, bolt: Organization, verb: str
) -> None:
    """Row 102."""
    note = act(adam_client, at(bos, verb), role="1")

    with meanwhile(lambda: Membership.objects.filter(user=adam).update(role=Role.OPERATOR)):
        page = undo(adam_client, note)

    assert NO_ADMINISTRATOR in page
    assert not bolt.memberships.filter(pk=bos.pk, role=Role.OPERATOR).exists()


def test_whom_somebody_else_removed_meanwhile_is_not_brought_back(
    adam_client: Client, ana_client: Client, bos: Membership, bolt: Organization
) -> None:
    """Row 101: they come back, and are removed again, while the button is pressed."""
    note = act(adam_client, at(bos, "remove"))

    def comes_and_goes() -> None:
        bos.save(force_insert=True)
        did(ana_client, at(bos, "remove"))

    with meanwhile(comes_and_goes):
        assert "Nothing was undone." in undo(adam_client, note)
    assert not bolt.memberships.filter(pk=bos.pk).exists()


def test_who_becomes_a_member_at_this_moment_sees_a_page(olga: User, olga_client: Client, bolt: Organization) -> None:
    """Between two queries, of organizations and of roles, somebody had one without the other."""
    answers: list[object] = []

    def join(execute: Callable[..., Any], sql: str, *asked: Any) -> Any:
        answer = execute(sql, *asked)
        if "jobs_membership" in sql and not answers:
            answers.append(answer)
            Membership.objects.create(organization=bolt, user=olga, role=Role.VIEWER)
        return answer

    with connection.execute_wrapper(join):
        assert olga_client.get("/orgs.json").status_code == 200
    assert answers
