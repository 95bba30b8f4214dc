"""DataService: the images of datasets, counted or a page at a time, and their labels."""

from collections.abc import Callable, Sequence

import grpc

from emulator.refusals import invalid
from emulator.timestamps import stamp
from emulator.tokens import Tokens
from emulator.world.datasets import Dataset
from emulator.world.state import World
from protos import data_pb2, data_pb2_grpc
from protos import ml_training_pb2 as ml

PAGE = 50
LARGEST_PAGE = 100
BYTES = 180_000
"""The size of every image."""
_CLASSIFICATION, _DETECTION = ml.MODEL_TYPE_SINGLE_LABEL_CLASSIFICATION, ml.MODEL_TYPE_OBJECT_DETECTION
_TAGGED: dict[int, Callable[[set[str], set[str]], bool]] = {
    data_pb2.TAGS_FILTER_TYPE_UNSPECIFIED: lambda tags, wanted: not wanted or bool(tags & wanted),
    data_pb2.TAGS_FILTER_TYPE_MATCH_BY_OR: lambda tags, wanted: bool(tags & wanted),
    data_pb2.TAGS_FILTER_TYPE_TAGGED: lambda tags, _: bool(tags),
    data_pb2.TAGS_FILTER_TYPE_UNTAGGED: lambda tags, _: not tags,
}


class DataService(data_pb2_grpc.DataServiceServicer):
    """Of a filter `dataset_id`, `organization_ids`, `tags_filter` and `bbox_labels` count; labels by the first two."""

    def __init__(self, world: World, tokens: Tokens) -> None:
        self._world = world
        self._tokens = tokens

    def BinaryDataByFilter(
        self, request: data_pb2.BinaryDataByFilterRequest, context: grpc.ServicerContext
    ) -> data_pb2.BinaryDataByFilterResponse:
        """Without the images themselves, whether they are asked for or not: there are none."""
        asked = request.data_request
        found = [
            (dataset, number)
            for dataset in self._datasets(asked.filter, context)
            for number in _matching(dataset, asked.filter)
        ]
        if request.count_only:
            return self._counted(len(found))
        first = _place(asked.last)
        page = found[first : first + min(asked.limit or PAGE, LARGEST_PAGE)]
        return data_pb2.BinaryDataByFilterResponse(
            data=[_image(dataset, number) for dataset, number in page],
            count=len(page),
            last=str(first + len(page)) if page else "",
            total_size_bytes=BYTES * len(page),
        )

    def _counted(self, images: int) -> data_pb2.BinaryDataByFilterResponse:
        return data_pb2.BinaryDataByFilterResponse(count=images, total_size_bytes=BYTES * images)

    def TagsByFilter(
        self, request: data_pb2.TagsByFilterRequest, context: grpc.ServicerContext
    ) -> data_pb2.TagsByFilterResponse:
        datasets = self._datasets(request.filter, context)
        return data_pb2.TagsByFilterResponse(tags=sorted({tag for dataset in datasets for tag in dataset.tags}))

    def BoundingBoxLabelsByFilter(
        self, request: data_pb2.BoundingBoxLabelsByFilterRequest, context: grpc.ServicerContext
    ) -> data_pb2.BoundingBoxLabelsByFilterResponse:
        datasets = self._datasets(request.filter, context)
        labels = sorted({label for dataset in datasets for label in dataset.boxes})
        return data_pb2.BoundingBoxLabelsByFilterResponse(labels=labels)

    def _datasets(self, chosen: data_pb2.Filter, context: grpc.ServicerContext) -> list[Dataset]:
        caller = self._tokens.caller(context)
        self._world.catch_up()
        if chosen.dataset_id:
            return [self._world.datasets.find(caller, chosen.dataset_id)]
        organization_ids = chosen.organization_ids or caller.organization_ids
        return [d for d in self._world.datasets.visible(caller) if d.organization_id in organization_ids]


def _matching(dataset: Dataset, chosen: data_pb2.Filter) -> Sequence[int]:
    wanted, boxes = set(chosen.tags_filter.tags), set(chosen.bbox_labels)
    found: Sequence[int] = range(dataset.images)
    # Of what isn't asked for nothing is looked up: a form counts each of forty labels.
    if wanted or chosen.tags_filter.type:
        tags, fits = dataset.carried(_CLASSIFICATION), _TAGGED[chosen.tags_filter.type]
        found = [number for number in found if fits(set(tags[number]), wanted)]
    if boxes:
        drawn = dataset.carried(_DETECTION)
        found = [number for number in found if not boxes.isdisjoint(drawn[number])]
    return found


def _place(last: str) -> int:
    if last and not last.isdecimal():
        raise invalid("last is not valid")
    return int(last or 0)


def _image(dataset: Dataset, number: int) -> data_pb2.BinaryData:
    tags, boxes = (list(dataset.carried(kind)[number]) for kind in (_CLASSIFICATION, _DETECTION))
    about = data_pb2.BinaryMetadata(
        capture_metadata=data_pb2.CaptureMetadata(
            organization_id=dataset.organization_id, tags=tags, mime_type="image/jpeg"
        ),
        time_requested=stamp(dataset.created),
        time_received=stamp(dataset.created),
        file_name=f"{number:06}",
        file_ext=".jpeg",
        annotations=data_pb2.Annotations(bboxes=[_box(label, place) for place, label in enumerate(boxes)]),
        dataset_ids=[dataset.id],
        binary_data_id=f"{dataset.organization_id}/{dataset.id}/{number:06}",
        file_size_bytes=BYTES,
    )
    return data_pb2.BinaryData(metadata=about)


def _box(label: str, place: int) -> data_pb2.BoundingBox:
    left = place / 10
    return data_pb2.BoundingBox(
        id=str(place),
        label=label,
        x_min_normalized=left,
        y_min_normalized=left,
        x_max_normalized=left + 0.1,
        y_max_normalized=left + 0.1,
    )
