"""Three organizations behind one key, a fourth behind another."""

import grpc
import pytest

from emulator.world.tenants import BOLT_ROBOTICS_ID, OTHER_TENANT_ID, QUIET_GREENHOUSE_ID
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
