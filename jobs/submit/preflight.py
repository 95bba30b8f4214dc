"""Preflight checks: what can be known of a job before it is sent. A look at the form saves hours of waiting for a
failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from jobs.compare.differences import Difference, differences_to_source, rounded
from jobs.domain import (
    ACTIVE_STATUSES,
    ARGUMENT_KEY,
    MODEL_NAME,
    RESERVED_ARGUMENTS,
    CustomJobRequest,
    JobRequest,
    JobStatus,
    ManagedJobRequest,
    ModelType,
    looks_secret,
)
from jobs.duration_baseline import HISTORY, alike, median_run
from jobs.models import Catalogue, Job, Organization


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the checklist. `field` names the form's field that it is about, `label` one that can be excluded."""

    level: str
    words: str
    field: str = ""
    label: str = ""

    @property
    def blocks(self) -> bool:
        return self.level == "error"

    @property
    def warns(self) -> bool:
        return self.level == "warning"


def ok(words: str, field: str = "") -> Finding:
    return Finding("ok", words, field)


def hint(words: str, field: str = "") -> Finding:
    """Good to know, and nothing that has to be confirmed."""
    return Finding("hint", words, field)


def warning(words: str, field: str = "") -> Finding:
    return Finding("warning", words, field)


def thin_label(words: str, label: str) -> Finding:
    """Too few images have it."""
    return Finding("warning", words, "labels", label)


def error(words: str, field: str = "") -> Finding:
    return Finding("error", words, field)


# What history says of jobs like this one.


def history(organization: Organization, request: JobRequest) -> Iterator[Finding]:
    """How jobs like this one ended: same script (or same kind of managed job) on the same dataset."""
    if not request.dataset_id:
        return
    if isinstance(request, CustomJobRequest):
        if not request.script_id:
            return
        like_it, name = alike(organization, script_id=request.script_id), "This script"
    else:
        like_it, name = alike(organization, model_type=request.model_type), "This kind of training"
    past = list(like_it.filter(dataset_id=request.dataset_id)[:HISTORY])
    if past:
        yield ok(f"{name} on this dataset: {_told(past)}.")


def _told(past: list[Job]) -> str:
    worked = sum(job.state == JobStatus.COMPLETED for job in past)
    text = f"{worked} of {len(past)} succeeded"
    seconds = median_run(past)
    return f"{text}, median {rounded(seconds)}" if seconds else text


# What holds for every job: its dataset, its version, a twin under way, its labels.


def dataset(organization: Organization, request: JobRequest) -> Iterator[Finding]:
    if not request.dataset_id:
        return
    dataset = organization.datasets.filter(viam_id=request.dataset_id, missing_since=None).first()
    if dataset is None:
        yield error(f"{organization.name} has no dataset with the id {request.dataset_id}.", "dataset")
    elif dataset.is_sequence and isinstance(request, ManagedJobRequest):
        yield error(f"{dataset} contains sequences; managed training takes image datasets only.", "dataset")
    else:
        yield ok(f"The dataset {dataset} exists.", "dataset")


def version(organization: Organization, request: JobRequest) -> Iterator[Finding]:
    if not (request.model_name and request.model_version):
        return
    versions = organization.jobs.filter(model_name=request.model_name)
    if versions.filter(model_version=request.model_version).exists():
        yield _used(versions.filter(model_version=request.model_version))
    elif versions.exists():
        yield ok(f"A new version of {request.model_name}.", "version")
    elif not MODEL_NAME.fullmatch(request.model_name):
        yield warning(
            "Viam's tools make models of letters, digits, - and _ only, starting with a letter or digit. "
            "Viam may reject this name.",
            "name",
        )
    else:
        yield ok(f"{request.model_name} will be a new model.", "name")


def _used(jobs: QuerySet[Job]) -> Finding:
    """Of a job that failed or was canceled there is no model; whether its version can be used again isn't known."""
    if jobs.exclude(status__in=(JobStatus.FAILED, JobStatus.CANCELED)).exists():
        return error("This version of the model already exists. Choose another one.", "version")
    return warning("A job that failed or was canceled had this version. Viam may reject it.", "version")


def twin(organization: Organization, request: JobRequest) -> Iterator[Finding]:
    """The same job under way already: somebody was faster, or the form was sent before."""
    if not (request.model_name and request.dataset_id):
        return
    same = {"model_name": request.model_name, "dataset_id": request.dataset_id}
    if isinstance(request, CustomJobRequest):
        same |= {"script_id": request.script_id, "script_version": request.script_version}
    active = organization.jobs.filter(**same, status__in=ACTIVE_STATUSES, missing_since=None)
    twins = [
        job for job in active if isinstance(request, ManagedJobRequest) or job.arguments == dict(request.arguments)
    ]
    if twins:
        yield warning(f"The same job is already active: {twins[0]}, {twins[0].state.label.lower()}.", "name")


