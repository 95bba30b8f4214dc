"""Undo for the choice of organizations."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from jobs.api_keys import service
from jobs.audit.undo import CHANGED, NotUndone, Told, note, undoes
from jobs.models import Actor, ApiKey


def shown_of(row: ApiKey) -> list[str]:
    return sorted(row.organizations.filter(is_shown=True).values_list("viam_id", flat=True))


def shown_changed(user: User, row: ApiKey, before: Sequence[str]) -> str:
    now = shown_of(row)
    return note(user, "organizations:show", pk=str(row.pk), before=before, now=now) if now != before else ""


@undoes("organizations:show")
def _show_as_before(user: User, actor: Actor, told: Told) -> str:
    if not user.is_superuser:
        raise PermissionDenied
    row = ApiKey.objects.filter(pk=told["pk"]).first()
    if row is None or shown_of(row) != told["now"]:
        raise NotUndone(CHANGED)
    service.choose(row, told["before"], actor)
    return f"The organizations shown of {row.label} are restored."
