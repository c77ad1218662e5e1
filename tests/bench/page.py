"""`make bench-page`: how fast the page is on long runs in Chromium, beside elkjs's layout of the same graphs.

Steps are taken by the slider; a step's time runs from its event to after the frame that shows it. The first picture's
runs from the last byte of the trace to the first frame with cards; a long run is shown before its trace has ended.
Motion is reduced, so that nothing glides meanwhile. Nothing is asserted: figures are for reading.
"""

from __future__ import annotations

import os
import queue
import shutil
import statistics
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright

from tests.e2e.conftest import SWITCHES, address_in, drain
from tests.e2e.lesson import open_and_run, position
from tests.test_page_size import KIB, compressed, first_visit

ROOT = Path(__file__).parents[2]
ELK = ROOT / "build" / "elk"
HEAD = "import torch\nx = torch.ones(4, requires_grad=True)\n"
LOOP = """for i in range(900):
    a = x * 2 - 1
    b = a * a + x
    c = torch.sin(b)
    d = (c * a + b) * 0.5
    e = d - c
"""
CHAIN = """for i in range(2000):
    x = x * 1.001
    x = torch.tanh(x)
x.sum().backward()
"""
SHORT = HEAD + LOOP.replace("900", "90")
"""A tenth of the first program: what memory grows with."""
PROGRAMS = {
    "a loop of 900 rounds, 10 ops each": HEAD + LOOP,
    "9,000 ops in a row": HEAD + "a = 1.0001\n" + "x=x*a\n" * 9_000,
    "4,000 ops and their backward": HEAD + CHAIN,
}
WATCH = """
window.firstPicture = null;
window.laidOut = [];
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (message, ...rest) {
    const begun = performance.now();
    this.addEventListener("message", ({ data }) => {
        if (data.id === message.id) window.laidOut.push({ graph: message.graph, took: performance.now() - begun });
    });
    window.layoutWorker = this;
    return post.call(this, message, ...rest);
};
new MutationObserver(() => {
    if (window.firstPicture !== null || !document.querySelector("[data-node]")) return;
    window.firstPicture = 0;
    requestAnimationFrame(() => setTimeout(() => (window.firstPicture = performance.now())));
}).observe(document, { childList: true, subtree: true });
"""
AFTER_TRACE = """window.firstPicture
    - performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/traces")).responseEnd"""
STEPS = """async ({ from, many }) => {
    const slider = document.querySelector('[data-testid="step-slider"]');
    const times = [];
    for (let k = from; k < from + many; k++) {
        const begun = performance.now();
        slider.value = k;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        times.push(performance.now() - begun);
        await new Promise((done) => setTimeout(done, 30));
    }
    return times;
}"""
RANDOM = """({ size }) => {
    let state = 7;
    const next = () => ((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648);
    const nodes = [], edges = [];
    for (let i = 0; i < size; i++) {
        nodes.push({ id: `n${i}`, width: 140, height: 90, group: null });
        for (let slot = 0; i > 0 && slot < 2; slot++)
            edges.push({ id: `e${i}.${slot}`, source: `n${Math.max(0, i - 1 - Math.floor(next() * 6))}`,
                target: `n${i}`, slot, tracked: true });
    }
    return { nodes, edges, groups: [] };
}"""
OURS = """async (graph) => {
    const begun = performance.now();
    await new Promise((done) => {
        const id = 1e6 + Math.random();
        window.layoutWorker.addEventListener("message", ({ data }) => data.id === id && done());
        window.layoutWorker.postMessage({ id, graph, options: { direction: "TB" } });
    });
    return performance.now() - begun;
}"""
THEIRS = """async (graph) => {
    const boxes = new Map(graph.groups.map(({ id, parent }) => [id, { id, parent, children: [] }]));
    const root = { id: "root", children: [], edges: [], layoutOptions: { "elk.algorithm": "layered",
        "elk.direction": "DOWN", "elk.hierarchyHandling": "INCLUDE_CHILDREN" } };
    for (const box of boxes.values()) (boxes.get(box.parent) ?? root).children.push(box);
    for (const { id, width, height, group } of graph.nodes)
        (boxes.get(group) ?? root).children.push({ id, width, height });
    for (const { id, source, target } of graph.edges) root.edges.push({ id, sources: [source], targets: [target] });
    const elk = new ELK();
    const begun = performance.now();
    await elk.layout(root);
    return performance.now() - begun;
}"""


