"""Undo over the wire: each action that offers it, and what meets it when the world has moved on."""

from __future__ import annotations

import html
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dashboard.accounts.models import Profile
from jobs.domain import Role
from jobs.models import AuditEntry, Invitation, Membership, Organization, SavedView

pytestmark = pytest.mark.django_db

NOTE = re.compile(r'name="note" value="([^"]+)"')


@pytest.fixture
def failures(bo: User, bolt: Organization) -> SavedView:
    return bolt.views.create(owner=bo, name="Failures", query="status=failed", is_shared=True)


def did(client: Client, address: str, **form: object) -> str:
    """The page on which the action is told."""
    return client.post(address, form, follow=True).text


def note_in(page: str) -> str:
    """That of what was told last."""
    found = NOTE.findall(page)
    assert found, "There is no button that undoes it."
    return html.unescape(found[-1])


def undo(client: Client, note: str, back: str = "/shortcuts/") -> str:
    """The page that tells what became of it."""
    return client.post("/undo/", {"note": note}, headers={"Referer": f"http://testserver{back}"}, follow=True).text


def act(client: Client, address: str, **form: object) -> str:
    return note_in(did(client, address, **form))


def log(bolt: Organization, *nouns: str) -> list[tuple[str, str, str]]:
    entries = bolt.actions.filter(action__regex=f"^({'|'.join(nouns)}):").order_by("pk")
    return list(entries.values_list("action", "subject", "outcome"))


class TestViews:
    def test_a_deleted_view_is_back_as_it_was_and_so_are_links_to_it(
        self, bo_client: Client, bolt: Organization, failures: SavedView
    ) -> None:
        before = SavedView.objects.values().get()
        page = undo(bo_client, act(bo_client, f"{failures.get_absolute_url()}delete/"))

        after = SavedView.objects.values().get()
        assert "View “Failures” restored." in page
        assert {**after, "created_at": None} == {**before, "created_at": None}
        assert abs(after["created_at"] - before["created_at"]).total_seconds() < 0.001

    def test_both_stand_in_the_activity_of_the_team(
        self, bo_client: Client, bolt: Organization, failures: SavedView
    ) -> None:
        undo(bo_client, act(bo_client, f"{failures.get_absolute_url()}delete/"))

        assert log(bolt, "view") == [("view:delete", "Failures", "done"), ("view:restore", "Failures", "done")]

    def test_what_somebody_keeps_to_themselves_is_in_no_log(
        self, bo_client: Client, bolt: Organization, failures: SavedView
    ) -> None:
        SavedView.objects.update(is_shared=False)
        undo(bo_client, act(bo_client, f"{failures.get_absolute_url()}delete/"))

        assert bolt.views.exists() and log(bolt, "view") == []

    def test_a_view_whose_name_is_taken_meanwhile_stays_deleted(
        self, bo: User, bo_client: Client, bolt: Organization, failures: SavedView
    ) -> None:
        note = act(bo_client, f"{failures.get_absolute_url()}delete/")
        bolt.views.create(owner=bo, name="Failures", query="q=other")

        assert "Nothing was undone. A view with this name exists again." in undo(bo_client, note)
        assert bolt.views.get().query == "q=other"

    def test_twice_is_once(self, bo_client: Client, bolt: Organization, failures: SavedView) -> None:
        note = act(bo_client, f"{failures.get_absolute_url()}delete/")
        undo(bo_client, note)

        assert "Nothing was undone" in undo(bo_client, note)
        assert bolt.views.count() == 1

    def test_an_administrator_undoes_it_for_the_owner(
        self, bo: User, adam_client: Client, bolt: Organization, failures: SavedView
    ) -> None:
        undo(adam_client, act(adam_client, f"{failures.get_absolute_url()}delete/"))

        assert bolt.views.get().owner == bo

    def test_not_when_they_administer_nothing_by_then(
        self, adam: User, adam_client: Client, bolt: Organization, failures: SavedView
    ) -> None:
        note = act(adam_client, f"{failures.get_absolute_url()}delete/")
        Membership.objects.filter(user=adam).update(role=Role.OPERATOR)

        assert "You may no longer change this" in undo(adam_client, note)
        assert not bolt.views.exists()

    def test_an_owner_who_is_gone_gets_no_view(
        self, bo: User, adam_client: Client, bolt: Organization, failures: SavedView
    ) -> None:
        note = act(adam_client, f"{failures.get_absolute_url()}delete/")
        bo.delete()

        assert "Nothing was undone" in undo(adam_client, note)
        assert not SavedView.objects.exists()

    def test_a_viewer_s_old_shared_view_offers_no_way_back(
        self, bo: User, bo_client: Client, bolt: Organization, failures: SavedView
    ) -> None:
        """They may delete it, and would not be let share it anew."""
        Membership.objects.filter(user=bo).update(role=Role.VIEWER)
        page = did(bo_client, f"{failures.get_absolute_url()}delete/")

        assert "” deleted." in page and not NOTE.search(page)

    def test_a_renamed_view_has_its_name_again(
        self, bo_client: Client, bolt: Organization, failures: SavedView
    ) -> None:
        page = undo(bo_client, act(bo_client, f"{failures.get_absolute_url()}edit/", name="What broke"))

        failures.refresh_from_db()
        assert "View “Failures” restored." in page
        assert (failures.name, failures.is_shared) == ("Failures", True)

    def test_a_view_that_was_renamed_once_more_keeps_that_name(
        self, bo_client: Client, bolt: Organization, failures: SavedView
    ) -> None:
        note = act(bo_client, f"{failures.get_absolute_url()}edit/", name="What broke")
        bolt.views.update(name="Broken")

        assert "changed in the meantime" in undo(bo_client, note)
        assert bolt.views.get().name == "Broken"

    def test_nothing_changed_is_nothing_to_undo(
        self, bo_client: Client, bolt: Organization, failures: SavedView
    ) -> None:
        page = did(bo_client, f"{failures.get_absolute_url()}edit/", name="Failures", is_shared="on")

        assert "” saved." in page and not NOTE.search(page)

    def test_a_new_view_is_gone_again(self, bo_client: Client, bolt: Organization) -> None:
        page = undo(bo_client, act(bo_client, f"/orgs/{bolt.slug}/views/", name="Bolts", query="q=bolt"))

        assert "View “Bolts” deleted again." in page
        assert not bolt.views.exists()


