"""Two runs side by side, stepped together: the one that was kept, and one of changed code."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FloatRect, FrameLocator, Locator, Page, ViewportSize, expect

from tests.e2e.conftest import Shot
from tests.e2e.scripts import open_script, play_script, run_script
from tests.e2e.test_accessible import AXE, findings

DETACH = """\
import torch
x = torch.tensor([1., 2.], requires_grad=True)
y = x * x
u = y{detach}
(u * x).sum().backward()
x.grad
"""
SQUARED = """\
import torch
x = torch.arange(4.0, requires_grad=True)
y = x * x
u = y{detach}
z = u * x
z.sum().backward()
x.grad == u
"""
TRAINING = """\
import torch
w = torch.tensor(1., requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.5)
for i in range(2):{zero}
    loss = 3. * w
    loss.backward()
    if w.grad > 4.:
        print("large")
w.grad
"""

# A graph of its own, and so many ops in a row that most of them are folded.
FAILING = f"""\
import torch
other = torch.ones(2) * 3
x = torch.tensor(2., requires_grad=True)
y = x * x
{"y = y + 1; " * 70}
y.backward()
y.backward()
"""


def compare(page: Page, before: str, now: str) -> None:
    """Keeps a run, runs other code, and waits until both are on view."""
    play_script(page, before)
    page.get_by_test_id("keep").click()
    open_script(page, now)
    # The page itself is unseen as soon as both are on view.
    page.get_by_test_id("run").click()
    for side in "ab":
        player(page, side).locator("[data-node]").first.wait_for()


def player(page: Page, side: str) -> FrameLocator:
    """The player of a side."""
    return page.frame_locator(f'[data-testid="frame-{side}"]')


def marked(page: Page, side: str, name: str) -> Locator:
    """The marks in a side's picture on cards of this name."""
    frame = player(page, side)
    return frame.locator(f'[data-of="{frame.locator(f"[data-name={name!r}]").first.get_attribute("data-node")}"]')


def to_difference(page: Page, said: str) -> None:
    """Goes from difference to difference by the key, up to one of which this is said."""
    summary = page.get_by_test_id("pair-summary")
    page.locator(".pair-tick").first.wait_for(state="attached")  # what differs is known
    for _ in range(12):
        if said in summary.inner_text() or page.get_by_test_id("difference-next").is_disabled():
            break
        before = page.get_by_test_id("pair-counter").inner_text()
        page.keyboard.press("x")
        expect(page.get_by_test_id("pair-counter")).not_to_have_text(before)
    expect(summary).to_contain_text(said)


def stand(page: Page, a: int, b: int) -> None:
    """Both players stand at these steps of their own."""
    for side, step in (("a", a), ("b", b)):
        counter = player(page, side).get_by_test_id("step-counter")
        expect(counter).to_contain_text(f"step {step} of")


def zoom_goes_along(page: Page) -> None:
    """What is zoomed and moved in one picture is so in the other."""
    own, other = (player(page, side).locator("svg.surface > g") for side in "ab")
    before = other.get_attribute("transform") or ""
    surface = player(page, "a").locator("svg.surface")
    surface.hover(position={"x": 12, "y": 12})
    page.mouse.wheel(0, -100)
    expect(own).not_to_have_attribute("transform", before)
    zoom = (own.get_attribute("transform") or "").partition("scale")[2]
    expect(other).to_have_attribute("transform", re.compile(re.escape(zoom) + "$"))
    zoomed = other.get_attribute("transform") or ""
    page.mouse.down()
    room = surface.bounding_box()
    assert room
    page.mouse.move(room["x"] + 90, room["y"] + 60, steps=3)
    page.mouse.up()
    expect(other).not_to_have_attribute("transform", zoomed)


def test_detach_is_seen_in_both_pictures_stepped_together(page: Page, shot: Shot) -> None:
    compare(page, DETACH.format(detach=".detach()"), DETACH.format(detach=""))
    # It begins with the first difference: detach beside a mere second name.
    expect(page.get_by_test_id("sentence-a")).to_contain_text("y.detach()")
    expect(page.get_by_test_id("pair-announcement")).to_contain_text("u.requires_grad: False in A, True in B")
    expect(marked(page, "a", "u")).to_have_attribute("data-differs", "only")
    stand(page, 4, 4)
    page.keyboard.press("ArrowRight")
    stand(page, 5, 5)
    shot("forward")
    zoom_goes_along(page)
    # The next differences are what the product sends back, and the way through y, which only the other run has.
    page.keyboard.press("x")
    expect(page.get_by_test_id("pair-summary")).to_contain_text("brings other numbers")
    page.keyboard.press("x")
    expect(page.get_by_test_id("stands-a")).to_be_visible()
    expect(page.get_by_test_id("stands-b")).to_have_count(0)
    expect(page.get_by_test_id("pair-announcement")).to_contain_text("This run has no such step")
    shot("standing")
    page.get_by_test_id("pair-last").click()
    for side in "ab":
        expect(marked(page, side, "x")).to_have_attribute("data-differs", "gradient")
        expect(player(page, side).locator("[data-edge-differs]")).to_have_count(1)
    expect(page.get_by_test_id("pair-summary")).to_contain_text("x.grad: [1, 4] in A, [3, 12] in B")
    page.get_by_test_id("pair-table").click()
    rows = page.get_by_test_id("compare").locator("tr[data-name]")
    expect(rows.and_(page.locator('[data-name="x.grad"]'))).to_have_attribute("data-differs", "true")
    expect(rows.and_(page.locator('[data-name="y"]'))).to_have_attribute("data-differs", "false")
    shot("end")
    # Its link opens the same, with both codes, at the same step.
    expect(page).to_have_url(re.compile("code=.*beside=.*step=12"))
    page.reload()
    expect(page.get_by_test_id("pair-summary")).to_contain_text("x.grad: [1, 4] in A, [3, 12] in B")
    expect(page.get_by_test_id("pair-counter")).to_contain_text("step 12 of 12")
    stand(page, 11, 12)
    # The key to compare lets go of the run, and the page is as it was.
    page.keyboard.press("k")
    expect(page.get_by_test_id("pair")).to_have_count(0)
    expect(page.get_by_test_id("kept")).to_have_count(0)


