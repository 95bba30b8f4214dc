"""What fits where: without scripts, on a phone, on a small notebook."""

from __future__ import annotations

from playwright.sync_api import Browser, Locator, Page, expect

from emulator.logs.lines import LogLine
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY_ID
from protos import ml_training_pb2 as ml
from tests.browser.conftest import PATIENCE, SignIn, Start, find_in_list, hurry, sign_in_as_ana

IS_CUT = "cell => cell.scrollWidth > cell.clientWidth"


def edges(of: Locator) -> tuple[float, float, float, float]:
    """Left, top, right and bottom."""
    box = of.bounding_box()
    assert box
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def test_without_scripts_nothing_overlaps_hangs_or_is_cut(start: Start, browser: Browser) -> None:
    stack = start(1)
    jobs = stack.cloud.world.jobs(BOLT_ROBOTICS_ID)
    running = next(job.id for job in jobs if job.status == ml.TRAINING_STATUS_IN_PROGRESS)
    stack.cloud.world.set_log(running, [LogLine("WARNING", 1_795_435_200, "step 1")])
    with browser.new_context(java_script_enabled=False) as context:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        sign_in_as_ana(page, stack.site)
        find_in_list(page, stack, running)
        created = page.locator("tbody .created").first
        assert not created.evaluate(IS_CUT), created.inner_text()
        expect(page.get_by_text("Counting…").first).to_be_hidden()
        expect(page.locator(".facets")).to_be_hidden()

        while not page.locator("#L1").count():
            page.goto(f"{stack.job_page(running)}logs/")
        assert edges(page.locator("#L1 time"))[2] <= edges(page.locator("#L1 .level"))[0]


def test_a_small_notebook_shows_every_status_and_errors_keep_their_distance(
    start: Start, page: Page, sign_in: SignIn
) -> None:
    stack = start(1)
    sign_in(stack)
    page.set_viewport_size({"width": 1024, "height": 768})
    find_in_list(page, stack, stack.completed().id)
    for counts in ("206", "12,206"):
        page.evaluate(
            "counts => document.querySelectorAll('.statuses .count').forEach((one) => (one.textContent = counts))",
            counts,
        )
        assert not page.locator(".statuses").evaluate(IS_CUT)
        assert edges(page.locator(".statuses"))[2] <= 1024

    page.goto(f"{stack.jobs_page}?status=failed")
    page.get_by_role("button", name="Views").click()
    page.get_by_label("Save this view as").fill("What failed")
    page.get_by_role("button", name="Save view").click()
    page.get_by_role("button", name="Views").click()
    views = page.get_by_role("navigation", name="Views")
    inside = [
        views.locator(what).evaluate(
            "one => one.getBoundingClientRect().left + parseFloat(getComputedStyle(one).paddingLeft)"
        )
        for what in ("h2", "a >> nth=0")
    ]
    assert inside[0] == inside[1]

    page.goto(f"{stack.site}/settings/keys/new/")
    page.get_by_label("API key id").fill(DEMO_KEY_ID)
    page.get_by_label("API key", exact=True).fill("not the key")
    with page.expect_console_message(lambda message: "422" in message.text):
        page.get_by_role("button", name="Test and save").click()
    banner = page.get_by_role("alert").filter(has_text="The key was not saved")
    assert edges(page.locator("form.form"))[1] - edges(banner)[3] >= 16


def test_what_is_chosen_in_a_row_that_is_cut_is_in_sight(start: Start, page: Page, sign_in: SignIn) -> None:
    """The page itself stays at its top."""
    stack = start(1)
    sign_in(stack)
    page.set_viewport_size({"width": 390, "height": 844})
    for address, chosen in (
        (f"{stack.jobs_page}?status=canceled", ".statuses [aria-current]"),
        (stack.jobs_page.replace("/jobs/", "/members/"), ".places [aria-current]"),
    ):
        page.goto(address)
        left, _, right, _ = edges(page.locator(chosen))
        assert left >= 0, address
        assert right <= 390, address
        assert page.evaluate("scrollY") == 0


