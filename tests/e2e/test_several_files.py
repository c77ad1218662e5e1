"""A script is opened together with what it imports: its files are cells, closed until a step comes into them."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.conftest import Shot

MAIN = b"""import torch
import tools
x = torch.ones(2, requires_grad=True)
print(open('note.txt').read())
tools.doubled(x)"""
FILES = {
    "note.txt": b"a note",
    "tools.py": b"def doubled(x):\n    return 2 * x\n",
    "main.py": MAIN,
    "picture.csv": b"\xff\xd8\xff",
}


def test_a_module_of_ones_own_is_stepped_through_in_its_file(page: Page, shot: Shot) -> None:
    page.get_by_test_id("open-file").set_input_files(
        [FilePayload(name=name, mimeType="text/plain", buffer=data) for name, data in FILES.items()]
    )
    files = page.locator(".cell-file")
    expect(files.locator("summary")).to_have_text(["note.txt", "tools.py"])
    expect(page.get_by_role("status").or_(page.get_by_role("alert")).filter(has_text="picture.csv")).to_be_visible()
    expect(files.locator(":scope[open]")).to_have_count(0)
    page.get_by_test_id("run").click()
    page.locator("[data-node]").first.wait_for()
    page.get_by_test_id("step-last").click()
    expect(page.locator(".cell-file[open] summary")).to_have_text(["tools.py"])
    expect(page.get_by_test_id("console")).to_contain_text("a note")
    expect(page.locator(".cell-file .step-lit")).to_contain_text("2 * x")
    shot("several-files")


def test_the_name_of_a_file_stays_in_sight_with_the_line_at_work_far_down_in_it(page: Page) -> None:
    tools = b"\n" * 80 + b"def doubled(x):\n    return 2 * x\n"
    page.get_by_test_id("open-file").set_input_files(
        [
            FilePayload(name=name, mimeType="text/x-python", buffer=data)
            for name, data in {"tools.py": tools, "main.py": MAIN.replace(b"print(", b"# ")}.items()
        ]
    )
    page.get_by_test_id("run").click()
    page.locator("[data-node]").first.wait_for()
    page.get_by_test_id("step-last").click()
    expect(page.locator(".cell-file .step-lit")).to_be_in_viewport()
    expect(page.locator(".cell-file summary")).to_be_in_viewport(ratio=1)
