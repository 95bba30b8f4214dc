"""Values -> text and small pieces of HTML. Takes values, asks nobody: neither the database nor the cloud.

What is made a SafeString here holds numbers, times and words of ours alone; whatever came from outside goes through
`format_html` or the templates, which escape it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, ItemsView, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, Protocol

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jobs.domain import JobStatus, Spans, in_readers_zone, looks_secret, without_secrets
from jobs.error_fingerprint import says_what
from jobs.log_parser import TRACEBACK_START, visible
from jobs.ui.text import Pattern, hits_in, words_of

register = template.Library()

MAX_REASON = 300
MAX_MESSAGE = 4000
MAX_EARLIER = 50
MAX_DRAWN = 500
# A bar's length grows with the logarithm of the time (seconds): half of it is 26 minutes, all of it a day.
BAR_UNIT, BAR_FULL = 30.0, 86_400.0


class Shown(Protocol):
    """A line of a log: its message, and what people see of it."""

    @property
    def message(self) -> str: ...
    @property
    def shown(self) -> str: ...


class Timed(Protocol):
    """What has a time in the queue and a time of running; a job is one."""

    @property
    def is_over(self) -> bool: ...
    @property
    def created_on(self) -> datetime | None: ...
    @property
    def training_started(self) -> datetime | None: ...
    def spans(self, now: datetime) -> Spans: ...


class Expected(Timed, Protocol):
    """What runs, and for which it is known how long it usually does; a row of the list is one."""

    @property
    def usual(self) -> timedelta | None: ...


class Argued(Protocol):
    """What a script is given; a job has it."""

    arguments: Mapping[str, str]


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """A drawing of templates/_icons.html. It repeats what the words beside it say, so it is silent."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#icon-{}"/></svg>', name)


@register.simple_tag
@lru_cache(maxsize=256)
def badge(status: JobStatus) -> SafeString:
    """A status as icon, word and colour."""
    word = status.word
    drawing = icon(word if status.is_known and status else "unknown")
    return format_html('<span class="badge" data-status="{}">{}{}</span>', word, drawing, status.label)


@register.filter
def duration(value: timedelta | None) -> str:
    """The two largest units, cut and not rounded: "12 min 4 s", "3 h 10 min", "2 d 4 h"."""
    if value is None:
        return ""
    seconds = max(0, int(value.total_seconds()))
    for unit, size, smaller, of in (("d", 86_400, "h", 3600), ("h", 3600, "min", 60), ("min", 60, "s", 1)):
        if seconds >= size:
            rest = seconds % size // of
            return f"{seconds // size} {unit} {rest} {smaller}" if rest else f"{seconds // size} {unit}"
    return f"{seconds} s"


@register.filter
def moment(value: datetime | None) -> str:
    """A time in the reader's zone, which it names: "12 May 2026, 10:22:01 UTC"."""
    if value is None:
        return ""
    local = in_readers_zone(value)
    return f"{local.day} {local:%b %Y, %H:%M:%S} {local.tzname()}"


@register.simple_tag
def zone() -> str:
    """In which times are told and days begin, for whoever reads the page."""
    return timezone.get_current_timezone_name()


@register.simple_tag
def when(value: datetime | None, drawn: str = "age") -> str:
    """A <time> that the browser draws anew: as `age`, as `moment`, or as `clock` time."""
    if value is None:
        return ""
    text = moment(value)
    if drawn == "clock":
        text = text.rpartition(", ")[2]
    return SafeString(f'<time datetime="{stamp(value)}" data-{drawn}>{text}</time>')


def stamp(value: datetime) -> str:
    """For the browser, as short as can be: to the second, which is how pages tell times."""
    return value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


@register.simple_tag
def timing(job: Expected) -> str:
    """A row's time: the bar, and how long the job runs or ran, or how long it waits or waited when it never ran."""
    spans = job.spans(timezone.now())
    if spans.queued is None and spans.running is None:
        return ""
    told = {"queued": spans.queued, "ran" if job.is_over else "running": spans.running}
    title = ", ".join(f"{verb} {duration(value)}" for verb, value in told.items() if value is not None)
    counted = ticking(job, "queued" if spans.running is None else "running", spans)
    return SafeString(f'<span class="timing" title="{title}">{_short_bar(spans, job.usual)}{counted}</span>')


@register.simple_tag
def ticking(job: Timed, part: str, spans: Spans | None = None) -> str:
    """The time that a job is `queued` or `running`; while that goes on, the browser counts on."""
    value: timedelta | None = getattr(spans or job.spans(timezone.now()), part)
    since = job.training_started if part == "running" else job.created_on
    goes_on = not job.is_over and (part == "running" or job.training_started is None)
    if value is None or since is None or not goes_on:
        return duration(value)
    return SafeString(f'<span data-since="{stamp(since)}">{duration(value)}</span>')


