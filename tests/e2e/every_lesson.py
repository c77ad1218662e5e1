"""Every lesson of the gallery through every mode of the page, axe-core finding nothing in any: `make lessons-check`.

It takes minutes, and so is not among the tests of every change; those drive a few lessons each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lesson import position, until_over
from tests.e2e.test_accessible import findings

CONTENTS = Path(__file__).parents[2] / "frontend" / "src" / "lessons" / "contents.json"
LESSONS = [name for topic in json.loads(CONTENTS.read_text("utf-8")) for name in topic.get("lessons", [])]


def by_line(page: Page) -> None:
    page.get_by_label("Step by").select_option("line")


def by_vjp(page: Page) -> None:
    page.get_by_label("Step by").select_option("vjp")


def backward_graph(page: Page) -> None:
    page.locator("body").press("g")


def presented(page: Page) -> None:
    page.locator("body").press("p")


def on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})


def dark(page: Page) -> None:
    page.emulate_media(color_scheme="dark")


MODES: list[Callable[[Page], None]] = [by_line, by_vjp, backward_graph, dark, on_a_phone, presented]


def walk(page: Page) -> None:
    """Some steps by key, then to the end; nothing may be thrown (see the page's fixture)."""
    count = position(page)[1]
    page.locator("body").press("Home")
    for _ in range(min(count, 5)):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    expect(page.get_by_test_id("step-next")).to_be_disabled()
    expect(page.get_by_test_id("sentence")).not_to_have_text("")


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_in_every_mode(page: Page, lesson: str) -> None:
    page.get_by_role("button", name="Lessons").click()
    page.locator(f"[data-lesson={lesson}]").click()
    page.get_by_test_id("run").click()
    expect(page.get_by_test_id("step-counter")).to_contain_text(re.compile(r"step \d+ of [1-9]"))
    until_over(page)
    walk(page)
    assert findings(page) == []
    page.get_by_test_id("language").click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("zh"))
    assert findings(page) == []
    page.get_by_test_id("language").click()
    for mode in MODES:
        mode(page)
        walk(page)
        assert findings(page) == [], mode.__name__
