"""The list of jobs, straight from the mirror."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.accounts.models import Profile
from jobs.domain import JobStatus, Role
from jobs.job_list.columns import OF_ALL_ORGANIZATIONS, OPTIONAL, SHOWN, TOLD, Column
from jobs.job_list.facets import facet_of
from jobs.job_list.filters import Filters
from jobs.job_list.service import Heading, list_jobs, portion_of
from jobs.models import Dataset, Job, Organization
from jobs.organizations.service import list_organizations
from jobs.permissions import Access
from jobs.search.service import find
from jobs.sync import apply, worker

pytestmark = pytest.mark.django_db

NOW = timezone.now()
ROOT = settings.ROOT


@pytest.fixture
def harbor() -> Organization:
    return Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots", fetched_at=NOW)


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """These jobs don't come by a refresh, which would have counted them."""
    save = Job.save

    def save_and_count(job: Job, *args: Any, **kwargs: Any) -> None:
        save(job, *args, **kwargs)
        job.organization.counts = apply.count(job.organization.jobs.all())

    monkeypatch.setattr(Job, "save", save_and_count)


def add(organization: Organization, number: int, status: JobStatus = JobStatus.COMPLETED, **fields: object) -> Job:
    """Job number n is n minutes old."""
    created = NOW - timedelta(minutes=number)
    values = {"model_name": f"model-{number}", "search_text": f"model-{number}\njob-{number}", "sorted_on": created}
    return Job.objects.create(
        organization=organization,
        viam_id=f"job-{number}",
        status=status,
        created_on=created,
        seen_at=created,
        **{**values, **fields},
    )


def shown(organization: Organization, **address: str) -> list[str]:
    return [job.viam_id for job in list_jobs(organization, Role.VIEWER, Filters.from_address(address)).jobs]


@pytest.mark.parametrize("column", ["version", "model", "training"])
def test_numbers_in_names_and_versions_are_in_their_natural_order(harbor: Organization, column: str) -> None:
    field = {"version": "model_version", "model": "model_name", "training": "script_id"}[column]
    told = ["1.9.0", "1.10.0", "2026-05-06T14-30-33", "v2", "V10", "v10-b2", "v10-b10", "w" + "9" * 30]
    for number, text in enumerate(told):
        add(harbor, number)
        harbor.jobs.filter(viam_id=f"job-{number}").update(**{field: text})
    order = [f"job-{number}" for number in range(len(told))]
    assert shown(harbor, sort=column) == order
    assert shown(harbor, sort=f"-{column}") == order[::-1]


def test_a_list_is_sorted_by_the_time_that_it_shows(harbor: Organization) -> None:
    def ran(hours: float, end: timedelta | None, number: int, status: JobStatus, **fields: object) -> None:
        started = NOW - timedelta(hours=hours)
        ended = started + end if end else None
        # The cloud tells now and then that a job that runs has changed.
        modified = started + timedelta(minutes=60 - 20 * number)
        times = {"training_started": started, "training_ended": ended, "last_modified": modified}
        add(harbor, number, status, **times | fields)

    ran(5, None, 1, JobStatus.IN_PROGRESS)
    ran(3, None, 2, JobStatus.IN_PROGRESS)
    ran(9, timedelta(hours=4), 3, JobStatus.COMPLETED)
    ran(900, None, 4, JobStatus.CANCELED)
    ran(9, None, 5, JobStatus.IN_PROGRESS, missing_since=NOW - timedelta(hours=7))
    add(harbor, 6, JobStatus.PENDING)
    both = {"status": "in_progress,completed,canceled,pending,gone"}
    assert shown(harbor, sort="-time", **both) == ["job-1", "job-3", "job-2", "job-5", "job-4", "job-6"]
    assert shown(harbor, sort="time", **both) == ["job-5", "job-2", "job-3", "job-1", "job-4", "job-6"]


