"""What if: other numbers for a leaf change values, gradients and branches; gradients are checked; curves are drawn."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Shot
from tests.e2e.scripts import play_script
from tests.e2e.test_compare import to_difference

CODE = """\
import torch
x = torch.tensor([1., 2.], requires_grad=True)
if x.sum() > 0:
    y = (x * x).sum()
else:
    y = (x * x * x).sum()
y.backward()
"""


LAYER = """\
import torch
m = torch.nn.Linear(2, 1, bias=False)
y = m(torch.tensor([[1., 10.]])).sum()
y.backward()
"""


def ask(page: Page, code: str, name: str) -> None:
    """The script has run, a leaf is selected and what-if is open."""
    play_script(page, code)
    page.locator(f'[data-node][data-name="{name}"]').first.click()
    page.get_by_test_id("what-if").locator("summary").click()


@pytest.fixture
def leaf(page: Page) -> None:
    """The leaf of the script above is asked about."""
    ask(page, CODE, "x")


def put(page: Page, element: int, number: str) -> None:
    field = page.get_by_test_id("what-if").locator("input[type=number]").nth(element)
    field.fill(number)
    field.press("Enter")


@pytest.mark.usefixtures("leaf")
def test_another_number_changes_value_and_gradient_and_can_be_taken_back(page: Page) -> None:
    put(page, 0, "3")
    expect(page.get_by_test_id("what-if-root")).to_have_text("y = 5 → 13")
    expect(page.locator('[data-node][data-name="x"]').first).to_contain_text("[6, 4]")
    page.get_by_test_id("what-if-reset").click()
    expect(page.get_by_test_id("what-if-root")).to_have_text("y = 5")
    expect(page.locator('[data-node][data-name="x"]').first).to_contain_text("[2, 4]")


@pytest.mark.usefixtures("leaf")
def test_keys_pull_a_slider_and_leave_the_step_where_it_is(page: Page) -> None:
    at = page.get_by_test_id("step-counter").inner_text()
    slider = page.get_by_test_id("what-if").locator("input[type=range]").first
    slider.press("End")
    expect(page.get_by_test_id("what-if-root")).to_have_text("y = 5 → 13")
    # The run with other numbers leaves the slider in the hand.
    expect(slider).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("what-if-root")).not_to_have_text("y = 5 → 13")
    assert page.get_by_test_id("step-counter").inner_text() == at
    slider.press("PageUp")  # a clicker's
    expect(page.get_by_test_id("step-counter")).not_to_have_text(at)


@pytest.mark.usefixtures("leaf")
def test_the_curve_is_over_the_element_that_was_changed(page: Page) -> None:
    put(page, 1, "3")
    expect(page.get_by_test_id("what-if-root")).to_have_text("y = 5 → 10")
    page.get_by_test_id("what-if-check").click()
    expect(page.get_by_test_id("what-if-verdict")).to_contain_text("gradient 6, finite differences 6")


def test_a_result_without_a_name_is_called_by_the_code_that_made_it(page: Page) -> None:
    ask(page, CODE.replace("y.backward()", "(y * 2).backward()"), "x")
    expect(page.get_by_test_id("what-if-root")).to_have_text("y * 2 = 10")


@pytest.mark.usefixtures("leaf")
def test_another_number_takes_the_other_branch(page: Page, shot: Shot) -> None:
    put(page, 0, "-3")
    expect(page.get_by_test_id("what-if-root")).to_have_text("y = 5 → -19")
    expect(page.locator('[data-node][data-name="x"]').first).to_contain_text("[27, 12]")
    # Side by side, the test that came out otherwise is where the two begin to differ in what they do.
    page.get_by_test_id("what-if-beside").click()
    expect(page.get_by_test_id("pane-a")).to_contain_text("As written")
    to_difference(page, "This test comes out otherwise")
    page.get_by_test_id("pair-last").click()
    expect(page.get_by_test_id("pair-summary")).to_contain_text("x.grad: [2, 4] in A, [27, 12] in B")
    shot("beside")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("what-if-root")).to_have_text("y = 5 → -19")


@pytest.mark.usefixtures("leaf")
def test_gradient_is_checked_and_its_curve_is_drawn(page: Page, shot: Shot) -> None:
    page.get_by_test_id("what-if-check").click()
    verdict = page.get_by_test_id("what-if-verdict")
    expect(verdict).to_contain_text("gradient 2, finite differences")
    error = verdict.inner_text().split(": ")[1].removesuffix(" % apart")
    assert float(error) < 0.1
    page.get_by_test_id("what-if-draw").click()
    expect(page.get_by_test_id("plot")).to_contain_text("the slope 2, the gradient")
    page.get_by_test_id("plot").scroll_into_view_if_needed()
    shot("curve")


def test_a_layers_weight_is_varied_where_its_initialisation_fills_it(page: Page, shot: Shot) -> None:
    ask(page, LAYER, "m.weight")
    put(page, 0, "3")
    expect(page.get_by_test_id("what-if-root")).to_contain_text("→")
    put(page, 1, "0.5")
    expect(page.get_by_test_id("what-if-root")).to_have_text(re.compile(r"y = \S+ → 8$"))
    expect(page.locator('[data-node][data-name="m.weight"]').first).to_contain_text("0.5")
    shot("layer")
    page.get_by_test_id("what-if-reset").click()
    expect(page.get_by_test_id("what-if-root")).not_to_contain_text("→")
