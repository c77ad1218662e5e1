"""Long runs: the picture begins before they end, a bar says how far they are, what was stopped by hand is played."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Shot
from tests.e2e.lesson import card, go_to, position

LONG = """import time
import torch

w = torch.tensor(2.0, requires_grad=True)
y = w * 3
for i in range(40):
    y = y * 1.01
    time.sleep(0.05)
y.backward()
"""


def start(page: Page) -> None:
    """Open the long script and press Run, without waiting for it to be over."""
    script = {"name": "long.py", "mimeType": "text/x-python", "buffer": LONG.encode()}
    page.locator("input[type=file]").first.set_input_files([script])  # type: ignore[arg-type]
    page.get_by_test_id("run").click()


def test_the_picture_begins_before_the_run_ends_and_the_place_is_kept(page: Page, shot: Shot) -> None:
    start(page)
    expect(card(page, "y", "mul").first).to_be_visible()
    expect(page.get_by_test_id("run")).to_have_attribute("data-running", "true")
    expect(page.get_by_test_id("progress")).to_contain_text(re.compile(r"[1-9]\d* operations, \d\.\d s"))
    go_to(page, 3)
    shot("growing")
    early = position(page)[1]
    expect(page.get_by_test_id("run")).to_have_attribute("data-running", "false")
    expect(page.get_by_test_id("progress")).to_have_count(0)
    at, count = position(page)
    assert at == 3
    assert count > early
    expect(page.get_by_test_id("banner-outcome")).to_have_count(0)


def test_a_run_stopped_by_hand_can_be_played(page: Page, shot: Shot) -> None:
    start(page)
    expect(card(page, "y", "mul").first).to_be_visible()
    page.get_by_test_id("run").click()
    expect(page.get_by_test_id("run")).to_have_attribute("data-running", "false")
    expect(page.get_by_test_id("banner-outcome")).to_contain_text("Stopped by hand.")
    count = position(page)[1]
    go_to(page, count)
    shot("stopped")
    expect(card(page, "y", "mul").first).to_be_visible()
    assert position(page) == (count, count)
