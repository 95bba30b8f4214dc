"""Submitting in a browser's eyes."""

import re
from datetime import UTC, datetime

import grpc
import pytest
from django.test import Client
from django.urls import reverse

from emulator.server import Emulator
from jobs.domain import JobStatus
from jobs.models import Job, Organization, Submission
from jobs.sync.cycle import refresh_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(bolt: Organization) -> dict[str, str]:
    """What a person fills in for a managed job that works."""
    done = bolt.jobs.filter(is_custom=False, status=JobStatus.COMPLETED, model_type=3).first()
    assert done
    return {
        "token": "once",
        "dataset": done.dataset_id,
        "name": "hinge-finder",
        "version": "v1",
        "type": "object_detection",
        "framework": "tflite",
        "labels": "\n".join(done.labels) + "\n",
    }


@pytest.fixture
def custom(bolt: Organization) -> dict[str, str]:
    """The same for a custom job."""
    script = next(script for script in bolt.catalogue.scripts if script.id == "bolt:weld-inspector")
    dataset = bolt.datasets.filter(is_sequence=False, name="bolts-line-3").first()
    assert dataset
    return {
        "token": "once",
        "dataset": dataset.viam_id,
        "name": "weld-grader",
        "version": "v1",
        "script": script.id,
        "script_version": script.versions[0],
        "container": "key:tf:2.17",
        "arguments": '{"num_epochs": 5}',
    }


def new(bolt: Organization, kind: str = "create") -> str:
    return reverse(f"jobs:{kind}", args=[bolt.slug])


def submit(client: Client, address: str, form: dict[str, str]) -> Job:
    """Follows the redirects to the new job."""
    answer = client.post(address, form, follow=True)
    assert answer.status_code == 200, answer.text
    return Job.objects.get(viam_id=answer.redirect_chain[-1][0].rstrip("/").rpartition("/")[2])


def test_a_managed_job_leads_to_its_page(bo_client: Client, bolt: Organization, form: dict[str, str]) -> None:
    """Row 65: redirected to the job."""
    assert submit(bo_client, new(bolt), form).model_name == "hinge-finder"


def test_a_form_that_is_sent_twice_submits_once(
    cloud: Emulator, bo_client: Client, bolt: Organization, form: dict[str, str]
) -> None:
    """Row 66: a double click, going back, a replayed request."""
    first = submit(bo_client, new(bolt), form)
    second = submit(bo_client, new(bolt), form)
    assert first == second
    assert cloud.calls["SubmitTrainingJob"] == 1


def test_a_wrong_form_comes_back_with_what_was_typed(
    cloud: Emulator, bo_client: Client, bolt: Organization, form: dict[str, str]
) -> None:
    answer = bo_client.post(new(bolt), {**form, "name": "-bad"})
    assert answer.status_code == 422
    assert 'value="-bad"' in answer.text
    assert cloud.calls["SubmitTrainingJob"] == 0


def test_what_the_cloud_says_is_shown_escaped_and_the_next_try_counts(
    cloud: Emulator, bo_client: Client, bolt: Organization, form: dict[str, str]
) -> None:
    cloud.faults.fail("SubmitTrainingJob", grpc.StatusCode.INVALID_ARGUMENT, "<b>too few</b> images")
    answer = bo_client.post(new(bolt), form)
    assert answer.status_code == 422
    assert "&lt;b&gt;too few&lt;/b&gt; images" in answer.text
    token = re.search(r'name="token" value="([^"]+)"', answer.text)
    assert token
    assert submit(bo_client, new(bolt), {**form, "token": token[1]})


def test_a_lost_answer_has_a_page_that_finds_the_job(
    cloud: Emulator, bo_client: Client, bolt: Organization, form: dict[str, str]
) -> None:
    cloud.faults.lose_answers("SubmitTrainingJob")
    answer = bo_client.post(new(bolt), form, follow=True)
    assert "Outcome unknown" in answer.text
    refresh_now(bolt)
    page = answer.redirect_chain[-1][0]
    found = bo_client.get(page)
    job = bolt.jobs.get(model_name="hinge-finder")
    assert found["Location"] == job.get_absolute_url()
    assert bo_client.get(page, headers={"HX-Request": "true"})["HX-Redirect"] == job.get_absolute_url()
    assert cloud.calls["SubmitTrainingJob"] == 1


