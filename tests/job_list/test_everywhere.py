"""The list over all organizations: the same list, of everything that its reader may see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs.domain import JobStatus, Role
from jobs.job_list import service
from jobs.job_list.facets import facet_of
from jobs.job_list.filters import Filters
from jobs.job_list.service import JobPage, all_rows, list_jobs, portion_of
from jobs.models import AccessToken, Dataset, Job, Membership, Organization
from jobs.permissions import access_to_all, may_go_on
from jobs.sync import apply, worker
from tests.api_tokens.test_tokens import token

pytestmark = pytest.mark.django_db

NOW = timezone.now()
NAMES = ("Anvil", "Bolt", "Crane")


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    service.forget_counts()
    yield
    service.forget_counts()


@pytest.fixture
def yards(bo: User) -> list[Organization]:
    """Three organizations of Bo's, whose jobs alternate, and one of others."""
    made = [make(name) for name in NAMES]
    for organization in made:
        Membership.objects.create(organization=organization, user=bo, role=Role.OPERATOR)
    for number in range(12):
        add(made[number % 3], number)
    add(make("Dock"), 0, model_name="of-others")
    for organization in Organization.objects.all():
        count(organization)
    return list(Organization.objects.filter(name__in=NAMES).order_by("name"))


def make(name: str) -> Organization:
    return Organization.objects.create(viam_id=name, endpoint=name, name=name, slug=name.lower(), fetched_at=NOW)


def count(organization: Organization) -> None:
    organization.counts = apply.count(organization.jobs.all())
    organization.version += 1
    organization.save()


def add(organization: Organization, number: int, status: JobStatus = JobStatus.COMPLETED, **fields: Any) -> Job:
    """Job number n is n minutes old."""
    created = NOW - timedelta(minutes=number)
    values = {"model_name": f"model-{number}", "search_text": f"model-{number}", "sorted_on": created, **fields}
    return organization.jobs.create(
        viam_id=f"job-{organization.slug}-{number}", status=status, created_on=created, seen_at=created, **values
    )


def page_of(user: User, query: str = "") -> JobPage:
    return list_jobs(access_to_all(user).organization, Role.VIEWER, Filters.from_query(query), user.get_username())


def names(page: JobPage) -> list[str]:
    return [job.model_name for job in page.jobs]


def test_everything_that_its_reader_may_see_stands_in_one_order(bo: User, yards: list[Organization]) -> None:
    page = page_of(bo)

    assert names(page) == [f"model-{number}" for number in range(12)]
    assert (page.total, page.everything) == (12, 12)


@pytest.mark.parametrize("sort", ["-created", "created", "model", "-organization", "-time", "status", "dataset"])
def test_pages_follow_upon_each_other_whatever_they_are_sorted_by(
    bo: User, yards: list[Organization], sort: str
) -> None:
    for number in range(12, 110):
        add(yards[number % 2], number, training_started=NOW - timedelta(minutes=number), training_ended=NOW)
    for organization in yards:
        count(organization)
    whole = list(all_rows(access_to_all(bo).organization, Filters.from_query(f"sort={sort}")))[1:]
    query, seen, pages = f"sort={sort}&per=25", [], []
    while query:
        page = page_of(bo, query)
        pages.append(page)
        seen += [job.viam_id for job in page.jobs]
        query = page.older

    assert seen == [row[0] for row in whole]
    assert len(seen) == len(set(seen)) == 110
    before = page_of(bo, pages[2].newer)
    assert names(before) == names(pages[1])
    assert [page.first for page in pages] == [1, 26, 51, 76, 101]


