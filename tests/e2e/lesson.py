"""The lesson on the page: what tests of it read and press."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

WAIT_MILLISECONDS = 20_000
NOTEBOOK = Path(__file__).parents[1] / "data" / "autograd.ipynb"


def code_cells() -> list[dict[str, Any]]:
    """The code cells of the notebook file."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def output_of(cell: dict[str, Any]) -> str:
    """What the notebook's author saw under a cell."""
    return "".join("".join(output["data"]["text/plain"]) for output in cell["outputs"])


def run(page: Page) -> None:
    """Open the notebook's file, as a visitor would, and run it."""
    page.locator("input[type=file]").first.set_input_files(NOTEBOOK)
    page.get_by_test_id("run").click()
    _in_page(page, "run", r"await until(() => /step \d+ of \d\d+/.test(counter()))", None)
    until_over(page)


def open_and_run(page: Page, source: str) -> None:
    """Open a script with this text and run it."""
    script = {"name": "script.py", "mimeType": "text/x-python", "buffer": source.encode()}
    page.locator("input[type=file]").first.set_input_files([script])  # type: ignore[arg-type]
    page.get_by_test_id("run").click()
    _in_page(page, "run", r"await until(() => /step \d+ of [1-9]/.test(counter()))", None)
    until_over(page)


def until_over(page: Page) -> None:
    """Wait until the run is over: its picture begins before."""
    _in_page(page, "run", "await until(() => part('run').dataset.running === 'false')", None)


def position(page: Page) -> tuple[int, int]:
    """The step the page is at, and how many there are."""
    found = re.search(r"step (\d+) of (\d+)", page.get_by_test_id("step-counter").inner_text())
    assert found
    return int(found[1]), int(found[2])


def go_to(page: Page, step: int) -> None:
    """Move the slider to a step, and wait for its picture."""
    _in_page(page, "step-slider", "await reach(given); await until(isDrawn)", step)


def drawn(page: Page) -> None:
    """Wait until the picture is that of the step: it may have to be laid out first."""
    expect(page.get_by_test_id("graph")).to_have_attribute("aria-busy", "false")


def slide_to(page: Page, step: int) -> None:
    """Move the slider to a step."""
    _in_page(page, "step-slider", "await reach(given)", step)


def first_step(page: Page, words: str) -> int:
    """The first step whose sentence holds these words."""
    return sentence_steps(page, words, most=1)[0]


def sentence_steps(page: Page, words: str, most: int = 0) -> list[int]:
    """The steps whose sentence holds these words; not more than ``most``, if that is given."""
    find = r"""
        const found = []
        for (let step = 1; step <= Number(/of (\d+)/.exec(counter())[1]); step++) {
            await reach(step)
            if (part("sentence").innerText.includes(given.words)) found.push(step)
            if (given.most && found.length === given.most) break
        }
        return found"""
    found: list[int] = _in_page(page, "step-slider", find, {"words": words, "most": most})
    return found


def _in_page(page: Page, test_id: str, body: str, given: Any) -> Any:
    """Run ``body`` in the page once a part of it is there. What it waits for it sees in milliseconds, which a test that
    asks from outside first does after a tenth of a second."""
    return page.get_by_test_id(test_id).evaluate(
        f"""async (_, given) => {{
            const part = id => document.querySelector(`[data-testid="${{id}}"]`)
            const counter = () => part("step-counter")?.textContent ?? ""
            const isDrawn = () => part("graph")?.getAttribute("aria-busy") === "false"
            const until = async isThere => {{
                const last = performance.now() + {WAIT_MILLISECONDS}
                while (!isThere()) {{
                    if (performance.now() > last) throw new Error(`at ${{counter()}} never came: ${{isThere}}`)
                    await new Promise(later => setTimeout(later, 5))
                }}
            }}
            const reach = async step => {{
                const slider = part("step-slider")
                slider.value = step
                slider.dispatchEvent(new Event("input", {{ bubbles: true }}))
                await until(() => counter().includes(`step ${{step}} of`))
            }}
            {body}
        }}""",
        given,
    )


def click_code(page: Page, line: str, part: str = "") -> None:
    """Click on a line of code, or into a part of it: the letters stand behind the field that takes the click."""
    found = page.locator(".listing-line", has_text=line).first
    found.scroll_into_view_if_needed()
    x, y = found.evaluate(
        """(line, part) => {
            const range = document.createRange();
            range.selectNodeContents(line);
            const from = part ? line.textContent.indexOf(part) : line.textContent.trimEnd().length - 1;
            const words = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
            for (let seen = 0; words.nextNode(); seen += words.currentNode.length) {
                const at = from + Math.floor(part.length / 2) - seen;
                if (at >= words.currentNode.length) continue;
                range.setStart(words.currentNode, at);
                range.setEnd(words.currentNode, at + 1);
                break;
            }
            const box = range.getBoundingClientRect();
            return [box.x + box.width / 2 - 1, box.y + box.height / 2];
        }""",
        part,
    )
    page.mouse.click(x, y)


def card(page: Page, name: str, op: str) -> Locator:
    """The card of a tensor by name and op."""
    return page.locator(f'[data-node][data-name="{name}"][data-op="{op}"]')


def edges(page: Page) -> list[dict[str, str]]:
    """The edges on screen with their data attributes and how their line is drawn."""
    found: list[dict[str, str]] = page.evaluate(
        """() => [...document.querySelectorAll("[data-edge]")].map(edge => {
            const lines = [...edge.querySelectorAll("path")].map(path => getComputedStyle(path))
            const drawn = lines.find(style => style.stroke !== "none" && style.strokeOpacity !== "0"
                && !/rgba\\(.*, 0\\)/.test(style.stroke) && style.stroke !== "transparent")
            return { ...edge.dataset, label: edge.getAttribute("aria-label") ?? "",
                dash: drawn?.strokeDasharray ?? "", stroke: drawn?.stroke ?? "" }
        })"""
    )
    return found
