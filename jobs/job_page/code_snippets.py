"""Reproduce this job: as a command of Viam's own tool, and as Python. Nothing secret stands in either."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from jobs.domain import CustomJobRequest, JobRequest, ManagedJobRequest, looks_secret
from jobs.models import Job, Organization, can_be_made_again, request_of

# A request without a version gets a new one when it is sent: of the command line's own accord, and in Python so.
NEW_VERSION = 'time.strftime("%Y-%m-%dT%H-%M-%S", time.gmtime())'


@dataclass(frozen=True, slots=True)
class OtherWords:
    """A job as a command and as Python, which start one like it; `missing` instead when too little is known of it.

    `caveat` is what the command can't do, `questions` are commands about a job that is there already, by their verbs.
    """

    command: str = ""
    caveat: str = ""
    python: str = ""
    missing: str = ""
    questions: Mapping[str, str] = field(default_factory=dict)


def in_other_words(organization: Organization, request: JobRequest) -> OtherWords:
    """A request that is being filled in."""
    request = _to_be_filled_in(request)
    command = as_command(organization, request) if _can_be_typed(request) else ""
    return OtherWords(command, command_caveat(request), as_python(organization, request))


def job_in_other_words(job: Job) -> OtherWords:
    """A job that was submitted: what would submit the same again, with a version of its own."""
    asked = questions(job)
    if not can_be_made_again(job):
        return OtherWords(missing=_missing(job), questions=asked)
    words = in_other_words(job.organization, request_of(job))
    return OtherWords(words.command, words.caveat, words.python, questions=asked)


def _to_be_filled_in(request: JobRequest) -> JobRequest:
    """With names in the place of values that look like secrets."""
    if isinstance(request, ManagedJobRequest):
        return request
    told = {
        name: f"REPLACE_WITH_{name.upper().replace('-', '_')}" if value and looks_secret(name) else value
        for name, value in request.arguments.items()
    }
    return replace(request, arguments=told)


def questions(job: Job) -> dict[str, str]:
    """What Viam's command line can be asked about the job now; nothing once Viam has it no longer."""
    if job.missing_since or not job.viam_id.isprintable():
        return {}
    verbs = ["get", "logs", *(["cancel"] if job.can_cancel else [])]
    return {verb: f"viam train {verb} --job-id={shlex.quote(job.viam_id)}" for verb in verbs}


def as_command(organization: Organization, request: JobRequest) -> str:
    """`viam train submit …`, quoted for a POSIX shell, one option a line. Flags as in viam.md, section 7.2. What looks
    like a secret is left to be put in.
    """
    request = _to_be_filled_in(request)
    if isinstance(request, ManagedJobRequest):
        words, options = "viam train submit managed", _managed_options(organization, request)
    else:
        words, options = "viam train submit custom from-registry", _custom_options(organization, request)
    return " \\\n  ".join([words, *(f"--{name}={shlex.quote(value)}" for name, value in options if value)])


def command_caveat(request: JobRequest) -> str:
    """What Viam's command line can't do with this job; empty when it can do it."""
    reason = next(_obstacles(request), "")
    return f"Viam's command line {reason}: use Python for this job." if reason else ""


def _obstacles(request: JobRequest) -> Iterator[str]:
    if not _can_be_typed(request):
        yield "can't take invisible characters"
    if isinstance(request, ManagedJobRequest):
        if not (request.model_type.is_known and request.model_framework.is_known):
            yield "does not know this kind of model"
        if any("," in label for label in request.labels):
            yield "can't take labels that contain “,”"
        return
    if any("=" in value or "," in value for value in request.arguments.values()):
        yield "refuses argument values that contain “=” or “,”"
    if request.container_id:
        yield "can't choose a registered container"
    elif not request.container_version:
        yield "requires a container, and none is set"


def _can_be_typed(request: JobRequest) -> bool:
    """Whether a terminal takes every word of it as text, and none as a key that was pressed."""
    words = [request.dataset_id, request.model_name, request.model_version]
    if isinstance(request, ManagedJobRequest):
        words += request.labels
    else:
        words += [request.script_id, request.script_version, request.container_version, request.container_id]
        words += [*request.arguments, *request.arguments.values()]
    return all(word.isprintable() for word in words)


def _missing(job: Job) -> str:
    made_by = ("training script", job.script_id) if job.is_custom else ("type", job.type)
    wanted = [("dataset", job.dataset_id), ("name", job.model_name), made_by]
    if lacks := " and ".join(f"it has no {what}" for what, value in wanted if not value):
        return f"This job lacks details needed to reproduce it: {lacks}."
    return f"This job has {len(job.arguments):,} arguments, too many to reproduce."


def as_python(organization: Organization, request: JobRequest) -> str:
    """A script for Viam's SDK: its generated stubs know every field, its own methods only some. What
    looks like a secret is left to be put in.
    """
    request = _to_be_filled_in(request)
    is_managed = isinstance(request, ManagedJobRequest)
    method = "SubmitTrainingJob" if is_managed else "SubmitCustomTrainingJob"
    fields = "".join(
        f"            {name}={_source(name, value)},\n" for name, value in _python_fields(organization, request)
    )
    imports = "import asyncio" if request.model_version else "import asyncio\nimport time"
    return _SCRIPT.format(method=method, fields=fields, imports=imports)


def _source(name: str, value: object) -> str:
    return NEW_VERSION if name == "model_version" and not value else repr(value)


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
    return [*shared, *((name, value) for name, value in kind if value)]


_SCRIPT = """\
{imports}

from viam.app.viam_client import ViamClient
from viam.proto.app.mltraining import {method}Request


async def main():
    # Reads VIAM_API_KEY and VIAM_API_KEY_ID.
    client = await ViamClient.create_from_env_vars()
    try:
        training = client.ml_training_client
        request = {method}Request(
{fields}        )
        answer = await training._ml_training_client.{method}(request, metadata=training._metadata)
        print(answer.id)
    finally:
        client.close()


asyncio.run(main())
"""
