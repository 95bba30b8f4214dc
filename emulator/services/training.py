"""MLTrainingService: submit, get, list, cancel, delete, and read logs."""

from random import Random

import grpc

from emulator.logs.pages import page
from emulator.refusals import wrong_state
from emulator.services.containers import ContainerCalls
from emulator.timestamps import stamp
from emulator.world import life, submissions
from emulator.world.datasets import Dataset
from emulator.world.job_store import Shelf
from emulator.world.jobs import Job, LivingJob
from emulator.world.outcomes import fate, weakness
from protos import ml_training_pb2 as ml


class MLTrainingService(ContainerCalls):
    def SubmitTrainingJob(
        self, request: ml.SubmitTrainingJobRequest, context: grpc.ServicerContext
    ) -> ml.SubmitTrainingJobResponse:
        dataset = self._dataset(request, context)
        record = submissions.managed(request, dataset)
        weak = None if self._world.checks_late else weakness(record, dataset)
        if weak is not None:
            raise wrong_state(weak.message)
        return ml.SubmitTrainingJobResponse(id=self._accept(record, dataset))

    def SubmitCustomTrainingJob(
        self, request: ml.SubmitCustomTrainingJobRequest, context: grpc.ServicerContext
    ) -> ml.SubmitCustomTrainingJobResponse:
        dataset = self._dataset(request, context)
        caller = self._tokens.caller(context)
        record = submissions.custom(request, caller, self._world.registry, self._world.containers)
        return ml.SubmitCustomTrainingJobResponse(id=self._accept(record, dataset))

    def GetTrainingJob(
        self, request: ml.GetTrainingJobRequest, context: grpc.ServicerContext
    ) -> ml.GetTrainingJobResponse:
        _, job = self._find(request.id, context)
        return ml.GetTrainingJobResponse(metadata=job.at(self._world.now()))

    def ListTrainingJobs(
        self, request: ml.ListTrainingJobsRequest, context: grpc.ServicerContext
    ) -> ml.ListTrainingJobsResponse:
        organization = self._world.owned(self._tokens.caller(context), request.organization_id)
        self._world.catch_up()
        return self._world.ledger.shelf(organization.id).list(request.status, self._world.now())

    def CancelTrainingJob(
        self, request: ml.CancelTrainingJobRequest, context: grpc.ServicerContext
    ) -> ml.CancelTrainingJobResponse:
        _, job = self._find(request.id, context)
        if self._is_over(job):
            raise wrong_state(f"training job {job.id} has already ended")
        job.cancel(self._world.now())
        return ml.CancelTrainingJobResponse()

    def DeleteCompletedTrainingJob(
        self, request: ml.DeleteCompletedTrainingJobRequest, context: grpc.ServicerContext
    ) -> ml.DeleteCompletedTrainingJobResponse:
        shelf, job = self._find(request.id, context)
        if not self._is_over(job):
            raise wrong_state(f"training job {job.id} has not ended yet")
        self._world.publish(job.at(self._world.now()))
        shelf.remove(job.id)
        return ml.DeleteCompletedTrainingJobResponse()

    def GetTrainingJobLogs(
        self, request: ml.GetTrainingJobLogsRequest, context: grpc.ServicerContext
    ) -> ml.GetTrainingJobLogsResponse:
        _, job = self._find(request.id, context)
        return page(job.id, self._world.logs.lines(job, self._world.now()), request.page_token)

    def _dataset(self, request: submissions.Submission, context: grpc.ServicerContext) -> Dataset:
        """The dataset of a request whose organization and names are in order."""
        caller = self._tokens.caller(context)
        self._world.owned(caller, request.organization_id)
        submissions.check_model(request.model_name, request.model_version)
        return submissions.dataset(request, caller, self._world.datasets)

    def _accept(self, record: ml.TrainingJobMetadata, dataset: Dataset) -> str:
        world, now = self._world, self._world.now()
        world.ledger.check_version(record)
        record.id = world.ledger.new_id(now)
        record.created_on.CopyFrom(stamp(now))
        plan = life.plan(now, Random(record.id), world.speed, fate(record, dataset, world.seed))
        world.ledger.add(record.organization_id, LivingJob(record, plan, world.speed), now)
        return record.id

    def _find(self, job_id: str, context: grpc.ServicerContext) -> tuple[Shelf, Job]:
        self._world.catch_up()
        caller = self._tokens.caller(context)
        shelf, job = self._world.ledger.find(caller, job_id)
        self._world.owned(caller, job.at(self._world.now()).organization_id)
        return shelf, job

    def _is_over(self, job: Job) -> bool:
        return job.at(self._world.now()).status in life.FINAL
