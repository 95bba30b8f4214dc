"""What an address asks to see of a list, read and written back."""

from datetime import UTC, date, datetime
from urllib.parse import parse_qsl

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from jobs.domain import JobStatus, ModelFramework, ModelType
from jobs.job_list.active_filters import chips_of, form_of
from jobs.job_list.columns import SORTS
from jobs.job_list.filter_kinds import Filter, Kind
from jobs.job_list.filters import FILTERS, Filters
from jobs.models import Job, Organization

NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)


@pytest.fixture
def harbor(db: None) -> Organization:
    return Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots")


def add(organization: Organization, name: str, **fields: object) -> Job:
    usual = {"status": JobStatus.COMPLETED, "sorted_on": NOON, "seen_at": NOON, "search_text": name}
    return Job.objects.create(organization=organization, viam_id=name, model_name=name, **{**usual, **fields})


def names(organization: Organization, address: dict[str, str], me: str = "") -> list[str]:
    filters = Filters.from_address(address)
    jobs = organization.jobs.matching(filters, me)
    return [job.model_name for job in jobs.order_by(*filters.order())]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ({"kind": "custom"}, ["custom"]),
        ({"kind": "managed"}, ["other", "plain"]),
        ({"kind": "nonsense"}, ["custom", "other", "plain"]),
        ({"type": "object_detection"}, ["plain"]),
        ({"framework": "onnx"}, ["custom"]),
        ({"dataset": "d-1"}, ["plain"]),
        ({"script": "bolt:weld"}, ["custom"]),
        ({"container": "tf:2.17"}, ["custom"]),
        ({"container": "c-1"}, ["other"]),
        ({"container": "tf"}, []),
        ({"label": "Bolt"}, ["plain"]),
        ({"label": "bol"}, []),
        ({"label": '"]'}, []),
        ({"by": "bo"}, ["plain"]),
        ({"by": "me"}, ["plain"]),
        ({"by": "elsewhere"}, ["custom", "other"]),
        ({"since": "2026-05-12", "until": "2026-05-12"}, ["custom", "plain"]),
        ({"until": "2026-05-11"}, ["other"]),
        ({"status": "failed"}, ["other"]),
        ({"not": "failed"}, ["custom", "plain"]),
        ({"status": "failed,completed", "not": "failed"}, ["custom", "plain"]),
    ],
)
def test_each_filter_finds_its_jobs(harbor: Organization, address: dict[str, str], found: list[str]) -> None:
    bo = User.objects.create_user("bo")
    detection = {"model_type": ModelType.OBJECT_DETECTION, "labels": ["Bolt", "nut"], "dataset_id": "d-1"}
    add(harbor, "plain", submitted_by=bo, search_text="plain\nbolt\nnut", **detection)
    custom = {"is_custom": True, "script_id": "bolt:weld", "container_version": "tf:2.17", "container_id": "c-1"}
    add(harbor, "custom", model_framework=ModelFramework.ONNX, **custom)
    add(harbor, "other", status=JobStatus.FAILED, sorted_on=NOON.replace(day=10), container_id="c-1")

    assert sorted(names(harbor, address, me="bo")) == found


@pytest.mark.parametrize("column", sorted({*SORTS} - {"organization"}))
def test_each_column_sorts_both_ways(harbor: Organization, column: str) -> None:
    times = {"training_started": NOON, "training_ended": NOON.replace(hour=13)}
    add(harbor, "alpha", model_version="1", script_id="a", dataset_id="a", status=1, **times)
    later = {"training_started": NOON, "training_ended": NOON.replace(hour=15), "sorted_on": NOON.replace(day=13)}
    add(harbor, "beta", model_version="2", script_id="b", dataset_id="b", status=3, **later)
    Job.objects.filter(model_name="alpha").update(submitted_by=User.objects.create_user("ada"))
    Job.objects.filter(model_name="beta").update(submitted_by=User.objects.create_user("bo"))

    assert names(harbor, {"sort": column}) == ["alpha", "beta"]
    assert names(harbor, {"sort": f"-{column}"}) == ["beta", "alpha"]


def test_what_is_no_filter_is_named() -> None:
    asked = {"colour": "red", "status": "failed", "type": "nonsense", "since": "yesterday", "page": "2"}

    assert Filters.from_address(asked).ignored == ("colour", "type", "since")


