"""Forms with a field of each kind: empty, filled in, wrong; and what is found before a job is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms

from jobs.domain import GRANTABLE, JobStatus, ManagedJobRequest, ModelFramework, ModelType
from jobs.job_page.code_snippets import in_other_words
from jobs.models import Organization
from jobs.styleguide.made_up.jobs import DIFFERENCES, job
from jobs.styleguide.made_up.people import HOSTILE
from jobs.submit.fitness import LabelOffer, OfferedLabel
from jobs.submit.preflight import Finding, Preflight

DATASETS = [
    ("", "Choose a dataset…"),
    ("66f0", "bolts-may"),
    ("66f1", "a dataset with a name that is far too long " * 3),
]
ROLES = [(role.value, f"{role.label}: {role.meaning}") for role in GRANTABLE]

FILLED = {"name": "bolt-detector", "dataset": "66f0", "labels": "bolt\nwasher", "since": "2026-05-12"}
IMAGES = (1210, 1210, 1344, 1690, 1702, 1840)
OFFER = LabelOffer(
    [
        OfferedLabel("bolt", 720),
        OfferedLabel("nut", 180, "uneven"),
        OfferedLabel("washer", 6, "thin"),
        OfferedLabel(HOSTILE),
    ],
    1840,
    1300,
)
# Its labels are such that the command line can't pass them on.
REQUEST = ManagedJobRequest(
    "66f0", "bolt-detector", "", ModelType.OBJECT_DETECTION, ModelFramework.TFLITE, ("bolt, long", "washer")
)


class Fields(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Model name", help_text="A name that exists gets a new version.")
    dataset = forms.ChoiceField(choices=DATASETS, label="Dataset")
    labels = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), label="Labels", help_text="One a line.")
    since = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), label="Created since")
    password = forms.CharField(widget=forms.PasswordInput, label="Password")


class Choices(forms.Form):
    """Radios and a box to tick."""

    role = forms.ChoiceField(choices=ROLES, widget=forms.RadioSelect, initial=2, label="Role")
    theme = forms.ChoiceField(
        choices=[("system", "System"), ("light", "Light"), ("dark", "Dark")],
        widget=forms.RadioSelect,
        initial="system",
        label="Appearance",
    )
    is_meant = forms.BooleanField(required=False, initial=True, label="Submit anyway")


class SignIn(forms.Form):
    """The way in."""

    login = forms.CharField(label="User name or email")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)


def values(here: Organization) -> dict[str, Any]:
    choices, empty = Choices(auto_id="choice-%s"), Fields(auto_id="empty-%s")
    return {
        "fields": [empty, Fields(initial=FILLED, auto_id="filled-%s"), _wrong()],
        "again": Fields(initial=FILLED, auto_id="again-%s")["name"],
        "choices": choices,
        "labels": ["bolt", "nut", "washer", HOSTILE],
        "ticked": ["bolt", "nut"],
        "view": {"name": Fields(auto_id="view-%s")["name"], "is_shared": choices["is_meant"]},
        "invite": {"name": Fields(auto_id="invite-%s")["name"], "role": Choices(auto_id="invite-%s")["role"]},
        "sign_in": SignIn(auto_id="sign-in-%s"),
        "preflight": _preflight(here),
        "offer": OFFER,
        "counted": [("Image labels", OFFER), ("Box labels", LabelOffer())],
        "points": [(datetime(2026, 5, day, tzinfo=UTC), images) for day, images in enumerate(IMAGES, start=1)],
        "sending": {"filled_in_errors": {"Version": ["There is such a version."]}, "is_meant": choices["is_meant"]},
        "words": in_other_words(here, REQUEST),
    }


def _wrong() -> Fields:
    wrong = Fields({"name": "", "dataset": "gone", "labels": "", "since": "yesterday"}, auto_id="wrong-%s")
    wrong.add_error(None, "Viam rejected the request.")
    return wrong


def _preflight(here: Organization) -> Preflight:
    return Preflight(
        findings=[
            Finding("ok", "The dataset has 412 images, all of them labelled."),
            Finding("hint", "There is a newer version of the script: 2026-05-12T09-40-12."),
            Finding("warning", "3 of the last 5 jobs with this dataset failed."),
            Finding("warning", "washer has 6 images; Viam requires 10 for each label.", "labels", "washer"),
            Finding("error", "The container tf:2.9 is past its end of life."),
        ],
        differences=DIFFERENCES[:2],
        source=job(here, 50, JobStatus.COMPLETED),
    )