def test_pages_by_number_are_the_same(bo: User, yards: list[Organization]) -> None:
    for number in range(12, 110):
        add(yards[number % 3], number)
    for organization in yards:
        count(organization)

    seen = [name for number in range(1, 6) for name in names(page_of(bo, f"per=25&page={number}"))]

    assert seen == [f"model-{number}" for number in range(110)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=failed", ["model-1"]),
        ("not=completed", ["model-1"]),
        ("q=model-11", ["model-11"]),
        ("q=screws", ["model-4"]),
        ("dataset=ds-Bolt", ["model-4"]),
        ("by=me", ["model-3", "model-5"]),
        ("kind=custom&script=viam:a", ["model-2"]),
        ("label=washer", ["model-8"]),
    ],
)
def test_it_is_filtered_as_a_list_is(bo: User, yards: list[Organization], query: str, found: list[str]) -> None:
    changed: dict[str, dict[str, Any]] = {
        "model-1": {"status": JobStatus.FAILED},
        "model-2": {"is_custom": True, "script_id": "viam:a"},
        "model-3": {"submitted_by": bo},
        "model-4": {"dataset_id": "ds-Bolt"},
        "model-5": {"submitted_by": bo},
        "model-8": {"labels": ["washer"], "search_text": "washer"},
    }
    for name, fields in changed.items():
        Job.objects.filter(model_name=name).update(**fields)
    yards[1].datasets.create(viam_id="ds-Bolt", name="screws")
    for organization in yards:
        count(organization)

    assert names(page_of(bo, query)) == found


def test_values_with_the_same_words_are_one_choice_and_datasets_say_whose_they_are(
    bo: User, yards: list[Organization]
) -> None:
    Job.objects.update(is_custom=True, script_id="viam:a", dataset_id="none")
    for organization in yards[:2]:
        organization.datasets.create(viam_id=f"ds-{organization}", name="screws")
        organization.jobs.update(dataset_id=f"ds-{organization}")
    everything = access_to_all(bo).organization

    scripts = facet_of(everything, Filters(), "training").choices
    datasets = facet_of(everything, Filters(), "dataset").choices

    assert [(choice.label, choice.count) for choice in scripts] == [("viam:a", 12)]
    assert sorted(choice.label for choice in datasets) == ["none", "screws · Anvil", "screws · Bolt"]


def test_a_dataset_is_called_as_in_its_organization(bo: User, yards: list[Organization]) -> None:
    for organization in yards:
        Dataset.objects.create(organization=organization, viam_id=f"ds-{organization}", name="screws")
        organization.jobs.update(dataset_id=f"ds-{organization}")

    assert {job.dataset_name for job in page_of(bo).jobs} == {"screws"}


class TestPage:
    def test_rows_name_their_organization_and_lead_there(self, bo_client: Client, yards: list[Organization]) -> None:
        text = bo_client.get("/jobs/").text

        assert text.count('<td class="organization"') == 12
        for organization in yards:
            assert f'href="/orgs/{organization.slug}/jobs/">' in text
        assert "/orgs/bolt/jobs/job-bolt-1/" in text
        assert "of-others" not in text

    def test_a_row_offers_what_its_reader_may_do_in_its_organization(
        self, bo_client: Client, bo: User, yards: list[Organization]
    ) -> None:
        Job.objects.update(status=JobStatus.IN_PROGRESS)
        Membership.objects.filter(user=bo, organization=yards[0]).update(role=Role.VIEWER)
        text = bo_client.get("/jobs/").text

        assert "/orgs/bolt/jobs/job-bolt-1/cancel/" in text
        assert "/orgs/anvil/jobs/job-anvil-0/cancel/" not in text

    def test_what_belongs_to_one_organization_is_left_out(self, bo_client: Client, yards: list[Organization]) -> None:
        text = bo_client.get("/jobs/").text

        assert 'id="selection"' not in text
        assert "select.js" not in text
        assert "/views/" not in text
        assert "/jobs/new/" not in text

    def test_its_links_keep_to_it(self, bo_client: Client, yards: list[Organization]) -> None:
        text = unescape(bo_client.get("/jobs/?status=completed&by=me").text)

        assert "<h1>My jobs</h1>" in text
        for address in ("/jobs/filters/?status=completed&by=me", "/jobs/filters/dataset/?", "/display/?status="):
            assert address in text
        assert 'href="/jobs/"' in text

    @pytest.mark.parametrize("address", ["/jobs/filters/", "/jobs/filters/period/", "/display/"])
    @pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
    def test_what_stands_beside_it(
        self, bo_client: Client, yards: list[Organization], address: str, headers: dict[str, str]
    ) -> None:
        answer = bo_client.get(f"{address}?status=completed", headers=headers)

        assert answer.status_code == 200
        assert '"/jobs/' in answer.text
        assert "/orgs//" not in answer.text

    def test_no_menu_counts_what_is_not_there(self, bo_client: Client, yards: list[Organization]) -> None:
        assert bo_client.get("/jobs/filters/nonsense/").status_code == 404

    def test_who_is_a_member_nowhere_is_told_what_to_do(self, olga_client: Client) -> None:
        answer = olga_client.get("/jobs/")

        assert answer.status_code == 200
        assert "You aren't a member of any organization yet" in unescape(answer.text)

    def test_nothing_that_matches_leads_back(self, bo_client: Client, yards: list[Organization]) -> None:
        text = bo_client.get("/jobs/?q=nonsense").text

        assert "No jobs match" in text
        assert '<a class="button" href="/jobs/">Clear filters</a>' in text

    @pytest.mark.parametrize("address", ["/", "/find/?q=my+jobs"])
    def test_it_is_found(self, bo_client: Client, yards: list[Organization], address: str) -> None:
        assert 'href="/jobs/?by=me"' in bo_client.get(address).text

    def test_the_switcher_leads_there(self, bo_client: Client, yards: list[Organization]) -> None:
        assert 'href="/jobs/"' in bo_client.get("/orgs/?at=insights").text


