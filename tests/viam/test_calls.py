"""Each call: what the cloud is asked, and what comes back in our words."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from grpc import StatusCode

from jobs import viam
from jobs.domain import CloudOrganization, JobStatus
from jobs.viam.errors import NotFound, NotOffered, Unavailable
from protos import app_pb2, data_pb2, dataset_pb2, ml_training_pb2, packages_pb2
from tests.viam.every_call import CUSTOM, MANAGED
from tests.viam.small_cloud import Refusal, SmallCloud

SCRIPT = packages_pb2.PACKAGE_TYPE_ML_TRAINING


def test_organizations(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    acme = app_pb2.Organization(id="o-1", name="Acme", public_namespace="acme", default_region="eu")
    nobody = app_pb2.Organization(name="without an id")
    small_cloud.reply("ListOrganizations", app_pb2.ListOrganizationsResponse(organizations=[acme, nobody]))
    assert client.list_organizations() == [CloudOrganization("o-1", "Acme", "acme", "eu")]


def test_an_organization(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    acme = app_pb2.Organization(id="o-1", name="Acme")
    small_cloud.reply("GetOrganization", app_pb2.GetOrganizationResponse(organization=acme))
    assert client.get_organization("o-1").name == "Acme"
    assert small_cloud.seen[-1].message.organization_id == "o-1"


def test_where_a_key_may_train(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    """One call for all organizations; a right to something else doesn't count."""
    granted = [_granted("o-1", "train_models"), _granted("o-2", "read_organization"), _granted("o-3")]
    small_cloud.reply("CheckPermissions", app_pb2.CheckPermissionsResponse(authorized_permissions=granted))
    assert client.may_train(["o-1", "o-2", "o-3"]) == {"o-1"}
    asked = small_cloud.seen[-1].message.permissions
    assert [(one.resource_type, one.resource_id, *one.permissions) for one in asked] == [
        ("organization", organization, "train_models") for organization in ("o-1", "o-2", "o-3")
    ]


