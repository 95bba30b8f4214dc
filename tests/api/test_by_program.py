"""What programs ask and get, held against the description that they are given."""

import csv
import json
import re
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import grpc
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from jsonschema import Draft202012Validator

from emulator.server import Emulator
from jobs.domain import JobStatus, Role
from jobs.job_list.columns import told as told_of
from jobs.models import AuditEntry, Job, Organization
from tests.api_tokens.test_tokens import token

pytestmark = pytest.mark.django_db

DESCRIPTION = json.loads((settings.ROOT / "docs" / "openapi.json").read_text())
MANAGED = {"name": "by-robot", "version": "1", "type": "object_detection", "framework": "tflite", "labels": ["bolt"]}


@pytest.fixture
def robot(bo: User, bolt: Organization) -> Client:
    """Asks with a token of Bo's, as a program does: without cookies."""
    return Client(headers=token(bo))


def some(bolt: Organization, status: JobStatus) -> Job:
    job = bolt.jobs.filter(status=status).first()
    assert job
    return job


def fits(answer: Any, path: str, method: str = "get") -> Any:
    """The answer's JSON, held against the description of this path."""
    told = DESCRIPTION["paths"][path][method]["responses"][str(answer.status_code)]
    [kind] = told["content"]
    assert answer["Content-Type"].startswith(kind)
    schema = {**told["content"][kind]["schema"], "components": DESCRIPTION["components"]}
    found = json.loads(answer.content)
    Draft202012Validator(schema).validate(found)
    return found


def test_the_readme_asks_for_addresses_that_the_demo_has(robot: Client, bolt: Organization) -> None:
    readme = (settings.ROOT / "README.md").read_text()
    asked = re.findall(r"curl .* \"?http://127\.0\.0\.1:8000(/[^\s\"]+)", readme)
    assert [robot.get(address).status_code for address in asked] == [200, 200]


def submit(robot: Client, bolt: Organization, body: object, **headers: str) -> Any:
    address = f"/orgs/{bolt.slug}/jobs.json"
    return robot.post(address, json.dumps(body), content_type="application/json", headers=headers)


def ask(robot: Client, job: Job, verb: str, **body: str) -> Any:
    return robot.post(f"{job.get_absolute_url()}{verb}.json", json.dumps(body), content_type="application/json")


def managed(bolt: Organization, **changes: object) -> dict[str, object]:
    dataset = bolt.datasets.get(name="bolts-line-3")
    return {**MANAGED, "dataset": dataset.viam_id, "is_meant": True, **changes}


def test_each_label_is_one_whatever_stands_in_it(robot: Client, bolt: Organization) -> None:
    asked = managed(bolt, type="multi_label_classification", labels=["a, b"])
    assert "at least 2 labels" in str(submit(robot, bolt, asked).json())


def test_organizations(robot: Client, bolt: Organization) -> None:
    found = fits(robot.get("/orgs.json"), "/orgs.json")
    assert [(row["slug"], row["role"]) for row in found["organizations"]] == [(bolt.slug, "operator")]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own words")