def test_newest_first(harbor: Organization) -> None:
    add(harbor, 2)
    add(harbor, 1)
    assert shown(harbor) == ["job-1", "job-2"]


@pytest.mark.parametrize(("count", "pages", "on_last"), [(0, 1, 0), (1, 1, 1), (49, 1, 49), (50, 1, 50), (51, 2, 1)])
def test_fifty_a_page(harbor: Organization, count: int, pages: int, on_last: int) -> None:
    """Row 90; larger numbers are a matter of the client's tests and of `make bench BENCH=lists`."""
    for number in range(count):
        add(harbor, number)
    page = list_jobs(harbor, Role.VIEWER, Filters(page=pages))
    assert (page.total, page.pages, len(page.jobs)) == (count, pages, on_last)


def test_several_statuses_at_once(harbor: Organization) -> None:
    add(harbor, 1, JobStatus.FAILED)
    add(harbor, 2, JobStatus.CANCELED)
    add(harbor, 3)
    assert shown(harbor, status="failed,canceled") == ["job-1", "job-2"]


def test_a_status_that_does_not_exist_yet_has_a_place_of_its_own(harbor: Organization) -> None:
    add(harbor, 1, JobStatus(42))
    add(harbor, 2)
    page = list_jobs(harbor, Role.VIEWER, Filters(statuses=("unknown",)))
    assert [job.viam_id for job in page.jobs] == ["job-1"]
    assert [choice.count for choice in page.statuses if choice.word == "unknown"] == [1]


def test_a_status_that_the_cloud_left_out_is_counted_there(harbor: Organization) -> None:
    """Such jobs were listed as unknown, and counted nowhere."""
    add(harbor, 1, JobStatus.UNSPECIFIED)
    add(harbor, 2, JobStatus(42))
    page = list_jobs(harbor, Role.VIEWER, Filters(statuses=("unknown",)))
    assert {job.viam_id for job in page.jobs} == {"job-1", "job-2"}
    assert [choice.count for choice in page.statuses if choice.word == "unknown"] == [2]
    [standing] = list_organizations([Access(harbor, Role.VIEWER)])
    assert [(status.word, status.label, number) for status, number in standing.counts] == [("unknown", "Unknown", 2)]


def test_counts_of_before_are_told_by_the_new_word(harbor: Organization) -> None:
    Organization.objects.update(counts={"completed": 3, "unspecified": 2, "unknown": 1})
    import_module("jobs.migrations.0027_count_unknown_statuses").count(apps, None)
    assert Organization.objects.get().counts == {"completed": 3, "unknown": 3}


def test_a_type_that_the_cloud_left_out_is_called_other(harbor: Organization) -> None:
    add(harbor, 1, model_type=0)
    add(harbor, 2, model_type=3)
    assert shown(harbor, type="unspecified") == ["job-1"]
    choices = facet_of(harbor, Filters(), "training").choices
    assert [choice.label for choice in choices] == ["Managed: other", "Managed: object detection"]


def test_a_search_of_many_words_looks_for_ten_of_them_and_says_so(harbor: Organization) -> None:
    """Issue 15, number 15: each word is looked for in every row, and in each of somebody's organizations."""
    words = [f"{number:03}" for number in range(50)]
    add(harbor, 1, search_text=" ".join(words[:10]))
    asked = Filters.from_address({"q": " ".join(words)})
    worker.mark_viewed(harbor)
    with CaptureQueriesContext(connection) as queries:
        page = list_jobs(harbor, Role.VIEWER, asked)
        find([harbor], " ".join(words))
    assert (asked.query, page.total) == (" ".join(words[:10]), 1)
    assert len(queries) < 50


def test_a_day_is_counted_in_the_zone_of_whoever_looks(harbor: Organization) -> None:
    """Issue 15, part D: whoever asked for the same day from elsewhere before was counted for."""
    add(harbor, 1, sorted_on=datetime(2026, 3, 1, 23, tzinfo=UTC))
    asked = Filters.from_address({"since": "2026-03-02"})
    with timezone.override("Asia/Tokyo"):
        assert list_jobs(harbor, Role.VIEWER, asked).total == 1
    with timezone.override("America/New_York"):
        assert list_jobs(harbor, Role.VIEWER, asked).total == 0


