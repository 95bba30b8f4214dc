"""Idempotency keys of programs, as in draft-ietf-httpapi-idempotency-key-header; and a form's one-time tokens."""

from __future__ import annotations

import re
from typing import Any

import grpc
import pytest
from django.contrib.auth.models import User
from django.test import Client

from emulator.server import Emulator
from jobs.domain import Role
from jobs.models import Actor, AuditEntry, Membership, Organization, Submission
from jobs.sync.cycle import refresh_now
from tests.api.test_by_program import MANAGED, fits, managed, submit
from tests.api_tokens.test_tokens import token

pytestmark = pytest.mark.django_db

SUBMIT = "/orgs/{slug}/jobs.json"
SENDS = "SubmitTrainingJob"
MAX_LENGTH = 255


@pytest.fixture
def robot(bo: User, bolt: Organization) -> Client:
    return Client(headers=token(bo))


def with_key(client: Client, organization: Organization, key: str, **changes: object) -> Any:
    answer = submit(client, organization, managed(organization, **changes), **{"Idempotency-Key": key})
    fits(answer, SUBMIT, "post")
    return answer


def told(answer: Any) -> tuple[int, str, bytes]:
    return answer.status_code, answer["Content-Type"], answer.content


def test_the_same_request_gets_the_first_answer(cloud: Emulator, robot: Client, bolt: Organization) -> None:
    """Row 111."""
    first, again = with_key(robot, bolt, "night-1"), with_key(robot, bolt, "night-1")
    assert (first.status_code, told(again)) == (201, told(first))
    assert cloud.calls[SENDS] == 1


def test_the_order_of_members_makes_no_other_request(cloud: Emulator, robot: Client, bolt: Organization) -> None:
    """Row 111: the draft compares payloads; ours are compared as what they ask for."""
    first = with_key(robot, bolt, "night-1")
    backwards = dict(reversed(managed(bolt).items()))
    again = submit(robot, bolt, backwards, **{"Idempotency-Key": '"night-1"'})
    assert told(again) == told(first)
    assert cloud.calls[SENDS] == 1


@pytest.mark.parametrize("change", [{"name": "another"}, {"version": "2"}, {"labels": ["nut"]}])
def test_another_request_under_the_same_key_is_refused(
    cloud: Emulator, robot: Client, bolt: Organization, change: dict[str, object]
) -> None:
    """Row 111: another model got 201 with the first job, though nothing was sent."""
    with_key(robot, bolt, "night-1")
    answer = with_key(robot, bolt, "night-1", **change)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert "used for another request" in answer.json()["title"]
    assert cloud.calls[SENDS] == 1


def test_a_key_is_its_organization_s(robot: Client, bo: User, bolt: Organization) -> None:
    """Row 111: in another organization it was an error 500."""
    first = with_key(robot, bolt, "night-1")
    other = Organization.objects.create(
        name="Other", slug="other", viam_id=bolt.viam_id, endpoint="elsewhere", credentials=bolt.credentials
    )
    Membership.objects.create(organization=other, user=bo, role=Role.OPERATOR)
    body = {**managed(bolt), "version": "2"}
    answer = submit(robot, other, body, **{"Idempotency-Key": "night-1"})
    assert fits(answer, SUBMIT, "post")["job"] not in (None, first.json()["job"])


def test_a_key_is_its_person_s(cloud: Emulator, robot: Client, adam: User, bolt: Organization) -> None:
    """Row 111."""
    Membership.objects.create(organization=bolt, user=adam, role=Role.ADMINISTRATOR)
    with_key(robot, bolt, "night-1")
    answer = with_key(Client(headers=token(adam)), bolt, "night-1", version="2")
    assert (answer.status_code, cloud.calls[SENDS]) == (201, 2)


def test_while_the_first_is_under_way_the_second_waits(
    cloud: Emulator, robot: Client, bo: User, bolt: Organization
) -> None:
    """Row 111."""
    body = managed(bolt)
    kind = {"kind": "managed", "dataset": body["dataset"], "name": MANAGED["name"], "version": MANAGED["version"]}
    asked = {**kind, "type": MANAGED["type"], "framework": MANAGED["framework"], "labels": MANAGED["labels"]}
    Submission.begin(Actor(bo), bolt, key="night-1", request=asked)
    answer = with_key(robot, bolt, "night-1")
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (409, True)
    assert cloud.calls[SENDS] == 0


@pytest.mark.parametrize("key", ["k" * MAX_LENGTH, f'"{"k" * MAX_LENGTH}"', "!~[]{}@", '"a \\"quoted\\" one"'])
def test_every_key_that_may_be_is_taken_whole(cloud: Emulator, robot: Client, bolt: Organization, key: str) -> None:
    """Row 111: they were cut at 64 characters, and then two that began alike were one."""
    first = with_key(robot, bolt, key)
    other = with_key(robot, bolt, key.replace("k", "j", 1).replace("!", "?").replace("a ", "b "), version="2")
    assert (first.status_code, other.status_code, cloud.calls[SENDS]) == (201, 201, 2)


