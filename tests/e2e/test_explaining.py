"""Errors as pictures, the change that mends them, and 'why?', as a learner meets them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.conftest import Shot
from tests.e2e.lesson import drawn, open_and_run, position, until_over


def run_lesson(page: Page, lesson: str) -> None:
    """Choose a lesson from the list and run it."""
    page.get_by_role("button", name="Lessons").click()
    page.locator(f"[data-lesson={lesson}]").click()
    page.get_by_test_id("run").click()
    expect(page.get_by_test_id("step-counter")).to_contain_text(re.compile(r"step \d+ of [1-9]"))
    until_over(page)


def show_error(page: Page) -> None:
    page.get_by_role("button", name="Show the error").click()
    expect(page.get_by_test_id("diagnosis")).to_be_visible()


def test_an_error_is_a_picture_that_can_be_mended_and_undone(page: Page, shot: Shot) -> None:
    run_lesson(page, "backward-twice")
    show_error(page)
    diagnosis = page.get_by_test_id("diagnosis")
    expect(diagnosis).to_contain_text("Backward pass 3, y.backward() (cell 2, line 2), used that and let it go.")
    expect(page.get_by_test_id("marks")).to_contain_text("freed by backward 3")
    expect(page.locator('[data-node][data-name="x"]')).to_be_in_viewport(ratio=1)
    expect(page.get_by_test_id("diff")).to_contain_text("+y.backward(retain_graph=True)")
    shot("error")
    page.get_by_test_id("mend").click()
    expect(page.get_by_test_id("banner-mended")).to_contain_text("Changed: Keep the graph in the first pass.")
    expect(page.get_by_test_id("editor")).to_contain_text("y.backward(retain_graph=True)")
    expect(page.get_by_test_id("banner-outcome")).to_have_count(0)
    # The player stands at the end of the run that now has one.
    expect(page.get_by_test_id("step-next")).to_be_disabled()
    shot("mended")
    page.get_by_test_id("banner-mended").get_by_role("button", name="Undo").click()
    expect(page.get_by_test_id("editor")).not_to_contain_text("y.backward(retain_graph=True)")
    expect(diagnosis).to_be_visible()


@pytest.mark.parametrize(
    ("lesson", "mark"),
    [
        ("in-place-harm", "saved at version 0, now 1"),
        ("rewrapping-cuts", "cut here"),
        ("hidden-state", "freed by backward 1"),
        ("leaf-in-place", "a leaf that requires grad"),
        ("none-is-not-zero", "not used"),
    ],
)
def test_the_cause_is_marked_in_the_graph_where_it_can_be_seen(page: Page, shot: Shot, lesson: str, mark: str) -> None:
    run_lesson(page, lesson)
    show_error(page)
    label = page.get_by_test_id("marks").get_by_text(mark)
    expect(label).to_be_in_viewport()
    expect(page.get_by_test_id("mend")).to_be_in_viewport()
    shot("marked")


RAISES_IN_A_HOOK = """import torch
def check(gradient):
    raise ValueError("bad gradient")
