"""The five calls about containers, half of MLTrainingService."""

import grpc

from emulator.tokens import Tokens
from emulator.world.state import World
from protos import ml_training_pb2 as ml
from protos import ml_training_pb2_grpc


class ContainerCalls(ml_training_pb2_grpc.MLTrainingServiceServicer):
    def __init__(self, world: World, tokens: Tokens) -> None:
        self._world = world
        self._tokens = tokens

    def ListSupportedContainers(
        self, request: ml.ListSupportedContainersRequest, context: grpc.ServicerContext
    ) -> ml.ListSupportedContainersResponse:
        return ml.ListSupportedContainersResponse(container_map=self._world.containers.supported())

    def ListContainers(
        self, request: ml.ListContainersRequest, context: grpc.ServicerContext
    ) -> ml.ListContainersResponse:
        organization = self._world.owned(self._tokens.caller(context), request.organization_id)
        return ml.ListContainersResponse(containers=self._world.containers.available(organization.id))

    def GetContainer(self, request: ml.GetContainerRequest, context: grpc.ServicerContext) -> ml.GetContainerResponse:
        container = self._world.containers.find(self._tokens.caller(context), request.id)
        return ml.GetContainerResponse(container=container)

    def RegisterCustomTrainingContainer(
        self, request: ml.RegisterCustomTrainingContainerRequest, context: grpc.ServicerContext
    ) -> ml.RegisterCustomTrainingContainerResponse:
        organization = self._world.owned(self._tokens.caller(context), request.organization_id)
        container = self._world.containers.register(
            organization.id, request.image_uri, request.description, self._world.now()
        )
        return ml.RegisterCustomTrainingContainerResponse(id=container.id)

    def DeleteCustomTrainingContainer(
        self, request: ml.DeleteCustomTrainingContainerRequest, context: grpc.ServicerContext
    ) -> ml.DeleteCustomTrainingContainerResponse:
        self._world.containers.delete(self._world.containers.find(self._tokens.caller(context), request.id))
        return ml.DeleteCustomTrainingContainerResponse()