@pytest.mark.parametrize("sort", ["__class__", "--created", "password", "created desc", "", "-"])
def test_no_address_sorts_by_what_is_not_a_column(sort: str) -> None:
    """Row 55."""
    assert Filters.from_address({"sort": sort}).sort == "-created"


@pytest.mark.parametrize(("per", "read"), [("25", 25), ("100", 100), ("1000000", 50), ("-1", 50), ("x", 50)])
def test_a_page_is_one_of_three_sizes(per: str, read: int) -> None:
    """Row 55."""
    assert Filters.from_address({"per": per}).per == read


def test_a_filter_is_taken_away_without_the_others() -> None:
    filters = Filters.from_address({"status": "failed,pending", "q": "bolt", "dataset": "d&1", "page": "3"})

    assert filters.without("query") == "status=failed%2Cpending&dataset=d%261"
    assert filters.to_address(page=3).endswith("&page=3")


def test_days_are_whole() -> None:
    assert Filters.from_address({"since": "2026-05-12"}).since == date(2026, 5, 12)


@given(st.dictionaries(st.sampled_from([row.name for row in FILTERS] + ["page", "per", "sort"]), st.text()))
def test_whatever_is_asked_is_read_and_written_back(address: dict[str, str]) -> None:
    """Row 55: never an error, and what was understood survives."""
    filters = Filters.from_address(address)
    again = Filters.from_address(dict(parse_qsl(filters.to_address(page=filters.page))))

    assert {**vars_of(again), "ignored": ()} == {**vars_of(filters), "ignored": ()}


def vars_of(filters: Filters) -> dict[str, object]:
    return {name: getattr(filters, name) for name in Filters.__dataclass_fields__}


def test_statuses_ticked_one_by_one_are_several() -> None:
    filters = Filters.from_query("status=failed&status=pending&kind=&type=&q=one&q=two")

    assert (filters.statuses, filters.kind, filters.query, filters.ignored) == (("failed", "pending"), "", "two", ())


def test_every_row_of_the_table_has_its_place_in_filters() -> None:
    attributes = [row.attribute for row in FILTERS]

    assert attributes == list(Filters.__dataclass_fields__)[: len(FILTERS)]
    assert len({row.name for row in FILTERS}) == len(FILTERS)
    assert all(row.where or row.column for row in FILTERS if row.kind != Kind.STATUSES)


def test_the_form_asks_for_every_filter_and_is_filled_as_it_is_now(harbor: Organization) -> None:
    """Statuses have boxes of their own, and the search its field above the list."""
    address = {"kind": "custom", "dataset": "d-1", "label": "Bolt", "by": "me", "since": "2026-05-12"}
    add(harbor, "plain", dataset_id="d-1")
    asked = form_of(harbor, Filters.from_address(address)).fields

    assert {field.filter.name for field in asked} == {row.name for row in FILTERS} - {"status", "not", "q"}
    assert {field.filter.name: field.value for field in asked if field.value} == address
    assert all(not field.value or field.value in dict(field.choices) for field in asked if field.is_choice)


@pytest.mark.parametrize("row", [row for row in FILTERS if row.kind != Kind.STATUSES], ids=lambda row: row.name)
def test_every_filter_is_a_chip_that_takes_it_away(harbor: Organization, row: Filter) -> None:
    value = next(iter(row.choices), "2026-05-12")
    filters = Filters.from_address({row.name: value, "status": "failed"})

    assert [(chip.label, chip.without) for chip in chips_of(harbor, filters)] == [(row.label, "status=failed")]


def test_filters_are_looked_for_in_one_organization_alone(harbor: Organization) -> None:
    """A dataset of this name elsewhere is nobody's business here."""
    elsewhere = Organization.objects.create(viam_id="other", name="Other", slug="other")
    elsewhere.datasets.create(viam_id="d-1", name="bolts")
    add(harbor, "plain", dataset_id="d-1")
    add(elsewhere, "theirs", dataset_id="d-1")

    assert names(harbor, {"q": "bolts"}) == []
    assert names(elsewhere, {"q": "bolts"}) == ["theirs"]
