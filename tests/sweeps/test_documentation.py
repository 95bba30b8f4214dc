"""What the documents say is so: settings, targets, commands, files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]

READ_FROM_ENVIRONMENT = re.compile(r'(?:env(?:\.\w+)?|_secret|_positive)\(\s*"([A-Z_]+)"')
ROW_OF_TABLE = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
SETTING = re.compile(r"[A-Z_]+")
WHERE_DJANGO_LOOKS = {"__init__.py", "__pycache__", "addresses.py", "admin.py", "apps.py", "checks.py", "migrations"}
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|TBD|XXX)\b|lorem ipsum", re.IGNORECASE)
PLACE_OF_ONE_MACHINE = re.compile(r"(?<![\w.])/(?:home|root|tmp|work|Users)/")


def text_of(document: str) -> str:
    return (ROOT / document).read_text()


def test_the_table_of_settings_is_complete() -> None:
    read = set(READ_FROM_ENVIRONMENT.findall(text_of("dashboard/settings.py")))
    told = {name for name in ROW_OF_TABLE.findall(text_of("README.md")) if SETTING.fullmatch(name)}

    assert told == read


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_exists(document: str) -> None:
    targets = set(re.findall(r"^(\w+):", text_of("Makefile"), re.MULTILINE))
    mentioned = set(re.findall(r"(?:`|^ {4}|\n)make (\w+)", text_of(document), re.MULTILINE))

    assert mentioned <= targets


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_and_its_options_exist(document: str) -> None:
    for name, rest in re.findall(r"manage\.py (\w+)((?: --?[\w-]+(?: [^\s`-][^\s`]*)?)*)", text_of(document)):
        assert name in get_commands(), f"manage.py {name}"
        known = load_command_class(get_commands()[name], name).create_parser("manage.py", name).format_help()
        ours = rest.partition(" -- ")[0]
        assert [option for option in re.findall(r"--[\w-]+", ours) if option not in known] == []


def test_everything_on_the_map_exists() -> None:
    places = [place for place in ROW_OF_TABLE.findall(text_of("CONTRIBUTING.md")) if "/" in place]

    assert places
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_every_part_of_the_site_is_on_the_map() -> None:
    map_ = text_of("CONTRIBUTING.md")
    parts = {part.name for part in (ROOT / "jobs").iterdir()} - WHERE_DJANGO_LOOKS

    assert [part for part in parts if f"`jobs/{part}" not in map_] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_to_files_lead_somewhere(document: str) -> None:
    linked = re.findall(r"(?<!!)\[[^\]]+\]\((?!https?:)([^)#]+)\)", text_of(document))

    assert [target for target in linked if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("document", [*DOCUMENTS, "Makefile", "pyproject.toml", "requirements.txt", ".ci/run"])
def test_nothing_is_unfinished_or_true_on_one_machine_only(document: str) -> None:
    text = text_of(document)

    assert UNFINISHED.findall(text) == []
    assert PLACE_OF_ONE_MACHINE.findall(text) == []