def main() -> None:
    elk = elk_bundle()
    expect.set_options(timeout=90_000)
    lines: queue.Queue[str | None] = queue.Queue()
    command = [sys.executable, "-m", "gradwalk", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        reader = threading.Thread(target=drain, args=(server, lines))
        reader.start()
        try:
            with sync_playwright() as playwright:
                switches = [*SWITCHES, "--no-sandbox", "--enable-precise-memory-info"]
                browser = playwright.chromium.launch(
                    executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=switches
                )
                address = address_in(lines)
                print(f"first visit: {compressed(first_visit()) / KIB:.0f} KiB gzip")
                for name, source in PROGRAMS.items():
                    page = opened(browser, address)
                    step, memory = measure_run(page, name, source)
                    if name == next(iter(PROGRAMS)):
                        long = position(page)[1], memory
                        measure_layout(page, elk, step)
                    page.context.close()
                page = opened(browser, address)
                bare = heap(page)
                open_and_run(page, SHORT)
                page.locator("[data-node]").first.wait_for()
                for ops, memory in [(position(page)[1], heap(page)), long]:
                    print(f"memory of {ops} steps: {(memory - bare) / ops:.0f} bytes a step")
                browser.close()
        finally:
            server.terminate()
            server.wait(timeout=30)
            reader.join()


def opened(browser: Browser, address: str) -> Page:
    context = browser.new_context(
        viewport={"width": 1280, "height": 720}, reduced_motion="reduce", bypass_csp=True, service_workers="block"
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.add_init_script(WATCH)
    page.goto(address)
    return page


def heap(page: Page) -> float:
    """Bytes of JavaScript's heap that are in use."""
    page.context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
    return float(page.evaluate("performance.memory.usedJSHeapSize"))


def measure_run(page: Page, name: str, source: str) -> tuple[float, float]:
    """Prints how long steps take; gives the processor's milliseconds for one and the bytes of the heap."""
    open_and_run(page, source)
    page.wait_for_function("window.firstPicture > 0")
    first = page.evaluate(AFTER_TRACE)
    _, last = position(page)
    print(
        f"{name}: {last} steps, first picture {abs(first):.0f} ms {'after' if first > 0 else 'before'} the trace's end"
    )
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    steps = []
    for where, start in [("beginning", 2), ("middle", last // 2), ("end", last - 61)]:
        page.evaluate(STEPS, {"from": start - 1, "many": 1})  # the way there is a jump
        before = cpu(devtools)
        times = page.evaluate(STEPS, {"from": start, "many": 60})
        steps.append((cpu(devtools) - before) / 60)
        print(f"  steps at the {where}: {told(times)}; of the processor {steps[-1]:.1f} ms a step")
    jumps = [time for k in range(20) for time in page.evaluate(STEPS, {"from": k * last // 20 + 1, "many": 1})]
    print(f"  jumps all over: {told(jumps)}")
    memory = heap(page)
    print(f"  memory: {memory / KIB**2:.0f} MiB of JavaScript's heap")
    return statistics.median(steps), memory


def cpu(devtools: CDPSession) -> float:
    """Milliseconds that the page's main thread has been at work: on a busy machine the clock says more."""
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")) * 1000


def told(times: list[float]) -> str:
    ordered = sorted(times)
    return f"median {statistics.median(ordered):.1f} ms, 95% within {ordered[int(0.95 * (len(ordered) - 1))]:.1f} ms"


def measure_layout(page: Page, elk: Path | None, step: float) -> None:
    """Lays out the picture on view and two random graphs; a step is told in elkjs's layouts of the picture on view."""
    graphs: list[tuple[str, Any]] = [("the loop's picture", page.evaluate("window.laidOut.at(-1).graph"))]
    graphs += [(f"{size} random nodes", page.evaluate(RANDOM, {"size": size})) for size in (100, 1000)]
    if elk:
        page.add_script_tag(path=elk)
    for name, graph in graphs:
        ours = min(page.evaluate(OURS, graph) for _ in range(3))
        what = f"layout of {name} ({len(graph['nodes'])} nodes): {ours:.0f} ms"
        if not elk:
            print(f"{what}; elkjs is not installed")
            continue
        theirs = min(page.evaluate(THEIRS, graph) for _ in range(3))
        print(f"{what}, {ours / theirs:.2f} of elkjs's {theirs:.0f} ms")
        if graph is graphs[0][1]:
            print(f"  a step takes {step / theirs:.2f} of elkjs's layout of this picture")


def elk_bundle() -> Path | None:
    """elkjs, for comparison only: fetched where there is a network, else left out."""
    bundle = ELK / "node_modules" / "elkjs" / "lib" / "elk.bundled.js"
    if not bundle.is_file():
        ELK.mkdir(parents=True, exist_ok=True)
        npm = [
            sys.executable,
            str(ROOT / "scripts" / "node.py"),
            "install",
            "--no-save",
            "--prefix",
            str(ELK),
            "elkjs@0.9.3",
        ]
        subprocess.run(npm, check=False, capture_output=True)
    return bundle if bundle.is_file() else None


if __name__ == "__main__":
    main()
