"""Figures and times as bars that need neither script nor style. Takes values, asks nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jobs.domain import JobStatus, Life
from jobs.templatetags.formatting import duration, seconds_of, stamp
from jobs.templatetags.job_text import Expected
from jobs.ui.text import percent

register = template.Library()

# The width of a drawing, in its own units.
FULL = 1000


@register.simple_tag
def piled(parts: Iterable[tuple[str, int]], largest: int) -> SafeString:
    """A bar of parts, one beside the other; `largest` is how many a full bar has. Words of ours and numbers alone."""
    drawn, start = [], 0
    for word, count in parts:
        drawn.append(f'<rect data-role="{word}" x="{start}" width="{int(count)}" height="1"/>')
        start += int(count)
    box = f'viewBox="0 0 {max(1, int(largest))} 1" preserveAspectRatio="none"'
    return SafeString(f'<svg class="piled" {box} aria-hidden="true">{"".join(drawn)}</svg>')


@register.simple_tag
def trend(points: Sequence[tuple[datetime, int]]) -> SafeString:
    """Numbers over time as a line above zero, as wide as its place; two at least."""
    if len(points) < 2:
        return SafeString("")
    first, last = points[0][0], points[-1][0]
    pace = FULL / ((last - first).total_seconds() or 1.0)
    top = max(number for _, number in points) or 1
    places = [f"{(at - first).total_seconds() * pace:.0f} {FULL - FULL * number / top:.0f}" for at, number in points]
    box = f'viewBox="0 0 {FULL} {FULL}" preserveAspectRatio="none"'
    line = f'<path d="M{"L".join(places)}" vector-effect="non-scaling-stroke"/>'
    return SafeString(f'<svg class="trend" {box} aria-hidden="true">{line}</svg>')


@register.simple_tag
def sparkline(statuses: Sequence[JobStatus], room: int) -> SafeString:
    """The last jobs as bars, the newest at the right end; what failed is the tallest. It says the same in words."""
    counts = Counter(status.label.lower() for status in statuses)
    jobs = "job" if len(statuses) == 1 else f"{len(statuses)} jobs"
    words = f"Last {jobs}: {', '.join(f'{count} {label}' for label, count in counts.items())}"
    places = enumerate(statuses, room - len(statuses))
    bars = format_html_join("", _BAR, ((at, status.word, *_height(status)) for at, status in places))
    return format_html(
        '<svg class="spark" viewBox="0 0 {} 10" preserveAspectRatio="none" role="img" aria-label="{}">'
        "<title>{}</title>{}</svg>",
        *(room, words, words, bars),
    )


_BAR = '<rect x="{}" data-status="{}" y="{}" width="0.6" height="{}"/>'


def _height(status: JobStatus) -> tuple[int, int]:
    """Where a bar begins, from above, and how tall it is."""
    tall = {JobStatus.FAILED: 10, JobStatus.COMPLETED: 7}.get(status, 4)
    return 10 - tall, tall


@register.filter
def figure(value: float | None, unit: str) -> str:
    """A count, a share in percent, or seconds as a duration; a dash where there is none."""
    if value is None:
        return "–"
    if unit == "seconds":
        return duration(timedelta(seconds=value))
    return share(value) if unit == "share" else f"{value:,}"


@register.filter
def share(value: float | None) -> str:
    """A share in whole percent, but 100 and 0 only where it is all or nothing."""
    return "–" if value is None else percent(value)


@register.simple_tag
def timeline(job: Life, usual: Expected | None = None) -> SafeString:
    """Queued and running in their proportion, as wide as its place. Of a job that runs, as much as jobs like it
    usually run is drawn ahead of it; once it has run longer than that, its usual end is marked.
    """
    queued, running = seconds_of(job.spans(timezone.now()))
    expected = usual.time.total_seconds() if usual and usual.ends_at(job) else 0.0
    pace = FULL / (queued + max(running, expected) or 1.0)
    start = round(queued * pace)
    parts = [_rect("queued", 0, start)]
    if expected > running:
        parts.append(_rect("expected", start, FULL - start))
    parts.append(_rect("running", start, round(running * pace), _growth(job, pace) if expected else ""))
    if 0 < expected < running:
        at = start + round(expected * pace)
        parts.append(f'<path data-part="usual" d="M{at} 0V1" vector-effect="non-scaling-stroke"/>')
    box = f'viewBox="0 0 {FULL} 1" preserveAspectRatio="none"'
    return SafeString(f'<svg class="strip" {box} aria-hidden="true">{"".join(parts)}</svg>')


def _rect(part: str, x: int, width: int, more: str = "") -> str:
    return f'<rect data-part="{part}" x="{x}" width="{width}" height="1"{more}/>'


def _growth(job: Life, pace: float) -> str:
    """What the browser lets it grow by (relative-time.js): since when, and how much in a second."""
    since = job.training_started
    return f' data-grows="{stamp(since)}" data-pace="{pace:.5g}"' if since else ""
