"""The style guide in a browser: photographed into test-results/, and looked over as every page is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import sign_in_as_ana
from tests.browser.looks import GUIDE_LOOKS
from tests.browser.stack import developed
from tests.browser.test_axe import found
from tests.installed import ROOT, Installation

PICTURES = ROOT / "test-results"
SECTIONS = "section.part"
ON_A_PHONE: ViewportSize = {"width": 390, "height": 844}
IN_TWO_COLUMNS = GUIDE_LOOKS[0].viewport
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ARROWS = """[...document.querySelectorAll("select:not([multiple])")].map((one) => getComputedStyle(one).appearance)"""
# Letters are there, and charts follow their new room in the frame after it changed.
DRAWN = """async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
}"""


@pytest.fixture(scope="module")
def site(prepared: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with developed(prepared, tmp_path_factory.mktemp("developed")) as address:
        yield address


@pytest.fixture
def guide(page: Page, site: str) -> Page:
    sign_in_as_ana(page, site)
    page.goto(f"{site}/styleguide/")
    # The page is long: until htmx is through with it, a key that opens a dialog leads to a page of its own.
    page.wait_for_function("document.querySelector('[aria-keyshortcuts*=\"Control+K\"]')._htmx")
    return page


def photograph(guide: Page, name: str) -> Path:
    PICTURES.mkdir(exist_ok=True)
    guide.set_viewport_size(IN_TWO_COLUMNS)
    guide.evaluate(DRAWN)
    path = PICTURES / f"styleguide-{name}.jpg"
    # All of it in one picture takes a busy machine longer than other things.
    guide.screenshot(path=path, type="jpeg", quality=80, full_page=True)
    return path


def test_axe_finds_nothing_by_day_or_by_night(guide: Page) -> None:
    assert found(guide) == []


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_it_is_drawn_by_day_and_by_night(guide: Page, colours: str) -> None:
    guide.emulate_media(color_scheme=colours)  # type: ignore[arg-type]

    assert photograph(guide, colours).stat().st_size > 100_000


def test_it_is_drawn_in_the_reader_s_own_colours(guide: Page) -> None:
    """Where gradients are left out, lists to choose from have the browser's arrow; everywhere else ours."""
    assert set(guide.evaluate(ARROWS)) == {"none"}

    guide.emulate_media(forced_colors="active", reduced_motion="reduce")

    assert set(guide.evaluate(ARROWS)) == {"auto"}
    assert photograph(guide, "own-colours").stat().st_size > 100_000


def test_it_is_no_wider_than_a_phone(guide: Page) -> None:
    guide.set_viewport_size(ON_A_PHONE)
    guide.evaluate(DRAWN)

    for section in guide.locator(SECTIONS).all():
        section.screenshot(path=PICTURES / f"styleguide-phone/{section.get_attribute('id')}.png")

    assert guide.evaluate(TOO_WIDE) == 0


def test_it_asks_for_nothing(guide: Page) -> None:
    """However much of it would poll on its own page, every three seconds."""
    asked: list[str] = []
    guide.on("request", lambda request: asked.append(request.url))
    guide.wait_for_timeout(4_000)

    assert [address for address in asked if "/static/" not in address] == []


def test_the_palette_opens_beside_its_own_likeness(guide: Page) -> None:
    guide.keyboard.press("Control+k")
    dialog = guide.locator("#dialog")
    dialog.get_by_role("combobox").press_sequentially("settings")

    expect(dialog.get_by_role("option", name="Your settings")).to_be_visible()
