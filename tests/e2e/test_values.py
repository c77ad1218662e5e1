"""Values in a real browser: on tints, in tables, as pictures of many; marks for what is odd; each one to be found."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Shot
from tests.e2e.lesson import card, open_and_run, sentence_steps, slide_to, until_over

SOURCE = """import torch
v = torch.tensor([1.0, -2.0, 0.5], requires_grad=True)
m = torch.tensor([[1.0, -2.0], [0.25, 4.0]])
big = torch.arange(1200.0).reshape(30, 40)
odd = torch.tensor([0.0, 1.0]).log()
loud = v * 1e9
quiet = v * 1e-9
gone = torch.zeros(5, 5)
"""


def at_end(page: Page) -> None:
    open_and_run(page, SOURCE)
    expect(page.get_by_test_id("step-last")).to_be_enabled()
    page.get_by_test_id("step-last").click()


def test_numbers_are_tinted_and_what_is_odd_is_marked_in_words(page: Page, shot: Shot) -> None:
    at_end(page)
    shot("values")
    expect(card(page, "v", "tensor").locator(".tint")).to_have_count(3)
    expect(card(page, "m", "tensor").locator("text", has_text="0.25")).to_have_count(1)
    for name, op, word in [
        ("odd", "log", "inf"),
        ("loud", "mul", "exploding"),
        ("quiet", "mul", "vanishing"),
        ("gone", "zeros", "all zero"),
    ]:
        expect(card(page, name, op).locator(".odd")).to_have_text(word)
    expect(card(page, "v", "tensor").locator(".odd")).to_have_count(0)


def test_a_large_tensor_is_a_picture_and_each_of_its_values_can_be_read(page: Page, shot: Shot) -> None:
    at_end(page)
    pictured = page.locator('[data-node][data-name="big"]')
    expect(pictured.locator(".card-picture .histogram rect")).not_to_have_count(0)
    pictured.press("Enter")
    inspector = page.get_by_test_id("inspector")
    expect(inspector.get_by_test_id("value-picture")).to_contain_text("1199")
    inspector.get_by_test_id("browse").click()
    window = page.get_by_test_id("all-values")
    expect(window.get_by_role("row").nth(2).get_by_role("cell").first).to_have_text("40")
    expect(window).to_contain_text("first 1,000 of 1,200")
    window.get_by_role("button", name="Run again recording 1,200").click()
    expect(window).to_be_hidden()
    until_over(page)
    inspector.get_by_test_id("browse").click()
    expect(window).not_to_contain_text("first 1,000")
    window.locator("section").evaluate("e => e.scrollTo(0, 1e6)")
    expect(window.get_by_role("cell", name="1160", exact=True)).to_be_visible()
    shot("all")
    page.keyboard.press("Escape")
    expect(window).to_be_hidden()


def test_true_and_false_are_on_no_scale(page: Page) -> None:
    open_and_run(page, "import torch\nx = torch.tensor([1.0, -2.0])\nb = x > 0\n")
    page.locator('[data-node][data-name="x"]').press("Enter")
    inspector = page.get_by_test_id("inspector")
    expect(inspector.locator(".heat-table .scale")).to_be_visible()
    page.locator('[data-node][data-name="b"]').press("Enter")
    expect(inspector.locator(".heat-table")).to_contain_text("True")
    expect(inspector.locator(".heat-table .scale")).to_have_count(0)


def test_what_is_handed_back_is_not_the_gradient_of_its_leaf(page: Page) -> None:
    leaf = "import torch\nx = torch.tensor([1., 2.], requires_grad=True)"
    handing = "(g,) = torch.autograd.grad((x * x).sum(), x)\nz = g * 2"
    open_and_run(page, f"{leaf}\n{handing}\n(x * 3).sum().backward()")
    x = card(page, "x", "tensor")
    (handed,) = sentence_steps(page, "it is handed back")
    for step in (handed, handed + 1):
        slide_to(page, step)
        expect(x).not_to_contain_text("grad None")
        expect(x).not_to_contain_text("[2, 4]")
    expect(x).to_contain_text("no gradient yet")
    (added,) = sentence_steps(page, "x.grad was None")
    slide_to(page, added)
    expect(x).to_contain_text("grad None → [3, 3]")


def test_what_is_handed_back_is_not_the_gradient_of_a_result_either(page: Page) -> None:
    code = "h = torch.tensor([1., 2.], requires_grad=True) * 2\n(d,) = torch.autograd.grad((h * h).sum(), h)"
    open_and_run(page, f"import torch\n{code}")
    (handed,) = sentence_steps(page, "it is handed back")
    slide_to(page, handed)
    expect(card(page, "h", "mul")).to_contain_text("arriving [2, 4] + [2, 4]")
    expect(card(page, "h", "mul")).not_to_contain_text("None")
