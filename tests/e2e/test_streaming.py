"""Long runs: the picture begins before they end, a bar says how far they are, what was stopped by hand is played."""

from __future__ import annotations

import re
from contextlib import ExitStack

import httpx
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


ENDLESS = LONG.replace("for i in range(40)", "while True")


def start(page: Page, code: str) -> None:
    """Open the script and press Run, without waiting for it to be over."""
    script = {"name": "long.py", "mimeType": "text/x-python", "buffer": code.encode()}
    page.locator("input[type=file]").first.set_input_files([script])  # type: ignore[arg-type]
    page.get_by_test_id("run").click()


def watch(page: Page) -> None:
    """Keep what the page says while a run goes on, so that nothing is missed by looking too late."""
    page.evaluate(
        """() => {
            window.seen = []
            const at = name => document.querySelector(`[data-testid=${name}]`)
            new MutationObserver(() => {
                if (at("run").dataset.running !== "true") return
                seen.push({ steps: at("step-counter")?.innerText ?? "", progress: at("progress")?.innerText ?? "" })
            }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
        }"""
    )


def test_the_picture_begins_before_the_run_ends_and_the_place_is_kept(page: Page, shot: Shot) -> None:
    watch(page)
    start(page, LONG)
    expect(card(page, "y", "mul").first).to_be_visible()
    go_to(page, 3)
    shot("growing")
    expect(page.get_by_test_id("run")).to_have_attribute("data-running", "false")
    expect(page.get_by_test_id("progress")).to_have_count(0)
    at, count = position(page)
    assert at == 3
    seen: list[dict[str, str]] = page.evaluate("seen")
    assert any(re.search(r"[1-9]\d* operations, \d\.\d s", moment["progress"]) for moment in seen)
    early = [int(found[1]) for moment in seen if (found := re.search(r"step \d+ of ([1-9]\d*)", moment["steps"]))]
    assert min(early) < count
    expect(page.get_by_test_id("banner-outcome")).to_have_count(0)


def test_a_run_stopped_by_hand_can_be_played(page: Page, shot: Shot) -> None:
    start(page, ENDLESS)
    expect(card(page, "y", "mul").first).to_be_visible()
    page.get_by_test_id("run").click()
    expect(page.get_by_test_id("run")).to_have_attribute("data-running", "false")
    expect(page.get_by_test_id("banner-outcome")).to_contain_text("Stopped by hand.")
    count = position(page)[1]
    go_to(page, count)
    shot("stopped")
    expect(card(page, "y", "mul").first).to_be_visible()
    assert position(page) == (count, count)


def test_who_waits_sees_how_many_come_first(page: Page, server: str) -> None:
    headers = {"accept": "application/x-ndjson"}
    with httpx.Client(base_url=server) as client, ExitStack() as runs:
        answers = []
        for _ in range(2):  # of the same client as the page's: one runs, one waits
            asked = client.stream("POST", "/api/v1/traces", json={"source": ENDLESS}, headers=headers)
            answers.append(runs.enter_context(asked).iter_raw())  # which hangs up when nobody holds it
            assert next(answers[-1])
        start(page, LONG)
        expect(page.get_by_test_id("progress")).to_contain_text("1 before you")
    expect(card(page, "y", "mul").first).to_be_visible()
    expect(page.get_by_test_id("run")).to_have_attribute("data-running", "false")
    expect(page.get_by_test_id("progress")).to_have_count(0)
