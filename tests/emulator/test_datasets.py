"""Datasets and their labels."""

from collections.abc import Sequence
from typing import Any

import grpc
import pytest

from emulator.world.datasets import Dataset
from emulator.world.tenants import BOLT_ROBOTICS_ID, HARBOR_PILOTS_ID, OTHER_TENANT_ID
from protos import data_pb2, dataset_pb2
from tests.emulator.people import Person, refusal

SEQUENCE = dataset_pb2.DATASET_TYPE_SEQUENCE_DATA


def listed(
    person: Person, organization_id: str = BOLT_ROBOTICS_ID, kind: dataset_pb2.DatasetType | None = None
) -> dict[str, dataset_pb2.Dataset]:
    request = dataset_pb2.ListDatasetsByOrganizationIDRequest(organization_id=organization_id, type=kind)
    return {found.name: found for found in person.datasets.ListDatasetsByOrganizationID(request).datasets}


def by_ids(person: Person, ids: Sequence[str]) -> list[str]:
    answer = person.datasets.ListDatasetsByIDs(dataset_pb2.ListDatasetsByIDsRequest(ids=ids))
    return [dataset.id for dataset in answer.datasets]


def create(person: Person, name: str, kind: dataset_pb2.DatasetType | None = None) -> str:
    request = dataset_pb2.CreateDatasetRequest(name=name, organization_id=BOLT_ROBOTICS_ID, type=kind)
    return person.datasets.CreateDataset(request).id


def rename(person: Person, dataset_id: str, name: str) -> None:
    person.datasets.RenameDataset(dataset_pb2.RenameDatasetRequest(id=dataset_id, name=name))


def delete(person: Person, dataset_id: str) -> None:
    person.datasets.DeleteDataset(dataset_pb2.DeleteDatasetRequest(id=dataset_id))


def tags(person: Person, **chosen: Sequence[str] | str) -> list[str]:
    request = data_pb2.TagsByFilterRequest(filter=data_pb2.Filter(**chosen))  # type: ignore[arg-type]
    return list(person.data.TagsByFilter(request).tags)


def test_datasets_look_like_viams(ada: Person) -> None:
    bolts = listed(ada)["bolts-line-3"]
    assert len(bolts.id) == 24
    assert int(bolts.id, 16)
    assert bolts.organization_id == BOLT_ROBOTICS_ID
    assert 0 < bolts.time_created.seconds < ada.clock()


def test_one_dataset_holds_sequences(ada: Person) -> None:
    assert list(listed(ada, kind=SEQUENCE)) == ["arm-trajectories"]
    assert "arm-trajectories" not in listed(ada, kind=dataset_pb2.DATASET_TYPE_BINARY_DATA)
    assert "arm-trajectories" in listed(ada)


def test_datasets_of_another_tenant_are_denied(ada: Person) -> None:
    assert refusal(listed, ada, OTHER_TENANT_ID).code == grpc.StatusCode.PERMISSION_DENIED


def test_unknown_ids_are_missing_from_the_answer(ada: Person, mallory: Person) -> None:
    known = ada.dataset_id("bolts-line-3")
    theirs = mallory.dataset_id("not-yours", OTHER_TENANT_ID)
    assert by_ids(ada, [known, "0" * 24, theirs]) == [known]


def test_a_dataset_is_created_renamed_and_deleted(ada: Person) -> None:
    created = create(ada, "screws", SEQUENCE)
    rename(ada, created, "screws-2")
    assert listed(ada)["screws-2"].type == SEQUENCE
    delete(ada, created)
    assert by_ids(ada, [created]) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [("", grpc.StatusCode.INVALID_ARGUMENT), ("weld-seams", grpc.StatusCode.ALREADY_EXISTS)],
)
def test_names_are_needed_and_unique(ada: Person, name: str, code: grpc.StatusCode) -> None:
    assert refusal(create, ada, name).code == code
    assert refusal(rename, ada, ada.dataset_id("bolts-line-3"), name).code == code


def test_nobody_touches_the_dataset_of_another_tenant(ada: Person, mallory: Person) -> None:
    bolts = ada.dataset_id("bolts-line-3")
    assert refusal(delete, mallory, bolts).code == grpc.StatusCode.NOT_FOUND
    assert refusal(rename, mallory, bolts, "mine").code == grpc.StatusCode.NOT_FOUND
    assert refusal(tags, mallory, dataset_id=bolts).code == grpc.StatusCode.NOT_FOUND


def test_tags_of_a_dataset(ada: Person) -> None:
    assert tags(ada, dataset_id=ada.dataset_id("conveyor-jams")) == ["clear", "double-feed", "jam"]


def test_box_labels_of_a_dataset(ada: Person) -> None:
    chosen = data_pb2.Filter(dataset_id=ada.dataset_id("conveyor-jams"))
    answer = ada.data.BoundingBoxLabelsByFilter(data_pb2.BoundingBoxLabelsByFilterRequest(filter=chosen))
    assert list(answer.labels) == ["carton", "jam"]