def test_the_address_fills_in_the_form(bo_client: Client, bolt: Organization) -> None:
    text = bo_client.get(new(bolt), {"name": "hinge-finder", "labels": "a,b", "type": "object_detection"}).text
    assert 'value="hinge-finder"' in text
    assert "a,b" in text


def test_a_custom_job_with_all_it_needs(bo_client: Client, bolt: Organization, custom: dict[str, str]) -> None:
    job = submit(bo_client, new(bolt, "create-custom"), custom)
    assert (job.script_id, job.script_version) == (custom["script"], custom["script_version"])
    assert (job.container_version, job.arguments) == ("tf:2.17", {"num_epochs": "5"})


def test_values_with_equal_signs_spaces_and_quotes_survive(
    bo_client: Client, bolt: Organization, custom: dict[str, str]
) -> None:
    value = "a=b 'c' \"d\" é , "
    rows = {"argument_key": ["labels"], "argument_value": [value], "arguments": ""}
    assert submit(bo_client, new(bolt, "create-custom"), {**custom, **rows}).arguments == {"labels": value}  # type: ignore[dict-item]


def test_a_warning_needs_one_tick(
    cloud: Emulator, bo_client: Client, bolt: Organization, custom: dict[str, str]
) -> None:
    old = {**custom, "container": "key:tf:2.15"}
    answer = bo_client.post(new(bolt, "create-custom"), old)
    assert answer.status_code == 422
    assert "end of life" in answer.text
    assert cloud.calls["SubmitCustomTrainingJob"] == 0
    assert submit(bo_client, new(bolt, "create-custom"), {**old, "is_meant": "on"})


def test_an_error_is_not_overridden_by_a_tick(
    cloud: Emulator, bo_client: Client, bolt: Organization, custom: dict[str, str]
) -> None:
    same_name = {**custom, "name": "weld-inspector", "is_meant": "on"}
    answer = bo_client.post(new(bolt, "create-custom"), same_name)
    assert answer.status_code == 422
    assert "differs from the script name" in answer.text
    assert cloud.calls["SubmitCustomTrainingJob"] == 0


def test_the_preflight_looks_at_a_form_that_is_half_filled_in(
    cloud: Emulator, bo_client: Client, bolt: Organization, custom: dict[str, str]
) -> None:
    half = {"token": "once", "script": custom["script"], "name": "weld-inspector"}
    cloud.calls.reset()
    text = bo_client.post(new(bolt, "check-custom"), half).text
    assert "differs from the script name" in text
    assert "required" not in text
    assert cloud.calls.total() == 0


def test_the_same_job_as_command_and_as_python(bo_client: Client, bolt: Organization, form: dict[str, str]) -> None:
    text = bo_client.post(new(bolt, "check"), {**form, "name": "hinge-finder"}).text
    assert "viam train submit managed" in text
    assert "--model-name=hinge-finder" in text
    assert "SubmitTrainingJobRequest" in text


def test_resubmitting_a_vanished_job_fills_in_everything(bo_client: Client, bolt: Organization) -> None:
    job = bolt.jobs.filter(is_custom=True, status=JobStatus.FAILED).first() or bolt.jobs.filter(is_custom=True)[0]
    Job.objects.filter(pk=job.pk).update(missing_since=job.sorted_on, dataset_id="not-there-any-more")
    answer = bo_client.get(reverse("jobs:resubmit", args=[bolt.slug, job.viam_id]), follow=True)
    for value in (job.model_name, job.script_id, job.script_version, "not-there-any-more", *job.arguments):
        assert f'value="{value}"' in answer.text
    assert f'value="{job.model_version}"' not in answer.text