x = torch.ones(3, requires_grad=True)
h = x * 2
h.register_hook(check)
h.exp().sum().backward()
"""


@pytest.mark.parametrize("viewport", [{"width": 360, "height": 740}], ids=["phone"])
def test_the_card_at_which_a_backward_pass_failed_is_marked(page: Page, viewport: ViewportSize) -> None:
    open_and_run(page, RAISES_IN_A_HOOK)
    banner = page.get_by_test_id("banner-outcome").bounding_box()
    assert banner is not None
    assert banner["height"] < 80
    page.get_by_role("button", name="Show the error").click()
    page.get_by_role("button", name="Graph", exact=True).click()
    expect(page.locator(".mark-text")).to_have_text("the backward pass failed here")
    outline = page.locator(".mark-outline").bounding_box()
    failed = page.locator('[data-node][data-name="h"]').bounding_box()
    assert outline is not None
    assert failed is not None
    assert outline["x"] < failed["x"]
    assert outline["y"] < failed["y"] < outline["y"] + outline["height"]


def test_a_wrong_gradient_without_an_error_is_found_at_its_step(page: Page) -> None:
    run_lesson(page, "data-hides-it")
    page.get_by_test_id("banner-silent").get_by_role("button", name="Show it").click()
    expect(page.get_by_test_id("banner-silent")).to_have_count(0)
    diagnosis = page.get_by_test_id("diagnosis")
    expect(diagnosis).to_contain_text("through .data, which does not count up the version")
    expect(page.get_by_test_id("marks")).to_contain_text("changed without notice")


def test_a_link_in_the_story_leads_to_the_step_and_its_card(page: Page) -> None:
    run_lesson(page, "in-place-harm")
    show_error(page)
    page.get_by_test_id("diagnosis").get_by_role("button", name="e[0] = 9").click()
    expect(page.get_by_test_id("inspector")).to_contain_text("e[0]")
    expect(page.locator('[data-op="copy_"][data-state="active"]')).to_have_count(1)


def test_why_answers_for_the_tensor_on_view_by_button_and_by_key(page: Page, shot: Shot) -> None:
    run_lesson(page, "where-and-nan")
    page.keyboard.press("Home")
    answer = page.get_by_test_id("why-answer")
    page.locator('[data-node][data-name="a"]').first.click()
    for _ in range(position(page)[1]):
        page.keyboard.press("ArrowRight")
        if "it is now nan" in page.get_by_test_id("sentence").inner_text():
            break
    page.get_by_test_id("why").click()
    expect(answer).to_have_attribute("data-verdict", "nan")
    expect(answer).to_contain_text("0 * inf = nan")
    shot("nan")
    page.keyboard.press("w")
    expect(answer).to_have_count(0)
    page.keyboard.press("w")
    answer.get_by_role("button", name="torch.exp(a)").first.click()
    expect(page.locator('[data-op="exp"][data-direction="backward"]')).to_have_count(1)


def test_why_finds_the_zero_that_cleared_a_gradient(page: Page) -> None:
    code = "import torch\nx = torch.arange(4., requires_grad=True)\n(2 * torch.dot(x, x)).backward()\n"
    open_and_run(page, code + "x.grad.zero_()\nx.sum().backward()\n")
    page.keyboard.press("End")
    page.locator('[data-node][data-name="x"]').first.click()
    page.keyboard.press("w")
    expect(page.get_by_test_id("why-answer")).to_contain_text("x.grad was cleared (it was [0, 4, 8, 12])")


@pytest.mark.parametrize("viewport", [{"width": 390, "height": 844}], ids=["phone"])
def test_on_a_phone_the_error_shows_what_mends_it(page: Page, shot: Shot, viewport: ViewportSize) -> None:
    run_lesson(page, "augmented-assignment")
    show_error(page)
    shot("story")
    expect(page.get_by_test_id("mend")).to_be_in_viewport()
    box = page.get_by_test_id("mend").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    page.get_by_role("button", name="Graph", exact=True).click()
    expect(page.get_by_test_id("marks")).to_contain_text("written here: version 1")
    shot("marks")
    # The long message is scrolled, by finger or by key, and leaves the picture its room.
    sentence = page.get_by_test_id("sentence")
    assert sentence.evaluate("each => each.clientHeight < each.scrollHeight && each.clientHeight < innerHeight / 6")
    sentence.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("each => each.scrollTop > 0", arg=sentence.element_handle())
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


UNDER_TOOLS = """labels => labels.flatMap(label => {
  const [box, tools] = [label, document.querySelector('.graph-tools')].map(each => each.getBoundingClientRect());
  return box.right > tools.left && box.left < tools.right && box.bottom > tools.top && box.top < tools.bottom
    ? [label.nextElementSibling.textContent] : [];
})"""


@pytest.mark.parametrize("viewport", [{"width": 390, "height": 844}], ids=["phone"])
@pytest.mark.parametrize("lesson", ["in-place-harm", "detach-shares-memory"])
def test_on_a_phone_no_mark_lies_under_the_tools(page: Page, lesson: str, viewport: ViewportSize) -> None:
    run_lesson(page, lesson)
    page.keyboard.press("e")
    labels = page.locator(".mark-label")
    expect(labels).not_to_have_count(0)
    drawn(page)
    assert labels.evaluate_all(UNDER_TOOLS) == []


def test_explanations_speak_the_other_language(page: Page, shot: Shot) -> None:
    run_lesson(page, "augmented-assignment")
    show_error(page)
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("diagnosis")).to_contain_text("写入了同一块内存")
    expect(page.get_by_test_id("marks")).to_contain_text("在这里写入：版本 1")
    shot("zh")