class TestPolling:
    def poll(self, client: Client, tag: str) -> Any:
        headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-PTag": tag}
        return client.get("/jobs/", headers=headers)

    def test_nothing_is_sent_while_nothing_changes_anywhere(self, bo_client: Client, yards: list[Organization]) -> None:
        tag = bo_client.get("/jobs/")["HX-PTag"]
        assert self.poll(bo_client, tag).status_code == 204

        for organization in yards:
            organization.version += 1
            organization.save()
            answer = self.poll(bo_client, tag)
            assert answer.status_code == 200
            tag = answer["HX-PTag"]

    def test_who_was_removed_sees_nothing_more_at_the_next_poll(
        self, bo_client: Client, bo: User, yards: list[Organization]
    ) -> None:
        tag = bo_client.get("/jobs/")["HX-PTag"]
        Membership.objects.filter(user=bo, organization=yards[0]).delete()

        answer = self.poll(bo_client, tag)

        assert answer.status_code == 200
        assert "job-anvil-" not in answer.text
        assert answer.text.count("<tr id=") == 8

    def test_another_role_is_another_page(self, bo_client: Client, bo: User, yards: list[Organization]) -> None:
        tag = bo_client.get("/jobs/")["HX-PTag"]
        Membership.objects.filter(user=bo, organization=yards[0]).update(role=Role.VIEWER)

        assert self.poll(bo_client, tag).status_code == 200

    def test_looking_is_noted_in_one_step_for_all_of_them(self, bo: User, yards: list[Organization]) -> None:
        Organization.objects.update(viewed_at=None)
        everything = access_to_all(bo).organization
        with CaptureQueriesContext(
            connection,
        ) as queries:
            worker.mark_viewed(*everything.organizations)

        assert len([one for one in queries if "UPDATE" in one["sql"]]) == 1
        assert set(Organization.objects.exclude(viewed_at=None)) == set(yards)


def test_how_fresh_it_is_goes_by_the_oldest_and_names_who_is_behind(
    bo_client: Client, bo: User, yards: list[Organization]
) -> None:
    old = NOW - timedelta(hours=5)
    Organization.objects.update(fetched_at=timezone.now())
    Organization.objects.filter(pk=yards[1].pk).update(fetched_at=old, problem="unreachable", problem_since=old)
    Organization.objects.filter(pk=yards[2].pk).update(fetched_at=None)

    freshness = page_of(bo).freshness
    text = bo_client.get("/jobs/").text

    assert freshness.as_of == old
    assert [one.name for one in freshness.behind] == ["Bolt", "Crane"]
    assert "Some jobs may be out of date." in text


@pytest.mark.parametrize("query", ["", "q=model", "status=completed", "by=me", "sort=model"])
def test_more_organizations_ask_the_database_no_more(
    bo_client: Client, bo: User, yards: list[Organization], query: str
) -> None:
    def asked() -> int:
        service.forget_counts()
        bo_client.get(f"/jobs/?{query}")
        with CaptureQueriesContext(connection) as queries:
            service.forget_counts()
            assert bo_client.get(f"/jobs/?{query}").status_code == 200
        return len(queries)

    few = asked()
    for number in range(20):
        more = make(f"More {number}".replace(" ", "-"))
        Membership.objects.create(organization=more, user=bo, role=Role.OPERATOR)
        add(more, number)
        count(more)

    assert asked() == few


