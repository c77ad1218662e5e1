"""With motion, for who has asked their system for none of it less: what moves, and what does not."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.e2e.lesson import drawn, go_to, open_and_run
from tests.e2e.scene_programs import LOOP

WATCH = """() => {
    window.glided = 0
    const look = () => {
        window.glided += document.getAnimations().filter(({ transitionProperty, effect }) =>
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
    ways = "() => document.querySelector('[data-testid=graph] .edge-line').getAttribute('d')"
    before = page.evaluate(ways)
    page.evaluate(WATCH)
    page.set_viewport_size({"width": 1800, "height": 420})
    page.wait_for_function("before => document.querySelector('.edge-line').getAttribute('d') !== before", arg=before)
    drawn(page)
    page.wait_for_timeout(300)
    assert page.evaluate("window.glided") == 0
    page.locator(".group-title").last.press("Enter")
    page.wait_for_function("window.glided > 0")