def _short_bar(spans: Spans, usual: timedelta | None) -> SafeString:
    """The longer the time, the longer the bar; behind that of a job that runs lies how long it will usually be."""
    queued, running = seconds_of(spans)
    expected = _length(queued + usual.total_seconds()) if usual else 0.0
    return _bar(queued, running, length=_length(queued + running), expected=expected)


def _length(seconds: float) -> float:
    """From 0 to 1, on a logarithmic scale that is the same for every job on every page."""
    return min(1.0, math.log1p(seconds / BAR_UNIT) / math.log1p(BAR_FULL / BAR_UNIT))


def _bar(queued: float, running: float, *, length: float, expected: float = 0.0) -> SafeString:
    light = round(1000 * length * queued / (queued + running or 1.0))
    solid = round(1000 * length) - light if running else 0
    behind = f'<rect width="{round(1000 * expected)}" height="1"/>' if expected else ""
    return SafeString(
        '<svg class="track" viewBox="0 0 1000 1" preserveAspectRatio="none" aria-hidden="true">'
        f'{behind}<rect width="{light}" height="1"/><rect x="{light}" width="{solid}" height="1"/></svg>'
    )


def seconds_of(spans: Spans) -> tuple[float, float]:
    """Queued and running; nothing where it can't be said."""
    queued, running = ((part or timedelta()).total_seconds() for part in (spans.queued, spans.running))
    return queued, running


@register.filter
def arguments(job: Argued) -> ItemsView[str, str]:
    """Names and values, but none that looks like a secret."""
    return without_secrets(job.arguments).items()


@register.filter
def shown(values: Collection[Any]) -> list[Any]:
    """So many as a page draws: what comes from the cloud may be any number."""
    return list(islice(values, MAX_DRAWN))


@register.filter
def beyond_shown(values: Collection[Any]) -> str:
    """How many are left out by `shown`, in digits; empty when it is none."""
    return f"{len(values) - MAX_DRAWN:,}" if len(values) > MAX_DRAWN else ""


@register.filter
def hides_secrets(values: Mapping[str, str]) -> dict[str, str]:
    """The same of what was asked for."""
    return without_secrets(values)


@register.filter
def has_lines(text: str) -> bool:
    """Whether a field of one line would lose some of it."""
    return "\n" in text or "\r" in text


@register.filter
def is_secret(name: str) -> bool:
    return looks_secret(name)


@register.filter
def reason(message: str) -> str:
    """An error as one line of a row: a traceback's last line, the words that say what happened, and no line breaks."""
    told = says_what(message) if TRACEBACK_START in message else message.strip()
    line = " ".join(told[: 2 * MAX_REASON].split())
    return line if len(line) <= MAX_REASON else f"{line[:MAX_REASON]}…"


@register.filter
def legible(message: str) -> str:
    """A log's message as a terminal would leave it (`visible`). One that is too long for a page is cut; downloads hold
    all of it.
    """
    text = visible(message)
    if len(text) <= MAX_MESSAGE:
        return text
    return f"{text[:MAX_MESSAGE]}… ({len(text) - MAX_MESSAGE:,} of {len(text):,} characters are cut)"


@register.filter
def marked(text: str, sought: str | Collection[str] | Pattern) -> str:
    """The text with a mark on what a search found in it: each of its words, what is sought as it is, or a pattern."""
    if isinstance(sought, Pattern):
        return drawn_hits(sought.pieces(text))
    return drawn_hits(hits_in(text, words_of(sought) if isinstance(sought, str) else sought)) if sought else text


def drawn_hits(pieces: Iterable[tuple[str, bool]]) -> SafeString:
    return format_html_join("", "{}{}{}", ((_MARK[is_hit], piece, _END[is_hit]) for piece, is_hit in pieces))


_MARK, _END = ("", SafeString("<mark>")), ("", SafeString("</mark>"))


@register.filter
def is_cut(line: Shown) -> bool:
    """Whether a page leaves something out of its message."""
    if len(line.message) <= MAX_MESSAGE:
        return False
    return len(visible(line.shown)) > MAX_MESSAGE or line.message.count("\r") > MAX_EARLIER


@register.filter
def earlier(message: str) -> list[str]:
    """What stood in the place of a line that was written over again and again, the oldest first; the last ones only."""
    if "\r" not in message.rstrip("\r\n"):
        return []
    stood = [text for line in message.split("\n") for text in line.rstrip("\r").split("\r")[:-1]]
    return [text for text in map(visible, stood[-MAX_EARLIER:]) if text.strip()]