class TestPrograms:
    def test_the_same_jobs_with_their_organization(self, bo: User, yards: list[Organization]) -> None:
        told = Client(headers=token(bo)).get("/jobs.json").json()

        assert told["total"] == 12
        assert [job["organization"] for job in told["jobs"]][:4] == ["anvil", "bolt", "crane", "anvil"]

    def test_pages_are_followed(self, bo: User, yards: list[Organization]) -> None:
        for number in range(12, 60):
            add(yards[number % 3], number)
        robot, address, seen = Client(headers=token(bo)), "/jobs.json?per=25", []
        while address:
            told = robot.get(address).json()
            seen += [job["model"] for job in told["jobs"]]
            address = told["next"]

        assert seen == [f"model-{number}" for number in range(60)]

    def test_a_token_for_one_organization_sees_one(self, bo: User, yards: list[Organization]) -> None:
        headers = token(bo)
        AccessToken.objects.update(organization=yards[1])
        robot = Client(headers=headers)

        assert {job["organization"] for job in robot.get("/jobs.json").json()["jobs"]} == {"bolt"}
        assert b"anvil" not in b"".join(robot.get("/jobs.csv"))

    def test_it_takes_no_job(self, bo: User, yards: list[Organization]) -> None:
        answer = Client(headers=token(bo)).post("/jobs.json", "{}", content_type="application/json")

        assert (answer.status_code, answer["Allow"]) == (405, "GET")

    def test_a_table_has_all_of_them(self, bo_client: Client, yards: list[Organization]) -> None:
        answer = bo_client.get("/jobs.csv?q=model-1")
        lines = b"".join(answer).decode("utf-8-sig").splitlines()

        assert answer["Content-Disposition"] == 'attachment; filename="jobs.csv"'
        assert [line.split(",")[-4] for line in lines] == ["organization", "bolt", "bolt", "crane"]

    def test_a_table_on_its_way_ends_when_one_is_taken_away(self, bo: User, yards: list[Organization]) -> None:
        access_to_all(bo)
        assert may_go_on(bo, User.objects.get(pk=bo.pk))

        Membership.objects.filter(user=bo, organization=yards[2]).delete()

        assert not may_go_on(bo, User.objects.get(pk=bo.pk))

    def test_one_organization_s_say_so_too(self, bo: User, yards: list[Organization]) -> None:
        portion = portion_of(yards[0], Filters())

        assert {job["organization"] for job in portion.jobs} == {"anvil"}


def test_a_job_s_menu_comes_back_to_it(bo_client: Client, yards: list[Organization]) -> None:
    page = "http://testserver/jobs/?status=completed"
    headers = {"HX-Request": "true", "HX-Current-URL": page}

    text = bo_client.get("/orgs/bolt/jobs/job-bolt-1/menu/", headers=headers).text

    assert "/orgs/bolt/jobs/job-bolt-1/delete/?back=%2Fjobs%2F%3Fstatus%3Dcompleted" in text


def test_a_job_canceled_there_is_answered_with_the_list(
    bo_client: Client, bolt: Organization, some_running: Callable[[], Job]
) -> None:
    job = some_running()
    page = "http://testserver/jobs/?status=in_progress,canceling"
    headers = {"HX-Request": "true", "HX-Current-URL": page}
    text = bo_client.get(f"{job.get_absolute_url()}cancel/", headers=headers).text
    assert 'hx-target="#job-table"' in text
    assert 'name="back" value="/jobs/?status=in_progress,canceling"' in text

    answer = bo_client.post(
        f"{job.get_absolute_url()}cancel/", {"back": "/jobs/?status=in_progress,canceling"}, headers=headers
    )

    assert answer.status_code == 200
    assert 'hx-get="/jobs/?status=in_progress,canceling"' in answer.text
    assert f'id="job-{job.viam_id}" data-status="canceling"' in answer.text


@pytest.fixture
def some_running(bolt: Organization) -> Callable[[], Job]:
    return lambda: next(job for job in bolt.jobs.select_related("organization") if job.can_cancel)
