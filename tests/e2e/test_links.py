"""The address says what is on screen: a link reopens it, and the code in it stays in the browser until it is run."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from gradwalk.link import fragment as fragment_of
from gradwalk.notebook import CellSource
from tests.e2e.lesson import go_to, position, until_over
from tests.e2e.scene_programs import LOOP
from tests.e2e.scripts import open_script, run_script

CODE = "import torch\nx = torch.tensor([2., 3.], requires_grad=True)\n(x * x).sum().backward()\nx.grad\n"


def link_of(page: Page) -> str:
    page.get_by_role("button", name=re.compile("Link|链接")).click()
    field = page.get_by_test_id("share-link")
    expect(field).to_have_value(re.compile("#"))
    return field.input_value()


def test_link_reopens_the_code_the_step_and_the_picture(page: Page, context: BrowserContext) -> None:
    run_script(page, CODE)
    for _ in range(5):
        page.get_by_test_id("step-next").click()
    page.get_by_test_id("picture").click()
    sentence = page.get_by_test_id("sentence").inner_text()
    link = link_of(page)

    other = context.new_page()
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url))
    other.goto(link)
    expect(other.get_by_test_id("sentence")).to_have_text(sentence)
    expect(other.get_by_test_id("picture")).to_have_attribute("aria-pressed", "true")
    expect(other.get_by_test_id("editor")).to_contain_text("(x * x).sum().backward()")
    assert not [url for url in asked if "code=" in url]


def test_address_that_the_command_line_makes_opens_the_code(page: Page, context: BrowserContext) -> None:
    cells = [CellSource("s = 'ü 梯度'"), CellSource(CODE, 7)]
    other = context.new_page()
    other.goto(f"{page.url.split('#')[0]}#{fragment_of('Made elsewhere', cells)}")
    editor = other.get_by_test_id("editor")
    expect(editor).to_contain_text("s = 'ü 梯度'")
    expect(editor).to_contain_text("(x * x).sum().backward()")
    expect(other.get_by_text("Made elsewhere").first).to_be_visible()


def test_reload_keeps_a_lessons_place(page: Page) -> None:
    page.get_by_test_id("run").click()
    page.locator("[data-node]").first.wait_for()
    for _ in range(3):
        page.get_by_test_id("step-next").click()
    counter = page.get_by_test_id("step-counter").inner_text()
    page.wait_for_url(re.compile(rf"#lesson=autograd&step={re.findall('[0-9]+', counter)[0]}&"))
    page.reload()
    expect(page.get_by_test_id("step-counter")).to_have_text(counter)


@pytest.mark.parametrize(
    ("fragment", "said"),
    [("code=nonsense&step=3", "The link could not be read"), ("lesson=nonsense", "There is no lesson nonsense.")],
)
def test_address_that_cannot_be_read_opens_the_page_as_ever_and_says_so(page: Page, fragment: str, said: str) -> None:
    page.goto(f"{page.url}#{fragment}")
    page.reload()
    expect(page.get_by_test_id("editor")).to_contain_text("torch.arange(4.0)")
    expect(page.get_by_test_id("banner-notice")).to_contain_text(said)


def test_link_reopens_the_selected_card_the_question_and_the_panel_of_a_loop(
    page: Page, context: BrowserContext
) -> None:
    run_script(page, LOOP)
    go_to(page, 12)
    page.locator("[data-loop]").first.press("Enter")
    page.locator('[data-node][data-name="w"]').first.click()
    page.get_by_test_id("why").click()
    other = context.new_page()
    other.goto(link_of(page))
    expect(other.locator('[data-node][data-selected="true"]')).to_have_attribute("data-name", "w")
    expect(other.get_by_test_id("loop")).to_be_visible()
    answer = page.get_by_test_id("why-answer").inner_text()
    expect(other.get_by_test_id("why-answer")).to_have_text(answer, use_inner_text=True)
    assert position(other) == position(page)


def test_link_reopens_the_boxes_as_a_hand_left_them(page: Page, context: BrowserContext) -> None:
    run_script(
        page, "import torch\ndef f(a):\n    return (a * a).sum()\nf(torch.ones(2, requires_grad=True)).backward()\n"
    )
    page.get_by_test_id("step-last").click()
    page.locator(".group-title", has_text="f").click()
    expect(page.locator('[data-kind="folded"]')).to_have_count(1)
    other = context.new_page()
    other.goto(link_of(page))
    expect(other.locator('[data-kind="folded"]')).to_have_count(1)
    other.locator('[data-kind="folded"]').click()
    expect(other.locator('[data-kind="folded"]')).to_have_count(0)


def test_link_reopens_the_numbers_that_a_hand_put_in(page: Page, context: BrowserContext) -> None:
    run_script(page, CODE)
    page.get_by_test_id("step-last").click()
    page.locator('[data-node][data-name="x"]').first.click()
    page.get_by_test_id("what-if").locator("summary").click()
    field = page.get_by_test_id("what-if").locator("input[type=number]").first
    field.fill("5")
    field.press("Enter")
    gradient = "[10, 6]"
    expect(page.locator('[data-node][data-name="x"]').first).to_contain_text(gradient)
    other = context.new_page()
    other.goto(link_of(page))
    expect(other.locator('[data-node][data-name="x"]').first).to_contain_text(gradient)
    other.get_by_test_id("what-if-reset").click()
    expect(other.locator('[data-node][data-name="x"]').first).to_contain_text("[4, 6]")


def choose_lesson(page: Page, lesson: str) -> None:
    page.get_by_role("button", name="Lessons").click()
    page.locator(f'[data-lesson="{lesson}"]').click()


def run_and_go_to(page: Page, step: int) -> None:
    page.get_by_test_id("run").click()
    page.locator("[data-node]").first.wait_for()
    until_over(page)
    go_to(page, step)
    page.wait_for_url(re.compile(rf"step={step}\b"))


def test_back_and_forward_lead_from_lesson_to_lesson_with_code_and_step(page: Page) -> None:
    run_and_go_to(page, 6)
    choose_lesson(page, "kinks")
    page.wait_for_url(re.compile("lesson=kinks"))
    run_and_go_to(page, 3)
    expect(page).to_have_title("The slope at a kink · Gradwalk")

    page.go_back()
    expect(page).to_have_title("Automatic differentiation · Gradwalk")
    expect(page.get_by_test_id("editor")).to_contain_text("torch.arange(4.0)")
    expect(page.get_by_test_id("step-counter")).to_contain_text("step 6 of")
    page.go_forward()
    expect(page.get_by_test_id("editor")).not_to_contain_text("torch.arange(4.0)")
    expect(page.get_by_test_id("step-counter")).to_contain_text("step 3 of")


def test_who_leaves_at_once_comes_back_to_where_they_were(page: Page) -> None:
    run_and_go_to(page, 6)
    page.get_by_role("button", name="Lessons").click()
    page.locator('[data-lesson="kinks"]').wait_for()
    page.evaluate(  # sooner than an address is written
        """() => {
            document.querySelector('[data-testid=step-next]').click();
            document.querySelector('[data-lesson=kinks]').click();
        }"""
    )
    page.wait_for_url(re.compile("lesson=kinks"))
    page.go_back()
    expect(page.get_by_test_id("step-counter")).to_contain_text("step 7 of")


def test_after_an_address_that_the_browser_refuses_the_next_is_written(page: Page) -> None:
    run_and_go_to(page, 3)
    page.evaluate(
        """() => {
            const own = history.replaceState;
            history.replaceState = () => {
                history.replaceState = own;
                window.isRefused = true;
                throw new DOMException("too often", "SecurityError");
            };
        }"""
    )
    page.get_by_test_id("step-next").click()
    page.wait_for_function("() => window.isRefused")
    page.get_by_test_id("step-next").click()
    page.wait_for_url(re.compile(r"step=5\b"))


def test_back_undoes_an_edit_and_leads_to_the_page_as_it_was_opened(page: Page) -> None:
    choose_lesson(page, "kinks")
    page.wait_for_url(re.compile("lesson=kinks"))
    field = page.get_by_test_id("editor").locator("textarea").first
    before = field.input_value()
    field.press_sequentially("# one")
    page.wait_for_url(re.compile("code="))
    drafted = page.url
    field.press_sequentially(" two")
    expect(page).not_to_have_url(drafted)

    page.go_back()
    expect(field).to_have_value(before)
    page.go_back()
    expect(page.get_by_test_id("editor")).to_contain_text("torch.arange(4.0)")
    page.go_forward()
    page.go_forward()
    expect(field).to_have_value(re.compile("# one two"))


def test_back_brings_code_again_that_is_too_long_for_an_address(page: Page) -> None:
    digits = "".join(str(number) for number in range(30_000))
    open_script(page, f"import torch\nx = torch.ones(2)\n# {digits}")
    page.wait_for_timeout(500)  # the address is what it was: there is nothing else to wait for
    choose_lesson(page, "kinks")
    page.wait_for_url(re.compile("lesson=kinks"))
    page.go_back()
    expect(page.get_by_test_id("editor").locator("textarea").first).to_have_value(re.compile(digits[-50:]))


def test_back_keeps_the_language_that_was_chosen_since(page: Page) -> None:
    run_and_go_to(page, 4)
    choose_lesson(page, "kinks")
    page.wait_for_url(re.compile("lesson=kinks"))
    page.get_by_test_id("language").click()
    page.go_back()
    expect(page.get_by_test_id("step-counter")).to_contain_text("4")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_the_way_past_the_header_is_no_address(page: Page) -> None:
    run_and_go_to(page, 4)
    before = page.url
    page.get_by_role("button", name="Skip to the steps").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('[data-testid=transport]') !== null")
    assert page.url == before
