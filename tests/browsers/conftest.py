"""The browsers that are here, a server whose page keeps its complaints, and one window for all modes of a browser."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.browsers.firefox import Window, firefox
from tests.browsers.webdriver import Kind, Session, opened, screen
from tests.e2e.conftest import address_in, drain

ROOT = Path(__file__).parents[2]
MINIBROWSERS = "webkit2gtk-4.*/MiniBrowser"
NAMES = ["firefox", "webkit", "older-webkit"]
PACKAGES = {
    "firefox": "firefox-esr",
    "webkit": "webkit2gtk-driver xvfb",
    "older-webkit": "wpewebkit-driver cog",
}


def kind_of(name: str) -> Kind | None:
    """How WebDriver opens a browser, if all that it needs is here."""
    driver = shutil.which({"webkit": "WebKitWebDriver", "older-webkit": "WPEWebDriver"}[name])
    if driver is None:
        return None
    if name == "older-webkit":
        options = {"binary": shutil.which("cog"), "args": ["--automation", "-P", "headless"]}
        return Kind(name, driver, {"wpe:browserOptions": options}, screen=False) if shutil.which("cog") else None
    binary = next((path for path in sorted(Path("/usr/lib").glob(f"*/{MINIBROWSERS}"))), None)
    if binary is None or not (shutil.which("Xvfb") or "DISPLAY" in os.environ):
        return None
    options = {"binary": str(binary), "args": ["--automation"]}
    return Kind(name, driver, {"webkitgtk:browserOptions": options}, screen=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every mode in every browser, browser by browser."""
    if "window" in metafunc.fixturenames:
        metafunc.parametrize("window", NAMES, indirect=True, scope="session")


@contextmanager
def watched(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a server whose page keeps its complaints, and its process, until this is left."""
    command = [sys.executable, "-m", "tests.browsers.serve", str(folder)]
    lines: queue.Queue[str | None] = queue.Queue()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT) as process:
        reader = threading.Thread(target=drain, args=(process, lines))
        reader.start()
        try:
            yield address_in(lines), process
        finally:
            process.terminate()
            process.wait(timeout=30)
            reader.join()


@pytest.fixture(scope="session")
def serving_watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """That server for all modes."""
    with watched(tmp_path_factory.mktemp("page")) as serving:
        yield serving


@pytest.fixture(scope="session")
def address(serving_watched: tuple[str, subprocess.Popen[str]]) -> str:
    """The address of that server."""
    return serving_watched[0]


@pytest.fixture(scope="session")
def window(request: pytest.FixtureRequest) -> Iterator[Window | Session]:
    """A browser's window. Where there is no such browser, its modes are skipped."""
    name: str = request.param
    missing = f"no {name} here: Debian's {PACKAGES[name]} would do"
    with ExitStack() as stack:
        if name == "firefox":
            path = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
            if path is None:
                pytest.skip(missing)
            window = Window(stack.enter_context(firefox(path)))
            yield window
            window.close()
            return
        kind = kind_of(name)
        if kind is None:
            pytest.skip(missing)
        display = stack.enter_context(screen()) if kind.screen else ""
        session = stack.enter_context(opened(kind, display))
        session.resize(1280, 720)
        yield session
