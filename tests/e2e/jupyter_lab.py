"""The widget and ``%%gradwalk`` in a real JupyterLab: `make jupyter-check`, with JUPYTER= the Python that has it."""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.e2e.conftest import SHOTS, drain

CELLS = (
    """\
import gradwalk
t = gradwalk.trace(\"\"\"
import torch
x = torch.arange(4.0, requires_grad=True)
y = 2 * torch.dot(x, x)
y.backward()
\"\"\")
print(t.tensors["x"].grad)
t.show(height=420)""",
    "%load_ext gradwalk",
    """\
%%gradwalk --height 420 --theme dark
import torch
w = torch.tensor(2.0, requires_grad=True)
(w * w * w).backward()""",
    "print('cubed', walk.tensors['w'].grad)",
)
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "cells": [
        {"cell_type": "code", "id": f"cell-{k}", "metadata": {}, "execution_count": None, "outputs": [], "source": code}
        for k, code in enumerate(CELLS)
    ],
}
START_SECONDS = 120
RUN_MILLISECONDS = 120_000


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """The address of a JupyterLab with the notebook in it, which anybody on this machine may use."""
    (tmp_path / "walk.ipynb").write_text(json.dumps(NOTEBOOK))
    command = [
        os.environ["JUPYTER"], "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0", "--ip=127.0.0.1",
        "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True",
        f"--ServerApp.root_dir={tmp_path}",
    ]  # fmt: skip
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(tmp_path / "config"), "JUPYTER_NO_CONFIG": "1"}
    lines: queue.Queue[str | None] = queue.Queue()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        reader = threading.Thread(target=drain, args=(process, lines))
        reader.start()
        said = []
        try:
            while (line := lines.get(timeout=START_SECONDS)) is not None:
                said.append(line)
                if found := re.search(r"http://127\.0\.0\.1:[1-9]\d*", line):
                    break
            assert found, "".join(said)
            yield found.group()
        finally:
            process.terminate()
            process.wait(timeout=60)
            reader.join()


def plays(player: FrameLocator) -> None:
    """A player that goes on by a step when it is told to."""
    expect(player.locator("[data-node]").first).to_be_visible(timeout=RUN_MILLISECONDS)
    before = player.get_by_test_id("sentence").inner_text()
    player.get_by_test_id("step-next").click()
    expect(player.get_by_test_id("sentence")).not_to_have_text(before)


def run_all(page: Page) -> None:
    """Run every cell by the menu."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def test_runs_play_in_jupyterlab(browser: Browser, lab: str) -> None:
    context = browser.new_context(viewport={"width": 1500, "height": 1400}, locale="en-GB")
    page = context.new_page()
    page.goto(f"{lab}/lab/tree/walk.ipynb")
    expect(page.locator(".jp-CodeCell")).to_have_count(len(CELLS), timeout=RUN_MILLISECONDS)
    # Cells that are run before the kernel is there are not run at all.
    expect(page.get_by_role("button", name="| Idle")).to_be_visible(timeout=RUN_MILLISECONDS)
    run_all(page)
    expect(page.get_by_text("cubed 12.0")).to_be_visible(timeout=RUN_MILLISECONDS)  # 3 * 2**2
    expect(page.get_by_text("[ 0.  4.  8. 12.]")).to_be_visible()
    frames = page.locator("iframe[title=Gradwalk]")
    expect(frames).to_have_count(2)
    for k in range(2):
        frames.nth(k).scroll_into_view_if_needed()
        plays(page.frame_locator("iframe[title=Gradwalk]").nth(k))
    frames.nth(0).scroll_into_view_if_needed()
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / "jupyterlab.png")
    context.close()
