"""One moment of the page for each thing it promises, at three sizes: `make scenes` puts them on a sheet for the eye.

Not a test, and so not named like one. A scene fails where the page cannot be brought to its moment.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, FilePayload, FrameLocator, Page, ViewportSize, expect

from tests.e2e.lesson import open_and_run, position, until_over
from tests.e2e.scene_programs import (
    BRANCHING,
    CALLS,
    DETACH,
    FILES,
    IN_PLACE,
    LONG,
    LOOP,
    MISFIT,
    MOMENT,
    SHARED,
    SPREAD,
    SQUARES,
    STEPS,
    STRAIGHT,
    TRAINING,
    TWICE,
    TWICE_BEHIND_A_STRETCH,
    VALUES,
    WRITTEN_OVER,
)
from tests.e2e.test_presenting import play_to_the_question
from tests.e2e.test_streaming import ENDLESS, start

SHEET = Path(__file__).parents[2] / "build" / "scenes"
SMALLER = {"laptop": 3 / 8, "projector": 1 / 4, "phone": 1 / 2}
GAP, CAPTION = 6, 22
SIZES = {"laptop": (1280, 720), "projector": (1920, 1080), "phone": (390, 844)}

Drive = Callable[[Page], None]


@dataclass(frozen=True)
class Scene:
    """What the page says it can do, what runs, and how one gets there."""

    name: str
    promise: str
    runs: str | Lesson
    drive: Drive
    pane: str = "Graph"
    """What a phone shows of it: Code, Graph or Details."""
    begins: bool = True
    """The run is over before the drive begins."""


@dataclass(frozen=True)
class Lesson:
    """A lesson of the gallery, by its name there."""

    name: str


def until(page: Page, words: str) -> None:
    """Step from the beginning to the first sentence with these words."""
    page.keyboard.press("Home")
    for _ in range(position(page)[1]):
        page.keyboard.press("ArrowRight")
        if words in page.get_by_test_id("sentence").inner_text():
            return
    pytest.fail(f"no sentence says {words!r}")


def at(words: str, *more: Drive) -> Drive:
    """Go to the sentence, then do the rest."""

    def drive(page: Page) -> None:
        until(page, words)
        for each in more:
            each(page)

    return drive


def together(page: Page) -> None:
    """Open a script with its modules, run it, and step into one of them."""
    page.get_by_test_id("open-file").set_input_files(
        [FilePayload(name=name, mimeType="text/x-python", buffer=code.encode()) for name, code in FILES.items()]
    )
    page.get_by_test_id("run").click()
    expect(page.get_by_test_id("step-counter")).to_contain_text(re.compile(r"step \d+ of [1-9]"))
    until_over(page)
    until(page, "Autograd records TanhBackward0")


def turn_to_graph(page: Page) -> None:
    turn_to(page, "Graph")


def both(*parts: Drive) -> Drive:
    """Do one after the other."""

    def drive(page: Page) -> None:
        for each in parts:
            each(page)

    return drive


def at_end(*more: Drive) -> Drive:
    """Go to the last step, then do the rest."""

    def drive(page: Page) -> None:
        page.keyboard.press("End")
        for each in more:
            each(page)

    return drive


def press(*keys: str) -> Drive:
    """Press keys, one after another."""

    def drive(page: Page) -> None:
        for key in keys:
            page.locator("body").press(key)

    return drive


def select(name: str) -> Drive:
    """Select the first card of this name."""

    def drive(page: Page) -> None:
        page.locator(f'[data-node][data-name="{name}"]').first.press("Enter")

    return drive


def turn_to(page: Page, pane: str) -> None:
    """On a phone, where one pane is seen at a time, this one."""
    tab = page.locator(".pane-tab").nth(("Code", "Graph", "Details").index(pane))
    if tab.is_visible():
        tab.dispatch_event("click")


def show(testid: str) -> Drive:
    """Wait for a part of the page and bring it into sight."""

    def drive(page: Page) -> None:
        turn_to(page, "Details")
        part = page.get_by_test_id(testid).first
        expect(part).to_be_visible()
        part.scroll_into_view_if_needed()

    return drive


def press_button(name: str) -> Drive:
    """Press a button by what stands on it."""
    return lambda page: page.get_by_role("button", name=name).first.click()


def unfold(testid: str) -> Drive:
    """Open a part of the details that is closed at first."""

    def drive(page: Page) -> None:
        turn_to(page, "Details")
        page.get_by_test_id(testid).locator("summary").click()

    return drive


def error(page: Page) -> None:
    page.get_by_role("button", name="Show the error").click()
    expect(page.get_by_test_id("diagnosis")).to_be_visible()


def lessons_error(name: str) -> Scene:
    return Scene(f"error-{name}", "Errors as pictures", Lesson(name), error, pane="Graph")


def whys(page: Page) -> None:
    turn_to(page, "Details")
    page.get_by_test_id("why").click()
    expect(page.get_by_test_id("why-answer")).to_be_visible()


def player(page: Page, side: str) -> FrameLocator:
    return page.frame_locator(f'[data-testid="frame-{side}"]')


def both_on_view(page: Page) -> None:
    for side in "ab":
        player(page, side).locator("[data-node]").first.wait_for()
    page.locator(".pair-tick").first.wait_for(state="attached")


def beside(other: str, *keys: str) -> Drive:
    """What ran beside another program; then keys."""

    def drive(page: Page) -> None:
        turn_to_graph(page)
        page.get_by_test_id("keep").dispatch_event("click")
        open_and_run(page, other)
        both_on_view(page)
        press(*keys)(page)

    return drive


def open_in_b(kind: str) -> Drive:
    """Open by hand what is folded in the picture of one run: it is open in the other's, too."""

    def drive(page: Page) -> None:
        folded = [player(page, side).locator(f'[data-fold="{kind}"]') for side in "ab"]
        for left in reversed(range(folded[1].count())):
            folded[1].first.dispatch_event("click")
            for each in folded:
                expect(each).to_have_count(left)

    return drive


