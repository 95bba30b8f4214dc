"""Submitting a job: checked, written down, sent once, and never again whatever the answer."""

from __future__ import annotations

from dataclasses import replace

from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs import catalogue, mirror, refresher, viam
from jobs.domain import CloudJob, JobRequest, JobStatus, ManagedJobRequest
from jobs.errors import CloudError, Unavailable
from jobs.models import Actor, AuditEntry, Job, Organization
from jobs.services.connection import cloud_of
from jobs.services.preflight import Preflight, preflight

Outcome = AuditEntry.Outcome


class Unfit(Exception):
    """The request was not sent: it can't work, or it was warned about and nobody said that it is meant.

    `preflight` holds the findings.
    """

    def __init__(self, preflight: Preflight) -> None:
        super().__init__(" ".join(finding.words for finding in preflight.errors or preflight.warnings))
        self.preflight = preflight


def submit_job(
    *,
    actor: Actor,
    organization: Organization,
    request: JobRequest,
    token: str,
    is_meant: bool = False,
    source: Job | None = None,
) -> AuditEntry:
    """Sends the request once and answers with its entry, done or of unknown outcome.

    `is_meant` overrides warnings; `source` is the job that this one is made after.
    A token that was used before sends nothing and answers with the entry of its first use.
    Raises Unfit before anything is sent, and CloudError when the cloud turned the request down.
    """
    used = organization.actions.filter(token=token).first()
    if used:
        return used
    found = examine(organization, request, source)
    if found.errors or (found.warnings and not is_meant):
        raise Unfit(found)
    told = request.as_json() | ({"source": source.viam_id} if source else {})
    name = f"{request.model_name} {request.model_version}".strip()
    try:
        with transaction.atomic():
            entry = AuditEntry.begin(actor, "job:submit", organization, subject=name, request=told, token=token)
    except IntegrityError:
        return organization.actions.get(token=token)
    return _send(entry, organization, request)


def examine(organization: Organization, request: JobRequest, source: Job | None = None) -> Preflight:
    """The preflight of a request that is about to be sent: a dataset that we don't know may be younger than our list.

    Raises CloudError when the cloud can't be asked for it.
    """
    if not organization.datasets.filter(viam_id=request.dataset_id, gone_at=None).exists():
        catalogue.refresh_datasets(organization, cloud_of(organization))
    return preflight(organization, request, source)


def _send(entry: AuditEntry, organization: Organization, request: JobRequest) -> AuditEntry:
    try:
        cloud = cloud_of(organization)
        job_id = cloud.submit_job(organization.viam_id, request)
    except Unavailable as error:
        # It may have arrived all the same. Sent again, it might train twice: the refresher looks for it instead.
        entry.finish(Outcome.UNKNOWN, words=str(error))
        refresher.ask_soon(organization)
        return entry
    except CloudError as error:
        entry.finish(Outcome.REJECTED, words=str(error))
        raise
    entry.finish(Outcome.DONE, job_id=job_id)
    _show_at_once(organization, request, job_id, cloud)
    if entry.actor:
        mirror.attribute(organization, job_id, entry.actor)
    return entry


def _show_at_once(organization: Organization, request: JobRequest, job_id: str, cloud: viam.Cloud) -> Job:
    """The new job is in the mirror before the cloud lists it."""
    now = timezone.now()
    try:
        job = cloud.get_job(job_id)
    except CloudError:
        job = _as_sent(organization, request, job_id)
    mirror.take_over(organization, mirror.Answer([job], now, is_complete=False))
    refresher.ask_soon(organization)
    return organization.jobs.get(viam_id=job_id)


def _as_sent(organization: Organization, request: JobRequest, job_id: str) -> CloudJob:
    """The job as far as we know it from what we sent."""
    shared = CloudJob(
        id=job_id,
        organization_id=organization.viam_id,
        status=JobStatus.PENDING,
        created_on=timezone.now(),
        model_name=request.model_name,
        model_version=request.model_version,
        dataset_id=request.dataset_id,
    )
    if isinstance(request, ManagedJobRequest):
        return replace(
            shared, labels=request.labels, model_type=request.model_type, model_framework=request.model_framework
        )
    return replace(
        shared,
        is_custom=True,
        script_id=request.script_id,
        script_version=request.script_version,
        container_version=request.container_version,
        container_id=request.container_id,
        arguments=request.arguments,
    )
