"""axe-core finds nothing to mend, whatever the page shows: rules of WCAG 2 A and AA, and of good practice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lesson import drawn, go_to, open_and_run, position, sentence_steps
from tests.e2e.scene_programs import LOOP, SQUARES

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SPOKEN = "label-content-name-mismatch"
"""A card's label says in words what its picture says in signs: 'mul' for a cross."""
CODE = """\
import torch
x = torch.tensor([[1., 2.], [3., 4.]], requires_grad=True)
b = torch.ones(2)
y = x * x + b
with torch.no_grad():
    c = y * 2
loss = y.sum()
loss.backward()
x.grad
"""


def findings(page: Page) -> list[str]:
    """What axe-core complains about, a line for each element."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    violations: list[dict[str, Any]] = page.evaluate("axe.run(document).then(({ violations }) => violations)")
    return [
        f"{found['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
        for found in violations
        for node in found["nodes"]
        if not (found["id"] == SPOKEN and node["html"].startswith('<g class="card"'))
    ]


def ran(page: Page) -> None:
    open_and_run(page, CODE)
    page.locator("[data-node]").first.wait_for()


def forward(page: Page) -> None:
    ran(page)
    go_to(page, 2)


def backward(page: Page) -> None:
    ran(page)
    go_to(page, position(page)[1] - 2)


def failed(page: Page) -> None:
    open_and_run(page, CODE + "loss.backward()\n")
    page.keyboard.press("e")
    expect(page.get_by_test_id("diagnosis")).to_be_visible()


def helped(page: Page) -> None:
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.get_by_role("dialog").evaluate("list => list.scrollHeight <= list.clientHeight"), "all keys at once"


def lessons(page: Page) -> None:
    page.get_by_role("button", name="Lessons").click()
    expect(page.locator("[data-lesson]").first).to_be_visible()  # fetched when the list is first opened


def what_if(page: Page) -> None:
    backward(page)
    page.locator('[data-node][data-name="x"]').first.click()
    page.get_by_test_id("what-if").locator("summary").click()
    expect(page.get_by_test_id("what-if").locator("input[type=number]").first).to_be_visible()


def backward_graph(page: Page) -> None:
    backward(page)
    page.get_by_test_id("picture").click()
    page.locator('[data-kind="node"]').first.wait_for()


def loop(page: Page) -> None:
    open_and_run(page, LOOP)
    go_to(page, 14)
    page.locator("[data-loop]").first.press("Enter")
    expect(page.get_by_test_id("loop-frames")).to_be_visible()


def legend(page: Page) -> None:
    backward(page)
    page.get_by_test_id("legend-open").click()
    expect(page.locator('[data-sign="backward"]')).to_be_visible()


def predicting(page: Page) -> None:
    open_and_run(page, SQUARES)
    [answer] = sentence_steps(page, "MulBackward0 sends")
    page.keyboard.press("r")
    go_to(page, answer - 1)
    expect(page.get_by_test_id("reveal")).to_be_visible()


def presenting(page: Page) -> None:
    backward(page)
    page.locator("body").press("p")
    expect(page.locator(".page")).to_have_attribute("data-presenting", "true")


def phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    backward(page)


def phone_details(page: Page) -> None:
    phone(page)
    page.get_by_role("button", name="Details").click()


def dark(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    backward(page)


def chinese(page: Page) -> None:
    backward(page)
    page.get_by_test_id("language").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def opened(page: Page) -> None:
    expect(page.get_by_test_id("run")).to_be_visible()


@pytest.mark.parametrize(
    "show",
    [
        opened,
        forward,
        backward,
        failed,
        helped,
        lessons,
        what_if,
        backward_graph,
        loop,
        legend,
        predicting,
        presenting,
        phone,
        phone_details,
        dark,
        chinese,
    ],
    ids=lambda show: show.__name__,
)
def test_axe_finds_nothing(page: Page, show: Callable[[Page], None]) -> None:
    show(page)
    assert findings(page) == []


def test_graph_is_an_outline_that_keys_walk_along_edges(page: Page) -> None:
    open_and_run(page, "import torch\na = torch.tensor(2., requires_grad=True)\nb = torch.tensor(5.)\nc = a * b\n")
    cards = page.locator("[data-node]")
    expect(cards).to_have_count(3)
    names = [each.get_attribute("data-name") for each in cards.all()]
    assert names == ["a", "b", "c"]
    go_to(page, position(page)[1])
    product = page.get_by_role("list").get_by_role("button", name="mul, c, MulBackward0, value 10, no gradient yet")
    expect(product).to_have_count(1)
    # Tab leads to one card, from the last thing before the graph.
    expect(page.locator('[data-node][tabindex="0"]')).to_have_count(1)
    page.locator('[data-node][tabindex="0"]').focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    focused = page.locator("[data-node]:focus")
    expect(focused).to_have_attribute("data-name", "c")
    before = position(page)
    page.keyboard.press("ArrowUp")
    expect(focused).to_have_attribute("data-name", "a")
    page.keyboard.press("ArrowRight")
    expect(focused).to_have_attribute("data-name", "b")
    page.keyboard.press("ArrowDown")
    expect(focused).to_have_attribute("data-name", "c")
    assert position(page) == before, "walking does not step"
    page.locator('[data-node][data-name="a"]').click()
    page.keyboard.press("ArrowLeft")
    assert position(page)[0] == before[0] - 1, "after a click the arrows step"


def test_a_step_is_announced_once(page: Page) -> None:
    ran(page)
    page.evaluate(
        """() => {
            const live = '[aria-live]:not([aria-live=off]), output, [role=status], [role=alert], [role=log]'
            window.announced = []
            new MutationObserver(changes => {
                for (const { target } of changes) {
                    const element = target instanceof Element ? target : target.parentElement
                    const region = element?.closest(live)
                    if (region) window.announced.push(region.dataset.testid ?? region.className)
                }
            }).observe(document.body, { subtree: true, childList: true, characterData: true })
        }"""
    )
    page.get_by_test_id("step-next").click()
    page.get_by_test_id("step-next").click()
    assert set(page.evaluate("window.announced")) == {"sentence"}


def test_the_tab_key_passes_over_edges_that_have_nothing_to_tell(page: Page) -> None:
    open_and_run(page, "import torch\na = torch.tensor(2., requires_grad=True)\nb = torch.tensor(5.)\nc = a * a * b\n")
    page.keyboard.press("p")
    drawn(page)
    expect(page.locator(".edge-stop[data-kind=constant]")).to_be_attached()
    page.get_by_test_id("step-first").focus()
    stops = []
    for _ in range(6):
        page.keyboard.press("Shift+Tab")
        stops.append(page.evaluate("document.activeElement.dataset.kind ?? document.activeElement.localName"))
    assert "constant" in stops  # b asks for no gradient
    assert "tracked" not in stops


def test_who_is_in_the_code_is_told_how_to_leave_it(page: Page) -> None:
    code = page.get_by_role("textbox").first
    code.focus()
    page.keyboard.press("Tab")
    expect(code).to_be_focused()
    expect(code).to_have_accessible_description(
        "Tab passes over the code until another key is pressed there; then it indents, and Escape leaves it."
    )
    page.keyboard.press("Escape")
    expect(code).not_to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_test_id("help")).to_contain_text("Escape leaves it")


def test_who_tabs_through_the_page_passes_over_the_code_and_leaves_it_as_it_is(page: Page) -> None:
    code = page.get_by_role("textbox").first
    before = code.input_value()
    page.get_by_test_id("run").focus()
    page.keyboard.press("Tab")
    expect(code).to_be_focused()
    page.keyboard.press("Tab")
    expect(code).not_to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(code).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_test_id("run")).to_be_focused()
    assert code.input_value() == before
    page.keyboard.press("Tab")
    page.keyboard.press("Control+Home")
    page.keyboard.press("Tab")
    expect(code).to_be_focused()
    assert code.input_value() == "    " + before


def test_a_card_at_work_shows_that_it_has_the_focus(page: Page) -> None:
    backward(page)
    active = page.locator('[data-node][data-state="active"]').first
    look = "card => getComputedStyle(card).outlineStyle"
    assert active.evaluate(look) == "none"
    page.locator('[data-node][tabindex="0"]').focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-node]:focus-visible")).to_have_count(1)
    assert page.locator("[data-node]:focus-visible").evaluate(look) == "solid"


@pytest.mark.parametrize(
    "opener", ["[data-loop]", "[data-testid=why]", "[data-testid=search]", "[data-testid=legend-open]"]
)
def test_escape_closes_and_the_focus_is_where_it_was(page: Page, opener: str) -> None:
    open_and_run(page, LOOP)
    go_to(page, 14)
    page.locator('[data-node][data-name="w"]').first.press("Enter")
    focused = page.locator(":focus")
    page.locator(opener).first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"{opener}:focus")).to_have_count(0)
    expect(focused).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(f"{opener}:focus")).to_have_count(1)