def mended(page: Page) -> None:
    page.get_by_test_id("mend").dispatch_event("click")
    expect(page.get_by_test_id("before-after")).to_be_visible()


def before_and_after(page: Page) -> None:
    mended(page)
    page.get_by_test_id("before-after").click()
    both_on_view(page)
    page.keyboard.press("End")


def pen(page: Page) -> None:
    page.keyboard.press("p")
    page.keyboard.press("i")
    expect(page.get_by_test_id("pen")).to_be_visible()
    page.mouse.move(150, 300)
    page.mouse.down()
    page.mouse.move(220, 350, steps=5)
    page.mouse.move(320, 300, steps=5)
    page.mouse.up()


def speaker(page: Page) -> None:
    page.keyboard.press("p")
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    opened.value.set_viewport_size({"width": 900, "height": 600})
    expect(opened.value.get_by_test_id("speaker")).to_contain_text("step")
    opened.value.screenshot(path=SHEET / "speakers-window.png")


BEFORE_THE_ANSWER = 11
"""The next step of MOMENT sends x its gradient."""


def question(page: Page) -> None:
    page.keyboard.press("p")
    play_to_the_question(page, BEFORE_THE_ANSWER)


def predicted(page: Page) -> None:
    page.keyboard.press("p")
    play_to_the_question(page)
    page.get_by_test_id("reveal-guess").fill("[1, 4]")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("reveal")).to_contain_text("You said [1, 4]")


def laser(page: Page) -> None:
    page.keyboard.press("p")
    page.keyboard.press("l")
    page.mouse.move(250, 300)


def other_number(page: Page) -> None:
    field = page.get_by_test_id("what-if").locator("input[type=number]").first
    field.fill("-3")
    field.press("Enter")
    expect(page.get_by_test_id("what-if-root")).to_contain_text("→")
    turn_to(page, "Details")
    page.get_by_test_id("what-if").scroll_into_view_if_needed()


def curve(page: Page) -> None:
    page.get_by_test_id("what-if-check").click()
    expect(page.get_by_test_id("what-if-verdict")).to_contain_text("finite differences")
    page.get_by_test_id("what-if-draw").click()
    expect(page.get_by_test_id("plot")).to_contain_text("the gradient")
    page.get_by_test_id("plot").scroll_into_view_if_needed()


def finding(page: Page) -> None:
    page.locator("body").press("/")
    page.get_by_test_id("palette").get_by_role("combobox").fill("mul")


def loop_panel(page: Page) -> None:
    page.locator("[data-loop]").first.press("Enter")
    expect(page.get_by_test_id("loop")).to_be_visible()


def by(grain: str) -> Drive:
    """Step by op, by VJP or by line."""

    def drive(page: Page) -> None:
        page.get_by_label("Step by").select_option(grain)

    return drive


def growing(page: Page) -> None:
    start(page, ENDLESS)
    expect(page.get_by_test_id("progress")).to_contain_text("operations")


def chinese(page: Page) -> None:
    page.get_by_test_id("language").click()


def media(**wanted: str) -> Drive:
    return lambda page: page.emulate_media(**wanted)  # type: ignore[arg-type]


ATTACHED = DETACH.replace(".detach()", "")