FILLED = """() => {
    const room = document.querySelector('.surface').getBoundingClientRect();
    const cards = [...document.querySelectorAll('.card-box')].map(each => each.getBoundingClientRect());
    const drawn = Math.max(...cards.map(each => each.bottom)) - Math.min(...cards.map(each => each.top));
    const code = document.querySelector('[data-testid=cell-output]').getBoundingClientRect();
    return [drawn, room.height, code.bottom].map(each => each / innerHeight);
}"""


def test_on_a_laptop_both_pictures_fill_their_height_beside_the_whole_code(page: Page, shot: Shot) -> None:
    compare(page, DETACH.format(detach=".detach()"), DETACH.format(detach=""))
    page.get_by_test_id("pair-last").click()
    stand(page, 11, 12)
    shot("laptop")
    for side in "ab":
        drawn, picture, code = player(page, side).locator("body").evaluate(FILLED)
        assert picture > 0.9
        assert drawn > 0.6
        assert code <= 1


def test_the_sentence_of_each_run_says_why(page: Page) -> None:
    code = "import torch\nx = torch.tensor([1., 2.], requires_grad=True)\n(x * {}).softmax(0)[0].backward()\n"
    compare(page, code.format(2), code.format(3))
    page.get_by_test_id("pair-last").click()
    stand(page, 10, 10)
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    for side in "ab":
        expect(page.get_by_test_id(f"sentence-{side}")).to_contain_text("Softmax shares out 1")


@pytest.mark.parametrize("viewport", [{"width": 1920, "height": 1080}], ids=["wall"])
def test_two_products_that_say_the_same_share_a_label_where_there_is_no_room_for_two(page: Page, shot: Shot) -> None:
    compare(page, SQUARED.format(detach=".detach()"), SQUARED.format(detach=""))
    page.keyboard.press("p")
    for _ in range(2):
        page.keyboard.press("x")
    b = player(page, "b")
    expect(b.locator('.edge[data-state="active"][data-direction="backward"]')).to_have_count(2)
    expect(page.get_by_test_id("sentence-b")).to_contain_text(
        "grad * x = [0, 1, 4, 9] → x; grad * x = [0, 1, 4, 9] → x"
    )
    shot("shared")
    expect(b.locator('.flow[data-flow="product"]')).to_have_count(1)
    expect(b.locator('.flow-leader[data-flow="product"]')).to_have_count(2)


def test_what_is_kept_is_named_and_not_shown_beside_another_lesson(page: Page, shot: Shot) -> None:
    play_script(page, DETACH.format(detach=""))
    page.get_by_test_id("keep").click()
    page.get_by_role("button", name="Lessons").click()
    page.locator('[data-lesson="kinks"]').click()
    page.get_by_test_id("run").click()
    expect(page.locator("[data-node]").first).to_be_visible()
    expect(page.get_by_test_id("kept")).to_contain_text("Kept: a run of “script.py”.")
    expect(page.get_by_test_id("side-by-side")).to_be_visible()
    shot("named")
    assert page.get_by_test_id("pair").count() == 0
    page.get_by_test_id("side-by-side").click()
    expect(page.get_by_test_id("pane-a")).to_be_visible()


