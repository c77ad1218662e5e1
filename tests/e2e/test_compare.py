"""Two runs compared step by step: the one that was kept, and one of changed code."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.conftest import Shot

CODE = """\
import torch
x = torch.tensor([1., 2.], requires_grad=True)
y = x * x
u = y{detach}
(u * x).sum().backward()
x.grad
"""


def run(page: Page, detach: str) -> None:
    file = FilePayload(name="detach.py", mimeType="text/x-python", buffer=CODE.format(detach=detach).encode())
    page.get_by_test_id("open-file").set_input_files(file)
    page.get_by_test_id("run").click()
    page.locator("[data-node]").first.wait_for()
    expect(page.get_by_test_id("run")).to_have_attribute("data-running", "false")
    page.get_by_test_id("step-last").click()


def test_what_detach_changes_is_marked(page: Page, shot: Shot) -> None:
    run(page, "")
    page.get_by_test_id("keep").click()
    run(page, ".detach()")
    rows = page.get_by_test_id("compare").locator("tr[data-name]")
    gradient = rows.and_(page.locator('[data-name="x.grad"]'))
    expect(gradient).to_have_attribute("data-differs", "true")
    expect(gradient.locator("td")).to_have_text(["[3, 12]", "[1, 4]"])
    expect(rows.and_(page.locator('[data-name="y"]'))).to_have_attribute("data-differs", "false")
    shot("detach")
    page.locator("body").press("k")
    expect(page.get_by_test_id("compare")).to_have_count(0)
