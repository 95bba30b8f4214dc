"""Reading a log out of the database."""

import json
from datetime import UTC, datetime
from time import process_time

import pytest
from django.utils import timezone

from jobs.domain import JobStatus
from jobs.log_parser import Severity
from jobs.logs import passages
from jobs.logs.passages import MAX_SIFTED, LogFilters, last_traceback
from jobs.logs.service import download, error_beside, new_lines, read_log
from jobs.models import Job, JobLog, LogLine, Organization
from jobs.ui import text as text_of_forms

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def job() -> Job:
    harbor = Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots")
    return Job.objects.create(
        organization=harbor, viam_id="job-1", status=JobStatus.IN_PROGRESS, sorted_on=NOW, seen_at=NOW
    )


def write(job: Job, count: int, **fields: object) -> None:
    values = {"level": "INFO", "delivered": Severity.INFO, "severity": Severity.INFO, **fields}
    first = job.log_lines.count() + 1
    rows = [
        LogLine(job=job, number=number, message=f"line {number}", **values) for number in range(first, first + count)
    ]
    LogLine.objects.bulk_create(rows)
    JobLog.objects.update_or_create(job=job, defaults={"line_count": first + count - 1})


def window(job: Job, **address: str) -> tuple[int, int, bool, bool, int]:
    found = read_log(job.organization, job.viam_id, LogFilters.from_address(address))
    numbers = [line.number for line in found.lines]
    assert numbers == sorted(numbers)
    return numbers[0] if numbers else 0, numbers[-1] if numbers else 0, found.has_earlier, found.has_later, found.total


@pytest.mark.parametrize("count", [0, 1, 199, 200])
def test_a_short_log_is_one_window(job: Job, count: int) -> None:
    write(job, count)
    assert window(job) == (1 if count else 0, count, False, False, count)


@pytest.mark.parametrize("count", [201, 202, 1000])
def test_a_long_log_opens_at_its_end(job: Job, count: int) -> None:
    write(job, count)
    assert window(job) == (count - 199, count, True, False, count)


def test_earlier_lines_stand_before(job: Job) -> None:
    write(job, 1000)
    assert window(job, before="801") == (601, 800, True, True, 1000)
    assert window(job, before="150") == (1, 149, False, True, 1000)


def test_a_permalink_opens_around_its_line(job: Job) -> None:
    write(job, 1000)
    assert window(job, line="500") == (400, 599, True, True, 1000)


def test_filtering_by_our_reading_and_by_the_cloud_s_level(job: Job) -> None:
    write(job, 3, delivered=Severity.ERROR, level="ERROR")
    write(job, 2, delivered=Severity.ERROR, severity=Severity.ERROR, level="ERROR")
    assert window(job, level="error") == (4, 5, False, False, 2)
    assert window(job, level="error", levels="delivered") == (1, 5, False, False, 5)


def test_a_traceback_too_long_to_be_sifted_is_shown_as_it_is(job: Job) -> None:
    """With what others wrote between its lines: whoever trains decides how much that is, and a page waits for it."""
    write(job, 3)
    job.log_lines.filter(number=1).update(message="[rank0]: Traceback (most recent call last):")
    job.log_lines.filter(number=3).update(message="[rank0]: ValueError: no images")
    JobLog.objects.filter(job=job).update(traceback_first=1, traceback_last=3)
    assert [line.number for line in last_traceback(job)] == [1, 3]
    job.log_lines.filter(number=2).update(message="a\r" * MAX_SIFTED)
    assert [line.number for line in last_traceback(job)] == [1, 2, 3]


def test_what_all_but_occurs_everywhere_is_looked_for_as_fast_as_anything(job: Job) -> None:
    """Whoever trains decides what a log says, and whoever looks on may search in it."""
    write(job, 200)
    job.log_lines.update(message="a" * 8_000)
    took = []
    for query in ("zz", "a" * 199 + "b"):
        began = process_time()
        assert window(job, q=query)[-1] == 0
        took.append(process_time() - began)
    # The same to a factor of two or three; by SQLite's LIKE, a hundred times as long.
    assert took[1] < 12 * max(took[0], 0.02)


@pytest.mark.parametrize("query", ["100%", "_x", "'", '"', "\\", "NEAR("])
def test_a_search_is_literal_and_counts_all(job: Job, query: str) -> None:
    write(job, 500)
    LogLine.objects.filter(number__in=(3, 499)).update(message=f"before {query} after")
    assert window(job, q=query) == (3, 499, False, False, 2)


def test_new_lines_are_those_after_the_last(job: Job) -> None:
    write(job, 10)
    lines, _, _ = new_lines(job.organization, job.viam_id, LogFilters(after=8))
    assert [line.number for line in lines] == [9, 10]


@pytest.mark.parametrize("number", ["-1", "abc", "1e9", "99999999999999", "٣"])
def test_a_number_that_makes_no_sense_is_none(job: Job, number: str) -> None:
    write(job, 5)
    assert window(job, before=number, line=number, after=number) == (1, 5, False, False, 5)