def test_tags_of_an_organization(ada: Person) -> None:
    assert tags(ada, organization_ids=[HARBOR_PILOTS_ID]) == ["fog", "harbor", "loose", "open-sea", "tied"]


def test_tags_of_an_unknown_dataset(ada: Person) -> None:
    assert refusal(tags, ada, dataset_id="0" * 24).code == grpc.StatusCode.NOT_FOUND


def count(person: Person, dataset: str, **chosen: Any) -> int:
    filtered = data_pb2.Filter(dataset_id=person.dataset_id(dataset), **chosen)
    asked = data_pb2.DataRequest(filter=filtered)
    request = data_pb2.BinaryDataByFilterRequest(data_request=asked, count_only=True)
    answer = person.data.BinaryDataByFilter(request)
    assert not answer.data
    return answer.count


def tagged(kind: data_pb2.TagsFilterType, *tags: str) -> data_pb2.TagsFilter:
    return data_pb2.TagsFilter(type=kind, tags=tags)


def test_images_are_counted_by_their_labels(ada: Person) -> None:
    """They add up: each is labelled or not, and a label has as many as it has."""
    assert count(ada, "bolts-line-3") == 1840
    labelled = count(ada, "bolts-line-3", tags_filter=tagged(data_pb2.TAGS_FILTER_TYPE_TAGGED))
    rest = count(ada, "bolts-line-3", tags_filter=tagged(data_pb2.TAGS_FILTER_TYPE_UNTAGGED))
    assert (labelled, rest) == (1690, 150)
    by_or = data_pb2.TAGS_FILTER_TYPE_MATCH_BY_OR
    assert count(ada, "bolts-line-3", tags_filter=tagged(by_or, "bolt")) == 720
    assert count(ada, "bolts-line-3", tags_filter=tagged(by_or, "bolt", "nut")) == 1280
    assert count(ada, "bolts-line-3", tags_filter=tagged(by_or, "pear")) == 0
    assert count(ada, "bolts-line-3", bbox_labels=["nut"]) == 802


def test_images_come_in_pages_with_what_they_carry(ada: Person) -> None:
    chosen = data_pb2.Filter(dataset_id=ada.dataset_id("rare-defects"))
    images: list[data_pb2.BinaryData] = []
    last = ""
    while page := ada.data.BinaryDataByFilter(
        data_pb2.BinaryDataByFilterRequest(data_request=data_pb2.DataRequest(filter=chosen, limit=20, last=last))
    ):
        if not page.data:
            break
        images += page.data
        last = page.last
    assert len({image.metadata.binary_data_id for image in images}) == len(images) == 41
    assert sum("bolt" in image.metadata.capture_metadata.tags for image in images) == 6
    assert sum(box.label == "dent" for image in images for box in image.metadata.annotations.bboxes) == 4


def test_images_of_another_tenant_are_not_counted(ada: Person, mallory: Person) -> None:
    asked = data_pb2.DataRequest(filter=data_pb2.Filter(dataset_id=ada.dataset_id("bolts-line-3")))
    request = data_pb2.BinaryDataByFilterRequest(data_request=asked, count_only=True)
    assert refusal(mallory.data.BinaryDataByFilter, request).code == grpc.StatusCode.NOT_FOUND


def test_datasets_are_merged(ada: Person) -> None:
    parts = [ada.dataset_id("bolts-line-3"), ada.dataset_id("rare-defects")]
    request = dataset_pb2.MergeDatasetsRequest(dataset_ids=parts, name="both", organization_id=BOLT_ROBOTICS_ID)
    merged = ada.datasets.MergeDatasets(request).dataset_id
    assert tags(ada, dataset_id=merged) == ["bolt", "crack", "dent", "nut", "washer"]
    assert count(ada, "both") == 1881
    assert refusal(ada.datasets.MergeDatasets, request).code == grpc.StatusCode.ALREADY_EXISTS
    alone = dataset_pb2.MergeDatasetsRequest(dataset_ids=parts[:1], name="one", organization_id=BOLT_ROBOTICS_ID)
    assert refusal(ada.datasets.MergeDatasets, alone).code == grpc.StatusCode.INVALID_ARGUMENT


def test_exporting_is_not_emulated(ada: Person) -> None:
    service = ada.datasets
    export = dataset_pb2.GetSequenceDatasetExportRequest()
    start = dataset_pb2.StartSequenceDatasetExportRequest()
    assert refusal(service.StartSequenceDatasetExport, start).code == grpc.StatusCode.UNIMPLEMENTED
    assert refusal(service.GetSequenceDatasetExport, export).code == grpc.StatusCode.UNIMPLEMENTED


def test_a_dataset_grows_in_its_proportions() -> None:
    dataset = Dataset("d", BOLT_ROBOTICS_ID, "growing", 0.0, images=100, tags={"bolt": 60, "nut": 20})
    dataset.grow(50)
    assert (dataset.images, dataset.tags) == (150, {"bolt": 90, "nut": 30})