def test_jobs_that_vanished_are_shown_when_asked_for_only(harbor: Organization) -> None:
    add(harbor, 1, missing_since=NOW)
    add(harbor, 2)
    assert shown(harbor) == ["job-2"]
    assert shown(harbor, status="gone") == ["job-1"]
    assert list_jobs(harbor, Role.VIEWER, Filters()).total == 1


def test_counts_describe_what_the_search_matches(harbor: Organization) -> None:
    add(harbor, 1, JobStatus.FAILED, search_text="bolt")
    add(harbor, 2, search_text="bolt")
    add(harbor, 3, search_text="nut")
    page = list_jobs(harbor, Role.VIEWER, Filters(query="bolt"))
    counts = {choice.word: choice.count for choice in page.statuses}
    assert (page.everything, counts["failed"], counts["completed"]) == (2, 1, 1)


@pytest.mark.parametrize("query", ["100%", "_", "\\", "'", '"', "AND", "*", "NEAR(a b)", "a:b"])
def test_a_search_is_literal(harbor: Organization, query: str) -> None:
    add(harbor, 1, search_text=f"x {query.lower()} y")
    add(harbor, 2, search_text="plain")
    assert shown(harbor, q=query) == ["job-1"]


def test_a_search_ignores_case_and_needs_every_word(harbor: Organization) -> None:
    add(harbor, 1, search_text="bolt-detector\ngroße mutter")
    add(harbor, 2, search_text="bolt-detector")
    assert shown(harbor, q="BOLT GROSSE") == []
    assert shown(harbor, q="Bolt GROßE") == ["job-1"]


def test_a_search_finds_the_name_of_the_dataset(harbor: Organization) -> None:
    Dataset.objects.create(organization=harbor, viam_id="ds-1", name="Bolts of May")
    add(harbor, 1, dataset_id="ds-1")
    add(harbor, 2, dataset_id="ds-2")
    assert shown(harbor, q="of may") == ["job-1"]


@pytest.mark.parametrize("page", ["-1", "0", "abc", "", "1e3", "99999999999", "٣"])
def test_a_page_that_makes_no_sense_is_the_nearest_one(harbor: Organization, page: str) -> None:
    add(harbor, 1)
    assert shown(harbor, page=page) == ["job-1"]


@pytest.mark.parametrize("status", ["99", "nonsense", "__class__", ",,,"])
def test_a_status_that_makes_no_sense_filters_nothing(harbor: Organization, status: str) -> None:
    add(harbor, 1)
    assert shown(harbor, status=status) == ["job-1"]


def test_another_organization_s_jobs_are_not_there(harbor: Organization) -> None:
    other = Organization.objects.create(viam_id="other", name="Other", slug="other")
    add(other, 1)
    assert shown(harbor) == []


def test_every_page_from_either_end_is_the_same_list(harbor: Organization) -> None:
    for number in range(213):
        add(harbor, number)
    pages = [list_jobs(harbor, Role.VIEWER, Filters(page=page)).jobs for page in range(1, 6)]
    assert [job.viam_id for page in pages for job in page] == [f"job-{number}" for number in range(213)]
    assert [len(page) for page in pages] == [50, 50, 50, 50, 13]


def test_a_search_follows_what_changed(harbor: Organization) -> None:
    job = add(harbor, 1, search_text="bolts")
    Job.objects.filter(pk=job.pk).update(search_text="screws")
    assert (shown(harbor, q="bolts"), shown(harbor, q="screws")) == ([], ["job-1"])
    Job.objects.filter(pk=job.pk).delete()
    assert shown(harbor, q="screws") == []


