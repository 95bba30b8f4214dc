"""What a user of Viam's SDK would do, against the cloud at the address given: prints what came of it as JSON.

Runs in the SDK's environment, and knows nothing of Trainyard.
"""

# mypy: disable-error-code="import-not-found"

import asyncio
import json
import sys
from collections.abc import Awaitable
from typing import Any

from grpclib.exceptions import GRPCError
from viam.app.viam_client import ViamClient
from viam.proto.app import AuthorizedPermissions
from viam.proto.app.data import Filter, TagsFilter, TagsFilterType
from viam.proto.app.mltraining import ModelType, TrainingStatus
from viam.proto.app.packages import (
    CreatePackageRequest,
    GetPackageRequest,
    PackageInfo,
    PackageServiceStub,
    PackageType,
)
from viam.rpc.dial import Credentials, DialOptions

UNKNOWN_ID = "0" * 24


async def connect(address: str, key_id: str, key: str) -> ViamClient:
    credentials = Credentials(type="api-key", payload=key)
    options = DialOptions(insecure=True, disable_webrtc=True, auth_entity=key_id, credentials=credentials)
    return await ViamClient.create_from_dial_options(options, app_url=address)


async def refusal(call: Awaitable[Any]) -> str:
    try:
        await call
    except GRPCError as error:
        status: str = error.status.name
        return status
    return "accepted"


async def look_around(client: ViamClient) -> dict[str, Any]:
    organizations = await client.app_client.list_organizations()
    first = organizations[0].id
    datasets = await client.data_client.list_datasets_by_organization_id(first)
    scripts = await client.app_client.list_registry_items(first, [PackageType.PACKAGE_TYPE_ML_TRAINING], [], [], [])
    return {
        "organizations": [[organization.id, organization.name] for organization in organizations],
        "datasets": {dataset.name: dataset.id for dataset in datasets},
        "scripts": {item.item_id: len(item.ml_training_metadata.versions) for item in scripts},
        "tags": list(await client.data_client.tags_by_filter(Filter(dataset_id=datasets[0].id))),
        "boxes": list(await client.data_client.bounding_box_labels_by_filter(Filter(dataset_id=datasets[0].id))),
    }


async def count_images(client: ViamClient, organization_id: str, datasets: dict[str, str]) -> dict[str, Any]:
    async def count(**chosen: Any) -> int:
        _, found, _ = await client.data_client.binary_data_by_filter(
            Filter(dataset_id=datasets["bolts-line-3"], **chosen), count_only=True, include_binary_data=False
        )
        return int(found)

    bolts = TagsFilter(type=TagsFilterType.TAGS_FILTER_TYPE_MATCH_BY_OR, tags=["bolt"])
    page, _, last = await client.data_client.binary_data_by_filter(
        Filter(dataset_id=datasets["rare-defects"]), limit=3, include_binary_data=False
    )
    parts = [datasets["bolts-line-3"], datasets["rare-defects"]]
    return {
        "all": await count(),
        "labelled": await count(tags_filter=TagsFilter(type=TagsFilterType.TAGS_FILTER_TYPE_TAGGED)),
        "bolts": await count(tags_filter=bolts),
        "nuts in boxes": await count(bbox_labels=["nut"]),
        "page": [list(image.metadata.capture_metadata.tags) for image in page],
        "has more": bool(last),
        "merged": await client.data_client.merge_datasets("sdk-merged", organization_id, parts),
    }


async def look_at_the_key(client: ViamClient, organization_id: str) -> dict[str, Any]:
    asked = AuthorizedPermissions(
        resource_type="organization", resource_id=organization_id, permissions=["train_models"]
    )
    granted = await client.app_client.check_permissions([asked])
    keys = await client.app_client.list_keys(organization_id)
    return {
        "may": [[one.resource_id, list(one.permissions)] for one in granted],
        "keys": [[key.api_key.id, key.api_key.name, key.authorizations[0].authorization_id] for key in keys],
    }


