"""Submitting a job: checked, written down, sent once, and never again whatever the answer."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from django import db
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from jobs import viam
from jobs.domain import HIDDEN, CloudJob, JobRequest, JobStatus, ManagedJobRequest, looks_secret
from jobs.models import Actor, Job, Organization, Submission
from jobs.submit import fitness
from jobs.submit.preflight import Preflight, preflight
from jobs.sync import apply, catalogue, dataset_counts, fetch, reconcile, worker
from jobs.sync.connection import cloud_of
from jobs.viam.errors import CloudError, NotSent, Unavailable

State = Submission.State

TOLD_FOR = timedelta(days=1)
MAX_TOLD = 3
# A shorter value is a word like any other.
MIN_SECRET_LENGTH = 4

log = logging.getLogger(__name__)


class Unfit(Exception):
    """The request was not sent: it can't work, or it was warned about and nobody said that it is meant.

    `preflight` holds the findings.
    """

    def __init__(self, preflight: Preflight) -> None:
        super().__init__(" ".join(finding.words for finding in preflight.errors or preflight.warnings))
        self.preflight = preflight


class KeyReused(Exception):
    """The request was not sent: its key was used before, for another one. `submission` is that one."""

    def __init__(self, submission: Submission) -> None:
        super().__init__(f"This key was already used for {submission.name}.")
        self.submission = submission


def submit_job(
    *,
    actor: Actor,
    organization: Organization,
    request: JobRequest,
    token: str,
    is_meant: bool = False,
    source: Job | None = None,
) -> Submission:
    """Sends the request once and answers with its submission: done, rejected or of unknown outcome.

    `is_meant` overrides warnings; `source` is the job that this one is made after. `token` is a form's or an
    idempotency key. Used before by the same person in the same organization, it sends nothing: the same request gets
    its submission as it is by now, which may be under way still; another one raises KeyReused.
    Raises Unfit, and CloudError when the cloud can't be asked about the dataset, before anything is written or sent.
    """
    if used := submission_for(actor, organization, request, token):
        return used
    found = examine(organization, request, source, is_meant=is_meant)
    if found.errors or (found.warnings and not is_meant):
        raise Unfit(found)
    try:
        submission = Submission.begin(
            actor,
            organization,
            key=token,
            request=request.as_json(),
            source=source.viam_id if source else "",
        )
    except IntegrityError:
        if used := submission_for(actor, organization, request, token):
            return used
        raise
    return _send(submission, organization, request)


def submission_for(actor: Actor, organization: Organization, request: JobRequest, token: str) -> Submission | None:
    """What the person used this key for; None when it is new. Raises KeyReused when that was another request."""
    theirs = organization.submissions.filter(person=actor.user, key=token)
    used: Submission | None = theirs.select_related("entry", "organization").first()
    if used and not used.is_same(request.as_json()):
        raise KeyReused(used)
    return used


def lost_submissions(organization: Organization, person: User) -> QuerySet[Submission]:
    """What the list of jobs tells its submitter, newest first: whose job is not known yet, or is not in Viam.

    Submitted again, it is told of no more.
    """
    again = organization.submissions.filter(fingerprint=OuterRef("fingerprint"), pk__gt=OuterRef("pk"))
    theirs = organization.submissions.filter(person=person, state__in=(State.UNKNOWN, State.NOT_FOUND))
    lately = theirs.filter(entry__started_at__gte=timezone.now() - TOLD_FOR)
    return lately.filter(~Exists(again)).select_related("organization").order_by("-pk")[:MAX_TOLD]


def keep_answer(submission: Submission, status: int, answer: object) -> None:
    """What a program was told at the end; it is told the same when it asks again."""
    submission.answer_status, submission.answer = status, answer
    try:
        submission.save(update_fields=["answer_status", "answer"])
    except db.Error as error:
        # It can be made again from the submission.
        log.warning("The answer to submission %s is not stored: %s", submission.pk, error)


def examine(
    organization: Organization, request: JobRequest, source: Job | None = None, *, is_meant: bool = False
) -> Preflight:
    """The preflight of a request that is about to be sent: a dataset that we don't know may be younger than our list.

    Images are counted unless warnings are overridden. Raises CloudError when the cloud can't be asked for the dataset.
    """
    if not organization.datasets.filter(viam_id=request.dataset_id, missing_since=None).exists():
        try:
            catalogue.refresh_datasets(organization, cloud_of(organization))
        except Unavailable as error:
            raise NotSent(error.words) from error
    return preflight(organization, request, source, () if is_meant else fitness.findings(organization, request))


def _send(submission: Submission, organization: Organization, request: JobRequest) -> Submission:
    try:
        cloud = cloud_of(organization)
        job_id = cloud.submit_job(organization.viam_id, request)
    except Unavailable as error:
        # It may have arrived all the same. Sent again, it might train twice: the refresher looks for it instead.
        submission.finish(State.UNKNOWN, words=_words_of(error, request), problem=error.kind)
        _keep_counts(submission, request, asks=False)
        worker.ask_soon(organization)
        return submission
    except CloudError as error:
        submission.finish(State.REJECTED, words=_words_of(error, request), problem=error.kind)
        return submission
    submission.finish(State.DONE, job_id=job_id)
    _show_at_once(submission, request, cloud)
    _keep_counts(submission, request)
    return submission


def _keep_counts(submission: Submission, request: JobRequest, *, asks: bool = True) -> None:
    """What the job is trained on: nobody else can say that later. The preflight has counted it, as a rule."""
    counts = fitness.counts_of(submission.organization, request, asks=asks)
    try:
        dataset_counts.keep(submission.organization, request.dataset_id, counts, submission)
    except db.Error as error:
        log.warning("The images that submission %s trains on are not stored: %s", submission.pk, error)


def _words_of(error: CloudError, request: JobRequest) -> str:
    """The cloud may repeat what it was sent: without the values that look like secrets."""
    words = str(error)
    arguments = {} if isinstance(request, ManagedJobRequest) else request.arguments
    secrets = [value for name, value in arguments.items() if looks_secret(name) and len(value) >= MIN_SECRET_LENGTH]
    for secret in sorted(secrets, key=len, reverse=True):
        words = words.replace(secret, HIDDEN)
    return words


def _show_at_once(submission: Submission, request: JobRequest, cloud: viam.Cloud) -> None:
    """The new job is in the mirror, and its submitter's, before the cloud lists it.

    When the database refuses, the refresher does it later: it is submitted, whatever happens here.
    """
    organization, job_id = submission.organization, submission.job_id
    try:
        asked = fetch.begin_request(organization)
        job = _look_up(cloud, job_id) or _as_sent(organization, request, job_id)
        answer = fetch.Answer([job], asked, is_complete=False, is_single=True, is_certain=True)
        apply.store(organization, answer)
        reconcile.attribute(submission)
        worker.ask_soon(organization)
    except db.Error as error:
        log.warning("%s: job %s will be shown later: %s", organization.slug, job_id, error)


def _look_up(cloud: viam.Cloud, job_id: str) -> CloudJob | None:
    try:
        return cloud.get_job(job_id)
    except CloudError:
        return None


def _as_sent(organization: Organization, request: JobRequest, job_id: str) -> CloudJob:
    """The job as far as we know it from what we sent."""
    shared = CloudJob(
        id=job_id,
        organization_id=organization.viam_id,
        status=JobStatus.PENDING,
        created_on=timezone.now(),
        model_name=request.model_name,
        model_version=request.model_version,
        dataset_id=request.dataset_id,
    )
    if isinstance(request, ManagedJobRequest):
        return replace(
            shared, labels=request.labels, model_type=request.model_type, model_framework=request.model_framework
        )
    return replace(
        shared,
        is_custom=True,
        script_id=request.script_id,
        script_version=request.script_version,
        container_version=request.container_version,
        container_id=request.container_id,
        arguments=request.arguments,
    )
