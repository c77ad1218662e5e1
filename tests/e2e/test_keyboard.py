"""By keyboard alone: the focus is never lost, trapped or behind something, and what a key has changed is told."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lesson import drawn, go_to, open_and_run, position
from tests.e2e.scene_programs import LOOP, SQUARES

CUT = """\
import torch
a = torch.tensor(2., requires_grad=True)
b = torch.tensor(5.)
c = a * b
d = c.detach() * a
"""
PASSES = """\
import torch
x = torch.tensor(2., requires_grad=True)
for i in range(12):
    (x * x).backward()
"""


MODULE = """\
import torch
torch.manual_seed(0)
layer = torch.nn.Linear(2, 1)
y = layer(torch.ones(1, 2))
"""


def focused(page: Page) -> str:
    """What has the focus: its name for tests, or what it is called."""
    return str(
        page.evaluate(
            """() => {
                const { dataset, ariaLabel, localName } = document.activeElement;
                return dataset.testid ?? ariaLabel ?? localName;
            }"""
        )
    )


def test_the_focus_goes_on_to_the_slider_from_the_button_that_has_led_to_the_end(page: Page) -> None:
    open_and_run(page, SQUARES)
    page.get_by_test_id("step-last").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("step-last")).to_be_disabled()
    expect(page.get_by_test_id("step-slider")).to_be_focused()


def test_the_focus_stays_with_a_cell_that_is_moved_and_goes_on_from_one_that_is_deleted(page: Page) -> None:
    up = page.get_by_role("button", name="Move this cell up")
    up.nth(2).focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    for _ in range(2):
        page.keyboard.press("Enter")
    expect(up.nth(0)).to_be_disabled()
    expect(page.get_by_role("button", name="Move this cell down").nth(0)).to_be_focused()
    cells = page.locator(".cell")
    before = cells.count()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    assert focused(page) == "Delete this cell"
    page.keyboard.press("Enter")
    expect(cells).to_have_count(before - 1)
    expect(page.locator(".cell-tools button:focus")).to_have_count(1)
    assert page.locator(".code-field:focus").count() == 0, "the next key would be written"


def test_the_tools_of_a_cell_are_one_stop_of_the_tab_key_and_arrows_lead_from_one_to_another(page: Page) -> None:
    open_and_run(page, SQUARES + "\n# %%\n1 + 1\n")
    at = page.get_by_test_id("step-counter").inner_text()
    page.get_by_role("button", name="Move this cell down").first.focus()
    assert focused(page) == "Move this cell down", "the first cell cannot go up"
    page.keyboard.press("ArrowRight")
    assert focused(page) == "Add a cell below"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("editor").get_by_role("textbox").nth(1)).to_be_focused()
    expect(page.get_by_test_id("step-counter")).to_have_text(at)


def test_who_asks_for_the_error_is_led_to_what_went_wrong(page: Page) -> None:
    open_and_run(page, "import torch\nx = torch.ones(2, requires_grad=True)\n(x * x).backward()\n")
    page.get_by_role("button", name="Show the error").press("Enter")
    expect(page.locator(".diagnosis .side-scroll")).to_be_focused()


def test_who_tabs_out_of_the_page_is_not_held(page: Page) -> None:
    last = page.locator("#steps select").last
    last.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Skip to the steps")).to_be_focused()


def test_letters_in_the_list_of_lessons_look_for_one(page: Page) -> None:
    page.get_by_role("button", name="Lessons").press("Enter")
    expect(page.get_by_label("Find a lesson")).to_be_focused()
    expect(page.locator("[data-lesson]").first).to_be_visible()  # the list comes when it is asked for
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-lesson]:focus")).to_have_count(1)
    page.keyboard.type("pi")  # P presents, I takes the pen
    expect(page.get_by_label("Find a lesson")).to_be_focused()
    expect(page.get_by_label("Find a lesson")).to_have_value("pi")
    expect(page.locator(".page")).to_have_attribute("data-presenting", "false")
    expect(page.get_by_test_id("pen")).to_have_count(0)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("4", "Speed 1×"),
        ("g", "grad_fn"),
        ("r", "Predict each gradient before it shows: on"),
        ("k", "This run is kept."),
    ],
)
def test_what_a_key_has_changed_is_told(page: Page, key: str, said: str) -> None:
    open_and_run(page, SQUARES)
    page.keyboard.press(key)
    expect(page.get_by_test_id("told")).to_contain_text(said)


def test_why_is_told_and_on_a_phone_seen(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_and_run(page, SQUARES)
    go_to(page, position(page)[1])
    page.keyboard.press("w")
    expect(page.get_by_test_id("why-answer")).to_be_in_viewport()
    expect(page.get_by_test_id("told")).to_contain_text("Why?")


def test_the_tab_key_comes_to_the_cards_before_the_edges(page: Page) -> None:
    open_and_run(page, CUT)
    go_to(page, position(page)[1])
    page.locator("[data-node][tabindex='0']").focus()
    page.keyboard.press("Tab")
    stop = page.locator(".edge-stop:focus")
    expect(stop).to_have_count(1)
    expect(page.get_by_role("tooltip")).to_have_text("does not require grad")
    expect(stop).to_have_attribute("aria-label", "from b to c: does not require grad")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("[data-node]:focus")).to_have_count(1)
    expect(page.get_by_role("tooltip")).to_have_count(0)


def test_the_graph_is_one_key_from_the_top(page: Page) -> None:
    open_and_run(page, CUT)
    drawn(page)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.keyboard.press("Tab")
    for _ in range(40):
        if page.evaluate("document.activeElement.textContent") == "Skip to the graph":
            break
        page.keyboard.press("Shift+Tab" if focused(page) != "button" else "Tab")
    page.get_by_role("button", name="Skip to the graph").press("Enter")
    expect(page.locator("[data-node]:focus-visible")).to_have_count(1)


def test_the_card_that_is_chosen_says_so(page: Page) -> None:
    open_and_run(page, SQUARES)
    one = page.locator("[data-node]").first
    expect(one).not_to_have_attribute("aria-pressed", "true")
    one.press("Enter")
    expect(one).to_have_attribute("aria-pressed", "true")


def test_what_lies_behind_a_blank_screen_is_not_reached(page: Page) -> None:
    open_and_run(page, SQUARES)
    page.get_by_test_id("step-prev").focus()
    page.keyboard.press("b")
    expect(page.locator(".blank")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".blank")).to_be_focused()
    page.keyboard.press("b")
    expect(page.get_by_test_id("step-prev")).to_be_focused()


def test_the_focus_is_where_it_was_after_a_search(page: Page) -> None:
    open_and_run(page, SQUARES)
    page.get_by_test_id("search").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("palette").locator("input")).to_be_focused()
    page.keyboard.type("x")
    expect(page.locator(".found > *").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("search")).to_be_focused()


def test_an_entry_of_the_ledger_is_not_behind_its_name(page: Page) -> None:
    open_and_run(page, PASSES)
    go_to(page, position(page)[1])
    entries = page.locator(".entry-button")
    entries.last.focus()
    for _ in range(8):
        page.keyboard.press("Shift+Tab")
    shown = page.locator(".entry-button:focus").bounding_box()
    name = page.locator(".book-name").first.bounding_box()
    assert shown is not None
    assert name is not None
    assert shown["y"] >= name["y"] + name["height"] - 1


def test_the_way_back_from_two_runs_leads_to_the_steps(page: Page) -> None:
    open_and_run(page, SQUARES)
    page.keyboard.press("k")
    open_and_run(page, LOOP)
    page.keyboard.press("x")
    expect(page.get_by_test_id("pair")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("pair")).to_have_count(0)
    assert focused(page) != "body"


@pytest.mark.parametrize("viewport", [{"width": 390, "height": 844}, {"width": 640, "height": 360}])
def test_the_panel_of_the_link_is_within_the_window(page: Page) -> None:
    page.get_by_role("button", name="Link").first.click()
    expect(page.get_by_test_id("share-link")).to_be_visible()
    panel = page.get_by_role("dialog", name="Link").bounding_box()
    size = page.viewport_size
    assert panel is not None
    assert size is not None
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= size["width"]
    assert panel["y"] + panel["height"] <= size["height"]


def come_by_keys(page: Page, selector: str) -> None:
    """The focus comes there as by the Tab key: so that it shows."""
    page.locator(selector).focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(page.locator(f"{selector}:focus-visible")).to_have_count(1)


def test_a_key_that_folds_a_box_opens_it_again(page: Page) -> None:
    open_and_run(page, MODULE)
    go_to(page, position(page)[1])
    come_by_keys(page, ".group-title")
    box = focused(page)
    page.keyboard.press("Enter")
    expect(page.locator("[data-node][data-kind='folded']:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".group-title:focus")).to_have_attribute("aria-label", box)


def test_the_focus_is_at_the_card_again_that_it_came_from_to_the_legend(page: Page) -> None:
    open_and_run(page, SQUARES)
    drawn(page)
    card = "[data-node][tabindex='0']"
    come_by_keys(page, card)
    page.keyboard.press("h")
    expect(page.get_by_test_id("legend").get_by_role("button")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(card)).to_be_focused()