def test_a_database_that_takes_nothing_is_read_on_by_programs(robot: Client, bolt: Organization) -> None:
    """That a token is used was written before anything was read."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        try:
            answers = [robot.get(f"/orgs{place}").status_code for place in (".json", "/bolt-robotics/jobs.json")]
        finally:
            cursor.execute("PRAGMA query_only = OFF")
    assert answers == [200, 200]


def test_the_list_as_it_is_filtered(robot: Client, bolt: Organization) -> None:
    address = f"/orgs/{bolt.slug}/jobs.json?status=completed&per=25"
    found = fits(robot.get(address), "/orgs/{slug}/jobs.json")
    assert found["total"] == bolt.jobs.filter(status=JobStatus.COMPLETED).count()
    assert {job["status"] for job in found["jobs"]} == {"completed"}


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_the_list_by_container_as_its_jobs_tell_it(robot: Client, bolt: Organization, ending: str) -> None:
    bolt.jobs.filter(pk=some(bolt, JobStatus.FAILED).pk).update(container_version="", container_id="of our own")
    told = [job["container"] for job in told_of(list(bolt.jobs.filter(missing_since=None)), "bo")]
    assert len({*told}) > 2
    for container in {*told} - {""}:
        answer = robot.get(f"/orgs/{bolt.slug}/jobs.{ending}", {"container": container})
        found = (
            answer.json()["total"] if ending == "json" else len(b"".join(answer).decode("utf-8-sig").splitlines()) - 1
        )
        assert found == told.count(container)


def test_every_page_of_the_list_is_reached(robot: Client, bolt: Organization) -> None:
    following, ids = f"/orgs/{bolt.slug}/jobs.json?per=25&q=o", []
    while following:
        page = robot.get(following).json()
        ids += [job["id"] for job in page["jobs"]]
        following = page["next"]
    assert len(ids) == len(set(ids)) == page["total"]


def test_what_is_no_filter_is_refused(robot: Client, bolt: Organization) -> None:
    """Row 55: a program that misspells a filter must not take all jobs for its answer."""
    answer = robot.get(f"/orgs/{bolt.slug}/jobs.json?colour=red")
    assert "colour" in fits(answer, "/orgs/{slug}/jobs.json")["detail"]


def test_the_table_is_safe_in_a_spreadsheet(robot: Client, bolt: Organization) -> None:
    """Row 49."""
    bolt.jobs.filter(pk=some(bolt, JobStatus.FAILED).pk).update(model_name="=1+1", error_message='+"x",\n')
    answer = robot.get(f"/orgs/{bolt.slug}/jobs.csv?status=failed")
    rows = list(csv.DictReader(StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert len(rows) == bolt.jobs.filter(status=JobStatus.FAILED).count()
    assert ("'=1+1", '\'+"x",\n') in {(row["model"], row["error"]) for row in rows}


def test_the_table_opens_right_in_excel(robot: Client, bolt: Organization) -> None:
    """By its first bytes it knows UTF-8; a time with a T or a zone is a text to it."""
    job = some(bolt, JobStatus.FAILED)
    told = {"labels": ["bolt, M6", 'a "b"', "nut"], "arguments": {"names": "a, b", "n": "1"}, "model_name": "Schräube"}
    created = datetime(2026, 5, 12, 9, 30, 0, 500_000, tzinfo=UTC)
    bolt.jobs.filter(pk=job.pk).update(**told, created_on=created, training_ended=None)
    content = b"".join(robot.get(f"/orgs/{bolt.slug}/jobs.csv?status=failed"))
    assert content.startswith(b"\xef\xbb\xbfid,")
    row = next(row for row in csv.DictReader(StringIO(content.decode("utf-8-sig"))) if row["id"] == job.viam_id)
    assert (row["model"], row["created"], row["ended"]) == ("Schräube", "2026-05-12 09:30:00", "")
    assert next(csv.reader([row["labels"]], skipinitialspace=True)) == told["labels"]
    assert row["labels"] == '"bolt, M6", "a ""b""", nut'
    # PostgreSQL keeps the names of a JSON object in an order of its own.
    assert sorted(next(csv.reader([row["arguments"]], skipinitialspace=True))) == ["n=1", "names=a, b"]


