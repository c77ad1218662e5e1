"""The page's main modes in Firefox and WebKit: `make browsers-check`. CI has neither: no test's name."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import gradwalk
from tests.browsers.conftest import watched
from tests.browsers.firefox import Window as FirefoxWindow
from tests.browsers.webdriver import Session
from tests.e2e.scene_programs import CALLS, DETACH, HEAD, LOOP, MISFIT, MOMENT, TRAINING, VALUES, WRITTEN_OVER

Window = FirefoxWindow | Session
NOTEBOOK = Path(__file__).parents[1] / "data" / "autograd.ipynb"
SHOTS = Path(__file__).parents[2] / "build" / "browsers"
PATIENCE = 25
ENDLESS = f"""{HEAD}import time
x = torch.tensor(1., requires_grad=True)
while True:
    x = x * 1.01
    time.sleep(0.05)
"""


def is_cog(window: Window) -> bool:
    """WPE's window: of one size, with no second one, and without undo."""
    return isinstance(window, Session) and window.version == "2.38"


def by(name: str) -> str:
    """The selector of one of the page's hooks."""
    return f'[data-testid="{name}"]'


def until(window: Window, expression: str, *arguments: Any) -> Any:
    """What an expression gives as soon as it gives something."""
    end = time.monotonic() + PATIENCE
    while not (value := window.js(f"return {expression}", *arguments)):
        if time.monotonic() > end:
            window.shot(SHOTS / "failed.png")
            pytest.fail(f"never: {expression}; the page complained of {window.js('return window.__complaints')}")
        time.sleep(0.05)
    return value


def text(window: Window, selector: str) -> str:
    """What stands in an element that is there."""
    found: str = window.js("return document.querySelector(arguments[0])?.textContent ?? ''", selector)
    return found


def says(window: Window, selector: str, words: str) -> None:
    """Wait until some element that fits holds these words."""
    until(window, "[...document.querySelectorAll(arguments[0])].some(e => e.textContent.includes(arguments[1]))",
          selector, words)  # fmt: skip


def there(window: Window, selector: str) -> None:
    """Wait until an element is there."""
    until(window, "!!document.querySelector(arguments[0])", selector)


def press_button(window: Window, name: str) -> None:
    """Press the first button by what stands on it."""
    find = "[...document.querySelectorAll('button')].find(b => b.textContent.trim() === arguments[0])"
    until(window, f"!!{find}", name)
    window.js(f"{find}.click()", name)


def position(window: Window) -> tuple[int, int]:
    """The step the page is at, and how many there are."""
    found = re.search(r"step (\d+) of (\d+)", text(window, by("step-counter")))
    assert found
    return int(found[1]), int(found[2])


def at_step(window: Window, step: int) -> None:
    """Wait until the page is at a step."""
    until(window, "document.querySelector(arguments[0])?.textContent.includes(arguments[1])", by("step-counter"),
          f"step {step} of")  # fmt: skip


def over(window: Window) -> None:
    """Wait until a run has been shown and is over."""
    ready = "/step \\d+ of [1-9]/.test(document.querySelector(arguments[0])?.textContent)"
    until(window, f"document.querySelector(arguments[1])?.dataset.running === 'false' && {ready}",
          by("step-counter"), by("run"))  # fmt: skip


def choose(window: Window, name: str) -> None:
    """Click on the first card of this name, as soon as it is there."""
    card = f'[data-node][data-name="{name}"]'
    there(window, card)
    window.click(card)


def home(window: Window) -> None:
    """Nothing has the focus, so that keys are the page's."""
    window.js("document.activeElement?.blur(); scrollTo(0, 0)")


@pytest.fixture(autouse=True)
def page(window: Window, address: str) -> Iterator[None]:
    """The page, opened anew. A mode fails if it complained."""
    # Cog calls a page loaded before it is, if it comes after an empty one.
    window.goto(f"{address}/?{time.monotonic_ns()}")
    there(window, by("run"))
    yield
    assert until(window, "window.__complaints && [window.__complaints]") == [[]]


