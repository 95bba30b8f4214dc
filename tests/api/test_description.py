"""The description for programs, made of the code and held against it: addresses, methods, parameters, answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from jobs.api.problems import CONTENT_TYPE
from jobs.domain import JobStatus
from jobs.job_list.columns import SORTS
from jobs.job_list.filters import FILTERS
from jobs.models import Job, Organization
from tests.api.test_by_program import DESCRIPTION, fits, some
from tests.api_tokens.test_tokens import token
from tests.sweeps.addresses import routes

pytestmark = pytest.mark.django_db

OPERATIONS = [
    (path, method) for path, told in DESCRIPTION["paths"].items() for method in ("get", "post") if method in told
]
LISTS = ["/orgs/{slug}/jobs.json", "/orgs/{slug}/jobs.csv"]


@pytest.fixture
def robot(bo: User, bolt: Organization) -> Client:
    return Client(headers=token(bo))


def filled(path: str, job: Job, **other: str) -> str:
    submission = job.organization.submissions.values_list("pk", flat=True).first()
    values = {"slug": job.organization.slug, "id": job.viam_id, "pk": submission or 1, **other}
    return path.format(**values)


def ask_for(client: Client, path: str, method: str, body: object = None) -> Any:
    return client.generic(method.upper(), path, json.dumps(body or {}), content_type="application/json")


def parameters(path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = DESCRIPTION["paths"][path]["get"]["parameters"]
    return found


def test_the_copy_is_as_the_code_makes_it(client: Client) -> None:
    """After a change: `make openapi`."""
    assert (settings.ROOT / "docs" / "openapi.json").read_text() == client.get("/openapi.json").text


def test_every_filter_is_a_parameter_and_every_parameter_is_one(robot: Client, bolt: Organization) -> None:
    pages = {"per": "25", "page": "1"}
    usual = {
        "status": "failed",
        "not": "pending",
        "since": "2026-05-01",
        "until": "2026-05-12",
        "sort": "-time",
        **pages,
    }
    told = {path: [one["name"] for one in parameters(path)] for path in LISTS}
    assert told[LISTS[1]] == [*(row.name for row in FILTERS), "sort"]
    assert told[LISTS[0]] == [*told[LISTS[1]], *pages]
    asked = {row.name: usual.get(row.name) or next(iter(row.choices), "x") for row in FILTERS} | usual
    for path in LISTS:
        assert robot.get(filled(path, some(bolt, JobStatus.FAILED)), asked).status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_every_parameter_says_what_it_takes(path: str) -> None:
    assert all(
        one.get("description") or "type" not in one["schema"] or one["name"] == "page" for one in parameters(path)
    )
    about = {one["name"]: one.get("description", "") for one in parameters(path)}
    assert all(word in about[row.name] for row in FILTERS for word in row.choices if row.name != "not")
    assert all(word in about["sort"] for word in SORTS)


def test_every_member_of_a_job_is_described(robot: Client, bolt: Organization) -> None:
    described = [*DESCRIPTION["components"]["schemas"]["Job"]["properties"]]
    job = some(bolt, JobStatus.FAILED)
    assert [*robot.get(f"/orgs/{bolt.slug}/jobs/{job.viam_id}.json").json()] == [*described, "notes"]
    assert [*robot.get(f"/orgs/{bolt.slug}/jobs.json").json()["jobs"][0]] == described
    assert (
        b"".join(robot.get(f"/orgs/{bolt.slug}/jobs.csv")).decode("utf-8-sig").splitlines()[0].split(",") == described
    )


def test_every_method_is_described(robot: Client, bolt: Organization) -> None:
    for path, told in DESCRIPTION["paths"].items():
        answer = ask_for(robot, filled(path, some(bolt, JobStatus.FAILED)), "delete")
        assert answer["Allow"].lower().split(", ") == [method for method in ("get", "post") if method in told]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_refusal_is_described(
    robot: Client, vera: User, vera_client: Client, olga: User, bolt: Organization, path: str, method: str
) -> None:
    """Of nobody, of an outsider, of who may only look, and of a body that is no JSON."""
    address = filled(path, some(bolt, JobStatus.COMPLETED))
    answers = {401: ask_for(Client(), address, method)}
    if "{slug}" in path:
        answers[404] = ask_for(Client(headers=token(olga)), address, method)
    if method == "post":
        answers[403] = ask_for(Client(headers=token(vera)), address, method)
        answers[415] = robot.post(address, "{}", content_type="text/plain")
        answers[400] = robot.post(address, "{", content_type="application/json")
    assert [answer.status_code for answer in answers.values()] == [*answers]
    for answer in answers.values():
        fits(answer, path, method)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_an_answer_without_a_status_of_its_own_is_a_problem(path: str, method: str) -> None:
    told = DESCRIPTION["paths"][path][method]["responses"]
    assert {"401", "403", "405", "default"} < {*told}
    assert all([*one["content"]] == [CONTENT_TYPE] for status, one in told.items() if not status.startswith("2"))


def test_everything_for_programs_is_described() -> None:
    names = {"slug": "slug", "viam_id": "id", "pk": "pk"}
    ours = {route for route in routes() if route.endswith((".json", "jobs.csv")) and "openapi" not in route}
    told = set()
    for route in ours:
        for name, word in names.items():
            for kind in ("slug:", "cloud_id:", "int:"):
                route = route.replace(f"<{kind}{name}>", f"{{{word}}}")
        told.add(f"/{route}")
    assert told == set(DESCRIPTION["paths"])
