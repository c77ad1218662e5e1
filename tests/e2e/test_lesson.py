"""The lesson notebook, opened and played in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.conftest import Shot
from tests.e2e.lesson import card, code_cells, edges, go_to, output_of, position, run


@pytest.fixture(autouse=True)
def lesson(page: Page) -> None:
    run(page)


def test_every_cell_shows_what_the_notebook_shows(page: Page) -> None:
    page.get_by_test_id("step-last").click()
    shown = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('[data-testid="cell-output"]')]
            .map(e => [e.dataset.cell, e.textContent]))"""
    )
    assert [shown.get(str(i), "") for i in range(len(code_cells()))] == [output_of(cell) for cell in code_cells()]


def test_slider_reaches_every_step(page: Page) -> None:
    _, last = position(page)
    for step in (1, 2, last // 2, last - 1, last, 3):
        go_to(page, step)
        assert position(page)[0] == step


def test_detached_edge_is_grey_and_dashed_and_carries_nothing(page: Page, shot: Shot) -> None:
    _, last = position(page)
    seen_backward = False
    for step in range(1, last + 1):
        go_to(page, step)
        cut = [edge for edge in edges(page) if edge["kind"] == "detached" and "from y to u" in edge["label"]]
        if not cut:
            continue
        [edge] = cut
        assert edge["dash"] not in ("", "none")
        red, green, blue = map(int, re.findall(r"\d+", edge["stroke"])[:3])
        assert max(red, green, blue) - min(red, green, blue) < 60, "not grey"
        assert "no gradient" in edge["label"]
        assert edge.get("direction") != "backward"
        if card(page, "z", "mul").get_attribute("data-direction") == "backward":
            seen_backward = True
            shot("detach")
        expect(card(page, "u", "detach")).not_to_contain_text(re.compile(r"grad \["))
    assert seen_backward


def test_gradient_of_the_product_with_a_detached_factor_is_that_factor(page: Page) -> None:
    _, last = position(page)
    for step in range(1, last + 1):
        go_to(page, step)
        z, x = card(page, "z", "mul"), card(page, "x", "arange")
        if z.count() and x.count() and x.get_attribute("data-direction") == "backward":
            expect(x).to_contain_text("[0, 0, 0, 0]")
            expect(x).to_contain_text("[0, 1, 4, 9]")
            return
    pytest.fail("the gradient never arrived at x")


def test_loop_is_shown_as_iterations_and_the_branch_that_was_taken(page: Page, shot: Shot) -> None:
    page.locator("[data-cell]").first.wait_for()
    page.keyboard.press("End")
    _, last = position(page)
    words: list[str] = []
    for step in range(last, 0, -1):
        go_to(page, step)
        words = page.locator(".group-title, [data-fold]").all_text_contents()
        if any("iteration" in text for text in words) and any("if b.sum() > 0" in text for text in words):
            break
    shot("loop")
    everything = " ".join(words)
    assert re.search(r"iteration \d+ of \d+", everything)
    assert re.search(r"iterations \d+.\d+", everything)
    assert "test is true" in everything or "test is false" in everything


@pytest.mark.parametrize(
    "viewport",
    [{"width": 1280, "height": 720}, {"width": 1920, "height": 1080}, {"width": 390, "height": 844}],
    ids=["1280x720", "1920x1080", "phone"],
)
def test_nothing_sticks_out_of_the_window(page: Page, shot: Shot, viewport: ViewportSize) -> None:
    for step in (1, position(page)[1] // 2, position(page)[1]):
        go_to(page, step)
        shot(f"step{step}")
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        expect(page.get_by_test_id("run")).to_be_in_viewport()
        expect(page.get_by_test_id("step-next")).to_be_in_viewport()


def test_language_changes_every_word_and_is_remembered(page: Page) -> None:
    go_to(page, 2)
    expect(page.get_by_test_id("sentence")).to_contain_text("a new tensor")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_test_id("run")).to_contain_text(re.compile("[一-鿿]"))
    expect(page.get_by_test_id("sentence")).to_contain_text("新张量，目前")
    expect(page).to_have_url(re.compile("lang=zh"))  # the address follows a moment later
    page.reload()
    expect(page.get_by_test_id("run")).to_contain_text(re.compile("[一-鿿]"))
