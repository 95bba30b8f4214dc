"""Connecting an API key: tested against the cloud before it is kept, and never shown again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify

from jobs import viam
from jobs.domain import CloudOrganization, Credentials, Role, key_name
from jobs.models import Actor, ApiKey, AuditEntry, Membership, Organization
from jobs.sync import worker
from jobs.viam.endpoints import Endpoint
from jobs.viam.errors import CloudError, NoKey

# Organizations that are asked for the name of a key.
MAX_ASKED = 3


def test_key(endpoint: Endpoint, credentials: Credentials) -> list[CloudOrganization]:
    """The organizations that the key can see. Raises CloudError when the key or the cloud doesn't work."""
    return viam.connect(endpoint, credentials).list_organizations()


@dataclass(frozen=True, slots=True)
class Connected:
    """What a key opens: the organizations that use it from now on, and those that stay with another key.

    `limited` are the names of those in which it may not train.
    """

    kept: list[Organization]
    others: list[Organization]
    limited: Sequence[str] = ()


def limited_in(cloud: viam.Cloud, found: Sequence[CloudOrganization]) -> list[str]:
    """The names of organizations in which the key may not train; none when the cloud doesn't tell."""
    try:
        allowed = cloud.may_train([one.id for one in found])
    except CloudError:
        return []
    return [one.name or one.id for one in found if one.id not in allowed]


def _name_in_viam(cloud: viam.Cloud, found: Sequence[CloudOrganization]) -> str:
    """A key belongs to one organization, most often the only one that it sees. Not every key may ask."""
    for organization in found[:MAX_ASKED]:
        with suppress(CloudError):
            if name := cloud.key_name(organization.id):
                return name
    return ""


def save_key(
    *,
    row: ApiKey,
    endpoint: Endpoint,
    key: str,
    actor: Actor,
) -> Connected:
    """Tests the key, then keeps the row and its organizations; new ones are not shown until they are chosen.

    An organization that is seen with several keys uses the newest. Who doesn't own the site takes none from another
    key but those that they administer.

    An empty `key` means the one that is stored; without a label the key is called by the organizations that it opens.
    Raises CloudError, and nothing is changed then.
    """
    subject = f"{row.label or 'Key'} ({row.key_id}, {endpoint.text})"
    replaced = _in_use(row.pk)
    with AuditEntry.begun(actor, _action(row, key), subject=subject) as entry:
        credentials = Credentials(row.key_id, key) if key else row.credentials()
        found = test_key(endpoint, credentials)
        cloud = viam.connect(endpoint, credentials)
        limited = limited_in(cloud, found)
        row.viam_name = _name_in_viam(cloud, found)
        with entry.doing():
            connected = _save(row, endpoint, credentials, found, actor)
    if replaced and replaced != _in_use(row.pk):
        viam.forget(*replaced)
    return replace(connected, limited=limited)


def _action(row: ApiKey, key: str) -> str:
    if not row.sealed_key:
        return "credentials:add"
    return "credentials:replace" if key else "credentials:change"


def _save(
    row: ApiKey, endpoint: Endpoint, credentials: Credentials, found: Sequence[CloudOrganization], actor: Actor
) -> Connected:
    row.endpoint = endpoint.text
    row.label = row.label or key_name(row.key_id, endpoint.text, [one.name or one.id for one in found])
    row.seal(credentials.key)
    row.added_by = row.added_by or actor.user
    row.works_now()
    row.notified_at = None
    row.save()
    connected = _connect(row, found, actor)
    row.organizations.filter(is_shown=True).update(due_at=None)
    return connected


def choose(row: ApiKey, shown: Collection[str], actor: Actor) -> None:
    """Shows exactly these organizations of the key (ids of the cloud), and loads them soon."""
    changed = [some for some in row.organizations.all() if some.is_shown != (some.viam_id in shown)]
    for organization in changed:
        action = "organization:hide" if organization.is_shown else "organization:show"
        with AuditEntry.around(actor, action, organization, subject=organization.name):
            organization.is_shown = not organization.is_shown
            organization.save(update_fields=["is_shown"])
    for organization in row.organizations.filter(is_shown=True):
        worker.ask_soon(organization)


def remove_key(row: ApiKey, actor: Actor) -> None:
    """Forgets the key. The organizations and their jobs stay as they were seen last."""
    in_use = _in_use(row.pk)
    with AuditEntry.around(actor, "credentials:remove", subject=row.identity):
        row.organizations.update(
            problem=NoKey.kind, problem_words="", problem_since=timezone.now(), version=F("version") + 1
        )
        row.delete()
    if in_use:
        viam.forget(*in_use)


def _in_use(pk: UUID) -> viam.KeyAtEndpoint | None:
    """The key as it is stored and with which cloud; None for what isn't stored or can't be read, so isn't in use."""
    row = ApiKey.objects.filter(pk=pk).first()
    with suppress(CloudError):
        return (row.allowed_endpoint(), row.credentials()) if row else None
    return None


def _connect(row: ApiKey, found: Sequence[CloudOrganization], actor: Actor) -> Connected:
    for told in found:
        new = {"slug": partial(_free_slug, told.name), "is_shown": False, "credentials": row}
        Organization.objects.get_or_create(endpoint=row.endpoint, viam_id=told.id, defaults=new)
    known = Organization.objects.filter(endpoint=row.endpoint, viam_id__in=[told.id for told in found])
    # Nobody else gives them a key meanwhile.
    held = {one.viam_id: one for one in known.select_for_update(no_key=True).order_by("pk")}
    others = [one for one in held.values() if not _may_take(actor, one, row)]
    kept = [_keep(row, told, held[told.id], actor) for told in found if held[told.id] not in others]
    return Connected(kept, others)


def _may_take(actor: Actor, organization: Organization, row: ApiKey) -> bool:
    """From another key. Nobody asks a person at the command line, which is the operator's."""
    if organization.credentials_id in (None, row.pk) or actor.user is None:
        return True
    administers = Membership.objects.filter(
        organization=organization, user=actor.user, user__is_active=True, role__gte=Role.ADMINISTRATOR
    )
    return administers.exists() or User.objects.filter(pk=actor.user.pk, is_active=True, is_superuser=True).exists()


def _keep(row: ApiKey, told: CloudOrganization, organization: Organization, actor: Actor) -> Organization:
    """Its name brought up to date; that its key is another one from now on stands in its activity."""
    is_another = organization.credentials_id != row.pk
    organization.credentials = row
    organization.name, organization.namespace, organization.region = told.name or told.id, told.namespace, told.region
    organization.save(update_fields=["credentials", "name", "namespace", "region"])
    if is_another:
        AuditEntry.record(actor, "organization:key", organization, subject=organization.name)
    return organization


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:60] or "organization"
    slug, number = wanted, 1
    while Organization.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    return slug