@pytest.fixture
def ran(window: Window, tmp_path: Path) -> Callable[[str], None]:
    """Opens code as a script, runs it and waits for its end."""

    def run(code: str) -> None:
        # A field that is given the same file again has not changed.
        script = tmp_path / f"script-{len(list(tmp_path.iterdir()))}.py"
        script.write_text(code, "utf-8")
        window.attach(by("open-file"), script)
        window.js("document.querySelector(arguments[0]).click()", by("run"))
        over(window)
        home(window)

    return run


def test_the_lesson_plays(window: Window, request: pytest.FixtureRequest) -> None:
    window.attach(by("open-file"), NOTEBOOK)
    window.click(by("run"))
    over(window)
    home(window)
    window.press("Home")
    for _ in range(3):
        window.press("ArrowRight")
    at_step(window, 3)
    window.press("ArrowLeft")
    at_step(window, 2)
    window.click(by("step-next"))
    at_step(window, 3)
    window.press("9")
    window.click(by("step-play"))
    until(window, "Number(/step (\\d+)/.exec(document.querySelector(arguments[0]).textContent)[1]) > 6",
          by("step-counter"))  # fmt: skip
    window.click(by("step-play"))
    slider = "const e = document.querySelector(arguments[0]); e.value = 40; e.dispatchEvent(new Event('input'))"
    window.js(slider.replace("'input'", "'input', { bubbles: true }"), by("step-slider"))
    at_step(window, 40)
    home(window)
    window.press("End")
    count = position(window)[1]
    at_step(window, count)
    says(window, by("sentence"), "tensor(True)")
    window.shot(SHOTS / f"lesson-{request.node.callspec.id}.png")


CLIPPED = """
return [...document.querySelectorAll("[data-node]")].flatMap(card => {
    const box = card.querySelector(".card-box").getBoundingClientRect();
    return [...card.querySelectorAll("text, .heat-table, table")].flatMap(part => {
        const has = part.getBoundingClientRect();
        const across = Math.max(has.right - box.right, box.left - has.left);
        const over = Math.max(across, has.bottom - box.bottom - 1, box.top - has.top);
        return over > 2 && has.width > 0 ? [`${card.dataset.name} ${part.textContent} by ${over}`] : [];
    });
});
"""


@pytest.mark.parametrize("code", [MOMENT, VALUES, TRAINING], ids=["moment", "values", "training"])
def test_what_stands_on_a_card_stands_within_it(
    window: Window, ran: Callable[[str], None], code: str, request: pytest.FixtureRequest
) -> None:
    ran(code)
    window.press("End")
    until(window, "document.querySelectorAll('[data-node]').length > 3")
    assert window.js(CLIPPED) == []
    window.shot(SHOTS / f"{request.node.callspec.id}.png")


def test_numbers_are_tinted(window: Window, ran: Callable[[str], None]) -> None:
    ran(VALUES)
    window.press("End")
    styles = "[...document.querySelectorAll('[data-node] *')].map(e => getComputedStyle(e))"
    tints = f"{styles}.flatMap(s => [s.fill, s.backgroundColor])"
    until(window, f"new Set({tints}.filter(c => /^rgba\\((29, 95, 174|178, 78, 5),/.test(c))).size > 2")


def test_formulas_are_set(window: Window, ran: Callable[[str], None]) -> None:
    ran(HEAD + "x = torch.tensor(2., requires_grad=True)\ny = (x + 1) / (x * x)\ny.backward()\n")
    window.press("End")
    choose(window, "y")
    until(window, "!!document.querySelector('mfrac')")
    # In a narrow window the details have a tab of their own.
    window.js("document.querySelectorAll('.pane-tab')[2]?.click()")
    until(window, "document.querySelector('mfrac').getBoundingClientRect().width > 0")
    above, below, wide = window.js(
        "const parts = [...document.querySelector('mfrac').children];"
        "const [p, q] = parts.map(e => e.getBoundingClientRect());"
        "return [p.bottom, q.top, Math.min(p.width, q.width)]"
    )
    assert above <= below + 2
    assert wide > 0