def test_a_small_notebook_shows_every_place_of_an_organization(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(stack.jobs_page.replace("/jobs/", "/insights/"))
    assert not page.locator(".places").evaluate(IS_CUT)
    assert not page.locator(".top .place bdi").evaluate(IS_CUT)


def test_a_phone_has_room_for_both_sides_of_a_comparison(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    sign_in(stack)
    page.set_viewport_size({"width": 390, "height": 844})
    job = stack.completed()
    find_in_list(page, stack, job.id)
    other = next(one for one in stack.cloud.world.jobs(BOLT_ROBOTICS_ID) if one.model_name != job.model_name)
    find_in_list(page, stack, other.id)
    page.goto(f"{stack.site}/orgs/bolt-robotics/compare/?a={job.id}&b={other.id}")
    widths = [edges(cell)[2] - edges(cell)[0] for cell in page.locator(".differences tbody td:visible").all()]
    assert widths
    assert min(widths) >= 160
    page.goto(stack.job_page(job.id))
    new_job, header = edges(page.locator("header.top a[title='New job']")), edges(page.locator("header.top"))
    assert new_job[3] - new_job[1] <= 40
    assert new_job[1] >= header[1] + 2


def test_all_that_match_are_as_many_as_the_list_says_now(start: Start, page: Page, sign_in: SignIn) -> None:
    stack = start(1)
    hurry(page)
    sign_in(stack)
    find_in_list(page, stack, stack.completed().id)
    bar = page.locator("#selection")
    page.get_by_role("checkbox", name="Select all on this page").check()
    total = int(page.locator("#job-table").get_attribute("data-total") or 0)
    stack.somebody_submits("steady-one-more")
    expect(bar.get_by_role("button", name=f"Select all {total + 1} that match")).to_be_visible()
    bar.get_by_role("button", name="Select all").click()
    stack.somebody_submits("steady-and-another")
    expect(bar).to_contain_text(f"All {total + 2} that match")
    bar.get_by_role("button", name="Cancel ").click()
    expect(page.get_by_text("The list has changed")).to_be_hidden()


LONG_SCRIPT, LONG_VERSION = "bolt:a-script-whose-name-says-all-that-it-does", "2026-11-27T00-05-01"


def test_columns_share_the_room_and_a_script_is_cut_before_its_end(start: Start, page: Page, sign_in: SignIn) -> None:
    """Reasons have a heading and the usual time its room; what they leave is the names'."""
    stack = start(1)
    job = ml.TrainingJobMetadata()
    job.CopyFrom(stack.completed())
    job.is_custom_job, job.registry_item_id, job.registry_item_version = True, LONG_SCRIPT, LONG_VERSION
    stack.cloud.world.put(job)
    sign_in(stack)
    page.set_viewport_size({"width": 1024, "height": 768})
    row = find_in_list(page, stack, job.id)
    script = row.locator(".script")
    while script.inner_text() != f"{LONG_SCRIPT}@{LONG_VERSION}":
        page.reload()

    assert script.get_attribute("title") == f"{LONG_SCRIPT}@{LONG_VERSION}"
    assert script.locator(".start").evaluate(IS_CUT)
    cell = row.locator(".training")
    assert not cell.evaluate(IS_CUT), "the end of the name is cut"
    expect(page.get_by_role("columnheader", name="Details")).to_be_visible()
    for usual in page.locator("tbody .usual").all():
        usual.evaluate("words => (words.textContent = 'usually 27 min')")
        assert not usual.locator("xpath=..").evaluate(IS_CUT)

    page.set_viewport_size({"width": 1400, "height": 900})
    names = page.locator("tbody .model")
    assert [name.inner_text() for name in names.all() if name.evaluate(IS_CUT)] == []