def test_of_no_organization_nothing_is_asked(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    """Viam calls an empty question an error."""
    assert client.may_train([]) == set()
    assert small_cloud.count("CheckPermissions") == 0


def test_what_a_key_is_called(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    ours = app_pb2.APIKey(id=client.credentials.key_id, name=" night\0shift ")
    keys = [app_pb2.APIKeyWithAuthorizations(api_key=key) for key in (app_pb2.APIKey(id="x", name="other"), ours)]
    small_cloud.reply("ListKeys", app_pb2.ListKeysResponse(api_keys=keys))
    assert client.key_name("o-1") == "night\ufffdshift"
    small_cloud.reply("ListKeys", app_pb2.ListKeysResponse(api_keys=keys[:1]))
    assert client.key_name("o-1") == ""


def _granted(organization_id: str, *permissions: str) -> app_pb2.AuthorizedPermissions:
    return app_pb2.AuthorizedPermissions(resource_id=organization_id, permissions=permissions)


def test_all_jobs_of_an_organization(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    small_cloud.reply("ListTrainingJobs", _jobs("j-1", "j-2"))
    assert [job.id for job in client.list_jobs("o-1")] == ["j-1", "j-2"]
    assert small_cloud.seen[-1].message == ml_training_pb2.ListTrainingJobsRequest(organization_id="o-1")


def test_jobs_of_one_status(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    client.list_jobs("o-1", JobStatus.CANCELING)
    assert small_cloud.seen[-1].message.status == ml_training_pb2.TRAINING_STATUS_CANCELING


def test_a_job(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    job = ml_training_pb2.TrainingJobMetadata(id="j-1", status=ml_training_pb2.TRAINING_STATUS_FAILED)
    small_cloud.reply("GetTrainingJob", ml_training_pb2.GetTrainingJobResponse(metadata=job))
    assert client.get_job("j-1").status is JobStatus.FAILED
    assert small_cloud.seen[-1].message.id == "j-1"


@pytest.mark.parametrize("method", ["get_job", "get_organization", "get_script"])
def test_an_empty_answer_is_not_found(small_cloud: SmallCloud, client: viam.Cloud, method: str) -> None:
    with pytest.raises(NotFound):
        getattr(client, method)("nobody")


def test_submit_a_managed_job(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    small_cloud.reply("SubmitTrainingJob", ml_training_pb2.SubmitTrainingJobResponse(id="j-9"))
    assert client.submit_job("o-1", MANAGED) == "j-9"
    assert small_cloud.seen[-1].message == ml_training_pb2.SubmitTrainingJobRequest(
        organization_id="o-1",
        dataset_id="d-1",
        model_name="fruit",
        model_version="v1",
        model_type=ml_training_pb2.MODEL_TYPE_OBJECT_DETECTION,
        model_framework=ml_training_pb2.MODEL_FRAMEWORK_TFLITE,
        tags=["apple", "pear"],
    )


def test_submit_a_custom_job(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    small_cloud.reply("SubmitCustomTrainingJob", ml_training_pb2.SubmitCustomTrainingJobResponse(id="j-9"))
    assert client.submit_job("o-1", CUSTOM) == "j-9"
    assert small_cloud.seen[-1].message == ml_training_pb2.SubmitCustomTrainingJobRequest(
        organization_id="o-1",
        dataset_id="d-1",
        model_name="fruit",
        model_version="v1",
        registry_item_id="acme:script",
        registry_item_version="7",
        container_version="tf:2.16",
        arguments={"epochs": "3"},
    )


def test_a_job_taken_without_an_id_leaves_the_outcome_open(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    with pytest.raises(Unavailable, match="didn't return its id"):
        client.submit_job("o-1", MANAGED)


def test_cancel_and_delete_name_the_job(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    client.cancel_job("o-1", "j-1")
    client.delete_job("o-1", "j-2")
    asked = [(call.name, call.message.id) for call in small_cloud.seen if call.name.endswith("TrainingJob")]
    assert asked == [("CancelTrainingJob", "j-1"), ("DeleteCompletedTrainingJob", "j-2")]


def test_a_page_of_logs(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    line = ml_training_pb2.TrainingJobLogEntry(level="INFO", message="epoch 1")
    small_cloud.reply(
        "GetTrainingJobLogs", ml_training_pb2.GetTrainingJobLogsResponse(logs=[line], next_page_token="p2")
    )
    page = client.job_logs("j-1", "p1")
    assert ([line.message for line in page.lines], page.next_token) == (["epoch 1"], "p2")
    assert small_cloud.seen[-1].message == ml_training_pb2.GetTrainingJobLogsRequest(id="j-1", page_token="p1")


def test_datasets(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    sequence = dataset_pb2.Dataset(id="d-1", name="walks", type=dataset_pb2.DATASET_TYPE_SEQUENCE_DATA)
    small_cloud.reply(
        "ListDatasetsByOrganizationID", dataset_pb2.ListDatasetsByOrganizationIDResponse(datasets=[sequence])
    )
    (found,) = client.list_datasets("o-1")
    assert (found.id, found.name, found.is_sequence) == ("d-1", "walks", True)
    assert small_cloud.seen[-1].message.organization_id == "o-1"


def test_labels_of_a_dataset_are_sorted(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    small_cloud.reply("TagsByFilter", data_pb2.TagsByFilterResponse(tags=["pear", "apple", "pear", ""]))
    small_cloud.reply("BoundingBoxLabelsByFilter", data_pb2.BoundingBoxLabelsByFilterResponse(labels=["cat", "ant"]))
    assert client.dataset_labels("o-1", "d-1") == (["apple", "pear"], ["ant", "cat"])
    assert small_cloud.seen[-1].message.filter == data_pb2.Filter(dataset_id="d-1", organization_ids=["o-1"])


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({}, data_pb2.Filter()),
        ({"tags": ()}, data_pb2.Filter(tags_filter=data_pb2.TagsFilter(type=data_pb2.TAGS_FILTER_TYPE_TAGGED))),
        (
            {"tags": ["a", "b"]},
            data_pb2.Filter(
                tags_filter=data_pb2.TagsFilter(type=data_pb2.TAGS_FILTER_TYPE_MATCH_BY_OR, tags=["a", "b"])
            ),
        ),
        ({"boxes": ["a"]}, data_pb2.Filter(bbox_labels=["a"])),
    ],
    ids=["all", "labeled", "tags", "boxes"],
)
def test_images_are_counted_and_never_fetched(
    small_cloud: SmallCloud, client: viam.Cloud, chosen: dict[str, Sequence[str]], told: data_pb2.Filter
) -> None:
    small_cloud.reply("BinaryDataByFilter", data_pb2.BinaryDataByFilterResponse(count=7))
    assert client.count_images("o-1", "d-1", **chosen) == 7  # type: ignore[arg-type]
    told.MergeFrom(data_pb2.Filter(dataset_id="d-1", organization_ids=["o-1"]))
    assert small_cloud.seen[-1].message == data_pb2.BinaryDataByFilterRequest(
        data_request=data_pb2.DataRequest(filter=told), count_only=True
    )


def test_containers_come_once_and_own_ones_first(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    official = ml_training_pb2.Container(key="tf:2.16", uri="vertex", id="c-1")
    own = ml_training_pb2.Container(key="zoo:1", id="c-2", organization_id="o-1")
    small_cloud.reply(
        "ListSupportedContainers",
        ml_training_pb2.ListSupportedContainersResponse(container_map={"tf:2.16": official}),
    )
    small_cloud.reply("ListContainers", ml_training_pb2.ListContainersResponse(containers=[official, own]))
    found = [(container.key, container.is_own) for container in client.list_containers("o-1")]
    assert found == [("zoo:1", True), ("tf:2.16", False)]


def test_a_cloud_without_own_containers(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    supported = {"tf:2.16": ml_training_pb2.Container(description="TensorFlow 2.16")}
    small_cloud.reply(
        "ListSupportedContainers", ml_training_pb2.ListSupportedContainersResponse(container_map=supported)
    )
    small_cloud.reply("ListContainers", Refusal(StatusCode.UNIMPLEMENTED))
    assert [container.key for container in client.list_containers("o-1")] == ["tf:2.16"]


def test_a_cloud_without_any_containers(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    small_cloud.reply("ListSupportedContainers", Refusal(StatusCode.UNIMPLEMENTED))
    with pytest.raises(NotOffered):
        client.list_containers("o-1")


def test_scripts_own_ones_first(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    mine = app_pb2.RegistryItem(item_id="o-1:zebra", name="zebra", organization_id="o-1", type=SCRIPT)
    theirs = app_pb2.RegistryItem(item_id="viam:ant", name="ant", organization_id="viam", type=SCRIPT)
    small_cloud.reply(
        "ListRegistryItems",
        app_pb2.ListRegistryItemsResponse(items=[mine]),
        app_pb2.ListRegistryItemsResponse(items=[theirs, mine]),
    )
    assert [script.id for script in client.list_scripts("o-1")] == ["o-1:zebra", "viam:ant"]


def test_scripts_are_asked_for_twice(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    client.list_scripts("o-1", search="yolo")
    own, public = (call.message for call in small_cloud.seen[-2:])
    assert own == app_pb2.ListRegistryItemsRequest(organization_id="o-1", types=[SCRIPT], search_term="yolo")
    assert public == app_pb2.ListRegistryItemsRequest(
        types=[SCRIPT], search_term="yolo", visibilities=[app_pb2.VISIBILITY_PUBLIC]
    )


def test_a_script(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    item = app_pb2.RegistryItem(item_id="acme:yolo", name="yolo", visibility=app_pb2.VISIBILITY_PUBLIC)
    small_cloud.reply("GetRegistryItem", app_pb2.GetRegistryItemResponse(item=item))
    script = client.get_script("acme:yolo")
    assert (script.name, script.is_public) == ("yolo", True)
    assert small_cloud.seen[-1].message.item_id == "acme:yolo"


def _jobs(*ids: str) -> ml_training_pb2.ListTrainingJobsResponse:
    return ml_training_pb2.ListTrainingJobsResponse(jobs=[ml_training_pb2.TrainingJobMetadata(id=job) for job in ids])
