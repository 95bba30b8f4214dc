"""Datasets, training scripts and containers, as the cloud listed them last."""

from datetime import UTC, datetime

import grpc
import pytest
from pytest_django import Settings

from emulator.server import Emulator
from jobs.domain import CloudDataset
from jobs.models import Organization
from jobs.sync import catalogue, cycle
from jobs.sync.connection import cloud_of

MADE = datetime(2026, 1, 5, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_datasets_are_added_renamed_and_marked_as_gone() -> None:
    harbor = Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots")
    catalogue.take_over_datasets(harbor, [CloudDataset("1", "bolts"), CloudDataset("2", "nuts")])
    catalogue.take_over_datasets(harbor, [CloudDataset("1", "bolts-may")])
    assert [(row.name, row.missing_since is None) for row in harbor.datasets.all()] == [
        ("bolts-may", True),
        ("nuts", False),
    ]


def test_a_dataset_s_time_is_what_the_cloud_says_last() -> None:
    """Issue 15, number 25: field by field. The page of datasets is in this order."""
    harbor = Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots")
    catalogue.take_over_datasets(harbor, [CloudDataset("1", "bolts")])
    catalogue.take_over_datasets(harbor, [CloudDataset("1", "bolts", created_on=MADE)])
    assert harbor.datasets.get().created_on == MADE


def test_scripts_and_containers_come_back_as_they_went_in(bolt: Organization) -> None:
    cloud = cloud_of(bolt)
    assert bolt.catalogue.scripts == cloud.list_scripts(bolt.viam_id)
    assert bolt.catalogue.containers == cloud.list_containers(bolt.viam_id)


def test_the_organization_s_own_scripts_come_first(bolt: Organization) -> None:
    assert bolt.catalogue.scripts[0].id.startswith("bolt:")


def test_a_failure_keeps_what_is_there_and_is_no_problem_of_the_jobs(cloud: Emulator, bolt: Organization) -> None:
    before = bolt.catalogue.scripts
    cloud.faults.fail("ListRegistryItems", grpc.StatusCode.INTERNAL)
    cycle.refresh_now(bolt)
    bolt.refresh_from_db()
    assert (bolt.problem, bolt.catalogue.scripts) == ("", before)


def test_a_failure_is_tried_again_in_a_minute(cloud: Emulator, bolt: Organization, settings: Settings) -> None:
    cloud.faults.fail("ListRegistryItems", grpc.StatusCode.INTERNAL)
    cycle.refresh_now(bolt)
    bolt.refresh_from_db()
    assert bolt.catalogue_at and bolt.fetched_at
    pause = bolt.catalogue_at.timestamp() + settings.REFRESH_CATALOGUE_SECONDS - bolt.fetched_at.timestamp()
    assert 55 < pause < 65


@pytest.mark.parametrize("method", ["ListDatasetsByOrganizationID", "ListRegistryItems", "ListSupportedContainers"])
def test_one_call_that_is_denied_leaves_the_others(cloud: Emulator, bolt: Organization, method: str) -> None:
    """Without datasets nobody heard of a new script, and the key was none the worse for it."""
    bolt.catalogue.delete()
    bolt.datasets.all().delete()
    cloud.faults.fail(method, grpc.StatusCode.PERMISSION_DENIED, "not this", times=99)
    cycle.refresh_now(bolt)
    bolt = Organization.objects.get(pk=bolt.pk)
    there = [bolt.datasets.exists(), bool(bolt.catalogue.scripts), bool(bolt.catalogue.containers)]
    assert (there.count(True), bolt.problem, bolt.credentials and bolt.credentials.problem) == (2, "", "")
