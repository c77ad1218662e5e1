"""Formulas in the inspector: an expression that stands for an operand is mathematics too."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.lesson import go_to, open_and_run, sentence_steps
from tests.e2e.scripts import play_script

CODE = """\
import torch
h = torch.tensor([1., 2.], requires_grad=True)
l = ((h - 1) ** 2 * (h * h)).sum()
e = h == 2 * h
"""
CLASSIFIER = """\
import torch
torch.manual_seed(0)
conv = torch.nn.Conv1d(1, 3, 2)
scores = conv(torch.randn(2, 1, 2)).squeeze(-1)
torch.nn.functional.cross_entropy(scores, torch.tensor([1, 0])).backward()
"""
AS_TEXT = "math => [...math.querySelectorAll('mi, mn, mo')].map(token => token.textContent.trim()).join(' ')"


def test_an_operand_without_a_name_is_set_as_mathematics(page: Page) -> None:
    play_script(page, CODE)
    maths = page.get_by_test_id("inspector").locator(".maths math").first
    # A test is no equation.
    expect(maths).to_contain_text("==")
    assert maths.evaluate(AS_TEXT) == "e = h == 2 · h"
    go_to(page, 7)
    expect(page.get_by_test_id("sentence")).to_contain_text(".sum()")
    assert maths.evaluate(AS_TEXT) == "l = ∑ ( h − 1 ) 2 · ( h · h )"
    go_to(page, 4)
    expect(page.get_by_test_id("sentence")).to_contain_text("** 2")
    assert maths.evaluate(AS_TEXT) == "( h − 1 ) 2"


LAYERS = """\
import torch
net = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.Tanh())
y = net(torch.ones(1, 1))
"""


def test_what_a_layer_gave_to_the_next_is_called_by_that_layer(page: Page) -> None:
    play_script(page, LAYERS)
    maths = page.get_by_test_id("inspector").locator(".maths math").first
    expect(maths).to_contain_text("0: Linear · addmm")
    expect(maths).to_contain_text("tanh")


ELEMENTS = """\
import torch
m = torch.ones(2, 2, requires_grad=True)
row = (m * m)[1]
column = m[:, 1]
"""


def test_an_element_of_a_tensor_has_its_index(page: Page) -> None:
    play_script(page, ELEMENTS)
    maths = page.get_by_test_id("inspector").locator(".maths math").first
    expect(maths).to_contain_text("column")
    assert maths.evaluate(AS_TEXT) == "column = m [ : , 1 ]"
    page.keyboard.press("ArrowLeft")
    expect(maths).to_contain_text("row")
    assert maths.evaluate(AS_TEXT) == "row = ( m · m ) [ 1 ]"


def test_a_convolution_and_a_loss_say_why_they_give_what_they_give(page: Page) -> None:
    open_and_run(page, CLASSIFIER)
    [window] = sentence_steps(page, "ConvolutionBackward0 sends")
    go_to(page, window)
    expect(page.get_by_test_id("sentence")).to_contain_text("A weight was used at every place of the window")
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("sentence")).to_contain_text("权重在窗口的每个位置都用过")
    page.get_by_test_id("language").click()
    [loss] = sentence_steps(page, "through NllLossBackward0")
    go_to(page, loss)
    expect(page.get_by_test_id("sentence")).to_contain_text("so each of these gets −1/2")
    # The inspector has it at every step.
    page.get_by_test_id("step-last").click()
    page.locator('[data-node][data-op="convolution"]').first.click()
    expect(page.get_by_test_id("inspector")).to_contain_text("A weight was used at every place of the window")
