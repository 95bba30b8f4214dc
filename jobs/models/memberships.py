"""People in an organization: members, invitations, the views of the list that they save, and hints they dismissed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from jobs.domain import GRANTABLE, Role
from jobs.models.actions import Actor, AuditEntry
from jobs.models.mirror import Organization

LASTS = timedelta(days=7)
_SALT, _MAIL_SALT = "jobs.invitation", "jobs.invitation.mail"
_CHOICES = [(role.value, role.label) for role in GRANTABLE]


def address_key(typed: str) -> str:
    """An e-mail address as it is compared; empty for what identifies nobody.

    What stands before the @ must be ASCII: elsewhere there are letters that become others in lower case, or that a
    database takes for equal, and so two mailboxes for one key.
    """
    mailbox, _, domain = typed.strip().rpartition("@")
    return f"{mailbox}@{domain}".lower() if mailbox and domain and mailbox.isascii() else ""


class Membership(models.Model):
    """A person in an organization. Site owners need none."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.PositiveSmallIntegerField(choices=_CHOICES)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["user__username"]
        constraints = [models.UniqueConstraint(fields=["user", "organization"], name="one_membership_each")]

    def __str__(self) -> str:
        return f"{self.user} in {self.organization}"

    @property
    def held(self) -> Role:
        return Role(self.role)


