"""Writing code: a text field that knows Python's indentation, in colour, with the browser's own undo."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.conftest import Shot
from tests.e2e.lesson import NOTEBOOK, card, click_code, open_and_run


def field(page: Page) -> Locator:
    return page.get_by_test_id("editor").get_by_role("textbox").first


def emptied(page: Page) -> Locator:
    """The only cell, with nothing in it."""
    script: FilePayload = {"name": "script.py", "mimeType": "text/x-python", "buffer": b"a = 1"}
    page.locator("input[type=file]").first.set_input_files([script])
    box = field(page)
    expect(box).to_have_value("a = 1")
    box.press("Control+a")
    page.keyboard.press("Delete")
    expect(box).to_have_value("")
    return box


def test_what_is_written_is_indented_coloured_and_undone(page: Page) -> None:
    box = emptied(page)
    page.keyboard.type("for i in x:\nif i:\nbreak\n")
    expect(box).to_have_value("for i in x:\n    if i:\n        break\n    ")
    expect(page.locator(".listing-line .tok-keyword")).to_have_text(["for", "in", "if", "break"])
    page.keyboard.press("Backspace")
    expect(box).to_have_value("for i in x:\n    if i:\n        break\n")
    page.keyboard.press("Control+z")
    expect(box).to_have_value("for i in x:\n    if i:\n        break\n    ")
    page.keyboard.press("Control+a")
    page.keyboard.press("Shift+Tab")
    expect(box).to_have_value("for i in x:\nif i:\n    break\n")
    page.keyboard.press("Control+/")
    expect(box).to_have_value("# for i in x:\n# if i:\n#     break\n")
    expect(page.locator(".listing-line .tok-comment")).to_have_count(3)


def test_the_bracket_beside_the_cursor_and_its_partner_are_marked(page: Page, shot: Shot) -> None:
    box = emptied(page)
    page.keyboard.type('y = f(x[0], (1, 2), ")")')
    marks = page.get_by_test_id("bracket")
    expect(marks).to_have_count(2)
    expect(marks.and_(page.locator('[data-matched="true"]'))).to_have_count(2)
    # Each stands on its letter: the last of the line, and the sixth. They are drawn anew in a frame of their own.
    page.wait_for_function(
        """() => {
            const marks = [...document.querySelectorAll('[data-testid="bracket"]')];
            const places = marks.map((mark) => mark.getBoundingClientRect());
            if (places.length !== 2) return false;
            const [own, partner] = places;
            return Math.abs(own.x - partner.x - (23 - 5) * own.width) < 1 && Math.abs(own.y - partner.y) < 1;
        }"""
    )
    shot("pair")
    page.keyboard.press("ArrowLeft")
    expect(marks.first).to_be_visible()
    page.keyboard.press("ArrowLeft")
    # What stands in a string is text.
    expect(marks).to_have_count(0)
    page.keyboard.press("End")
    page.keyboard.type(")")
    expect(marks).to_have_count(1)
    expect(marks).to_have_attribute("data-matched", "false")
    shot("alone")
    box.blur()
    expect(marks).to_have_count(0)


def test_lines_change_places_and_back(page: Page) -> None:
    box = field(page)
    box.fill("a = 1\nb = 2\nc = 3")
    box.press("End")
    page.keyboard.press("Alt+ArrowUp")
    expect(box).to_have_value("a = 1\nc = 3\nb = 2")
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    expect(box).to_have_value("c = 3\na = 1\nb = 2")
    page.keyboard.press("Alt+ArrowDown")
    expect(box).to_have_value("a = 1\nc = 3\nb = 2")
    page.keyboard.press("Control+z")
    expect(box).to_have_value("c = 3\na = 1\nb = 2")


def test_the_keyboard_gets_out_of_the_code(page: Page) -> None:
    box = field(page)
    box.focus()
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).not_to_be_focused()
    page.keyboard.press("Tab")
    expect(box).not_to_be_focused()


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """text => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(paste);
        }""",
        text,
    )


def test_pasted_notebook_is_opened_in_the_place_of_what_was_there(page: Page) -> None:
    boxes = page.get_by_test_id("editor").get_by_role("textbox")
    emptied(page).blur()
    paste(page, NOTEBOOK.with_suffix(".txt").read_text("utf-8"))
    expect(boxes).to_have_count(15)
    expect(boxes.nth(3)).to_have_value("y.backward()")
    emptied(page)
    paste(page, NOTEBOOK.read_text("utf-8"))
    expect(boxes).to_have_count(15)
    expect(boxes.nth(3)).to_have_value("y.backward()")


def test_pasted_cells_become_cells(page: Page) -> None:
    emptied(page)
    paste(page, "# %%\na = 1\n# %%\nb = 2\n")
    boxes = page.get_by_test_id("editor").get_by_role("textbox")
    expect(boxes).to_have_count(2)
    expect(boxes.nth(0)).to_have_value("a = 1")
    expect(boxes.nth(1)).to_have_value("b = 2")
    boxes.nth(1).press("End")
    paste(page, "\n>>> c = a + b\n>>> c\n3\n")
    expect(boxes.nth(1)).to_have_value("b = 2c = a + b\nc")


def test_a_long_text_is_marked_and_edited_far_down(page: Page) -> None:
    long = "import torch\nx = torch.ones(2, requires_grad=True)\n" + "a = 1\n" * 700 + "y = x * 3\n" + "b = 1\n" * 90
    open_and_run(page, long)
    card(page, "y", "mul").press("Enter")
    expect(page.locator(".step-lit")).to_have_text("x * 3")
    expect(page.locator(".step-lit")).to_be_in_viewport()
    click_code(page, "y = x * 3")
    page.keyboard.press("End")
    page.keyboard.type(" + a\nc = y")
    expect(page.locator(".listing-line", has_text="y = x * 3")).to_have_text("y = x * 3 + a\n")
    lines = page.locator(".listing").first.evaluate("(code) => code.textContent")
    assert lines.rstrip("\n") == long.replace("x * 3", "x * 3 + a\nc = y").rstrip("\n")


def test_the_tools_of_a_cell_cover_no_code_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".pane-tab", has_text="Code").click()
    field(page).click()
    tools = page.locator(".cell-tools").first
    expect(tools).to_be_visible()
    code, above = page.locator(".cell-code").first.bounding_box(), tools.bounding_box()
    assert code
    assert above
    assert above["y"] >= code["y"] + code["height"]
    tools.get_by_role("button").nth(2).click()
    expect(page.get_by_test_id("editor").get_by_role("textbox").nth(1)).to_be_focused()


LONG_LINE = "if True:\n    first = torch.tensor([1.0, 2.0], requires_grad=True) + alpha * beta\n"
LETTERS = """
(line, words) => words.map((word) => {
    const range = document.createRange();
    const at = line.textContent.indexOf(word);
    const letters = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let seen = 0; letters.nextNode(); seen += letters.currentNode.length) {
        if (at >= seen + letters.currentNode.length) continue;
        range.setStart(letters.currentNode, at - seen);
        range.setEnd(letters.currentNode, at - seen + 1);
        break;
    }
    const { left, top } = range.getBoundingClientRect();
    return [left, top];
})
"""


def test_the_rest_of_a_long_line_stands_deeper_than_it_begins_and_a_click_finds_its_letter(page: Page) -> None:
    box = emptied(page)
    page.keyboard.insert_text(LONG_LINE)
    box.press("Escape")
    line = page.locator(".listing-line", has_text="first")
    (begins, above), *rest = line.evaluate(LETTERS, ["first", "2.0]", "requires_grad=True", "beta"])
    below = [left for left, top in rest if top > above]
    assert below
    assert min(below) > begins
    click_code(page, "first", "beta")
    place = box.evaluate("(box) => box.value.slice(0, box.selectionStart)")
    assert place.endswith("alpha * be")
