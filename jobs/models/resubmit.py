"""What a job was made of, as a request that can be sent again."""

from __future__ import annotations

from jobs.domain import MOST_ARGUMENTS, CustomJobRequest, JobRequest, ManagedJobRequest, ModelFramework
from jobs.models.mirror import Job


def request_of(job: Job, version: str = "") -> JobRequest:
    """Everything of the job but its version: versions are new each time."""
    if not job.is_custom:
        return ManagedJobRequest(
            dataset_id=job.dataset_id,
            model_name=job.model_name,
            model_version=version,
            model_type=job.type,
            model_framework=job.framework or ModelFramework.TFLITE,
            labels=job.labels,
        )
    return CustomJobRequest(
        dataset_id=job.dataset_id,
        model_name=job.model_name,
        model_version=version,
        script_id=job.script_id,
        script_version=job.script_version,
        # A container is named in one way; one of the organization's own comes first.
        container_version="" if job.container_id else job.container_version,
        container_id=job.container_id,
        arguments=job.arguments,
    )


def can_be_made_again(job: Job) -> bool:
    """Whether enough is known of it, and not too much; what else may be wrong, the preflight tells."""
    if len(job.arguments) > MOST_ARGUMENTS:
        return False
    return bool(job.dataset_id and job.model_name and (job.script_id if job.is_custom else job.type))
