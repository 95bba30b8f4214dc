"""The registry items that are there from the start."""

from emulator.timestamps import DAY, version_of
from emulator.world.scripts import Item
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEVREL_ID, HARBOR_PILOTS_ID, OTHER_TENANT_ID, VIAM_ID
from protos import app_pb2, packages_pb2
from protos import ml_training_pb2 as ml

CLASSIFICATION_TFLITE = "viam:classification-tflite"
YOLO_ONNX = "devrel:yolo-onnx-training"
WELD_INSPECTOR = "bolt:weld-inspector"
GRASP_PLANNER = "bolt:grasp-planner"
BUOY_TRACKER = f"{HARBOR_PILOTS_ID}:buoy-tracker"
NOT_YOURS = "othertenant:not-yours"


def _uploads(now: float, *ages: float) -> tuple[tuple[str, float], ...]:
    """Versions named by the time of their upload, in days before now."""
    return tuple((version_of(now - age * DAY), now - age * DAY) for age in ages)


def items(now: float) -> list[Item]:
    return [*_public(now), *_of_bolt(now), *_of_others(now)]


def _public(now: float) -> list[Item]:
    return [
        Item(
            VIAM_ID,
            "viam",
            "classification-tflite",
            "Trains an image classifier with TensorFlow and exports it to TFLite.",
            app_pb2.VISIBILITY_PUBLIC,
            versions=(("2024-08-13T12-11-54", now - 640 * DAY), ("2025-11-03T09-40-12", now - 190 * DAY)),
            model_type=ml.MODEL_TYPE_SINGLE_LABEL_CLASSIFICATION,
            model_framework=ml.MODEL_FRAMEWORK_TFLITE,
        ),
        Item(
            DEVREL_ID,
            "devrel",
            "yolo-onnx-training",
            "Trains a YOLO detector and exports it to ONNX.",
            app_pb2.VISIBILITY_PUBLIC,
            versions=(("0.1.0", now - 300 * DAY), ("0.1.1", now - 280 * DAY), ("0.2.0", now - 61 * DAY)),
            model_type=ml.MODEL_TYPE_OBJECT_DETECTION,
            model_framework=ml.MODEL_FRAMEWORK_ONNX,
        ),
        Item(
            VIAM_ID,
            "viam",
            "vision-tools",
            "A module, not a script.",
            app_pb2.VISIBILITY_PUBLIC,
            packages_pb2.PACKAGE_TYPE_MODULE,
        ),
    ]


def _of_bolt(now: float) -> list[Item]:
    return [
        Item(
            BOLT_ROBOTICS_ID,
            "bolt",
            "weld-inspector",
            "Grades weld seams. Ours, PyTorch.",
            app_pb2.VISIBILITY_PRIVATE,
            versions=_uploads(now, 74, 51, 33, 12, 3),
            model_framework=ml.MODEL_FRAMEWORK_PYTORCH,
        ),
        Item(
            BOLT_ROBOTICS_ID,
            "bolt",
            "grasp-planner",
            "Not ready yet.",
            app_pb2.VISIBILITY_PRIVATE,
            versions=_uploads(now, 2),
            draft=True,
        ),
        Item(
            BOLT_ROBOTICS_ID,
            "bolt",
            "bolt-detector",
            "A trained model.",
            app_pb2.VISIBILITY_PRIVATE,
            packages_pb2.PACKAGE_TYPE_ML_MODEL,
        ),
    ]


def _of_others(now: float) -> list[Item]:
    return [
        Item(
            HARBOR_PILOTS_ID,
            "",
            "buoy-tracker",
            "Follows buoys from frame to frame.",
            app_pb2.VISIBILITY_PRIVATE,
            versions=(("1746521400000", now - 88 * DAY), ("1749113400000", now - 58 * DAY)),
        ),
        Item(
            OTHER_TENANT_ID,
            "othertenant",
            "not-yours",
            "Private.",
            app_pb2.VISIBILITY_PRIVATE,
            versions=_uploads(now, 9),
        ),
    ]
