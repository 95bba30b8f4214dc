"""What programs can ask and what they get, in the words of OpenAPI 3.1: made of the code that reads and answers.

Parameters are the rows of FILTERS, a job's members those of COLUMNS. `make openapi` writes docs/openapi.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from jobs.api.problems import CONTENT_TYPE
from jobs.domain import Role
from jobs.job_list.columns import SORTS, TEXT, TIME, TOLD
from jobs.job_list.filter_kinds import Filter
from jobs.job_list.filters import FILTERS, PAGE_SIZES
from jobs.models import MAX_KEY, MAX_NOTE, MAX_REASON, MAX_TAG, MAX_TAGS, Submission

Json = dict[str, Any]

TEXT_OR_NULL = {"type": ["string", "null"]}
WHOLE = {"type": "integer"}
SLUG = {"description": "The organization, as in its pages' addresses."}
JOB_ID = {
    "description": "The job's id in Viam's cloud. One that can't stand in an address as it is (`new`, `filters`, `.`, "
    "`..`, beginning with `~`, or with a slash, space, backslash or % in it) is written as `~` and the id, in which "
    "every character but A-Z a-z 0-9 . _ - is `~` and two upper-case hexadecimal digits for each byte of its UTF-8: "
    "`a/b` is `~a~2Fb`."
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {**TEXT, "minLength": 1, "maxLength": MAX_KEY},
    "description": "A string of visible ASCII characters that is new for each job, for instance a UUID; in quotes "
    "(RFC 9651) or without. A request that was not sent, because it was malformed (400) or failed the checks (422), "
    "leaves its key unused.",
}
SUBMITTING = (
    "Sent to Viam once. With an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), a request that is "
    "repeated is answered as it was the first time, with the same status and body, rejections included; nothing is "
    "sent again. A key belongs to one person in one organization and to one request: members of its JSON other than "
    "is_meant are compared. Keys are kept as long as the activity of the organization, and don't expire."
)

# Problems by status, as they are told where an address says nothing else of them.
READING = {
    "401": "Missing or invalid token.",
    "403": "The site requires a second factor and the token's owner has none.",
    "404": "Not found, or you don't have access.",
    "405": "Method not allowed.",
    "default": "Any other error: 400 for a bad request, 500 for a server error, 503 with Retry-After while the "
    "database is unavailable.",
}
FILTERING = {**READING, "400": "Bad request."}
ACTING = {
    **FILTERING,
    "403": "The role doesn't allow it, or the site requires a second factor and the token's owner has none.",
    "409": "Viam rejected it, in its words.",
    "413": "The body is too large.",
    "415": "The body isn't sent as application/json.",
    "502": "Viam's cloud did not confirm it: it may have been carried out, and the site is checking.",
    "503": "Viam's cloud can't be reached, and nothing was sent. The same Idempotency-Key gets this answer again: use "
    "a new one to try again.",
}
ANNOTATING = {
    **{status: words for status, words in ACTING.items() if status not in ("409", "502", "503")},
    "422": "Nothing was changed: the detail says why.",
}
SENDING = {
    **ACTING,
    "400": f"Bad request, or its Idempotency-Key is malformed or longer than {MAX_KEY} characters.",
    "409": "Viam rejected it, in its words; or it is not in Viam after the next two complete lists; or the first "
    "request with this key is still running, and Retry-After says when to ask again.",
    "422": "Not sent: what is wrong, by field or as findings; or the Idempotency-Key was used for another request.",
}
RETRY_AFTER = {"description": "Seconds; only while the first request is running.", "schema": WHOLE}
LOST = (
    "Viam's answer was lost: the address in submission shows its outcome. Repeated with the same key, the request gets "
    "202 until that is known, then 201, or 409 when the job is not in Viam."
)


@cache
def description_text() -> str:
    """The same for everybody."""
    return json.dumps(description(), indent=2, ensure_ascii=False) + "\n"


def description() -> Json:
    token = "A personal access token, made under your name / API tokens."  # noqa: S105
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Trainyard",
            "version": "1",
            "description": "Trainyard's jobs, for programs. Reads use Trainyard's own copy and never wait for Viam's "
            "cloud.",
        },
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": token}},
            "schemas": _schemas(),
        },
    }


# Addresses.


def _paths() -> Json:
    one = "/orgs/{slug}/jobs/{id}"
    organizations = _object({"organizations": _list(_ref("Organization"))}, is_open=True)
    known = {status: words for status, words in READING.items() if status != "404"}
    return {
        "/orgs.json": {
            "get": _operation("The organizations you can see", {"200": _json("By name.", organizations)}, known)
        },
        "/jobs.json": {
            "get": _operation_on_all(_listing(), "Jobs of all organizations you can see, filtered as on the page")
        },
        "/jobs.csv": {"get": _operation_on_all(_table(), "The same jobs, all that match, as a table")},
        "/orgs/{slug}/jobs.json": {
            "parameters": [_in_path("slug", TEXT, SLUG)],
            "get": _listing(),
            "post": _submitting(),
        },
        "/orgs/{slug}/jobs.csv": {"parameters": [_in_path("slug", TEXT, SLUG)], "get": _table()},
        f"{one}.json": {
            "parameters": _of_job(),
            "get": _operation(
                "One job", {"200": _json("All known details, and its notes.", _ref("JobWithNotes"))}, READING
            ),
        },
        f"{one}/cancel.json": {"parameters": _of_job(), "post": _acting("Ask Viam to cancel a job")},
        f"{one}/delete.json": {"parameters": _of_job(), "post": _acting("Delete a job's record in Viam")},
        f"{one}/notes.json": {"parameters": _of_job(), "post": _noting()},
        f"{one}/tags.json": {"parameters": _of_job(), "post": _tagging()},
        "/orgs/{slug}/submissions/{pk}.json": {
            "parameters": [_in_path("slug", TEXT, SLUG), _in_path("pk", WHOLE, {})],
            "get": _operation(
                "What became of a submit", {"200": _json("As far as it is known.", _ref("Submission"))}, READING
            ),
        },
    }


def _listing() -> Json:
    pages = [_asked("per", {"enum": [*PAGE_SIZES]}), _asked("page", {**WHOLE, "minimum": 1})]
    answer = _json(
        "One page, and the way to the next: follow `next` as it is, and jobs that come meanwhile move none.",
        _ref("Jobs"),
    )
    told = _operation("Jobs, filtered as on the page", {"200": answer}, FILTERING)
    return {**told, "parameters": [*_filters(), *pages]}


def _table() -> Json:
    words = (
        "For spreadsheets: UTF-8 with a byte order mark; times in UTC as 2026-05-12 09:30:00; of several values in one "
        "cell those with a comma are quoted. Cells that would be taken for formulas are prefixed."
    )
    answer = {"description": words, "content": {"text/csv": {"schema": TEXT}}}
    return {
        **_operation("All jobs that match, as a table", {"200": answer}, FILTERING),
        "parameters": [*_filters()],
    }


def _operation_on_all(told: Json, summary: str) -> Json:
    """Nobody asks in vain: what they may not see isn't in it."""
    known = {status: words for status, words in told["responses"].items() if status != "404"}
    return {**told, "summary": summary, "responses": known}


