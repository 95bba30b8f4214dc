"""How many images datasets have: kept with each submit, counted again later, told on pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import grpc
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from emulator.server import Emulator
from emulator.services.data import DataService
from jobs.compare.service import compare
from jobs.domain import CustomJobRequest, JobRequest, JobStatus, ManagedJobRequest, ModelType
from jobs.models import Actor, DatasetCount, Job, Organization, Submission, trained_on
from jobs.submit.service import submit_job
from jobs.sync import cycle, dataset_counts
from jobs.viam.client import MOST_IMAGES
from protos import data_pb2

pytestmark = pytest.mark.django_db

COUNT = "BinaryDataByFilter"


@pytest.fixture
def request_of_bolts(bolt: Organization, asked: ManagedJobRequest) -> ManagedJobRequest:
    return replace(
        asked,
        dataset_id=bolt.datasets.get(name="bolts-line-3").viam_id,
        labels=("bolt", "nut"),
        model_type=ModelType.SINGLE_LABEL_CLASSIFICATION,
    )


def submit(
    bo: User, bolt: Organization, request: JobRequest, token: str = "once", is_meant: bool = False
) -> Submission:
    return submit_job(actor=Actor(bo), organization=bolt, request=request, token=token, is_meant=is_meant)


def completed(submission: Submission) -> Job:
    jobs = submission.organization.jobs.filter(viam_id=submission.job_id)
    jobs.update(status=JobStatus.COMPLETED)
    return jobs.get()


def let_an_hour_pass() -> None:
    DatasetCount.objects.update(counted_at=timezone.now() - timedelta(hours=2))


def test_what_a_job_is_trained_on_is_kept_with_its_submit(
    cloud: Emulator, bo: User, bolt: Organization, request_of_bolts: ManagedJobRequest
) -> None:
    """The preflight has counted it: nothing is asked twice."""
    began = timezone.now()
    kept = submit(bo, bolt, request_of_bolts).dataset_count
    assert (kept.images, kept.labeled, kept.by_label) == (1840, 1690, {"bolt": 720, "nut": 560})
    assert began <= kept.counted_at <= timezone.now()
    assert cloud.calls[COUNT] == 4


def test_of_a_script_s_dataset_all_images_are_kept(cloud: Emulator, bo: User, bolt: Organization) -> None:
    dataset = bolt.datasets.get(name="bolts-line-3").viam_id
    script = bolt.catalogue.script("bolt:weld-inspector")
    assert script
    request = CustomJobRequest(dataset, "weld-grader", "v1", script.id, script.versions[0])
    kept = submit(bo, bolt, request, is_meant=True).dataset_count
    assert (kept.images, kept.labeled, kept.by_label, cloud.calls[COUNT]) == (1840, None, {}, 1)


def test_what_can_t_be_counted_is_not_made_up(
    cloud: Emulator, bo: User, bolt: Organization, request_of_bolts: ManagedJobRequest
) -> None:
    cloud.faults.fail(COUNT, grpc.StatusCode.UNAVAILABLE, "no way", times=9)
    submission = submit(bo, bolt, request_of_bolts)
    assert (submission.state, DatasetCount.objects.count()) == ("done", 0)
    assert trained_on(bolt, [submission.job_id]) == {}


def test_of_a_submit_whose_answer_was_lost_it_is_known_too(
    cloud: Emulator, bo: User, bolt: Organization, request_of_bolts: ManagedJobRequest
) -> None:
    """What the preflight has counted; a cloud that just went silent is asked for no more."""
    cloud.faults.lose_answers("SubmitTrainingJob")
    submission = submit(bo, bolt, request_of_bolts)
    assert (submission.state, submission.dataset_count.images) == ("unknown", 1840)


def test_datasets_that_were_trained_on_are_counted_again_each_hour(
    cloud: Emulator, bo: User, bolt: Organization, request_of_bolts: ManagedJobRequest
) -> None:
    """One call each, and one row a day."""
    job_id = submit(bo, bolt, request_of_bolts).job_id
    cycle.refresh_now(bolt)
    assert cloud.calls[COUNT] == 4
    for images in (300, 12):
        let_an_hour_pass()
        cloud.world.grow(request_of_bolts.dataset_id, images)
        cycle.refresh_now(bolt)
    assert cloud.calls[COUNT] == 6
    found = trained_on(bolt, [job_id, "another"])
    assert [(one.count.images, one.more) for one in found.values()] == [(1840, 312)]
    assert DatasetCount.objects.filter(submission=None).count() <= 2


def test_what_a_process_has_kept_for_a_minute_is_no_news(cloud: Emulator, bolt: Organization) -> None:
    dataset = bolt.datasets.get(name="bolts-line-3")
    old = dataset_counts.count(bolt, dataset.viam_id)
    dataset_counts.keep(bolt, dataset.viam_id, replace(old, total=2000, read_at=timezone.now()))
    dataset_counts.keep(bolt, dataset.viam_id, old)
    assert [count.images for count in dataset.counts.all()] == [2000]


def test_counting_again_is_no_trouble_of_the_jobs(
    cloud: Emulator, bo: User, bolt: Organization, request_of_bolts: ManagedJobRequest
) -> None:
    submit(bo, bolt, request_of_bolts)
    let_an_hour_pass()
    cloud.faults.fail(COUNT, grpc.StatusCode.PERMISSION_DENIED, "no way", times=9)
    assert cycle.refresh_now(bolt)
    bolt.refresh_from_db()
    assert (bolt.problem, DatasetCount.objects.count()) == ("", 1)


@pytest.fixture
def grown(cloud: Emulator, bo: User, bolt: Organization, request_of_bolts: ManagedJobRequest) -> Job:
    """A completed job whose dataset has 312 images more by now."""
    job = completed(submit(bo, bolt, request_of_bolts))
    cloud.world.grow(request_of_bolts.dataset_id, 312)
    let_an_hour_pass()
    dataset_counts.forget()
    cycle.refresh_now(bolt)
    return completed(Submission.objects.get(job_id=job.viam_id))


def words(text: str) -> str:
    return " ".join(text.replace("<b>", "").replace("</b>", "").split())


def test_a_job_s_page_and_its_model_s_tell_what_it_was_trained_on(bo_client: Client, grown: Job) -> None:
    """And lead to the form with the same dataset."""
    for page in (grown.get_absolute_url(), f"/orgs/bolt-robotics/models/{grown.model_name}/"):
        text = words(bo_client.get(page).text)
        assert "Trained on 1,840 images; 312 more since, counted" in text, page
        assert f'{grown.get_absolute_url()}resubmit/">Retrain' in text


def test_who_only_looks_on_is_not_offered_to_train(vera_client: Client, grown: Job) -> None:
    text = words(vera_client.get(grown.get_absolute_url()).text)
    assert ("312 more since" in text, "Retrain" in text) == (True, False)


def test_of_jobs_that_were_submitted_elsewhere_nothing_is_said(bo_client: Client, bolt: Organization) -> None:
    job = bolt.jobs.filter(status=JobStatus.COMPLETED)[0]
    assert "Trained on" not in bo_client.get(job.get_absolute_url()).text


def test_two_jobs_are_compared_by_their_images(bo: User, bolt: Organization, grown: Job) -> None:
    request = ManagedJobRequest(
        grown.dataset_id, grown.model_name, "v2", grown.type, grown.framework, tuple(grown.labels)
    )
    later = submit(bo, bolt, request, token="another", is_meant=True).job_id
    found = {one.what: (one.was, one.now) for one in compare(bolt, a=grown.viam_id, b=later).differences}
    assert found["Images"] == ("1,840", "2,152")
    assert found["Images with bolt"] == ("720", "842")


def test_a_job_of_which_nobody_knows_is_not_compared_by_images(bolt: Organization, grown: Job) -> None:
    other = bolt.jobs.exclude(pk=grown.pk)[0].viam_id
    pair = compare(bolt, a=grown.viam_id, b=other)
    assert not [one for one in (*pair.differences, *pair.equal) if "mages" in one.what]


@pytest.mark.parametrize("number", [2**31, 2**63, 2**64 - 1])
def test_numbers_that_no_database_takes_break_neither_submits_nor_pages_nor_refreshes(
    number: int,
    cloud: Emulator,
    bo: User,
    bo_client: Client,
    bolt: Organization,
    request_of_bolts: ManagedJobRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A job was submitted, and its submitter got an error; all jobs' refreshes ended in one."""
    counted = data_pb2.BinaryDataByFilterResponse(count=number)
    monkeypatch.setattr(DataService, "_counted", lambda *_: counted)
    submission = submit(bo, bolt, request_of_bolts)
    assert (submission.state, submission.dataset_count.images) == ("done", MOST_IMAGES)
    address = f"/orgs/bolt-robotics/datasets/{request_of_bolts.dataset_id}/"
    assert [bo_client.get(f"{address}{place}").status_code for place in ("", "counts/")] == [200, 200]
    let_an_hour_pass()
    assert cycle.refresh_now(bolt)
    bolt.refresh_from_db()
    assert bolt.problem == ""
