"""Long runs: the picture begins before they end, a bar says how far they are, what was stopped by hand is played."""

from __future__ import annotations

import re
from contextlib import ExitStack

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Shot
from tests.e2e.lesson import card, drawn, go_to, position

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


TRAINING = """import time
import torch

w = torch.tensor([2.0, 1.0], requires_grad=True)
for step in range(12):
    loss = (w * w).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad = None
    time.sleep(0.08)
loss = (w * w).sum()
loss.backward()
"""

# What the layout's worker is asked while it is held waits until it is let go.
HELD = """() => {
    const { postMessage } = Worker.prototype
    const waiting = []
    window.hold = () => { Worker.prototype.postMessage = function (...said) { waiting.push([this, said]) } }
    window.letGo = () => {
        Worker.prototype.postMessage = postMessage
        for (const [worker, said] of waiting) postMessage.apply(worker, said)
    }
}"""


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


@pytest.mark.parametrize("back", [0, 1, 2, 3, 4])
def test_while_the_picture_is_of_what_there_was_before_steps_are_of_all_there_is(page: Page, back: int) -> None:
    page.evaluate(HELD)
    start(page, TRAINING)
    leaf = page.locator("[data-node][data-kind=leaf]").first
    leaf.click()
    page.evaluate("hold()")
    expect(page.get_by_test_id("run")).to_have_attribute("data-running", "false")
    page.keyboard.press("End")
    for _ in range(back):
        page.keyboard.press("ArrowLeft")
    at, count = position(page)
    assert at == count - back
    expect(page.get_by_test_id("graph")).to_have_attribute("aria-busy", "true")
    said = page.get_by_test_id("inspector").inner_text()
    page.evaluate("letGo()")
    expect(page.get_by_test_id("graph")).to_have_attribute("aria-busy", "false")
    assert position(page) == (at, count)
    assert page.get_by_test_id("inspector").inner_text() == said


NETWORK = """import time
import torch
from torch import nn

X = torch.randn(64, 3)
net = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 1))
opt = torch.optim.Adam(net.parameters(), lr=1e-2)
for epoch in range(12):
    opt.zero_grad()
    loss = (net(X) ** 2).mean()
    loss.backward()
    opt.step()
    time.sleep(0.08)
print(loss)
"""


def test_the_end_is_in_sight_though_its_picture_came_after_the_key(page: Page) -> None:
    page.evaluate(HELD)
    start(page, NETWORK)
    expect(page.locator("[data-node]").first).to_be_visible()
    page.evaluate("hold()")
    expect(page.get_by_test_id("run")).to_have_attribute("data-running", "false")
    page.keyboard.press("End")
    page.evaluate("letGo()")
    drawn(page)
    expect(card(page, "loss", "mean").last).to_be_in_viewport()
