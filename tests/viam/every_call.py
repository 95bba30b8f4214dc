"""Each call of the wire and how it is made, those that may be repeated and those that may not."""

from __future__ import annotations

from collections.abc import Callable

from jobs.domain import CustomJobRequest, ManagedJobRequest, ModelFramework, ModelType
from jobs.viam import Cloud

MANAGED = ManagedJobRequest("d-1", "fruit", "v1", ModelType.OBJECT_DETECTION, ModelFramework.TFLITE, ("apple", "pear"))
CUSTOM = CustomJobRequest("d-1", "fruit", "v1", "acme:script", "7", "tf:2.16", arguments={"epochs": "3"})

READS: dict[str, Callable[[Cloud], object]] = {
    "ListOrganizations": lambda cloud: cloud.list_organizations(),
    "GetOrganization": lambda cloud: cloud.get_organization("o-1"),
    "CheckPermissions": lambda cloud: cloud.may_train(["o-1"]),
    "ListKeys": lambda cloud: cloud.key_name("o-1"),
    "ListTrainingJobs": lambda cloud: cloud.list_jobs("o-1"),
    "GetTrainingJob": lambda cloud: cloud.get_job("j-1"),
    "GetTrainingJobLogs": lambda cloud: cloud.job_logs("j-1"),
    "ListDatasetsByOrganizationID": lambda cloud: cloud.list_datasets("o-1"),
    "BinaryDataByFilter": lambda cloud: cloud.count_images("o-1", "d-1"),
    "TagsByFilter": lambda cloud: cloud.dataset_labels("o-1", "d-1"),
    "BoundingBoxLabelsByFilter": lambda cloud: cloud.dataset_labels("o-1", "d-1"),
    "ListSupportedContainers": lambda cloud: cloud.list_containers("o-1"),
    "ListContainers": lambda cloud: cloud.list_containers("o-1"),
    "ListRegistryItems": lambda cloud: cloud.list_scripts("o-1"),
    "GetRegistryItem": lambda cloud: cloud.get_script("acme:script"),
}
WRITES: dict[str, Callable[[Cloud], object]] = {
    "SubmitTrainingJob": lambda cloud: cloud.submit_job("o-1", MANAGED),
    "SubmitCustomTrainingJob": lambda cloud: cloud.submit_job("o-1", CUSTOM),
    "CancelTrainingJob": lambda cloud: cloud.cancel_job("o-1", "j-1"),
    "DeleteCompletedTrainingJob": lambda cloud: cloud.delete_job("o-1", "j-1"),
}
