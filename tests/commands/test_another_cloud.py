"""`manage.py connect` against a server that knows nothing of our emulator, and tells strange things."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from django.core.management import call_command
from django.test import Client
from google.protobuf.message import Message
from pytest_django import Settings

from jobs.models import Job
from jobs.viam import endpoints
from protos import app_pb2, auth_pb2, dataset_pb2
from protos import ml_training_pb2 as ml

HOW_MANY = 12_000
FROM_THE_FUTURE = 99
SCRIPT = "<script>alert(1)</script>"

pytestmark = pytest.mark.django_db


def jobs() -> Iterator[ml.TrainingJobMetadata]:
    """Jobs without times, of a status that nobody has heard of; together more than gRPC takes by default."""
    for number in range(HOW_MANY):
        job = ml.TrainingJobMetadata(id=f"odd-{number}", model_name=f"{SCRIPT}-{number}" + "x" * 400)
        job.status = FROM_THE_FUTURE  # type: ignore[assignment]
        yield job


class StrangeCloud(grpc.GenericRpcHandler):
    """The same answer to whatever is asked; what it has no answer to, it doesn't implement."""

    answers: dict[str, Message]

    def __init__(self) -> None:
        organization = app_pb2.Organization(id="o", name=f"Odd {SCRIPT}")
        self.answers = {
            "Authenticate": auth_pb2.AuthenticateResponse(access_token="a token"),
            "ListOrganizations": app_pb2.ListOrganizationsResponse(organizations=[organization]),
            "ListDatasetsByOrganizationID": dataset_pb2.ListDatasetsByOrganizationIDResponse(),
            "ListTrainingJobs": ml.ListTrainingJobsResponse(jobs=jobs()),
        }

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes] | None:
        answer = self.answers.get(details.method.rpartition("/")[2])
        return grpc.unary_unary_rpc_method_handler(lambda *_: answer.SerializeToString()) if answer else None


@pytest.fixture
def strange_cloud(settings: Settings) -> Iterator[None]:
    server = grpc.server(ThreadPoolExecutor(4), [StrangeCloud()], options=[("grpc.max_send_message_length", -1)])
    settings.VIAM_ENDPOINTS = [endpoints.parse(f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}")]
    server.start()
    yield
    server.stop(grace=None).wait()


@pytest.fixture
def connected(strange_cloud: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What `connect` printed."""
    monkeypatch.setenv("VIAM_API_KEY", "a key")
    call_command("connect", "--key-id", "k")
    return capsys.readouterr().out


def test_its_jobs_are_stored_and_shown(connected: str, ana_client: Client) -> None:
    address = connected.split()[-1]
    last_page = ana_client.get(f"{address}?status=unknown&page={HOW_MANY // 50}").content.decode()

    assert f"{HOW_MANY} jobs" in connected
    assert Job.objects.filter(status=FROM_THE_FUTURE, created_on=None, training_started=None).count() == HOW_MANY
    assert last_page.count('id="job-odd-') == 50
    assert last_page.count("Unknown (99)") >= 50


def test_what_it_tells_is_text_and_not_markup(connected: str, ana_client: Client) -> None:
    address = connected.split()[-1]
    job = Job.objects.get(viam_id="odd-7")

    for page in (ana_client.get(address), ana_client.get(job.get_absolute_url())):
        assert "alert(1)" in page.content.decode()
        assert SCRIPT not in page.content.decode()
