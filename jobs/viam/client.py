"""What can be asked of Viam's cloud, in our words. Every method may raise any CloudError of jobs/viam/errors.py.

A write (submit, cancel, delete) raises Unavailable, or one of its kind, exactly when its outcome is unknown; after any
other CloudError it certainly was not carried out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from google.protobuf.message import Message

from jobs.domain import (
    CloudDataset,
    CloudJob,
    CloudOrganization,
    Container,
    Credentials,
    JobRequest,
    JobStatus,
    ListedJob,
    LogPage,
    ManagedJobRequest,
    TrainingScript,
)
from jobs.viam import catalogue_messages, messages, methods, values
from jobs.viam.endpoints import Endpoint
from jobs.viam.errors import CloudError, Denied, Forbidden, NotFound, NotOffered, Unavailable
from jobs.viam.methods import Answer, Method
from jobs.viam.session import session_for
from protos import app_pb2, data_pb2, dataset_pb2, ml_training_pb2, packages_pb2

# What the cloud calls the right to train (viam.md): of keys, those of owners have it.
TRAIN = "train_models"
# The wire takes 2**64; what a database takes everywhere is still more than any dataset has.
MOST_IMAGES = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Cloud:
    """The cloud as one key sees it. May be kept, shared by threads and carried over a fork: it holds no connection."""

    endpoint: Endpoint
    credentials: Credentials

    def list_organizations(self) -> list[CloudOrganization]:
        answer = self._call(methods.LIST_ORGANIZATIONS, app_pb2.ListOrganizationsRequest())
        return messages.organizations_from(answer.organizations)

    def get_organization(self, organization_id: str) -> CloudOrganization:
        message = app_pb2.GetOrganizationRequest(organization_id=organization_id)
        answer = self._call(methods.GET_ORGANIZATION, message)
        return messages.organization_from(_present(answer.organization, answer.organization.id))

    def may_train(self, organization_ids: Collection[str]) -> set[str]:
        """Of these organizations those in which the key may train."""
        if not organization_ids:
            return set()
        answer = self._call(methods.CHECK_PERMISSIONS, _permissions_request(organization_ids))
        return {granted.resource_id for granted in answer.authorized_permissions if TRAIN in granted.permissions}

    def key_name(self, organization_id: str) -> str:
        """What the key is called in Viam; empty when it is none of this organization's."""
        answer = self._call(methods.LIST_KEYS, app_pb2.ListKeysRequest(org_id=organization_id))
        return messages.key_name_from(answer.api_keys, self.credentials.key_id)

    def list_jobs(self, organization_id: str, status: JobStatus | None = None, expected: int = 0) -> list[ListedJob]:
        """All jobs, or all of one status, which are few, in one answer; `expected` of them lengthen the deadline."""
        wanted = cast("ml_training_pb2.TrainingStatus", status or 0)
        message = ml_training_pb2.ListTrainingJobsRequest(organization_id=organization_id, status=wanted)
        seconds = methods.READ if status else methods.LIST_JOBS.seconds + expected / methods.JOBS_PER_SECOND
        answer = self._call(methods.LIST_JOBS, message, seconds=seconds)
        return messages.jobs_from(answer.jobs, organization_id)

    def get_job(self, job_id: str) -> CloudJob:
        answer = self._call(methods.GET_JOB, ml_training_pb2.GetTrainingJobRequest(id=job_id))
        return messages.job_from(_present(answer.metadata, answer.metadata.id == job_id))

    def submit_job(self, organization_id: str, request: JobRequest) -> str:
        """The new job's id. After Unavailable, or one of its kind, the job may exist all the same: never repeat it."""
        with self._asking_whose_denial(organization_id):
            if isinstance(request, ManagedJobRequest):
                managed = messages.managed_request(organization_id, request)
                job_id = self._call(methods.SUBMIT_MANAGED, managed).id
            else:
                custom = messages.custom_request(organization_id, request)
                job_id = self._call(methods.SUBMIT_CUSTOM, custom).id
        if not values.is_usable_for_a_job(job_id):
            raise Unavailable("Viam accepted the job, but didn't return its id.")
        return job_id

    def cancel_job(self, organization_id: str, job_id: str) -> None:
        """Ask for it: the job ends later, and may still complete or fail."""
        with self._asking_whose_denial(organization_id):
            self._call(methods.CANCEL_JOB, ml_training_pb2.CancelTrainingJobRequest(id=job_id))

    def delete_job(self, organization_id: str, job_id: str) -> None:
        """Remove the record of a job that has ended; its model stays."""
        with self._asking_whose_denial(organization_id):
            self._call(methods.DELETE_JOB, ml_training_pb2.DeleteCompletedTrainingJobRequest(id=job_id))

    @contextmanager
    def _asking_whose_denial(self, organization_id: str) -> Iterator[None]:
        """Around a write. Where the key may not train a denial is the cloud's own, so that nothing was carried out."""
        try:
            yield
        except Denied as error:
            if self._certainly_lacks_the_right(organization_id):
                raise Forbidden(error.words) from None
            raise

    def _certainly_lacks_the_right(self, organization_id: str) -> bool:
        try:
            return organization_id not in self.may_train([organization_id])
        except CloudError:
            return False

    def job_logs(self, job_id: str, page_token: str = "") -> LogPage:
        message = ml_training_pb2.GetTrainingJobLogsRequest(id=job_id, page_token=page_token)
        return messages.log_page_from(self._call(methods.JOB_LOGS, message))

    def list_datasets(self, organization_id: str) -> list[CloudDataset]:
        message = dataset_pb2.ListDatasetsByOrganizationIDRequest(organization_id=organization_id)
        return catalogue_messages.datasets_from(self._call(methods.LIST_DATASETS, message).datasets, organization_id)

    def dataset_labels(
        self, organization_id: str, dataset_id: str, *, seconds: float = methods.READ
    ) -> tuple[list[str], list[str]]:
        """The dataset's classification tags and its bounding box labels, each sorted."""
        chosen = data_pb2.Filter(dataset_id=dataset_id, organization_ids=[organization_id])
        tags = self._call(methods.TAGS, data_pb2.TagsByFilterRequest(filter=chosen), seconds=seconds).tags
        message = data_pb2.BoundingBoxLabelsByFilterRequest(filter=chosen)
        boxes = self._call(methods.BOX_LABELS, message, seconds=seconds).labels
        return catalogue_messages.labels_from(tags), catalogue_messages.labels_from(boxes)

    def count_images(
        self,
        organization_id: str,
        dataset_id: str,
        *,
        tags: Collection[str] | None = None,
        boxes: Collection[str] = (),
        seconds: float = methods.READ,
    ) -> int:
        """How many images a dataset has: with one of these tags (with any, if there are none of these), with one of
        these boxes, or all of them.
        """
        message = _count_request(organization_id, dataset_id, tags, boxes)
        return min(int(self._call(methods.COUNT_IMAGES, message, seconds=seconds).count), MOST_IMAGES)

    def list_containers(self, organization_id: str) -> list[Container]:
        """Own containers, then Viam's. A cloud without ListContainers has no own ones."""
        supported = self._call(methods.SUPPORTED_CONTAINERS, ml_training_pb2.ListSupportedContainersRequest())
        message = ml_training_pb2.ListContainersRequest(organization_id=organization_id)
        try:
            listed = self._call(methods.LISTED_CONTAINERS, message)
        except NotOffered:
            listed = ml_training_pb2.ListContainersResponse()
        return catalogue_messages.containers_from(supported.container_map, listed.containers, organization_id)

    def list_scripts(self, organization_id: str, search: str = "") -> list[TrainingScript]:
        """Own training scripts, drafts included, then the public ones of others; `search` looks into names."""
        types, search_term = [packages_pb2.PACKAGE_TYPE_ML_TRAINING], search or None
        own = app_pb2.ListRegistryItemsRequest(organization_id=organization_id, types=types, search_term=search_term)
        public = app_pb2.ListRegistryItemsRequest(
            visibilities=[app_pb2.VISIBILITY_PUBLIC], types=types, search_term=search_term
        )
        items = [*self._call(methods.LIST_SCRIPTS, own).items, *self._call(methods.LIST_SCRIPTS, public).items]
        return catalogue_messages.scripts_from(items, organization_id)

    def get_script(self, script_id: str) -> TrainingScript:
        answer = self._call(methods.GET_SCRIPT, app_pb2.GetRegistryItemRequest(item_id=script_id))
        return catalogue_messages.script_from(_present(answer.item, answer.item.item_id))

    def _call(self, method: Method[Answer], message: Message, *, seconds: float | None = None) -> Answer:
        return session_for(self.endpoint, self.credentials).call(method, message, seconds=seconds)


