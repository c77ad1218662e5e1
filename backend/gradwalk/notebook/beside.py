"""The modules of a lesson's own, which lie beside its file, as cells that write them."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from gradwalk.notebook.cells import CellSource
from gradwalk.writefile import writing

_IMPORT = re.compile(r"^[ \t]*((?:import|from)[ \t]+[^#\n]*)", re.MULTILINE)
_ELSEWHERE = frozenset(sys.stdlib_module_names) | {"torch", "functorch", "numpy"}


def file_cell(name: str, text: str) -> CellSource:
    """A cell that writes a file, as notebooks have it. It has no number of its own: the next cell has the first."""
    return CellSource(writing(name, text), 0)


def modules_beside(cells: Iterable[CellSource], folder: Path) -> list[CellSource]:
    """Cells for all the modules that ``cells`` import and that lie in ``folder``, and for those that these import."""
    found: dict[str, str] = {}
    waiting = [name for cell in cells for name in _imported_by_cell(cell.source)]
    while waiting:
        name = waiting.pop()
        for path in _paths(name):
            if path in found or name.partition(".")[0] in _ELSEWHERE:
                continue
            text = _text(folder / path)
            if text is not None:
                found[path] = text
                tree = _parsed(text)
                waiting += _imported(tree, package=path.rpartition("/")[0].replace("/", ".")) if tree else ()
    return [file_cell(path, found[path]) for path in sorted(found)]


def _paths(name: str) -> Iterator[str]:
    """Where a module may lie, and the packages that it lies in."""
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        yield "/".join(parts[:count]) + "/__init__.py"
    yield "/".join(parts) + ".py"


def _text(path: Path) -> str | None:
    """The text of a file; None where there is none, or nothing that Python would read."""
    try:
        return path.read_text("utf-8-sig")
    except (OSError, ValueError):
        return None


def _imported_by_cell(source: str) -> Iterator[str]:
    tree = _parsed(source)
    if tree is not None:
        yield from _imported(tree, package="")
        return
    for match in _IMPORT.finditer(source):  # it is no Python as a whole, for the commands in it
        statement = match[1].rstrip()
        whole = statement if "(" not in statement else _to_closing(source[match.start(1) :])
        if tree := _parsed(whole):
            yield from _imported(tree, package="")


def _to_closing(text: str) -> str:
    return text[: text.find(")") + 1]


def _parsed(source: str) -> ast.Module | None:
    """None of what is no Python."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _imported(tree: ast.Module, package: str) -> Iterator[str]:
    """The names of all that is imported; of ``from a import b`` both ``a`` and ``a.b``, for either may be a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            above = parts[: max(len(parts) + 1 - node.level, 0)] if node.level else []
            base = ".".join(part for part in (*above, node.module or "") if part)
            yield base
            yield from (f"{base}.{alias.name}" if base else alias.name for alias in node.names)
