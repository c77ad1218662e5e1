"""Whatever a snippet puts on screen is text there: no markup, no script, no line turned around, no endless word."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lesson import go_to, open_and_run, position

MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"
EVERYWHERE = """\
import torch, warnings
from torch import nn
name = NAME
def forward(ctx, x):
    return x * 1
def backward(ctx, g):
    return g
parts = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
x = torch.ones(2, requires_grad=True)
y = type(name, (torch.autograd.Function,), parts).apply(x)
class Odd(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_parameter(name, nn.Parameter(torch.ones(2)))
    def forward(self, x):
        return x * self._parameters[name]
model = type(name, (Odd,), {})()
z = model(y).sum()
for i in ["ODD"]:
    z = z + len("ODD")
z.backward()
print(name)
warnings.warn(name)
raise type(name, (Exception,), {})(name)
"""
TEXTS = {
    "markup": MARKUP.replace(".", "") + r"\\href{javascript:alert(1)}{x}$$\\(x\\)",
    "turned": r"a\u202eb\u2066c\u200f\0\ud800d",
    "long": "x" * 50_000,
}
BIDI = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"


@pytest.fixture(autouse=True)
def no_dialog(page: Page) -> None:
    """A script that ran would open one."""
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))


@pytest.mark.parametrize("text", TEXTS)
def test_it_stays_text_at_every_step(page: Page, text: str) -> None:
    source = EVERYWHERE.replace("NAME", f"'{TEXTS[text]}'").replace("ODD", TEXTS[text][:200])
    open_and_run(page, source)
    _, last = position(page)
    for step in range(1, last + 1):
        go_to(page, step)
        assert made_of_it(page) == []
        assert long_words(page) == []
    assert too_wide(page) == []


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_echoed_stays_text_in_the_sentence(page: Page, text: str) -> None:
    shows = f"class Odd:\n    def __repr__(self): return '{TEXTS[text]}'\nOdd()"
    open_and_run(page, f"import torch\nx = torch.ones(1)\n{shows}")
    for step in range(1, position(page)[1] + 1):
        go_to(page, step)
        assert made_of_it(page) == []
    assert too_wide(page) == []


def test_markup_in_output_and_messages_is_shown_as_it_was_written(page: Page) -> None:
    open_and_run(page, f"import torch\nx = torch.ones(1)\nprint({MARKUP!r})\nraise ValueError({MARKUP!r})")
    page.keyboard.press("End")
    expect(page.locator("body")).to_contain_text(MARKUP)
    expect(page.get_by_test_id("banner-outcome").or_(page.locator(".cell-output")).first).to_be_visible()


def made_of_it(page: Page) -> list[str]:
    """Elements that only a snippet's text could have made, and sentences that it turns around."""
    found: list[str] = page.evaluate(
        """(bidi) => {
          const made = 'img, iframe, object, embed, script:not([src]), a[href^="javascript:"]';
          const lines = '[data-testid="sentence"], svg text, h1, h2, h3, summary, td, th';
          const turned = [...document.querySelectorAll(lines)]
            .filter(e => [...(e.textContent ?? '')].some(c => bidi.includes(c)));
          return [...document.querySelectorAll(made), ...turned].map(e => e.outerHTML.slice(0, 300));
        }""",
        BIDI,
    )
    return found


def long_words(page: Page) -> list[str]:
    """Texts of cards that nobody has cut."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('svg text')]
            .map(e => e.textContent).filter(text => text.length > 250).map(text => text.slice(0, 80))"""
    )
    return found


def too_wide(page: Page) -> list[str]:
    """What has made the page wider than its window."""
    found: list[str] = page.evaluate(
        """() => (document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')])
            .filter(e => !e.closest('svg'))
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => `${e.tagName}.${e.getAttribute('class')}: ${e.outerHTML.slice(0, 100)}`)"""
    )
    return found