class TestMembers:
    @pytest.fixture
    def member(self, bo: User, bolt: Organization) -> Membership:
        return bolt.memberships.get(user=bo)

    def place(self, member: Membership, verb: str) -> str:
        return f"/orgs/{member.organization.slug}/members/{member.pk}/{verb}/"

    def test_a_removed_member_is_back_with_the_role(
        self, adam_client: Client, bo: User, bo_client: Client, bolt: Organization, member: Membership
    ) -> None:
        note = act(adam_client, self.place(member, "remove"))
        assert bo_client.get(bolt.get_absolute_url()).status_code == 404

        assert "bo is an operator of Bolt Robotics again." in undo(adam_client, note)
        assert bolt.memberships.get(user=bo).held == Role.OPERATOR
        assert bo_client.get(bolt.get_absolute_url()).status_code == 200
        assert log(bolt, "member")[-1] == ("member:restore", "bo, as operator", "done")

    def test_who_came_back_otherwise_keeps_that_role(
        self, adam_client: Client, bo: User, bolt: Organization, member: Membership
    ) -> None:
        note = act(adam_client, self.place(member, "remove"))
        Membership.objects.create(organization=bolt, user=bo, role=Role.VIEWER)

        assert "already a member again" in undo(adam_client, note)
        assert bolt.memberships.get(user=bo).held == Role.VIEWER

    def test_an_account_that_is_gone_is_not_brought_back(
        self, adam_client: Client, bo: User, bolt: Organization, member: Membership
    ) -> None:
        note = act(adam_client, self.place(member, "remove"))
        bo.delete()

        assert "Nothing was undone" in undo(adam_client, note)
        assert bolt.memberships.count() == 1

    def test_an_administrator_who_was_removed_lets_nobody_in(
        self, adam: User, adam_client: Client, bo: User, bolt: Organization, member: Membership
    ) -> None:
        note = act(adam_client, self.place(member, "remove"))
        Membership.objects.filter(user=adam).delete()

        assert "You may no longer change this" in undo(adam_client, note)
        assert not bolt.memberships.exists()

    def test_who_leaves_can_t_come_back_by_themselves(
        self, bo_client: Client, bolt: Organization, member: Membership
    ) -> None:
        page = did(bo_client, self.place(member, "remove"))

        assert "You have left Bolt Robotics." in page and not NOTE.search(page)

    def test_a_changed_role_is_changed_back(self, adam_client: Client, bolt: Organization, member: Membership) -> None:
        note = act(adam_client, self.place(member, "role"), role="1")

        assert "bo is an operator again." in undo(adam_client, note)
        assert log(bolt, "member")[-1] == ("member:change", "bo, from viewer to operator", "done")
        assert "Nothing was undone" in undo(adam_client, note)

    def test_a_role_that_somebody_else_changed_meanwhile_stays(
        self, ana_client: Client, adam_client: Client, bolt: Organization, member: Membership
    ) -> None:
        note = act(adam_client, self.place(member, "role"), role="1")
        did(ana_client, self.place(member, "role"), role="3")

        assert "changed in the meantime" in undo(adam_client, note)
        member.refresh_from_db()
        assert member.held == Role.ADMINISTRATOR

    def test_who_came_back_and_left_by_themselves_is_not_brought_back(
        self, adam_client: Client, bo: User, bo_client: Client, bolt: Organization, member: Membership
    ) -> None:
        """Row 101: nobody is a member without a step of their own; a note holds for minutes, and may come again."""
        note = act(adam_client, self.place(member, "remove"))
        undo(adam_client, note)
        did(bo_client, self.place(member, "remove"))

        assert "have left" in undo(adam_client, note)
        assert not bolt.memberships.filter(user=bo).exists()

    def test_whom_somebody_else_removed_is_not_brought_back(
        self, adam_client: Client, ana_client: Client, bo: User, bolt: Organization, member: Membership
    ) -> None:
        """Row 102."""
        note = act(adam_client, self.place(member, "remove"))
        undo(adam_client, note)
        did(ana_client, self.place(member, "remove"))

        assert "Nothing was undone" in undo(adam_client, note)
        assert not bolt.memberships.filter(user=bo).exists()

    def test_an_administrator_who_is_one_again_finds_their_invitations_withdrawn(
        self, ana_client: Client, adam_client: Client, adam: User, bolt: Organization
    ) -> None:
        """Row 102."""
        did(adam_client, f"/orgs/{bolt.slug}/members/", role="1")
        membership = bolt.memberships.get(user=adam)

        # Who makes one again is asked who they are: it is no matter of a button.
        assert not NOTE.search(did(ana_client, self.place(membership, "remove")))
        Membership.objects.create(organization=bolt, user=adam, role=Role.ADMINISTRATOR)
        assert not Invitation.open_ones().exists()

    def test_a_withdrawn_invitation_stays_dead(self, adam_client: Client, bolt: Organization) -> None:
        """Its link would be good again, wherever it went meanwhile."""
        did(adam_client, f"/orgs/{bolt.slug}/members/", role="1", name="guest@example.com")
        place = f"/orgs/{bolt.slug}/invitations/{Invitation.objects.get().pk}/withdraw/"
        page, again = did(adam_client, place), did(adam_client, place)

        assert "The invitation of guest@example.com was withdrawn" in page and not NOTE.search(page)
        assert "Nothing was changed" in again


