"""What stands over the picture does not stand on what the picture points at."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.lesson import go_to, open_and_run, position
from tests.e2e.scene_programs import LOOP

COVERED = """() => {
    const place = document.querySelector('[data-testid=loop]').getBoundingClientRect();
    return Math.max(0, ...[...document.querySelectorAll('[data-state=active] .card-box')].map(each => {
        const box = each.getBoundingClientRect();
        const across = Math.min(box.right, place.right) - Math.max(box.left, place.left);
        const down = Math.min(box.bottom, place.bottom) - Math.max(box.top, place.top);
        return Math.max(0, across) * Math.max(0, down) / (box.width * box.height);
    }));
}"""
"""The largest share of a card at work that is hidden."""
MAP_IS_APART = """() => {
    const map = document.querySelector('[data-testid=minimap]');
    const place = map?.getBoundingClientRect();
    return !map || map.dataset.over === 'true' || [...document.querySelectorAll('.flow rect')].every(each => {
        const box = each.getBoundingClientRect();
        return Math.min(box.right, place.right) - Math.max(box.left, place.left) < 2
            || Math.min(box.bottom, place.bottom) - Math.max(box.top, place.top) < 2;
    });
}"""
"""Whether the map stands on no label beside an edge, or lets it be seen."""


def test_a_loops_panel_keeps_off_the_card_of_each_step(page: Page) -> None:
    open_and_run(page, LOOP)
    go_to(page, 4)  # within the first iteration
    page.locator("[data-loop]").first.press("Enter")
    expect(page.get_by_test_id("loop")).to_be_visible()
    corners = set()
    for _ in range(12):
        before = position(page)[0]
        page.get_by_test_id("step-next").click()
        expect(page.get_by_test_id("step-counter")).to_contain_text(f"step {before + 1} of")
        page.wait_for_function(f"() => ({COVERED})() < 0.4 && ({MAP_IS_APART})()")
        corners.add(page.get_by_test_id("loop").get_attribute("data-corner"))
    assert len(corners) > 1
