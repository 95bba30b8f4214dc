"""A browser reads the bundles of style sheets as it reads the files that they are made of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page

from jobs.ui.bundles import SHEETS, script_of, sheet_of

RULES = """(text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return [...sheet.cssRules].map((rule) => rule.cssText).join("\\n");
}"""
# Where a value holds variables, browsers tell it as it is written; these are other ways to write the same.
SHORTER = (
    (r"background: none;", "background: 0px 0px;"),
    (r"font: 400 (?=var)", "font: "),
    (r"\b0(?=\.\d)", ""),
    (r"\)\s+(?=[\w(-])", ")"),
    (r"\s*([,/:])\s*", r"\1"),
)


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.new_page()


@pytest.mark.parametrize("file", sorted({file for files in SHEETS.values() for file in files}))
def test_a_sheet_means_the_same(page: Page, file: str) -> None:
    text = Path(str(finders.find(file))).read_text()
    assert _read(page, sheet_of(file, text)) == _read(page, text)


def test_a_script_that_fails_is_reported_and_the_next_one_runs(page: Page) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(error.message))
    pieces = [script_of("js/one.js", "missing.value = 1;"), script_of("js/two.js", "document.title = 'two';")]
    page.evaluate(";\n".join(pieces))
    assert page.title() == "two"
    assert faults == ["missing is not defined"]


def _read(page: Page, text: str) -> list[str]:
    told: str = page.evaluate(RULES, text)
    for pattern, shorter in SHORTER:
        told = re.sub(pattern, shorter, told)
    return told.splitlines()
