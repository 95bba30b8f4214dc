"""What people type, turned into requests."""

import json
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from jobs.domain import CustomJobRequest, JobStatus, ManagedJobRequest, ModelFramework, ModelType
from jobs.models import Catalogue, Dataset, Job
from jobs.submit.custom_form import CustomJobForm
from jobs.submit.forms import JobForm, ManagedJobForm

BOLTS = Dataset(viam_id="ds-1", name="bolts")
MANAGED = {
    "token": "once",
    "dataset": "ds-1",
    "name": "bolt-detector",
    "version": "v1",
    "type": "object_detection",
    "framework": "tflite",
    "labels": "bolt, nut",
}
CUSTOM = {
    "token": "once",
    "dataset": "ds-1",
    "name": "weld-grader",
    "version": "v1",
    "script": "bolt:weld-inspector",
    "script_version": "2",
}


def posted(values: dict[str, str], **more: list[str]) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update(values)
    for name, several in more.items():
        data.setlist(name, several)
    return data


def managed(data: QueryDict | None = None, **values: Any) -> ManagedJobForm:
    return ManagedJobForm(data, datasets=[BOLTS], **values)


def custom(data: QueryDict | None = None, **values: Any) -> CustomJobForm:
    return CustomJobForm(data, datasets=[BOLTS], catalogue=Catalogue(), **values)


def errors(form: JobForm) -> str:
    form.is_valid()
    return str(form.errors.as_json())


def test_a_managed_job() -> None:
    form = managed(posted(MANAGED))
    assert form.is_valid()
    assert form.to_request() == ManagedJobRequest(
        "ds-1", "bolt-detector", "v1", ModelType.OBJECT_DETECTION, ModelFramework.TFLITE, ["bolt", "nut"]
    )


def test_a_typed_dataset_goes_before_the_chosen_one() -> None:
    form = managed(posted({**MANAGED, "dataset_id": "ds-9"}))
    assert form.is_valid()
    assert form.to_request().dataset_id == "ds-9"


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("a,b", ["a", "b"]),
        ("a\nb, c", ["a", "b, c"]),
        (" a , , a", ["a"]),
        ("red bolt", ["red bolt"]),
        ("a\r\n\r\nb\r\n", ["a", "b"]),
    ],
)
def test_labels_are_separated_by_commas_or_lines(text: str, labels: list[str]) -> None:
    form = managed(posted({**MANAGED, "labels": text}))
    form.is_valid()
    assert form.cleaned_data["labels"] == labels


def test_ticked_labels_and_typed_ones_are_taken_together() -> None:
    form = managed(posted({**MANAGED, "labels": "nut, screw"}, offered=["bolt", "nut"]))
    form.is_valid()
    assert form.cleaned_data["labels"] == ["bolt", "nut", "screw"]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "a\tb", "printed"),
        ("name", "", "required"),
        ("version", "v\x07", "printed"),
        ("dataset", "", "Choose a dataset"),
        ("dataset", "ds-7", "not one of"),
        ("type", "nonsense", "valid choice"),
        ("framework", "pytorch", "valid choice"),
        ("labels", "", "at least 1 label."),
    ],
)
def test_what_a_managed_job_can_not_be(field: str, value: str, says: str) -> None:
    assert says in errors(managed(posted({**MANAGED, field: value})))


def test_two_labels_where_an_image_may_have_several() -> None:
    several = posted({**MANAGED, "type": "multi_label_classification", "labels": "bolt"})
    assert "at least 2 labels" in errors(managed(several))
    assert managed(posted({**MANAGED, "type": "single_label_classification", "labels": "bolt"})).is_valid()


@pytest.mark.parametrize("name", ["-bad", "a b", "v1.2", "größe"])
def test_whether_a_name_does_is_for_viam_to_say(name: str) -> None:
    """Models of such names may exist: their jobs could not be submitted again."""
    assert managed(posted({**MANAGED, "name": name})).is_valid()


def test_a_custom_job_with_arguments_in_rows() -> None:
    rows = {"argument_key": ["epochs", "note", ""], "argument_value": ["5", "a=b 'c' \"d\" ", ""]}
    form = custom(posted(CUSTOM, **rows))
    assert form.is_valid()
    request = form.to_request()
    assert isinstance(request, CustomJobRequest)
    assert request.arguments == {"epochs": "5", "note": "a=b 'c' \"d\" "}


