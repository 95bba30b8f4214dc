"""Notes, tags and stars in lists, in filters, and for programs."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jobs.annotations.service import add_note, change_tags, set_star
from jobs.domain import Role
from jobs.job_list.facets import facet_of
from jobs.job_list.filters import Filters
from jobs.job_list.service import list_jobs
from jobs.models import MAX_NOTE, Actor, Job, Organization
from tests.api.test_by_program import fits
from tests.api_tokens.test_tokens import token

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(bolt: Organization, bo: User) -> list[Job]:
    """The first has a tag, a star of Bo's and two notes; the second another tag besides; the third nothing."""
    jobs = list(bolt.jobs.filter(missing_since=None).order_by("-sorted_on", "-id")[:3])
    for job in jobs[:2]:
        change_tags(Actor(bo), job, add=["Baseline"])
    change_tags(Actor(bo), jobs[1], add=["v10", "v9"])
    set_star(bo, jobs[0], True)
    for text in ("One.", "Two."):
        add_note(Actor(bo), jobs[0], text)
    bolt.refresh_from_db()
    return jobs


@pytest.fixture
def robot(bo: User, bolt: Organization) -> Client:
    return Client(headers=token(bo))


def found(bolt: Organization, query: str, me: str = "bo") -> list[str]:
    return [row.viam_id for row in list_jobs(bolt, Role.OPERATOR, Filters.from_query(query), me).jobs]


def test_a_row_has_its_tags_in_natural_order_its_star_and_its_notes(bolt: Organization, three: list[Job]) -> None:
    rows = list_jobs(bolt, Role.OPERATOR, Filters(), "bo").jobs[:3]

    assert [row.tags for row in rows] == [("baseline",), ("baseline", "v9", "v10"), ()]
    assert [(row.is_starred, row.note_count) for row in rows] == [(True, 2), (False, 0), (False, 0)]
    assert not any(row.is_starred for row in list_jobs(bolt, Role.OPERATOR, Filters(), "ana").jobs)


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("tag=baseline", [0, 1]),
        ("tag=BASELINE", [0, 1]),
        ("tag=v9", [1]),
        ("tag=v9,v10,unheard", [1]),
        ("tag=v9&tag=baseline", [0, 1]),
        ("tag=unheard", []),
        ("starred=me", [0]),
        ("starred=me&tag=v9", []),
    ],
)
def test_lists_are_filtered_by_tags_and_by_one_s_own_stars(
    bolt: Organization, three: list[Job], query: str, places: list[int]
) -> None:
    assert found(bolt, query) == [three[at].viam_id for at in places]


def test_counts_of_starred_jobs_are_each_person_s(bolt: Organization, three: list[Job]) -> None:
    assert (len(found(bolt, "starred=me", "bo")), len(found(bolt, "starred=me", "ana"))) == (1, 0)


def test_addresses_and_views_keep_tags() -> None:
    assert Filters.from_query("tag=B,a&tag=C&starred=me").to_address() == "tag=b%2Ca%2Cc&starred=me"
    assert Filters.from_query("tag=%2C&starred=you").ignored == ("tag", "starred")


def test_the_menu_counts_tags_and_adds_each_to_those_in_use(bolt: Organization, three: list[Job]) -> None:
    facet = facet_of(bolt, Filters.from_query("tag=v9"), "tag", "bo")

    told = [(choice.label, choice.count, choice.is_chosen, choice.query) for choice in facet.choices]
    assert told == [
        ("baseline", 2, False, "tag=v9%2Cbaseline"),
        ("v10", 1, False, "tag=v9%2Cv10"),
        ("v9", 1, True, ""),
    ]


def test_a_list_asks_once_for_all_that_is_attached(bo_client: Client, bolt: Organization, three: list[Job]) -> None:
    with CaptureQueriesContext(connection) as asked:
        bo_client.get(bolt.get_absolute_url())

    assert len([query for query in asked if "jobs_jobtag" in query["sql"]]) == 1
    assert len([query for query in asked if "jobs_note" in query["sql"] or "jobs_star" in query["sql"]]) == 1


def test_a_filter_s_chip_names_all_its_tags(bo_client: Client, bolt: Organization, three: list[Job]) -> None:
    text = bo_client.get(f"{bolt.get_absolute_url()}?tag=v9,baseline&starred=me").text

    assert "<bdi>v9, baseline</bdi>" in text and "<bdi>by me</bdi>" in text


# For programs.


def rows_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(b"".join(answer).decode("utf-8-sig").splitlines()))


def test_programs_get_tags_stars_and_the_number_of_notes(robot: Client, bolt: Organization, three: list[Job]) -> None:
    told = robot.get(f"/orgs/{bolt.slug}/jobs.json").json()["jobs"][:2]

    assert [(one["tags"], one["starred"], one["note_count"]) for one in told] == [
        (["baseline"], True, 2),
        (["baseline", "v9", "v10"], False, 0),
    ]
    rows = rows_of(robot.get(f"/orgs/{bolt.slug}/jobs.csv", {"tag": "baseline"}))
    assert [(row["tags"], row["starred"], row["note_count"]) for row in rows] == [
        ("baseline", "true", "2"),
        ("baseline, v9, v10", "false", "0"),
    ]


def test_a_job_tells_its_notes(robot: Client, three: list[Job]) -> None:
    notes = robot.get(f"{three[0].get_absolute_url()[:-1]}.json").json()["notes"]

    assert [(note["author"], note["text"], note["edited"]) for note in notes] == [
        ("bo", "One.", None),
        ("bo", "Two.", None),
    ]


def test_programs_add_notes_and_tags(robot: Client, three: list[Job]) -> None:
    job = three[2]
    address = job.get_absolute_url()
    note = robot.post(f"{address}notes.json", {"text": "From CI."}, "application/json")
    tagged = robot.post(f"{address}tags.json", {"add": ["CI", "v9"], "remove": ["unheard"]}, "application/json")

    assert fits(note, "/orgs/{slug}/jobs/{id}/notes.json", "post")["text"] == "From CI."
    assert fits(tagged, "/orgs/{slug}/jobs/{id}/tags.json", "post")["tags"] == ["ci", "v9"]
    assert {entry.via for entry in job.organization.actions.filter(job_id=job.viam_id)} == {"token robot"}


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("notes", {}),
        ("notes", {"text": 7}),
        ("notes", {"text": "x" * (MAX_NOTE + 1)}),
        ("tags", {"add": "baseline"}),
        ("tags", {"add": [7]}),
        ("tags", {"add": ["fine", ""]}),
    ],
)
def test_what_makes_no_sense_is_a_problem_and_changes_nothing(
    robot: Client, three: list[Job], what: str, body: dict[str, Any]
) -> None:
    answer = robot.post(f"{three[2].get_absolute_url()}{what}.json", body, "application/json")

    fits(answer, f"/orgs/{{slug}}/jobs/{{id}}/{what}.json", "post")
    assert answer.status_code == 422
    assert not three[2].notes.exists() and not three[2].tags.exists()


def test_a_token_that_may_only_look_adds_nothing(bo: User, three: list[Job]) -> None:
    reader = Client(headers=token(bo, Role.VIEWER))
    answers = [
        reader.post(f"{three[2].get_absolute_url()}{what}.json", {}, "application/json") for what in ("notes", "tags")
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
