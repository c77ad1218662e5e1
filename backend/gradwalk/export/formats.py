"""The forms that a trace is given out in, as data: whoever offers a choice takes it from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gradwalk.errors import UnknownFormat
from gradwalk.export.drawing import Group, draw
from gradwalk.export.graph.scene import Stage
from gradwalk.export.layout import Layout, lay_out
from gradwalk.export.look import PALETTES, Look
from gradwalk.export.renderer import Renderer, check_letters, check_size, needed, run
from gradwalk.export.writers.animation import animation
from gradwalk.export.writers.dot import dot
from gradwalk.export.writers.graphml import graphml
from gradwalk.export.writers.html import html
from gradwalk.export.writers.jsongraph import jsongraph
from gradwalk.export.writers.markdown import archive, markdown
from gradwalk.export.writers.mermaid import mermaid
from gradwalk.export.writers.pdf import pdf
from gradwalk.export.writers.svg import svg
from gradwalk.export.writers.walk import walk

Writer = Callable[[Stage, int | None, Look], bytes]
"""Makes the export of a run at a step (a number of events, or None for the whole run) in a look."""


@dataclass(frozen=True)
class Format:
    """A form of export. ``stepped``: whether a step changes what is in it; ``looks``: which parts of a look do."""

    name: str
    suffix: str
    media_type: str
    about: str
    stepped: bool
    looks: frozenset[str]
    write: Writer


def _dot(stage: Stage, k: int | None, look: Look) -> bytes:
    return dot(stage.scene(k, look), look).encode()


def _svg(stage: Stage, k: int | None, look: Look) -> bytes:
    return svg(*_drawn(stage, k, look), look).encode()


def _png(stage: Stage, k: int | None, look: Look) -> bytes:
    return _rendered(stage, k, look, needed(), "png")


def _pdf(stage: Stage, k: int | None, look: Look) -> bytes:
    renderer = needed()
    return _rendered(stage, k, look, renderer, "pdf") if renderer.whole else pdf(*_drawn(stage, k, look), look)


def _drawn(stage: Stage, k: int | None, look: Look) -> tuple[list[Group], Layout]:
    scene = stage.scene(k, look)
    check_size(len(scene.shapes))
    [layout] = lay_out([dot(scene, look, steady=True)])
    return draw(scene, layout, PALETTES[look.theme]), layout


def _rendered(stage: Stage, k: int | None, look: Look, renderer: Renderer, output: str) -> bytes:
    scene = stage.scene(k, look)
    check_size(len(scene.shapes))
    source = dot(scene, look)
    check_letters(renderer, source)
    return run(renderer, source, output)


def _mermaid(stage: Stage, k: int | None, look: Look) -> bytes:
    return mermaid(stage.scene(k, look), look).encode()


def _graphml(stage: Stage, k: int | None, look: Look) -> bytes:
    return graphml(stage.scene(k, look), look).encode()


def _jsongraph(stage: Stage, k: int | None, look: Look) -> bytes:
    return jsongraph(stage.scene(k, look), look)


def _animation(stage: Stage, k: int | None, look: Look) -> bytes:
    return animation(stage, k, look).encode()


def _markdown(stage: Stage, k: int | None, look: Look) -> bytes:
    return markdown(stage, k, look).encode()


def _walk(stage: Stage, k: int | None, look: Look) -> bytes:
    return walk(stage, look, k).encode()


def _html(stage: Stage, k: int | None, look: Look) -> bytes:
    return html(stage.run, k, look).encode()


_PICTURE = frozenset({"theme", "direction", "language", "scale", "fold"})
_DATA = frozenset({"theme", "language", "fold"})

FORMATS: Mapping[str, Format] = {
    made.name: made
    for made in (
        Format("dot", ".dot", "text/vnd.graphviz", "The graph for Graphviz.", True, _PICTURE, _dot),
        Format("svg", ".svg", "image/svg+xml", "The picture, for pages and drawing programs.", True, _PICTURE, _svg),
        Format("png", ".png", "image/png", "The picture in pixels.", True, _PICTURE, _png),
        Format("pdf", ".pdf", "application/pdf", "The picture on a page of its size.", True, _PICTURE, _pdf),
        Format("mmd", ".mmd", "text/vnd.mermaid", "The graph for Mermaid, in Markdown pages.", True,
               _PICTURE - {"scale"}, _mermaid),
        Format("graphml", ".graphml", "application/graphml+xml", "The graph for networkx, Gephi and yEd.", True, _DATA,
               _graphml),
        Format("json", ".graph.json", "application/vnd.jgf+json", "The graph as JSON Graph Format.", True, _DATA,
               _jsongraph),
        Format("walk.svg", ".walk.svg", "image/svg+xml", "The walk up to a step, playing by itself, for slides.", True,
               _PICTURE, _animation),
        Format("txt", ".txt", "text/plain; charset=utf-8", "The walk in words, a line a step.", True,
               frozenset({"language"}), _walk),
        Format("md", ".md", "text/markdown; charset=utf-8", "A handout: code, pictures, sentences, gradients.", True,
               _PICTURE, _markdown),
        Format("zip", ".zip", "application/zip", "The handout with its pictures as files beside it.", True, _PICTURE,
               archive),
        Format("html", ".html", "text/html; charset=utf-8", "One file that plays the run by itself, without a network.",
               True, frozenset({"theme", "language"}), _html),
    )
}  # fmt: skip


TRACE = "trace"
"""In the place of a format: the document itself, which ``.json`` and ``.trace.json`` files hold."""
TRACE_SUFFIX = ".json"


def format_of(filename: str) -> str | None:
    """The format that a file's name asks for by its ending, the longest that fits, or ``TRACE``; else None."""
    name = filename.lower()
    fitting = [made for made in FORMATS.values() if name.endswith(made.suffix)]
    if fitting:
        return max(fitting, key=lambda made: len(made.suffix)).name
    return TRACE if name.endswith(TRACE_SUFFIX) else None


def chosen(filename: str, format: str | None) -> str | None:
    """What a file is to hold whose format may have been named, too; None if neither says it.

    A name that ends in ``.trace.json`` or ``.graph.json`` and a format that is another of the two raise
    :class:`UnknownFormat`.
    """
    said = format_of(filename)
    if format is None:
        return said
    is_certain = filename.lower().endswith((".trace.json", FORMATS["json"].suffix))
    if is_certain and format != said and format in (TRACE, "json"):
        raise UnknownFormat(
            f"{filename} is the name of a {'trace' if said == TRACE else 'graph'}, and the format {format!r} is not: "
            f"the trace is kept as .json or .trace.json, the graph as {FORMATS['json'].suffix}."
        )
    return format
