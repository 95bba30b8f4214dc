"""Who belongs to an organization: invited, promoted, removed. Nobody can grant more than they have themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone

from jobs import mail
from jobs.domain import Role
from jobs.models import (
    Actor,
    AuditEntry,
    Invitation,
    Membership,
    Organization,
    address_key,
    lock_people,
    put_back,
    row_of,
)
from jobs.models.memberships import LASTS

MINUTE = timedelta(minutes=1)
MAX_BY_PERSON, MAX_HERE = 20, 40
"""Invitations a minute: by one person in all organizations, and to one organization."""


@dataclass(frozen=True, slots=True)
class Team:
    """Members by name, the owners of the site who may do everything here too, and the invitations still open."""

    members: list[Membership]
    owners: list[User]
    invitations: list[Invitation]

    @property
    def is_alone(self) -> bool:
        return len(self.members) + len(self.owners) == 1 and not self.invitations


def team_of(organization: Organization) -> Team:
    owners = User.objects.filter(is_superuser=True, is_active=True).order_by("username")
    members = organization.memberships.select_related("user", "added_by").exclude(user__in=owners)
    open_ones = Invitation.open_ones().filter(organization=organization).select_related("invited_by")
    return Team(list(members), list(owners), list(open_ones))


def names_of(team: Team) -> list[str]:
    """The user names that the list of members shows."""
    return [membership.user.username for membership in team.members] + [owner.username for owner in team.owners]


class Meanwhile(Exception):
    """Nothing was changed: things stand otherwise than when it was asked for. The words say how, as a sentence."""


class TooManyInvitations(Exception):
    """Nobody was invited; the limit of a minute is reached."""

    retry_after = MINUTE.seconds


def invite(actor: Actor, organization: Organization, role: Role, *, email: str = "", username: str = "") -> Invitation:
    """A new invitation, which lasts seven days; nobody is a member before they accept it.

    Raises TooManyInvitations, and Meanwhile.

    Whether somebody has this address or name makes no difference to what the inviter sees, nor to the audit log.
    """
    about = Invitation(organization=organization, role=role, email=address_key(email), username=username)
    with AuditEntry.around(actor, "member:invite", organization, subject=about.subject):
        about.invited_by, about.invitee = actor.user, _person_named(username)
        about.expires_at = timezone.now() + LASTS
        _hold(actor, organization)
        _one_at_a_time(organization)
        about.save()
        if _too_many(about):
            raise TooManyInvitations("Too many invitations in one minute.")
    return about


def _hold(actor: Actor, organization: Organization, about: Membership | None = None, *, leaves: bool = False) -> None:
    """To the end of the transaction the actor administers the organization, and the member is what they were when it
    was asked for. Who leaves needs to be here, no more. Raises Meanwhile.
    """
    me, here = _locked(actor, organization, about)
    if not leaves and not _administers(me, here):
        raise Meanwhile("You are no longer an administrator of this organization.")
    if about is None:
        return
    now = next((row for row in here if row.pk == about.pk), None)
    if now is None:
        raise Meanwhile(f"{about.user} is no longer a member of this organization.")
    if now.role != about.role and not leaves:
        raise Meanwhile(f"The role of {about.user} was changed in the meantime. Reload the page.")


def _locked(actor: Actor, organization: Organization, about: Membership | None) -> tuple[User | None, list[Membership]]:
    """The actor and the memberships concerned, as they are now, in the order in which Invitation.hold takes rows, lest
    the two wait for each other.
    """
    pk = actor.user.pk if actor.user else 0
    me = next(iter(lock_people(User.objects.filter(pk=pk))), None)
    concerned = Q(user=pk) | Q(pk=about.pk if about else 0)
    rows = Membership.objects.select_for_update(no_key=True).filter(concerned, organization=organization.pk)
    return me, list(rows.order_by("pk"))


def _administers(me: User | None, here: list[Membership]) -> bool:
    if me is None or not me.is_active:
        return False
    return me.is_superuser or any(row.user_id == me.pk and row.held.may_administer for row in here)


def _one_at_a_time(organization: Organization) -> None:
    """By the same person or to the same organization: so that those made at the same moment count, too. The person's
    row is locked already.
    """
    list(Organization.objects.select_for_update(no_key=True).filter(pk=organization.pk))


def _too_many(newest: Invitation) -> bool:
    """Asked once the new one is stored."""
    around_now = (newest.invited_at - MINUTE, newest.invited_at + MINUTE)
    lately = Invitation.objects.filter(invited_at__range=around_now)
    by_person = lately.filter(invited_by=newest.invited_by_id).count()
    return by_person > MAX_BY_PERSON or lately.filter(organization=newest.organization_id).count() > MAX_HERE


def _person_named(username: str) -> User | None:
    """By exactly this name, or by the only one that differs in capitals alone."""
    named = [user for user in User.objects.filter(username__iexact=username) if same_name(user.username, username)]
    exactly = [user for user in named if user.username == username] or named
    return exactly[0] if len(exactly) == 1 else None


def same_name(one: str, other: str) -> bool:
    """Capitals make no difference; other letters do, whatever a database takes for equal."""
    return one.lower() == other.lower()


class AlreadyOver(Exception):
    """There is nothing left to end."""


def send_invitation(invitation: Invitation, link: str) -> bool:
    """Sends the link by e-mail, whoever's address it is; False where it has to be passed on by hand."""
    return bool(invitation.email) and mail.tell_of_invitation(invitation, link)


