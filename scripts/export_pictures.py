"""Writes the pictures of docs/exports.md anew, drawn by the graphviz-pure wheel so that they are the same everywhere.

.venv/bin/python scripts/export_pictures.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lesson_traces import lessons, trace_of

from gradwalk.export import Look, export, renderer
from gradwalk.export.renderer import Renderer, find_pure

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"


def pictures() -> Iterator[tuple[str, bytes]]:
    """Each with its file's name."""
    renderer.find_renderer = lambda: Renderer(find_pure() or "", whole=False)
    trace = trace_of(lessons()["detach-is-a-constant"])
    yield "export-graph.svg", export(trace, "svg", 38, Look(direction="LR"))
    yield "export-walk.svg", export(trace, "walk.svg")


def main() -> None:
    """Writes them."""
    for name, data in pictures():
        (PICTURES / name).write_bytes(data)


if __name__ == "__main__":
    main()
