"""Personal access tokens: with one, a program acts as its owner, in what the token is for."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone

from jobs.domain import GRANTABLE, Role, is_within
from jobs.models.mirror import Organization

PREFIX = "ty_"
# Noted this rarely: programs may ask often, and every write waits for the database's one writer.
NOTED_EVERY = timedelta(minutes=1)


class AccessToken(models.Model):
    """Of the token itself only a hash is kept: it has 256 bits of chance, which nobody guesses from the hash."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    role = models.PositiveSmallIntegerField(choices=[(role.value, role.label) for role in GRANTABLE])
    # Null: all organizations of its owner.
    organization = models.ForeignKey(Organization, null=True, on_delete=models.CASCADE, related_name="tokens")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def make(
        cls, owner: User, label: str, role: Role, organization: Organization | None, lasts: timedelta
    ) -> tuple[AccessToken, str]:
        """The row, and the token itself, which is never to be had again."""
        token = PREFIX + secrets.token_urlsafe(32)
        expires_at = timezone.now() + lasts
        row = cls.objects.create(
            owner=owner,
            label=label,
            role=role,
            organization=organization,
            expires_at=expires_at,
            digest=_digest(token),
        )
        return row, token

    @classmethod
    def of(cls, token: str) -> AccessToken | None:
        """The row of a token that holds and whose owner may sign in."""
        return cls.alive().filter(digest=_digest(token)).first()

    @classmethod
    def alive(cls) -> models.QuerySet[AccessToken]:
        """Those that hold, and whose owners may sign in."""
        found = cls.objects.filter(revoked_at=None, expires_at__gt=timezone.now(), owner__is_active=True)
        return found.select_related("owner")

    @property
    def is_just_used(self) -> bool:
        """Whether it was noted a moment ago that it is used."""
        return is_within(self.used_at, NOTED_EVERY, timezone.now())

    def note_use(self) -> None:
        AccessToken.objects.filter(pk=self.pk).update(used_at=timezone.now())

    def revoke(self) -> None:
        self.revoked_at = timezone.now()
        self.save(update_fields=["revoked_at"])

    @property
    def allowed(self) -> Role:
        return Role(self.role)

    @property
    def is_over(self) -> bool:
        return self.revoked_at is not None or self.expires_at <= timezone.now()


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
