"""The cells of files in a folder: notebooks, Markdown, reStructuredText, scripts cut as their galleries cut them."""

from __future__ import annotations

import ast
import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from tests.oracle.thirdparty.lesson import Lesson, examples

MENTIONS = ("torch", "micrograd")
"""A page without one of these words has nothing to do with this field."""

_FENCE = re.compile(r"^(?P<indent>[ \t]*)```[ \t]*(?P<info>[^\n`]*)\n(?P<body>.*?)^[ \t]*```", re.MULTILINE | re.DOTALL)
_PYTHON = re.compile(r"\{?\.?(python|py|python3|pycon)\b", re.IGNORECASE)
_GALLERY = re.compile(r"^(?:# ?%%.*|#{20,})$", re.MULTILINE)
_DIRECTIVE = re.compile(r"^[ \t]*\.\. (?:code-block:: *python3?|code:: *python3?|testcode::|sourcecode:: *python)\s*$")


def lessons(corpus: str, folder: Path) -> Iterator[Lesson]:
    """Every page below the folder that has code for PyTorch."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
        reader = READERS.get(path.suffix)
        if reader and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            cells = tuple(cell for cell in reader(text) if cell.strip())
            if cells and any(word in cell for cell in cells for word in MENTIONS):
                yield Lesson(corpus, str(path.relative_to(folder) if folder.is_dir() else path.name), cells)


def notebook(text: str) -> Iterator[str]:
    """The code cells, as they stand."""
    try:
        cells = json.loads(text).get("cells", [])
    except ValueError:
        return
    for cell in cells:
        if cell.get("cell_type") == "code":
            yield "".join(cell.get("source", ""))


def markdown(text: str) -> Iterator[str]:
    """The fenced blocks that say they are Python, and those that have prompts."""
    for match in _FENCE.finditer(text):
        body = textwrap.dedent(match["body"])
        if ">>>" in body:
            yield from examples(body)
        elif _PYTHON.match(match["info"].strip()):
            yield body


def restructured(text: str) -> Iterator[str]:
    """The blocks of Python: those that a directive names, and those after `::` that can be nothing else."""
    lines = text.expandtabs().split("\n")
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        named = bool(_DIRECTIVE.match(line))
        if line.lstrip().startswith(">>>"):
            start = number - 1
            while number < len(lines) and lines[number].strip():
                number += 1
            yield from examples("\n".join(lines[start:number]))
        elif named or (line.rstrip().endswith("::") and not line.lstrip().startswith("..")):
            body, number = _indented(lines, number, len(line) - len(line.lstrip()))
            if ">>>" in body:
                yield from examples(body)
            elif named or ("torch" in body and _parses(body)):
                yield body


def script(text: str) -> Iterator[str]:
    """The blocks of a gallery's script; any other script is one cell."""
    yield from _GALLERY.split(text)


READERS = {".ipynb": notebook, ".md": markdown, ".rst": restructured, ".py": script}


def _indented(lines: list[str], start: int, margin: int) -> tuple[str, int]:
    """The block that is indented further than the margin, without its options, and the line after it."""
    end = start
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > margin):
        end += 1
    block = [line for line in lines[start:end] if not re.match(r"\s+:\w+:", line)]
    return textwrap.dedent("\n".join(block)), end


def _parses(body: str) -> bool:
    try:
        ast.parse(body)
    except SyntaxError:
        return False
    return True
