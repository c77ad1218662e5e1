"""What a visitor must be told before looking further, in the visitor's language."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.lesson import open_and_run
from tests.e2e.scripts import open_script


def answer_health(page: Page, isolation: str) -> None:
    """Have the page hear this of the server's isolation, and open it anew."""

    def answer(route: Route) -> None:
        route.fulfill(json={"status": "ok", "version": "1", "isolation": isolation})

    page.wait_for_load_state("networkidle")
    page.route("**/healthz", answer)
    page.reload()


@pytest.mark.parametrize(("isolation", "words"), [("partial", "fewer walls"), ("none", "Nothing holds in")])
def test_a_server_that_holds_snippets_in_badly_says_so_until_it_is_put_away(
    page: Page, isolation: str, words: str
) -> None:
    answer_health(page, isolation)
    banner = page.get_by_test_id("banner-isolation")
    expect(banner).to_contain_text(words)
    expect(banner).to_contain_text("gradwalk doctor")
    banner.get_by_role("button", name="Dismiss").click()
    expect(banner).to_have_count(0)


def test_a_server_with_all_its_walls_says_nothing(page: Page) -> None:
    with page.expect_response("**/healthz"):
        answer_health(page, "full")
    expect(page.get_by_test_id("banner-isolation")).to_have_count(0)


def test_a_run_whose_record_is_full_goes_on_and_shows_what_it_prints(page: Page) -> None:
    loop = "import torch\nx = torch.zeros(())\nfor _ in range(11_000): x += 1\nprint('in all', x)\n"
    open_and_run(page, loop)
    banner = page.get_by_test_id("banner-outcome")
    expect(banner).to_contain_text("The record is full after 10,000 operations")
    page.get_by_test_id("step-last").click()
    expect(page.get_by_test_id("sentence")).to_contain_text("in all tensor(11000.)")
    banner.get_by_role("button", name="Dismiss").click()
    expect(banner).to_have_count(0)


def test_a_runaway_loop_says_where_it_was_stopped_and_shows_both_ends(page: Page) -> None:
    open_and_run(page, "import torch\nx = torch.ones(2)\nn = 0\nwhile True:\n    n += 1\n")
    banner = page.get_by_test_id("banner-outcome")
    # On a busy machine the five seconds of the clock are over first.
    stopped = r"Stopped after (2\.0 s of CPU time|5\.0 s)"
    expect(banner).to_contain_text(re.compile(rf"{stopped} at line [45], iteration [\d,]+ of"))
    expect(banner).to_contain_text(re.compile(r"[\d,]+ lines lie between the first and the last that are on record"))
    expect(page.locator(".tick-gap")).to_have_count(1)
    page.keyboard.press("End")
    expect(page.get_by_test_id("sentence")).to_contain_text(re.compile(rf"The run ends here\. {stopped}"))


@pytest.mark.parametrize(
    ("source", "said", "of_python"),
    [
        ("import torch\nx = torch.ones(2\n", "Python cannot read this code", "line 2"),
        ("import torch\nx = torch.oness(2)\n", "ended before it made a tensor", "has no attribute 'oness'"),
        ("print('no tensors here')\n", "This code made no tensors.", ""),
    ],
)
def test_where_there_is_no_picture_it_is_said_what_happened(page: Page, source: str, said: str, of_python: str) -> None:
    open_script(page, source)
    page.get_by_test_id("run").click()
    picture = page.get_by_test_id("graph")
    expect(picture).to_contain_text(said)
    expect(picture.locator(".output-error")).to_have_count(1 if of_python else 0)
    expect(picture).to_contain_text(of_python)
