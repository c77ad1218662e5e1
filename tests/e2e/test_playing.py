"""Getting about in a run: by VJP, by jumps, from code and cards, along the marks of the slider, and over an edit."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Shot
from tests.e2e.lesson import card, click_code, go_to, open_and_run, position, sentence_steps, until_over

SOURCE = """import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * x
z = y + x
z.sum().backward()
w = x * 5
w.backward()
"""


def sentence(page: Page) -> str:
    return page.get_by_test_id("sentence").inner_text()


def test_buttons_step_through_the_whole_run_and_back(page: Page) -> None:
    open_and_run(page, SOURCE)
    page.get_by_test_id("step-first").click()
    _, last = position(page)
    for step in range(last):
        assert position(page)[0] == step
        page.get_by_test_id("step-next").click()
    for step in range(last, 0, -1):
        assert position(page)[0] == step
        page.get_by_test_id("step-prev").click()
    assert position(page)[0] == 0


def test_keys_step_through_the_whole_run_and_back(page: Page) -> None:
    open_and_run(page, SOURCE)
    page.get_by_test_id("step-first").click()
    page.locator("body").press("Home")
    _, last = position(page)
    for step in range(1, last + 1):
        page.keyboard.press("ArrowRight")
        assert position(page)[0] == step
    for step in range(last - 1, -1, -1):
        page.keyboard.press("ArrowLeft")
        assert position(page)[0] == step
    page.keyboard.press("End")
    assert position(page) == (last, last)


def test_by_vjp_a_statement_is_one_step_and_each_vjp_is_one(page: Page) -> None:
    open_and_run(page, SOURCE)
    page.get_by_label("Step by").select_option("vjp")
    assert len(sentence_steps(page, "The gradient of")) == 3
    assert len(sentence_steps(page, "z = y + x")) == 1
    assert len(sentence_steps(page, "x.grad was None")) == 1


def test_jumps_lead_to_what_made_a_value_to_what_touches_it_and_to_the_error(page: Page) -> None:
    open_and_run(page, SOURCE)
    page.get_by_test_id("step-last").click()
    card(page, "y", "mul").press("Enter")
    page.get_by_test_id("to-made").click()
    assert sentence(page).startswith("y = x * x")
    page.get_by_test_id("to-touch").click()
    assert sentence(page).startswith("z = y + x")
    page.locator("body").press("n")
    assert "The gradient of y" in sentence(page)
    page.keyboard.press("Home")
    page.keyboard.press("d")
    assert "Backward pass 1 begins" in sentence(page)
    page.keyboard.press("e")
    assert "RuntimeError" in sentence(page)


def test_a_line_of_code_and_a_card_to_come_lead_to_their_step(page: Page) -> None:
    open_and_run(page, SOURCE)
    click_code(page, "z = y + x", "y + x")
    assert sentence(page).startswith("z = y + x")
    go_to(page, 2)
    card(page, "y", "mul").press("Enter")
    assert sentence(page).startswith("y = x * x")


def test_the_slider_says_what_is_under_the_pointer(page: Page, shot: Shot) -> None:
    open_and_run(page, SOURCE)
    slider = page.get_by_test_id("step-slider")
    box = slider.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2)
    expect(page.locator(".bubble")).to_contain_text("error")
    shot("bubble")
    page.mouse.move(10, 10)
    expect(page.locator(".bubble")).to_have_count(0)
    slider.focus()
    slider.press("ArrowRight")
    expect(page.locator(".bubble")).to_contain_text("cell 1")


def test_an_edit_keeps_the_place(page: Page) -> None:
    open_and_run(page, SOURCE)
    [step] = sentence_steps(page, "The gradient of y is")
    go_to(page, step)
    click_code(page, "y = x * x")
    go_to(page, step)
    page.keyboard.press("End")
    page.keyboard.type(" * 3")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("sentence")).to_contain_text("The gradient of y is")
    expect(card(page, "y", "mul")).to_contain_text("[3, 12]")
    assert position(page)[0] > step


def test_the_space_bar_plays_what_a_click_on_run_has_run(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.get_by_test_id("run").click()
    page.locator("[data-node]").first.wait_for()
    until_over(page)
    page.keyboard.press(" ")
    expect(page.get_by_test_id("step-play")).to_have_accessible_name("Pause")
    page.keyboard.press(" ")
    assert len(asked) == 1
