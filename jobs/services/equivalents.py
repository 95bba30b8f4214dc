"""The same job in other words: as a command of Viam's own tool, and as Python. Nothing secret stands in either."""

from __future__ import annotations

import shlex

from jobs.domain import CustomJobRequest, JobRequest, ManagedJobRequest
from jobs.models import Organization


def as_command(organization: Organization, request: JobRequest) -> str:
    """`viam train submit …`, quoted for a POSIX shell, one option a line. Flags as in viam.md, section 7.2."""
    if isinstance(request, ManagedJobRequest):
        words, options = "viam train submit managed", _managed_options(organization, request)
    else:
        words, options = "viam train submit custom from-registry", _custom_options(organization, request)
    return " \\\n  ".join([words, *(f"--{name}={shlex.quote(value)}" for name, value in options if value)])


def command_caveat(request: JobRequest) -> str:
    """What Viam's command line can't do with this job; empty when it can do it."""
    if isinstance(request, CustomJobRequest):
        if any("=" in value or "," in value for value in request.arguments.values()):
            return "Viam's command line refuses argument values that contain “=” or “,”: use Python for this job."
        if request.container_id:
            return "Viam's command line can't choose a registered container: use Python for this job."
    return ""


def as_python(organization: Organization, request: JobRequest) -> str:
    """A script for Viam's SDK: its generated stubs know every field, its own methods only some."""
    is_managed = isinstance(request, ManagedJobRequest)
    name = "SubmitTrainingJob" if is_managed else "SubmitCustomTrainingJob"
    fields = "".join(f"            {field}={value!r},\n" for field, value in _python_fields(organization, request))
    return _SCRIPT.format(name=name, fields=fields)


def _managed_options(organization: Organization, request: ManagedJobRequest) -> list[tuple[str, str]]:
    return [
        ("dataset-id", request.dataset_id),
        ("model-org-id", organization.viam_id),
        ("model-name", request.model_name),
        ("model-version", request.model_version),
        ("model-type", request.model_type.word),
        ("model-framework", request.model_framework.word),
        ("model-labels", ",".join(request.labels)),
    ]


def _custom_options(organization: Organization, request: CustomJobRequest) -> list[tuple[str, str]]:
    return [
        ("dataset-id", request.dataset_id),
        ("org-id", organization.viam_id),
        ("model-name", request.model_name),
        ("model-version", request.model_version),
        ("script-name", request.script_id),
        ("version", request.script_version),
        ("container-version", request.container_version),
        ("args", ",".join(f"{key}={value}" for key, value in sorted(request.arguments.items()))),
    ]


def _python_fields(organization: Organization, request: JobRequest) -> list[tuple[str, object]]:
    shared: list[tuple[str, object]] = [
        ("organization_id", organization.viam_id),
        ("dataset_id", request.dataset_id),
        ("model_name", request.model_name),
        ("model_version", request.model_version),
    ]
    if isinstance(request, ManagedJobRequest):
        return [
            *shared,
            ("model_type", int(request.model_type)),
            ("model_framework", int(request.model_framework)),
            ("tags", list(request.labels)),
        ]
    kind: list[tuple[str, object]] = [
        ("registry_item_id", request.script_id),
        ("registry_item_version", request.script_version),
        ("container_version", request.container_version),
        ("container_id", request.container_id),
        ("arguments", dict(request.arguments)),
    ]
    return [*shared, *((field, value) for field, value in kind if value)]


_SCRIPT = """\
import asyncio

from viam.app.viam_client import ViamClient
from viam.proto.app.mltraining import {name}Request


async def main():
    # Reads VIAM_API_KEY and VIAM_API_KEY_ID.
    client = await ViamClient.create_from_env_vars()
    try:
        training = client.ml_training_client
        request = {name}Request(
{fields}        )
        answer = await training._ml_training_client.{name}(request, metadata=training._metadata)
        print(answer.id)
    finally:
        client.close()


asyncio.run(main())
"""
