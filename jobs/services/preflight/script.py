"""What holds for custom jobs: script, container, arguments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from jobs.domain import ARGUMENT_KEY, RESERVED_ARGUMENTS, CustomJobRequest, looks_secret
from jobs.models import Catalogue, Organization
from jobs.services.preflight.findings import Finding, error, ok, warning

END_OF_LIFE_IS_NEAR = timedelta(days=30)


def custom(organization: Organization, request: CustomJobRequest) -> Iterator[Finding]:
    catalogue = Catalogue.objects.filter(organization=organization).first() or Catalogue(organization=organization)
    yield from _script(catalogue, request)
    yield from _container(catalogue, request)
    yield from _arguments(request)


def _script(catalogue: Catalogue, request: CustomJobRequest) -> Iterator[Finding]:
    if not request.script_id:
        return
    if request.model_name and request.model_name == request.script_id.partition(":")[2]:
        yield error("Choose a model name that differs from the script name: both would be the same package.", "name")
    script = catalogue.script(request.script_id)
    if script is None:
        yield warning(f"{request.script_id} is not a script this organization can use.", "script")
    elif request.script_version and request.script_version not in script.versions:
        yield warning(f"{request.script_id} has no version {request.script_version} that we know of.", "script_version")
    elif request.script_version and request.script_version != script.versions[0]:
        yield warning(f"There is a newer version of the script: {script.versions[0]}.", "script_version")
    else:
        yield ok(f"The script {request.script_id} exists.", "script")


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


def _arguments(request: CustomJobRequest) -> Iterator[Finding]:
    for key, value in request.arguments.items():
        if value and looks_secret(key):
            yield warning(
                f"The argument {key} looks like a secret. Viam shows arguments to everyone in the organization.",
                "arguments",
            )
        if key in RESERVED_ARGUMENTS:
            yield error(f"The argument {key} is set by Viam itself.", "arguments")
        elif not ARGUMENT_KEY.fullmatch(key):
            yield error(
                f"The argument “{key}” has a name that Viam rejects. Use letters, digits, _ and - only.", "arguments"
            )
