"""The page comes up, whole, from the server that also runs the snippets."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("hook", ["editor", "run", "transport"])
def test_the_page_shows_where_to_write_and_what_to_press(page: Page, hook: str) -> None:
    expect(page.get_by_test_id(hook)).to_be_visible()


def test_the_page_loads_nothing_from_elsewhere(page: Page, server: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload(wait_until="networkidle")
    assert asked
    assert [url for url in asked if not url.startswith((server, "data:", "blob:"))] == []
