"""Loops: go to any iteration from the group's title or by key, see how values evolve, and read a run of any length."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Shot
from tests.e2e.lesson import go_to, open_and_run, position, sentence_steps
from tests.e2e.scene_programs import LOOP

STRAIGHT = "import torch\nx = torch.tensor(1.0, requires_grad=True)\n" + "x = x * 1.01\n" * 400 + "x.backward()\n"


def test_any_iteration_is_one_choice_away_and_values_are_seen_to_evolve(page: Page, shot: Shot) -> None:
    open_and_run(page, LOOP)
    go_to(page, 12)
    page.locator("[data-loop]").first.press("Enter")
    panel = page.get_by_test_id("loop")
    expect(panel.get_by_role("spinbutton")).to_have_value("1")
    expect(panel.locator(".multiple-name")).to_contain_text(["w", "loss", "w.grad"])
    panel.get_by_role("spinbutton").fill("20")
    panel.get_by_role("spinbutton").press("Enter")
    expect(page.locator(".group-title", has_text="iteration 20 of 25")).to_be_visible()
    shot("loop")
    size = zoom(page)
    panel.get_by_role("button", name="Last iteration").click()
    expect(page.locator(".group-title", has_text="iteration 25 of 25")).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    page.evaluate(SIGN)
    page.locator("body").press("[")
    expect(page.locator(".group-title", has_text="iteration 24 of 25")).to_be_visible()
    # The cards of the other iteration are these with other numbers, in their places, and of the size that they had.
    assert page.evaluate(SIGNED) > 0
    assert zoom(page) == size


ROUNDS = """import torch
w = torch.tensor(2.0, requires_grad=True)
for i in range(3):
    (w * w).backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
"""
COLOURS = """
() => {
    const probe = document.querySelector(".page").appendChild(document.createElement("i"));
    probe.style.color = "var(--backward)";
    const folded = document.querySelector('[data-kind="folded"][data-state="active"] .card-box');
    return [getComputedStyle(folded).stroke, getComputedStyle(probe).color];
}
"""


def test_what_is_folded_has_the_colour_of_the_way_back_when_a_gradient_comes_to_it(page: Page) -> None:
    open_and_run(page, ROUNDS)
    at_work = page.locator('[data-kind="folded"][data-state="active"][data-direction="backward"]')
    go_to(page, sentence_steps(page, "w.grad was")[-1])
    expect(at_work).to_have_count(1)
    folded, backward = page.evaluate(COLOURS)
    assert folded == backward


def zoom(page: Page) -> str:
    """How large the picture is shown."""
    return (page.locator("svg.surface > g").get_attribute("transform") or "").partition("scale")[2]


SIGN = """() => {
    for (const card of document.querySelectorAll("[data-node]")) card.signed = card.dataset.node;
}"""
SIGNED = """() => {
    const cards = [...document.querySelectorAll('[data-node]:not([data-kind="folded"])')];
    const others = cards.filter(({ dataset, signed }) => dataset.node !== signed);
    return others.every(({ signed }) => signed) && others.length;
}"""
UNDER_WAY = """() => {
    window.layoutsUnderWay = 0;
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...rest) {
        window.layoutsUnderWay++;
        this.addEventListener("message", ({ data }) => (window.layoutsUnderWay -= data.id === message.id ? 1 : 0));
        return post.call(this, message, ...rest);
    };
}"""
ONE_FRAME = """async (step) => {
    const slider = document.querySelector('[data-testid="step-slider"]');
    slider.value = step;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return [...document.querySelectorAll(".group-title")].map((title) => title.textContent).join();
}"""


def test_the_next_iteration_is_laid_out_before_its_step_comes(page: Page) -> None:
    page.evaluate(UNDER_WAY)
    open_and_run(page, LOOP)
    title = page.locator(".group-title", has_text="of 25")
    go_to(page, 12)
    expect(title).to_be_visible()
    found = re.search(r"iteration (\d+)", title.text_content() or "")
    assert found
    now = int(found.group(1)) + 1
    page.locator("body").press("]")
    expect(title).to_contain_text(f"iteration {now} of")
    first, _ = position(page)
    for step in (first - 1, first - 2):
        go_to(page, step)
        expect(title).to_contain_text(f"iteration {now - 1} of")
    page.evaluate(ONE_FRAME, first - 1)  # after which what comes next is begun
    page.wait_for_function("window.layoutsUnderWay === 0")
    assert f"iteration {now} of" in page.evaluate(ONE_FRAME, first)


def test_a_long_straight_run_is_folded_around_the_step(page: Page, shot: Shot) -> None:
    open_and_run(page, STRAIGHT)
    _, last = position(page)
    for step in (last // 4, last // 2, last):
        go_to(page, step)
        expect(page.locator('[data-fold="stretch"]').first).to_be_attached()
        expect(page.locator('[data-node][data-state="active"]').first).to_be_in_viewport()
        assert page.locator("[data-node]").count() < 80
    shot("straight")
    # Where the backward pass begins, the picture goes to what it begins at, however far that is.
    page.keyboard.press("Home")
    page.keyboard.press("d")
    expect(page.get_by_test_id("sentence")).to_contain_text("Backward pass 1 begins at x")
    expect(page.locator('[data-node="o400"]')).to_be_in_viewport()
    go_to(page, last)
    folded = page.locator('[data-fold="stretch"]').first
    before = page.locator("[data-node]").count()
    assert re.search(r"\d+ nodes", folded.text_content() or "")
    folded.press("Enter")
    expect(page.locator("[data-node]")).not_to_have_count(before)


MATRIX = """import torch
w = torch.tensor([[0.0, 1.0], [2.0, 3.0]], requires_grad=True)
for step in range(40):
    loss = ((w - 1) ** 2).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad = None
"""


def test_a_value_and_its_gradient_are_small_pictures_over_the_iterations(page: Page, shot: Shot) -> None:
    open_and_run(page, MATRIX)
    go_to(page, 12)
    page.locator("[data-loop]").first.press("Enter")
    panel = page.get_by_test_id("loop")
    panel.locator(".multiple-name", has_text="w.grad").click()
    frames = panel.get_by_test_id("loop-frames").get_by_role("button")
    expect(frames).to_have_count(12)
    expect(frames.first).to_have_attribute("data-iteration", "1")
    expect(frames.last).to_have_attribute("data-iteration", "40")
    expect(panel.locator("[data-iteration][aria-current]")).to_have_attribute("data-iteration", "1")
    expect(frames.first.get_by_role("img")).to_have_count(2)
    shot("frames")
    frames.nth(6).click()
    middle = frames.nth(6).get_attribute("data-iteration")
    expect(panel.locator("[data-iteration][aria-current]")).to_have_attribute("data-iteration", middle or "")
    expect(page.locator(".group-title", has_text=f"iteration {middle} of 40")).to_be_visible()
