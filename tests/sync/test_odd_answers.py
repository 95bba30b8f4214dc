"""One odd thing in an answer of the cloud is that thing's trouble: the rest of the answer is kept and shown."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as thoroughness
from hypothesis import strategies as st
from pytest_django import Settings

from jobs import viam
from jobs.api_keys.service import save_key
from jobs.domain import Credentials
from jobs.models import COMMAND_LINE, ApiKey, Catalogue, Organization
from jobs.sync import apply, catalogue, diff, fetch
from jobs.viam import catalogue_messages
from jobs.viam import messages as messages_
from protos import app_pb2, dataset_pb2, packages_pb2
from protos.ml_training_pb2 import Container, TrainingJobMetadata
from tests.viam.small_cloud import SmallCloud
from tests.viam.test_wire_properties import JOBS

pytestmark = pytest.mark.django_db

# Four bytes a character, and nothing to compress: an index of PostgreSQL's refuses it.
ENDLESS = "".join(random.Random(7).choices([chr(letter) for letter in range(0x20000, 0x2A000)], k=9_000))
SCRIPT = packages_pb2.PACKAGE_TYPE_ML_TRAINING
ODD_IDS = ["j" * 201, "a\0b", "a\nb", "\x7f", ENDLESS]
ODD_TEXTS = ["\0", "a\0b", ENDLESS, "\u202e\x1b[31m", "'; --", "%s {{ 7 }}"]
TEXTS = ("model_name", "model_version", "dataset_id", "registry_item_id", "registry_item_version", "container_version")
AT_LENGTH = thoroughness(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def small_cloud() -> Iterator[SmallCloud]:
    with SmallCloud().running() as cloud:
        yield cloud


@contextmanager
def harbor() -> Iterator[Organization]:
    """An organization that is forgotten afterwards."""
    with transaction.atomic():
        yield Organization.objects.create(viam_id="o-1", name="Harbor", slug="harbor", is_shown=True)
        transaction.set_rollback(True)


def take(organization: Organization, *messages: TrainingJobMetadata) -> diff.Difference:
    jobs = messages_.jobs_from(messages, organization.viam_id)
    return apply.apply_answer(organization, fetch.Answer(jobs, fetch.begin_request(organization), is_complete=True))


def with_text(name: str, odd: str) -> TrainingJobMetadata:
    """A job with this text as its `name`, and as a label."""
    message = TrainingJobMetadata(id="j-1", tags=[odd])
    setattr(message, name, odd)
    return message


@pytest.mark.parametrize("odd", ODD_IDS, ids=lambda odd: repr(odd[:9]))
def test_a_job_whose_id_can_not_be_kept_is_left_out(odd: str, caplog: pytest.LogCaptureFixture) -> None:
    with harbor() as organization:
        take(organization, TrainingJobMetadata(id=odd), TrainingJobMetadata(id="j-1"))
        assert [job.viam_id for job in organization.jobs.all()] == ["j-1"]
    assert len(caplog.records) == 1
    assert "with an id that can't be stored, dropped" in caplog.text


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("odd", ODD_TEXTS, ids=lambda odd: repr(odd[:9]))
def test_a_job_with_an_odd_text_is_kept(name: str, odd: str) -> None:
    with harbor() as organization:
        take(organization, with_text(name, odd))
        assert organization.jobs.count() == 1
        assert not take(organization, with_text(name, odd))


def test_a_text_that_is_cut_says_so() -> None:
    with harbor() as organization:
        take(organization, TrainingJobMetadata(id="j-1", model_name=ENDLESS))
        assert organization.jobs.get().model_name == ENDLESS[:499] + "…"


@AT_LENGTH
@given(st.lists(JOBS, max_size=4), st.sampled_from(ODD_TEXTS), st.sampled_from(TEXTS))
def test_any_answer_is_kept_and_shown(ana_client: Client, jobs: list[TrainingJobMetadata], odd: str, name: str) -> None:
    for message in jobs:
        message.organization_id = ""
    with harbor() as organization:
        take(organization, *jobs, with_text(name, odd))
        assert ana_client.get(organization.get_absolute_url()).status_code == 200
        for row in organization.jobs.all():
            row.organization = organization
            assert ana_client.get(row.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("odd", ODD_TEXTS, ids=lambda odd: repr(odd[:9]))
def test_datasets_with_odd_names_ids_and_twins_are_kept_as_far_as_can_be(odd: str) -> None:
    messages = [dataset_pb2.Dataset(id=name, name=odd) for name in ("d-1", "d-1", "d-2", odd * 70)]
    with harbor() as organization:
        catalogue.take_over_datasets(organization, catalogue_messages.datasets_from(messages, "o-1"))
        assert {"d-1", "d-2"} <= set(organization.datasets.values_list("viam_id", flat=True))


@pytest.mark.parametrize("odd", ODD_TEXTS, ids=lambda odd: repr(odd[:9]))
def test_scripts_and_containers_with_odd_texts_are_kept(odd: str) -> None:
    version = app_pb2.MLTrainingMetadata(versions=[app_pb2.MLTrainingVersion(version=odd)])
    item = app_pb2.RegistryItem(item_id=odd, name=odd, type=SCRIPT, ml_training_metadata=version)
    image = Container(key=odd, id=odd, uri=odd)
    with harbor() as organization:
        row = Catalogue(organization=organization)
        row.scripts = catalogue_messages.scripts_from([item], "o-1")
        row.containers = catalogue_messages.containers_from({odd: image}, [image], "o-1")
        row.save()
        row.refresh_from_db()
        assert (len(row.scripts), len(row.containers)) == (1, 1)


@pytest.mark.parametrize("odd", ODD_TEXTS, ids=lambda odd: repr(odd[:9]))
def test_an_organization_with_odd_texts_is_connected(odd: str, small_cloud: SmallCloud, settings: Settings) -> None:
    told = app_pb2.Organization(id="o-1", name=odd, public_namespace=odd, default_region=odd)
    other = app_pb2.Organization(id="x" * 101, name="Bolt Robotics")
    small_cloud.reply("ListOrganizations", app_pb2.ListOrganizationsResponse(organizations=[told, other]))
    settings.VIAM_ENDPOINTS = [small_cloud.endpoint]
    row = ApiKey(label="a key", key_id="id")
    kept = save_key(row=row, endpoint=small_cloud.endpoint, key="made up", actor=COMMAND_LINE).kept
    assert [organization.viam_id for organization in kept] == ["o-1"]
    viam.forget(small_cloud.endpoint, Credentials("id", "made up"))
