"""Who asks, and the object and the right to it in one call: 404 for outsiders, 403 for onlookers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse

from jobs.domain import Role
from jobs.models import AccessToken, Actor, ApiKey, Dataset, Invitation, Job, Membership, Organization
from jobs.models.mirror import DatasetQuerySet, JobQuerySet

# Not listened on: a socket without an address, for instance a Unix one.
NO_ADDRESS = "0.0.0.0"  # noqa: S104


def person(request: HttpRequest) -> User:
    """Who asks. Raises PermissionDenied for nobody, should a view ever be reached without signing in."""
    if not isinstance(request.user, User) or not request.user.is_active:
        raise PermissionDenied
    return request.user


def actor(request: HttpRequest) -> Actor:
    """Who acts and from where, for the audit log."""
    user = person(request)
    token = token_of(user)
    return Actor(user, client_address(request), via=f"token {token.label}" if token else "browser")


def token_of(user: User) -> AccessToken | None:
    """The token by which a program asks in this person's name; None in a browser."""
    return getattr(user, "token", None)


# What the site asks of a person besides their role: answers with what is missing, empty when nothing is.
Requirement = Callable[[User], str]
_requirements: list[Requirement] = []


def require(requirement: Requirement) -> None:
    """Also of programs that act in a person's name; registered when the site starts."""
    if requirement not in _requirements:
        _requirements.append(requirement)


def missing(user: User) -> str:
    """What this person has to do before anything acts in their name; empty when nothing."""
    return next(filter(None, (requirement(user) for requirement in _requirements)), "")


def client_address(request: HttpRequest) -> str:
    """The client's IP address. Each declared proxy added one to X-Forwarded-For; what stands before is hearsay."""
    told = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        passed_on = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if len(passed_on) >= settings.TRUSTED_PROXIES:
            told = passed_on[-settings.TRUSTED_PROXIES]
    return _plain_address(told)


def _plain_address(told: str) -> str:
    """Without a port and brackets; IPv4 in IPv6's clothes is IPv4."""
    for text in (told, told.rpartition(":")[0].strip("[]")):
        try:
            address = ip_address(text)
        except ValueError:
            continue
        return str(getattr(address, "ipv4_mapped", None) or address)
    return NO_ADDRESS


def invitations_for(user: User) -> QuerySet[Invitation]:
    """Open invitations that this person may accept without a link, to where they have not got that role already."""
    verified = EmailAddress.objects.filter(user=user, verified=True)
    theirs = Q(invitee=user) | Q(email__in=verified.values("email"))
    held = Membership.objects.filter(organization=OuterRef("organization"), user=user, role__gte=OuterRef("role"))
    # Site owners have every right already, and a token is a program's.
    if user.is_superuser or token_of(user):
        return Invitation.objects.none()
    found = Invitation.open_ones().filter(theirs, ~Exists(held), organization__is_shown=True)
    return found.select_related("organization", "invited_by")


@dataclass(frozen=True, slots=True)
class Access:
    """An organization and the role that somebody has there. It travels as a whole: a row alone allows nothing."""

    organization: Organization
    role: Role

    @property
    def context(self) -> dict[str, object]:
        """For templates: each page of an organization asks what its reader may do there."""
        return {"organization": self.organization, "access": self}

    @property
    def seen_as(self) -> Hashable:
        """What pages show of it."""
        return self.organization.slug, self.organization.name, self.role

    def to(self, _: object) -> Access:
        """What may be done with something that stands in a list of it."""
        return self


@dataclass(frozen=True, slots=True)
class AllOrganizations:
    """All organizations that somebody may see, for a list of jobs as if they were one; and the role in each."""

    accesses: tuple[Access, ...]
    # What a list asks of one organization.
    name = "All organizations"
    slug = ""

    def __str__(self) -> str:
        return self.name

    @property
    def organizations(self) -> list[Organization]:
        return [access.organization for access in self.accesses]

    @property
    def jobs(self) -> JobQuerySet:
        found = Job.objects.filter(organization__in=self.organizations)
        found._add_hints(listed=self)  # type: ignore[attr-defined]
        return found

    @property
    def datasets(self) -> DatasetQuerySet:
        return Dataset.objects.filter(organization__in=self.organizations)

    @property
    def counts(self) -> dict[str, int]:
        """Jobs by status word."""
        total: Counter[str] = Counter()
        for organization in self.organizations:
            total.update(organization.counts)
        return dict(total)

    @property
    def fetched_at(self) -> datetime | None:
        """Of the one that was refreshed longest ago; None as long as none was."""
        return min((each.fetched_at for each in self.organizations if each.fetched_at), default=None)

    def get_absolute_url(self) -> str:
        return reverse("jobs:list")


# What a list of jobs is of.
Listed = Organization | AllOrganizations


