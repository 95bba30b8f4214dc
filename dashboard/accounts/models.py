"""What is ours about people: how they want the site to be, and which sign-ins failed lately."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models

from jobs.job_list.columns import OPTIONAL


class Theme(models.TextChoices):
    SYSTEM = "system", "System"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


@cache
def known_zones() -> frozenset[str]:
    """Looked for in files, once."""
    return frozenset(available_timezones())


def known_zone(name: str) -> None:
    if name not in known_zones():
        raise ValidationError("Choose a time zone from the list.")


class Profile(models.Model):
    """How a person wants the site to be. Who never chose has none, and `profile_of` answers with what is usual."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile", primary_key=True)
    name = models.CharField("Name", max_length=100, blank=True)
    # Empty: the browser's own zone, and the server's where no browser says.
    zone = models.CharField("Time zone", max_length=64, blank=True, validators=[known_zone])
    theme = models.CharField("Appearance", max_length=6, choices=Theme, default=Theme.SYSTEM)
    # Words of OPTIONAL with spaces between them, as the style sheet reads them from the page.
    hidden = models.CharField("Columns that lists leave out", max_length=60, blank=True)

    def __str__(self) -> str:
        return self.name or self.user.get_username()

    @property
    def columns(self) -> list[tuple[str, str, bool]]:
        """The columns that can be left out of lists: word, label, and whether it is shown."""
        hidden = self.hidden.split()
        return [(word, label, word not in hidden) for word, label in OPTIONAL]


def profile_of(user: User) -> Profile:
    """The person's profile, kept or not yet. Whoever signed in comes with it: it takes no query."""
    try:
        return user.profile
    except Profile.DoesNotExist:
        return Profile(user=user)


class Attempt(models.Model):
    """A sign-in that failed, or is being tried. Rows live for minutes; see throttle.py."""

    # A digest: what people type here by mistake may be a password.
    login = models.CharField(max_length=64)
    address = models.CharField(max_length=45)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["login", "made_at"], name="attempts_by_login"),
            models.Index(fields=["address", "made_at"], name="attempts_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.address} at {self.made_at}"


class CacheEntry(models.Model):
    """The table of the cache that all processes share (settings.CACHES). It counts; no page is kept in it."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_cache"

    def __str__(self) -> str:
        return self.cache_key
