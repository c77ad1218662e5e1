"""The picture of PyTorch's backward graph: nodes, what they saved, and the graph that a backward pass records."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.lesson import card, go_to, until_over
from tests.e2e.scripts import play_script

WRITTEN_OVER = """\
import torch
x = torch.tensor([1., 2., 3.], requires_grad=True)
s = torch.sigmoid(x)
s.mul_(2)
s.sum().backward()
"""
TWICE = """\
import torch
x = torch.tensor(3., requires_grad=True)
y = x ** 3
g, = torch.autograd.grad(y, x, create_graph=True)
g.backward()
"""


def test_a_saved_tensor_that_was_written_over_shows_both_versions(page: Page) -> None:
    play_script(page, WRITTEN_OVER)
    page.locator("body").press("g")
    sigmoid = page.locator('[data-kind="node"]', has_text="SigmoidBackward0")
    expect(sigmoid.locator("[data-stale]")).to_contain_text("v0 → v1")
    expect(page.locator('[data-kind="node"]', has_text="AccumulateGrad")).to_contain_text("variable = x")
    page.locator("body").press("g")
    expect(page.locator('[data-kind="node"]')).to_have_count(0)


LONG = """\
import torch
x = torch.tensor(1.0, requires_grad=True)
y = x
a = x * 2
""" + "".join(f"y = torch.sin(y) + a * {i}\n" for i in range(33))


def test_the_other_picture_is_in_sight_at_a_step_that_is_about_no_card(page: Page) -> None:
    play_script(page, f"{LONG}y.backward()\nprint(x.grad)")
    page.keyboard.press("End")
    page.locator("body").press("g")
    last = page.locator('[data-kind="node"]', has_text="SinBackward0").last
    expect(last).to_be_in_viewport(ratio=1)
    page.locator("body").press("g")
    expect(page.locator('[data-node][data-op="sin"]').last).to_be_in_viewport(ratio=1)


def test_freed_buffers_look_empty(page: Page) -> None:
    play_script(page, "import torch\nx = torch.ones(2, requires_grad=True)\ny = (x * x).sum()\ny.backward()")
    page.get_by_test_id("picture").click()
    product = page.locator('[data-kind="node"]', has_text="MulBackward0")
    expect(product.locator("[data-freed]")).to_have_count(2)


def test_recorded_backward_pass_is_a_layer_linked_to_its_node(page: Page) -> None:
    play_script(page, TWICE)
    expect(page.locator('[data-group][data-kind="backward"]')).to_contain_text("torch.autograd.grad(y, x")
    expect(page.locator('[data-group][data-kind="vjp"]')).to_contain_text("VJP of PowBackward0 (y)")
    # The layer is about as wide as what was recorded, not as the words above it.
    boxes = (page.locator(f'.group[data-kind="{kind}"] .group-box').bounding_box() for kind in ("backward", "vjp"))
    layer, recorded = boxes
    assert layer is not None
    assert recorded is not None
    assert recorded["width"] > 0.85 * layer["width"]
    maker = page.locator(".kinship path").get_attribute("data-kin")
    expect(page.locator(f'[data-node="{maker}"]')).to_have_attribute("data-name", "y")


def test_a_leaf_stays_out_of_what_a_backward_pass_recorded(page: Page) -> None:
    # In the second cell's picture x is used in the recorded pass alone.
    page.get_by_role("button", name="Lessons").click()
    page.locator('[data-lesson="second-order"]').click()
    page.get_by_test_id("run").click()
    until_over(page)
    go_to(page, 12)
    layer = page.locator('.group[data-kind="backward"] .group-box').bounding_box()
    leaf = card(page, "x", "tensor").bounding_box()
    assert layer
    assert leaf
    assert (
        leaf["x"] >= layer["x"] + layer["width"]
        or leaf["x"] + leaf["width"] <= layer["x"]
        or leaf["y"] + leaf["height"] <= layer["y"]
        or leaf["y"] >= layer["y"] + layer["height"]
    )
