"""Who belongs to an organization, and who was asked to join it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.db import models, transaction
from django.utils import timezone

from jobs.domain import GRANTABLE, Role
from jobs.models.mirror import Organization

LASTS = timedelta(days=7)
_SALT = "jobs.invitation"
_CHOICES = [(role.value, role.label) for role in GRANTABLE]


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
    """A link that makes whoever opens it a member, once, until it expires or is withdrawn.

    Nothing of the link is stored: it is the row's number, signed with SECRET_KEY.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="invitations")
    role = models.PositiveSmallIntegerField(choices=_CHOICES)
    email = models.EmailField(blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-invited_at", "-id"]

    def __str__(self) -> str:
        return f"{self.email or 'somebody'} to {self.organization}"

    @property
    def offered(self) -> Role:
        return Role(self.role)

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and timezone.now() < self.expires_at

    @property
    def token(self) -> str:
        return signing.dumps(self.pk, salt=_SALT)

    @classmethod
    def of_token(cls, token: str) -> Invitation:
        """Raises DoesNotExist for what was never given out; the invitation may be over all the same."""
        try:
            pk = signing.loads(token, salt=_SALT)
        except signing.BadSignature:
            raise cls.DoesNotExist from None
        return cls.objects.select_related("organization", "invited_by").get(pk=pk)

    @classmethod
    def is_for(cls, email: str) -> bool:
        """Whether somebody with this address is invited anywhere."""
        return bool(email) and cls.open_ones().filter(email__iexact=email).exists()

    @classmethod
    def open_ones(cls) -> models.QuerySet[Invitation]:
        return cls.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())

    @transaction.atomic
    def accept(self, user: User) -> Membership | None:
        """Makes the person a member, once; a role that is held already is never lowered. None when it is over."""
        self.refresh_from_db(from_queryset=Invitation.objects.select_for_update())
        if not self.is_open:
            return None
        offered = {"role": self.role, "added_by": self.invited_by}
        membership, is_new = Membership.objects.get_or_create(
            organization=self.organization, user=user, defaults=offered
        )
        if not is_new and membership.role < self.role:
            membership.role = self.role
            membership.save(update_fields=["role"])
        self.accepted_by, self.accepted_at = user, timezone.now()
        self.save(update_fields=["accepted_by", "accepted_at"])
        return membership
