"""AppService: the organizations that a key sees, and the registry."""

import grpc

from emulator.timestamps import stamp
from emulator.tokens import Tokens
from emulator.world.state import World
from emulator.world.tenants import Organization
from protos import app_pb2, app_pb2_grpc


class AppService(app_pb2_grpc.AppServiceServicer):
    def __init__(self, world: World, tokens: Tokens) -> None:
        self._world = world
        self._tokens = tokens

    def ListOrganizations(
        self, request: app_pb2.ListOrganizationsRequest, context: grpc.ServicerContext
    ) -> app_pb2.ListOrganizationsResponse:
        seen = self._world.organizations(self._tokens.caller(context))
        return app_pb2.ListOrganizationsResponse(organizations=map(self._message, seen))

    def GetOrganization(
        self, request: app_pb2.GetOrganizationRequest, context: grpc.ServicerContext
    ) -> app_pb2.GetOrganizationResponse:
        organization = self._world.organization(self._tokens.caller(context), request.organization_id)
        return app_pb2.GetOrganizationResponse(organization=self._message(organization))

    def ListRegistryItems(
        self, request: app_pb2.ListRegistryItemsRequest, context: grpc.ServicerContext
    ) -> app_pb2.ListRegistryItemsResponse:
        caller = self._tokens.caller(context)
        if request.organization_id:
            self._world.organization(caller, request.organization_id)
        items = self._world.registry.search(caller, request)
        return app_pb2.ListRegistryItemsResponse(items=[item.message() for item in items])

    def GetRegistryItem(
        self, request: app_pb2.GetRegistryItemRequest, context: grpc.ServicerContext
    ) -> app_pb2.GetRegistryItemResponse:
        item = self._world.registry.find(self._tokens.caller(context), request.item_id)
        return app_pb2.GetRegistryItemResponse(item=item.message())

    def _message(self, organization: Organization) -> app_pb2.Organization:
        return app_pb2.Organization(
            id=organization.id,
            name=organization.name,
            created_on=stamp(self._world.started - organization.age),
            public_namespace=organization.public_namespace,
            default_region=organization.default_region,
        )