def test_what_the_cloud_has_is_resubmitted_byte_for_byte(
    cloud: Emulator, bo_client: Client, bolt: Organization, custom: dict[str, str]
) -> None:
    odd = {"trainer.max_epochs": "5", "a b": "1", "note": "\nl1\r\nl2\n"}
    source = bolt.jobs.filter(is_custom=True, script_id=custom["script"])[0]
    bolt.jobs.filter(pk=source.pk).update(arguments=odd)
    page = bo_client.get(new(bolt, "create-custom"), {"from": source.viam_id}).text
    assert ">\n\nl1" in page
    rows = {"argument_key": [*odd], "argument_value": ["5", "1", "\r\nl1\r\nl2\r\n"], "arguments": ""}
    told = {**custom, **rows, "source": source.viam_id, "is_meant": "on"}
    assert submit(bo_client, new(bolt, "create-custom"), told).arguments == odd  # type: ignore[arg-type]
    assert any(dict(job.arguments) == odd for job in cloud.world.jobs(bolt.viam_id))


def test_a_resubmitted_job_remembers_its_source(bo_client: Client, bolt: Organization, custom: dict[str, str]) -> None:
    source = bolt.jobs.filter(is_custom=True)[0]
    job = submit(bo_client, new(bolt, "create-custom"), {**custom, "source": source.viam_id, "is_meant": "on"})
    assert Submission.objects.get(job_id=job.viam_id).source == source.viam_id
    assert source.viam_id in bo_client.get(job.get_absolute_url()).text


def test_the_versions_of_a_script_are_offered_newest_first(bo_client: Client, bolt: Organization) -> None:
    text = bo_client.get(new(bolt, "script-versions"), {"script": "bolt:weld-inspector"}).text
    script = bolt.catalogue.script("bolt:weld-inspector")
    assert script
    assert [text.index(version) for version in script.versions] == sorted(map(text.index, script.versions))


def as_is(job: Job) -> str:
    return reverse("jobs:resubmit-as-is", args=[job.organization.slug, job.viam_id])


@pytest.fixture
def sound(bolt: Organization) -> Job:
    """A job that can be submitted again without a warning."""
    dataset = bolt.datasets.get(name="bolts-line-3").viam_id
    job = bolt.jobs.filter(status=JobStatus.COMPLETED, is_custom=False)[0]
    bolt.jobs.filter(pk=job.pk).update(dataset_id=dataset, labels=["bolt", "nut"], model_type=1)
    bolt.jobs.exclude(pk=job.pk).filter(model_name=job.model_name).delete()
    job.refresh_from_db()
    return job


def test_a_job_is_submitted_again_as_it_is_after_a_question(
    cloud: Emulator, bo_client: Client, bolt: Organization, sound: Job
) -> None:
    """Under the version that was shown; sent twice it acts once."""
    assert as_is(sound) in bo_client.get(sound.get_absolute_url()).text
    asked = bo_client.get(as_is(sound))
    assert cloud.calls["SubmitTrainingJob"] == 0
    sent = {name: asked.context[name] for name in ("token", "version")}
    for _ in range(2):
        made = bolt.jobs.get(viam_id=bo_client.post(as_is(sound), sent, follow=True).context["job"].viam_id)
    assert (made.model_name, made.model_version, made.labels) == (sound.model_name, sent["version"], ["bolt", "nut"])
    submission = Submission.objects.get()
    assert (submission.source, cloud.calls["SubmitTrainingJob"]) == (sound.viam_id, 1)


def test_what_is_wrong_with_a_job_by_now_is_told_and_can_be_meant(
    cloud: Emulator, bo_client: Client, bolt: Organization, sound: Job
) -> None:
    bolt.jobs.filter(pk=sound.pk).update(dataset_id=bolt.datasets.get(name="rare-defects").viam_id, labels=["bolt"])
    told = bo_client.post(as_is(sound), {"token": "once", "version": "v-new"})
    assert (told.status_code, "bolt has 6 images" in told.text, "Submit anyway" in told.text) == (422, True, True)
    assert cloud.calls["SubmitTrainingJob"] == 0
    refused = bo_client.post(as_is(sound), {"token": "once", "version": "v-new", "is_meant": "on"})
    assert (refused.status_code, cloud.calls["SubmitTrainingJob"]) == (422, 1)
    assert refused.context["token"] != "once"
    bolt.jobs.filter(pk=sound.pk).update(dataset_id="f" * 24)
    hopeless = bo_client.post(as_is(sound), {"token": "again", "version": "v-new"}).text
    assert ("Change settings" in hopeless, "Start job" in hopeless) == (True, False)


