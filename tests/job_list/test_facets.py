"""What a list can be narrowed to by one click, and how many jobs each choice would show."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User

from jobs.domain import Container, JobStatus, ModelFramework, ModelType, Role
from jobs.job_list.active_filters import form_of
from jobs.job_list.facets import FACETS, MAX_CHOICES, facet_of
from jobs.job_list.filters import Filters
from jobs.job_list.service import list_jobs
from jobs.models import Catalogue, Job, Organization

NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)


@pytest.fixture
def harbor(db: None) -> Organization:
    return Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots")


def add(organization: Organization, **fields: object) -> Job:
    number = organization.jobs.count()
    usual = {"status": JobStatus.COMPLETED, "sorted_on": NOON + timedelta(minutes=number), "seen_at": NOON}
    return Job.objects.create(organization=organization, viam_id=f"job-{number}", **{**usual, **fields})


def told(organization: Organization, word: str, query: str = "", me: str = "") -> list[tuple[str, int | None]]:
    facet = facet_of(organization, Filters.from_query(query), word, me)
    return [(choice.label, choice.count) for choice in facet.choices]


def test_a_script_is_one_choice_whatever_type_its_jobs_tell(harbor: Organization) -> None:
    for kind in (ModelType.UNSPECIFIED, ModelType.OBJECT_DETECTION):
        add(harbor, is_custom=True, script_id="bolt:weld", model_type=kind)
    add(harbor, model_type=ModelType.OBJECT_DETECTION)
    assert told(harbor, "training") == [("bolt:weld", 2), ("Managed: object detection", 1)]


def test_a_dataset_is_told_by_its_name_and_jobs_without_one_are_left_out(harbor: Organization) -> None:
    harbor.datasets.create(viam_id="ds-1", name="bolts-may")
    for dataset in ("ds-1", "ds-1", "ds-2", ""):
        add(harbor, dataset_id=dataset)
    assert told(harbor, "dataset") == [("bolts-may", 2), ("ds-2", 1)]


def test_people_and_jobs_from_elsewhere(harbor: Organization) -> None:
    bo = User.objects.create_user("bo")
    for who in (bo, None, None):
        add(harbor, submitted_by=who)
    assert told(harbor, "by") == [("Outside Trainyard", 2), ("bo", 1)]


def test_a_container_is_told_by_its_key_and_one_s_own_by_theirs(harbor: Organization) -> None:
    """Jobs tell the key of one of Viam's, and the id of one of the organization's own."""
    keys = {"c-1": "welds", "c-2": "twin", "c-3": "twin"}
    containers = [Container(key, id=id_, is_own=True) for id_, key in keys.items()]
    catalogue = Catalogue(organization=harbor)
    catalogue.containers = [*containers, Container("tf:2.17", id="c-9")]
    catalogue.save()
    for container in ({"container_version": "tf:2.17"}, *({"container_id": id_} for id_ in ("c-1", "c-1", "c-2"))):
        add(harbor, is_custom=True, **container)
    add(harbor)

    assert told(harbor, "container") == [("welds", 2), ("c-2", 1), ("tf:2.17", 1)]
    (chip,) = list_jobs(harbor, Role.VIEWER, Filters(container="c-1")).chips
    assert (chip.label, chip.text) == ("Container", "welds")
    offered = next(field.choices for field in form_of(harbor, Filters()).fields if field.filter.name == "container")
    assert offered == [("c-2", "c-2"), ("tf:2.17", "tf:2.17"), ("c-1", "welds")]


def test_a_number_that_nobody_knows_is_no_choice(harbor: Organization) -> None:
    for framework in (ModelFramework.ONNX, 12, 0):
        add(harbor, model_framework=framework)
    assert told(harbor, "framework") == [("ONNX", 1)]


def test_counts_keep_to_the_other_filters_and_not_to_their_own(harbor: Organization) -> None:
    add(harbor, dataset_id="ds-1", status=JobStatus.FAILED)
    add(harbor, dataset_id="ds-2", status=JobStatus.FAILED)
    add(harbor, dataset_id="ds-2")
    assert told(harbor, "dataset", "status=failed&dataset=ds-1") == [("ds-1", 1), ("ds-2", 1)]


@pytest.mark.parametrize("word", FACETS)
def test_every_choice_shows_as_many_jobs_as_it_says(harbor: Organization, word: str) -> None:
    bo = User.objects.create_user("bo")
    add(harbor, dataset_id="ds-1", model_type=ModelType.OBJECT_DETECTION, model_framework=ModelFramework.TFLITE)
    custom = {"is_custom": True, "script_id": "bolt:weld", "container_version": "tf:2.17"}
    add(harbor, dataset_id="ds-1", model_framework=ModelFramework.ONNX, **custom)
    add(harbor, dataset_id="ds-2", submitted_by=bo, status=JobStatus.FAILED)
    for choice in facet_of(harbor, Filters.from_query("kind=custom"), word).choices:
        assert choice.count in (None, list_jobs(harbor, Role.VIEWER, Filters.from_query(choice.query)).total)


def test_the_one_in_use_leads_back_to_the_whole_list(harbor: Organization) -> None:
    add(harbor, dataset_id="ds-1")
    (choice,) = facet_of(harbor, Filters.from_query("dataset=ds-1&status=completed"), "dataset").choices
    assert (choice.is_chosen, choice.query) == (True, "status=completed")


@time_machine.travel(NOON)
def test_a_period_begins_on_a_day_and_stays_open(harbor: Organization) -> None:
    choices = {choice.label: choice for choice in facet_of(harbor, Filters(since=date(2026, 5, 6)), "period").choices}
    assert choices["Today"].query == "since=2026-05-12"
    assert choices["The last 7 days"].is_chosen


def test_a_menu_has_an_end_and_says_so(harbor: Organization) -> None:
    for number in range(MAX_CHOICES + 1):
        add(harbor, dataset_id=f"ds-{number}")
    facet = facet_of(harbor, Filters(), "dataset")
    assert (len(facet.choices), facet.is_cut) == (MAX_CHOICES, True)