def test_a_download_is_everything_in_order(job: Job) -> None:
    write(job, 3)
    LogLine.objects.filter(number=2).update(time=datetime(2026, 11, 23, 12, tzinfo=UTC))
    text = "".join(download(job.organization, job.viam_id, LogFilters(), as_json=False))
    assert text == "-\tINFO\tline 1\n2026-11-23T12:00:00+00:00\tINFO\tline 2\n-\tINFO\tline 3\n"


def test_a_download_as_json_keeps_the_level_and_tells_our_reading(job: Job) -> None:
    write(job, 1, level="ERROR", delivered=Severity.ERROR)
    (line,) = download(job.organization, job.viam_id, LogFilters(), as_json=True)
    expected = {"number": 1, "time": None, "level": "ERROR", "reads_as": "info", "message": "line 1"}
    assert json.loads(line) == expected


def test_a_download_of_this_view_has_its_filters(job: Job) -> None:
    write(job, 30)
    lines = list(download(job.organization, job.viam_id, LogFilters(query="line 2"), as_json=False))
    assert len(lines) == 11


def test_the_last_traceback(job: Job) -> None:
    write(job, 10)
    assert last_traceback(job) == []
    JobLog.objects.update(traceback_first=4, traceback_last=6)
    assert [line.number for line in last_traceback(job)] == [4, 5, 6]


def shown(job: Job, **address: str) -> list[str]:
    """The numbers of the lines, those beside a match in brackets, and "…" where lines are left out."""
    found = read_log(job.organization, job.viam_id, LogFilters.from_address(address))
    told = [f"({line.number})" if line.is_context else f"{line.number}" for line in found.lines]
    return [f"…{word}" if line.is_after_gap else word for word, line in zip(told, found.lines, strict=True)]


def test_a_search_shows_the_lines_around_what_it_finds(job: Job) -> None:
    write(job, 30)
    job.log_lines.filter(number__in=(5, 7, 20)).update(message="needle")
    assert shown(job, q="needle") == ["5", "7", "20"]
    around = [*("(3)", "(4)", "5", "(6)", "7", "(8)", "(9)"), *("…(18)", "(19)", "20", "(21)", "(22)")]
    assert shown(job, q="needle", context="2") == around
    assert shown(job, context="2") == shown(job)
    found = read_log(job.organization, job.viam_id, LogFilters.from_address({"q": "needle", "context": "2"}))
    assert (found.first, found.last, found.total) == (5, 20, 3)


def test_no_line_around_a_match_comes_twice_with_earlier_matches(job: Job) -> None:
    write(job, 300)
    job.log_lines.filter(number__gt=200).update(message="needle")
    later = shown(job, q="needle", context="3")
    assert later[:4] == ["(248)", "(249)", "(250)", "251"]
    assert shown(job, q="needle", context="3", before="251")[-1] == "250"
    assert shown(job, q="needle", context="999")[0] == "(241)"


def test_errors_are_gone_through_and_begin_anew_at_the_end(job: Job) -> None:
    write(job, 300)
    assert error_beside(job.organization, job.viam_id, 0, is_next=True) == 0
    job.log_lines.filter(number__in=(10, 200)).update(severity=Severity.ERROR)
    steps = [(0, True, 10), (10, True, 200), (200, True, 10), (200, False, 10), (10, False, 200)]
    for number, is_next, found in steps:
        assert error_beside(job.organization, job.viam_id, number, is_next=is_next) == found


def test_steps_of_an_installation_are_folded_while_nothing_went_wrong(job: Job) -> None:
    write(job, 20)
    steps = [
        "Processing /training_script/bolts-1.0.tar.gz",
        "Collecting numpy",
        "  Downloading numpy-1.26.4-cp310-cp310-manylinux_2_17_x86_64.whl (18.2 MB)",
        "     ━━━━━━━━━━ 18.2/18.2 MB 41.3 MB/s",
        "Successfully installed numpy-1.26.4",
        "Downloading data from https://example.com/images",
    ]
    for number, text in enumerate(steps, 3):
        job.log_lines.filter(number=number).update(message=text)
    JobLog.objects.update(is_complete=True)

    def folds(**address: str) -> list[tuple[int, int, bool]]:
        found = read_log(job.organization, job.viam_id, LogFilters.from_address(address))
        assert [line for passage in found.passages for line in passage.lines] == found.lines
        return [(one.lines[0].number, len(one.lines), one.is_open) for one in found.passages if one.is_folded]

    assert folds() == [(3, 5, False)]
    assert folds(line="4") == [(3, 5, True)]
    assert folds(q="numpy") == []
    job.log_lines.filter(number=5).update(severity=Severity.WARNING)
    assert folds() == []


def test_what_is_being_installed_stays_in_view(job: Job) -> None:
    write(job, 20)
    job.log_lines.filter(number__gt=10).update(message="Collecting numpy")
    found = read_log(job.organization, job.viam_id, LogFilters())
    assert [passage.is_folded for passage in found.passages] == [False, False]