def withdraw(actor: Actor, invitation: Invitation) -> bool:
    """Ends an invitation; False for one that was used or withdrawn already, which stays as it is. Raises Meanwhile."""
    try:
        with AuditEntry.around(actor, "member:withdraw", invitation.organization, subject=invitation.subject):
            _hold(actor, invitation.organization)
            if not invitation.withdraw():
                raise AlreadyOver("It was already used or withdrawn.")
    except AlreadyOver:
        return False
    return True


def change_role(actor: Actor, membership: Membership, role: Role) -> None:
    """Takes effect at the person's next request, the next poll of an open page included. Raises Meanwhile."""
    subject = f"{membership.user}, from {membership.held.label.lower()} to {role.label.lower()}"
    with AuditEntry.around(actor, "member:change", membership.organization, subject=subject):
        _hold(actor, membership.organization, membership)
        membership.role = role
        membership.save(update_fields=["role"])


def remove_member(actor: Actor, membership: Membership) -> None:
    """The account stays; this organization is a stranger's from the person's next request on. Raises Meanwhile."""
    what = {"subject": str(membership.user), "whom": membership.user}
    with AuditEntry.around(actor, "member:remove", membership.organization, **what):
        _hold(actor, membership.organization, membership, leaves=membership.user == actor.user)
        membership.delete()


NOT_TO_BE_RESTORED = "They are already a member again, have left, or no longer have an account."


def restore_member(actor: Actor, words: str) -> Membership:
    """Makes somebody who was removed a member as before. Raises Meanwhile, also when they have no account any more, or
    when that this person removed them isn't the last that happened: then they came back, or left by themselves.
    """
    membership = row_of(Membership, words)
    user = User.objects.filter(pk=membership.user_id).first()
    if user is None:
        raise Meanwhile(NOT_TO_BE_RESTORED)
    what = {"subject": f"{user}, as {membership.held.label.lower()}", "whom": user}
    try:
        with AuditEntry.around(actor, "member:restore", membership.organization, **what):
            _hold(actor, membership.organization)
            # Theirs is no row yet that could be locked.
            _one_at_a_time(membership.organization)
            if not _was_removed_by(actor, membership):
                raise Meanwhile(NOT_TO_BE_RESTORED)
            put_back(membership)
    except IntegrityError:
        raise Meanwhile(NOT_TO_BE_RESTORED) from None
    return membership


def _was_removed_by(actor: Actor, membership: Membership) -> bool:
    of_them = AuditEntry.objects.filter(organization=membership.organization_id, whom=membership.user_id)
    done = of_them.filter(action__startswith="member:", outcome=AuditEntry.Outcome.DONE)
    last = done.order_by("-pk").first()
    return last is not None and last.action == "member:remove" and last.actor_id == (actor.user and actor.user.pk)
