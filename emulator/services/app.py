"""AppService: the organizations that a key sees, what it may do there, and the registry."""

import grpc

from emulator.refusals import invalid
from emulator.timestamps import stamp
from emulator.tokens import Tokens
from emulator.world.scripts import MODEL
from emulator.world.state import World
from emulator.world.tenants import KEYS, ORGANIZATIONS, Key, Organization
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
        wants_models = not request.types or MODEL in request.types
        registry = self._world.catalogue() if wants_models else self._world.registry
        items = registry.search(caller, request)
        return app_pb2.ListRegistryItemsResponse(items=[item.message() for item in items])

    def GetRegistryItem(
        self, request: app_pb2.GetRegistryItemRequest, context: grpc.ServicerContext
    ) -> app_pb2.GetRegistryItemResponse:
        item = self._world.catalogue().find(self._tokens.caller(context), request.item_id)
        return app_pb2.GetRegistryItemResponse(item=item.message())

    def CheckPermissions(
        self, request: app_pb2.CheckPermissionsRequest, context: grpc.ServicerContext
    ) -> app_pb2.CheckPermissionsResponse:
        """The granted ones of those that are asked for. Operators may look on, and nothing of what is asked here."""
        if not request.permissions:
            raise invalid("permissions are required")
        caller = self._tokens.caller(context)
        granted = [asked for asked in request.permissions if self._world.owns(caller, asked.resource_id)]
        return app_pb2.CheckPermissionsResponse(authorized_permissions=granted)

    def ListKeys(self, request: app_pb2.ListKeysRequest, context: grpc.ServicerContext) -> app_pb2.ListKeysResponse:
        organization = self._world.owned(self._tokens.caller(context), request.org_id)
        keys = [key for key in KEYS.values() if key.organization_ids[0] == organization.id]
        return app_pb2.ListKeysResponse(api_keys=[self._key(key) for key in keys])

    def _key(self, key: Key) -> app_pb2.APIKeyWithAuthorizations:
        """Without the key itself, which is shown once, when it is made."""
        roles = [self._role(key, organization_id) for organization_id in key.organization_ids]
        made = stamp(self._world.started - ORGANIZATIONS[key.organization_ids[0]].age)
        api_key = app_pb2.APIKey(id=key.id, name=key.name, created_on=made)
        return app_pb2.APIKeyWithAuthorizations(api_key=api_key, authorizations=roles)

    def _role(self, key: Key, organization_id: str) -> app_pb2.AuthorizationDetails:
        role = "owner" if self._world.owns(key, organization_id) else "operator"
        return app_pb2.AuthorizationDetails(
            authorization_type="role",
            authorization_id=f"organization_{role}",
            resource_type="organization",
            resource_id=organization_id,
            org_id=organization_id,
        )

    def _message(self, organization: Organization) -> app_pb2.Organization:
        return app_pb2.Organization(
            id=organization.id,
            name=organization.name,
            created_on=stamp(self._world.started - organization.age),
            public_namespace=organization.public_namespace,
            default_region=organization.default_region,
        )
