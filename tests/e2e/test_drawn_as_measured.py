"""Words of the drawing are as wide as they were measured: they stay on their cards, and tags fit them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.lesson import go_to, open_and_run, position, sentence_steps
from tests.e2e.scene_programs import DETACH, MOMENT, SQUARES, WRITTEN_OVER
from tests.e2e.test_compare import compare

# A pixel is left to the browser's rounding.
OUTSIDE = """cards => cards.flatMap(card => {
  const box = card.querySelector('.card-box').getBoundingClientRect();
  return [...card.querySelectorAll('text')].filter(text => {
    const { left, right } = text.getBoundingClientRect();
    return text.textContent && (left < box.left + 1 || right > box.right - 1);
  }).map(text => text.textContent);
})"""
UNEVEN = """(rects) => rects.flatMap(rect => {
  const text = rect.nextElementSibling;
  const [tag, words] = [rect.getBoundingClientRect(), text.getBoundingClientRect()];
  const [left, right] = [words.left - tag.left, tag.right - words.right];
  return left > 2 && Math.abs(left - right) < 2 ? [] : [`${text.textContent}: ${left} and ${right}`];
})"""
VIEWPORTS = [{"width": 1280, "height": 720}, {"width": 390, "height": 844}]


@pytest.mark.parametrize("viewport", VIEWPORTS)
def test_what_a_card_says_of_a_step_is_within_the_card(page: Page, viewport: ViewportSize) -> None:
    open_and_run(page, MOMENT)
    if viewport["width"] < 500:
        page.locator(".pane-tab").nth(1).dispatch_event("click")
    [fan_in] = sentence_steps(page, "3 contributions reach")
    for step in range(fan_in - 1, position(page)[1] + 1):
        go_to(page, step)
        assert page.locator(".card[data-node]").evaluate_all(OUTSIDE) == [], f"step {step}"


def test_a_leaf_says_in_full_what_arrives_at_it(page: Page) -> None:
    open_and_run(page, SQUARES)
    [step] = sentence_steps(page, "MulBackward0 sends")
    go_to(page, step)
    expect(page.locator('[data-node][data-name="x"]').first).to_contain_text("arriving [1, 2] + [1, 2]")


def test_an_errors_tags_fit_their_words_and_nodes_their_numbers(page: Page) -> None:
    open_and_run(page, WRITTEN_OVER)
    page.keyboard.press("e")
    tags = page.locator(".mark-label")
    expect(tags).to_have_count(2)
    assert tags.evaluate_all(UNEVEN) == []
    page.keyboard.press("g")
    titles = page.locator('.card[data-kind="node"] .card-title')
    titles.first.wait_for()
    assert [" ".join(title.split()) for title in titles.all_text_contents()] == [
        "AccumulateGrad",
        "SigmoidBackward0no. 0",
        "MulBackward0no. 1",
        "SumBackward0no. 2",
    ]


def test_a_differences_tags_fit_their_words(page: Page) -> None:
    compare(page, DETACH, DETACH.replace(".detach()", ""))
    page.get_by_test_id("pair-last").click()
    for side in "ab":
        tags = page.frame_locator(f'[data-testid="frame-{side}"]').locator(".differs-card .differs-badge")
        tags.first.wait_for()
        assert tags.evaluate_all(UNEVEN) == []


def test_the_name_of_an_op_ends_before_the_marks_at_the_other_end(page: Page) -> None:
    open_and_run(
        page,
        "import torch\nq = torch.ones(1, 2, 4, 4, requires_grad=True)\n"
        "out = torch.nn.functional.scaled_dot_product_attention(q, q, q).permute(0, 2, 1, 3)\n",
    )
    go_to(page, position(page)[1])
    card = page.locator("[data-node]:has(.storage)", has_text="scaled_dot").first
    title = card.locator(".card-title").bounding_box()
    mark = card.locator(".storage rect").bounding_box()
    assert title is not None
    assert mark is not None
    assert title["x"] + title["width"] <= mark["x"]


@pytest.mark.parametrize("viewport", [{"width": 820, "height": 1180}])
def test_what_goes_back_does_not_stand_on_the_reason_of_a_cut(page: Page) -> None:
    open_and_run(
        page,
        "import torch\nx = torch.tensor([[1., -2.], [3., 0.5]], requires_grad=True)\nb = torch.tensor([0., 1.])\n"
        "with torch.no_grad():\n    c = x * 2\ny = (x * x + b).sum() + x.detach().sum()\ny.backward()\n",
    )
    [sent] = sentence_steps(page, "MulBackward0 sends")
    go_to(page, sent)
    reason = page.locator(".cuts text", has_text="detach()").bounding_box()
    label = page.locator(".flow rect").first.bounding_box()
    assert reason is not None
    assert label is not None
    apart_across = label["x"] + label["width"] <= reason["x"] or reason["x"] + reason["width"] <= label["x"]
    apart_down = label["y"] + label["height"] <= reason["y"] or reason["y"] + reason["height"] <= label["y"]
    assert apart_across or apart_down