SCENES = [
    Scene("forward", "The new card appears, its operands are lit, numbers flow in", MOMENT, at("h = x + b")),
    Scene(
        "cotangent", "The cotangent comes in, products go out along each slot", MOMENT, at("The gradient of h * h is")
    ),
    Scene("unbroadcast", "Un-broadcast sums are shown as sums", SPREAD, at("b was broadcast")),
    Scene("fan-in", "Fan-ins add up contribution by contribution", MOMENT, at("contributions reach h")),
    Scene("ledger", "The ledger of the leaf moves", Lesson("autograd"), at_end(show("ledger")), pane="Details"),
    Scene(
        "values",
        "Scalars, tables, heatmaps, histograms; NaN, infinities, zeros, vanishing, exploding",
        VALUES,
        at_end(),
    ),
    Scene(
        "large", "A large tensor as heatmap, histogram and statistics", VALUES, at_end(select("big")), pane="Details"
    ),
    Scene("grad-fn", "PyTorch's backward graph with saved tensors and versions", WRITTEN_OVER, at_end(press("g"))),
    Scene("freed", "Freed buffers look empty", MOMENT, at_end(press("g"))),
    Scene("second-order", "The second-order graph in its own layer, linked", TWICE, at_end()),
    Scene("second-order-grad-fn", "The second-order graph as PyTorch's nodes", TWICE, at_end(press("g"))),
    Scene(
        "aliasing",
        "Tensors that share storage share a mark; a write lights them and bumps versions",
        SHARED,
        at("through top[0]"),
    ),
    Scene(
        "in-place-write",
        "A write in place lights all that share the memory, through views and detach, and bumps each version",
        IN_PLACE,
        at("v.mul_(10)"),
    ),
    Scene("no-gradient", "Edges without gradient are grey and dashed", DETACH, at_end()),
    Scene("loop", "Groups for iterations, small multiples", LOOP, at("w -=", loop_panel)),
    Scene("calls", "Function calls and branches as groups", CALLS, at("the if-branch runs")),
    Scene("module", "Modules and optimiser steps as groups", TRAINING, at("Autograd records MseLossBackward0")),
    Scene("several-files", "Steps go through the lines of the modules of one's own", "", together, begins=False),
    Scene("module-backward", "Backward through modules", TRAINING, at("net.2.weight.grad was None")),
    Scene("folded", "Automatic folding keeps 3,000 iterations readable", LONG, at_end()),
    Scene("minimap", "A minimap past a screenful", STRAIGHT, at_end()),
    Scene("legend", "The signs in sight, and what they mean", MOMENT, at("contributions reach h", press("h"))),
    Scene("search", "Search over names, ops, lines", STRAIGHT, finding),
    Scene(
        "formula",
        "A card opens to its formula with this run's numbers",
        MOMENT,
        at("y = h * h", select("y")),
        pane="Details",
    ),
    *map(
        lessons_error,
        [
            "backward-twice",
            "in-place-harm",
            "rewrapping-cuts",
            "leaf-in-place",
            "augmented-assignment",
            "non-scalar-backward",
            "hidden-state",
            "none-is-not-zero",
            "numpy-of-tracked",
        ],
    ),
    Scene(
        "why-none",
        "Why is this None?",
        Lesson("detach-is-a-constant"),
        at("x.grad was None", select("y"), whys),
        pane="Details",
    ),
    Scene("why-nan", "Why is this NaN?", Lesson("where-and-nan"), at("tensor(nan)", select("a"), whys), pane="Details"),
    Scene(
        "why-large",
        "Why is this so large?",
        Lesson("exploding-product"),
        at("tensor(531441.)", select("x, h"), whys),
        pane="Details",
    ),
    Scene(
        "why-zero",
        "Why is this zero?",
        Lesson("flat-and-cut"),
        at("The cell shows tensor([0., 0., 0.])", select("x"), whys),
        pane="Details",
    ),
    Scene("why-small", "Why is this so small?", Lesson("saturating-sigmoids"), at_end(whys), pane="Details"),
    Scene("grain-line", "Steps by line", Lesson("autograd"), both(by("line"), at_end()), pane="Code"),
    Scene("grain-vjp", "Steps by VJP", MOMENT, both(by("vjp"), at("The gradient of h * h is")), pane="Code"),
    Scene(
        "growing", "The picture begins before the run ends, with progress and cancel", ENDLESS, growing, begins=False
    ),
    Scene("projector", "Nothing but picture, code and sentence", MOMENT, at("h = x + b", press("p"))),
    Scene("pen", "Pen", MOMENT, at("contributions reach h", pen)),
    Scene("laser", "A dot for the pointer", MOMENT, at("contributions reach h", laser)),
    Scene("blank", "The screen is blank", MOMENT, at_end(press("p"), press("b"))),
    Scene("speaker", "Notes for the speaker in a second window", Lesson("autograd"), speaker),
    Scene("reveal", "The class predicts a gradient", MOMENT, question),
    Scene("reveal-checked", "The page checks what was predicted", SQUARES, predicted),
    Scene(
        "what-if",
        "Other numbers for a leaf; check; curve and tangent",
        MOMENT,
        at_end(select("x"), unfold("what-if"), curve),
        pane="Details",
    ),
    Scene(
        "what-if-branch",
        "Another number takes the other branch",
        BRANCHING,
        at_end(select("x"), unfold("what-if"), other_number),
        pane="Details",
    ),
    Scene(
        "two-runs",
        "Two panes compare two runs step by step, differences marked",
        DETACH,
        beside(ATTACHED, "x", "x"),
    ),
    Scene("two-runs-presented", "Both panes on the wall", DETACH, beside(ATTACHED, "x", "x", "p")),
    Scene(
        "two-runs-opened",
        "With and without zero_grad: boxes opened by hand in one are open in both",
        STEPS.replace("    optimizer.zero_grad()\n", ""),
        both(beside(STEPS, "x", "x"), open_in_b("iterations")),
    ),
    Scene(
        "two-runs-stretch",
        "Before and after a change, at the end: a stretch opened by hand in one is open in both",
        TWICE_BEHIND_A_STRETCH,
        both(error, before_and_after, open_in_b("stretch")),
    ),
    Scene("mended", "The change that mends it has run", Lesson("backward-twice"), both(error, mended)),
    Scene("misfit", "A failed call as a picture: shapes that do not fit", MISFIT, error),
    Scene("dark", "Dark", MOMENT, at("contributions reach h", media(color_scheme="dark"))),
    Scene("contrast", "High contrast", MOMENT, at("contributions reach h", media(forced_colors="active"))),
    Scene("paper", "Print", MOMENT, at_end(media(media="print"))),
    Scene("chinese", "Chinese", MOMENT, at("contributions reach h", chinese)),
    Scene("chinese-error", "Chinese, an error", Lesson("backward-twice"), both(error, chinese)),
    Scene("help", "All keys", MOMENT, press("?")),
    Scene("lessons", "The gallery", MOMENT, press_button("Lessons")),
]


