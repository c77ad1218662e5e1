"""A phone on its side, and a laptop at twice its size: what is there is seen whole."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.lesson import go_to, open_and_run, position, sentence_steps
from tests.e2e.scene_programs import SQUARES

LOW = [{"width": 844, "height": 390}, {"width": 640, "height": 360}]


@pytest.mark.parametrize("viewport", LOW)
def test_the_way_to_begin_is_seen_whole(page: Page) -> None:
    begin = page.locator(".emptiness")
    room = page.get_by_test_id("graph").bounding_box()
    assert room is not None
    for part in ("h2", "p", "button"):
        box = begin.locator(part).bounding_box()
        assert box is not None
        assert box["y"] >= room["y"], part
        assert box["y"] + box["height"] <= room["y"] + room["height"], part


@pytest.mark.parametrize("viewport", LOW)
def test_the_number_of_the_step_is_one_line(page: Page) -> None:
    open_and_run(page, SQUARES)
    go_to(page, position(page)[1])
    counter = page.get_by_test_id("step-counter")
    assert counter.evaluate("words => words.getClientRects().length") == 1
    assert counter.evaluate("words => words.getBoundingClientRect().height") < 30


def test_the_legend_leaves_the_way_out_of_a_presentation_free(page: Page) -> None:
    open_and_run(page, SQUARES)
    [sent] = sentence_steps(page, "MulBackward0 sends")
    page.keyboard.press("p")
    go_to(page, sent)
    page.keyboard.press("h")
    page.get_by_test_id("legend").wait_for()
    page.evaluate("document.querySelector('.legend').dataset.corner = 'top-right'")
    leave = page.locator(".leave-presentation").bounding_box()
    legend = page.get_by_test_id("legend").bounding_box()
    assert leave is not None
    assert legend is not None
    assert leave["y"] + leave["height"] <= legend["y"]


@pytest.mark.parametrize("viewport", [{"width": 360, "height": 740}])
@pytest.mark.parametrize("language", ["English", "中文"])
def test_the_buttons_that_step_are_in_one_row_on_a_phone(page: Page, language: str) -> None:
    if language == "中文":
        page.get_by_test_id("language").click()
    middles = page.locator(".transport-row").locator("button, select").evaluate_all(
        "parts => parts.map(part => part.getBoundingClientRect()).map(({ top, height }) => top + height / 2)"
    )
    assert len(middles) == 7
    assert max(middles) - min(middles) < 5
    # On the smallest the speed stands beside the counter.
    page.set_viewport_size({"width": 320, "height": 568})
    parts = page.locator(".transport-row").locator("button, select, .counter")
    for _ in range(100):  # fonts come, and the row follows them
        *pressed, speed = parts.evaluate_all(
            "parts => parts.map(part => part.getBoundingClientRect()).map(({ top, height }) => top + height / 2)"
        )
        counter = pressed.pop(5)
        if abs(speed - counter) < 5:
            break
        page.wait_for_timeout(100)
    assert max(pressed) - min(pressed) < 5
    assert abs(speed - counter) < 5