@pytest.mark.parametrize("query", ["sc", "s", "scr", "ews"])
def test_short_words_are_found_too(harbor: Organization, query: str) -> None:
    add(harbor, 1, search_text="screws")
    add(harbor, 2, search_text="bolt")
    assert shown(harbor, q=query) == ["job-1"]


def links(organization: Organization, query: str) -> dict[str, tuple[str, str, str]]:
    """By status: the queries that show it alone or no longer, that add it or take it away, and that leave it out."""
    page = list_jobs(organization, Role.VIEWER, Filters.from_query(query))
    return {choice.word: (choice.query, choice.toggled, choice.without) for choice in page.statuses}


@pytest.mark.parametrize(
    ("query", "alone", "toggled", "without"),
    [
        ("", "status=failed", "status=failed", "not=failed"),
        ("status=completed", "status=failed", "status=completed%2Cfailed", "status=completed&not=failed"),
        ("status=failed", "", "", "not=failed"),
        ("status=failed%2Ccompleted", "status=failed", "status=completed", "status=completed&not=failed"),
        ("not=failed", "", "", "not=failed"),
        ("not=failed%2Ccompleted", "not=completed", "not=completed", "not=completed%2Cfailed"),
        ("not=completed", "status=failed", "status=failed&not=completed", "not=completed%2Cfailed"),
        ("q=bolt", "status=failed&q=bolt", "status=failed&q=bolt", "not=failed&q=bolt"),
    ],
)
def test_a_status_is_switched_to_added_taken_away_and_left_out(
    harbor: Organization, query: str, alone: str, toggled: str, without: str
) -> None:
    assert links(harbor, query)["failed"] == (alone, toggled, without)


# The table of columns, and what is beside it: cells and style sheets are written by hand.

CELL = re.compile(r'<t[dh] (?:scope="row" )?class="(\w+)"')


def test_every_heading_has_its_cell_in_this_order() -> None:
    cells = CELL.findall((ROOT / "templates/job_list/_row.html").read_text())
    assert cells == [column.word for column in OF_ALL_ORGANIZATIONS]
    assert [word for word in cells if word != "organization"] == [column.word for column in SHOWN]


def test_what_can_be_hidden_is_hidden_by_the_style_sheet() -> None:
    sheet = (ROOT / "static/css/list.css").read_text()
    assert re.findall(r'\[data-hidden~="(\w+)"\] #job-table \.\1\b', sheet) == [word for word, _ in OPTIONAL]


def test_all_optional_columns_together_fit_a_profile() -> None:
    assert len(" ".join(word for word, _ in OPTIONAL)) <= (Profile._meta.get_field("hidden").max_length or 0)


@pytest.mark.parametrize("column", [column for column in SHOWN if column.can_sort], ids=lambda column: column.word)
def test_a_heading_sorts_and_turns_around(harbor: Organization, column: Column) -> None:
    def heading(**address: str) -> Heading:
        headings = list_jobs(harbor, Role.VIEWER, Filters.from_address(address)).headings
        return next(one for one in headings if one.column is column)

    for sort, order, turned in (
        (column.word, "ascending", f"-{column.word}"),
        (f"-{column.word}", "descending", column.word),
    ):
        assert (heading(sort=sort).order, Filters.from_query(heading(sort=sort).query).sort) == (order, turned)


def test_names_of_columns_for_programs_are_for_ever() -> None:
    names = "id status model version kind type framework dataset_id labels script script_version container arguments"
    later = "submitted_by created started ended modified error_code error"
    attached = "organization tags starred note_count"
    assert [*TOLD] == [*names.split(), *later.split(), *attached.split()]


SORTED = [
    "-created",
    "created",
    "status",
    "-status",
    "model",
    "-version",
    "training",
    "dataset",
    "who",
    "time",
    "-time",
]


