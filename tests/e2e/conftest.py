"""What a browser test stands on: a server of its own on a free port, a browser, a page, a place for screenshots."""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.e2e.lesson import WAIT_MILLISECONDS

SHOTS = Path(__file__).parent / "shots"
START_SECONDS = 60
SLOW = "GRADWALK_SLOW_PAGE" in os.environ
"""`make e2e-slow`: late answers and a slow processor, to find tests that do not wait for what they depend on."""
SWITCHES = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]

Shot = Callable[[str], Path]

expect.set_options(timeout=WAIT_MILLISECONDS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies here drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")


def drain(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    """Reads a server's output to its end, so that it never waits for a reader."""
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put(None)


def address_in(lines: queue.Queue[str | None]) -> str:
    """The address that the server says it listens on."""
    said = []
    while (line := lines.get(timeout=START_SECONDS)) is not None:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:[1-9]\d*", line):
            return found.group()
    raise RuntimeError("the server stopped before it listened:\n" + "".join(said))


_ABORTED = "net::ERR_ABORTED"


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server that stops when this is left."""
    command = [sys.executable, "-m", "gradwalk", "serve", "--host", "127.0.0.1", "--port", "0"]
    lines: queue.Queue[str | None] = queue.Queue()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        reader = threading.Thread(target=drain, args=(process, lines))
        reader.start()
        try:
            yield address_in(lines)
        finally:
            process.terminate()
            process.wait(timeout=30)
            reader.join()


@pytest.fixture(scope="package")
def server() -> Iterator[str]:
    """The address of a server that runs for these tests alone."""
    with serving() as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's Chromium without a window."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None:
        pytest.fail("No chromium here: `make e2e` installs one or says how.")
    switches = [*SWITCHES, "--no-sandbox"] if os.geteuid() == 0 else SWITCHES
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=switches)
        yield browser
        browser.close()


@pytest.fixture
def viewport() -> ViewportSize:
    """The size of the window; override it in a test's parameters to see another."""
    return {"width": 1280, "height": 720}


@pytest.fixture
def context(browser: Browser, viewport: ViewportSize) -> Iterator[BrowserContext]:
    """A visitor who has never been here, reads English and wants no motion."""
    context = browser.new_context(viewport=viewport, locale="en-GB", reduced_motion="reduce", service_workers="block")
    context.set_default_timeout(WAIT_MILLISECONDS)
    yield context
    context.unroute_all(behavior="ignoreErrors")  # what is still answered must not fail in the next test
    context.close()


def slow_down(page: Page) -> None:
    """Every answer comes late, and the processor is half of what it is."""
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 400, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    tools.send("Emulation.setCPUThrottlingRate", {"rate": 2})


@pytest.fixture
def page(context: BrowserContext, server: str) -> Iterator[Page]:
    """The page, opened. A test fails if the page threw, logged an error or asked for something that is not there."""
    page = context.new_page()
    if SLOW:
        slow_down(page)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"threw: {error}"))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    # A page that is loaded anew aborts what it was still fetching: that is no failure.
    page.on(
        "requestfailed",
        lambda request: None if request.failure == _ABORTED else complaints.append(f"failed: {request.url}"),
    )
    page.goto(server)
    yield page
    assert complaints == []


@pytest.fixture
def shot(page: Page, request: pytest.FixtureRequest) -> Shot:
    """Takes a picture of the page as it is: `shot("loop")` writes tests/e2e/shots/<test>-loop.png."""

    def take(name: str) -> Path:
        path = SHOTS / f"{request.node.name}-{name}.png"
        page.screenshot(path=path)
        return path

    return take
