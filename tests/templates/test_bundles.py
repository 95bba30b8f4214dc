"""Style sheets and scripts as they are served: a few files that hold what the many hold that are written."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.management.commands.collectstatic import Command as CollectStatic
from django.core.management import call_command
from django.template import engines
from pytest_django import Settings

from dashboard.settings import ROOT
from jobs.ui.bundles import SCRIPTS, SHEETS, WithBundles, script_of
from tests.installed import made_once

WITH_BUNDLES = {"BACKEND": "jobs.ui.bundles.WithBundles"}
QUOTED = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"")
PLAIN = re.compile(r"[\w .,:=-]+")
COMMENT = re.compile(r"^\s*//.*$| // .*$", re.MULTILINE)
EVERY_BUNDLE = [f"bundles/{name}.css" for name in SHEETS] + [f"bundles/{name}.js" for name in SCRIPTS]


def collect(folder: Path) -> Path:
    """As `collectstatic`, but not compressed."""
    command = CollectStatic()
    command.storage = WithBundles(location=folder)
    call_command(command, interactive=False, verbosity=0)
    return folder


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "bundles", collect)


@pytest.fixture
def bundled(settings: Settings, collected: Path) -> Path:
    """A site whose static files are collected, as in production."""
    settings.STATIC_ROOT = collected
    settings.STORAGES = settings.STORAGES | {"staticfiles": WITH_BUNDLES}
    return collected


def drawn(text: str) -> str:
    return engines["django"].from_string(text).render()


@pytest.mark.parametrize("kind", [SHEETS, SCRIPTS], ids=["sheets", "scripts"])
def test_bundles_are_made_of_files_that_exist_each_once(kind: dict[str, tuple[str, ...]]) -> None:
    for files in kind.values():
        assert [file for file in files if not finders.find(file)] == []
        assert len(set(files)) == len(files)


def test_every_sheet_and_script_of_ours_is_in_one() -> None:
    ours = {f"{path.parent.name}/{path.name}" for path in (ROOT / "static").glob("[cj]ss/*")}
    ours |= {f"js/{path.name}" for path in (ROOT / "static/js").glob("*.js")}
    bundled = {file for kind in (SHEETS, SCRIPTS) for files in kind.values() for file in files}
    assert ours - bundled == {"css/styleguide.css"}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_holds_all_words_of_its_files(collected: Path, name: str) -> None:
    made = (collected / f"bundles/{name}.js").read_text()
    for file in SCRIPTS[name]:
        quoted = QUOTED.findall(COMMENT.sub("", Path(str(finders.find(file))).read_text()))
        words = [word for word in quoted if PLAIN.fullmatch(word)]
        assert words
        assert [word for word in words if word not in made] == [], file


def test_a_script_that_fails_takes_no_other_along() -> None:
    assert script_of("js/one.js", "missing();\n") == "try{missing()}catch(e){reportError(e)}"


def test_scripts_of_others_stay_as_they_are(collected: Path) -> None:
    theirs = Path(str(finders.find("django_htmx/htmx-4.min.js"))).read_text()
    assert theirs in (collected / "bundles/site.js").read_text()


def test_pages_name_one_file_where_they_name_many_in_development(bundled: Path, settings: Settings) -> None:
    text = '{% sheets "job" %} {% scripts "site" blocking="render" %}'
    name = r"/static/bundles/{}\.[0-9a-f]{{12}}\.{}"
    sheet, script = name.format("job", "css"), name.format("site", "js")
    expected = f'<link rel="stylesheet" href="{sheet}"> <script src="{script}" defer blocking="render"></script>'
    assert re.fullmatch(expected, drawn(text))

    settings.DEBUG = True
    named = re.findall(r'(?:href|src)="/static/([^"]+)"', drawn(text))
    assert named == [*SHEETS["job"], *SCRIPTS["site"]]


def test_a_tab_that_is_open_finds_its_files_after_an_update(tmp_path: Path, settings: Settings) -> None:
    """Names tell what is in a file, and files that were served once stay."""
    source = tmp_path / "source"
    shutil.copytree(ROOT / "static", source)
    settings.STATICFILES_DIRS = [source]
    before = {path.name: path.read_bytes() for path in (collect(tmp_path / "served") / "bundles").glob("site.*.*")}
    (source / "js/zone.js").write_text('// Another.\ndocument.title = "another";\n')
    (source / "css/base.css").write_text("@layer base { b { color: red; } }")

    after = {path.name: path.read_bytes() for path in (collect(tmp_path / "served") / "bundles").glob("site.*.*")}
    assert len(before) == 2
    assert len(after) == 4
    assert before.items() <= after.items()


def test_fonts_are_found_from_where_the_bundle_stands(collected: Path) -> None:
    (sheet,) = (collected / "bundles").glob("site.*.css")
    (font,) = set(re.findall(r"url\(\"?([^\")]+)", sheet.read_text()))
    assert (sheet.parent / font).resolve().is_file()
    assert re.search(r"\.[0-9a-f]{12}\.woff2$", font)
