"""The same job as a command, correct to copy."""

import shlex

from jobs.domain import CustomJobRequest, ManagedJobRequest, ModelFramework, ModelType
from jobs.models import Organization
from jobs.services import as_command, command_caveat

BOLT = Organization(viam_id="org-1")
MANAGED = ManagedJobRequest(
    "ds-1", "bolts", "v 1's", ModelType.SINGLE_LABEL_CLASSIFICATION, ModelFramework.TFLITE, ["red bolt", "nut"]
)
CUSTOM = CustomJobRequest("ds-1", "welds", "v1", "bolt:weld", "2", "tf:2.17", arguments={"b": "2", "a": "1"})


def words(command: str) -> list[str]:
    """As a shell reads them."""
    return shlex.split(command.replace("\\\n", ""))


def test_a_managed_job_as_a_shell_reads_it() -> None:
    assert words(as_command(BOLT, MANAGED)) == [
        *("viam", "train", "submit", "managed"),
        *("--dataset-id=ds-1", "--model-org-id=org-1", "--model-name=bolts", "--model-version=v 1's"),
        *("--model-type=single_label_classification", "--model-framework=tflite", "--model-labels=red bolt,nut"),
    ]


def test_a_custom_job_as_a_shell_reads_it() -> None:
    assert words(as_command(BOLT, CUSTOM)) == [
        *("viam", "train", "submit", "custom", "from-registry"),
        *("--dataset-id=ds-1", "--org-id=org-1", "--model-name=welds", "--model-version=v1"),
        *("--script-name=bolt:weld", "--version=2", "--container-version=tf:2.17", "--args=a=1,b=2"),
    ]


def test_what_viam_s_command_line_can_not_do_is_said() -> None:
    awkward = CustomJobRequest("ds-1", "welds", "v1", "bolt:weld", "2", arguments={"a": "x=y"})
    registered = CustomJobRequest("ds-1", "welds", "v1", "bolt:weld", "2", container_id="own-1")
    assert "“=”" in command_caveat(awkward)
    assert "registered container" in command_caveat(registered)
    assert command_caveat(CUSTOM) == command_caveat(MANAGED) == ""
