"""Finding the way in a large picture: search by name, op or line, and the map of the whole drawing."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Shot
from tests.e2e.lesson import card, drawn, open_and_run

SOURCE = "import torch\nx = torch.ones(3, requires_grad=True)\n" + "".join(
    f"y{i} = {'x' if i == 0 else f'y{i - 1}'} * {i + 2}\n" for i in range(25)
)


def test_search_goes_to_the_step_and_the_card(page: Page, shot: Shot) -> None:
    open_and_run(page, SOURCE)
    page.locator("body").press("/")
    palette = page.get_by_test_id("palette")
    palette.get_by_role("combobox").fill("y17")
    expect(palette.get_by_role("option").first).to_contain_text("y17")
    expect(palette.get_by_role("option").first).to_contain_text("[1]:20")
    shot("palette")
    page.keyboard.press("Enter")
    expect(palette).to_have_count(0)
    expect(page.get_by_test_id("sentence")).to_contain_text("y17 =")
    expect(card(page, "y17", "mul")).to_have_attribute("data-selected", "true")
    expect(card(page, "y17", "mul")).to_be_in_viewport()
    page.keyboard.press("Control+k")
    palette.get_by_role("combobox").fill("y3 * 6")
    palette.get_by_role("option").last.click()
    expect(page.get_by_test_id("sentence")).to_contain_text("y4 =")


def test_the_map_shows_what_is_in_sight_and_leads_elsewhere(page: Page, shot: Shot) -> None:
    open_and_run(page, SOURCE)
    page.get_by_test_id("step-last").click()
    expect(card(page, "y24", "mul")).to_be_in_viewport()
    small = page.get_by_test_id("minimap")
    shot("map")
    expect(small.locator(".minimap-sight")).to_have_count(1)
    box = small.bounding_box()
    assert box
    page.mouse.click(box["x"] + 3, box["y"] + 3)
    expect(card(page, "x", "ones")).to_be_in_viewport()
    expect(card(page, "y24", "mul")).not_to_be_in_viewport()


def test_the_map_grows_with_the_wall(page: Page) -> None:
    open_and_run(page, SOURCE)
    page.get_by_test_id("step-last").click()
    small = page.get_by_test_id("minimap")
    height = "e => e.getBoundingClientRect().height"
    usual: float = small.evaluate(height)
    page.set_viewport_size({"width": 3840, "height": 2160})
    expect(small).not_to_have_css("height", f"{usual:g}px")
    assert small.evaluate(height) > 1.5 * usual


def test_the_map_leaves_the_way_out_of_presenting_its_place(page: Page) -> None:
    open_and_run(page, SOURCE)
    page.get_by_test_id("step-last").click()
    page.keyboard.press("p")
    small, out = page.get_by_test_id("minimap"), page.locator(".leave-presentation")
    expect(small).to_have_attribute("data-corner", "top-right")
    box, button = small.bounding_box(), out.bounding_box()
    assert box
    assert button
    assert box["x"] + box["width"] <= button["x"]


def test_the_map_has_the_colour_of_the_way_that_is_gone(page: Page) -> None:
    open_and_run(page, SOURCE.rstrip() + "\ny24.sum().backward()\n")
    lit = page.locator(".minimap-active")
    page.get_by_test_id("step-last").click()
    colours = set()
    for way in ("backward", "forward"):
        active = page.locator(f"[data-node][data-state='active'][data-direction='{way}'] .card-box").first
        for _ in range(90):
            if active.count():
                break
            page.get_by_test_id("step-prev").click()
        stroke = str(active.evaluate("box => getComputedStyle(box).stroke"))
        expect(lit).to_have_css("fill", stroke)
        colours.add(stroke)
    assert len(colours) == 2


OVERLAPS = """
() => {
    const map = document.querySelector("[data-testid=minimap]");
    if (!map || getComputedStyle(map).visibility === "hidden") return 0;
    const own = map.getBoundingClientRect();
    return [...document.querySelectorAll("[data-node] > .card-box")].filter((card) => {
        const { left, right, top, bottom } = card.getBoundingClientRect();
        return left < own.right && right > own.left && top < own.bottom && bottom > own.top;
    }).length;
}
"""


def test_on_a_wall_the_map_covers_no_card(page: Page) -> None:
    wide = "\n".join(f"y{i} = torch.ones(3) * {i}" for i in range(12))
    open_and_run(page, f"import torch\n{wide}\nz = {' + '.join(f'y{i}' for i in range(12))}\n")
    page.keyboard.press("p")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        drawn(page)
        assert page.evaluate(OVERLAPS) == 0