def labels(request: ManagedJobRequest) -> Iterator[Finding]:
    fewest = request.model_type.fewest_labels
    if not request.labels:
        if request.dataset_id and request.model_type:
            yield hint(f"Choose at least {fewest} label{'s' if fewest > 1 else ''}.", "labels")
    elif len(request.labels) < fewest:
        yield error(f"{request.model_type.label} needs at least {fewest} labels.", "labels")
    elif len(request.labels) == 1 and request.model_type == ModelType.SINGLE_LABEL_CLASSIFICATION:
        yield warning(
            "Only one label is chosen. Viam's documentation asks for two; images without it train an unknown class.",
            "labels",
        )
    else:
        yield ok(f"{len(request.labels)} label{'s' if len(request.labels) > 1 else ''} chosen.", "labels")


# What holds for custom jobs: script, container, arguments.


END_OF_LIFE_IS_NEAR = timedelta(days=30)
# Scripts are started by a shell, and by convention read labels as one argument (viam.md, conventions).
SEVERAL_LABELS, QUOTES = "labels", "'\""
SEPARATED = re.compile(r"[\s,]")


def custom(organization: Organization, request: CustomJobRequest, source: Job | None) -> Iterator[Finding]:
    catalogue = Catalogue.objects.filter(organization=organization).first() or Catalogue(organization=organization)
    yield from _script(catalogue, request)
    yield from _container(catalogue, request)
    yield from _arguments(request, source.arguments if source else {})


def _script(catalogue: Catalogue, request: CustomJobRequest) -> Iterator[Finding]:
    if not request.script_id:
        return
    if request.model_name and request.model_name == request.script_id.partition(":")[2]:
        yield error("Choose a model name that differs from the script name: both would be the same package.", "name")
    script = catalogue.script(request.script_id)
    if script and script.deprecated:
        yield warning(f"{request.script_id} is deprecated: {script.deprecated}", "script")
    if script is None:
        yield warning(f"{request.script_id} is not a script this organization can use.", "script")
    elif request.script_version and request.script_version not in script.versions:
        yield warning(f"{request.script_id} has no version {request.script_version} that we know of.", "script_version")
    elif request.script_version and request.script_version != script.versions[0]:
        yield hint(f"There is a newer version of the script: {script.versions[0]}.", "script_version")
    else:
        yield ok(f"The script {request.script_id} exists.", "script")
    if not request.script_version:
        newest = f" The newest is {script.versions[0]}." if script and script.versions else ""
        yield hint(f"Choose a version of the script.{newest}", "script_version")


def _container(catalogue: Catalogue, request: CustomJobRequest) -> Iterator[Finding]:
    if not (request.container_id or request.container_version):
        return
    container = catalogue.container(request.container_version, request.container_id)
    now = timezone.now()
    if container is None:
        yield warning("Viam doesn't list this container.", "container")
    elif container.end_of_life is None or container.end_of_life > now + END_OF_LIFE_IS_NEAR:
        yield ok(f"The container {container.key} is supported.", "container")
    elif container.end_of_life > now:
        days = (container.end_of_life - now).days
        yield warning(f"The container {container.key} reaches its end of life in {days} days.", "container")
    else:
        yield warning(f"The container {container.key} is past its end of life; Viam may refuse it.", "container")


def _arguments(request: CustomJobRequest, known: Mapping[str, str]) -> Iterator[Finding]:
    """Names that a job of Viam's has (`known`), it took before."""
    for key, value in request.arguments.items():
        if value and looks_secret(key):
            yield warning(
                f"The argument {key} looks like a secret. Viam shows arguments to everyone in the organization.",
                "arguments",
            )
        if key == SEVERAL_LABELS and SEPARATED.search(value.strip()) and value.strip()[0] not in QUOTES:
            yield hint(f"If {key} is a list of labels, most scripts need quotes around it: '{value}'", "arguments")
        if key in RESERVED_ARGUMENTS:
            yield error(f"The argument {key} is set by Viam itself.", "arguments")
        elif key not in known and not ARGUMENT_KEY.fullmatch(key):
            yield error(
                f"The argument “{key}” has a name that Viam rejects. Use letters, digits, _ and - only.", "arguments"
            )


@dataclass(frozen=True, slots=True)
class Preflight:
    """The checklist, and what is different from the job that this one is made after."""

    findings: list[Finding]
    differences: list[Difference]
    source: Job | None = None

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.blocks]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.warns]


def preflight(
    organization: Organization, request: JobRequest, source: Job | None = None, fitness: Iterable[Finding] = ()
) -> Preflight:
    """Looks at what is filled in; what is still empty is not complained about. Asks nobody: the mirror knows.

    What only the cloud knows is `fitness` (fitness.py).
    """
    findings = [
        *dataset(organization, request),
        *version(organization, request),
        *twin(organization, request),
        *(labels(request) if isinstance(request, ManagedJobRequest) else custom(organization, request, source)),
        *fitness,
        *history(organization, request),
    ]
    return Preflight(findings, differences_to_source(source, request) if source else [], source)
