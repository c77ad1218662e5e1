"""The page in a browser of 2022: what was added to the language and to browsers since then is taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.lesson import position, run

LACKING = """
for (const name of ["toReversed", "toSorted", "toSpliced", "with"]) delete Array.prototype[name];
for (const name of ["CompressionStream", "DecompressionStream", "requestIdleCallback"]) delete globalThis[name];
if (globalThis.document) {
    delete Document.prototype.adoptedStyleSheets;
    delete Document.prototype.caretPositionFromPoint;
    delete Element.prototype.requestFullscreen;
}
"""
ASSETS = Path(__file__).parents[2] / "frontend" / "dist" / "assets"


@pytest.fixture
def older(context: BrowserContext, server: str) -> Iterator[Page]:
    """The page in such a browser. A test fails if it threw."""

    def lack_in_worker(route: Route) -> None:
        script = ASSETS / route.request.url.rpartition("/")[2]
        route.fulfill(body=LACKING + script.read_text("utf-8"), content_type="text/javascript")

    context.add_init_script(LACKING)
    context.route(re.compile(r"/assets/worker-"), lack_in_worker)
    page = context.new_page()
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.goto(server)
    yield page
    assert thrown == []


def test_the_lesson_runs_and_its_link_opens_it_again(older: Page, server: str) -> None:
    run(older)
    older.get_by_test_id("step-last").click()
    here = position(older)
    expect(older).to_have_url(re.compile(f"#code=.*&step={here[0]}"))
    address = older.url
    older.goto("about:blank")
    older.goto(address)
    expect(older.get_by_test_id("step-counter")).to_contain_text(f"step {here[0]} of {here[1]}")
    expect(older.get_by_test_id("editor")).to_contain_text("torch.arange(4.0")


def test_nothing_that_is_loaded_is_beyond_a_browser_of_2022_to_read() -> None:
    """One pattern that looks behind, and all of the file that has it is no script to Safari before 16.4."""
    scripts = {path.name: path.read_text("utf-8") for path in ASSETS.glob("*.js")}
    assert scripts
    # As is a block in a class.
    unread = re.compile(r"\(\?<[=!]|[{};]static\s*\{")
    assert [name for name, text in scripts.items() if unread.search(text)] == []
    # Safari before 16.2 and Chrome before 111 cannot mix colours.
    styles = [path for path in [*ASSETS.glob("*.css"), *ASSETS.glob("*.js")] if "color-mix(" in path.read_text("utf-8")]
    assert styles == []