class TestJobs:
    def test_a_claim_and_giving_it_back_undo_each_other(self, bo: User, bo_client: Client, bolt: Organization) -> None:
        job = bolt.jobs.filter(submitted_by=None).first()
        assert job
        claim = act(bo_client, f"{job.get_absolute_url()}claim/")

        assert "is no longer claimed." in undo(bo_client, claim)
        did(bo_client, f"{job.get_absolute_url()}claim/")
        disown = act(bo_client, f"{job.get_absolute_url()}disown/")
        assert "is claimed by you again." in undo(bo_client, disown)
        job.refresh_from_db()
        assert job.submitted_by == bo

    def test_what_somebody_else_claimed_meanwhile_is_theirs(
        self, adam: User, bo_client: Client, adam_client: Client, bolt: Organization
    ) -> None:
        job = bolt.jobs.filter(submitted_by=None).first()
        assert job
        did(bo_client, f"{job.get_absolute_url()}claim/")
        note = act(bo_client, f"{job.get_absolute_url()}disown/")
        did(adam_client, f"{job.get_absolute_url()}claim/")

        assert "Nothing was undone" in undo(bo_client, note)
        job.refresh_from_db()
        assert job.submitted_by == adam

    @pytest.mark.parametrize("verb", ["cancel", "delete"])
    def test_what_the_cloud_was_told_can_t_be_taken_back(
        self, bo_client: Client, bolt: Organization, verb: str
    ) -> None:
        job = next(job for job in bolt.jobs.all() if (job.can_cancel if verb == "cancel" else job.is_over))
        page = did(bo_client, f"{job.get_absolute_url()}{verb}/")

        assert f"{job}" in page and not NOTE.search(page)