def _present(message: Answer, is_there: object) -> Answer:
    """An answer may be OK and empty, or about something else. Raises NotFound then."""
    if not is_there:
        raise NotFound
    return message


def _permissions_request(organization_ids: Collection[str]) -> app_pb2.CheckPermissionsRequest:
    asked = [
        app_pb2.AuthorizedPermissions(resource_type="organization", resource_id=one, permissions=[TRAIN])
        for one in organization_ids
    ]
    return app_pb2.CheckPermissionsRequest(permissions=asked)


def _count_request(
    organization_id: str, dataset_id: str, tags: Collection[str] | None, boxes: Collection[str]
) -> data_pb2.BinaryDataByFilterRequest:
    """Never an image, only how many there are."""
    chosen = data_pb2.Filter(dataset_id=dataset_id, organization_ids=[organization_id], bbox_labels=boxes)
    if tags is not None:
        kind = data_pb2.TAGS_FILTER_TYPE_MATCH_BY_OR if tags else data_pb2.TAGS_FILTER_TYPE_TAGGED
        chosen.tags_filter.CopyFrom(data_pb2.TagsFilter(type=kind, tags=tags))
    return data_pb2.BinaryDataByFilterRequest(data_request=data_pb2.DataRequest(filter=chosen), count_only=True)
