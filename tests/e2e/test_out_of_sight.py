"""What a step changes below the fold of the inspector in a real browser: it waits while steps follow one another."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.lesson import go_to, open_and_run, position

SOURCE = """import torch
x = torch.ones(2, requires_grad=True)
y = x * 2
z = y.sin()
w = z.exp()
"""


def test_what_is_out_of_sight_follows_and_is_true_once_it_is_seen(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_and_run(page, SOURCE)
    _, last = position(page)
    facts = page.get_by_test_id("inspector").locator(".facts").first
    for step, node in [(last, "ExpBackward0"), (last - 2, "MulBackward0"), (last - 1, "SinBackward0")]:
        go_to(page, step)
        expect(facts).to_contain_text(node)
    facts.scroll_into_view_if_needed()
    go_to(page, last)
    expect(facts).to_be_in_viewport()
    expect(facts).to_contain_text("ExpBackward0")
    expect(page.get_by_test_id("inspector").locator(".maths").first).to_contain_text("z")
