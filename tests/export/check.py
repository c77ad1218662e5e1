"""Every lesson as every format, opened by a program that reads it: pictures in Chromium, Mermaid by Mermaid itself.

    make exports-check            (or make exports-check FORMATS="md zip")

Mermaid is fetched from the npm registry into build/mermaid, for it is too large to be among what every test run needs.
"""

from __future__ import annotations

import base64
import io
import json
import os
import sys
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import jsonschema
import networkx
import pypdfium2
from lesson_traces import lessons, trace_of
from markdown_it import MarkdownIt
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from gradwalk.document.schema import Trace
from gradwalk.export import FORMATS, Look, export
from gradwalk.export.graph.scene import Stage
from gradwalk.export.reading.run import Run
from gradwalk.export.renderer import Renderer, find_pure, find_renderer, run

ROOT = Path(__file__).parents[2]
MERMAID = ROOT / "build" / "mermaid" / "node_modules" / "mermaid" / "dist" / "mermaid.min.js"
SCHEMA = json.loads((ROOT / "tests" / "data" / "export" / "json-graph-schema_v2.json").read_text(encoding="utf-8"))

LOOKS = [Look(), Look(theme="dark", direction="LR", language="zh", scale=2)]
DECODE = """async ([type, data]) => {
  const image = new Image();
  image.src = `data:${type};base64,${data}`;
  await image.decode();
  return image.naturalWidth;
}"""
RENDER = "async text => (await mermaid.render('drawn', text)).svg.match(/class=\"[^\"]*\\bnode\\b/g)?.length ?? 0"

Check = Callable[[bytes, Trace, int | None, Look], None]


class Checks:
    """What opens each format, in a page of Chromium or here."""

    def __init__(self, page: Page, folder: Path) -> None:
        self._page = page
        self._folder = folder
        page.add_script_tag(path=MERMAID)
        self._dots = [found for found in (find_renderer(), Renderer(find_pure() or "", whole=False)) if found]

    def dot(self, data: bytes, trace: Trace, k: int | None, look: Look) -> None:
        """Graphviz reads it back."""
        for program in self._dots:
            assert run(program, data.decode(), "canon").startswith(b"digraph gradwalk")

    def image(self, kind: str, data: bytes) -> None:
        """Chromium decodes it."""
        assert self._page.evaluate(DECODE, [kind, base64.b64encode(data).decode()]) > 50

    def svg(self, data: bytes, trace: Trace, k: int | None, look: Look) -> None:
        """Chromium decodes it."""
        self.image("image/svg+xml", data)

    def png(self, data: bytes, trace: Trace, k: int | None, look: Look) -> None:
        """Pillow and Chromium decode it."""
        Image.open(io.BytesIO(data)).load()
        self.image("image/png", data)

    def pdf(self, data: bytes, trace: Trace, k: int | None, look: Look) -> None:
        """PDFium renders its one page to more than its ground."""
        document = pypdfium2.PdfDocument(data)
        assert len(document) == 1
        assert len(document[0].render(scale=0.3).to_pil().getcolors(1 << 24) or []) > 3

    def mmd(self, data: bytes, trace: Trace, k: int | None, look: Look) -> None:
        """Mermaid draws as many nodes as there are cards."""
        cards = len(Stage(Run(trace)).scene(k, look).shapes)
        assert self._page.evaluate(RENDER, data.decode()) == max(cards, 1)

    def graphml(self, data: bytes, trace: Trace, k: int | None, look: Look) -> None:
        """networkx reads it."""
        graph = networkx.read_graphml(io.BytesIO(data), force_multigraph=True)
        assert len(graph) == len(Stage(Run(trace)).scene(k, look).shapes)

    def json(self, data: bytes, trace: Trace, k: int | None, look: Look) -> None:
        """The schema of JSON Graph Format holds."""
        jsonschema.validate(json.loads(data), SCHEMA)

    def txt(self, data: bytes, trace: Trace, k: int | None, look: Look) -> None:
        """A line a step."""
        end = len(trace.events) if k is None else k
        assert data.count(b"\n") == sum(step.start < end for step in Stage(Run(trace)).steps)

    def md(self, data: bytes, trace: Trace, k: int | None, look: Look) -> None:
        """A CommonMark parser finds pictures and code, and Chromium decodes the pictures."""
        tokens = MarkdownIt("commonmark").enable("table").parse(data.decode())
        assert sum(token.type == "fence" for token in tokens) >= len(trace.cells)
        assert "](data:image/" in data.decode()
        for address in data.decode().split("](data:")[1:]:
            kind, _, rest = address.partition(";base64,")
            self.image(kind, base64.b64decode(rest.partition(")")[0]))

    def zip(self, data: bytes, trace: Trace, k: int | None, look: Look) -> None:
        """It unpacks, and Chromium decodes the pictures in it."""
        packed = zipfile.ZipFile(io.BytesIO(data))
        assert packed.testzip() is None
        for name in packed.namelist():
            if name.endswith(".svg"):
                self.image("image/svg+xml", packed.read(name))

    def html(self, data: bytes, trace: Trace, k: int | None, look: Look) -> None:
        """It plays from the disk with the network off."""
        path = self._folder / "run.html"
        path.write_bytes(data)
        context = self._page.context.browser
        assert context is not None
        alone = context.new_context(offline=True)
        page = alone.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.as_uri())
        page.locator("[data-node]").first.wait_for()
        alone.close()
        assert complaints == []


def main() -> int:
    """Prints what failed and how many exports of each format opened; 1 if one did not."""
    wanted = sys.argv[1:] or list(FORMATS)
    opened, failed = Counter[str](), list[str]()
    seconds: dict[str, float] = defaultdict(float)
    sizes: Counter[str] = Counter()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"])
        checks = Checks(browser.new_page(), ROOT / "build")
        for lesson, cells in lessons().items():
            trace = trace_of(cells)
            for name in wanted:
                check: Check = getattr(checks, "svg" if name == "walk.svg" else name)
                for step in (None, len(trace.events) // 2):
                    for look in LOOKS:
                        if name == "png" and look.language == "zh" and not checks._dots[0].whole:
                            continue
                        try:
                            begin = time.perf_counter()
                            data = export(trace, name, step, look)
                            seconds[name] += time.perf_counter() - begin
                            check(data, trace, step, look)
                        except Exception as problem:
                            failed.append(f"{lesson} as {name} at {step}, {look}: {problem!r:.300}")
                        else:
                            opened[name] += 1
                            sizes[name] = max(sizes[name], len(data))
        browser.close()
    print(f"{'format':10} {'opened':>6} {'ms each':>8} {'largest KB':>10}")
    for name in wanted:
        each = 1000 * seconds[name] / max(opened[name], 1)
        print(f"{name:10} {opened[name]:6} {each:8.0f} {sizes[name] / 1024:10.0f}")
    for line in failed:
        print(f"FAILED {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