def test_zero_grad_is_found_by_the_key_to_the_next_difference(page: Page, shot: Shot) -> None:
    compare(page, TRAINING.format(zero=""), TRAINING.format(zero="\n    optimizer.zero_grad()"))
    expect(page.get_by_test_id("stands-a")).to_be_visible()
    to_difference(page, "w.grad: 6 in A, 3 in B")
    # So does it find the test that this decides, and what is printed then: marked in code, picture and output.
    to_difference(page, "This test comes out otherwise")
    for side, outcome in (("a", "True"), ("b", "False")):
        expect(player(page, side).locator(f'[data-differs="{outcome.lower()}"]')).to_have_count(1)
        line = player(page, side).locator(".listing-line", has_text="if w.grad")
        assert outcome in line.evaluate("line => getComputedStyle(line, '::after').content")
    expect(player(page, "a").locator("[data-printed-differs]")).to_have_count(0)
    shot("test")
    page.keyboard.press("x")
    expect(page.get_by_test_id("stands-b")).to_be_visible()
    expect(player(page, "a").locator("[data-printed-differs]")).to_have_text("large\n")
    shot("print")
    # What a hand folds in one picture is folded in the other, and what it opens there is open here.
    iterations = [player(page, side).locator('[data-group][data-kind="iteration"]') for side in "ab"]
    iterations[0].first.click()
    for each in iterations:
        expect(each).to_have_count(1)
    player(page, "b").locator('[data-fold="iterations"]').click()
    for each in iterations:
        expect(each).to_have_count(2)
    # So is a loop's panel; the other picture does not take the keys with it.
    panels = [player(page, side).get_by_test_id("loop") for side in "ab"]
    player(page, "a").locator("[data-loop]").first.click()
    for each in panels:
        expect(each).to_be_visible()
    expect(panels[0].locator("input").first).to_be_focused()
    expect(panels[1].locator("input").first).not_to_be_focused()
    panels[1].get_by_role("button", name="Close").click()
    for each in panels:
        expect(each).to_have_count(0)
    # A step that the reader takes within one player moves both.
    card = player(page, "a").locator('[data-name="w"]').first
    card.dblclick()
    expect(page.get_by_test_id("pair-counter")).to_contain_text("step 2 of")
    stand(page, 2, 2)
    # Keys do there what they do on the page around.
    player(page, "a").locator("body").press("x")
    expect(page.get_by_test_id("stands-a")).to_be_visible()


def boxes_of(found: Locator) -> list[FloatRect]:
    return [box for each in found.all() if (box := each.bounding_box())]


def overlap(a: FloatRect, b: FloatRect) -> bool:
    return (
        a["x"] < b["x"] + b["width"]
        and b["x"] < a["x"] + a["width"]
        and a["y"] < b["y"] + b["height"]
        and b["y"] < a["y"] + a["height"]
    )


def test_an_error_and_its_mend_open_side_by_side(page: Page, shot: Shot) -> None:
    run_script(page, FAILING)
    page.keyboard.press("e")
    page.get_by_test_id("mend").click()
    page.get_by_test_id("before-after").click()
    expect(page.get_by_test_id("pane-a")).to_contain_text("Before the change")
    expect(page.get_by_test_id("pane-b")).to_contain_text("After the change")
    page.get_by_test_id("pair-last").click()
    expect(page.get_by_test_id("sentence-a")).to_contain_text("RuntimeError")
    expect(page.get_by_test_id("pair-summary")).to_contain_text("x.grad: 4 in A, 8 in B")
    # Other graphs and stretches that a hand opens in one picture are open in the other.
    for kind in ("cells", "stretch"):
        folded = [player(page, side).locator(f'[data-fold="{kind}"]') for side in "ab"]
        for each in folded:
            expect(each).to_have_count(1)
        folded[1].dispatch_event("click")
        for each in folded:
            expect(each).to_have_count(0)
    # What differs is said beside what went wrong, and not over it.
    tag = player(page, "a").locator(".mark-label")
    expect(tag.first).to_be_visible()
    shot("words-apart")
    words = [box for found in (tag, player(page, "a").locator(".differs-badge")) for box in boxes_of(found)]
    assert len(words) > 1
    assert [(a, b) for i, a in enumerate(words) for b in words[i + 1 :] if overlap(a, b)] == []
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("pair")).to_have_count(0)


@pytest.mark.parametrize("viewport", [{"width": 390, "height": 844}])
def test_the_gallery_has_pairs_which_a_phone_shows_one_above_the_other(
    page: Page, shot: Shot, viewport: ViewportSize
) -> None:
    page.get_by_role("button", name="Lessons").click()
    page.locator('[data-lesson="pair:zero-grad"]').click()
    expect(page.get_by_test_id("pane-a")).to_contain_text("Without zero_grad()")
    for side in "ab":
        player(page, side).locator("[data-node]").first.wait_for()
    boxes = [page.get_by_test_id(f"pane-{side}").bounding_box() for side in "ab"]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"]
    page.get_by_test_id("language").last.click()
    expect(page.get_by_test_id("pane-b")).to_contain_text("有 zero_grad()")
    expect(player(page, "b").locator("html")).to_have_attribute("lang", re.compile("zh"))
    shot("chinese")
    assert findings(page) == []
    for frame in page.frames[1:]:
        frame.evaluate(AXE.read_text(encoding="utf-8"))
        found = frame.evaluate("axe.run(document).then(({ violations }) => violations.map(({ id }) => id))")
        assert set(found) <= {"label-content-name-mismatch"}