def test_a_job_of_which_too_little_is_known_leads_to_the_form(bo_client: Client, bolt: Organization) -> None:
    job = bolt.jobs.all()[0]
    bolt.jobs.filter(pk=job.pk).update(dataset_id="")
    assert bo_client.get(as_is(job))["Location"] == reverse("jobs:resubmit", args=[bolt.slug, job.viam_id])


def test_the_newest_version_of_a_script_is_preselected(bo_client: Client, bolt: Organization) -> None:
    """Where the address names a script; a job that is submitted again keeps its own."""
    script = bolt.catalogue.script("bolt:weld-inspector")
    assert script
    asked = bo_client.get(new(bolt, "create-custom"), {"script": script.id}).context["form"]
    assert asked["script_version"].value() == script.versions[0]
    older = {"script": script.id, "script_version": script.versions[-1]}
    assert (
        bo_client.get(new(bolt, "create-custom"), older).context["form"]["script_version"].value()
        == older["script_version"]
    )


def test_the_model_s_last_job_lends_its_settings(bo_client: Client, bolt: Organization, form: dict[str, str]) -> None:
    last = bolt.jobs.filter(is_custom=False).order_by("-sorted_on")[0]
    link = f'{last.get_absolute_url()}resubmit/">Copy settings'
    assert link in bo_client.post(new(bolt, "check"), {**form, "name": last.model_name}).text
    assert "Copy settings" not in bo_client.post(new(bolt, "check"), form).text
    again = {**form, "name": last.model_name, "source": last.viam_id}
    assert "Copy settings" not in bo_client.post(new(bolt, "check"), again).text


@pytest.mark.parametrize("kind", ["create", "create-custom"])
def test_what_has_to_be_filled_in_is_marked(bo_client: Client, bolt: Organization, kind: str) -> None:
    text = bo_client.get(new(bolt, kind)).text
    marked = re.findall(r'data-required>\s*<label for="id_(\w+)"', text)
    more = ["type", "framework", "labels"] if kind == "create" else ["script", "script_version"]
    assert ("Fields marked * are required." in text, marked) == (True, ["dataset", "name", "version", *more])


def test_each_mistake_stands_at_its_field_and_in_a_summary_that_leads_there(
    bo_client: Client, bolt: Organization, custom: dict[str, str]
) -> None:
    wrong = {**custom, "dataset": "", "name": "", "script": "weld", "argument_key": "", "argument_value": "5"}
    text = bo_client.post(new(bolt, "create-custom"), {**wrong, "arguments": ""}).text
    for field in ("dataset", "name", "script", "rows"):
        assert (f'href="#id_{field}"' in text, f'id="id_{field}"' in text) == (True, True), field


def test_the_labels_of_a_dataset_are_offered(bo_client: Client, bolt: Organization, form: dict[str, str]) -> None:
    asked = {"dataset": form["dataset"], "type": "object_detection"}
    text = bo_client.get(new(bolt, "labels"), asked).text
    assert all(label in text for label in form["labels"].split())


@pytest.fixture
def rare(bolt: Organization, form: dict[str, str]) -> dict[str, str]:
    """A form about a dataset of which a label, bolt, has too few images."""
    dataset = bolt.datasets.get(name="rare-defects").viam_id
    return {**form, "dataset": dataset, "type": "single_label_classification", "labels": ""}


def test_each_label_tells_its_images(bo_client: Client, bolt: Organization, rare: dict[str, str]) -> None:
    text = bo_client.get(new(bolt, "labels"), rare).text
    assert ("41 images" in text, "100% labeled" in text, 'title="22 images"' in text) == (True, True, True)
    assert re.search(r'data-fit="thin">\s*<input[^>]*value="bolt"\s*title="6 images; Viam requires 10"', text)


