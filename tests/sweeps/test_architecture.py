"""Who may import whom. Reading the table from below is reading the site from the wire up to the page."""

from __future__ import annotations

from collections.abc import Iterator

from tests.sweeps.imports import ROOT, Import, Source, imports_of, sources

PLAIN = {"domain", "endpoints", "errors", "failure_reading", "log_reading", "metrics"}
KEEPERS = {"catalogue", "log_keeper", "log_pages", "mirror"}

MAY_IMPORT: dict[str, set[str]] = {
    # They import nobody, so that everybody may import them.
    "domain": set(),
    "endpoints": set(),
    "errors": set(),
    "failure_reading": set(),
    "log_reading": set(),
    "metrics": set(),
    "addresses": set(),
    "storing": {"errors"},
    "places": set(),
    # JSON from outside, read with care.
    "strict_json": set(),
    # The way to the cloud.
    "wire": PLAIN | {"protos"},
    "viam": PLAIN | {"protos", "wire"},
    # What is ours to keep.
    "encryption": PLAIN,
    "search": {"models"},
    "history": PLAIN | {"models"},
    "models": PLAIN | {"encryption"},
    # Keeping it true.
    "leasing": {"models"},
    "mirror": PLAIN | {"history", "models", "viam"},
    "catalogue": PLAIN | {"models", "viam"},
    "log_pages": PLAIN | {"leasing", "models", "viam"},
    "log_rereading": PLAIN | {"log_pages", "models", "viam"},
    "log_keeper": PLAIN | {"leasing", "log_pages", "log_rereading", "models", "storing", "viam"},
    "notices": PLAIN | {"models"},
    "refresher": PLAIN | {"leasing", "models", "notices", "storing", "viam"} | KEEPERS,
    # What a person can do, and how they ask for it.
    "services": PLAIN | {"history", "leasing", "models", "notices", "refresher", "search", "storing", "viam"} | KEEPERS,
    "access": PLAIN | {"models"},
    # Where a request may lead somebody.
    "local_addresses": set(),
    # Who somebody is, asked again.
    "reauthentication": set(),
    # How programs are told what went wrong.
    "problems": set(),
    "undoing": {"models"},
    "forms": PLAIN | {"models", "strict_json"},
    "views": PLAIN
    | {
        "access",
        "forms",
        "local_addresses",
        "models",
        "places",
        "problems",
        "reauthentication",
        "services",
        "strict_json",
        "templatetags",
        "undoing",
    },
    "urls": {"addresses", "views"},
    "templatetags": {*PLAIN, "places"},
    # Pages that never were, for those who work on templates and styles.
    "styleguide": PLAIN | {"access", "history", "models", "places", "services"},
    "management": PLAIN | {"models", "refresher", "services"},
    # How Django hears of us.
    "apps": {"checks", "encryption", "refresher"},
    "checks": PLAIN | {"services"},
    "dashboard": PLAIN
    | {"access", "local_addresses", "models", "problems", "reauthentication", "storing", "strict_json", "undoing"},
    # Another program.
    "emulator": {"protos"},
}

ONLY_FOR: dict[str, set[str]] = {
    "grpc": {"viam", "emulator"},
    "google": {"wire", "viam", "emulator"},
    "django.http": {
        "access",
        "dashboard",
        "forms",
        "local_addresses",
        "problems",
        "reauthentication",
        "styleguide",
        "views",
    },
    "django.shortcuts": {"dashboard", "reauthentication", "styleguide", "views"},
}
# The emulator is another program: what it is for must not need Django.
NEVER = {"emulator": "django", "wire": "django"}

EMPTY_NAMES = {"base", "common", "core", "handler", "helpers", "manager", "misc", "utils"}


def test_everybody_imports_only_whom_they_may() -> None:
    assert [message for source in sources() for message in offences(source)] == []


def test_the_check_catches_an_offender_with_file_and_line() -> None:
    offender = Source("jobs/views/made_up.py", "import json\nfrom jobs import services, viam\n\nimport grpc.aio\n")

    assert [message.split(";")[0] for message in offences(offender)] == [
        "jobs/views/made_up.py:2 imports jobs.viam",
        "jobs/views/made_up.py:4 imports grpc.aio",
    ]


def test_the_check_sees_imports_in_functions_and_relative_ones() -> None:
    offender = Source("jobs/services/made_up.py", "def late():\n    from django.http import HttpRequest\n")
    neighbour = Source("jobs/wire/made_up.py", "from ..models import Job\n")
    another_program = Source("emulator/made_up.py", "from jobs.models import Job\n")

    assert [len(list(offences(source))) for source in (offender, neighbour, another_program)] == [1, 1, 1]


def test_every_part_of_the_site_stands_in_the_table() -> None:
    assert {source.part for source in sources()} == set(MAY_IMPORT)


def test_services_take_no_web_request() -> None:
    named = [source.path for source in sources() if source.part == "services" and "HttpRequest" in source.text]

    assert named == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    files = [
        path for folder in ("bench", "dashboard", "emulator", "jobs", "tests") for path in (ROOT / folder).rglob("*.py")
    ]

    assert [str(file) for file in files if EMPTY_NAMES & {file.stem, file.parent.name}] == []


def offences(source: Source) -> Iterator[str]:
    """What this module imports and may not, with file and line."""
    for found in sorted(imports_of(source), key=lambda found: found.line):
        if message := _offence(source.part, found):
            yield f"{found}; {message}"


def _offence(part: str, found: Import) -> str | None:
    allowed = MAY_IMPORT.get(part, set())
    if found.part and found.part not in allowed | {part}:
        return f"of ours, {part} may import {', '.join(sorted(allowed)) or 'nobody'}"
    for package, users in ONLY_FOR.items():
        if found.is_of(package) and part not in users:
            return f"{package} is for {', '.join(sorted(users))}"
    if part in NEVER and found.is_of(NEVER[part]):
        return f"{part} does without {NEVER[part]}"
    return None