class TestRegularExpressions:
    @pytest.mark.parametrize(
        ("pattern", "found"),
        [
            (r"line (3|17)$", [3, 17]),
            (r"^LINE 1\d$", [*range(10, 20)]),
            (r"(?-i)LINE", []),
            (r"loss=0\.\d+", [21]),
            (r"^second", [21]),
            (r"hidden", []),
            (r"shown", [22]),
        ],
    )
    def test_lines_that_it_finds_are_shown_as_they_are_seen(self, job: Job, pattern: str, found: list[int]) -> None:
        write(job, 20)
        write(job, 1)
        write(job, 1, seen="what is shown")
        job.log_lines.filter(number=21).update(message="loss=0.25\nsecond line")
        job.log_lines.filter(number=22).update(message="what is hidden")

        read = read_log(job.organization, job.viam_id, LogFilters.from_address({"q": pattern, "regex": "1"}))

        assert [line.number for line in read.lines] == found
        assert (read.total, read.searched_since) == (len(found), 0)

    def test_without_the_switch_the_same_text_is_taken_as_it_is(self, job: Job) -> None:
        write(job, 3)

        assert window(job, q="line .") == (0, 0, False, False, 0)
        assert window(job, q="line .", regex="1") == (1, 3, False, False, 3)

    def test_windows_follow_upon_each_other(self, job: Job) -> None:
        write(job, 2_500)
        asked = {"q": "[05]$", "regex": "1"}

        assert window(job, **asked) == (1505, 2500, True, False, 500)
        assert window(job, **asked, before="1505") == (505, 1500, True, True, 500)
        assert window(job, **asked, after="505") == (510, 1505, True, True, 500)

    def test_it_goes_with_levels_and_lines_around(self, job: Job) -> None:
        write(job, 20)
        job.log_lines.filter(number=15).update(severity=Severity.ERROR)

        assert window(job, q="5$", regex="1", level="error") == (15, 15, False, False, 1)
        assert window(job, q="5$", regex="1", level="error", context="2") == (13, 17, False, False, 1)

    def test_new_lines_are_tried_too(self, job: Job) -> None:
        write(job, 8)
        filters = LogFilters.from_address({"q": "[13]$", "regex": "1", "after": "8"})
        write(job, 5)

        lines, _, _ = new_lines(job.organization, job.viam_id, filters)

        assert [line.number for line in lines] == [11, 13]

    def test_downloads_of_this_view_have_all_of_them(self, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(passages, "MAX_FOUND", 1)
        monkeypatch.setattr(passages, "PORTION", 10)
        write(job, 100)
        filters = LogFilters.from_address({"q": "7$", "regex": "1"})

        assert len(list(download(job.organization, job.viam_id, filters, as_json=False))) == 10

    @pytest.mark.parametrize("bound", ["MAX_SECONDS", "MAX_FOUND"])
    def test_it_gives_up_after_a_while_and_says_where(
        self, job: Job, monkeypatch: pytest.MonkeyPatch, bound: str
    ) -> None:
        """The newest lines are read first."""
        monkeypatch.setattr(passages, bound, -1)
        monkeypatch.setattr(passages, "PORTION", 100)
        write(job, 1_000)

        read = read_log(job.organization, job.viam_id, LogFilters.from_address({"q": "0$", "regex": "1"}))

        assert read.searched_since == 901
        assert [line.number for line in read.lines] == [*range(910, 1_001, 10)]

    def test_no_pattern_takes_longer_than_its_text_allows(self, job: Job) -> None:
        write(job, 1)
        job.log_lines.update(message="a" * 200_000)
        begun = process_time()

        for pattern in ("(a+)+b", "(a|aa)+$b", "(.*a){12}b", "a*a*a*a*a*a*b"):
            window(job, q=pattern, regex="1")

        assert process_time() - begun < 10

    @pytest.mark.parametrize(
        ("pattern", "told"),
        [
            ("loss (", "( is never closed (character 6)"),
            ("a)", ") closes nothing (character 2)"),
            ("x[a", "[ is never closed (character 2)"),
            ("x[z-a]", "this range is backward or unknown (character 3)"),
            ("ab(?=c)", "look-ahead and look-behind aren't supported (character 3)"),
            ("*a", "there is nothing to repeat (character 1)"),
            ("ab\\", "a backslash needs a character after it (character 3)"),
            ("a{2000}", "repeat at most 1,000 times (character 2)"),
            (r"(a)\1", "this escape isn't supported (character 4)"),
            ("((a{900}){900}){900}", "Not a valid regular expression"),
        ],
    )
    def test_what_is_none_is_told_with_its_place_and_hides_nothing(self, job: Job, pattern: str, told: str) -> None:
        write(job, 3)
        filters = LogFilters.from_address({"q": pattern, "regex": "1"})

        assert told in filters.objection
        assert not filters.is_filtering
        assert len(read_log(job.organization, job.viam_id, filters).lines) == 3

    def test_without_the_engine_the_rest_goes_on(self, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(text_of_forms, "re2", None)
        write(job, 3)
        filters = LogFilters.from_address({"q": "line", "regex": "1"})

        assert filters.objection.startswith("Regular expressions aren't available")
        assert len(read_log(job.organization, job.viam_id, filters).lines) == 3
