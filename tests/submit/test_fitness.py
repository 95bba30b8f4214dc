"""Before a managed job is sent: what Viam's documentation demands of its dataset, told from counts of images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import inf
from time import monotonic

import grpc
import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from emulator.server import Emulator
from jobs import viam
from jobs.api_keys.service import choose, save_key
from jobs.domain import Credentials, CustomJobRequest, JobRequest, ManagedJobRequest, ModelFramework, ModelType
from jobs.models import COMMAND_LINE, Actor, ApiKey, Organization
from jobs.submit import fitness
from jobs.submit.service import Unfit, submit_job
from jobs.sync import cycle, dataset_counts
from protos import app_pb2, data_pb2, dataset_pb2
from tests.viam.small_cloud import Refusal, SmallCloud

pytestmark = pytest.mark.django_db

COUNT = "BinaryDataByFilter"
CLASSES = {"model_type": ModelType.SINGLE_LABEL_CLASSIFICATION}


def of(
    bolt: Organization, asked: ManagedJobRequest, dataset: str, *labels: str, **changes: object
) -> ManagedJobRequest:
    found = bolt.datasets.get(name=dataset).viam_id
    return replace(asked, dataset_id=found, labels=labels, **changes)  # type: ignore[arg-type]


def told(bolt: Organization, request: ManagedJobRequest) -> dict[str, str]:
    """The findings by level; of each level there is one at most here."""
    return {finding.level: finding.words for finding in fitness.findings(bolt, request)}


def test_a_dataset_that_does(bolt: Organization, asked: ManagedJobRequest) -> None:
    request = of(bolt, asked, "bolts-line-3", "bolt", "nut", **CLASSES)
    assert told(bolt, request) == {"ok": "1,840 images, 91% of them labeled; at least 560 for each label."}


@pytest.mark.parametrize(
    ("dataset", "labels", "kind", "words"),
    [
        ("rare-defects", ["crack", "bolt"], 1, "bolt has 6 images; Viam requires 10 for each label."),
        ("night-shift-raw", ["person"], 1, "14% of the 5,210 images are labeled; Viam requires 80%."),
        ("bolts-line-3", ["bolt", "pear"], 1, "No image of this dataset has the label pear."),
        ("bolts-line-3", ["bolt", "jam"], 3, "No image of this dataset has the label jam."),
    ],
)
def test_what_viam_s_documentation_says_is_rejected_is_no_green_preflight(
    cloud: Emulator,
    bo: User,
    bolt: Organization,
    asked: ManagedJobRequest,
    dataset: str,
    labels: list[str],
    kind: int,
    words: str,
) -> None:
    """It was sent as if all were well. Who means it sends it, and Viam says what it says."""
    request = of(bolt, asked, dataset, *labels, model_type=ModelType(kind))
    assert words in told(bolt, request)["warning"]
    with pytest.raises(Unfit, match=words.split(";")[0]):
        submit_job(actor=Actor(bo), organization=bolt, request=request, token="once")
    assert cloud.calls["SubmitTrainingJob"] == 0
    submission = submit_job(actor=Actor(bo), organization=bolt, request=request, token="once", is_meant=True)
    assert (submission.state, cloud.calls["SubmitTrainingJob"]) == ("rejected", 1)


def test_of_many_thin_labels_some_are_named(bolt: Organization, asked: ManagedJobRequest) -> None:
    labels = [f"label-{number}" for number in range(9)]
    found = fitness.findings(bolt, of(bolt, asked, "bolts-line-3", *labels, **CLASSES))
    assert [finding.words for finding in found][-1] == "4 more labels have fewer than 10 images."
    assert len(found) == 6


def test_labels_that_are_unequal_are_a_hint(bolt: Organization, asked: ManagedJobRequest) -> None:
    request = of(bolt, asked, "conveyor-jams", "clear", "double-feed", **CLASSES)
    assert "clear has 640 images, double-feed only 88. Viam advises at most 3 times" in told(bolt, request)["hint"]


def test_what_isn_t_managed_or_not_filled_in_is_not_counted(
    cloud: Emulator, bolt: Organization, asked: ManagedJobRequest
) -> None:
    sequences = bolt.datasets.get(is_sequence=True).viam_id
    script = CustomJobRequest(asked.dataset_id, "n", "v", "bolt:weld-inspector", "2")
    untyped = replace(asked, model_type=ModelType.UNSPECIFIED)
    elsewhere = [replace(asked, dataset_id=other) for other in ("", "f" * 24, sequences)]
    requests: list[JobRequest] = [script, untyped, *elsewhere]
    for request in requests:
        assert fitness.findings(bolt, request) == []
    assert cloud.calls[COUNT] == 0


def test_counts_cost_two_calls_and_one_a_label_and_are_kept(
    cloud: Emulator, bolt: Organization, asked: ManagedJobRequest
) -> None:
    """And never an image: the form is looked over with every change."""
    fitness.findings(bolt, of(bolt, asked, "bolts-line-3", "bolt", "nut", **CLASSES))
    fitness.findings(bolt, of(bolt, asked, "bolts-line-3", "nut", "bolt", **CLASSES))
    assert cloud.calls[COUNT] == 4
    fitness.findings(bolt, of(bolt, asked, "bolts-line-3", "nut", "washer", **CLASSES))
    assert cloud.calls[COUNT] == 5


def test_a_form_shows_forty_labels_within_a_second(cloud: Emulator, bolt: Organization) -> None:
    """Two calls for all labels, one for all images, one for those that are labeled, one for each label; once."""
    dataset = next(one for one in cloud.world.datasets.of(bolt.viam_id) if one.name == "bolts-line-3")
    dataset.boxes = {f"label-{number:02}": 40 + number for number in range(40)}
    began = monotonic()
    offer = fitness.offer_labels(bolt, dataset.id, ModelType.OBJECT_DETECTION)
    assert monotonic() - began < 1
    assert (len(offer.labels), offer.total, cloud.calls[COUNT], cloud.calls["TagsByFilter"]) == (40, 1840, 42, 1)
    fitness.offer_labels(bolt, dataset.id, ModelType.OBJECT_DETECTION)
    assert cloud.calls[COUNT] == 42


def test_labels_are_told_apart_by_their_images(bolt: Organization) -> None:
    rare = bolt.datasets.get(name="rare-defects").viam_id
    offer = fitness.offer_labels(bolt, rare, ModelType.SINGLE_LABEL_CLASSIFICATION)
    assert [(label.name, label.images, label.fit) for label in offer.labels] == [
        ("bolt", 6, "thin"),
        ("crack", 22, ""),
        ("dent", 13, ""),
    ]
    assert (offer.total, offer.share, offer.thin) == (41, 100, ["bolt"])
    jams = bolt.datasets.get(name="conveyor-jams").viam_id
    uneven = fitness.offer_labels(bolt, jams, ModelType.SINGLE_LABEL_CLASSIFICATION).labels
    assert {label.name: label.fit for label in uneven} == {"clear": "", "double-feed": "uneven", "jam": "uneven"}


def test_where_counting_is_not_offered_labels_are_there_all_the_same(cloud: Emulator, bolt: Organization) -> None:
    cloud.faults.forget(COUNT)
    rare = bolt.datasets.get(name="rare-defects").viam_id
    offer = fitness.offer_labels(bolt, rare, ModelType.SINGLE_LABEL_CLASSIFICATION)
    assert (offer.names, offer.total, offer.problem) == (["bolt", "crack", "dent"], None, "")


def test_a_label_that_a_job_names_twice_is_counted_once(
    cloud: Emulator, bolt: Organization, asked: ManagedJobRequest
) -> None:
    """Other tools submit such jobs, and the form sends them again as they were."""
    words = told(bolt, of(bolt, asked, "bolts-line-3", "bolt", "nut", "bolt", **CLASSES))
    assert words == {"ok": "1,840 images, 91% of them labeled; at least 560 for each label."}
    assert cloud.calls[COUNT] == 4


def test_nobody_counts_for_ever(
    cloud: Emulator, bolt: Organization, asked: ManagedJobRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataset_counts, "CALLS_A_MINUTE", 4)
    fitness.findings(bolt, of(bolt, asked, "bolts-line-3", "bolt", "nut", **CLASSES))
    words = told(bolt, of(bolt, asked, "bolts-line-3", "bolt", "washer", **CLASSES))
    assert ("very often" in words["hint"], cloud.calls[COUNT]) == (True, 4)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (grpc.StatusCode.UNAVAILABLE, "no way"),
        (grpc.StatusCode.PERMISSION_DENIED, "no way"),
        (grpc.StatusCode.UNKNOWN, "no way"),
    ],
)
def test_what_can_t_be_counted_is_said_and_stops_nobody(
    cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest, code: grpc.StatusCode, words: str
) -> None:
    """Asked once, and then left alone for a while: the form goes on being filled in."""
    cloud.faults.fail(COUNT, code, words, times=inf)
    request = of(bolt, asked, "rare-defects", "crack", "bolt", **CLASSES)
    assert told(bolt, request) == {"hint": f"The images of this dataset weren't counted. {words}"}
    calls = cloud.calls[COUNT]
    assert told(bolt, request)["hint"]
    submission = submit_job(actor=Actor(bo), organization=bolt, request=request, token="once")
    assert (submission.state, cloud.calls[COUNT]) == ("rejected", calls)


def test_a_cloud_that_is_away_already_is_not_asked(
    cloud: Emulator, bolt: Organization, asked: ManagedJobRequest
) -> None:
    Organization.objects.update(problem="timed_out")
    bolt.refresh_from_db()
    assert "can't be refreshed either" in told(bolt, asked)["hint"]
    assert cloud.calls[COUNT] == 0


def test_a_cloud_that_counts_nothing_is_no_trouble(
    cloud: Emulator, bolt: Organization, asked: ManagedJobRequest
) -> None:
    cloud.faults.forget(COUNT)
    assert told(bolt, asked) == {}


def test_the_form_tells_it_while_it_is_filled_in(
    bo_client: Client, bolt: Organization, asked: ManagedJobRequest
) -> None:
    form = {
        "dataset": bolt.datasets.get(name="rare-defects").viam_id,
        "type": "single_label_classification",
        "labels": "crack, bolt",
        "name": "crack-finder",
        "version": "v1",
        "framework": "tflite",
        "token": "once",
    }
    aside = bo_client.post(f"/orgs/{bolt.slug}/jobs/new/check/", form).text
    assert "bolt has 6 images; Viam requires 10 for each label." in aside
    page = bo_client.post(f"/orgs/{bolt.slug}/jobs/new/", form)
    assert (page.status_code, "Submit anyway" in page.text) == (422, True)


@pytest.fixture
def few(db: None, settings: Settings) -> Iterator[Organization]:
    """A cloud of its own, whose dataset has 14 images, all with boxes of both labels."""
    with SmallCloud().running() as small:
        settings.VIAM_ENDPOINTS = [small.endpoint]
        one = app_pb2.Organization(id="o-1", name="Small")
        small.reply("ListOrganizations", app_pb2.ListOrganizationsResponse(organizations=[one]))
        dataset = dataset_pb2.Dataset(id="d-1", name="few", organization_id="o-1")
        small.reply(
            "ListDatasetsByOrganizationID", dataset_pb2.ListDatasetsByOrganizationIDResponse(datasets=[dataset])
        )
        small.reply("BoundingBoxLabelsByFilter", data_pb2.BoundingBoxLabelsByFilterResponse(labels=["bolt", "nut"]))
        small.reply(COUNT, data_pb2.BinaryDataByFilterResponse(count=14))
        row = ApiKey(label="Small", key_id="k")
        save_key(row=row, endpoint=small.endpoint, key="secret-of-the-small-cloud", actor=COMMAND_LINE)
        choose(row, ["o-1"], COMMAND_LINE)
        organization = row.organizations.get()
        cycle.refresh_now(organization)
        organization.small = small  # type: ignore[attr-defined]
        yield organization
        viam.forget(small.endpoint, Credentials("k", "secret-of-the-small-cloud"))


DETECTION = ManagedJobRequest("d-1", "finder", "v1", ModelType.OBJECT_DETECTION, ModelFramework.TFLITE, ["bolt"])


def test_detection_takes_fifteen_images(few: Organization) -> None:
    assert told(few, DETECTION) == {"warning": "This dataset has 14 images; Viam requires 15 for object detection."}
    asked = [call.message.data_request.filter for call in few.small.seen if call.name == COUNT]  # type: ignore[attr-defined]
    assert sorted(sorted(chosen.bbox_labels) for chosen in asked) == [[], ["bolt"], ["bolt", "nut"]]


def test_labels_that_are_chosen_count_though_the_cloud_lists_none(few: Organization) -> None:
    """The call for them is deprecated."""
    few.small.reply("BoundingBoxLabelsByFilter", data_pb2.BoundingBoxLabelsByFilterResponse())  # type: ignore[attr-defined]
    assert "labeled" not in told(few, DETECTION)["warning"]


def test_another_label_asks_anew_how_many_images_are_labeled(few: Organization) -> None:
    """The share of the label before stood for a minute."""
    few.small.reply("BoundingBoxLabelsByFilter", data_pb2.BoundingBoxLabelsByFilterResponse())  # type: ignore[attr-defined]
    for label in ("bolt", "washer"):
        fitness.findings(few, replace(DETECTION, labels=[label]))
    asked = [call.message.data_request.filter.bbox_labels for call in few.small.seen if call.name == COUNT]  # type: ignore[attr-defined]
    assert [list(chosen) for chosen in asked].count(["washer"]) == 2, "the share of all, and the label's own"


def test_a_dataset_without_images(few: Organization) -> None:
    few.small.reply(COUNT, data_pb2.BinaryDataByFilterResponse())  # type: ignore[attr-defined]
    assert told(few, DETECTION) == {"warning": "This dataset has no images."}


def test_labels_that_the_cloud_does_not_list_leave_the_share_out(few: Organization) -> None:
    small: SmallCloud = few.small  # type: ignore[attr-defined]
    small.reply("BoundingBoxLabelsByFilter", Refusal(grpc.StatusCode.UNIMPLEMENTED))
    small.reply(COUNT, data_pb2.BinaryDataByFilterResponse(count=20))
    assert told(few, DETECTION) == {"ok": "20 images; at least 20 for each label."}
