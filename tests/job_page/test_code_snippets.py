"""The same job as a command and as Python, correct to copy, for requests and for jobs that were submitted."""

import ast
import shlex
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from jobs.domain import CustomJobRequest, JobRequest, JobStatus, ManagedJobRequest, ModelFramework, ModelType
from jobs.job_page.code_snippets import in_other_words, job_in_other_words
from jobs.models import Job, Organization

BOLT = Organization(viam_id="org-1")
MANAGED = ManagedJobRequest(
    "ds-1", "bolts", "v 1's", ModelType.SINGLE_LABEL_CLASSIFICATION, ModelFramework.TFLITE, ["red bolt", "nut"]
)
CUSTOM = CustomJobRequest("ds-1", "welds", "v1", "bolt:weld", "2", "tf:2.17", arguments={"b": "2", "a": "1"})


def words(command: str) -> list[str]:
    """As a shell reads them."""
    return shlex.split(command.replace("\\\n", ""))


def test_a_managed_job_as_a_shell_reads_it() -> None:
    assert words(in_other_words(BOLT, MANAGED).command) == [
        *("viam", "train", "submit", "managed"),
        *("--dataset-id=ds-1", "--model-org-id=org-1", "--model-name=bolts", "--model-version=v 1's"),
        *("--model-type=single_label_classification", "--model-framework=tflite", "--model-labels=red bolt,nut"),
    ]


def test_a_custom_job_as_a_shell_reads_it() -> None:
    assert words(in_other_words(BOLT, CUSTOM).command) == [
        *("viam", "train", "submit", "custom", "from-registry"),
        *("--dataset-id=ds-1", "--org-id=org-1", "--model-name=welds", "--model-version=v1"),
        *("--script-name=bolt:weld", "--version=2", "--container-version=tf:2.17", "--args=a=1,b=2"),
    ]


def test_what_viam_s_command_line_can_not_do_is_said() -> None:
    awkward = CustomJobRequest("ds-1", "welds", "v1", "bolt:weld", "2", arguments={"a": "x=y"})
    registered = CustomJobRequest("ds-1", "welds", "v1", "bolt:weld", "2", container_id="own-1")
    assert "“=”" in in_other_words(BOLT, awkward).caveat
    assert "registered container" in in_other_words(BOLT, registered).caveat
    assert in_other_words(BOLT, CUSTOM).caveat == in_other_words(BOLT, MANAGED).caveat == ""


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (replace(MANAGED, labels=["a,b"]), "“,”"),
        (replace(MANAGED, model_type=ModelType(77)), "does not know this kind"),
        (replace(CUSTOM, container_version=""), "requires a container"),
        (replace(CUSTOM, arguments={"a": "x\x1by"}), "invisible characters"),
    ],
)
def test_more_that_it_can_not_do(request_: JobRequest, says: str) -> None:
    assert says in in_other_words(BOLT, request_).caveat


@pytest.mark.parametrize("name", ["a\nrm -rf ~\n", "a\x15b", "exe.\u202etxt"])
def test_what_a_terminal_might_take_for_keys_is_in_no_command(name: str) -> None:
    words = in_other_words(BOLT, replace(MANAGED, model_name=name))
    assert words.command == ""
    assert ast.literal_eval(words.python.partition("model_name=")[2].partition(",\n")[0]) == name


def a_job(status: JobStatus, **fields: object) -> Job:
    made = {"dataset_id": "ds-1", "model_name": "welds", "model_version": "v1", "viam_id": "65f0", **fields}
    return Job(organization=BOLT, status=status, **made)


def test_a_job_that_was_submitted_gets_a_version_of_its_own() -> None:
    words_of = job_in_other_words(a_job(JobStatus.FAILED, is_custom=True, script_id="bolt:weld", script_version="2"))
    assert "--script-name=bolt:weld" in words(words_of.command)
    assert "v1" not in words_of.command + words_of.python
    assert "model_version=time.strftime(" in words_of.python
    compile(words_of.python, "shown.py", "exec")


def test_of_a_job_without_a_dataset_nothing_is_made_up() -> None:
    told = job_in_other_words(a_job(JobStatus.FAILED, dataset_id=""))
    assert (told.command, told.python) == ("", "")
    assert told.missing == "This job lacks details needed to reproduce it: it has no dataset and it has no type."


@pytest.mark.parametrize(
    ("status", "missing_since", "verbs"),
    [
        (JobStatus.PENDING, None, ["get", "logs", "cancel"]),
        (JobStatus.CANCELING, None, ["get", "logs"]),
        (JobStatus.COMPLETED, None, ["get", "logs"]),
        (JobStatus.IN_PROGRESS, datetime(2026, 5, 12, tzinfo=UTC), []),
    ],
)
def test_what_can_be_asked_about_a_job_fits_its_state(
    status: JobStatus, missing_since: datetime | None, verbs: list[str]
) -> None:
    asked = job_in_other_words(a_job(status, missing_since=missing_since)).questions
    assert list(asked.values()) == [f"viam train {verb} --job-id=65f0" for verb in verbs]