@pytest.mark.parametrize("beginning", ["\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_wide_signs_are_no_formulas_either(robot: Client, bolt: Organization, beginning: str) -> None:
    """Row 49: spreadsheets in Japanese read them as = + - @."""
    bolt.jobs.filter(pk=some(bolt, JobStatus.FAILED).pk).update(model_name=f"{beginning}1+1")
    answer = robot.get(f"/orgs/{bolt.slug}/jobs.csv?status=failed")
    assert f",'{beginning}1+1," in b"".join(answer).decode("utf-8-sig")


@pytest.mark.parametrize("parting", [";", "\t", "\n", "\r", "a;\n"])
def test_what_a_spreadsheet_parts_at_semicolons_is_no_formula_either(
    robot: Client, bolt: Organization, parting: str
) -> None:
    """Row 49: where the decimal sign is a comma, a cell ends there, and quotes in the middle of one are letters."""
    bolt.jobs.filter(pk=some(bolt, JobStatus.FAILED).pk).update(error_message=f"x{parting}=cmd|' /C calc'!A0;-1; a")
    answer = b"".join(robot.get(f"/orgs/{bolt.slug}/jobs.csv?status=failed")).decode("utf-8-sig")
    assert f"x{parting}'=cmd|' /C calc'!A0;'-1; a" in answer


@pytest.mark.parametrize("parting", [";", "\t", "\n"])
def test_quotes_lead_no_formula_past_a_semicolon(robot: Client, bolt: Organization, parting: str) -> None:
    """Row 49: a quote that stands at the beginning of a cell is one there, and two of them are nothing at all."""
    bolt.jobs.filter(pk=some(bolt, JobStatus.FAILED).pk).update(error_message=f'x{parting}"=1+1;,y;""-1;')
    answer = b"".join(robot.get(f"/orgs/{bolt.slug}/jobs.csv?status=failed")).decode("utf-8-sig")
    assert "1+1" in answer
    for read_by in (";", "\t"):
        cells = [cell for row in csv.reader(StringIO(answer), delimiter=read_by) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "-"))] == []


def test_who_deletes_what_is_gone_is_not_told_to_have_done_it(
    robot: Client, cloud: Emulator, bolt: Organization
) -> None:
    """Row 117: it is as was asked for, but the activity doesn't say that they did it."""
    job = some(bolt, JobStatus.COMPLETED)
    address = f"/orgs/{bolt.slug}/jobs/{job.viam_id}/delete.json"
    assert [robot.post(address, "{}", content_type="application/json").status_code for _ in range(2)] == [200, 200]
    told = bolt.actions.filter(action="job:delete").order_by("pk").values_list("outcome", "words")
    assert list(told) == [("done", ""), ("done", "It was no longer in Viam.")]


def test_one_job(robot: Client, bolt: Organization) -> None:
    job = some(bolt, JobStatus.FAILED)
    found = fits(robot.get(f"/orgs/{bolt.slug}/jobs/{job.viam_id}.json"), "/orgs/{slug}/jobs/{id}.json")
    assert (found["id"], found["error"]) == (job.viam_id, job.error_message)


@pytest.mark.parametrize("odd", ["..", "x" * 201, "%00", "🚂", "nobody"])
def test_an_odd_id_is_no_job(cloud: Emulator, robot: Client, bolt: Organization, odd: str) -> None:
    """Row 54."""
    calls = cloud.calls.total()
    assert robot.get(f"/orgs/{bolt.slug}/jobs/{odd}.json").status_code == 404
    assert cloud.calls.total() == calls


def test_a_job_is_submitted_once_for_each_key(cloud: Emulator, robot: Client, bolt: Organization) -> None:
    first, again = (submit(robot, bolt, managed(bolt), **{"Idempotency-Key": "night-1"}) for _ in range(2))
    found = fits(first, "/orgs/{slug}/jobs.json", "post")
    assert fits(again, "/orgs/{slug}/jobs.json", "post") == found
    assert cloud.calls["SubmitTrainingJob"] == 1
    assert AuditEntry.objects.get(job_id=found["job"]).via == "token robot"
    fits(robot.get(found["submission"]), "/orgs/{slug}/submissions/{pk}.json")


def test_a_job_with_a_script(cloud: Emulator, robot: Client, bolt: Organization) -> None:
    like = bolt.jobs.filter(is_custom=True).first()
    assert like
    body = {"kind": "custom", "script": like.script_id, "script_version": like.script_version}
    asked = {**body, "name": "robot", "version": "1", "dataset": like.dataset_id, "arguments": {"num_epochs": 3}}
    found = fits(submit(robot, bolt, {**asked, "is_meant": True}), "/orgs/{slug}/jobs.json", "post")
    assert bolt.jobs.get(viam_id=found["job"]).arguments == {"num_epochs": "3"}


