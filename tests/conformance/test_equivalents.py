"""What the site shows as "the same job as Python" submits the same job, run with Viam's SDK."""

from datetime import datetime
from pathlib import Path

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID
from jobs.domain import VERSION_LAYOUT, CustomJobRequest, JobRequest, ManagedJobRequest, ModelFramework, ModelType
from jobs.job_page.code_snippets import in_other_words
from jobs.models import Organization
from protos import ml_training_pb2 as ml
from tests.conformance.sdk_environment import run


def submitted(request: JobRequest, python: Path, cloud: Emulator, folder: Path) -> ml.TrainingJobMetadata:
    """The job that the shown script made."""
    script = folder / "shown.py"
    script.write_text(in_other_words(Organization(viam_id=BOLT_ROBOTICS_ID), request).python)
    told = run(python, "run_as_shown.py", str(script), cloud.address, DEMO_KEY_ID, DEMO_KEY)
    return cloud.world.job(told.strip().splitlines()[-1])


def a_dataset(cloud: Emulator) -> str:
    jobs = cloud.world.jobs(BOLT_ROBOTICS_ID)
    return next(job.dataset_id for job in jobs if not job.is_custom_job and "bolt" in job.tags)


def test_a_managed_job(sdk_python: Path, sdk_cloud: Emulator, tmp_path: Path) -> None:
    detection, tensorflow = ModelType.OBJECT_DETECTION, ModelFramework.TENSORFLOW
    request = ManagedJobRequest(a_dataset(sdk_cloud), "shown-managed", "v'1", detection, tensorflow, ["bolt", "nut"])
    job = submitted(request, sdk_python, sdk_cloud, tmp_path)
    assert (job.model_name, job.model_version, list(job.tags)) == ("shown-managed", "v'1", ["bolt", "nut"])
    assert [int(job.model_type), int(job.model_framework)] == [detection, tensorflow]


def test_a_custom_job_with_awkward_values(sdk_python: Path, sdk_cloud: Emulator, tmp_path: Path) -> None:
    script = next(
        job for job in sdk_cloud.world.jobs(BOLT_ROBOTICS_ID) if job.registry_item_id == "bolt:weld-inspector"
    )
    arguments = {"note": "a=b 'c' \"d\" \\ {e}", "num_epochs": "5"}
    request = CustomJobRequest(
        dataset_id=a_dataset(sdk_cloud),
        model_name="shown-custom",
        model_version="v1",
        script_id=script.registry_item_id,
        script_version=script.registry_item_version,
        container_version="tf:2.17",
        arguments=arguments,
    )
    job = submitted(request, sdk_python, sdk_cloud, tmp_path)
    assert (job.container_version, dict(job.arguments)) == ("tf:2.17", arguments)


def test_a_job_that_was_submitted_before_gets_a_version_of_its_own(
    sdk_python: Path, sdk_cloud: Emulator, tmp_path: Path
) -> None:
    detection, tflite = ModelType.OBJECT_DETECTION, ModelFramework.TFLITE
    request = ManagedJobRequest(a_dataset(sdk_cloud), "shown-again", "", detection, tflite, ["bolt", "nut"])
    job = submitted(request, sdk_python, sdk_cloud, tmp_path)
    assert datetime.strptime(job.model_version, VERSION_LAYOUT)
