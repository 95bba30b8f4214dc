"""DataService: the labels of a dataset, by the two calls that Viam has deprecated."""

import grpc

from emulator.tokens import Tokens
from emulator.world.datasets import Dataset
from emulator.world.state import World
from protos import data_pb2, data_pb2_grpc


class DataService(data_pb2_grpc.DataServiceServicer):
    """Of a filter only `dataset_id` and `organization_ids` count."""

    def __init__(self, world: World, tokens: Tokens) -> None:
        self._world = world
        self._tokens = tokens

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
        if chosen.dataset_id:
            return [self._world.datasets.find(caller, chosen.dataset_id)]
        organization_ids = chosen.organization_ids or caller.organization_ids
        return [d for d in self._world.datasets.visible(caller) if d.organization_id in organization_ids]