def test_what_is_no_job_is_told_by_field(cloud: Emulator, robot: Client, bolt: Organization) -> None:
    found = fits(submit(robot, bolt, managed(bolt, name="a\tb", labels=[])), "/orgs/{slug}/jobs.json", "post")
    assert set(found["errors"]) == {"name", "labels"}
    assert cloud.calls["SubmitTrainingJob"] == 0


def test_a_name_outside_of_viam_s_rule_is_a_warning_and_viam_decides(robot: Client, bolt: Organization) -> None:
    """It was refused here, though a model of that name may exist in Viam."""
    told = fits(submit(robot, bolt, managed(bolt, name="a b", is_meant=False)), "/orgs/{slug}/jobs.json", "post")
    assert [finding["field"] for finding in told["findings"]] == ["name"]
    answer = submit(robot, bolt, managed(bolt, name="a b", is_meant=True))
    assert (answer.status_code, "may contain only letters" in answer.json()["detail"]) == (409, True)


def test_a_warning_wants_to_be_meant(robot: Client, bolt: Organization) -> None:
    twin = bolt.jobs.filter(is_custom=False, status=JobStatus.COMPLETED).first()
    assert twin
    answer = submit(robot, bolt, managed(bolt, name=twin.model_name, version=twin.model_version, is_meant=False))
    assert fits(answer, "/orgs/{slug}/jobs.json", "post")["findings"]


@pytest.mark.parametrize("body", ["{", "[]", "1", '"x"', "\0"])
def test_a_body_that_makes_no_sense(robot: Client, bolt: Organization, body: str) -> None:
    answer = robot.post(f"/orgs/{bolt.slug}/jobs.json", body, content_type="application/json")
    assert answer.status_code == 400


def test_a_lost_answer_is_told_as_such(cloud: Emulator, robot: Client, bolt: Organization) -> None:
    cloud.faults.fail("SubmitTrainingJob", grpc.StatusCode.UNAVAILABLE, "away")
    answer = submit(robot, bolt, managed(bolt))
    assert (answer.status_code, fits(answer, "/orgs/{slug}/jobs.json", "post")["outcome"]) == (202, "unknown")


def test_cancelling_and_deleting(robot: Client, bolt: Organization) -> None:
    running, over = some(bolt, JobStatus.IN_PROGRESS), some(bolt, JobStatus.COMPLETED)
    canceled = ask(robot, running, "cancel", reason="wrong labels")
    assert fits(canceled, "/orgs/{slug}/jobs/{id}/cancel.json", "post")["status"] == "canceling"
    deleted = ask(robot, over, "delete")
    assert fits(deleted, "/orgs/{slug}/jobs/{id}/delete.json", "post")["status"] == "gone"


def test_what_the_cloud_refuses_is_told(cloud: Emulator, robot: Client, bolt: Organization) -> None:
    cloud.faults.fail("CancelTrainingJob", grpc.StatusCode.FAILED_PRECONDITION, "too late")
    answer = ask(robot, some(bolt, JobStatus.IN_PROGRESS), "cancel")
    found = fits(answer, "/orgs/{slug}/jobs/{id}/cancel.json", "post")
    assert (found["status"], "too late" in found["detail"]) == (409, True)


def test_a_session_reads_but_writes_only_with_its_csrf_token(bo: User, bolt: Organization) -> None:
    """Row 15."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bo)
    assert browser.get(f"/orgs/{bolt.slug}/jobs.json").status_code == 200
    assert browser.post(f"{some(bolt, JobStatus.IN_PROGRESS).get_absolute_url()}cancel.json").status_code == 403


def test_other_methods_are_refused(robot: Client, bolt: Organization) -> None:
    """Row 14."""
    answer = robot.get(f"{some(bolt, JobStatus.IN_PROGRESS).get_absolute_url()}cancel.json")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_outsiders_and_viewers(client: Client, olga: User, vera: User, vera_client: Client, bolt: Organization) -> None:
    """Rows 17 and 19."""
    assert client.get(f"/orgs/{bolt.slug}/jobs.json", headers=token(olga)).status_code == 404
    assert submit(Client(headers=token(vera, Role.OPERATOR)), bolt, managed(bolt)).status_code == 403
