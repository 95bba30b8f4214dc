"""How a submitted job is going to end: decided by the state of its dataset, then by its name and the seed."""

from random import Random

from emulator.world.datasets import Dataset
from emulator.world.failures import IMAGES_PER_LABEL, Failure, any_failure, crash, too_few, unfit, unreadable
from protos import ml_training_pb2 as ml

IMAGES_FOR_DETECTION = 15
LABELLED_SHARE = 0.8
CHANCE_OF_FAILURE = 0.1

# Words in the name of a model that settle the matter.
DOOMED = "fail"
SAFE = "steady"


def fate(job: ml.TrainingJobMetadata, dataset: Dataset, seed: int) -> Failure | None:
    dice = Random(f"{seed}/{job.model_name}")
    labels = {label: dataset.labels(job.model_type)[label] for label in job.tags}
    weak = None if job.is_custom_job else weakness(job, dataset)
    if weak is not None:
        return weak
    if DOOMED in job.model_name:
        return crash(dice) if job.is_custom_job else unreadable(job.tags[0], 6, labels[job.tags[0]])
    if SAFE not in job.model_name and dice.random() < CHANCE_OF_FAILURE:
        return any_failure(dice, job.is_custom_job, labels)
    return None


def weakness(job: ml.TrainingJobMetadata, dataset: Dataset) -> Failure | None:
    """What is missing of that which Viam's documentation demands of a dataset for managed training."""
    labels = dataset.labels(job.model_type)
    for label in job.tags:
        if labels[label] < IMAGES_PER_LABEL:
            return too_few(label, labels[label])
    share = dataset.labelled(job.model_type) / dataset.images
    if share < LABELLED_SHARE:
        return unfit(f"{share:.0%} of the images are labelled, {LABELLED_SHARE:.0%} are needed")
    if job.model_type == ml.MODEL_TYPE_MULTI_LABEL_CLASSIFICATION and len(job.tags) < 2:
        return unfit("multi-label classification needs at least 2 labels, 1 was chosen")
    if job.model_type == ml.MODEL_TYPE_OBJECT_DETECTION and dataset.images < IMAGES_FOR_DETECTION:
        return unfit(f"the dataset has {dataset.images} images, at least {IMAGES_FOR_DETECTION} are needed")
    return None