def followed(organization: Organization, query: str, meanwhile: Callable[[], None] = lambda: None) -> list[str]:
    """The jobs on all pages, as a program follows them."""
    found: list[str] = []
    while True:
        portion = portion_of(organization, Filters.from_query(query))
        found += [str(job["id"]) for job in portion.jobs]
        if not portion.next:
            return found
        query = portion.next
        meanwhile()


@pytest.mark.parametrize("sort", SORTED)
def test_pages_hold_each_job_once_in_any_order(harbor: Organization, sort: str) -> None:
    started = NOW - timedelta(hours=9)
    for number in range(60):
        status = [JobStatus.COMPLETED, JobStatus.IN_PROGRESS, JobStatus.PENDING][number % 3]
        times = {"training_started": started, "training_ended": NOW - timedelta(minutes=number % 7)}
        job = add(harbor, number, status, model_name=f"m{number % 4}", sorted_on=NOW - timedelta(minutes=number // 9))
        gone = {0: times, 1: {"training_started": started - timedelta(minutes=30 + number % 5)}, 2: {}}[number % 3]
        harbor.jobs.filter(pk=job.pk).update(**gone, model_version=f"{number % 11}", dataset_id=f"d{number % 3}")
    found = followed(harbor, f"sort={sort}&per=25")
    whole = [job.viam_id for job in harbor.jobs.order_by(*Filters.from_query(f"sort={sort}").order())]
    assert (found, len(set(found))) == (whole, 60)

    shown_back: list[str] = []
    query = f"sort={sort}&per=25&page=3"
    while query:
        page = list_jobs(harbor, Role.VIEWER, Filters.from_query(query))
        assert page.first == 60 - len(shown_back) - len(page.jobs) + 1
        shown_back = [job.viam_id for job in page.jobs] + shown_back
        query = page.newer
    assert shown_back == whole


@pytest.mark.parametrize("sort", ["", "&sort=created", "&sort=-version", "&sort=-time"])
def test_who_follows_pages_while_jobs_come_and_change_meets_each_once(harbor: Organization, sort: str) -> None:
    """Five that complete leave the list, and five new ones come, between any two pages."""
    for number in range(100):
        add(harbor, number, JobStatus.IN_PROGRESS, model_version=str(number % 7), training_started=NOW)
    there = [*harbor.jobs.values_list("viam_id", flat=True)]
    new = iter(range(1000, 2000))

    def change() -> None:
        done = harbor.jobs.filter(viam_id__in=list(there[:90]), status=JobStatus.IN_PROGRESS).order_by("?")[:5]
        harbor.jobs.filter(pk__in=[job.pk for job in done]).update(status=JobStatus.COMPLETED, training_ended=NOW)
        for _ in range(5):
            add(harbor, -next(new), JobStatus.IN_PROGRESS, training_started=NOW, model_version="3")

    found = followed(harbor, f"status=in_progress&per=25{sort}", change)
    running = set(harbor.jobs.filter(status=JobStatus.IN_PROGRESS, viam_id__in=there).values_list("viam_id", flat=True))
    assert len(found) == len(set(found))
    assert running <= set(found)


def test_a_page_of_the_list_stays_while_new_jobs_come(harbor: Organization) -> None:
    for number in range(60):
        add(harbor, number)
    second = Filters.from_query(list_jobs(harbor, Role.VIEWER, Filters(per=25)).older)
    before = list_jobs(harbor, Role.VIEWER, second)
    for number in range(3):
        add(harbor, -1 - number)
    after = list_jobs(harbor, Role.VIEWER, second)
    assert after.jobs == before.jobs
    assert (before.first, after.first, after.last, after.total) == (26, 29, 53, 63)


@pytest.mark.parametrize("text", ["", "x", "W10", "WzEsMiwzLDRd", "é", "bnVsbA", "9" * 200])
def test_what_is_no_cursor_is_ignored_and_named(text: str) -> None:
    filters = Filters.from_query(f"after={text}")
    assert filters.after is None
    assert filters.ignored == (("after",) if text else ())