def test_the_backward_graph_is_drawn(window: Window, ran: Callable[[str], None]) -> None:
    ran(WRITTEN_OVER)
    window.press("End")
    window.press("g")
    says(window, '[data-kind="node"]', "SigmoidBackward0")
    says(window, "[data-stale]", "v0 → v1")
    window.press("g")
    until(window, "!document.querySelector('[data-kind=node]')")


def test_iterations_are_gone_through_and_calls_folded(window: Window, ran: Callable[[str], None]) -> None:
    ran(LOOP)
    window.press("Home")
    for _ in range(8):
        window.press("ArrowRight")
    says(window, ".group-title", "iteration 1 of 25")
    window.press("]")
    says(window, ".group-title", "iteration 2 of 25")
    ran(CALLS)
    window.press("End")
    there(window, "[data-fold]")
    window.click("[data-fold]")
    says(window, "[data-group]", "f(a)")


def test_an_error_is_a_picture_and_is_mended(window: Window, ran: Callable[[str], None]) -> None:
    ran(MISFIT)
    press_button(window, "Show the error")
    there(window, by("diagnosis"))
    there(window, by("misfit"))
    ran(HEAD + "x = torch.tensor(2., requires_grad=True)\ny = x * x\ny.backward()\ny.backward()\n")
    press_button(window, "Show the error")
    there(window, by("mend"))
    window.js("document.querySelector(arguments[0]).click()", by("mend"))
    there(window, by("banner-mended"))


def test_why_answers(window: Window, ran: Callable[[str], None]) -> None:
    ran(HEAD + "x = torch.tensor(-1., requires_grad=True)\ny = torch.relu(x)\ny.backward()\n")
    window.press("End")
    choose(window, "x")
    window.press("w")
    there(window, by("why-answer"))


def test_another_number_is_tried(window: Window, ran: Callable[[str], None]) -> None:
    ran(HEAD + "x = torch.tensor(2., requires_grad=True)\ny = x * x\ny.backward()\n")
    window.press("End")
    choose(window, "x")
    there(window, by("what-if"))
    window.js("document.querySelector(arguments[0]).open = true", by("what-if"))
    slider = f"{by('what-if')} input[type=range]"
    there(window, slider)
    says(window, by("what-if-root"), "y = 4")
    window.js(
        "const e = document.querySelector(arguments[0]); e.value = e.max;"
        "for (const kind of ['input', 'change']) e.dispatchEvent(new Event(kind, { bubbles: true }))",
        slider,
    )
    says(window, by("what-if-root"), "y = 4 →")


def test_two_runs_stand_beside_each_other(window: Window, ran: Callable[[str], None], tmp_path: Path) -> None:
    ran(DETACH)
    window.press("End")
    window.press("k")
    # Of the same name: the kept run of another file would wait to be asked for.
    script = tmp_path / "now" / "script-0.py"
    script.parent.mkdir()
    script.write_text(DETACH.replace(".detach()", ""), "utf-8")
    window.attach(by("open-file"), script)
    window.js("document.querySelector(arguments[0]).click()", by("run"))
    for side in "ab":
        until(
            window,
            "document.querySelector(arguments[0])?.contentDocument?.querySelectorAll('[data-node]').length > 2",
            by(f"frame-{side}"),
        )
    home(window)
    window.press("x")
    until(window, "document.querySelector(arguments[0]).contentDocument.querySelectorAll('[data-differs]').length > 0",
          by("frame-a"))  # fmt: skip
    assert window.js(
        "return [...document.querySelectorAll('iframe')].flatMap(f => f.contentWindow.__complaints ?? ['unwatched'])"
    ) == []  # fmt: skip


