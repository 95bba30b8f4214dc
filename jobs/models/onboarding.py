"""Who has read the first steps and put them away. All else about them is derived from what is stored."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class PutAway(models.Model):
    """The first page shows this person no first steps any more; their own page still does."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="put_away"
    )
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.user}, {self.at:%Y-%m-%d}"
