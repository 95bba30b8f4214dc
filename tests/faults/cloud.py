"""A cloud that misbehaves on request. In this process, or as a program that can be stopped and killed.

`python -m tests.faults.cloud --port 8091 --jobs 31` serves until it is ended. The same numbers make the same jobs, so
that one that was killed comes back as it was.
"""

from __future__ import annotations

import argparse
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
from google.protobuf.message import Message

from protos import app_pb2, data_pb2, dataset_pb2, ml_training_pb2
from tests.viam.small_cloud import Refusal, Reply, SmallCloud

EVERY = "*"
BOLT, HARBOR = "b0".ljust(24, "0"), "4a".ljust(24, "0")
NAMES = {BOLT: "Bolt Robotics", HARBOR: "Harbor Pilots"}
DATASET = "d5".ljust(24, "0")
LONG_AGO = datetime(2026, 1, 5, 12, tzinfo=UTC)
RUNNING = 2
"""So many of the jobs are under way: an organization in which something moves is asked about often."""
RUNNING_STATUS = ml_training_pb2.TRAINING_STATUS_IN_PROGRESS

TrainingJob = ml_training_pb2.TrainingJobMetadata


class FaultyCloud(SmallCloud):
    """One organization with its jobs. `delay` and `refusals` hold for all that is asked, until they are taken back."""

    def __init__(
        self, organization: str = BOLT, *, jobs: int = 30, port: int = 0, tls: grpc.ServerCredentials | None = None
    ) -> None:
        super().__init__(tls)
        self.organization = organization
        self.jobs = {job.id: job for job in (made_job(organization, number) for number in range(jobs))}
        self.delay = 0.0
        self.refusals: dict[str, Refusal] = {}
        self.submitted: Counter[str] = Counter()
        self.after_submit: Callable[[], None] = lambda: None
        # When a write was executed and before it is answered, with the name of its call.
        self.after_write: Callable[[str], None] = lambda _: None
        self._made = jobs
        self._writing = threading.Lock()
        if port:
            self.port = self._listen(f"127.0.0.1:{port}", tls)
        self._behave()

    @contextmanager
    def running(self) -> Iterator[FaultyCloud]:
        with super().running():
            yield self

    def heal(self) -> None:
        """Back to good behaviour, all of it. The jobs stay."""
        self.delay = 0.0
        self.refusals = {}
        self.after_submit = lambda: None
        self.after_write = lambda _: None
        self._behave()

    def add_job(self, **changes: Any) -> TrainingJob:
        """A job that somebody submitted elsewhere."""
        job = made_job(self.organization, self._made, **changes)
        self._made += 1
        self.jobs[job.id] = job
        return job

    def all_jobs(self) -> ml_training_pb2.ListTrainingJobsResponse:
        return ml_training_pb2.ListTrainingJobsResponse(jobs=list(self.jobs.values()))

    def _listen(self, address: str, tls: grpc.ServerCredentials | None) -> int:
        return self._server.add_secure_port(address, tls) if tls else self._server.add_insecure_port(address)

    def _behave(self) -> None:
        told = app_pb2.Organization(id=self.organization, name=NAMES[self.organization])
        dataset = dataset_pb2.Dataset(id=DATASET, name="parts", organization_id=self.organization)
        self.reply("ListOrganizations", app_pb2.ListOrganizationsResponse(organizations=[told]))
        self.reply("ListDatasetsByOrganizationID", dataset_pb2.ListDatasetsByOrganizationIDResponse(datasets=[dataset]))
        self.reply("BinaryDataByFilter", data_pb2.BinaryDataByFilterResponse(count=400))
        self.reply("ListTrainingJobs", self._list)
        self.reply("GetTrainingJob", self._get)
        self.reply("SubmitTrainingJob", self._submit)
        self.reply("CancelTrainingJob", self._cancel)
        self.reply("DeleteCompletedTrainingJob", self._delete)
        self._replies.pop("Authenticate", None)

    def _next_reply(self, name: str) -> Reply | None:
        self.pause(self.delay)
        return self.refusals.get(name) or self.refusals.get(EVERY) or super()._next_reply(name)

    def _list(self, asked: ml_training_pb2.ListTrainingJobsRequest) -> Message:
        answer = self.all_jobs()
        if asked.status:
            kept = [job for job in answer.jobs if job.status == asked.status]
            answer = ml_training_pb2.ListTrainingJobsResponse(jobs=kept)
        return answer

    def _get(self, asked: ml_training_pb2.GetTrainingJobRequest) -> Message | Refusal:
        if asked.id not in self.jobs:
            return Refusal(grpc.StatusCode.NOT_FOUND, "no such job")
        return ml_training_pb2.GetTrainingJobResponse(metadata=self.jobs[asked.id])

    def _submit(self, asked: ml_training_pb2.SubmitTrainingJobRequest) -> Message:
        with self._writing:
            self.submitted[asked.model_name] += 1
            names = {"model_name": asked.model_name, "model_version": asked.model_version, "tags": asked.tags}
            job = self.add_job(**names, dataset_id=asked.dataset_id, status=ml_training_pb2.TRAINING_STATUS_PENDING)
            job.created_on.GetCurrentTime()
            job.last_modified.GetCurrentTime()
        self.after_submit()
        self.after_write("SubmitTrainingJob")
        return ml_training_pb2.SubmitTrainingJobResponse(id=job.id)

    def _cancel(self, asked: ml_training_pb2.CancelTrainingJobRequest) -> Message | Refusal:
        job = self.jobs[asked.id]
        job.status = ml_training_pb2.TRAINING_STATUS_CANCELING
        job.last_modified.GetCurrentTime()
        self.after_write("CancelTrainingJob")
        return ml_training_pb2.CancelTrainingJobResponse()

    def _delete(self, asked: ml_training_pb2.DeleteCompletedTrainingJobRequest) -> Message | Refusal:
        del self.jobs[asked.id]
        self.after_write("DeleteCompletedTrainingJob")
        return ml_training_pb2.DeleteCompletedTrainingJobResponse()


def made_job(organization: str, number: int, **changes: Any) -> TrainingJob:
    """The job of this number: the first few run, the others are done."""
    is_running = number < RUNNING
    job = TrainingJob(
        id=f"{organization[:2]}{number:022x}",
        organization_id=organization,
        dataset_id=DATASET,
        model_name=f"part-finder-{number}",
        model_version="v1",
        model_type=ml_training_pb2.MODEL_TYPE_OBJECT_DETECTION,
        model_framework=ml_training_pb2.MODEL_FRAMEWORK_TFLITE,
        status=RUNNING_STATUS if is_running else ml_training_pb2.TRAINING_STATUS_COMPLETED,
        tags=["bolt", "nut"],
    )
    created = LONG_AGO + timedelta(minutes=number)
    job.created_on.FromDatetime(created)
    job.training_started.FromDatetime(created + timedelta(seconds=30))
    job.last_modified.FromDatetime(created + timedelta(seconds=30 if is_running else 300))
    if not is_running:
        job.training_ended.FromDatetime(created + timedelta(seconds=300))
    job.MergeFrom(TrainingJob(**changes))
    return job


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.cloud", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--jobs", type=int, default=30)
    options = parser.parse_args()
    with FaultyCloud(jobs=options.jobs, port=options.port).running():
        threading.Event().wait()


if __name__ == "__main__":
    main()
