"""In front of a class: predictions before gradients show, a pen, and the speaker's own window."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Shot
from tests.e2e.lesson import drawn, go_to
from tests.e2e.scripts import run_script

CODE = """\
import torch
x = torch.tensor([1., 2.], requires_grad=True)
(x * x).sum().backward()
x.grad
"""
BEFORE_THE_ANSWER = 6
"""The next step sends x its gradient."""


@pytest.fixture(autouse=True)
def ran(page: Page) -> None:
    run_script(page, CODE)
    page.locator("body").press("p")


def play_to_the_question(page: Page, before: int = BEFORE_THE_ANSWER) -> None:
    page.keyboard.press("r")
    go_to(page, before)
    expect(page.get_by_test_id("reveal")).to_be_visible()


def test_class_predicts_a_gradient_before_it_shows(page: Page, shot: Shot) -> None:
    play_to_the_question(page)
    expect(page.get_by_test_id("reveal")).to_contain_text("What will x.grad be?")
    # The card that the step is about stands above the question.
    page.wait_for_function(
        """() => {
            const box = selector => document.querySelector(selector).getBoundingClientRect()
            return box('[data-node][data-state="active"]').bottom <= box('[data-testid="reveal"]').top
        }"""
    )
    expect(page.locator('[data-node][data-name="x"]')).not_to_contain_text("[2, 4]")
    shot("question")
    page.get_by_test_id("reveal-guess").fill("[1, 4]")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("reveal")).to_contain_text("You said [1, 4]; it is [2, 4].")
    page.get_by_test_id("step-prev").click()
    page.get_by_test_id("reveal-guess").fill("2 4")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("reveal")).to_have_attribute("data-right", "true")


def test_sign_is_enough_of_a_prediction(page: Page) -> None:
    play_to_the_question(page)
    page.get_by_role("button", name="All positive").click()
    expect(page.get_by_test_id("reveal")).to_have_attribute("data-right", "true")


def test_a_clicker_goes_on_from_the_field_of_a_guess(page: Page) -> None:
    play_to_the_question(page)
    page.get_by_test_id("reveal-guess").press("PageUp")
    expect(page.get_by_test_id("step-counter")).to_contain_text(f"step {BEFORE_THE_ANSWER - 1} of")


def test_pen_draws_over_the_page_until_it_is_wiped(page: Page) -> None:
    page.keyboard.press("i")
    expect(page.get_by_test_id("pen")).to_be_visible()
    page.mouse.move(300, 300)
    page.mouse.down()
    page.mouse.move(400, 350)
    page.mouse.up()
    expect(page.locator(".pen path")).to_have_count(1)
    page.keyboard.press("i")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".pen path")).to_have_count(1)
    page.keyboard.press("c")
    expect(page.locator(".pen path")).to_have_count(0)


def test_speakers_window_tells_what_comes_next_and_steps_the_page(page: Page) -> None:
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    speaker = opened.value
    expect(speaker.get_by_test_id("speaker")).to_contain_text("step 2 of")
    coming = speaker.locator(".speaker-part").nth(1).inner_text().split("\n")[-1]
    speaker.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("step-counter")).to_have_text(re.compile("step 3 of"))
    expect(page.get_by_test_id("sentence")).to_have_text(coming)
    speaker.keyboard.press("b")
    expect(page.locator(".blank")).to_be_visible()
    speaker.keyboard.press("b")
    expect(page.locator(".blank")).to_have_count(0)
    play_to_the_question(page)
    expect(speaker.get_by_test_id("speaker")).to_contain_text("What will x.grad be?")
    expect(speaker.get_by_test_id("speaker")).to_contain_text("[2, 4]")


def test_why_is_answered_on_the_wall_over_the_foot_of_the_picture(page: Page) -> None:
    page.keyboard.press("End")
    card = page.locator('[data-node][data-name="x"]')
    card.click()
    page.keyboard.press("w")
    answer = page.get_by_test_id("why-answer")
    expect(answer).to_contain_text("contributions reach x")
    expect(answer).to_be_in_viewport(ratio=1)
    expect(page.get_by_test_id("ledger")).to_be_hidden()
    graph, box = page.get_by_test_id("graph").bounding_box(), answer.bounding_box()
    assert graph
    assert box
    assert graph["x"] <= box["x"]
    assert box["y"] + box["height"] <= graph["y"] + graph["height"]
    page.keyboard.press("w")
    expect(answer).to_have_count(0)


def test_a_wall_of_twice_the_pixels_shows_all_twice_as_large(page: Page) -> None:
    page.keyboard.press("End")
    parts = ('[data-node][data-name="x"]', '[data-testid="sentence"]', ".listing-line", '[data-testid="step-counter"]')
    shares = []
    for width, height in ((1920, 1080), (3840, 2160)):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        page.keyboard.press("0")
        drawn(page)
        boxes = [page.locator(part).first.bounding_box() for part in parts]
        shares.append([box["height"] / height for box in boxes if box])
    assert len(shares[0]) == len(parts)
    assert shares[1] == pytest.approx(shares[0], rel=0.05)


def test_a_call_of_twenty_letters_is_on_one_row_of_the_wall(page: Page) -> None:
    page.keyboard.press("p")
    run_script(page, CODE.replace(", requires_grad=True)", ")\nx.requires_grad_(True)"))
    page.keyboard.press("p")
    expect(page.locator(".page")).to_have_attribute("data-presenting", "true")
    line = page.locator(".listing-line", has_text="x.requires_grad_(True)")
    tops = line.locator("span").evaluate_all(
        "words => words.flatMap(word => [...word.getClientRects()].map(at => at.top))"
    )
    assert tops
    assert max(tops) - min(tops) < 5


ATTENTION = """\
import torch
import math
torch.manual_seed(0)
x = torch.randn(1, 3, 4)
Wq, Wk, Wv = (torch.randn(4, 2, requires_grad=True) for _ in range(3))
q, k, v = x @ Wq, x @ Wk, x @ Wv
scores = q @ k.transpose(-2, -1) / math.sqrt(2)
mask = torch.triu(torch.ones(3, 3, dtype=torch.bool), 1)
weights = scores.masked_fill(mask, float("-inf")).softmax(-1)
out = weights @ v
out.pow(2).mean().backward()
"""
AT_WORK = """() => {
    const room = document.querySelector('.surface').getBoundingClientRect();
    const box = document.querySelector('.card[data-state=active] .card-box').getBoundingClientRect();
    return box.top >= room.top && box.bottom <= room.bottom;
}"""


@pytest.mark.parametrize("viewport", [{"width": 1920, "height": 1080}], ids=["wall"])
def test_a_sentence_of_many_lines_leaves_its_card_in_sight(page: Page) -> None:
    page.keyboard.press("p")
    run_script(page, ATTENTION)
    page.keyboard.press("p")
    expect(page.locator(".page")).to_have_attribute("data-presenting", "true")
    page.keyboard.press("Home")
    sentence = page.get_by_test_id("sentence")
    while "each factor gets the gradient times the other factor" not in sentence.inner_text():
        page.keyboard.press("ArrowRight")
    drawn(page)
    page.wait_for_function(AT_WORK)


LONG_CODE = (
    "import torch\nx = torch.ones(2, 2, requires_grad=True)\nw = torch.rand(2, 2, requires_grad=True)\n"
    + "".join(f"y{i} = x * {i}\n" for i in range(12))
    + "(w @ (x / 7) + y3).sum().backward()\n"
)


def test_a_sentence_full_of_matrices_is_smaller_on_the_wall_than_a_short_one(page: Page) -> None:
    page.keyboard.press("p")
    run_script(page, LONG_CODE)
    page.keyboard.press("p")
    said = page.get_by_test_id("sentence")
    size = "text => parseFloat(getComputedStyle(text).fontSize)"
    short: float = said.evaluate(size)
    page.keyboard.press("End")
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
        if "each factor gets" in said.inner_text():
            break
    expect(page.locator("html")).to_have_attribute("data-said", "long")
    assert 0.75 * short < said.evaluate(size) < 0.9 * short


def test_the_line_at_work_stays_in_sight_when_the_wall_changes_its_size(page: Page) -> None:
    page.keyboard.press("p")
    run_script(page, LONG_CODE)
    page.keyboard.press("p")
    go_to(page, 14)
    line = page.locator(".listing-line", has_text="y10 =")
    expect(line).to_be_in_viewport(ratio=1)
    for size in ({"width": 1000, "height": 420}, {"width": 1600, "height": 900}):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        expect(line).to_be_in_viewport(ratio=1)