def ticked(text: str) -> list[str]:
    return re.findall(r'name="offered"\s*value="([^"]*)"[^>]*checked', text)


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        ({"pick": "show"}, []),
        ({"pick": "show", "labels": "crack, spoon"}, ["crack"]),
        ({"pick": "all"}, ["bolt", "crack", "dent"]),
        ({"pick": "none", "offered": ["bolt", "dent"]}, []),
        ({"pick": "fit", "offered": ["bolt", "dent"]}, ["dent"]),
        ({"exclude": "bolt", "offered": ["bolt"], "labels": "crack"}, ["crack"]),
        ({"exclude": "bolt", "labels": "bolt, dent"}, ["dent"]),
    ],
)
def test_without_a_script_buttons_pick_labels_and_nothing_is_sent(
    cloud: Emulator,
    bo_client: Client,
    bolt: Organization,
    rare: dict[str, str],
    sent: dict[str, str | list[str]],
    left: list[str],
) -> None:
    answer = bo_client.post(new(bolt), {**rare, **sent})
    assert (answer.status_code, ticked(answer.text), "No job was started" in answer.text) == (200, left, False)
    assert 'value="hinge-finder"' in answer.text
    assert ("spoon" in answer.text) == ("spoon" in str(sent))
    assert cloud.calls["SubmitTrainingJob"] == 0


def test_what_is_missing_in_a_form_that_is_shown_again_costs_no_label(
    bo_client: Client, bolt: Organization, rare: dict[str, str]
) -> None:
    answer = bo_client.post(new(bolt), {**rare, "name": "", "offered": ["crack", "dent"]})
    assert (answer.status_code, ticked(answer.text)) == (422, ["crack", "dent"])


def test_a_label_of_too_few_images_can_be_excluded_beside_its_warning(
    bo_client: Client, bolt: Organization, rare: dict[str, str]
) -> None:
    text = bo_client.post(new(bolt, "check"), {**rare, "offered": ["bolt", "crack"]}).text
    assert re.search(r'<button[^>]*form="new-job" name="exclude" value="bolt">\s*Exclude', text)


def test_labels_that_can_not_be_offered_are_no_error(
    cloud: Emulator, bo_client: Client, bolt: Organization, form: dict[str, str]
) -> None:
    cloud.stop()
    answer = bo_client.get(new(bolt, "labels"), {"dataset": form["dataset"]})
    assert answer.status_code == 200
    assert "couldn't be loaded" in answer.text.replace("&#x27;", "'")


def test_no_token_no_submit(cloud: Emulator, bo_client: Client, bolt: Organization, form: dict[str, str]) -> None:
    assert bo_client.post(new(bolt), {**form, "token": ""}).status_code == 422
    assert cloud.calls["SubmitTrainingJob"] == 0


def test_a_post_without_a_csrf_token_reaches_nobody(cloud: Emulator, bolt: Organization, form: dict[str, str]) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(new(bolt), form).status_code == 403
    assert cloud.calls["SubmitTrainingJob"] == 0


def test_two_datasets_of_one_name_are_two_everywhere(bo_client: Client, bolt: Organization) -> None:
    """In the form of a job, in a list's filters and rows; one without a name is not blank."""
    created = datetime(2026, 5, 12, tzinfo=UTC)
    first, other, nameless = (
        bolt.datasets.create(viam_id=f"66f0a1b2c3d{end}", name=name, created_on=created)
        for end, name in ((4, "twin"), (5, "twin"), (6, ""))
    )
    used = [first, other, nameless]
    for job, dataset in zip(bolt.jobs.order_by("-sorted_on")[:3], used, strict=True):
        bolt.jobs.filter(pk=job.pk).update(dataset_id=dataset.viam_id, missing_since=None)
    called = ["twin · 12 May 2026 · …b2c3d4", "twin · 12 May 2026 · …b2c3d5", "(no name) · 12 May 2026 · …b2c3d6"]
    for page in (new(bolt), f"{bolt.get_absolute_url()}filters/", f"{bolt.get_absolute_url()}filters/dataset/"):
        text = bo_client.get(page).text
        assert all(name in text for name in called), page
    assert all(name in bo_client.get(bolt.get_absolute_url()).text for name in called)