@pytest.fixture(scope="module", autouse=True)
def sheet() -> Iterator[None]:
    """One page with all pictures, written when all have been taken."""
    SHEET.mkdir(parents=True, exist_ok=True)
    yield
    rows = "".join(
        f"<h2>{html.escape(scene.name)}</h2><p>{html.escape(scene.promise)}</p><div>"
        + "".join(f'<a href="{scene.name}-{size}.png"><img src="{scene.name}-{size}.png"></a>' for size in SIZES)
        + "</div>"
        for scene in SCENES
    )
    style = "<style>body{font:16px system-ui}img{height:360px;border:1px solid #888;margin:4px}</style>"
    (SHEET / "index.html").write_text(f"<!doctype html><meta charset=utf-8><title>Scenes</title>{style}{rows}", "utf-8")
    for size in {path.stem.rpartition("-")[2] for path in SHEET.glob("*.png")} & set(SIZES):
        all_in_small(size).save(SHEET / f"scenes-{size}.webp", quality=35, method=6)


def all_in_small(size: str) -> Image.Image:
    """Every scene at a size, with its name, in one picture."""
    width, height = (int(side * SMALLER[size]) for side in SIZES[size])
    columns = 2916 // (width + GAP)
    taken = [scene.name for scene in SCENES if (SHEET / f"{scene.name}-{size}.png").exists()]
    sheet = Image.new("RGB", (columns * (width + GAP), -(-len(taken) // columns) * (height + CAPTION)), "white")
    draw = ImageDraw.Draw(sheet)
    for place, name in enumerate(taken):
        x, y = place % columns * (width + GAP), place // columns * (height + CAPTION)
        draw.text((x + 2, y + 2), name, fill="black", font=ImageFont.load_default(13))
        with Image.open(SHEET / f"{name}-{size}.png") as picture:
            sheet.paste(picture.convert("RGB").resize((width, height)), (x, y + CAPTION - 4))
    return sheet


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_scene(browser: Browser, server: str, scene: Scene, size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport=ViewportSize(width=width, height=height),
        locale="en-GB",
        reduced_motion="reduce",
        service_workers="block",
        has_touch=size == "phone",
    )
    context.set_default_timeout(int(os.environ.get("SCENE_MS", "15000")))
    page = context.new_page()
    page.goto(server)
    if isinstance(scene.runs, Lesson):
        page.get_by_role("button", name="Lessons").click()
        page.locator(f"[data-lesson={scene.runs.name}]").click()
        page.get_by_test_id("run").click()
        expect(page.get_by_test_id("step-counter")).to_contain_text(re.compile(r"step \d+ of [1-9]"))
        until_over(page)
    elif scene.begins:
        open_and_run(page, scene.runs)
    scene.drive(page)
    if size == "phone":
        turn_to(page, scene.pane)
    page.wait_for_timeout(400)
    page.screenshot(path=SHEET / f"{scene.name}-{size}.png")
    context.close()
