"""The first steps, from no key to the first job: where somebody stands, derived from what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from django.contrib.auth.models import User
from django.db.models import Q

from jobs.api_keys.key_states import KeyState, key_states
from jobs.domain import in_brief
from jobs.models import ApiKey, Invitation, OnboardingDismissal, Organization
from jobs.organizations.freshness import freshness
from jobs.permissions import Access
from jobs.sync import worker


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do; `told` says what was done, and is empty while it is open.

    `trouble` is a sentence that says why it can't be done just now, `words` are the cloud's own.
    """

    word: str
    title: str
    told: str = ""
    trouble: str = ""
    words: str = ""
    is_loading: bool = False
    # Where it is done: with this key, in this organization.
    key: KeyState | None = field(default=None, compare=False)
    place: Organization | None = field(default=None, compare=False)

    @property
    def is_done(self) -> bool:
        return bool(self.told)


@dataclass(frozen=True, slots=True)
class Guide:
    """The steps of somebody, as far as they may take them, in order; a site owner's stand on the first page as well."""

    steps: tuple[Step, ...]
    is_on_first_page: bool = True
    # Where keys are made.
    viam: str = "https://app.viam.com"

    @property
    def current(self) -> Step | None:
        """The first one that is open."""
        return next((step for step in self.steps if not step.is_done), None)

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def is_over(self) -> bool:
        return self.current is None

    @property
    def can_be_dismissed(self) -> bool:
        """Once there is a job: what is left then can wait for ever."""
        has_job = any(step.word == "start" and step.is_done for step in self.steps)
        return self.is_on_first_page and has_job and not self.is_over

    @property
    def is_mostly_done(self) -> bool:
        """Three of five are, and nothing is in the way of the next: the first page shows that one alone, in a line."""
        step = self.current
        return step is not None and not step.trouble and not step.is_loading and 5 * self.done >= 3 * len(self.steps)

    @property
    def tag(self) -> str:
        """What a poll compares."""
        shown = [(step.word, step.told, step.trouble, step.words, step.is_loading) for step in self.steps]
        return f"{crc32(repr(shown).encode()):08x}-{int(self.is_on_first_page)}"


def first_steps(user: User, accesses: Sequence[Access]) -> Guide:
    """All steps of a site owner, and of others those that their roles allow."""
    steps = _of_owner(user, accesses) if user.is_superuser else _of_member(user, accesses)
    return Guide(tuple(steps), is_on_first_page=user.is_superuser and not _is_dismissed(user))


def open_steps(user: User, accesses: Sequence[Access]) -> Guide | None:
    """What the first page shows: a site owner's steps, until they are over or were put away."""
    if not user.is_superuser or _is_dismissed(user):
        return None
    guide = Guide(tuple(_of_owner(user, accesses)))
    return None if guide.is_over else guide


def dismiss(user: User) -> None:
    OnboardingDismissal.objects.get_or_create(user=user)


def _is_dismissed(user: User) -> bool:
    return OnboardingDismissal.objects.filter(user=user).exists()


def _of_owner(user: User, shown: Sequence[Access]) -> Iterator[Step]:
    keys = key_states(ApiKey.objects.prefetch_related("organizations"))
    yield Step("make", "Create an API key in Viam's app", told="API key created in Viam's app" if keys else "")
    yield _connect(keys)
    yield _choose(keys, shown)
    yield from _of_member(user, shown)


def _of_member(user: User, accesses: Sequence[Access]) -> Iterator[Step]:
    if operated := [each for each in accesses if each.role.may_operate]:
        yield _start(operated)
    elif user.is_superuser:
        yield Step("start", START)
    if administered := [each.organization for each in accesses if each.role.may_administer]:
        yield _invite(user, administered)
    elif user.is_superuser:
        yield Step("invite", INVITE)


def _connect(keys: Sequence[KeyState]) -> Step:
    """Done with the first key that works; one that doesn't is in the way only while it is the only one."""
    title = "Connect the API key"
    if working := [key.row.label for key in keys if not key.trouble]:
        return Step("connect", title, told=f"Connected: {in_brief(working)}")
    if not keys:
        return Step("connect", title)
    return Step("connect", title, trouble=keys[0].trouble, words=keys[0].row.problem_words, key=keys[0])


def _choose(keys: Sequence[KeyState], shown: Sequence[Access]) -> Step:
    title = "Choose which organizations to show"
    if shown:
        return Step("choose", title, told=f"Shown: {in_brief([each.organization.name for each in shown])}")
    seeing = next((key for key in keys if key.row.organizations.all()), None)
    blind = "" if seeing or not keys else "This key has no access to any organization."
    return Step("choose", title, trouble=blind, key=seeing or next(iter(keys), None))


START = "Start the first job"


def _start(operated: Sequence[Access]) -> Step:
    """Done with the first job that the mirror has, wherever it was started."""
    if total := sum(sum(each.organization.counts.values()) for each in operated):
        return Step("start", START, told=f"Jobs so far: {total:,}")
    access = next((each for each in operated if each.organization.fetched_at), operated[0])
    place = access.organization
    worker.mark_viewed(place)
    fresh = freshness(place, access.role)
    trouble, words = ("", "") if fresh.as_of else (fresh.sentence, fresh.words)
    return Step("start", START, trouble=trouble, words=words, is_loading=fresh.is_first_load, place=place)


INVITE = "Invite your team"


def _invite(user: User, administered: Sequence[Organization]) -> Step:
    """Done when somebody else is here, or was asked."""
    here = Q(memberships__organization__in=administered) | Q(is_superuser=True)
    others = User.objects.filter(here, is_active=True).exclude(pk=user.pk).order_by("username").distinct()
    if names := list(others.values_list("username", flat=True)):
        return Step("invite", INVITE, told=f"Also here: {in_brief(names)}")
    asked = Invitation.open_ones().filter(organization__in=administered).count()
    return Step("invite", INVITE, told=f"Pending invitations: {asked}" if asked else "", place=administered[0])