def test_it_is_presented(window: Window, ran: Callable[[str], None]) -> None:
    ran(MOMENT)
    window.press("p")
    until(window, "getComputedStyle(document.querySelector('.side')).display === 'none'")
    window.press("i")
    there(window, by("pen"))
    window.drag((150, 300), (220, 350), (320, 300))
    until(window, "document.querySelectorAll('.pen path').length === 1")
    window.press("b")
    there(window, ".blank")
    window.press("b")
    window.press("p")


def test_languages_and_colours_change(window: Window, ran: Callable[[str], None]) -> None:
    ran(MOMENT)
    window.press("End")
    window.click(by("language"))
    until(window, "document.documentElement.lang.startsWith('zh')")
    until(window, "/[一-鿿]/.test(document.querySelector(arguments[0]).textContent)", by("sentence"))
    window.click(by("language"))
    until(window, "document.documentElement.lang === 'en'")
    label = "return document.querySelector(arguments[0]).ariaLabel"
    for _ in range(3):
        if "dark" in window.js(label, by("theme")):
            break
        said = window.js(label, by("theme"))
        window.click(by("theme"))
        until(window, f"({label.removeprefix('return ')}) !== arguments[1]", by("theme"), said)
    until(window, "document.documentElement.dataset.theme === 'dark'")
    dark = window.js("return getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", dark)[:3]) < 60
    window.js("localStorage.clear()")


def test_a_run_that_grows_is_stopped(window: Window, tmp_path: Path) -> None:
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS, "utf-8")
    window.attach(by("open-file"), script)
    window.click(by("run"))
    says(window, by("progress"), "operations")
    there(window, "[data-node]")
    window.js("document.querySelector(arguments[0]).click()", by("run"))
    says(window, by("banner-outcome"), "Stopped by hand.")
    until(window, "/ of [1-9]/.test(document.querySelector(arguments[0])?.textContent)", by("step-counter"))


def test_a_link_opens_what_was_seen(window: Window, ran: Callable[[str], None]) -> None:
    ran(MOMENT)
    window.press("End")
    until(window, "/code=.*step=/.test(location.hash)")
    window.press("ArrowLeft")
    seen = position(window)
    link = until(window, "location.hash.includes(arguments[0]) && location.href", f"step={seen[0]}")
    window.goto(link.replace("#", "&again#", 1))
    over(window)
    at_step(window, seen[0])
    assert "h = x + b" in window.js("return document.querySelector(arguments[0]).value", f"{by('editor')} textarea")


def test_code_is_written(window: Window, tmp_path: Path) -> None:
    script = tmp_path / "short.py"
    script.write_text("a = 1\nb = 2", "utf-8")
    window.attach(by("open-file"), script)
    field = f"{by('editor')} textarea"
    until(window, "document.querySelector(arguments[0])?.value.startsWith('a = 1')", field)
    window.js("const e = document.querySelector(arguments[0]); e.focus(); e.setSelectionRange(5, 5)", field)
    for key in ":\n":
        window.press("Enter" if key == "\n" else key)
    window.press("c")
    assert window.js("return document.querySelector(arguments[0]).value", field) == "a = 1:\n    c\nb = 2"
    window.press("Control", "/")
    assert window.js("return document.querySelector(arguments[0]).value", field) == "a = 1:\n    # c\nb = 2"
    # What Ctrl+Z means is the window's to say, and the drivers' windows do not say it.
    if not is_cog(window):
        window.js("document.execCommand('undo')")
        until(window, "document.querySelector(arguments[0]).value === 'a = 1:\\n    c\\nb = 2'", field)
    until(window, "document.querySelectorAll('.listing-line .tok-number').length === 2")


