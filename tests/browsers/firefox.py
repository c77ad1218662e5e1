"""Debian's Firefox, driven by Playwright over WebDriver BiDi, behind the same few commands as `webdriver.Session`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

STILL: dict[str, str | float | bool] = {"ui.prefersReducedMotion": 1}
"""What Playwright cannot ask of Firefox."""


@contextmanager
def firefox(path: str) -> Iterator[Browser]:
    """The browser without a window, which wants no motion."""
    before = os.environ.get("NODE_OPTIONS", "")
    os.environ["NODE_OPTIONS"] = f"{before} --require {Path(__file__).with_suffix('.cjs')}".strip()
    try:
        with sync_playwright() as playwright:
            browser = playwright.firefox.launch(channel="moz-firefox", executable_path=path, firefox_user_prefs=STILL)
            yield browser
            browser.close()
    finally:
        os.environ["NODE_OPTIONS"] = before


class Window:
    """One page, and those that it opens."""

    def __init__(self, browser: Browser) -> None:
        self.version = browser.version
        self._context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-GB")
        self._pages = {"1": self._context.new_page()}
        self._turned = "1"
        self._context.on("page", self._keep)

    def _keep(self, page: Page) -> None:
        if page not in self._pages.values():
            self._pages[str(len(self._pages) + 1)] = page

    @property
    def _page(self) -> Page:
        return self._pages[self._turned]

    def close(self) -> None:
        """Close it and what it opened."""
        self._context.close()

    def goto(self, address: str) -> None:
        """Open an address and wait until it is loaded."""
        self._page.goto(address)

    def resize(self, width: int, height: int) -> None:
        """Make what is seen of the page this large."""
        self._page.set_viewport_size({"width": width, "height": height})

    def js(self, body: str, *arguments: Any) -> Any:
        """What a function with this body and these arguments returns."""
        return self._page.evaluate(f"given => (function () {{ {body} }})(...given)", list(arguments))

    def later(self, body: str, *arguments: Any) -> Any:
        """What a function returns that may wait for something, or the error it throws as text."""
        script = f"given => (async function () {{ {body} }})(...given).catch(String)"
        return self._page.evaluate(script, list(arguments))

    def click(self, selector: str) -> None:
        """A real click into the middle of an element."""
        self._page.locator(selector).first.click(force=True)

    def press(self, *keys: str) -> None:
        """Press a key, or hold the first ones while the last is pressed."""
        self._page.keyboard.press("+".join(keys))

    def drag(self, *points: tuple[int, int]) -> None:
        """Press the mouse at the first point, move over the others, let go."""
        mouse = self._page.mouse
        mouse.move(*points[0])
        mouse.down()
        for point in points[1:]:
            mouse.move(*point)
        mouse.up()

    def attach(self, selector: str, file: Path) -> None:
        """Choose a file in a field."""
        self._page.locator(selector).first.set_input_files(file)

    def shot(self, path: Path) -> None:
        """Write a picture of what is seen."""
        self._page.screenshot(path=path)

    def windows(self) -> list[str]:
        """The open windows."""
        self._page.wait_for_timeout(1)
        return [name for name, page in self._pages.items() if not page.is_closed()]

    def window(self) -> str:
        """The window that is driven."""
        return self._turned

    def turn_to(self, window: str) -> None:
        """Drive another window."""
        self._turned = window
