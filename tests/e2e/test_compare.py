"""Two runs compared step by step: the one that was kept, and one of changed code."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Shot
from tests.e2e.scripts import play_script

CODE = """\
import torch
x = torch.tensor([1., 2.], requires_grad=True)
y = x * x
u = y{detach}
(u * x).sum().backward()
x.grad
"""


def test_what_detach_changes_is_marked(page: Page, shot: Shot) -> None:
    play_script(page, CODE.format(detach=""))
    page.get_by_test_id("keep").click()
    play_script(page, CODE.format(detach=".detach()"))
    rows = page.get_by_test_id("compare").locator("tr[data-name]")
    gradient = rows.and_(page.locator('[data-name="x.grad"]'))
    expect(gradient).to_have_attribute("data-differs", "true")
    expect(gradient.locator("td")).to_have_text(["[3, 12]", "[1, 4]"])
    expect(rows.and_(page.locator('[data-name="y"]'))).to_have_attribute("data-differs", "false")
    shot("detach")
    page.locator("body").press("k")
    expect(page.get_by_test_id("compare")).to_have_count(0)