def standing_alone(window: Window, code: str) -> bytes:
    """The file that plays a run; in Firefox it may use eval, by which Playwright asks it for anything."""
    file = gradwalk.trace(code).export("html")
    return file.replace(b"script-src ", b"script-src 'unsafe-eval' ", 1) if isinstance(window, FirefoxWindow) else file


def test_a_file_plays_by_itself(window: Window, tmp_path: Path, address: str) -> None:
    file = tmp_path / "run.html"
    file.write_bytes(standing_alone(window, MOMENT))
    window.goto(file.as_uri())
    there(window, "[data-node]")
    home(window)
    window.press("End")
    until(window, "document.querySelector(arguments[0]).disabled", by("step-next"))
    failed = tmp_path / "failed.html"
    failed.write_bytes(standing_alone(window, MISFIT))
    window.goto(failed.as_uri())
    there(window, "[data-node]")
    home(window)
    window.press("e")
    there(window, f"{by('misfit')} [data-fit=clash]")
    window.goto(f"{address}/?after")


KEPT = """
if (!(await navigator.serviceWorker.getRegistration())?.active) return false;
const pages = (await caches.keys()).filter(name => name.startsWith("gradwalk-page-"));
const [page, runs] = await Promise.all([...pages.slice(0, 1), "gradwalk-runs"].map(name => caches.open(name)));
return (await page.match(location.origin + "/")) !== undefined && (await runs.keys()).length === 1;
"""


def test_it_opens_without_its_server(window: Window, address: str, tmp_path: Path) -> None:
    with watched(tmp_path) as (own, _):
        window.goto(own)
        there(window, by("run"))
        window.js("document.querySelector(arguments[0]).click()", by("run"))
        over(window)
        end = time.monotonic() + PATIENCE
        while (kept := window.later(KEPT)) is not True and time.monotonic() < end:
            time.sleep(0.2)
        assert kept is True
    window.goto(own)
    says(window, by("editor"), "torch.arange(4.0)")
    window.js("document.querySelector(arguments[0]).click()", by("run"))
    says(window, by("banner-notice"), "The server cannot be reached.")
    over(window)
    home(window)
    window.press("End")
    until(window, "document.querySelector(arguments[0]).disabled", by("step-next"))
    window.goto(f"{address}/?after")
    there(window, by("run"))


def test_it_stands_in_a_frame(window: Window, ran: Callable[[str], None], address: str) -> None:
    ran(MOMENT)
    window.press("End")
    fragment = until(window, "/code=.*step=/.test(location.hash) && location.hash")
    window.goto(f"{address}/embed{fragment}")
    there(window, "[data-node]")
    until(window, "!document.querySelector(arguments[0])?.hidden", by("step-next"))
    assert window.js("return document.querySelectorAll('textarea').length") == 0


def test_the_speaker_has_a_window(window: Window, ran: Callable[[str], None]) -> None:
    ran(MOMENT)
    first = window.window()
    window.press("s")
    end = time.monotonic() + PATIENCE
    while len(window.windows()) < 2 and time.monotonic() < end:
        time.sleep(0.05)
    others = [each for each in window.windows() if each != first]
    if not others and is_cog(window):
        pytest.skip("cog opens no second window")
    window.turn_to(others[0])
    says(window, by("speaker"), "step")
    window.js("setTimeout(() => window.close())")
    window.turn_to(first)


def test_on_a_phone_nothing_is_wider_than_it(
    window: Window, ran: Callable[[str], None], request: pytest.FixtureRequest
) -> None:
    if is_cog(window):
        pytest.skip("cog's window has one size")
    window.resize(390, 844)
    try:
        ran(MOMENT)
        window.press("End")
        wide, has = window.js("return [document.documentElement.scrollWidth, innerWidth]")
        # MiniBrowser's own bar lets no window be narrower than 447.
        assert wide <= has < 500
        assert window.js("return document.querySelectorAll('.pane-tab').length") == 3
        window.shot(SHOTS / f"phone-{request.node.callspec.id}.png")
    finally:
        window.resize(1280, 720)
