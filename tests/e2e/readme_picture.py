"""Takes the picture that the README opens with: `make screenshot`. Not a test, and so not named like one."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

PICTURE = Path(__file__).parents[2] / "docs" / "screenshot.png"
MOMENT = "[0, 4, 8, 12]"
"""What has just come into the ledger: two gradients met at `x`, the heart of the lesson's first graph."""
STEPS = 40


def test_take_the_picture(browser: Browser, server: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 720}, device_scale_factor=2, reduced_motion="reduce")
    page.goto(server)
    page.get_by_test_id("run").click()
    expect(page.get_by_test_id("step-counter")).to_contain_text("step 2 of")
    for _ in range(STEPS):
        if MOMENT in page.get_by_test_id("ledger").inner_text():
            break
        page.get_by_test_id("step-next").click()
    expect(page.get_by_test_id("ledger")).to_contain_text(MOMENT)
    PICTURE.parent.mkdir(exist_ok=True)
    page.screenshot(path=PICTURE)
    page.close()
