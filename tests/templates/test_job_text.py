"""A job in words and as a strip: whatever is known of it, and whatever is not, makes a sentence."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.template import Context, Template
from django.utils.html import strip_tags

from jobs.domain import AUDIT_ACTIONS, JobStatus, ModelType, Role, actions_by_noun
from jobs.duration_baseline import Usual
from jobs.models import AuditEntry, Dataset, Job, Organization
from jobs.permissions import Access
from jobs.templatetags.charts import timeline
from jobs.templatetags.job_text import action_words

NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)
USUAL = Usual(timedelta(minutes=38), 9, same_dataset=True)
CUSTOM = {"is_custom": True, "script_id": "viam:classification-tflite", "script_version": "2024-08-13"}
RAN = {"training_started": NOON - timedelta(minutes=12)}
ENDED = {**RAN, "training_ended": NOON}


def a_job(status: int, **fields: object) -> Job:
    values = {"model_name": "bolt-detector", "model_version": "v7", "dataset_id": "ds-1", "viam_id": "a1", **fields}
    created = {"created_on": NOON - timedelta(minutes=16)} | values
    return Job(status=status, organization=Organization(slug="bolt", viam_id="org"), **created)


class Story:
    """What the page knows beside the job."""

    dataset = Dataset(name="bolts-may")
    submitted = cancel_asked = None


@time_machine.travel(NOON, tick=False)
def sentence(job: Job, usual: Usual | None = None, story: type | None = Story) -> str:
    """The first sentence of the summary, as it is read."""
    access = Access(Organization(slug="bolt"), Role.VIEWER)
    context = {**access.context, "job": job, "usual": usual, "story": story}
    drawn = Template('{% include "job_page/_summary.html" %}').render(Context(context))
    return " ".join(strip_tags(drawn).split()).removesuffix(" Started outside Trainyard.")


@pytest.mark.parametrize(
    ("job", "usual", "text"),
    [
        (
            a_job(JobStatus.IN_PROGRESS, **CUSTOM, **RAN),
            USUAL,
            "Training bolt-detector v7 with viam:classification-tflite 2024-08-13 on bolts-may, queued 4 min, "
            "running 12 min, usually 38 min.",
        ),
        (
            a_job(JobStatus.PENDING, model_type=ModelType.OBJECT_DETECTION),
            USUAL,
            "Queued to train bolt-detector v7 with managed object detection on bolts-may, queued 16 min; "
            "jobs like it usually run 38 min.",
        ),
        (
            a_job(JobStatus.COMPLETED, **CUSTOM, **ENDED),
            USUAL,
            "Trained bolt-detector v7 with viam:classification-tflite 2024-08-13 on bolts-may, queued 4 min, "
            "ran 12 min, usually 38 min.",
        ),
        (
            a_job(JobStatus.FAILED, is_custom=True, **ENDED),
            None,
            "Failed to train bolt-detector v7 with a training script on bolts-may, queued 4 min, ran 12 min.",
        ),
        (
            a_job(JobStatus.CANCELING, **RAN),
            None,
            "Being canceled while training bolt-detector v7 with managed training on bolts-may, queued 4 min, "
            "running 12 min.",
        ),
        (
            a_job(JobStatus.CANCELED, training_ended=NOON),
            USUAL,
            "Canceled before training bolt-detector v7 with managed training on bolts-may, queued 16 min.",
        ),
        (
            a_job(JobStatus.IN_PROGRESS, missing_since=NOON, **RAN),
            None,
            "Was training bolt-detector v7 with managed training on bolts-may, queued 4 min, ran 12 min.",
        ),
        (
            a_job(42, model_type=77, created_on=None),
            USUAL,
            "A job to train bolt-detector v7 with managed training on bolts-may; jobs like it usually run 38 min.",
        ),
        (
            a_job(JobStatus.COMPLETED, created_on=None, training_started=NOON, model_version=""),
            USUAL,
            "Trained bolt-detector with managed training on bolts-may.",
        ),
        (
            a_job(JobStatus.FAILED, created_on=None, model_name="", model_version=""),
            None,
            "Failed to train an unnamed model with managed training on bolts-may.",
        ),
    ],
)
def test_a_job_in_one_sentence(job: Job, usual: Usual | None, text: str) -> None:
    assert sentence(job, usual) == text


@pytest.mark.parametrize(("dataset_id", "text"), [("ds-1", "training on the dataset ds-1."), ("", "managed training.")])
def test_a_dataset_without_a_name_and_none_at_all(dataset_id: str, text: str) -> None:
    nameless = type("Nameless", (Story,), {"dataset": None})
    job = a_job(JobStatus.COMPLETED, created_on=None, dataset_id=dataset_id)
    assert sentence(job, story=nameless).endswith(text)


@time_machine.travel(NOON, tick=False)
def widths(job: Job, usual: Usual | None = None) -> dict[str, int]:
    """The strip's parts and how wide each is, of 1000; of a mark, where it is."""
    drawn = timeline(job, usual)
    return {part: int(size) for part, size in re.findall(r'data-part="(\w+)".*?(?:width="| d="M)(\d+)', drawn)}


def test_a_strip_is_full_and_in_proportion() -> None:
    assert widths(a_job(JobStatus.COMPLETED, **ENDED), USUAL) == {"queued": 250, "running": 750}


def test_what_is_still_to_come_is_drawn_ahead_of_a_job_that_runs() -> None:
    usual = Usual(timedelta(minutes=36), 3, same_dataset=False)
    assert widths(a_job(JobStatus.IN_PROGRESS, **RAN), usual) == {"queued": 100, "expected": 900, "running": 300}


def test_where_a_job_that_runs_on_would_usually_have_ended_is_marked() -> None:
    usual = Usual(timedelta(minutes=6), 3, same_dataset=False)
    assert widths(a_job(JobStatus.IN_PROGRESS, **RAN), usual) == {"queued": 250, "running": 750, "usual": 625}


@pytest.mark.parametrize("job", [a_job(JobStatus.PENDING), a_job(42), a_job(JobStatus.FAILED, created_on=None)])
def test_nothing_is_expected_of_a_job_that_does_not_run(job: Job) -> None:
    assert set(widths(job, USUAL)) == {"queued", "running"}


@pytest.mark.parametrize(
    ("action", "outcome", "text"),
    [
        ("organization:show", "done", "showed the organization"),
        ("job:delete", "rejected", "tried to delete"),
        ("job:submit", "unknown", "tried to submit"),
        ("rail:lay", "done", "rail:lay"),
    ],
)
def test_an_action_in_words(action: str, outcome: str, text: str) -> None:
    assert action_words(AuditEntry(action=action, outcome=outcome)) == text


def test_every_action_has_its_place_in_the_choice() -> None:
    assert {action for group in actions_by_noun().values() for action in group} == set(AUDIT_ACTIONS)
