"""In a laptop's window what a step is about is in sight: its card, its formula with numbers, a large value whole."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.e2e.lesson import card, drawn, first_step, go_to, open_and_run, run, sentence_steps, until_over
from tests.e2e.scene_programs import LOOP, MOMENT, VALUES
from tests.e2e.test_streaming import start

WEIGHT = """import torch
w = torch.tensor([[-0.04443, 0.13234, -0.15112, -0.09831]], requires_grad=True)
w.sum().backward()
"""
GROWING = """import time
import torch
x = torch.tensor(1., requires_grad=True)
y = x * 2
time.sleep(0.7); y = y * 3
time.sleep(0.7); y = y * 4
time.sleep(0.7); y = y * 5
y.backward()
"""
CUT = """([part, pane]) => {
  const [a, b] = [part.getBoundingClientRect(), pane.getBoundingClientRect()];
  return [b.left - a.left, b.top - a.top, a.right - b.right, a.bottom - b.bottom].some(over => over > 1);
}"""


def is_cut(part: Locator, pane: Locator) -> bool:
    """Whether a pane shows less than all of a part of it."""
    return bool(part.page.evaluate(CUT, [part.element_handle(), pane.element_handle()]))


def pane_of_details(page: Page) -> Locator:
    return page.get_by_test_id("inspector").locator(".side-scroll")


def test_a_formula_stands_with_its_numbers_where_the_inspector_opens(page: Page) -> None:
    open_and_run(page, MOMENT)
    [made] = sentence_steps(page, "y = h * h + h =")
    go_to(page, made)
    numbers = page.locator(".put").first
    expect(numbers).to_contain_text("[2.25, 6.25] + [1.5, 2.5] = [3.75, 8.75]")
    assert not is_cut(numbers, pane_of_details(page))
    # What asks stands beside what leads elsewhere, and the answer before the numbers.
    page.get_by_test_id("why").click()
    assert not is_cut(page.get_by_test_id("why-answer"), pane_of_details(page))


def test_a_vjps_formula_stands_with_its_numbers_while_nothing_is_in_the_ledger_and_nothing_printed(page: Page) -> None:
    open_and_run(page, MOMENT)
    [back] = sentence_steps(page, "MulBackward0 sends")
    go_to(page, back)
    numbers = page.locator(".put").nth(1)
    expect(numbers).to_contain_text("[1, 1] · [1.5, 2.5] = [1.5, 2.5]")
    assert not is_cut(numbers, pane_of_details(page))


def test_a_large_tensor_has_heatmap_histogram_statistics_and_all_values_in_one_view(page: Page) -> None:
    open_and_run(page, VALUES)
    page.keyboard.press("End")
    card(page, "big", "view").press("Enter")
    pane = pane_of_details(page)
    for part in (".picture-heat", ".histogram", ".statistics", "[data-testid=browse]"):
        assert not is_cut(pane.locator(part), pane), part


def test_a_wide_tables_scale_is_whole(page: Page) -> None:
    open_and_run(page, WEIGHT)
    card(page, "w", "tensor").press("Enter")
    pane = pane_of_details(page)
    for scale in pane.locator(".scale").all():
        assert not is_cut(scale, pane)


def test_a_line_is_seen_at_the_op_that_its_sentence_tells(page: Page) -> None:
    run(page)
    page.get_by_label("Step by").select_option("line")
    page.keyboard.press("End")
    expect(page.get_by_test_id("sentence")).to_contain_text("a.grad == d / a gives True")
    expect(page.get_by_test_id("inspector").locator(".subject")).to_have_text("a.grad == d / a")
    drawn(page)
    told = page.locator('[data-op="eq"][data-state="active"]')
    expect(told).to_be_visible()
    assert not is_cut(told, page.locator(".surface"))
    [below] = page.locator(".graph-tools").evaluate_all("tools => tools.map(each => each.getBoundingClientRect().top)")
    assert told.evaluate("card => card.getBoundingClientRect().bottom") <= below


def test_a_picture_that_grows_with_its_run_stays_whole_while_it_can_be_read(page: Page) -> None:
    start(page, GROWING)
    cards = page.locator(".card[data-node]")
    expect(cards.first).to_be_visible()
    until_over(page)
    expect(cards).to_have_count(5)
    page.keyboard.press("End")
    expect(card(page, "x", "tensor")).to_contain_text("grad None")
    for each in cards.all():
        assert not is_cut(each, page.locator(".surface"))


def test_the_panel_of_a_loop_shows_values_and_gradients_over_the_iterations(page: Page) -> None:
    open_and_run(page, LOOP)
    first = first_step(page, "w -= 0.1 * w.grad writes into w")
    go_to(page, first)
    page.locator("[data-loop]").first.press("Enter")
    frame = page.get_by_test_id("loop").locator(".frame").first
    expect(frame).to_contain_text("-24")
    assert not is_cut(frame, page.get_by_test_id("loop"))
