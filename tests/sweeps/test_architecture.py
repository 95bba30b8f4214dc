"""Who may import whom. Reading the table from above is reading the site from the wire up to the page.

And how a role travels: beside its organization in an `Access`, never on the row.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from django.apps import apps

from tests.sweeps.imports import ROOT, Import, Source, imports_of, sources

# Words that everybody may use: they import nobody. `errors` and `endpoints` are those of jobs/viam/.
PLAIN = {"domain", "endpoints", "errors", "error_fingerprint", "log_parser", "metrics", "strict_json", "tracebacks"}
STORED = PLAIN | {"duration_baseline", "lease", "models", "storing"}
# What a feature's service may use, and what its views may use besides.
SERVICE = STORED | {"sync", "ui", "viam"}
PAGE = {"audit", "permissions", "reauthentication"}

MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "endpoints": set(),
    "errors": set(),
    "error_fingerprint": {"log_parser", "tracebacks"},
    "log_parser": set(),
    "tracebacks": {"log_parser"},
    "metrics": set(),
    "strict_json": set(),
    "storing": {"errors"},
    # The one door to the cloud.
    "viam": PLAIN | {"protos"},
    # What is ours to keep.
    "encryption": PLAIN,
    "models": PLAIN | {"encryption"},
    "lease": {"models"},
    "duration_baseline": PLAIN | {"models"},
    "mail": PLAIN | {"models"},
    # Keeping it true.
    "sync": STORED | {"mail", "viam"},
    # Who asks, and what all pages share.
    "permissions": PLAIN | {"models"},
    "reauthentication": {"ui"},
    "ui": {"domain"},
    "templatetags": PLAIN | {"ui"},
    # The features, each a folder. They meet through what another's service offers.
    "organizations": SERVICE | PAGE | {"onboarding"},
    "onboarding": SERVICE | PAGE | {"api_keys", "organizations"},
    "search": SERVICE | PAGE,
    "job_list": SERVICE | PAGE | {"organizations", "saved_views", "search", "submit"},
    "logs": SERVICE | PAGE,
    "compare": SERVICE | PAGE | {"logs", "search"},
    "annotations": SERVICE | PAGE | {"actions", "job_page"},
    "job_page": SERVICE | PAGE | {"annotations", "compare", "job_list", "logs", "organizations", "trained_models"},
    "submit": SERVICE | PAGE | {"compare", "job_page"},
    "actions": SERVICE | PAGE | {"job_list", "job_page"},
    "bulk": SERVICE | PAGE | {"actions", "job_list", "saved_views", "submit"},
    "saved_views": SERVICE | PAGE | {"job_list"},
    "insights": SERVICE | PAGE | {"compare", "organizations"},
    "datasets": SERVICE | PAGE | {"organizations", "submit"},
    "trained_models": SERVICE | PAGE | {"job_list", "organizations"},
    "activity": SERVICE | PAGE,
    "members": SERVICE | PAGE | {"mail"},
    "api_keys": SERVICE | PAGE,
    "api_tokens": SERVICE | PAGE,
    "watched_jobs": SERVICE | PAGE | {"templatetags"},
    "api": SERVICE | PAGE | {"actions", "annotations", "job_list", "submit"},
    # Undo, whoever offers it.
    "audit": {"actions", "models", "permissions", "ui"},
    # How Django hears of us.
    "apps": {"checks", "encryption", "sync"},
    "checks": PLAIN | {"api_keys", "storing"},
    "management": SERVICE | {"api_keys", "checks", "organizations"},
    "dashboard": STORED | PAGE | {"api", "checks", "job_list", "mail", "members", "styleguide", "sync", "ui", "viam"},
    # Another program.
    "emulator": {"protos"},
}
FEATURES = {part for part, allowed in MAY_IMPORT.items() if allowed >= SERVICE} - {"dashboard", "management"}
# They show features as they are, or lead to them.
MAY_IMPORT["urls"] = FEATURES | {"audit", "ui"}
MAY_IMPORT["styleguide"] = SERVICE | PAGE | FEATURES

ONLY_FOR: dict[str, set[str]] = {
    "grpc": {"viam", "emulator"},
    "google": {"viam", "emulator"},
    "protos": {"viam", "emulator"},
}
# Modules by name: what speaks of requests and answers. A service does not know the web.
OF_THE_WEB = {"views", "undo", "forms", "auth", "problems", "body", "custom_form"}
WEB = ("django.http", "django.shortcuts")
WEB_PARTS = {"dashboard", "permissions", "reauthentication", "styleguide", "ui"}
# The emulator is another program, and messages are read off the wire without knowing who asks: both without Django.
WITHOUT_DJANGO = ("emulator/", "jobs/viam/messages.py", "jobs/viam/catalogue_messages.py", "jobs/viam/values.py")

EMPTY_NAMES = {"base", "common", "core", "handler", "helpers", "manager", "misc", "utils"}


def test_everybody_imports_only_whom_they_may() -> None:
    assert [message for source in sources() for message in offences(source)] == []


def test_the_check_catches_an_offender_with_file_and_line() -> None:
    offender = Source("jobs/compare/made_up.py", "import json\nfrom jobs import bulk, viam\n\nimport grpc.aio\n")

    assert [message.split(";")[0] for message in offences(offender)] == [
        "jobs/compare/made_up.py:2 imports jobs.bulk",
        "jobs/compare/made_up.py:4 imports grpc.aio",
    ]


def test_the_check_sees_imports_in_functions_and_relative_ones() -> None:
    offender = Source("jobs/compare/service.py", "def late():\n    from django.http import HttpRequest\n")
    neighbor = Source("jobs/viam/made_up.py", "from ..models import Job\n")
    another_program = Source("emulator/made_up.py", "from jobs.models import Job\n")

    assert [len(list(offences(source))) for source in (offender, neighbor, another_program)] == [1, 1, 1]


def test_a_feature_is_reached_by_its_service_and_not_by_its_pages() -> None:
    offender = Source("jobs/bulk/service.py", "from jobs.actions import views\n")

    assert len(list(offences(offender))) == 1


def test_every_part_of_the_site_stands_in_the_table() -> None:
    assert {source.part for source in sources()} == set(MAY_IMPORT)


def test_services_take_no_web_request() -> None:
    named = [
        source.path
        for source in sources()
        if source.part in FEATURES and source.name not in OF_THE_WEB and "HttpRequest" in source.text
    ]

    assert named == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    folders = ("bench", "dashboard", "emulator", "jobs", "tests")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]

    assert [str(file) for file in files if EMPTY_NAMES & {file.stem, file.parent.name}] == []


def test_no_row_has_a_role_that_is_not_stored_in_it() -> None:
    """A row that a join brings in would have one that nobody looked up."""
    having = {model.__name__ for model in apps.get_models() if hasattr(model, "role")}

    assert having == {"AccessToken", "Invitation", "Membership"}


def test_nobody_writes_a_role_onto_a_row_but_a_membership_s() -> None:
    written = [writing for source in sources() for writing in roles_written(source)]

    assert [writing.partition(":")[0] for writing in written] == ["jobs/members/service.py"]


def test_the_check_catches_whoever_writes_a_role_onto_an_organization() -> None:
    lines = (
        "organization.role = Role.OWNER",
        "for job.organization.role in roles: pass",
        "setattr(organization, 'role', Role.OWNER)",
        "object.__setattr__(organization, 'role', Role.OWNER)",
        "Organization.objects.annotate(role=F('memberships__role'))",
    )
    offender = Source("jobs/compare/made_up.py", "\n".join([*lines, "Access(organization, role=access.role)"]))

    assert list(roles_written(offender)) == [f"jobs/compare/made_up.py:{line}" for line in (1, 2, 3, 4, 5)]


def test_templates_get_an_organization_with_what_its_reader_may_do_there() -> None:
    """Without it they would offer anybody what they offer a viewer, and Django would not complain."""
    alone = [source.path for source in sources() if source.name == "views" and '"organization":' in source.text]
    asking = [str(path) for path in (ROOT / "templates").rglob("*.html") if "organization.role" in path.read_text()]

    assert alone + asking == []


def roles_written(source: Source) -> Iterator[str]:
    """Where this module puts a role onto something that was made already, with file and line."""
    found = [node for node in ast.walk(ast.parse(source.text)) if isinstance(node, ast.Attribute | ast.Call)]
    for node in sorted(found, key=lambda node: node.lineno):
        if _sets_a_role(node):
            yield f"{source.path}:{node.lineno}"


def _sets_a_role(node: ast.Attribute | ast.Call) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "role" and isinstance(node.ctx, ast.Store)
    name = ast.unparse(node.func).rpartition(".")[2]
    if name in {"alias", "annotate"}:
        return any(keyword.arg == "role" for keyword in node.keywords)
    named = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
    return name in {"setattr", "__setattr__"} and "role" in named


def offences(source: Source) -> Iterator[str]:
    """What this module imports and may not, with file and line."""
    for found in sorted(imports_of(source), key=lambda found: found.line):
        if message := _offence(source, found):
            yield f"{found}; {message}"


def _offence(source: Source, found: Import) -> str | None:
    part = source.part
    allowed = MAY_IMPORT.get(part, set())
    if found.part and found.part not in allowed | {part}:
        return f"of ours, {part} may import {', '.join(sorted(allowed)) or 'nobody'}"
    for package, users in ONLY_FOR.items():
        if found.is_of(package) and part not in users:
            return f"{package} is for {', '.join(sorted(users))}"
    if source.path.startswith(WITHOUT_DJANGO) and found.is_of("django"):
        return "this does without Django"
    return _offence_of_a_feature(source, found)


def _offence_of_a_feature(source: Source, found: Import) -> str | None:
    """Requests and answers stay with pages; nothing below a page knows one."""
    if source.part in WEB_PARTS or source.name in {*OF_THE_WEB, "urls"}:
        return None
    if any(found.is_of(package) for package in WEB):
        return f"{found.module} is for {', '.join(sorted(OF_THE_WEB))}"
    is_page = found.part in FEATURES and found.module.split(".")[2:3] == ["views"]
    return "a page is not for what lies below it" if is_page else None
