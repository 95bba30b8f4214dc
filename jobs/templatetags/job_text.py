"""A job in words: what it is doing, how long, and whether that is longer than usual. Takes values, asks nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode

from django import template
from django.template.defaultfilters import truncatechars
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs.domain import AUDIT_ACTIONS, JobStatus, Life, ModelType, Spans
from jobs.error_fingerprint import NO_MESSAGE
from jobs.templatetags.formatting import drawn_hits, duration, icon, legible, marked, reason, ticking
from jobs.ui.text import hits_in, words_of

register = template.Library()

TASKS = {
    ModelType.OBJECT_DETECTION: "detection",
    ModelType.SINGLE_LABEL_CLASSIFICATION: "classification",
    ModelType.MULTI_LABEL_CLASSIFICATION: "multi-label classification",
}
# Letters at the end of a script's name and version that stay; .start in static/css/list.css leaves them room.
TAIL = 10
DOING = {
    JobStatus.PENDING: "Queued to train",
    JobStatus.IN_PROGRESS: "Training",
    JobStatus.COMPLETED: "Trained",
    JobStatus.FAILED: "Failed to train",
    JobStatus.CANCELING: "Being canceled while training",
    JobStatus.CANCELED: "Canceled while training",
}
# For those that Viam forgot on their way.
WAS_DOING = {
    JobStatus.PENDING: "Was queued to train",
    JobStatus.IN_PROGRESS: "Was training",
    JobStatus.CANCELING: "Was being canceled while training",
}
# What gRPC calls its codes, by number: what people search the web for.
CODES = (
    *("OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS"),
    *("PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED"),
    *("INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"),
)


class Trained(Protocol):
    """What was trained somehow; a job is one."""

    is_custom: bool
    model_type: int
    script_id: str
    script_version: str


class Expected(Protocol):
    """What tells when something takes longer than usual; `duration_baseline.Usual` is one."""

    @property
    def time(self) -> timedelta: ...
    def overrun_at(self, job: Life) -> datetime | None: ...
    def ends_at(self, job: Life) -> datetime | None: ...


class Written(Protocol):
    """An entry of the activity log."""

    action: str
    outcome: str


class Awaited(Protocol):
    """What may run, and how long it usually does; a row of the list is one."""

    @property
    def usual(self) -> timedelta | None: ...
    def overrun_after(self, usual: timedelta) -> datetime | None: ...


class Ended(Protocol):
    """What has a name and an end; a job is one."""

    @property
    def state(self) -> JobStatus: ...
    @property
    def model_name(self) -> str: ...
    @property
    def model_version(self) -> str: ...
    @property
    def error_message(self) -> str: ...
    def spans(self, now: datetime) -> Spans: ...


@register.filter
def action_words(entry: Written) -> str:
    """What somebody did, or meant to: "deleted", "wanted to delete". What has no words stands as it is written."""
    known = AUDIT_ACTIONS.get(entry.action)
    if known is None:
        return entry.action
    return known.done if entry.outcome == "done" else f"tried to {known.wanted}"


@register.filter
def code_name(code: int) -> str:
    """A failure's code as gRPC calls it; a number that it doesn't know stays a number: "code 137"."""
    return CODES[code] if 0 <= code < len(CODES) else f"code {code}"


@register.filter
def doing(job: Life) -> str:
    """The beginning of the sentence that says what a job is."""
    if job.is_over and not job.state.is_final:
        words = WAS_DOING.get(job.state, "Was to train")
    else:
        words = DOING.get(job.state, "A job to train")
    return words if job.training_started else words.replace("while training", "before training")


@register.filter
def kind(job: Trained) -> str:
    """How a job trains, in a few words: "detection" if Viam's own training does it, or its script@version."""
    if job.is_custom:
        return f"{job.script_id}@{job.script_version}".strip("@") or "custom"
    return TASKS.get(ModelType(job.model_type), "managed")


