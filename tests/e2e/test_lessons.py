"""The lessons: found, opened and run as a teacher would."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.conftest import Shot
from tests.e2e.lesson import until_over


def open_list(page: Page) -> None:
    page.get_by_role("button", name="Lessons").click()
    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.locator("[data-lesson]").first).to_be_visible()  # the list is fetched when it is first opened


def test_a_lesson_is_found_by_a_word_and_opened_by_enter(page: Page, shot: Shot) -> None:
    open_list(page)
    shot("list")
    page.keyboard.type("twice")
    expect(page.locator("[data-lesson]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("lesson-watch")).to_contain_text("The first backward() empties")
    page.get_by_test_id("run").click()
    expect(page.get_by_test_id("banner-outcome")).to_contain_text("Trying to backward through the graph a second time")
    shot("opened")


def test_arrows_walk_through_the_list_and_escape_leaves_it(page: Page) -> None:
    open_list(page)
    expect(page.get_by_role("searchbox")).to_be_in_viewport(ratio=1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-lesson=gradients-accumulate]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("lessons")).to_have_count(0)
    expect(page.get_by_role("button", name="Lessons")).to_be_focused()


@pytest.mark.parametrize("viewport", [{"width": 390, "height": 844}], ids=["phone"])
def test_on_a_phone_the_list_fills_the_screen_and_fingers_hit_it(
    page: Page, shot: Shot, viewport: ViewportSize
) -> None:
    open_list(page)
    shot("list")
    for button in page.locator("[data-lesson]").all()[:12]:
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    page.locator("[data-lesson=newton]").click()
    expect(page.locator(".document")).to_have_text("Newton's method")
    expect(page.get_by_test_id("lesson-watch")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_an_opened_lesson_speaks_the_other_language(page: Page) -> None:
    open_list(page)
    page.locator("[data-lesson=no-grad]").click()
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("lesson-watch")).to_have_text(re.compile("什么都不记录"))
    expect(page.locator(".cell-note").first).to_contain_text("关掉了记录")


def test_what_is_opened_is_read_from_its_beginning_and_no_other_run_stands_beside_it(page: Page) -> None:
    page.get_by_test_id("run").click()
    page.locator("[data-node]").first.wait_for()
    until_over(page)
    page.get_by_test_id("step-last").click()
    page.wait_for_function("() => document.querySelector('.editor .scroller').scrollTop > 0")
    page.get_by_role("button", name="Lessons").click()
    page.locator("[data-lesson=kinks]").click()
    expect(page.locator("[data-node]")).to_have_count(0)
    expect(page.get_by_test_id("graph").get_by_role("button", name="Run")).to_be_visible()
    expect(page.get_by_test_id("step-counter")).to_contain_text("step 0 of 0")
    assert page.locator(".editor .scroller").evaluate("code => code.scrollTop") == 0