def test_arguments_as_json() -> None:
    form = custom(posted({**CUSTOM, "arguments": json.dumps({"epochs": 5, "augment": True, "lr": "0.1"})}))
    assert form.is_valid()
    assert form.to_request().arguments == {"epochs": "5", "augment": "true", "lr": "0.1"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "Enter valid JSON"),
        ("[1]", "Enter a JSON object"),
        ('{"a": {}}', "text or a number"),
        ('{"a": null}', "text or a number"),
        ('{"a": "1", "a": "2"}', "occurs twice"),
        ('{"a b": "1"}', "not a valid argument name"),
        ('{"dataset_file": "1"}', "set by Viam"),
        ('{"a": "\\u0000"}', "can't be sent"),
        ('{"a": "\\ud800"}', "can't be sent"),
        ('{"a\\udfff": "1"}', "can't be sent"),
        ('{"a\\udfff": "1", "a\\udfff": "1"}', "occurs twice"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
        ('{"a": NaN}', "isn't JSON"),
        ('{"a": ' + "9" * 5_000 + "}", "too long"),
        (json.dumps({f"a{number}": "1" for number in range(501)}), "500 at most"),
    ],
)
def test_arguments_that_can_not_be_sent(text: str, says: str) -> None:
    """Row 112: never an exception, and what is said of them can be shown."""
    told = errors(custom(posted({**CUSTOM, "arguments": text})))
    assert says in told
    told.encode()


def test_a_key_that_is_typed_twice() -> None:
    twice = {"argument_key": ["epochs", "epochs"], "argument_value": ["5", "6"]}
    assert "is listed twice" in errors(custom(posted(CUSTOM, **twice)))


def test_a_key_in_a_row_and_in_json() -> None:
    data = posted({**CUSTOM, "arguments": '{"epochs": 5}'}, argument_key=["epochs"], argument_value=["5"])
    assert "is listed twice" in errors(custom(data))


@pytest.mark.parametrize(
    ("key", "told"), [("", "Enter a name for each argument."), ("a b", "“a b” is not a valid argument name")]
)
def test_what_is_wrong_with_a_row_is_not_said_of_the_json(key: str, told: str) -> None:
    """Nobody has opened its box."""
    form = custom(posted(CUSTOM, argument_key=["epochs", key], argument_value=["5", "6"]))
    assert list(form.errors) == ["rows"]
    assert [one.startswith(told) for one in form.filled_in_errors()["Arguments"]] == [True]
    assert form.to_request().arguments == {}


@pytest.mark.parametrize("script", ["weld", "a:b:c", ":x", "x:"])
def test_a_script_has_a_prefix_and_a_name(script: str) -> None:
    assert "exactly one colon" in errors(custom(posted({**CUSTOM, "script": script})))


def a_custom_job() -> Job:
    return Job(
        viam_id="job-1",
        status=JobStatus.FAILED,
        is_custom=True,
        model_name="weld-grader",
        model_version="v0",
        dataset_id="ds-9",
        script_id="bolt:weld",
        script_version="7",
        container_id="own-1",
        arguments={"epochs": "5", "note": "a=b"},
        sorted_on=timezone.now(),
    )


def test_resubmitting_fills_in_everything_but_the_version() -> None:
    form = custom(initial=CustomJobForm.starting_values({}, a_custom_job()))
    form.fit_dataset()
    assert form.initial["version"] != "v0"
    assert (form.initial["script"], form.initial["script_version"], form.initial["source"]) == (
        "bolt:weld",
        "7",
        "job-1",
    )
    assert (form.initial["dataset"], form.initial["dataset_id"]) == ("", "ds-9")
    assert form.argument_rows == [("epochs", "5"), ("note", "a=b"), ("", "")]


def test_a_container_that_is_not_listed_any_more_is_kept() -> None:
    form = custom(initial=CustomJobForm.starting_values({}, a_custom_job()))
    assert ("id:own-1", "own-1 (no longer listed)") in list(form.fields["container"].choices)  # type: ignore[attr-defined]


def test_an_address_fills_in_a_form() -> None:
    values = ManagedJobForm.starting_values({"name": "x", "labels": "a,b", "token": "mine", "is_meant": "on"}, None)
    assert (values["name"], values["labels"]) == ("x", "a,b")
    assert values["token"] != "mine"
    assert "is_meant" not in values


