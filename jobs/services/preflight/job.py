"""What holds for every job: its dataset, its version, a twin under way, its labels."""

from __future__ import annotations

from collections.abc import Iterator

from jobs.domain import ACTIVE_STATUSES, CustomJobRequest, JobRequest, ManagedJobRequest
from jobs.models import Organization
from jobs.services.preflight.findings import Finding, error, ok, warning


def dataset(organization: Organization, request: JobRequest) -> Iterator[Finding]:
    if not request.dataset_id:
        return
    dataset = organization.datasets.filter(viam_id=request.dataset_id, gone_at=None).first()
    if dataset is None:
        yield error(f"{organization.name} has no dataset with the id {request.dataset_id}.", "dataset")
    elif dataset.is_sequence and isinstance(request, ManagedJobRequest):
        yield error(f"{dataset.name} contains sequences; managed training takes image datasets only.", "dataset")
    else:
        yield ok(f"The dataset {dataset.name} exists.", "dataset")


def version(organization: Organization, request: JobRequest) -> Iterator[Finding]:
    if not (request.model_name and request.model_version):
        return
    versions = organization.jobs.filter(model_name=request.model_name)
    if versions.filter(model_version=request.model_version).exists():
        yield error("This version of the model already exists. Choose another one.", "version")
    elif versions.exists():
        yield ok(f"A new version of {request.model_name}.", "version")
    else:
        yield ok(f"{request.model_name} will be a new model.", "name")


def twin(organization: Organization, request: JobRequest) -> Iterator[Finding]:
    """The same job under way already: somebody was faster, or the form was sent before."""
    if not (request.model_name and request.dataset_id):
        return
    same = {"model_name": request.model_name, "dataset_id": request.dataset_id}
    if isinstance(request, CustomJobRequest):
        same |= {"script_id": request.script_id, "script_version": request.script_version}
    active = organization.jobs.filter(**same, status__in=ACTIVE_STATUSES, gone_at=None)
    twins = [
        job for job in active if isinstance(request, ManagedJobRequest) or job.arguments == dict(request.arguments)
    ]
    if twins:
        yield warning(f"The same job is already active: {twins[0]}, {twins[0].state.label.lower()}.", "name")


def labels(request: ManagedJobRequest) -> Iterator[Finding]:
    if not request.labels:
        return
    fewest = request.model_type.fewest_labels
    if len(request.labels) < fewest:
        yield error(f"{request.model_type.label} needs at least {fewest} labels.", "labels")
    else:
        yield ok(f"{len(request.labels)} labels chosen.", "labels")