def _filters() -> Iterator[Json]:
    """What a list's address takes, its pages aside."""
    for row in FILTERS:
        yield _asked(row.name, TEXT, description=_about(row))
    yield _asked("sort", TEXT, description=f"{_alternatives([*SORTS])}; with - backwards.")


def _about(row: Filter) -> str:
    return row.about or f"{_alternatives([*row.choices])}."


def _alternatives(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _submitting() -> Json:
    done = {"201": _json("Viam accepted it.", _ref("Submission")), "202": _json(LOST, _ref("Submission"))}
    told = _operation("Submit a job", done, SENDING)
    told["responses"]["409"]["headers"] = {"Retry-After": RETRY_AFTER}
    body = {"required": True, "content": {"application/json": {"schema": _ref("NewJob")}}}
    return {**told, "description": SUBMITTING, "parameters": [KEY], "requestBody": body}


def _acting(summary: str) -> Json:
    told = _operation(summary, {"200": _json("The job as Viam tells it afterwards.", _ref("Job"))}, ACTING)
    reason = {"type": "object", "properties": {"reason": {**TEXT, "maxLength": MAX_REASON}}}
    body = {"content": {"application/json": {"schema": reason}}}
    return {**told, "description": "Sent once. Requires the operator role.", "requestBody": body}


def _noting() -> Json:
    text = _object({"text": {**TEXT, "minLength": 1, "maxLength": MAX_NOTE}}, is_open=True)
    told = _operation("Add a note to a job", {"201": _json("The note.", _ref("Note"))}, ANNOTATING)
    body = {"required": True, "content": {"application/json": {"schema": text}}}
    return {**told, "description": "Requires the operator role.", "requestBody": body}


def _tagging() -> Json:
    names = _list({**TEXT, "maxLength": MAX_TAG})
    about = f"Kept in lower case, without commas; a job has {MAX_TAGS} at most."
    members = {"add": {**names, "description": about}, "remove": names}
    told = _operation("Add tags to a job and remove others", {"200": _json("The job.", _ref("Job"))}, ANNOTATING)
    body = {"required": True, "content": {"application/json": {"schema": _object(members, [], is_open=True)}}}
    return {**told, "description": "All or nothing. Requires the operator role.", "requestBody": body}


def _operation(summary: str, done: Json, problems: dict[str, str]) -> Json:
    told = {status: _json(words, _ref("Problem"), CONTENT_TYPE) for status, words in problems.items()}
    return {"summary": summary, "responses": dict(sorted((done | told).items()))}


def _of_job() -> list[Json]:
    return [_in_path("slug", TEXT, SLUG), _in_path("id", TEXT, JOB_ID)]


def _in_path(name: str, schema: Any, about: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema, **about}


def _asked(name: str, schema: Any, **about: str) -> Json:
    return {"name": name, "in": "query", "schema": schema, **about}


def _json(words: str, schema: Json, kind: str = "application/json") -> Json:
    return {"description": words, "content": {kind: {"schema": schema}}}


# What is in answers and bodies.


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: Any) -> Json:
    return {"type": "array", "items": items}


