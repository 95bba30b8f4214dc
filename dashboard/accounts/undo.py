"""How a person wants the site to be, put back as it was: for settings and columns alike."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from dashboard.accounts.models import Profile, profile_of
from jobs.audit.undo import CHANGED, NotUndone, Told, note, undoes
from jobs.models import Actor


def standing_of(profile: Profile) -> dict[str, Any]:
    return {
        field.attname: getattr(profile, field.attname)
        for field in Profile._meta.concrete_fields
        if field.name != "user"
    }


def profile_changed(profile: Profile, before: dict[str, Any]) -> str:
    """What the message's button carries; empty when nothing was changed."""
    now = standing_of(profile)
    return note(profile.user, "profile:change", before=before, now=now) if now != before else ""


@undoes("profile:change")
def _change_back(user: User, actor: Actor, told: Told) -> str:
    profile = profile_of(user)
    if standing_of(profile) != told["now"]:
        raise NotUndone(CHANGED)
    for name, value in told["before"].items():
        setattr(profile, name, value)
    profile.save()
    return "Your settings are restored."