def test_a_version_by_default_is_a_time() -> None:
    values = ManagedJobForm.starting_values({}, None)
    assert values["version"].startswith(f"{timezone.now():%Y-%m-%dT}")


def test_only_what_was_typed_is_complained_about_while_filling_in() -> None:
    form = custom(posted({"token": "once", "name": "\tbad\x07"}))
    form.is_valid()
    assert list(form.filled_in_errors()) == ["Model name"]


def test_a_used_token_is_replaced() -> None:
    form = managed(posted(MANAGED))
    form.renew_token()
    assert form["token"].value() not in ("once", None)
    assert form["name"].value() == "bolt-detector"


@pytest.mark.parametrize("character", ["\0", "\ud800"])
def test_what_no_database_takes_is_refused_in_each_field(character: str) -> None:
    """Row 112: also in those that Django's own fields don't look at."""
    ticked = managed(posted(MANAGED, offered=[f"bo{character}lt"]))
    contained = custom(posted({**CUSTOM, "container": f"id:{character}"}))
    assert "can't be sent" in errors(ticked)
    assert "can't be sent" in errors(contained)


def test_more_labels_than_a_job_takes() -> None:
    many = "\n".join(f"label {number}" for number in range(5_001))
    assert "5000 at most" in errors(managed(posted({**MANAGED, "labels": many})))


def test_a_label_is_no_longer_than_what_the_mirror_keeps() -> None:
    """Row 124: it was cut when the job was listed, and a submit whose answer was lost was told as "not in Viam"."""
    assert "Shorten the label with 501 characters to 500" in errors(
        managed(posted({**MANAGED, "labels": f"bolt, {'x' * 501}"}))
    )
    assert errors(managed(posted({**MANAGED, "labels": f"bolt, {'x' * 500}"}))) == "{}"


ODD = {
    "trainer.max_epochs": "5",
    "a b": "1",
    "note": "l1\nl2",
    "old": "l1\r\nl2\rl3\n",
    " edge ": " x ",
    "two\nlines": "y",
}


def as_a_browser_sends(text: str, *, is_area: bool = False) -> str:
    """A field of one line loses line breaks; of an area each arrives as CR and LF."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines.replace("\n", "\r\n") if is_area else text.replace("\r", "").replace("\n", "")


def test_arguments_that_nobody_changed_are_sent_byte_for_byte() -> None:
    keys = [as_a_browser_sends(key) for key in ODD]
    values = [as_a_browser_sends(value, is_area="l1" in value) for value in ODD.values()]
    data = posted(CUSTOM, argument_key=[*keys, "mine"], argument_value=[*values, "l1\r\nl2"])
    form = custom(data, original={"arguments": ODD})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["arguments"] == ODD | {"mine": "l1\nl2"}


def test_a_name_that_the_original_lacks_has_to_be_one_that_viam_takes() -> None:
    data = posted(CUSTOM, argument_key=["trainer.epochs"], argument_value=["5"])
    assert "not a valid argument name" in errors(custom(data, original={"arguments": ODD}))


@pytest.mark.parametrize("labels", [["a, b"], ["a\nb", "c"], [" a", "b"], ["a", "a", "b, c", "z\r\ny"], ["b", "a"]])
def test_labels_that_nobody_changed_are_sent_byte_for_byte(labels: list[str]) -> None:
    original = {"labels": labels}
    filled = managed(initial=ManagedJobForm.values_of_request(original), original=original)
    assert isinstance(filled, ManagedJobForm)
    typed = as_a_browser_sends(filled.initial["labels"], is_area=True)
    ticked = [as_a_browser_sends(label, is_area=True) for label in filled.ticked]
    form = managed(posted({**MANAGED, "labels": typed}, offered=ticked), original=original)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["labels"] == labels


def test_names_that_nobody_changed_are_sent_as_they_are() -> None:
    original = {"name": "an odd.name", "script": "a:b:c", "script_version": "v\t1", "dataset": "ds 9\t"}
    told = {**CUSTOM, **original, "dataset_id": original["dataset"], "dataset": ""}
    form = custom(posted(told), original=original)
    assert form.is_valid(), form.errors
    request = form.to_request()
    assert isinstance(request, CustomJobRequest)
    assert [request.model_name, request.script_id, request.script_version, request.dataset_id] == [*original.values()]