@dataclass(frozen=True, slots=True)
class AccessToAll:
    """The same for all organizations at once: together they are only looked at."""

    organization: AllOrganizations
    role: Role = Role.VIEWER

    @property
    def context(self) -> dict[str, object]:
        return {"organization": self.organization, "access": self}

    @property
    def seen_as(self) -> Hashable:
        return tuple(access.seen_as for access in self.organization.accesses)

    def to(self, thing: object) -> Access | AccessToAll:
        """What may be done with something that stands in a list of them: as the role in its own allows."""
        pk = getattr(thing, "organization_id", None)
        return next((one for one in self.organization.accesses if one.organization.pk == pk), self)


def each_of(listed: Listed) -> list[Organization]:
    return listed.organizations if isinstance(listed, AllOrganizations) else [listed]


def organizations_of(user: User) -> QuerySet[Organization]:
    """The shown organizations that this person may see, by name."""
    shown = Organization.objects.filter(is_shown=True)
    token = token_of(user)
    if token and token.organization_id:
        shown = shown.filter(pk=token.organization_id)
    return shown if user.is_superuser else shown.filter(memberships__user=user)


def accesses_for(user: User) -> list[Access]:
    """The same, each with the role that this person has there."""
    return [_access(user, organization) for organization in _with_roles(user)]


def access_to_all(user: User) -> AccessToAll:
    """All organizations that this person may see at this moment."""
    accesses = tuple(accesses_for(user))
    # See access_for.
    user.asked_for_all = {access.organization.pk for access in accesses}  # type: ignore[attr-defined]
    return AccessToAll(AllOrganizations(accesses))


def access_for(user: User, slug: str, to: Role = Role.VIEWER) -> Access:
    """The organization and the role there, for somebody who has at least the role `to`.

    Raises Http404 for an organization that doesn't exist, isn't shown or has no such member: they all look alike.
    Raises PermissionDenied for a member whose role is too low.
    """
    # What somebody was let in to is asked once more while a long answer is on its way (`may_go_on`).
    user.asked_for = [*getattr(user, "asked_for", ()), (slug, to)]  # type: ignore[attr-defined]
    if not user.is_active:
        raise PermissionDenied
    organization = _come_to(user, slug) or _with_roles(user).filter(slug=slug).first()
    if organization is None:
        raise Http404("Organization not found.")
    access = _access(user, organization)
    if access.role < to:
        raise PermissionDenied(
            f"You need the {to.label} role in {organization.name}. Your role is {access.role.label}."
        )
    user.granted = access  # type: ignore[attr-defined]  # For a page that says that something broke afterwards.
    return access


def _come_to(user: User, slug: str) -> Organization | None:
    """What was read with the session (dashboard/accounts/backend.py); once. A program's token may be for less."""
    organization: Organization | None = getattr(user, "came_to", None)
    user.came_to = None  # type: ignore[attr-defined]
    return organization if organization and organization.slug == slug and not token_of(user) else None


def may_go_on(user: User, now: User | None) -> bool:
    """Whether `now`, the same person as they are at this moment, would still get what `user` got; None for nobody."""
    if now is None or missing(now) or (user.is_superuser and not now.is_superuser):
        return False
    of_all = getattr(user, "asked_for_all", None)
    if of_all and not of_all.issubset(organizations_of(now).values_list("pk", flat=True)):
        return False
    try:
        for slug, role in getattr(user, "asked_for", ()):
            access_for(now, slug, to=role)
    except (Http404, PermissionDenied):
        return False
    return True


def _with_roles(user: User) -> QuerySet[Organization]:
    """Both in one query: memberships come and go."""
    found = organizations_of(user)
    return found if user.is_superuser else found.annotate(held=F("memberships__role"))


def _access(user: User, organization: Organization) -> Access:
    """With the role that a membership gives, or owning the site; a token gives no more than it is for."""
    role = Role.OWNER if user.is_superuser else Role(getattr(organization, "held", 0))
    token = token_of(user)
    return Access(organization, min(role, token.allowed) if token else role)


def keys_for(user: User) -> QuerySet[ApiKey]:
    """The API keys that this person looks after: all of them for a site owner, for others those of which every
    shown organization is one that they administer. Raises PermissionDenied for those who administer nothing.
    """
    if user.is_superuser and user.is_active:
        return ApiKey.objects.all()
    mine = Membership.objects.filter(user=user, role__gte=Role.ADMINISTRATOR)
    if not user.is_active or not mine.exists():
        raise PermissionDenied("You need the Administrator role in an organization.")
    shown = Organization.objects.filter(credentials=OuterRef("pk"), is_shown=True)
    others = shown.exclude(pk__in=mine.values("organization"))
    return ApiKey.objects.filter(Exists(shown), ~Exists(others))


def _is_owner(user: User | AnonymousUser) -> bool:
    if not (user.is_active and user.is_superuser):
        raise PermissionDenied("Only site owners can do this.")
    return True


# For what concerns the whole site: superusers only, 403 for other people who are signed in.
site_owner_required = user_passes_test(_is_owner)
