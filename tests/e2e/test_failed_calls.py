"""A call that fails for what it was given, as a picture: what does not fit, and a change that was tried first."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.conftest import Shot
from tests.e2e.lesson import open_and_run

PRODUCT = """\
import torch
x = torch.ones(4, 3)
w = torch.ones(2, 3, requires_grad=True)
y = (x @ w).sum()
y.backward()
"""

LAYER = """\
import torch
from torch import nn
model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Linear(32, 3))
model(torch.ones(5, 1, 6, 6)).sum().backward()
"""

FUNCTION = """\
import torch
class Scale(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, k):
        ctx.k = k
        return a * k
    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.k
x = torch.tensor([1., 2.], requires_grad=True)
Scale.apply(x, 3.0).sum().backward()
"""


def show_error(page: Page) -> None:
    page.get_by_role("button", name="Show the error").click()
    expect(page.get_by_test_id("misfit")).to_be_visible()


def test_shapes_stand_below_each_other_and_a_change_that_runs_is_offered(page: Page, shot: Shot) -> None:
    open_and_run(page, PRODUCT)
    show_error(page)
    rows = page.get_by_test_id("misfit").get_by_role("row")
    expect(rows).to_have_text([re.compile("x.*4.*3"), re.compile("w.*2.*3")])
    expect(page.get_by_test_id("misfit").locator("[data-fit=clash]")).to_have_text(["3", "2"])
    # Both operands are in the picture, though nothing came of them.
    expect(page.get_by_test_id("marks")).to_contain_text("last axis: 3")
    expect(page.get_by_test_id("marks")).to_contain_text("rows: 2")
    page.get_by_test_id("mend").click()
    expect(page.get_by_test_id("banner-mended")).to_contain_text("Changed: Write w.T.")
    expect(page.get_by_test_id("editor")).to_contain_text("y = (x @ w.T).sum()")
    expect(page.get_by_test_id("banner-outcome")).to_have_count(0)
    shot("mended")


def test_a_change_that_does_not_run_is_not_offered(page: Page) -> None:
    open_and_run(page, PRODUCT.replace("y.backward()", "print(x.view(5))"))
    show_error(page)
    expect(page.get_by_test_id("trial")).to_have_attribute("data-trial", "failed")
    expect(page.get_by_test_id("mend")).to_have_count(0)


def test_a_layer_in_a_model_says_what_it_takes(page: Page, shot: Shot) -> None:
    open_and_run(page, LAYER)
    show_error(page)
    expect(page.get_by_test_id("diagnosis")).to_contain_text("model.2 was made as nn.Linear(32, 3)")
    expect(page.get_by_test_id("diff")).to_contain_text("nn.Flatten(), nn.Linear(32, 3)")
    expect(page.get_by_test_id("mend")).to_be_visible()
    shot("layer")


@pytest.mark.parametrize("viewport", [{"width": 390, "height": 844}], ids=["phone"])
def test_a_function_is_shown_on_a_phone_in_the_other_language(page: Page, shot: Shot, viewport: ViewportSize) -> None:
    open_and_run(page, FUNCTION)
    show_error(page)
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("diagnosis")).to_contain_text("它的 backward 却返回 1 个")
    expect(page.get_by_test_id("diff")).to_contain_text("return grad * ctx.k, None")
    shot("function")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
