"""The words of a log, with the warts of the real thing.

TensorFlow and pip talk on standard error, which arrives at level ERROR whatever it says; progress bars do too.
"""

from collections.abc import Iterator
from random import Random

from protos import ml_training_pb2 as ml

Words = tuple[str, str]
"""Level and message of a line that has no time yet."""

CLOCK = "@clock"
"""Stands for the time of its line inside a message."""

TENSORFLOW: tuple[Words, ...] = (
    (
        "ERROR",
        f"{CLOCK}: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on. "
        "You may see slightly different numerical results due to floating-point round-off errors.",
    ),
    (
        "ERROR",
        f"{CLOCK}: E external/local_xla/xla/stream_executor/cuda/cuda_fft.cc:485] Unable to register cuFFT factory: "
        "Attempting to register factory for plugin cuFFT when one has already been registered",
    ),
    ("ERROR", "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR"),
    ("ERROR", "E0000 00:00:1730000000.412345      13 cuda_dnn.cc:8310] Unable to register cuDNN factory"),
    (
        "ERROR",
        "W0000 00:00:1730000000.512345      13 gpu_timer.cc:114] Skipping the delay kernel, "
        "measurement accuracy will be reduced",
    ),
    (
        "ERROR",
        f"{CLOCK}: I tensorflow/core/platform/cpu_feature_guard.cc:210] This TensorFlow binary is optimized to use "
        "available CPU instructions in performance-critical operations.",
    ),
    (
        "ERROR",
        f"{CLOCK}: I tensorflow/core/common_runtime/gpu/gpu_device.cc:2021] Created device "
        "/job:localhost/replica:0/task:0/device:GPU:0 with 13775 MB memory:  -> device: 0, name: Tesla T4",
    ),
)
_PACKAGES = (
    ("google-cloud-aiplatform", "1.71.1", "6.2"),
    ("numpy", "1.26.4", "18.2"),
    ("pillow", "10.4.0", "4.5"),
    ("scikit-learn", "1.5.2", "13.3"),
)
_BAR = "━" * 40


def installation(job: ml.TrainingJobMetadata) -> Iterator[Words]:
    """The script and what it needs is installed anew for every job."""
    script = job.registry_item_id.rpartition(":")[2]
    yield "INFO", f"Job is running in container {job.container_version or job.container_id or 'default'}"
    yield "INFO", f"Processing /training_script/{script}-{job.registry_item_version}.tar.gz"
    for name, version, megabytes in _PACKAGES:
        yield "INFO", f"Collecting {name}"
        yield "INFO", f"  Downloading {name}-{version}-cp310-cp310-manylinux_2_17_x86_64.whl ({megabytes} MB)"
        yield "INFO", f"     \x1b[90m{_BAR}\x1b[0m \x1b[32m{megabytes}/{megabytes} MB\x1b[0m \x1b[31m41.3 MB/s\x1b[0m"
    yield "INFO", "Successfully installed " + " ".join(f"{name}-{version}" for name, version, _ in _PACKAGES)
    yield "ERROR", "WARNING: Running pip as the 'root' user can result in broken permissions"
    arguments = "".join(f" --{name}={value}" for name, value in sorted(job.arguments.items()))
    yield "INFO", f"python3 -m model.training --dataset_file=/gcs/dataset.jsonl{arguments}"


def dataset(dice: Random) -> Iterator[Words]:
    yield "INFO", f"Found {dice.randint(240, 1900)} images and {dice.randint(2, 6)} labels in the dataset"
    yield "WARNING", f"{dice.randint(2, 19)} images carry no label and are trained as UNKNOWN"


def epoch(number: int, epochs: int, dice: Random) -> Iterator[Words]:
    """Loss falls and accuracy rises, not quite steadily."""
    progress = number / epochs
    loss = 1.9 * (1 - progress) ** 2 + 0.08 + dice.uniform(0, 0.05)
    accuracy = 0.42 + 0.55 * progress**0.5 - dice.uniform(0, 0.03)
    bar = "\x1b[32m━━━━━━━━━━\x1b[0m\x1b[37m━━━━━━━━━━\x1b[0m"
    yield "INFO", f"Epoch {number}/{epochs}"
    yield (
        "ERROR",
        f"\r\x1b[1m26/52\x1b[0m {bar} 1s 34ms/step - accuracy: {accuracy - 0.01:.4f} - loss: {loss + 0.03:.4f}",
    )
    measured = f"accuracy: {accuracy:.4f} - loss: {loss:.4f}"
    validated = f"val_accuracy: {accuracy - 0.02:.4f} - val_loss: {loss * 1.1:.4f}"
    yield "INFO", f"52/52 - 3s - 61ms/step - {measured} - {validated}"
    if number % 25 == 0:
        yield "WARNING", "Learning rate reduced to 0.0001: val_loss has not improved for 5 epochs"


def saving(job: ml.TrainingJobMetadata) -> Iterator[Words]:
    yield "INFO", f"Saving {job.model_name} to /gcs/model"
    yield "ERROR", "Converting: 100%|██████████| 12/12 [00:03<00:00,  3.71it/s]"
    yield "INFO", "Wrote labels.txt"
    yield "INFO", "Training finished"
