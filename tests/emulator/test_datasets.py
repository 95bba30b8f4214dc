"""Datasets and their labels."""

from collections.abc import Sequence

import grpc
import pytest

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


def test_merging_and_exporting_are_not_emulated(ada: Person) -> None:
    service = ada.datasets
    export = dataset_pb2.GetSequenceDatasetExportRequest()
    start = dataset_pb2.StartSequenceDatasetExportRequest()
    assert refusal(service.MergeDatasets, dataset_pb2.MergeDatasetsRequest()).code == grpc.StatusCode.UNIMPLEMENTED
    assert refusal(service.StartSequenceDatasetExport, start).code == grpc.StatusCode.UNIMPLEMENTED
    assert refusal(service.GetSequenceDatasetExport, export).code == grpc.StatusCode.UNIMPLEMENTED