class TestOneself:
    def test_columns_are_shown_as_before(self, bo: User, bo_client: Client) -> None:
        bo_client.post("/me/columns/", {"shown": ["time", "who"]})
        before = Profile.objects.get().hidden
        note = act(bo_client, "/me/columns/", shown="time", back="/shortcuts/")

        assert "Your settings are restored." in undo(bo_client, note)
        assert Profile.objects.get().hidden == before
        assert "Nothing was undone" in undo(bo_client, note)

    def test_settings_are_as_before_who_had_none_included(self, bo_client: Client) -> None:
        undo(bo_client, act(bo_client, "/me/", name="Bo Diaz", zone="", theme="dark"))

        assert Profile.objects.values_list("name", "theme").get() == ("", "system")


class TestOrganizations:
    def test_what_was_hidden_is_shown_again(self, ana_client: Client, bolt: Organization) -> None:
        note = act(ana_client, f"/settings/keys/{bolt.credentials_id}/organizations/", csrfmiddlewaretoken="any")
        bolt.refresh_from_db()
        assert not bolt.is_shown

        undo(ana_client, note)
        bolt.refresh_from_db()
        assert bolt.is_shown
        assert log(bolt, "organization")[-1][0] == "organization:show"

    def test_who_owns_the_site_no_longer_shows_nothing(self, ana: User, ana_client: Client, bolt: Organization) -> None:
        note = act(ana_client, f"/settings/keys/{bolt.credentials_id}/organizations/", csrfmiddlewaretoken="any")
        User.objects.filter(pk=ana.pk).update(is_superuser=False)

        assert "You may no longer change this" in undo(ana_client, note)
        bolt.refresh_from_db()
        assert not bolt.is_shown


class TestTheAddress:
    def leads_to(self, client: Client, note: str, referer: str = "") -> str:
        return client.post("/undo/", {"note": note}, headers={"Referer": referer})["Location"]

    def test_it_leads_back_to_the_page_of_the_button(
        self, bo_client: Client, bolt: Organization, failures: SavedView
    ) -> None:
        note = act(bo_client, f"{failures.get_absolute_url()}delete/")
        place = self.leads_to(bo_client, note, f"http://testserver/orgs/{bolt.slug}/views/?q=x")

        assert place == f"/orgs/{bolt.slug}/views/?q=x"

    @pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "nonsense", ""])
    def test_and_never_off_this_site(self, bo_client: Client, away: str) -> None:
        assert self.leads_to(bo_client, "x", away) == "/"

    def test_somebody_else_s_button_does_nothing(
        self, bo_client: Client, ana_client: Client, bolt: Organization, failures: SavedView
    ) -> None:
        note = act(bo_client, f"{failures.get_absolute_url()}delete/")

        assert "Someone else did it" in undo(ana_client, note)
        assert not bolt.views.exists()

    def test_a_button_of_before_signing_out_needs_signing_in(
        self, bo_client: Client, bolt: Organization, failures: SavedView
    ) -> None:
        note = act(bo_client, f"{failures.get_absolute_url()}delete/")
        bo_client.logout()

        assert "/sign-in/" in self.leads_to(bo_client, note)
        assert not bolt.views.exists()

    def test_it_needs_the_token_of_a_form(self, bo: User, bolt: Organization, failures: SavedView) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(bo)

        assert strict.post("/undo/", {"note": "x"}).status_code == 403
        assert not AuditEntry.objects.filter(action="view:restore").exists()