def _about_text(words: str) -> Json:
    return {**TEXT, "description": words}


def _object(members: Json, required: list[str] | None = None, *, is_open: bool = False) -> Json:
    """All members are required unless it is said which; others are never there unless it is open."""
    closed = {} if is_open else {"additionalProperties": False}
    return {"type": "object", "required": [*members] if required is None else required, **closed, "properties": members}


def _schemas() -> Json:
    counts = {"type": "object", "description": "Numbers of jobs by status.", "additionalProperties": WHOLE}
    roles = {"enum": [role.word for role in Role]}
    as_of = {**TIME, "description": "When Viam's cloud was heard last."}
    job = {name: column.schema for name, column in TOLD.items()}
    return {
        "Organization": _object({"slug": TEXT, "name": TEXT, "role": roles, "jobs": counts}),
        "Jobs": _object({"total": WHOLE, "as_of": as_of, "next": TEXT_OR_NULL, "jobs": _list(_ref("Job"))}),
        "Job": _object(job, ["id", "status", "model", "version"]),
        "JobWithNotes": _object(job | {"notes": _list(_ref("Note"))}, ["id", "status", "model", "version", "notes"]),
        "Note": _object({"id": WHOLE, "author": TEXT, "text": TEXT, "written": TIME, "edited": TIME}),
        "NewJob": _new_job(),
        "Submission": _submission(),
        "Problem": _problem(),
    }


def _new_job() -> Json:
    container = "Custom: key:<a supported container's key> or id:<an id>; without it the script's default."
    arguments = (
        "By name. One whose name looks like a secret's takes is_meant: Viam shows arguments to everybody in the "
        "organization. [hidden] is no value of one."
    )
    members = {
        "kind": {"enum": ["managed", "custom"], "default": "managed"},
        "name": TEXT,
        "version": TEXT,
        "dataset": _about_text("Its id."),
        "type": _about_text("Managed: the task."),
        "framework": _about_text("Managed: tflite or tensorflow."),
        "labels": _list(TEXT),
        "script": _about_text("Custom: prefix:name."),
        "script_version": TEXT,
        "container": _about_text(container),
        "arguments": {"type": "object", "description": arguments},
        "is_meant": {"type": "boolean", "description": "Send it although the preflight warns."},
    }
    return _object(members, ["name", "version", "dataset"], is_open=True)


def _submission() -> Json:
    outcome = (
        "unknown: Viam's answer was lost, and its lists are looked through for the job. not_found: the next two "
        "complete lists don't have it; it can be submitted again."
    )
    members = {
        "outcome": {"enum": [*Submission.State.values], "description": outcome},
        "job": TEXT_OR_NULL,
        "words": _about_text("Viam's when it objected, or ours."),
        "submission": TEXT,
    }
    return _object(members)


def _problem() -> Json:
    members = {
        "type": TEXT,
        "title": TEXT,
        "status": WHOLE,
        "detail": TEXT,
        "errors": {"type": "object", "description": "By field."},
        "findings": _list({"type": "object", "properties": {"field": TEXT, "words": TEXT}}),
        "request_id": _about_text("Under which the server's log has the details, where there are any."),
        "submission": _about_text("The address of the submission that this is about."),
    }
    return {"description": "RFC 9457.", **_object(members, ["type", "title", "status"], is_open=True)}
