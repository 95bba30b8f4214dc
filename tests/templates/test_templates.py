"""What holds for every template, script and style sheet: the browser's policy, escaping, sizes, names that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import Library
from django.template.loader import get_template

from dashboard.settings import ROOT
from jobs.templatetags import formatting, html_cache
from jobs.ui.bundles import SCRIPTS as BUNDLED_SCRIPTS
from jobs.ui.bundles import SHEETS as BUNDLED_SHEETS

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
SHEETS = sorted((ROOT / "static/css").glob("*.css"))

LAYERS = ("tokens", "base", "components", "utilities")
MAX_TEMPLATE, MAX_SCRIPT, MAX_LINE = 120, 60, 120

# What the policy forbids, what would let foreign text through, what would ask somebody else.
FORBIDDEN = {
    "text that is not escaped": r"\|\s*safe\b|autoescape off|mark_safe|\{%\s*autoescape",
    "a script of its own": r"<script(?![^>]*\bsrc=)|javascript:",
    "a style of its own": r"<style\b|\sstyle=",
    "a handler of its own": r"\son[a-z]+=|hx-on|[\"']js:",
    "a filter that needs eval": r"hx-trigger=\"[^\"]*\[",
    "somebody else's address": r"(?:src|href|action|hx-[a-z]+)=\"(?:https?:)?//",
    "an address that is data": r"(?:src|href)=\"data:",
}
OF_HTMX_4 = r"hx-(?:get|post|trigger|target|swap|swap-oob|sync|include|disable|ptag|morph-skip)\b"


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
class TestTemplate:
    def test_compiles(self, path: Path) -> None:
        get_template(str(path.relative_to(ROOT / "templates")))

    def test_holds_nothing_forbidden(self, path: Path) -> None:
        text = path.read_text()
        assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)] == []

    def test_is_short(self, path: Path) -> None:
        assert len(path.read_text().splitlines()) <= MAX_TEMPLATE

    def test_names_files_that_exist(self, path: Path) -> None:
        named = re.findall(r"\{% static '([^']+)' %\}", path.read_text())
        assert [name for name in named if not finders.find(name)] == []

    def test_names_bundles_that_exist(self, path: Path) -> None:
        text = path.read_text()
        assert set(re.findall(r"\{% sheets \"([^\"]+)\"", text)) <= set(BUNDLED_SHEETS)
        assert set(re.findall(r"\{% scripts \"([^\"]+)\"", text)) <= set(BUNDLED_SCRIPTS)

    def test_names_no_sheet_or_script_by_itself(self, path: Path) -> None:
        """What is served is bundled. The style guide, there with DEBUG alone, shows all sheets at once."""
        named = re.findall(r"\{% static '([^']+\.(?:css|js))' %\}", path.read_text())
        assert named == [] or relative(path) == "templates/styleguide/page.html"

    def test_includes_what_exists(self, path: Path) -> None:
        for name in re.findall(r"\{% (?:include|extends|row) \"([^\"]+)\"", path.read_text()):
            get_template(name)

    def test_uses_attributes_that_htmx_knows(self, path: Path) -> None:
        used = re.findall(r"\s(hx-[a-z-]+)", path.read_text())
        assert [name for name in used if not re.fullmatch(OF_HTMX_4, name)] == []

    def test_posts_with_a_token(self, path: Path) -> None:
        for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", path.read_text(), re.DOTALL):
            assert re.search(r"\{% csrf_token %\}|submit/_basics\.html", form)


def test_no_line_of_a_template_is_long() -> None:
    """A difference shows what was changed, and a line what it says, without scrolling to the side."""
    assert [
        f"{relative(path)}:{number}: {len(line)} characters"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > MAX_LINE
    ] == []


def test_polled_pieces_ask_by_the_pages_clock_alone() -> None:
    for path in TEMPLATES:
        text = path.read_text()
        assert text.count('hx-trigger="poll"') == text.count("data-poll-seconds="), relative(path)
        assert not re.search(r'data-poll-seconds="[^{]', text), f"{relative(path)} names its own pace"
        assert "every " not in " ".join(re.findall(r"hx-trigger=\"([^\"]*)\"", text))


def test_every_icon_that_is_named_is_drawn() -> None:
    drawn = set(re.findall(r"id=\"icon-([a-z_]+)\"", (ROOT / "templates/_icons.html").read_text()))
    named = {name for path in TEMPLATES for name in re.findall(r"\{% icon \"([a-z_]+)\" %\}", path.read_text())}
    statuses = {"pending", "in_progress", "completed", "failed", "canceling", "canceled", "unknown", "gone", "created"}
    assert named | statuses <= drawn


def test_tags_and_filters_are_known_without_being_loaded() -> None:
    register: Library = formatting.register
    assert {"icon", "badge", "when", "timing", "ticking"} <= set(register.tags)
    assert {"drawn", "all_drawn"} <= set(html_cache.register.tags)
    assert {"duration", "moment", "marked", "reason", "legible"} <= set(register.filters)


@pytest.mark.parametrize("path", SCRIPTS, ids=relative)
class TestScript:
    def test_stands_alone_and_evaluates_nothing(self, path: Path) -> None:
        forbidden = r"\beval\b|new Function|^\s*import\b|import\(|innerHTML|document\.write|\.style\b|https?://"
        assert re.findall(forbidden, path.read_text(), re.MULTILINE) == []

    def test_says_what_it_is_for(self, path: Path) -> None:
        assert path.read_text().startswith("// ")

    def test_is_short(self, path: Path) -> None:
        assert len(path.read_text().splitlines()) <= MAX_SCRIPT

    def test_is_used(self, path: Path) -> None:
        assert any(f"js/{path.name}" in files for files in BUNDLED_SCRIPTS.values())


@pytest.mark.parametrize("path", SHEETS, ids=relative)
class TestSheet:
    def test_asks_for_no_other_file_but_our_fonts(self, path: Path) -> None:
        named = re.findall(r"url\(\"?([^\")]+)|(@import)", path.read_text())
        assert [name for name, also in named if also or not (path.parent / name).is_file()] == []

    def test_names_the_layers_in_order(self, path: Path) -> None:
        assert "@layer tokens, base, components, utilities;" in path.read_text()
        layer = path.stem if path.stem in LAYERS else "components"
        assert f"@layer {layer} {{" in path.read_text()

    def test_uses_tokens_that_exist(self, path: Path) -> None:
        known = {name for sheet in SHEETS for name in re.findall(r"(--[\w-]+):", sheet.read_text())}
        assert set(re.findall(r"var\((--[\w-]+)\)", path.read_text())) <= known

    def test_closes_what_it_opens(self, path: Path) -> None:
        assert path.read_text().count("{") == path.read_text().count("}")
