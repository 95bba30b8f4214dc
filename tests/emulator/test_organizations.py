"""Three organizations behind one key, a fourth behind another."""

import grpc
import pytest

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY_ID, OTHER_TENANT_ID, QUIET_GREENHOUSE_ID
from protos import app_pb2
from protos import ml_training_pb2 as ml
from tests.emulator.people import Person, refusal

NOBODY = "00000000-0000-4000-8000-000000000000"


def names(person: Person) -> list[str]:
    answer = person.app.ListOrganizations(app_pb2.ListOrganizationsRequest())
    return [organization.name for organization in answer.organizations]


def test_a_key_sees_its_organizations(ada: Person) -> None:
    assert names(ada) == ["Bolt Robotics", "Harbor Pilots", "Quiet Greenhouse"]


def test_another_key_sees_another_tenant(mallory: Person) -> None:
    assert names(mallory) == ["Other Tenant"]


def test_an_organization_in_detail(ada: Person) -> None:
    request = app_pb2.GetOrganizationRequest(organization_id=BOLT_ROBOTICS_ID)
    bolt = ada.app.GetOrganization(request).organization
    assert (bolt.name, bolt.public_namespace, bolt.default_region) == ("Bolt Robotics", "bolt", "North America")
    assert 0 < bolt.created_on.seconds < ada.clock()


@pytest.mark.parametrize(
    ("organization_id", "code"),
    [
        (OTHER_TENANT_ID, grpc.StatusCode.PERMISSION_DENIED),
        (NOBODY, grpc.StatusCode.NOT_FOUND),
        ("", grpc.StatusCode.INVALID_ARGUMENT),
    ],
)
def test_no_other_organization_opens(ada: Person, organization_id: str, code: grpc.StatusCode) -> None:
    request = app_pb2.GetOrganizationRequest(organization_id=organization_id)
    assert refusal(ada.app.GetOrganization, request).code == code
    assert refusal(ada.jobs, organization_id).code == code


def test_a_quiet_organization_has_no_jobs(ada: Person) -> None:
    assert ada.jobs(QUIET_GREENHOUSE_ID) == []


def test_jobs_of_another_tenant_do_not_exist(ada: Person, mallory: Person) -> None:
    theirs = ada.jobs()[0].id
    assert refusal(mallory.job, theirs).code == grpc.StatusCode.NOT_FOUND
    assert refusal(mallory.cancel, theirs).code == grpc.StatusCode.NOT_FOUND
    assert refusal(mallory.delete, theirs).code == grpc.StatusCode.NOT_FOUND
    assert refusal(mallory.log_page, theirs).code == grpc.StatusCode.NOT_FOUND


def test_nobody_trains_for_another_tenant(ada: Person, mallory: Person) -> None:
    dataset_id = mallory.dataset_id("not-yours", OTHER_TENANT_ID)
    request = ml.SubmitTrainingJobRequest(organization_id=OTHER_TENANT_ID, dataset_id=dataset_id)
    assert refusal(ada.training.SubmitTrainingJob, request).code == grpc.StatusCode.PERMISSION_DENIED


def may_train(person: Person, *organization_ids: str) -> list[str]:
    asked = [
        app_pb2.AuthorizedPermissions(resource_type="organization", resource_id=one, permissions=["train_models"])
        for one in organization_ids
    ]
    answer = person.app.CheckPermissions(app_pb2.CheckPermissionsRequest(permissions=asked))
    return [granted.resource_id for granted in answer.authorized_permissions]


def test_a_key_is_told_what_it_may_do(emulator: Emulator, ada: Person) -> None:
    assert may_train(ada, BOLT_ROBOTICS_ID, OTHER_TENANT_ID) == [BOLT_ROBOTICS_ID]
    emulator.world.demote(DEMO_KEY_ID, BOLT_ROBOTICS_ID)
    assert may_train(ada, BOLT_ROBOTICS_ID) == []
    assert refusal(may_train, ada).code == grpc.StatusCode.INVALID_ARGUMENT


def test_an_operator_s_key_trains_nothing(emulator: Emulator, ada: Person) -> None:
    """Neither lists jobs nor touches one, and sees the organization all the same; until it is an owner's again."""
    job = ada.some_job(ml.TRAINING_STATUS_IN_PROGRESS)
    emulator.world.demote(DEMO_KEY_ID, BOLT_ROBOTICS_ID)
    denied = [refusal(call, *told).code for call, *told in ((ada.jobs,), (ada.cancel, job.id), (ada.submit,))]
    assert denied == 3 * [grpc.StatusCode.PERMISSION_DENIED]
    assert "Bolt Robotics" in names(ada)
    emulator.world.promote(DEMO_KEY_ID, BOLT_ROBOTICS_ID)
    assert ada.jobs()


def test_the_keys_of_an_organization_without_themselves(ada: Person, mallory: Person) -> None:
    request = app_pb2.ListKeysRequest(org_id=BOLT_ROBOTICS_ID)
    [key] = ada.app.ListKeys(request).api_keys
    assert (key.api_key.id, key.api_key.name, key.api_key.key) == (DEMO_KEY_ID, "trainyard", "")
    assert {role.authorization_id for role in key.authorizations} == {"organization_owner"}
    assert refusal(mallory.app.ListKeys, request).code == grpc.StatusCode.PERMISSION_DENIED
