"""A handout in Markdown: code and outputs, pictures of the graph, a sentence for each step, the ledger of gradients.

Pictures stand in it as ``data:`` addresses, or beside it as files in a zip.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace

from gradwalk.document import schema
from gradwalk.errors import RendererMissing
from gradwalk.export.drawing import draw
from gradwalk.export.graph.scene import Scene, Stage
from gradwalk.export.layout import lay_out
from gradwalk.export.look import LARGEST, PALETTES, Look
from gradwalk.export.reading.cells import cell_name
from gradwalk.export.reading.ledger import Entry, ledgers
from gradwalk.export.reading.naming import code_of, value_text
from gradwalk.export.reading.reasons import told
from gradwalk.export.reading.sentences import in_parts
from gradwalk.export.renderer import check_letters, check_size, needed, run
from gradwalk.export.text import many_lines, one_line
from gradwalk.export.words import word
from gradwalk.export.writers.dot import dot
from gradwalk.export.writers.svg import svg

SHARPER = 1.5
"""How much larger pixels are counted than the picture is, for sharp screens and paper."""

PASSES_FIRST, PASSES_LAST = 4, 2
"""Of many backward passes, how many are pictured from the beginning and from the end."""

_SIGNS = re.compile(r"[\\`*_\[\]<>&|~$#]")
"""What Markdown, its tables or its mathematics might take for more than text, inside a line."""


def markdown(stage: Stage, k: int | None, look: Look) -> str:
    """The handout as one file."""
    scenes = _scenes(stage, k, look)
    return _report(stage, k, look, [(said, _address(scene, look)) for said, scene in scenes])


def _address(scene: Scene, look: Look) -> str:
    """A picture as an address: PNG, which every reader of Markdown takes, unless there is no font for its letters."""
    renderer, source = needed(), dot(scene, replace(look, scale=min(LARGEST, SHARPER * look.scale)))
    try:
        check_letters(renderer, source)
    except RendererMissing:
        [drawn] = _drawn([scene], look)
        return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"
    return f"data:image/png;base64,{base64.b64encode(run(renderer, source, 'png')).decode()}"


def archive(stage: Stage, k: int | None, look: Look) -> bytes:
    """The handout with its pictures beside it, zipped."""
    scenes = _scenes(stage, k, look)
    names = [f"graph-{number}.svg" for number in range(1, len(scenes) + 1)]
    report = _report(stage, k, look, [(said, name) for (said, _), name in zip(scenes, names)])
    files = {"report.md": report, **dict(zip(names, _drawn([scene for _, scene in scenes], look)))}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            # A date of its own would make each archive another file.
            packed.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _report(stage: Stage, k: int | None, look: Look, pictures: list[tuple[str, str]]) -> str:
    blocks = [f"# {word(look.language, 'report')}", f"## {word(look.language, 'code')}", *_cells(stage)]
    blocks += [f"## {word(look.language, 'pictures')}", word(look.language, "colours")]
    for said, address in pictures:
        blocks += [f"![{said}]({address})", f"*{said}*"]
    left = _left_out(stage, k)
    if left:
        blocks.append(word(look.language, "passes", count=len(_passes(stage, k)), left=left))
    blocks += [f"## {word(look.language, 'steps')}", *_steps(stage, k, look)]
    blocks += [f"## {word(look.language, 'gradients')}", *_ledgers(stage, k, look)]
    return "\n\n".join(blocks) + "\n"


def _cells(stage: Stage) -> Iterator[str]:
    cells = stage.run.trace.cells
    for index, cell in enumerate(cells):
        yield f"**In \\[{_plain(cell_name(cells, index))}\\]:**"
        yield _fenced(cell.source, "python")
        said = "".join(output.text if output.text.endswith("\n") else output.text + "\n" for output in cell.outputs)
        if said.strip():
            yield _fenced(said, "text")


def _fenced(text: str, kind: str) -> str:
    """A block of code that nothing in it ends."""
    body = many_lines(text).strip("\n")
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", body)), default=0))
    return f"{fence}{kind}\n{body}\n{fence}"


def _passes(stage: Stage, k: int | None) -> list[tuple[int, int]]:
    """For each backward pass that is over: its number, and how many events had happened then."""
    end = stage.run.end if k is None else k
    running, begun, over = list[int](), 0, list[tuple[int, int]]()
    for index, event in enumerate(stage.run.trace.events[:end]):
        if isinstance(event, schema.BackwardBegin):
            begun += 1
            running.append(begun)
        elif isinstance(event, schema.BackwardEnd) and running:
            over.append((running.pop(), index + 1))
    return over


def _left_out(stage: Stage, k: int | None) -> int:
    return max(0, len(_passes(stage, k)) - PASSES_FIRST - PASSES_LAST)


def _scenes(stage: Stage, k: int | None, look: Look) -> list[tuple[str, Scene]]:
    """What each picture shows, and its scene: one for each backward pass, or the whole if there is none."""
    passes = _passes(stage, k)
    if _left_out(stage, k):
        passes = [*passes[:PASSES_FIRST], *passes[-PASSES_LAST:]]
    scenes = [(word(look.language, "whole"), stage.scene(k, look))] if not passes else []
    for number, end in passes:
        step = sum(step.start < end for step in stage.steps)
        scenes.append((word(look.language, "pass", number=number, step=step), stage.scene(end, look)))
    for _, scene in scenes:
        check_size(len(scene.shapes))
    return scenes


def _drawn(scenes: list[Scene], look: Look) -> list[str]:
    """SVGs of scenes."""
    layouts = lay_out([dot(scene, look, steady=True) for scene in scenes])
    palette = PALETTES[look.theme]
    return [svg(draw(scene, layout, palette), layout, look) for scene, layout in zip(scenes, layouts)]


def _steps(stage: Stage, k: int | None, look: Look) -> Iterator[str]:
    """A numbered list for each cell."""
    end, cell, items = stage.run.end if k is None else k, -1, list[str]()
    cells = stage.run.trace.cells
    for number, step in enumerate(stage.steps, start=1):
        if step.start >= end:
            break
        if step.cell is not None and step.cell != cell:
            cell = step.cell
            if items:
                yield "\n".join(items)
            items = []
            if len(cells) > 1:
                yield f"### {word(look.language, 'in_cell', number=_plain(cell_name(cells, cell)))}"
        parts = in_parts(told(stage.run, step), look.language)
        said = "".join(_code(text) if hole else _plain(text) for text, hole in parts)
        # What follows a name without a space belongs to it.
        items.append(f"{number}. {re.sub('`[.]grad', '.grad`', said)}")
    if items:
        yield "\n".join(items)


def _ledgers(stage: Stage, k: int | None, look: Look) -> Iterator[str]:
    end, any_of_them = stage.run.end if k is None else k, False
    for ledger in ledgers(stage.run):
        entries = [entry for entry in ledger.entries if entry.event < end]
        if entries:
            any_of_them = True
            yield f"### {_code(f'{ledger.name}.grad')}"
            yield _table(stage, entries, look)
    if not any_of_them:
        yield word(look.language, "no_gradients")


def _table(stage: Stage, entries: list[Entry], look: Look) -> str:
    head = " | ".join(word(look.language, key) for key in ("pass_column", "what", "value"))
    lines = [f"| {head} |", "|--:|---|---|"]
    for entry in entries:
        code = "?" if entry.op is None else code_of(stage.run, entry.op)
        what = word(look.language, entry.kind, code="\0").replace("\0", _code(code, table=True))
        value = "" if entry.value is None else _code(value_text(stage.run, entry.value), table=True)
        lines.append(f"| {entry.backward or ''} | {what} | {value} |")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Text in a line, with nothing in it that Markdown takes for more."""
    return _SIGNS.sub(lambda found: f"\\{found.group()}", text)


def _code(text: str, table: bool = False) -> str:
    """Text as code in a line; in a table even there a bar needs a backslash."""
    line = one_line(text, 400)
    if table:
        line = line.replace("|", "\\|")
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}" if line else ""
