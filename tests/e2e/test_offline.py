"""The page without its server: it opens as the browser kept it, plays what was run before, says what it cannot do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import serving

KEPT_WHOLE = """async () => {
    await navigator.serviceWorker.ready
    const [name] = (await caches.keys()).filter(each => each.startsWith("gradwalk-page-"))
    return (await (await caches.open(name)).keys()).map(({ url }) => url)
}"""
RUNS = """async () => (await (await caches.open("gradwalk-runs")).keys()).length"""


@pytest.fixture
def returning(browser: Browser) -> Iterator[Page]:
    """A page whose browser keeps it. A test fails if it threw."""
    context = browser.new_context(locale="en-GB", reduced_motion="reduce", service_workers="allow")
    context.set_default_timeout(20_000)
    page = context.new_page()
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    yield page
    assert thrown == []
    context.close()


def run(page: Page) -> None:
    page.get_by_test_id("run").click()
    page.locator("[data-node]").first.wait_for()
    expect(page.get_by_test_id("run")).to_have_attribute("data-running", "false")


def test_the_page_opens_without_its_server_and_plays_what_was_run(returning: Page) -> None:
    page = returning
    with serving() as address:
        page.goto(address)
        run(page)
        page.wait_for_function(f"async () => await ({RUNS})() === 1")
        kept = page.evaluate(KEPT_WHOLE)
        assert f"{address}/" in kept
        assert not [url for url in kept if "/api/" in url or "healthz" in url or "metrics" in url]
    page.goto(address)
    expect(page.get_by_test_id("editor")).to_contain_text("torch.arange(4.0)")
    run(page)
    expect(page.get_by_test_id("banner-notice")).to_contain_text("The server cannot be reached.")
    page.get_by_test_id("step-last").click()
    expect(page.get_by_test_id("step-next")).to_be_disabled()
    # The other lessons open too, but cannot be run.
    page.get_by_role("button", name="Lessons").click()
    page.locator('[data-lesson="kinks"]').click()
    expect(page.get_by_test_id("editor")).to_contain_text("relu")
    page.get_by_test_id("run").click()
    expect(page.get_by_test_id("banner-failure")).to_contain_text("The server cannot be reached.")
