"""The page on paper, on a phone, in few colours."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pypdfium2 import PdfDocument

from tests.e2e.conftest import Shot
from tests.e2e.lesson import drawn, first_step, go_to, open_and_run, position, sentence_steps, until_over

CODE = """\
import torch
x = torch.tensor([1., 2.], requires_grad=True)
y = (x * x + 1).exp().log().sum()
y.backward()
x.grad
"""
SMALL = """() => [...document.querySelectorAll("button, select, summary, [type=range]")]
    .filter(each => each.checkVisibility({ visibilityProperty: true }) && each.getClientRects().length)
    .map(each => [each.title || each.ariaLabel || each.textContent, each.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 44 || height < 44)
    .map(([name, { width, height }]) => `${name}: ${width} x ${height}`)"""
OVERLAPPING = """() => {
    const found = [...document.querySelectorAll(".header *, .transport *")]
        .filter(each => each.matches("button, select, .slider, .counter, .sentence") && each.checkVisibility())
    const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1
        || a.bottom <= b.top + 1 || b.bottom <= a.top + 1
    return found.flatMap((one, i) => found.slice(i + 1)
        .filter(other => !one.contains(other) && !other.contains(one)
            && !apart(one.getBoundingClientRect(), other.getBoundingClientRect()))
        .map(other => `${one.className} ${other.className}`))
}"""
OUTSIDE = """() => [...document.querySelectorAll("button, select")].filter(each => each.checkVisibility())
    .filter(each => { const { left, right } = each.getBoundingClientRect(); return left < 0 || right > innerWidth })
    .map(each => each.title || each.textContent)"""


def ran(page: Page, before: str = "") -> None:
    open_and_run(page, before + CODE)
    page.locator("[data-node]").first.wait_for()
    go_to(page, position(page)[1])


FAN_IN = """\
import torch
x = torch.tensor([1., 2.], requires_grad=True)
b = torch.tensor(0.5, requires_grad=True)
h = x + b
y = h * h + h
y.sum().backward()
"""


def test_what_comes_to_a_fan_in_is_read_whole_on_a_phone(page: Page, shot: Shot) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_and_run(page, FAN_IN)
    go_to(page, first_step(page, "contributions reach h"))
    sentence = page.get_by_test_id("sentence")
    expect(sentence).to_contain_text("adds up to 10.")
    shot("390-fan-in")
    hidden: int = sentence.evaluate("({ scrollHeight, clientHeight }) => scrollHeight - clientHeight")
    assert hidden <= 0


SCORES = """\
import torch
torch.manual_seed(0)
q = torch.randn(1, 3, 2, requires_grad=True)
k = torch.randn(1, 3, 2, requires_grad=True)
(q @ k.transpose(-2, -1)).pow(2).mean().backward()
"""
AMISS = """() => {
    const room = document.querySelector('.surface').getBoundingClientRect();
    const labels = [...document.querySelectorAll('.flow rect')].map(each => each.getBoundingClientRect());
    const tools = document.querySelector('.graph-tools').getBoundingClientRect();
    const active = [...document.querySelectorAll('.card[data-state=active] .card-box')];
    const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    return [
        ...labels.filter(each => each.left < room.left || each.right > room.right).map(() => 'a label leaves the edge'),
        ...labels.filter((a, i) => labels.slice(i + 1).some(b => meet(a, b))).map(() => 'a label is over another'),
        ...active.filter(each => meet(each.getBoundingClientRect(), tools)).map(() => 'the tools are over the card'),
    ];
}"""


def test_on_a_phone_no_label_leaves_the_edge_and_the_tools_leave_the_card_free(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_and_run(page, SCORES)
    page.locator(".pane-tab", has_text="Graph").click()
    page.keyboard.press("Home")
    amiss = {}
    for step in range(1, position(page)[1] + 1):
        page.get_by_test_id("step-next").click()
        drawn(page)
        amiss[step] = page.evaluate(AMISS)
    assert {step: what for step, what in amiss.items() if what} == {}


SIX_WAYS = """\
import torch
x = torch.ones(3, requires_grad=True)
w = torch.ones(2, 3)
for _ in range(2):
    q = (x @ w.T).sum() + (x * x).sum() + (x * 3).sum() + (x / 7).sum() + (x - 1).sum()
    q.backward()
"""


def test_a_long_sentence_is_read_whole_on_a_phone_that_presents(page: Page, shot: Shot) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_and_run(page, SIX_WAYS)
    page.keyboard.press("p")
    _, long = sentence_steps(page, "6 contributions reach x")
    go_to(page, long)
    sentence = page.get_by_test_id("sentence")
    expect(sentence).to_contain_text("this backward adds [8.1429, 8.1429, 8.1429]: now ")
    shot("390-presenting")
    hidden = "({ scrollHeight, clientHeight }) => scrollHeight - clientHeight"
    assert sentence.evaluate(hidden) <= 0
    # In the largest type it is scrolled, and the next one is read from its first line.
    for _ in range(6):
        page.keyboard.press("+")
    shot("390-presenting-large")
    assert sentence.evaluate(hidden) > 0
    assert page.evaluate(OUTSIDE) == []
    sentence.evaluate("each => each.scrollTo(0, 1000)")
    go_to(page, long - 1)
    expect(sentence).to_contain_text("The gradient of")
    go_to(page, long)
    sentence.evaluate("each => each.scrollTo(0, 1000)")
    assert sentence.evaluate("each => each.scrollTop") > 0
    page.keyboard.press("ArrowLeft")
    expect(sentence).to_contain_text("The gradient of")
    assert sentence.evaluate("each => each.scrollTop") == 0


@pytest.mark.parametrize("width", [390, 320])
def test_phone_has_room_for_fingers_and_nothing_overlaps(page: Page, shot: Shot, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844 if width == 390 else 568})
    ran(page, "\n" * 40)
    for pane in ("Code", "Details", "Graph"):
        page.locator(".pane-tab", has_text=pane).click()
        if pane == "Code":
            expect(page.locator(".step-line")).to_be_in_viewport()
        shot(f"{width}-{pane}")
        assert page.evaluate(SMALL) == []
        assert page.evaluate(OVERLAPPING) == []
        assert page.evaluate(OUTSIDE) == []


def test_paper_has_code_picture_sentence_and_output_whole(page: Page, shot: Shot) -> None:
    ran(page)
    page.get_by_test_id("graph").locator(".surface").hover()
    page.mouse.wheel(0, -2000)
    page.emulate_media(media="print")
    for shown in ("sentence", "editor", "graph", "console"):
        expect(page.get_by_test_id(shown)).to_be_visible()
    expect(page.get_by_test_id("step-next")).to_be_hidden()
    expect(page.get_by_test_id("run")).to_be_hidden()
    expect(page.locator(".surface[viewBox]")).to_have_count(1)
    # All cards are on the paper.
    page.wait_for_function("""() => {
        const paper = document.querySelector(".surface").getBoundingClientRect()
        return [...document.querySelectorAll("[data-node]")].map(card => card.getBoundingClientRect())
            .every(card => card.left >= paper.left && card.right <= paper.right
                && card.top >= paper.top && card.bottom <= paper.bottom)
    }""")
    shot("paper")
    cut = """() => [...document.querySelectorAll(".pane, .scroller, .side-scroll, body")]
        .filter(each => each.checkVisibility() && each.scrollHeight > each.clientHeight + 1
            && getComputedStyle(each).overflowY !== "visible").map(each => each.className)"""
    assert page.evaluate(cut) == []
    page.emulate_media(media="screen")
    expect(page.locator(".surface[viewBox]")).to_have_count(0)


def test_systems_colours_and_more_contrast_keep_what_is_active_apart(page: Page, shot: Shot) -> None:
    ran(page)
    go_to(page, 3)
    page.emulate_media(forced_colors="active")
    width = "e => parseFloat(getComputedStyle(e).strokeWidth)"
    active = page.locator('[data-node][data-state="active"] .card-box').first
    done = page.locator('[data-node][data-state="done"] .card-box').first
    assert active.evaluate(width) > done.evaluate(width)
    assert active.evaluate("e => getComputedStyle(e).stroke") != done.evaluate("e => getComputedStyle(e).stroke")
    shot("forced-colours")


def test_one_finger_drags_and_two_zoom(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    ran(page)
    touch = page.context.new_cdp_session(page)
    box = page.locator(".surface").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    card = page.locator("[data-node]").first

    def fingers(kind: str, *at: tuple[float, float]) -> None:
        points = [{"x": px, "y": py, "id": number} for number, (px, py) in enumerate(at)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    before = card.bounding_box()
    fingers("touchStart", (x, y))
    for moved in (10, 20, 30, 40):
        fingers("touchMove", (x + moved, y))
    fingers("touchEnd")
    dragged = card.bounding_box()
    assert before
    assert dragged
    assert dragged["x"] > before["x"] + 20
    fingers("touchStart", (x - 20, y), (x + 20, y))
    for moved in (30, 40, 60):
        fingers("touchMove", (x - moved, y), (x + moved, y))
    fingers("touchEnd")
    zoomed = card.bounding_box()
    assert zoomed
    assert zoomed["width"] > 1.5 * dragged["width"]


TREMBLE = """card => {
    const { x, y } = card.getBoundingClientRect()
    const say = (Kind, kind, dx) => card.dispatchEvent(new Kind(kind, { bubbles: true, pointerType: "touch",
        isPrimary: true, pointerId: 7, clientX: x + 20 + dx, clientY: y + 20 }))
    say(PointerEvent, "pointerdown", 0)
    for (const dx of [3, -2, 4, 0, 3]) say(PointerEvent, "pointermove", dx)
    say(PointerEvent, "pointerup", 3)
    say(MouseEvent, "click", 3)
}"""


def test_a_finger_that_trembles_while_it_rests_on_a_card_has_pressed_it(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    ran(page)
    card = page.locator("[data-node]:not([data-fold])").first
    place = "card => card.getScreenCTM().e"
    before = card.evaluate(place)
    card.evaluate(TREMBLE)
    expect(card).to_have_attribute("data-selected", "true")
    assert card.evaluate(place) == before


def test_a_finger_that_goes_to_the_side_over_the_sentence_is_a_step(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(server)
    ran(page)
    touch = context.new_cdp_session(page)
    sentence = page.get_by_test_id("sentence").bounding_box()
    assert sentence
    x, y = sentence["x"] + sentence["width"] / 2, sentence["y"] + 20

    def swipe(by_x: float, by_y: float = 0) -> None:
        for kind, part in (("touchStart", 0.0), ("touchMove", 0.3), ("touchMove", 0.7), ("touchMove", 1.0)):
            point = {"x": x + part * by_x, "y": y + part * by_y}
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    page.get_by_test_id("step-first").tap()
    at = position(page)[0]
    for by, here in (
        ((-120, 5), at + 1),
        ((-120, 0), at + 2),
        ((20, 0), at + 2),
        ((60, 50), at + 2),
        ((120, 0), at + 1),
    ):
        swipe(*by)
        expect(page.get_by_test_id("step-counter")).to_contain_text(f"step {here} of")
    context.close()


@pytest.mark.parametrize("ops", [1, 9])
def test_on_paper_the_picture_is_as_large_as_on_a_screen_or_as_the_page_has_room_for(page: Page, ops: int) -> None:
    page.set_viewport_size({"width": 703, "height": 1031})  # A4 within its margins, in pixels of CSS
    chain = "".join(f"{then} = {last}.sin()\n" for last, then in pairwise("abcdefghij"[: ops + 1]))
    open_and_run(page, "import torch\na = torch.tensor([0.5, 1.0], requires_grad=True)\n" + chain)
    page.emulate_media(media="print")
    expect(page.locator(".minimap")).to_be_hidden()
    expect(page.locator(".surface")).to_have_attribute("viewBox", re.compile("."))
    drawn(page)
    picture = page.locator(".surface").evaluate(
        "e => ({ width: e.viewBox.baseVal.width, height: e.viewBox.baseVal.height, scale: e.getScreenCTM().a })"
    )
    room = page.locator(".graph").bounding_box()
    assert room
    fitting = min(1, room["width"] / picture["width"], 245 / 25.4 * 96 / picture["height"])
    assert picture["scale"] == pytest.approx(fitting, rel=0.02)
    page.emulate_media(media="null")
    expect(page.locator(".surface[viewBox]")).to_have_count(0)
    paper = PdfDocument(page.pdf(format="A4"))
    words = [leaf.get_textpage().get_text_range().lower() for leaf in paper]
    assert "nothing has been printed yet" in words[-1]


def test_a_tap_beside_the_legend_closes_it_on_a_phone_and_there_alone(page: Page) -> None:
    ran(page)
    legend = page.get_by_test_id("legend")
    for width, height, left in ((1280, 720, 1), (390, 844, 0)):
        page.set_viewport_size({"width": width, "height": height})
        if width < 480:
            page.locator(".pane-tab", has_text="Graph").click()
        if legend.count() == 0:
            page.get_by_test_id("legend-open").click()
        expect(legend.locator("[data-sign]").first).to_be_visible()
        box = page.locator(".surface").bounding_box()
        assert box
        # In the margin there is no card, nor the legend.
        page.mouse.click(box["x"] + 4, box["y"] + 4)
        expect(legend).to_have_count(left)


def test_the_legends_way_out_stays_in_sight_where_it_is_scrolled(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_and_run(page, FAN_IN)
    go_to(page, first_step(page, "contributions reach h"))
    page.locator(".pane-tab", has_text="Graph").click()
    page.get_by_test_id("legend-open").click()
    legend = page.get_by_test_id("legend")
    legend.locator("[data-sign]").last.scroll_into_view_if_needed()
    expect(legend.locator("[data-sign]").last).to_be_in_viewport()
    assert legend.evaluate("({ scrollTop }) => scrollTop") > 0
    close = legend.get_by_role("button", name="Close")
    expect(close).to_be_in_viewport(ratio=1)
    close.click()
    expect(legend).to_have_count(0)
    expect(page.get_by_test_id("legend-open")).to_be_focused()


def test_a_tap_on_a_dashed_edge_tells_what_pointing_at_it_does(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(server)
    open_and_run(page, "import torch\nw = torch.ones(1, requires_grad=True)\ny = w * torch.ones(1)")
    page.get_by_test_id("step-last").tap()
    page.locator(".pane-tab", has_text="Graph").tap()
    page.get_by_test_id("legend-open").tap()
    sign = page.locator('[data-sign="blocked"]')
    expect(sign).to_contain_text("tap it for the reason")
    page.get_by_test_id("legend").get_by_role("button", name="Close").tap()
    line = page.locator('.edge[data-kind="constant"] .edge-line').first
    x, y = line.evaluate("""path => {
        const middle = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
        return [middle.x, middle.y];
    }""")
    # Beside the line, as a finger would.
    page.touchscreen.tap(x + 6, y)
    tip = page.get_by_role("tooltip")
    expect(tip).to_have_text("does not require grad")
    box = tip.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    room = page.locator(".surface").bounding_box()
    assert room
    page.touchscreen.tap(room["x"] + 4, room["y"] + room["height"] - 4)
    expect(tip).to_have_count(0)
    context.close()


MISFIT_OF_A_LAYER = """\
import torch
from torch import nn
torch.manual_seed(0)
X = torch.randn(8, 4)
y = torch.randn(8, 1)
model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(5, 1))
loss = ((model(X) - y) ** 2).mean()
"""
"""What its error speaks of is too far apart for a phone."""


def test_of_marks_that_are_far_apart_one_is_seen_whole_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".pane-tab", has_text="Graph").click()
    open_and_run(page, MISFIT_OF_A_LAYER)
    page.get_by_role("button", name="Show the error").click()
    page.locator(".pane-tab", has_text="Graph").click()
    page.wait_for_function("""() => {
        const room = document.querySelector('.surface').getBoundingClientRect();
        return [...document.querySelectorAll('.mark-outline')].some(mark => {
            const box = mark.getBoundingClientRect();
            return box.left >= room.left && box.right <= room.right && box.top >= room.top && box.bottom <= room.bottom;
        });
    }""")


@pytest.mark.parametrize("viewport", [{"width": 390, "height": 844}], ids=["phone"])
def test_reasons_why_no_gradient_passes_stand_apart(page: Page, shot: Shot, viewport: ViewportSize) -> None:
    page.get_by_role("button", name="Lessons").click()
    page.locator('[data-lesson="simsiam"]').click()
    page.get_by_test_id("run").click()
    until_over(page)
    page.locator(".pane-tab", has_text="Graph").click()
    apart = """() => [...document.querySelectorAll(".cuts text")].map(each => each.getBoundingClientRect())
        .every((a, i, all) => all.slice(i + 1).every(b =>
            a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top))"""
    page.get_by_role("button", name="Fit the graph").click()  # wherever the run has led the camera
    go_to(page, 42)
    expect(page.locator(".cuts text").first).to_be_attached()
    shot("apart")
    assert page.evaluate(apart)


def test_the_picture_has_its_room_on_a_phone_on_its_side_and_in_the_largest_type(page: Page, shot: Shot) -> None:
    page.set_viewport_size({"width": 844, "height": 390})
    ran(page)
    page.locator(".pane-tab", has_text="Graph").click()
    shot("on-its-side")
    box = page.get_by_test_id("graph").bounding_box()
    assert box is not None
    assert box["height"] > 180
    assert page.evaluate(OVERLAPPING) == []
    assert page.evaluate(SMALL) == []
    page.set_viewport_size({"width": 1024, "height": 768})
    for _ in range(6):
        page.keyboard.press("+")
    shot("largest")
    box = page.get_by_test_id("graph").bounding_box()
    assert box is not None
    assert box["width"] > 400
    assert page.evaluate(OUTSIDE) == []
