"""What is told by e-mail: an invitation; and that a key, which worked, is refused, once per outage, by one of all
processes and hosts.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from jobs.domain import Role
from jobs.models import ApiKey, Invitation
from jobs.viam.errors import CredentialsUnreadable, Refused, every_kind

log = logging.getLogger(__name__)

REFUSALS = [kind for kind, error in every_kind().items() if issubclass(error, Refused | CredentialsUnreadable)]
SENT_WITHIN = 300.0
"""Seconds in which a mail was sent, or its process has died."""
NOBODY = "django.core.mail.backends.dummy.EmailBackend"


def tell_of_refusal(row: ApiKey) -> None:
    """Called outside any transaction. Who sends holds a lease, and notes it once it is done: a process that dies
    halfway loses no mail, and several that notice at once send one. A mail server that fails is tried again with the
    next refusal.
    """
    lease = f"mail-of-refusal-{row.pk}"
    if not cache.add(lease, "", SENT_WITHIN):
        return
    try:
        refused = ApiKey.objects.filter(pk=row.pk, problem__in=REFUSALS, notified_at=None).first()
        if refused and _told(refused):
            _note(refused)
    finally:
        cache.delete(lease)


def _told(row: ApiKey) -> bool:
    """By mail, or where nobody can be, in the log."""
    to = recipients(row)
    if settings.EMAIL_BACKEND == NOBODY or not to:
        missing = "nobody who manages it has an email address" if to == [] else "EMAIL_URL is not set"
        log.warning(
            "The API key %s is refused (%s); nobody was notified by email: %s.", row.label, row.problem, missing
        )
        return True
    try:
        _message(row, to).send()
    except (OSError, ValueError) as error:
        log.warning("The API key %s is refused, and no email could be sent about it: %s", row.label, error)
        return False
    return True


def _note(row: ApiKey) -> None:
    """Unless the outage ended while the mail was sent: then the next one is another. It may go on for one organization
    while another uses the key.
    """
    by_some = Q(organizations__is_shown=True, organizations__problem__in=REFUSALS)
    goes_on = ApiKey.objects.filter(Q(problem__in=REFUSALS) | by_some, pk=row.pk)
    ApiKey.objects.filter(pk__in=goes_on.values("pk"), notified_at=None).update(notified_at=timezone.now())


def tell_of_invitation(invitation: Invitation, link: str) -> bool:
    """Sends the invitation's link to the address that it is for; False, and a line in the log, where that fails."""
    if settings.EMAIL_BACKEND == NOBODY:
        return False
    text = render_to_string("members/invitation.txt", {"invitation": invitation, "link": link})
    subject = f"{' '.join(invitation.organization.name.split())} on Trainyard: an invitation"
    try:
        EmailMessage(subject, text, to=[invitation.email]).send()
    except (OSError, ValueError) as error:
        log.warning("An invitation could not be sent by email: %s", error)
        return False
    return True


def recipients(row: ApiKey) -> list[str]:
    """Who is told about this key: the site's owners, and who administers an organization that depends on it."""
    dependent = row.organizations.filter(is_shown=True)
    administers = Q(memberships__organization__in=dependent, memberships__role__gte=Role.ADMINISTRATOR)
    people = User.objects.filter(Q(is_superuser=True) | administers, is_active=True).exclude(email="")
    return sorted(set(people.values_list("email", flat=True)))


def outage_is_over(row: ApiKey) -> bool:
    """A key may work for one organization and be refused for another: then it is the same outage all along."""
    return not row.organizations.filter(is_shown=True, problem__in=REFUSALS).exists()


def _message(row: ApiKey, to: list[str]) -> EmailMessage:
    about = {
        "row": row,
        "sentence": every_kind()[row.problem].sentence,
        "address": settings.SITE_URL and settings.SITE_URL + reverse("jobs:key-edit", args=[row.pk]),
    }
    subject = f"Trainyard: Viam refused the API key {' '.join(row.label.split())}"
    return EmailMessage(subject, render_to_string("api_keys/refused.txt", about), to=to)
