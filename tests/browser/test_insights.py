"""Insights in a real browser: drawn under the site's policy, readable without drawings, leading to the jobs."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SignIn, Start, sign_in_as_ana

COLOURS = """plot => { const canvas = plot.querySelector("canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) seen.add(data.slice(at, at + 3).join());
    return [...seen]; }"""


def test_charts_are_drawn_and_lead_to_the_jobs(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    page.goto(stack.jobs_page)
    page.get_by_role("link", name="Insights").click()

    expect(page.locator(".plot canvas")).to_have_count(4)
    by_day = page.locator("figure", has_text="Jobs by day")
    by_day.locator(".u-over").hover(position={"x": 480, "y": 60})
    expect(by_day.locator(".at")).to_have_text(re.compile(r"\d+ \w{3}"))
    by_day.locator(".u-over").click(position={"x": 480, "y": 60})

    expect(page).to_have_url(re.compile(r"/jobs/\?since=\d{4}-\d\d-\d\d&until=\d{4}-\d\d-\d\d$"))


def test_the_table_behind_a_chart_opens(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    page.goto(f"{stack.site}/orgs/bolt-robotics/insights/?period=all")
    figure = page.locator("figure", has_text="Success rate")

    expect(figure.get_by_role("table")).to_be_hidden()
    figure.get_by_text("Table", exact=True).click()

    expect(figure.get_by_role("table")).to_be_visible()
    expect(figure.get_by_role("table").get_by_role("link").first).to_be_visible()


def test_charts_are_drawn_anew_when_the_theme_changes(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    page.emulate_media(color_scheme="light")
    page.goto(f"{stack.site}/orgs/bolt-robotics/insights/")
    plot = page.locator(".plot:has(canvas)").first
    by_day = plot.evaluate(COLOURS)

    page.emulate_media(color_scheme="dark")

    assert len(by_day) > 2
    while by_day == plot.evaluate(COLOURS):
        page.wait_for_timeout(100)


def test_without_scripts_the_tables_are_open(start: Start, browser: Browser) -> None:
    stack = start(1)
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        sign_in_as_ana(page, stack.site)
        page.goto(f"{stack.site}/orgs/bolt-robotics/insights/")

        expect(page.locator(".plot").first).to_be_hidden()
        expect(page.get_by_role("table")).to_have_count(9)
        expect(page.locator(".behind").first).to_be_visible()
