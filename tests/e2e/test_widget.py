"""The notebook widget's module plays a run in a frame without rights."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from gradwalk import load
from gradwalk.walk.widget import MODULE

GOLDEN_LESSON = Path(__file__).parents[1] / "golden" / "lesson.trace.json"

RENDER = """async ({module, html}) => {
  const url = URL.createObjectURL(new Blob([module], {type: "text/javascript"}));
  const {default: widget} = await import(url);
  const values = {html, height: 500, step: 0, steps: 0}, heard = {};
  const set = (changes) => {
    for (const [name, value] of Object.entries(changes)) {
      const changed = values[name] !== value;
      values[name] = value;
      if (changed) heard[`change:${name}`]?.();
    }
  };
  const on = (name, f) => { heard[name] = f; };
  const model = {get: (name) => values[name], set, on, off: (name) => { delete heard[name]; }, save_changes() {}};
  Object.assign(window, {values, set, leave: widget.render({model, el: document.body})});
}"""


def test_the_widgets_module_plays_the_run(context: BrowserContext) -> None:
    html = load(GOLDEN_LESSON).show().html
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"threw: {error}"))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.set_content("<!doctype html><title>A notebook</title>")
    page.evaluate(RENDER, {"module": MODULE.read_text(encoding="utf-8"), "html": html})
    player = page.frame_locator("iframe")
    expect(player.locator("[data-node]").first).to_be_visible()
    expect(player.get_by_test_id("listing")).to_contain_text("y.backward()")
    before = player.get_by_test_id("sentence").inner_text()
    player.get_by_test_id("step-next").click()
    expect(player.get_by_test_id("sentence")).not_to_have_text(before)
    step = int(player.get_by_test_id("step-counter").inner_text().split()[1])
    page.wait_for_function(f"values.step === {step} && values.steps > {step}")
    page.evaluate("set({step: 5})")
    expect(player.get_by_test_id("step-counter")).to_contain_text("step 5 of")
    page.evaluate("set({height: 320})")
    expect(page.locator("iframe")).to_have_css("height", "320px")
    page.evaluate("leave()")
    expect(page.locator("iframe")).to_have_count(0)
    assert complaints == []
