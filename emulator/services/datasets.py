"""DatasetService: list, create, rename, delete and merge. Exporting is not emulated."""

from typing import NoReturn

import grpc

from emulator.refusals import unimplemented
from emulator.tokens import Tokens
from emulator.world.datasets import Dataset
from emulator.world.state import World
from protos import dataset_pb2, dataset_pb2_grpc


class DatasetService(dataset_pb2_grpc.DatasetServiceServicer):
    def __init__(self, world: World, tokens: Tokens) -> None:
        self._world = world
        self._tokens = tokens

    def ListDatasetsByOrganizationID(
        self, request: dataset_pb2.ListDatasetsByOrganizationIDRequest, context: grpc.ServicerContext
    ) -> dataset_pb2.ListDatasetsByOrganizationIDResponse:
        organization = self._world.organization(self._tokens.caller(context), request.organization_id)
        datasets = self._world.datasets.of(organization.id)
        if request.HasField("type"):
            datasets = [dataset for dataset in datasets if dataset.type == request.type]
        return dataset_pb2.ListDatasetsByOrganizationIDResponse(datasets=[d.message() for d in datasets])

    def ListDatasetsByIDs(
        self, request: dataset_pb2.ListDatasetsByIDsRequest, context: grpc.ServicerContext
    ) -> dataset_pb2.ListDatasetsByIDsResponse:
        visible = self._world.datasets.visible(self._tokens.caller(context))
        return dataset_pb2.ListDatasetsByIDsResponse(datasets=[d.message() for d in visible if d.id in request.ids])

    def CreateDataset(
        self, request: dataset_pb2.CreateDatasetRequest, context: grpc.ServicerContext
    ) -> dataset_pb2.CreateDatasetResponse:
        organization = self._world.organization(self._tokens.caller(context), request.organization_id)
        sequence = request.type == dataset_pb2.DATASET_TYPE_SEQUENCE_DATA
        created = self._world.datasets.create(organization.id, request.name, sequence, self._world.now())
        return dataset_pb2.CreateDatasetResponse(id=created.id)

    def RenameDataset(
        self, request: dataset_pb2.RenameDatasetRequest, context: grpc.ServicerContext
    ) -> dataset_pb2.RenameDatasetResponse:
        self._world.datasets.rename(self._dataset(request.id, context), request.name)
        return dataset_pb2.RenameDatasetResponse()

    def DeleteDataset(
        self, request: dataset_pb2.DeleteDatasetRequest, context: grpc.ServicerContext
    ) -> dataset_pb2.DeleteDatasetResponse:
        self._world.datasets.delete(self._dataset(request.id, context))
        return dataset_pb2.DeleteDatasetResponse()

    def MergeDatasets(
        self, request: dataset_pb2.MergeDatasetsRequest, context: grpc.ServicerContext
    ) -> dataset_pb2.MergeDatasetsResponse:
        organization = self._world.organization(self._tokens.caller(context), request.organization_id)
        parts = [self._dataset(dataset_id, context) for dataset_id in request.dataset_ids]
        merged = self._world.datasets.merge(organization.id, request.name, parts, self._world.now())
        return dataset_pb2.MergeDatasetsResponse(dataset_id=merged.id)

    def StartSequenceDatasetExport(
        self, request: dataset_pb2.StartSequenceDatasetExportRequest, context: grpc.ServicerContext
    ) -> NoReturn:
        raise unimplemented("exporting datasets is not emulated")

    def GetSequenceDatasetExport(
        self, request: dataset_pb2.GetSequenceDatasetExportRequest, context: grpc.ServicerContext
    ) -> NoReturn:
        raise unimplemented("exporting datasets is not emulated")

    def _dataset(self, dataset_id: str, context: grpc.ServicerContext) -> Dataset:
        return self._world.datasets.find(self._tokens.caller(context), dataset_id)