@pytest.mark.parametrize(
    "key", ["k" * (MAX_LENGTH + 1), "k" * 5_000, "", " ", '""', '"open', 'in"side', "two words", "schlüssel", "a\tb"]
)
def test_a_key_that_is_too_long_or_malformed_is_refused(
    cloud: Emulator, robot: Client, bolt: Organization, key: str
) -> None:
    """Row 111."""
    answer = with_key(robot, bolt, key)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert cloud.calls[SENDS] == 0


def test_a_rejection_is_told_again(cloud: Emulator, robot: Client, bolt: Organization) -> None:
    """Row 131: 409 and then 202, as if it were still under way."""
    cloud.faults.fail(SENDS, grpc.StatusCode.INVALID_ARGUMENT, "too few images")
    first, again = with_key(robot, bolt, "night-1"), with_key(robot, bolt, "night-1")
    assert (first.status_code, first.json()["detail"]) == (409, "too few images")
    assert told(again) == told(first)
    assert cloud.calls[SENDS] == 1


def test_a_request_that_was_not_sent_leaves_its_key_unused(cloud: Emulator, robot: Client, bolt: Organization) -> None:
    """Row 111."""
    assert with_key(robot, bolt, "night-1", name="").status_code == 422
    assert with_key(robot, bolt, "night-1").status_code == 201


def test_a_lost_answer_is_told_until_it_is_known(cloud: Emulator, robot: Client, bolt: Organization) -> None:
    """Row 111: 202, and from then on what became of it."""
    cloud.faults.lose_answers(SENDS)
    assert with_key(robot, bolt, "night-1").status_code == 202
    assert with_key(robot, bolt, "night-1").status_code == 202
    refresh_now(bolt)
    found, again = with_key(robot, bolt, "night-1"), with_key(robot, bolt, "night-1")
    assert (found.status_code, found.json()["job"]) == (201, bolt.jobs.get(model_name=MANAGED["name"]).viam_id)
    assert told(again) == told(found)
    assert cloud.calls[SENDS] == 1


def test_a_form_sent_again_with_other_values_says_so(cloud: Emulator, bo_client: Client, bolt: Organization) -> None:
    """Row 111: back, another version, and the page of the first job as if the second were sent."""
    form = {**managed(bolt), "token": "once", "labels": "bolt"}
    address = f"/orgs/{bolt.slug}/jobs/new/"
    assert bo_client.post(address, form).status_code == 302
    again = bo_client.post(address, {**form, "version": "2"})
    assert (again.status_code, "You already submitted this form as by-robot 1." in again.text) == (422, True)
    fresh = re.search(r'name="token" value="([^"]+)"', again.text)
    assert fresh
    assert bo_client.post(address, {**form, "version": "2", "token": fresh[1]}).status_code == 302
    assert cloud.calls[SENDS] == 2


def test_a_plain_error_of_the_cloud_is_a_rejection_in_its_words(
    cloud: Emulator, robot: Client, bolt: Organization
) -> None:
    """Row 123: 202, as if it might have been carried out, and never an end."""
    cloud.faults.fail(SENDS, grpc.StatusCode.UNKNOWN, "dataset has no images with the label pear")
    first, again = with_key(robot, bolt, "night-1"), with_key(robot, bolt, "night-1")
    assert (first.status_code, first.json()["detail"]) == (409, "dataset has no images with the label pear")
    assert (told(again), cloud.calls[SENDS]) == (told(first), 1)


@pytest.mark.parametrize("what", ["cancel", "delete"])
def test_a_plain_error_rejects_a_cancel_and_a_delete_too(
    cloud: Emulator, robot: Client, bolt: Organization, what: str
) -> None:
    """Row 123."""
    method = {"cancel": "CancelTrainingJob", "delete": "DeleteCompletedTrainingJob"}[what]
    job = bolt.jobs.filter(missing_since=None).first()
    assert job
    cloud.faults.fail(method, grpc.StatusCode.UNKNOWN, "the job is locked")
    answer = robot.post(f"/orgs/{bolt.slug}/jobs/{job.viam_id}/{what}.json", content_type="application/json")
    assert (answer.status_code, answer.json()["detail"]) == (409, "the job is locked")
    entry = AuditEntry.objects.get(action=f"job:{what}")
    assert (entry.outcome, entry.finished_at is not None) == ("rejected", True)


def test_a_form_that_the_cloud_turns_down_is_kept_with_its_words(
    cloud: Emulator, bo_client: Client, bolt: Organization
) -> None:
    """Row 123: the answer counted as lost, and all that was typed was gone."""
    form = {**managed(bolt), "token": "once", "labels": "bolt"}
    cloud.faults.fail(SENDS, grpc.StatusCode.UNKNOWN, "only <weekdays>")
    page = bo_client.post(f"/orgs/{bolt.slug}/jobs/new/", form)
    assert (page.status_code, "Viam rejected the request. only &lt;weekdays&gt;" in page.text) == (422, True)
    assert page.context["form"]["name"].value() == MANAGED["name"]
    assert page.context["form"]["token"].value() != "once"
    assert Submission.objects.get().state == "rejected"
