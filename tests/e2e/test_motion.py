"""With motion, for who has asked their system for none of it less: what moves, and what does not."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lesson import drawn, go_to, open_and_run
from tests.e2e.scene_programs import LOOP

WATCH = """() => {
    const { dataset } = document.documentElement
    dataset.glided = 0
    const look = () => {
        dataset.glided = Number(dataset.glided) + document.getAnimations().filter(({ transitionProperty, effect }) =>
            transitionProperty === "transform" && effect.target.matches(".card")).length
        requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
}"""


def test_cards_glide_when_a_box_is_folded_and_not_when_all_is_laid_out_the_other_way(page: Page) -> None:
    page.emulate_media(reduced_motion="no-preference")
    page.set_viewport_size({"width": 900, "height": 900})
    open_and_run(page, LOOP)
    go_to(page, 14)
    way = page.locator(".edge-line").first
    before = way.get_attribute("d")
    assert before
    page.evaluate(WATCH)
    page.set_viewport_size({"width": 1800, "height": 420})
    expect(way).not_to_have_attribute("d", before)
    drawn(page)
    page.wait_for_timeout(300)
    glided = page.locator("html")
    expect(glided).to_have_attribute("data-glided", "0")
    page.locator(".group-title").last.press("Enter")
    expect(glided).to_have_attribute("data-glided", re.compile("[1-9]"))


COMES_IN = "part => getComputedStyle(part).animationName"


@pytest.mark.parametrize(("wish", "motion"), [("no-preference", "appear"), ("reduce", "none")])
def test_another_lesson_and_a_comparison_come_in_unless_less_motion_is_asked_for(
    page: Page, wish: Literal["no-preference", "reduce"], motion: str
) -> None:
    page.emulate_media(reduced_motion=wish)
    page.get_by_role("button", name="Lessons").first.click()
    page.locator("[data-lesson='kinks']").click()
    expect(page.locator(".cell").first).to_contain_text("relu")
    for part in (".cell", ".emptiness"):
        assert page.locator(part).first.evaluate(COMES_IN) == motion
    page.evaluate("location.hash = '#pair=detach&step=3'")
    expect(page.get_by_test_id("pair")).to_be_visible()
    assert page.get_by_test_id("pair").evaluate(COMES_IN) == motion
