"""Who belongs to an organization: invited, promoted, removed. Nobody can grant more than they have themselves."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone

from jobs import notices
from jobs.domain import Role
from jobs.models import Actor, AuditEntry, Invitation, Membership, Organization, put_back, row_of
from jobs.models.people import LASTS


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


def invite(actor: Actor, organization: Organization, role: Role, email: str = "") -> Invitation:
    """A new invitation, which lasts seven days."""
    subject = f"{email or 'by link'}, as {role.label.lower()}"
    with AuditEntry.around(actor, "member:invite", organization, subject=subject):
        return Invitation.objects.create(
            organization=organization,
            role=role,
            email=email,
            invited_by=actor.user,
            expires_at=timezone.now() + LASTS,
        )


def send_invitation(invitation: Invitation, link: str) -> bool:
    """Sends the link by e-mail; False where it has to be passed on by hand."""
    return bool(invitation.email) and notices.tell_of_invitation(invitation, link)


def withdraw(actor: Actor, invitation: Invitation) -> bool:
    """Ends an invitation; False for one that was used or withdrawn already, which stays as it is."""
    subject = f"{invitation.email or 'by link'}, as {invitation.offered.label.lower()}"
    with AuditEntry.around(actor, "member:withdraw", invitation.organization, subject=subject):
        unused = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
        return bool(unused.update(withdrawn_at=timezone.now()))


def add_member(actor: Actor, organization: Organization, user: User, role: Role) -> Membership:
    """Makes somebody who has an account a member at once."""
    with AuditEntry.around(actor, "member:add", organization, subject=f"{user}, as {role.label.lower()}"):
        return Membership.objects.create(organization=organization, user=user, role=role, added_by=actor.user)


def change_role(actor: Actor, membership: Membership, role: Role) -> None:
    """Takes effect at the person's next request, the next poll of an open page included."""
    subject = f"{membership.user}, from {membership.held.label.lower()} to {role.label.lower()}"
    with AuditEntry.around(actor, "member:change", membership.organization, subject=subject):
        membership.role = role
        membership.save(update_fields=["role"])


def remove_member(actor: Actor, membership: Membership) -> None:
    """The account stays; this organization is a stranger's from the person's next request on."""
    with AuditEntry.around(actor, "member:remove", membership.organization, subject=str(membership.user)):
        membership.delete()


def restore_member(actor: Actor, words: str) -> Membership | None:
    """Makes somebody who was removed a member as before; None when they are one again, or have no account any more."""
    membership = row_of(Membership, words)
    user = User.objects.filter(pk=membership.user_id).first()
    if user is None:
        return None
    subject = f"{user}, as {membership.held.label.lower()}"
    try:
        with AuditEntry.around(actor, "member:restore", membership.organization, subject=subject):
            put_back(membership)
    except IntegrityError:
        return None
    return membership


def known_person(name: str) -> User | None:
    """Somebody who can sign in, by user name or e-mail address."""
    wanted = Q(username__iexact=name) | Q(email__iexact=name)
    return User.objects.filter(wanted, is_active=True).order_by("pk").first() if name else None
