"""A run as one HTML file plays from the disk with the network off, and can say nothing to anyone."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from gradwalk.document.schema import Trace
from gradwalk.export import Look, export
from gradwalk.export.look import Language
from tests.e2e.lesson import position
from tests.e2e.test_failed_calls import FUNCTION, PRODUCT
from tests.recorder.tracing import trace_of

GOLDEN = Path(__file__).parents[1] / "golden"


def golden(name: str) -> Trace:
    return Trace.model_validate(json.loads((GOLDEN / f"{name}.trace.json").read_text(encoding="utf-8")))


@pytest.fixture
def alone(browser: Browser, viewport: ViewportSize) -> Iterator[Page]:
    """A page without a network. A test fails if it threw, logged an error or asked for anything but the file."""
    context = browser.new_context(viewport=viewport, locale="en-GB", reduced_motion="reduce", offline=True)
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"threw: {error}"))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    assert complaints == []
    assert len({url.split("#")[0] for url in asked}) == 1, asked
    context.close()


def open_file(page: Page, folder: Path, name: str, fragment: str = "", look: Look | None = None) -> None:
    open_run(page, folder, golden(name), fragment, look)


def open_run(page: Page, folder: Path, trace: Trace, fragment: str = "", look: Look | None = None) -> None:
    path = folder / "run.html"
    path.write_bytes(export(trace, "html", None, look or Look()))
    page.goto(f"{path.as_uri()}#{fragment}")
    page.locator("[data-node]").first.wait_for()


def test_a_file_on_the_disk_plays_steps_code_and_explanations(alone: Page, tmp_path: Path) -> None:
    open_file(alone, tmp_path, "lesson", "step=6")
    expect(alone.get_by_test_id("step-counter")).to_contain_text("step 6 of")
    first = alone.get_by_test_id("sentence").inner_text()
    alone.get_by_test_id("step-next").click()
    expect(alone.get_by_test_id("sentence")).not_to_have_text(first)
    alone.keyboard.press("End")
    assert position(alone)[0] == position(alone)[1]
    expect(alone.get_by_test_id("listing")).to_contain_text("y.backward()")
    expect(alone.get_by_test_id("run")).to_have_count(0)
    # A click on the code goes to its step.
    alone.locator(".listing-line", has_text="x.requires_grad_(True)").first.locator("span").first.click()
    line = alone.locator(".step-line")
    expect(line).to_contain_text("x.requires_grad_(True)")
    expect(line).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")
    # The search, a card's formula and the question why.
    alone.keyboard.press("/")
    palette = alone.get_by_test_id("palette")
    palette.get_by_role("combobox").fill("b.norm()")
    palette.get_by_role("option").first.click()
    expect(alone.locator("math").first).to_be_visible()
    alone.get_by_test_id("why").click()
    expect(alone.get_by_test_id("why-answer")).to_be_visible()


def test_a_class_predicts_and_a_teacher_draws_in_a_file(alone: Page, tmp_path: Path) -> None:
    open_file(alone, tmp_path, "small", "step=6")
    alone.keyboard.press("r")
    expect(alone.get_by_test_id("reveal")).to_contain_text("What will x.grad be?")
    alone.get_by_test_id("reveal-guess").fill("[1, 4]")
    alone.keyboard.press("Enter")
    expect(alone.get_by_test_id("reveal")).to_contain_text("You said [1, 4]; it is [2, 4].")
    alone.get_by_test_id("step-last").click()
    expect(alone.get_by_test_id("reveal")).to_have_count(0)
    alone.keyboard.press("i")
    expect(alone.get_by_test_id("pen")).to_be_visible()
    alone.mouse.move(300, 300)
    alone.mouse.down()
    alone.mouse.move(400, 350)
    alone.mouse.up()
    expect(alone.locator(".pen path")).to_have_count(1)
    alone.keyboard.press("c")
    expect(alone.locator(".pen path")).to_have_count(0)


AT_ONCE = """async (step) => {
    const slider = document.querySelector('[data-testid="step-slider"]');
    const opened = "[data-group][aria-expanded=true]";
    const titles = () => [...document.querySelectorAll(opened)].map((each) => each.textContent).join();
    const go = (to) => {
        slider.value = to;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    for (let tries = 0; tries < 100; tries++) {
        go(step - 2);
        go(step - 1);
        do await frame();
        while (!titles().includes("iteration 1 of"));
        await frame();
        go(step);
        // What is shown without another task has been ready.
        for (let i = 0; i < 100; i++) await null;
        if (titles().includes("iteration 2 of")) return true;
    }
    return false;
}"""


def test_the_next_iteration_is_ready_in_a_file_before_its_step_comes(alone: Page, tmp_path: Path) -> None:
    open_file(alone, tmp_path, "training")
    assert alone.evaluate(AT_ONCE, 25)


def test_an_error_in_a_file_is_explained(alone: Page, tmp_path: Path) -> None:
    open_file(alone, tmp_path, "failing")
    alone.get_by_test_id("banner-outcome").get_by_role("button", name="Show the error").click()
    expect(alone.get_by_test_id("diagnosis")).to_be_visible()
    expect(alone.get_by_test_id("mend")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "code", "rows", "mark"),
    [
        ("en", PRODUCT, ["x43", "w23"], "last axis: 3"),
        ("zh", FUNCTION, ["agrad * ctx.k", "k = 3.0—"], "梯度：1 个，输入：2 个"),
    ],
)
def test_a_failed_call_in_a_file_is_a_picture(
    alone: Page, tmp_path: Path, language: Language, code: str, rows: list[str], mark: str
) -> None:
    open_run(alone, tmp_path, trace_of(code), "", Look(language=language))
    alone.keyboard.press("e")
    expect(alone.get_by_test_id("misfit").get_by_role("row")).to_have_text(rows)
    expect(alone.get_by_test_id("marks")).to_contain_text(mark)
    # Nothing can be run here, so no change is tried.
    expect(alone.get_by_test_id("trial")).to_have_count(0)


@pytest.mark.parametrize(("language", "why"), [("en", "from 2 rows, so each"), ("zh", "从 2 行中取出的数")])
def test_a_file_says_why_a_loss_gives_what_it_gives(alone: Page, tmp_path: Path, language: Language, why: str) -> None:
    loss = "torch.nn.functional.cross_entropy(x, torch.tensor([0, 1]))"
    trace = trace_of(f"import torch\nx = torch.ones(2, 2, requires_grad=True)\nloss = {loss}\nloss.backward()\n")
    open_run(alone, tmp_path, trace, look=Look(language=language))
    alone.keyboard.press("End")
    sentence = alone.get_by_test_id("sentence")
    for _ in range(20):
        if why not in sentence.inner_text():
            alone.keyboard.press("ArrowLeft")
    expect(sentence).to_contain_text(why)
    # Beside the formulas it is told where the sentence is another's.
    alone.keyboard.press("End")
    alone.locator('[data-node][data-op="nll_loss"]').first.press("Enter")
    expect(alone.get_by_test_id("inspector")).to_contain_text(why)


BEFORE_IT_FAILED = """\
import torch
x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
z = (y * y).sum()
y.data.mul_(10)
z.backward()
torch.ones(2, 3) @ torch.ones(2)
"""


def test_a_file_of_a_failed_call_asks_for_predictions_and_tells_of_a_hidden_write(alone: Page, tmp_path: Path) -> None:
    open_run(alone, tmp_path, trace_of(BEFORE_IT_FAILED))
    outcome = alone.get_by_test_id("banner-outcome")
    outcome.get_by_role("button", name="Show the error").click()
    expect(alone.get_by_test_id("misfit")).to_be_visible()
    # The error first, then what went wrong before it without one.
    silent = alone.get_by_test_id("banner-silent")
    expect(silent).to_contain_text("Something else went wrong, without an error.")
    silent.get_by_role("button", name="Show it").click()
    expect(silent).to_have_count(0)
    expect(alone.get_by_test_id("diagnosis")).to_contain_text("through .data, which does not count up the version")
    alone.keyboard.press("Home")
    alone.keyboard.press("r")
    while alone.get_by_test_id("reveal").count() == 0:
        alone.keyboard.press("ArrowRight")
    expect(alone.get_by_test_id("reveal")).to_contain_text("What will x.grad be?")


@pytest.mark.parametrize(
    "failing",
    [
        "torch.nn.LayerNorm(2)(torch.ones(2, 3))",
        "torch.ones(2).register_hook(print)",
        "x.add_(1)",
        "torch.ones(2) + torch.ones(3)",
        "torch.ones(1, 1) @ torch.ones(1, 1, dtype=torch.float64)",
        "y.apply_(lambda number: number)",
        "torch.ones(1).backward()",
    ],
    ids=["layer", "hook", "leaf-in-place", "shape", "dtype", "function", "cut"],
)
def test_a_file_of_another_error_tells_of_a_hidden_write(alone: Page, tmp_path: Path, failing: str) -> None:
    failed = BEFORE_IT_FAILED.replace("torch.ones(2, 3) @ torch.ones(2)", failing)
    open_run(alone, tmp_path, trace_of(failed))
    alone.get_by_test_id("banner-outcome").get_by_role("button", name="Show the error").click()
    alone.get_by_test_id("banner-silent").get_by_role("button", name="Show it").click()
    expect(alone.get_by_test_id("diagnosis")).to_contain_text("through .data, which does not count up the version")


TWO_WARNINGS = """\
import torch
x = torch.tensor([1., 2.], requires_grad=True)
y = x * 3
loss = torch.nn.functional.mse_loss(y, torch.ones(2, 1))
loss.backward()
print(y.grad)
"""


def test_a_file_of_an_error_explains_each_of_two_warnings_before_it(alone: Page, tmp_path: Path) -> None:
    open_run(alone, tmp_path, trace_of(TWO_WARNINGS + "torch.ones(2).backward()"))
    alone.get_by_test_id("banner-outcome").get_by_role("button", name="Show the error").click()
    expect(alone.get_by_test_id("diagnosis")).to_be_visible()
    silent = alone.get_by_test_id("banner-silent")
    silent.get_by_role("button", name="Show it").click()
    expect(alone.get_by_test_id("diagnosis")).to_contain_text("torch.ones(2, 1)")
    expect(alone.get_by_test_id("diff")).to_contain_text("reshape_as(y)")
    silent.get_by_role("button", name="Show it").click()
    expect(alone.get_by_test_id("diagnosis")).to_contain_text("y is no leaf")
    expect(silent).to_have_count(0)


def test_a_file_of_a_hooks_error_explains_the_gradient_of_no_leaf(alone: Page, tmp_path: Path) -> None:
    open_run(alone, tmp_path, trace_of(TWO_WARNINGS + "torch.ones(2).register_hook(print)"))
    alone.get_by_test_id("banner-outcome").get_by_role("button", name="Show the error").click()
    alone.get_by_test_id("banner-silent").get_by_role("button", name="Show it").click()
    expect(alone.get_by_test_id("diagnosis")).to_contain_text("y is no leaf")


def test_the_fragment_says_how_a_file_looks(alone: Page, tmp_path: Path) -> None:
    fragment = "theme=dark&view=graph,sentence&controls=steps&step=6"
    open_file(alone, tmp_path, "small", fragment, Look(language="zh"))
    alone.keyboard.press("r")
    expect(alone.get_by_test_id("reveal")).to_contain_text("x.grad 会是多少？")
    alone.keyboard.press("r")
    expect(alone.locator("html")).to_have_attribute("data-theme", "dark")
    expect(alone.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(alone.get_by_test_id("listing")).to_have_count(0)
    expect(alone.get_by_test_id("inspector")).to_have_count(0)
    expect(alone.get_by_test_id("step-slider")).to_be_hidden()
    go_to_end = alone.get_by_test_id("step-last")
    go_to_end.click()
    expect(go_to_end).to_be_disabled()
    alone.evaluate("location.hash = 'theme=light&step=2'")
    expect(alone.locator("html")).to_have_attribute("data-theme", "light")
    expect(go_to_end).to_be_enabled()


def test_a_file_leads_to_a_server_if_one_was_named_when_it_was_made(alone: Page, tmp_path: Path) -> None:
    open_file(alone, tmp_path, "lesson")
    expect(alone.get_by_test_id("step-counter")).to_be_visible()
    expect(alone.get_by_test_id("elsewhere")).to_have_count(0)
    open_file(alone, tmp_path, "lesson", "", Look(server="https://gradwalk.example/"))
    alone.reload()  # with the same fragment, going there again loads nothing anew
    link = alone.get_by_test_id("elsewhere")
    expect(link).to_have_attribute("href", re.compile("^https://gradwalk.example/#code="))
    packed = (link.get_attribute("href") or "").partition("#code=")[2]
    _, cells = json.loads(zlib.decompress(base64.urlsafe_b64decode(packed + "=="), -zlib.MAX_WBITS))
    assert [cell[0] for cell in cells] == [cell.source for cell in golden("lesson").cells]
