"""Row 110: the value of an argument whose name looks like a secret is shown nowhere, and a submit warns before it."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import grpc
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from emulator.server import Emulator
from jobs.bulk.worker import work
from jobs.domain import HIDDEN, looks_secret, without_secrets
from jobs.models import BulkRun, Job, Organization, Submission
from jobs.sync.cycle import refresh_now
from tests.api_tokens.test_tokens import token
from tests.bulk.test_bulk import begun
from tests.sweeps.addresses import filled, routes

pytestmark = pytest.mark.django_db

VALUE, OTHER = "made-up-7f3a9c", "made-up-2b8d41"
SECRET = [
    *("token", "hf_token", "HF_TOKEN", "hfToken", "HFToken", "huggingface-token", "auth.token", "tokenForUpload"),
    *("secret", "client_secret", "clientSecret", "password", "db_passwd", "PWD", "passphrase", "api_key", "apikey"),
    *("apiKey", "APIKey", "WANDB_API_KEY", "wandb_key", "access_key", "aws_access_key_id", "secretAccessKey"),
    *("private_key", "ssh-key", "credential", "credentials", "auth", "basic_auth", "Authorization", "bearer", "token2"),
]
PLAIN = [
    *("tokenizer", "max_tokens", "num_tokens", "tokens", "max_token", "pad_token_id", "token_length", "eosToken"),
    *("keypoints", "num_keypoints", "key", "keys", "author", "authored_by", "secretary", "monkey", "passes", "bypass"),
    *("num_epochs", "learning_rate", "compass", "pass", "access", "private", "", "_", "7"),
]


@pytest.mark.parametrize("name", SECRET)
def test_a_name_that_looks_like_a_secret(name: str) -> None:
    """Row 110."""
    assert looks_secret(name)
    assert without_secrets({name: VALUE, "num_epochs": "5"}) == {name: HIDDEN, "num_epochs": "5"}


@pytest.mark.parametrize("name", PLAIN)
def test_a_name_that_does_not(name: str) -> None:
    """Row 110."""
    assert not looks_secret(name)


@pytest.fixture
def job(bolt: Organization) -> Job:
    """A job with a script whose arguments, as Viam tells them, hold a secret; and one like it with another."""
    job, other = bolt.jobs.filter(is_custom=True).exclude(script_id="")[:2]
    for one, value in ((job, VALUE), (other, OTHER)):
        one.arguments = {"hf_token": value, "num_epochs": "5"}
        one.save(update_fields=["arguments"])
    return job


@pytest.fixture
def custom(bolt: Organization) -> dict[str, str]:
    """What a person fills in for a job with a script and a secret."""
    script = next(script for script in bolt.catalogue.scripts if script.id == "bolt:weld-inspector")
    made_of = {"dataset": bolt.datasets.get(name="bolts-line-3").viam_id, "script": script.id, "version": "v1"}
    asked = {"container": "key:tf:2.17", "argument_key": "hf_token", "argument_value": VALUE}
    return {**made_of, **asked, "token": "once", "name": "weld-grader", "script_version": script.versions[0]}


def new(bolt: Organization) -> str:
    return reverse("jobs:create-custom", args=[bolt.slug])


def fields_of(text: str) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    form = text[text.index('<form id="new-job"') : text.index("</form>", text.index('<form id="new-job"'))]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        told = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if told.get("type") != "checkbox" and "name" in told:
            sent.setdefault(told["name"], []).append(unescape(told.get("value", "")))
    for name, inner in re.findall(r'<(?:select|textarea) name="([\w-]+)"[^>]*>(.*?)</(?:select|textarea)>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        sent[name] = [unescape(chosen[1])] if chosen else [] if "<option" in inner else [unescape(inner.strip())]
    return sent


def sent_arguments(cloud: Emulator, job_id: str) -> dict[str, str]:
    return dict(cloud.world.job(job_id).arguments)


def test_it_stands_at_no_address(ana: User, ana_client: Client, bolt: Organization, job: Job) -> None:
    """Row 110: pages, fragments, CSV, JSON and where redirects lead; also of what was asked for and not submitted."""
    entry = bolt.actions.create(actor=ana, action="job:submit", outcome="rejected", job_id="")
    asked = {"kind": "custom", "name": "m", "version": "1", "arguments": job.arguments}
    bolt.submissions.create(entry=entry, person=ana, key="once", state="rejected", request=asked)
    values = {"slug": bolt.slug, "viam_id": job.viam_id, "uuid": bolt.credentials_id, "name": job.model_name}
    query = {"from": job.viam_id, "a": job.viam_id, "b": bolt.jobs.exclude(pk=job.pk).filter(is_custom=True)[0].viam_id}
    shown = 0
    for route in routes():
        if route.startswith(("sign-out", "admin/")):
            continue
        for headers in ({}, {"HX-Request": "true"}):
            answer = ana_client.get(filled(route, {**values, "pk": entry.pk}), query, headers=headers)
            text = b"".join(answer).decode() if answer.streaming else answer.text
            everything = text + str(answer.headers)
            assert VALUE not in everything, route
            assert OTHER not in everything, route
            shown += HIDDEN in everything
    assert shown >= 8


def test_searching_finds_nothing_by_it(ana_client: Client, bolt: Organization, job: Job) -> None:
    """Row 110."""
    assert not Job.objects.filter(search_text__contains=VALUE).exists()
    assert ana_client.get(f"/orgs/{bolt.slug}/jobs.json", {"q": VALUE}).json()["total"] == 0


def test_comparing_tells_whether_it_differs(ana_client: Client, bolt: Organization, job: Job) -> None:
    """Row 110: without the values."""
    other = bolt.jobs.get(arguments__hf_token=OTHER)
    address = reverse("jobs:compare", args=[bolt.slug])
    pair = ana_client.get(address, {"a": job.viam_id, "b": other.viam_id}).context["pair"]
    [told] = [one for one in pair.differences if one.what == "Argument hf_token"]
    assert (told.was, told.now, told.note) == (HIDDEN, HIDDEN, "another value")
    Job.objects.filter(pk=other.pk).update(arguments=job.arguments)
    pair = ana_client.get(address, {"a": job.viam_id, "b": other.viam_id}).context["pair"]
    assert "Argument hf_token" in [one.what for one in pair.equal]


def test_the_same_job_in_other_words_leaves_it_to_be_put_in(ana_client: Client, bolt: Organization, job: Job) -> None:
    """Row 110."""
    text = ana_client.get(job.get_absolute_url()).text
    assert "REPLACE_WITH_HF_TOKEN" in text


def test_a_resubmit_sends_it_as_it_was(
    cloud: Emulator, ana_client: Client, bolt: Organization, custom: dict[str, str]
) -> None:
    """Row 110: without having been in the form."""
    first = ana_client.post(new(bolt), {**custom, "is_meant": "on"}, follow=True)
    job = Job.objects.get(viam_id=first.context["job"].viam_id)
    refresh_now(bolt)
    page = ana_client.get(new(bolt), {"from": job.viam_id})
    sent = fields_of(page.text)
    assert HIDDEN in sent["argument_value"]
    checked = ana_client.post(reverse("jobs:check-custom", args=[bolt.slug]), sent)
    assert VALUE not in page.text + checked.text
    again = ana_client.post(new(bolt), {**sent, "version": "v2", "is_meant": "on"}, follow=True)
    assert sent_arguments(cloud, again.context["job"].viam_id) == {"hf_token": VALUE}


def test_what_was_turned_down_is_sent_again_as_it_was(
    cloud: Emulator, ana_client: Client, bolt: Organization, custom: dict[str, str]
) -> None:
    """Row 110: from the submission's page, whose link doesn't hold it."""
    cloud.faults.fail("SubmitCustomTrainingJob", grpc.StatusCode.INVALID_ARGUMENT, "no")
    ana_client.post(new(bolt), {**custom, "is_meant": "on"})
    cloud.faults.clear()
    link = ana_client.get(Submission.objects.get().get_absolute_url()).context["again"]
    assert VALUE not in link
    sent = fields_of(ana_client.get(link).text)
    again = ana_client.post(new(bolt), {**sent, "is_meant": "on"}, follow=True)
    assert sent_arguments(cloud, again.context["job"].viam_id) == {"hf_token": VALUE}


def test_what_the_cloud_repeats_of_it_is_hidden(
    cloud: Emulator, ana_client: Client, bolt: Organization, custom: dict[str, str]
) -> None:
    """Row 110: in the words of a refusal, which are kept and shown."""
    cloud.faults.fail("SubmitCustomTrainingJob", grpc.StatusCode.INVALID_ARGUMENT, f"hf_token={VALUE} is no good")
    answer = ana_client.post(new(bolt), {**custom, "is_meant": "on"})
    page = ana_client.get(Submission.objects.get().get_absolute_url())
    assert f"hf_token={HIDDEN} is no good" in page.text
    assert VALUE not in page.text + Submission.objects.get().words
    assert f"hf_token={HIDDEN} is no good" in answer.text


def test_nothing_is_put_in_for_what_isn_t_stored(
    cloud: Emulator, ana_client: Client, bolt: Organization, custom: dict[str, str], bo: User
) -> None:
    """Row 110: what stands in the place of a value is never sent as one, by form or by program."""
    answer = ana_client.post(new(bolt), {**custom, "argument_value": HIDDEN, "is_meant": "on"})
    assert "Enter the value of hf_token" in answer.text
    asked = {name: value for name, value in custom.items() if name not in ("argument_key", "argument_value", "token")}
    body = json.dumps({**asked, "kind": "custom", "arguments": {"hf_token": HIDDEN}, "is_meant": True})
    by_program = Client(headers=token(bo)).post(f"/orgs/{bolt.slug}/jobs.json", body, content_type="application/json")
    assert (by_program.status_code, "arguments" in by_program.json()["errors"]) == (422, True)
    assert cloud.calls["SubmitCustomTrainingJob"] == 0


def test_the_form_warns_first(
    cloud: Emulator, ana_client: Client, bolt: Organization, custom: dict[str, str], bo: User
) -> None:
    """Row 110: nothing is sent before somebody says that it is meant, by form or by program."""
    answer = ana_client.post(new(bolt), custom)
    assert (answer.status_code, "looks like a secret" in answer.text) == (422, True)
    asked = {name: value for name, value in custom.items() if name not in ("argument_key", "argument_value", "token")}
    body = {**asked, "kind": "custom", "arguments": {"hf_token": VALUE}}
    robot, address = Client(headers=token(bo)), f"/orgs/{bolt.slug}/jobs.json"
    by_program = robot.post(address, json.dumps(body), content_type="application/json")
    assert by_program.status_code == 422
    assert "looks like a secret" in by_program.json()["findings"][0]["words"]
    assert cloud.calls["SubmitCustomTrainingJob"] == 0
    meant = robot.post(address, json.dumps({**body, "is_meant": True}), content_type="application/json")
    assert sent_arguments(cloud, meant.json()["job"]) == {"hf_token": VALUE}


def test_an_ordinary_argument_warns_of_nothing(
    cloud: Emulator, ana_client: Client, bolt: Organization, custom: dict[str, str]
) -> None:
    answer = ana_client.post(new(bolt), {**custom, "argument_key": "max_tokens", "argument_value": "5"}, follow=True)
    assert answer.context["job"].arguments == {"max_tokens": "5"}


def test_several_at_once_send_it_as_it_was(
    cloud: Emulator, ana: User, ana_client: Client, bolt: Organization, custom: dict[str, str]
) -> None:
    """Row 110: of a run that sends jobs again, nobody fills in a form."""
    first = ana_client.post(new(bolt), {**custom, "is_meant": "on"}, follow=True)
    job = bolt.jobs.get(viam_id=first.context["job"].viam_id)
    job.organization = bolt
    work(begun(ana, bolt, BulkRun.Verb.RESUBMIT, [job]))
    again = bolt.jobs.exclude(pk=job.pk).get(model_name="weld-grader")
    assert sent_arguments(cloud, again.viam_id) == {"hf_token": VALUE}