@register.filter
def elided(name: str, query: str = "") -> str:
    """A script's name and version: without room it is cut before its last letters, in which such names differ."""
    if "@" not in name or len(name) <= 2 * TAIL:
        return marked(name, query)
    start: list[tuple[str, bool]] = []
    end: list[tuple[str, bool]] = []
    room = len(name) - TAIL
    for piece, is_hit in hits_in(name, words_of(query)):
        start.append((piece[:room], is_hit))
        end.append((piece[room:], is_hit))
        room = max(0, room - len(piece))
    return format_html('<span class="start">{}</span>{}', drawn_hits(start), drawn_hits(end))


@register.filter
def narrowing(job: Trained) -> str:
    """The query of a list that shows the jobs which train in the same way."""
    if job.is_custom:
        return urlencode({"kind": "custom", "script": job.script_id})
    known = ModelType(job.model_type)
    return urlencode({"kind": "managed", "type": known.word} if known in TASKS else {"kind": "managed"})


@register.simple_tag
def lasting(job: Life, usual: Expected | None) -> SafeString:
    """The end of that sentence, as far as it is known: ", queued 4 min, running 12 min, usually 38 min"."""
    spans = job.spans(timezone.now())
    told = ""
    if spans.queued is not None:
        told += f", queued <span>{ticking(job, 'queued', spans)}</span>"
    if spans.running is not None:
        told += f", {'ran' if job.is_over else 'running'} <span>{ticking(job, 'running', spans)}</span>"
        told += f", usually <span>{roughly(usual.time)}</span>" if usual else ""
    elif usual and not job.is_over:
        told += f"; jobs like it usually run <span>{roughly(usual.time)}</span>"
    return SafeString(told)


@register.filter
def roughly(value: timedelta) -> str:
    """A duration without its smaller unit, rounded: "38 min", "2 h"; below two minutes as it is."""
    seconds = value.total_seconds()
    for unit in (86_400, 3600, 60):
        if seconds >= 2 * unit:
            return duration(timedelta(seconds=unit * round(seconds / unit)))
    return duration(value)


@register.simple_tag
def overrun(job: Life, usual: Expected) -> str:
    """The mark of a job that runs longer than usual; the browser shows it when that time has come."""
    at = usual.overrun_at(job)
    return SafeString(f" {_shown_from(at, 'longer than usual')}") if at else ""


def _shown_from(at: datetime, words: str) -> str:
    """A mark that the browser shows once the time has come; words of ours alone."""
    hidden = " hidden" if timezone.now() < at else ""
    return f'<span class="overrun" data-after="{at.isoformat()}"{hidden}>{icon("warning")}{words}</span>'


@register.simple_tag
def usual_end(job: Life, usual: Expected | None) -> datetime | None:
    """When a job that runs will be over, if it runs as long as others like it; None once that time has passed."""
    at = usual.ends_at(job) if usual else None
    return at if at and timezone.now() < at else None


@register.simple_tag
def expectation(row: Awaited) -> str:
    """How long a job of a list usually runs; once it has run longer, the browser shows that instead."""
    usual = row.usual
    at = row.overrun_after(usual) if usual else None
    if usual is None or at is None:
        return ""
    words = f"usually {roughly(usual)}"
    return SafeString(f'{_shown_from(at, words)}<span class="usual">{words}</span>')


def ending(job: Ended) -> str:
    """What became of a job, as a headline: "bolt-detector v3 completed", "Failed: bolt-detector v3"."""
    name = _in_a_line(job.model_name or "(no name)", 80)
    titled = f"{name} {_in_a_line(job.model_version, 40)}".strip()
    if job.state == JobStatus.FAILED:
        return f"Failed: {titled}"
    return f"{titled} {job.state.label.lower() if job.state.is_final else 'is no longer in Viam'}"


def ending_details(job: Ended, dataset: str) -> str:
    """What stands below the headline: why it failed, or how long it ran and on what: "ran 38 min · on bolts-may"."""
    if job.state == JobStatus.FAILED:
        return _in_a_line(reason(job.error_message), 200) or NO_MESSAGE
    running = job.spans(timezone.now()).running
    ran = "never started" if running is None else f"ran {roughly(running)}"
    return f"{ran} · on {_in_a_line(dataset, 80)}" if dataset else ran


def _in_a_line(text: str, most: int) -> str:
    """Where nothing but plain text is drawn: signs that can't be seen, or that turn text around, are made visible."""
    return legible(" ".join(truncatechars(text, most).split()))
