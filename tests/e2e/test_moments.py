"""One picture a moment: operands flow in, products go out; what was broadcast and what comes together is summed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.e2e.conftest import Shot
from tests.e2e.lesson import card, drawn, first_step, go_to, open_and_run
from tests.e2e.scene_programs import IN_PLACE

SOURCE = """import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
b = torch.tensor(0.5, requires_grad=True)
h = x + b
y = h * h + h
y.sum().backward()
"""


def flows(page: Page, kind: str) -> Locator:
    return page.locator(f'.flow[data-flow="{kind}"]')


def go_to_sentence(page: Page, words: str) -> None:
    step = first_step(page, words)
    go_to(page, step)


def test_operands_are_lit_and_flow_in(page: Page, shot: Shot) -> None:
    open_and_run(page, SOURCE)
    go_to_sentence(page, "h = x + b")
    shot("forward")
    expect(card(page, "x", "tensor")).to_have_attribute("data-lit", "true")
    expect(card(page, "b", "tensor")).to_have_attribute("data-lit", "true")
    expect(flows(page, "operand")).to_have_count(2)
    assert sorted(flows(page, "operand").all_text_contents()) == ["0.5", "[1, 2]"]
    expect(page.locator(".step-lit")).to_have_text("x + b")


def test_a_fan_in_adds_up_contribution_by_contribution(page: Page, shot: Shot) -> None:
    open_and_run(page, SOURCE)
    go_to_sentence(page, "The gradient of y is")
    expect(card(page, "h", "add")).to_contain_text("arriving [1, 1]")
    go_to_sentence(page, "The gradient of h * h is")
    expect(card(page, "h", "add")).to_contain_text("arriving [1, 1] + [1.5, 2.5] + [1.5, 2.5]")
    labels_stay_whole_at_the_edge(page)
    go_to_sentence(page, "3 contributions reach h")
    shot("fan-in")
    expect(card(page, "h", "add")).to_contain_text("grad [1, 1] + [1.5, 2.5] + [1.5, 2.5] = [4, 6]")
    assert sorted(flows(page, "arrived").all_text_contents()) == ["+ [1, 1]", "+ [1.5, 2.5]", "+ [1.5, 2.5]"]


def labels_stay_whole_at_the_edge(page: Page) -> None:
    """What is said beside edges keeps within the picture where the drawing lies so that it would not."""
    surface, first = page.locator("svg.surface").bounding_box(), flows(page, "product").first.bounding_box()
    assert surface
    assert first
    across = first["x"] - surface["x"] + first["width"] / 2
    x, y = surface["x"] + surface["width"] - 12, surface["y"] + 12
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - across, y, steps=4)
    page.mouse.up()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        """() => {
            const { left } = document.querySelector("svg.surface").getBoundingClientRect();
            const flows = [...document.querySelectorAll(".flow rect")].map((each) => each.getBoundingClientRect());
            return flows.length > 0 && flows.every((each) => each.left >= left);
        }"""
    )


def test_what_was_broadcast_gets_the_sum(page: Page) -> None:
    open_and_run(page, SOURCE)
    go_to_sentence(page, "b was broadcast")
    expect(flows(page, "product").filter(has_text="4 + 6 = 10")).to_have_count(1)
    expect(card(page, "b", "tensor")).to_contain_text("arriving 10")


FOLLOWED_LATER = """import torch
x = torch.tensor([1.0, 2.0])
x.requires_grad_(True)
y = x.sum()
y.backward()
"""


def test_a_step_without_an_op_lights_what_it_is_about(page: Page) -> None:
    open_and_run(page, FOLLOWED_LATER)
    go_to_sentence(page, "nothing asks for its gradient yet")
    expect(card(page, "x", "tensor")).not_to_contain_text("requires_grad")
    go_to_sentence(page, "From here on autograd follows x")
    expect(card(page, "x", "tensor")).to_contain_text("requires_grad")
    expect(card(page, "x", "tensor")).to_have_attribute("data-state", "active")
    go_to_sentence(page, "Backward pass 1 begins at y")
    expect(card(page, "y", "sum")).to_have_attribute("data-state", "active")
    expect(card(page, "y", "sum")).to_have_attribute("data-direction", "backward")


def test_the_legend_tells_of_the_signs_in_sight_and_of_no_others(page: Page) -> None:
    open_and_run(page, IN_PLACE)
    signs = page.locator("[data-testid=legend] [data-sign]")
    written = first_step(page, "v.mul_(10) writes into")
    go_to(page, written)
    page.get_by_test_id("legend-open").press("Enter")
    expect(page.locator('[data-sign="written"]')).to_contain_text("Written into in this step")
    said = signs.evaluate_all("signs => signs.map(sign => sign.dataset.sign)")
    assert {"forward", "storage", "cut", "blocked", "pending"} <= set(said)
    assert not {"backward", "freed", "folded", "loop"} & set(said)

    page.get_by_test_id("step-last").click()
    expect(page.locator('[data-sign="pending"]')).to_have_count(0)
    expect(page.locator('[data-sign="written"]')).to_have_count(0)
    expect(page.locator('[data-sign="tracked"]')).to_be_visible()

    page.get_by_role("button", name="Close").focus()
    page.keyboard.press("Escape")
    expect(signs).to_have_count(0)
    expect(page.get_by_test_id("legend-open")).to_be_focused()
    page.keyboard.press("h")
    expect(page.get_by_test_id("legend")).to_be_visible()


def test_the_end_of_a_training_shows_what_was_made_last(page: Page) -> None:
    open_and_run(
        page,
        "import torch\nfrom torch import nn\nX = torch.randn(64, 3)\n"
        "net = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 1))\n"
        "opt = torch.optim.Adam(net.parameters(), lr=1e-2)\n"
        "for epoch in range(110):\n    opt.zero_grad()\n    loss = (net(X) ** 2).mean()\n"
        "    loss.backward()\n    opt.step()\n"
        "print(loss)\n",
    )
    page.keyboard.press("End")
    drawn(page)
    expect(card(page, "loss", "mean").last).to_be_in_viewport()


TWO_PRODUCTS = """import torch
q = torch.randn(4, 3, 5, requires_grad=True)
k = torch.randn(4, 3, 5, requires_grad=True)
scores = torch.bmm(q, k.transpose(1, 2)) / 5 ** 0.5
attention = scores.softmax(-1)
out = torch.bmm(attention, torch.randn(4, 3, 5, requires_grad=True))
out.sum().backward()
"""
OVERLAPPING_LABELS = """() => {
    const EDGE = 3;
    const boxes = [...document.querySelectorAll(".flow rect")].map((each) => each.getBoundingClientRect());
    return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > EDGE
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > EDGE)).length;
}"""


@pytest.mark.parametrize("viewport", [{"width": 360, "height": 740}], ids=["phone"])
def test_labels_on_a_phone_do_not_cover_each_other(page: Page, viewport: ViewportSize) -> None:
    open_and_run(page, TWO_PRODUCTS)
    for words in ("The gradient of torch.bmm(q", "The gradient of out is"):
        go_to_sentence(page, words)
        drawn(page)
        expect(flows(page, "product")).to_have_count(2)
        assert page.evaluate(OVERLAPPING_LABELS) == 0