class Invitation(models.Model):
    """An offer that makes somebody a member once they accept it, until it expires or is withdrawn.

    Who may accept: whoever opens its link, who has verified the address `email`, or the `invitee`. Nothing of the link
    is stored: it is the row's number, signed with SECRET_KEY. An invitation to a user name has no link.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="invitations")
    role = models.PositiveSmallIntegerField(choices=_CHOICES)
    # As `address_key` makes it.
    email = models.EmailField(blank=True)
    # As it was typed, whether or not somebody has this name: pages show it, and never the invitee.
    username = models.CharField(max_length=150, blank=True)
    invitee = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    # Whether this row was found by the link that went to `email`, and to nobody else.
    came_by_mail = False

    class Meta:
        ordering = ["-invited_at", "-id"]

    def __str__(self) -> str:
        return f"{self.whom or 'somebody'} to {self.organization}"

    @property
    def whom(self) -> str:
        """The address or user name that was typed; empty for a link alone."""
        return self.email or self.username

    @property
    def subject(self) -> str:
        """For the audit log."""
        return f"{self.whom or 'by link'}, as {self.offered.label.lower()}"

    @property
    def offered(self) -> Role:
        return Role(self.role)

    @property
    def is_open(self) -> bool:
        return self.open_ones().filter(pk=self.pk).exists()

    @property
    def token(self) -> str:
        """Of the link that the inviter passes on by hand."""
        return signing.dumps(self.pk, salt=_SALT)

    @property
    def mail_token(self) -> str:
        """Of the link that is sent to `email` and shown to nobody: who brings it back reads that mailbox."""
        return signing.dumps(self.pk, salt=_MAIL_SALT)

    @classmethod
    def of_token(cls, token: str) -> Invitation:
        """Raises DoesNotExist for what was never given out; the invitation may be over all the same."""
        for salt in (_SALT, _MAIL_SALT):
            try:
                pk = signing.loads(token, salt=salt)
            except signing.BadSignature:
                continue
            found = cls.objects.select_related("organization", "invited_by").get(pk=pk, username="")
            found.came_by_mail = salt == _MAIL_SALT
            return found
        raise cls.DoesNotExist

    @classmethod
    def open_ones(cls) -> models.QuerySet[Invitation]:
        """Neither used, withdrawn nor expired, and made by somebody who may still grant the role."""
        return _unused().filter(_grantable(), expires_at__gt=timezone.now())

    def hold(self) -> bool:
        """Within a transaction: whether it is open, and it stays so until the transaction ends.

        Rows are locked in the order in which removing somebody takes them, lest the two wait for each other.
        """
        lock_people(User.objects.filter(pk=self.invited_by_id or 0))
        inviters = Membership.objects.filter(organization=self.organization_id, user=self.invited_by_id)
        list(inviters.select_for_update(no_key=True).order_by("pk"))
        list(Invitation.objects.select_for_update(no_key=True).filter(pk=self.pk))
        return self.is_open

    @transaction.atomic
    def accept(self, user: User) -> Membership | None:
        """Makes the person a member, once; a role that is held already is never lowered. None when it is over."""
        if not self.hold():
            return None
        offered = {"role": self.role, "added_by": self.invited_by}
        membership, _ = Membership.objects.get_or_create(organization=self.organization, user=user, defaults=offered)
        # Compared where it is stored: another invitation may be accepted at this moment.
        Membership.objects.filter(pk=membership.pk, role__lt=self.role).update(role=self.role)
        membership.refresh_from_db(fields=["role"])
        self.accepted_by, self.accepted_at = user, timezone.now()
        self.save(update_fields=["accepted_by", "accepted_at"])
        return membership

    def withdraw(self) -> bool:
        """False for one that was used or withdrawn already, which stays as it is."""
        return bool(_unused().filter(pk=self.pk).update(withdrawn_at=timezone.now()))


def lock_people(people: models.QuerySet[User]) -> list[User]:
    """Within a transaction: these people as they are now, and nobody else changes them before it ends.

    Whoever takes several takes them in the same order, lest two wait for each other.
    """
    return list(people.select_for_update(no_key=True).order_by("pk"))


def _unused() -> models.QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None)


def _grantable() -> Q:
    """Whether the inviter is here, active, and may give this role in this organization at this moment."""
    administers = Membership.objects.filter(
        organization=OuterRef("organization"),
        user=OuterRef("invited_by"),
        role__gte=Role.ADMINISTRATOR,
    ).filter(role__gte=OuterRef("role"))
    return Q(invited_by__is_active=True) & (Q(invited_by__is_superuser=True) | Q(Exists(administers)))


# -- Who may not invite any more has nothing open ------------------------------------------------------------------
# However it happens: on our pages, in the admin, by a command. `open_ones` looks anew besides, for what changes the
# database behind Django's back; this is so that nothing opens again when somebody comes back.
_THE_SITE = Actor(via="site")


@receiver([post_save, post_delete], sender=Membership)
def _membership_changed(instance: Membership, raw: bool = False, **_: Any) -> None:
    if not raw:
        _withdraw_what_lapsed(instance.user_id)


@receiver(post_save, sender=User)
def _person_changed(instance: User, update_fields: frozenset[str] | None, raw: bool = False, **_: Any) -> None:
    decide = {"is_active", "is_superuser"}
    if not raw and (update_fields is None or decide & set(update_fields)):
        _withdraw_what_lapsed(instance.pk)


@receiver(pre_delete, sender=User)
def _person_leaves(instance: User, **_: Any) -> None:
    # The person first, then the invitations: see `hold`.
    lock_people(User.objects.filter(pk=instance.pk))
    _withdraw_all(_unused().filter(invited_by=instance.pk))


def _withdraw_what_lapsed(inviter: int) -> None:
    _withdraw_all(_unused().filter(invited_by=inviter, expires_at__gt=timezone.now()).exclude(_grantable()))


def _withdraw_all(lapsed: models.QuerySet[Invitation]) -> None:
    for invitation in lapsed.select_related("organization", "invited_by"):
        reason = f"{invitation.invited_by} may no longer invite"
        told = {"subject": invitation.subject, "reason": reason}
        # In the transaction of what is withdrawn and why: either all of it is so, or nothing.
        with transaction.atomic():
            if invitation.withdraw():
                AuditEntry.record(_THE_SITE, "member:withdraw", invitation.organization, **told)


class OnboardingDismissal(models.Model):
    """The first page shows this person no onboarding any more; its own page still does."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="onboarding_dismissal"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        # Made under another name, and kept: a site is updated while its processes of the version before still run.
        db_table = "jobs_putaway"

    def __str__(self) -> str:
        return f"{self.user}, {self.at:%Y-%m-%d}"


class SavedView(models.Model):
    """`query` is a list's address in the form in which filters write it; `is_shared` shows it to the whole team."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="views")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["organization", "owner", "name"], name="one_view_per_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("jobs:view", args=[self.organization.slug, self.pk])
