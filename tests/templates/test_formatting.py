"""Values become text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from jobs.domain import JobStatus, ModelType, Spans
from jobs.models import Job
from jobs.templatetags import formatting, job_text

NOON = datetime(2026, 5, 12, 12, 0, 0, tzinfo=UTC)


@dataclass
class Timed:
    """A job as far as its times go."""

    created_on: datetime | None
    training_started: datetime | None
    queued: timedelta | None
    running: timedelta | None
    is_over: bool = False
    usual: timedelta | None = None

    def spans(self, now: datetime) -> Spans:
        return Spans(self.queued, self.running)


WAITING = Timed(NOON, None, timedelta(minutes=3), None)
RUNNING = Timed(NOON, NOON, timedelta(minutes=1), timedelta(minutes=4))
ENDED = Timed(NOON, NOON, timedelta(minutes=1), timedelta(minutes=4), is_over=True)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.9, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (724, "12 min 4 s"),
        (3600, "1 h"),
        (11_430, "3 h 10 min"),
        (86_400, "1 d"),
        (187_200, "2 d 4 h"),
        (-5, "0 s"),
    ],
)
def test_durations_are_told_in_their_two_largest_units(seconds: float, text: str) -> None:
    assert formatting.duration(timedelta(seconds=seconds)) == text


def test_no_duration_is_no_text() -> None:
    assert formatting.duration(None) == ""


def test_moments_name_their_zone(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    assert formatting.moment(NOON) == "12 May 2026, 14:00:00 CEST"


def test_a_time_stands_there_in_the_servers_zone_for_browsers_without_javascript() -> None:
    assert formatting.when(NOON) == ('<time datetime="2026-05-12T12:00:00Z" data-age>12 May 2026, 12:00:00 UTC</time>')


def test_a_clock_time_leaves_the_day_out() -> None:
    assert ">12:00:00 UTC<" in formatting.when(NOON, "clock")


def test_no_time_is_no_element() -> None:
    assert formatting.when(None) == ""


def test_a_status_is_icon_word_and_colour() -> None:
    badge = formatting.badge(JobStatus.IN_PROGRESS)
    assert 'data-status="in_progress"' in badge
    assert "#icon-in_progress" in badge
    assert "Running" in badge


@pytest.mark.parametrize("number", [0, 9, 2**31])
def test_a_status_that_we_do_not_know_is_a_question_mark(number: int) -> None:
    assert "#icon-unknown" in formatting.badge(JobStatus(number))


@pytest.mark.parametrize(
    ("job", "text"),
    [
        (Job(model_type=ModelType.OBJECT_DETECTION), "detection"),
        (Job(model_type=77), "managed"),
        (Job(is_custom=True, script_id="viam:yolo", script_version="1.2"), "viam:yolo@1.2"),
        (Job(is_custom=True, script_id="viam:yolo"), "viam:yolo"),
        (Job(is_custom=True), "custom"),
    ],
)
def test_the_kind_of_training_in_a_few_words(job: Job, text: str) -> None:
    assert job_text.kind(job) == text


def test_a_script_s_name_is_cut_before_its_end() -> None:
    assert (
        job_text.elided("viam:<yolo>-training@0.1.0") == '<span class="start">viam:&lt;yolo&gt;-trai</span>ning@0.1.0'
    )
    assert job_text.elided("multi-label classification") == "multi-label classification"
    assert job_text.elided("viam:yolo@1.2") == "viam:yolo@1.2"


def test_what_was_found_is_marked_in_any_case_and_escaped() -> None:
    """Longer words first; what is cut in the middle is marked on both sides of the cut."""
    assert formatting.marked("Bolt-<b>OLT</b>", "olt") == "B<mark>olt</mark>-&lt;b&gt;<mark>OLT</mark>&lt;/b&gt;"
    assert formatting.marked("a<b", "<") == "a<mark>&lt;</mark>b"
    assert formatting.marked("bolts bolt", "bolt bolts") == "<mark>bolts</mark> <mark>bolt</mark>"
    assert formatting.marked("İ a A", "a") == "İ <mark>a</mark> A"
    assert formatting.marked("abcd", "abc bcd") == "<mark>abcd</mark>"
    assert formatting.marked("a.c abc", "a.c") == "<mark>a.c</mark> abc"
    assert formatting.marked("two words, two", ("two words",)) == "<mark>two words</mark>, two"
    assert formatting.marked("<b>", "") == "<b>"  # Templates escape it.
    cut = job_text.elided("viam:yolo-training@0.1.0", "RAINING@")
    assert cut == '<span class="start">viam:yolo-t<mark>rai</mark></span><mark>ning@</mark>0.1.0'


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("out of memory", "out of memory"),
        ("  two\n lines ", "two lines"),
        ("Traceback (most recent call last):\n  File\nValueError: no", "ValueError: no"),
        ("x" * 5000, "x" * 300 + "…"),
    ],
)
def test_a_reason_is_one_short_line(message: str, text: str) -> None:
    assert formatting.reason(message) == text


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("plain", "plain"),
        ("\x1b[1m26/52\x1b[0m done\n", "26/52 done"),
        ("10%\r50%\r100%", "100%"),
        ("one\r\ntwo\r\n", "one\ntwo"),
        ("a\x07b", "a⌈7⌉b"),
        ("exe.\u202etxt", "exe.⌈202E⌉txt"),
        ("", ""),
    ],
)
def test_a_log_line_reads_as_a_terminal_would_leave_it(message: str, text: str) -> None:
    assert formatting.legible(message) == text


def test_a_log_line_that_is_too_long_for_a_page_is_cut_and_says_so() -> None:
    text = formatting.legible("x" * 1_000_000)
    assert len(text) < 5000
    assert "1,000,000 characters" in text


def test_what_goes_on_is_counted_on_by_the_browser() -> None:
    assert formatting.ticking(RUNNING, "running") == '<span data-since="2026-05-12T12:00:00Z">4 min</span>'
    assert formatting.ticking(WAITING, "queued").startswith("<span data-since=")


@pytest.mark.parametrize(("job", "part"), [(RUNNING, "queued"), (ENDED, "running"), (WAITING, "running")])
def test_what_is_over_or_has_not_begun_stands_still(job: Timed, part: str) -> None:
    assert "data-since" not in formatting.ticking(job, part)


def test_a_row_tells_both_times_and_shows_the_one_that_counts() -> None:
    timing = formatting.timing(ENDED)
    assert 'title="queued 1 min, ran 4 min"' in timing
    assert timing.endswith("4 min</span>")


def test_a_job_without_times_has_no_bar() -> None:
    assert formatting.timing(Timed(None, None, None, None)) == ""


def test_behind_the_bar_of_a_job_that_runs_lies_what_is_usual() -> None:
    halfway = Timed(NOON, NOON, timedelta(minutes=1), timedelta(minutes=4), usual=timedelta(minutes=38))
    expected, light, solid = widths(formatting.timing(halfway))
    assert 0 < light + solid < expected <= 1000


def widths(drawn: str) -> list[int]:
    return [int(part.split('"')[1]) for part in drawn.split("width=")[1:]]


@pytest.mark.parametrize("days", [0, 1, 400])
def test_a_bar_never_leaves_its_place(days: int) -> None:
    long = Timed(NOON, NOON, timedelta(days=days), timedelta(days=days))
    assert sum(widths(formatting.timing(long))) <= 1000
