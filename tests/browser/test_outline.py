"""How every page is built for those who hear it: headings, landmarks, titles, and names that lead somewhere."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SignIn, Start
from tests.browser.pages import addresses, opened
from tests.browser.stack import Stack

STANDSTILL = 0.001
# What is wrong with the page, in words; what is drawn in a closed dialog or menu counts as well.
WRONG = """() => {
    const all = (selector) => [...document.querySelectorAll(selector)];
    const text = (id) => document.getElementById(id)?.textContent.trim();
    const named = (one) => one.getAttribute("aria-label")?.trim() || text(one.getAttribute("aria-labelledby"));
    const told = (one) => one.outerHTML.slice(0, 120);
    const twice = (names) => names.filter((name, at) => names.indexOf(name) !== at);
    const levels = all("h1, h2, h3, h4, h5, h6").map((one) => Number(one.localName[1]));
    const places = all("nav, [role=search], dialog[open], main section:not([data-poll-seconds]), main aside");
    const values = (name) => all(`[${name}]:not(#dialog)`).map((one) => one.getAttribute(name));
    const ids = ["aria-labelledby", "aria-describedby", "aria-controls", "for"].flatMap(values).join(" ").split(" ");
    const skip = document.querySelector(".skip");
    return [
        levels.filter((level) => level === 1).length !== 1 && `headings of the first level: ${levels}`,
        levels.some((level, at) => level > (levels[at - 1] ?? 0) + 1) && `a level is left out: ${levels}`,
        all("main").length !== 1 && "not one main",
        !document.documentElement.lang && "no language",
        !/^\\S.* · Trainyard$/.test(document.title) && `title: ${document.title}`,
        skip && document.querySelector("a, button") !== skip && "the skip link is not the first",
        ...places.filter((one) => !named(one)).map((one) => `no name: ${told(one)}`),
        ...twice(all("nav").map(named)).map((name) => `two navs are called ${name}`),
        ...all("th:not([scope])").map((one) => `no scope: ${told(one)}`),
        ...ids.filter((id) => id && !document.getElementById(id)).map((id) => `nothing has the id ${id}`),
        ...twice(all("[id]").map((one) => one.id)).map((id) => `two have the id ${id}`),
    ].filter(Boolean);
}"""


def test_every_page_has_one_main_heading_named_landmarks_and_a_title(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    pages = [stack.site + address for address in addresses(stack)]

    seen = {address: page.evaluate(WRONG) for address in pages if opened(page, address) == 200 and page.url == address}

    assert len(seen) >= 15
    assert {address: wrong for address, wrong in seen.items() if wrong} == {}


def test_pages_for_strangers_are_built_likewise(start: Start, browser: Browser) -> None:
    stack = start(STANDSTILL)
    with browser.new_context() as context:
        page = context.new_page()
        for address in ("/sign-in/", "/password/forgotten/", "/no-such-page"):
            page.goto(stack.site + address)
            assert page.evaluate(WRONG) == []


def test_dialogs_and_menus_keep_the_order_and_have_names(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    for opener in ("All filters", "Find"):
        page.goto(stack.jobs_page)
        page.get_by_role("link", name=opener, exact=True).click()
        expect(page.get_by_role("dialog", name=opener)).to_be_visible()
        assert page.evaluate(WRONG) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name=opener, exact=True)).to_be_focused()
    for opener, opens in (
        ("Display", "#display form"),
        ("Views", "#views nav"),
        ("Switch organization", "#switcher nav a"),
    ):
        page.get_by_role("button", name=opener).click()
        expect(page.locator(opens).first).to_be_visible()
        assert page.evaluate(WRONG) == []


def test_what_is_wrong_in_a_form_is_tied_to_its_field(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    for address, button in forms(stack):
        page.goto(address)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_role("alert").first).to_be_focused()
        wrong = page.locator("[aria-invalid=true]")
        assert wrong.count()
        for field in wrong.all():
            described = field.evaluate("one => one.getAttribute('aria-describedby') ?? ''").split()
            words = [page.locator(f"[id='{name}']").inner_text() for name in described]
            assert any(words), field.evaluate("one => one.outerHTML")
        assert page.evaluate(WRONG) == []


def forms(stack: Stack) -> list[tuple[str, str]]:
    return [
        (f"{stack.jobs_page}new/", "Start job"),
        (f"{stack.jobs_page}new/custom/", "Start job"),
        (f"{stack.site}/settings/keys/new/", "Test and save"),
        (f"{stack.site}/me/tokens/", "Create token"),
    ]


def test_the_skip_link_leads_past_the_bar(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(STANDSTILL)
    sign_in(stack)
    page.goto(stack.jobs_page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