async def use_packages(client: ViamClient, organization_id: str) -> dict[str, Any]:
    """Not in the SDK's clients, but among its stubs. A new version of a script, and a model that is there."""
    packages = PackageServiceStub(client._channel)
    script = PackageInfo(
        organization_id=organization_id,
        name="weld-inspector",
        version="sdk-1",
        type=PackageType.PACKAGE_TYPE_ML_TRAINING,
    )
    parts = [CreatePackageRequest(info=script), CreatePackageRequest(contents=b"archive")]
    made = await packages.CreatePackage(parts, metadata=client._metadata)
    models = await client.app_client.list_registry_items(
        organization_id, [PackageType.PACKAGE_TYPE_ML_MODEL], [], [], []
    )
    newest = models[0].ml_model_metadata.detailed_versions[0].version
    asked = GetPackageRequest(id=f"{organization_id}/{models[0].name}", version=newest, include_url=True)
    found = (await packages.GetPackage(asked, metadata=client._metadata)).package
    return {
        "uploaded": [made.id, made.version],
        "models": [model.item_id for model in models],
        "package": [found.id, found.info.version, [file.name for file in found.info.files], bool(found.url)],
    }


async def train(client: ViamClient, organization_id: str, dataset_id: str) -> dict[str, Any]:
    training = client.ml_training_client
    managed = await training.submit_training_job(
        organization_id,
        dataset_id,
        "sdk-managed",
        "1",
        ModelType.MODEL_TYPE_SINGLE_LABEL_CLASSIFICATION,
        ["bolt", "nut"],
    )
    custom = await training.submit_custom_training_job(
        organization_id, dataset_id, "viam:classification-tflite", "2024-08-13T12-11-54", "sdk-custom", "1"
    )
    await training.cancel_training_job(managed)
    job = await training.get_training_job(managed)
    return {
        "managed": managed,
        "custom": custom,
        "canceled": [job.model_name, TrainingStatus.Name(job.status), job.created_on.seconds],
    }


async def tidy_up(client: ViamClient, organization_id: str) -> dict[str, Any]:
    training = client.ml_training_client
    jobs = await training.list_training_jobs(organization_id)
    completed = await training.list_training_jobs(organization_id, TrainingStatus.TRAINING_STATUS_COMPLETED)
    await training.delete_completed_training_job(completed[0].id)
    return {
        "listed": [[job.id, job.model_name, job.model_version, job.status, job.is_custom_job] for job in jobs],
        "completed": [job.id for job in completed],
        "deleted": completed[0].id,
    }


async def use_containers(client: ViamClient, organization_id: str) -> dict[str, Any]:
    training = client.ml_training_client
    container_id = await training.register_custom_training_container(organization_id, "python:3.12", "Plain Python")
    container = await training.get_container(container_id)
    listed = await training.list_containers(organization_id)
    await training.delete_custom_training_container(container_id)
    return {"registered": container.uri, "listed": [container.key for container in listed]}


async def be_refused(client: ViamClient, organization_id: str, dataset_id: str) -> dict[str, str]:
    training = client.ml_training_client
    again = training.submit_training_job(
        organization_id,
        dataset_id,
        "sdk-managed",
        "1",
        ModelType.MODEL_TYPE_SINGLE_LABEL_CLASSIFICATION,
        ["bolt", "nut"],
    )
    return {
        "get unknown": await refusal(training.get_training_job(UNKNOWN_ID)),
        "cancel unknown": await refusal(training.cancel_training_job(UNKNOWN_ID)),
        "delete unknown": await refusal(training.delete_completed_training_job(UNKNOWN_ID)),
        "same version": await refusal(again),
        "unknown organization": await refusal(training.list_training_jobs("nobody")),
    }


async def journey(address: str, key_id: str, key: str) -> dict[str, Any]:
    client = await connect(address, key_id, key)
    seen = await look_around(client)
    organization_id, dataset_id = seen["organizations"][0][0], seen["datasets"]["bolts-line-3"]
    try:
        return {
            "seen": seen,
            "counted": await count_images(client, organization_id, seen["datasets"]),
            "key": await look_at_the_key(client, organization_id),
            "packages": await use_packages(client, organization_id),
            "trained": await train(client, organization_id, dataset_id),
            "tidied": await tidy_up(client, organization_id),
            "containers": await use_containers(client, organization_id),
            "refused": await be_refused(client, organization_id, dataset_id),
            "wrong key": await refusal(connect(address, key_id, "wrong")),
        }
    finally:
        client.close()


if __name__ == "__main__":
    json.dump(asyncio.run(journey(*sys.argv[1:])), sys.stdout)
