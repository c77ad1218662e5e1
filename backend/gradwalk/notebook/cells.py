"""What a person hands in, cut into code cells: the format is told by the file's name, else by the text itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradwalk.notebook.sessions import typed
from gradwalk.repeats import Repeated, once
from gradwalk.text import clean

MAX_CHARACTERS = 32 * 1024 * 1024
MAX_CELLS = 1_000

_MARKER = re.compile(r"#[ \t]*%%(?:[ \t]+(?P<title>.*))?[ \t]*")
_NOT_CODE = re.compile(r"\[(?:markdown|md|raw)\]", re.IGNORECASE)


class NotebookError(ValueError):
    """The text is not the notebook that it is said to be; the message says why, for a person to read."""


@dataclass(frozen=True, slots=True)
class CellSource:
    """The code of one cell, and the number a notebook showed beside it."""

    source: str
    execution_count: int | None = None


def cell(source: str, execution_count: int | None = None) -> CellSource:
    """One cell as it was handed in: with this system's line ends, and without the prompts of an interpreter."""
    return CellSource(typed(source.replace("\r\n", "\n").replace("\r", "\n")), execution_count)


def cells_of(text: str, filename: str | None = None) -> list[CellSource]:
    """Cut ``text`` into its code cells; raise :class:`NotebookError` where it cannot be read as what it claims to be.

    ``filename`` decides the format where it ends in ``.ipynb`` or ``.py``. Without one, text that is a JSON object with
    the keys of a notebook is a notebook, text with ``# %%`` lines has cells, and all else is one cell.
    """
    if len(text) > MAX_CHARACTERS:
        raise NotebookError(f"The text is longer than {MAX_CHARACTERS:,} characters.")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    extension = filename.rpartition(".")[2].lower() if filename else ""
    if extension == "ipynb" or (extension != "py" and _looks_like_notebook(text)):
        cells = [cell(each.source, each.execution_count) for each in _notebook_cells(_load(text))]
    else:
        cells = [cell(each.source) for each in _script_cells(text)]
    if len(cells) > MAX_CELLS:
        raise NotebookError(f"There are {len(cells):,} code cells; at most {MAX_CELLS:,} are taken.")
    return cells


def _looks_like_notebook(text: str) -> bool:
    if not text.lstrip().startswith("{"):
        return False
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and "nbformat" in document


def _load(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=once)
    except Repeated as repeated:
        raise NotebookError(f"The notebook can be read in more than one way: {repeated}.") from None
    except RecursionError:
        raise NotebookError("The notebook is not readable: its JSON is nested too deeply.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise NotebookError(f"The notebook is not readable: it is not JSON ({error.msg} at {where}).") from None
    except ValueError:  # a number with more digits than Python converts
        raise NotebookError("The notebook is not readable: it holds a number that is too long.") from None


def _notebook_cells(document: object) -> Iterator[CellSource]:
    if not isinstance(document, dict):
        raise NotebookError("This is JSON, but not a notebook: a notebook is an object with a list 'cells'.")
    version = document.get("nbformat", 4)
    if version != 4:
        found = str(version)[:20]
        raise NotebookError(f"This notebook is in format {found}; only format 4 is read. Save it again from Jupyter.")
    cells = document.get("cells")
    if not isinstance(cells, list):
        raise NotebookError("This is JSON, but not a notebook: it has no list 'cells'.")
    for position, each in enumerate(cells, start=1):
        if not isinstance(each, dict) or not isinstance(each.get("cell_type"), str):
            raise NotebookError(f"Cell {position} of the notebook is malformed: it has no 'cell_type'.")
        if each["cell_type"] == "code":
            yield CellSource(_joined(each.get("source"), position), _count(each.get("execution_count")))


def _joined(source: object, position: int) -> str:
    text = ""
    for line in source if isinstance(source, list) else [source]:
        if not isinstance(line, str):
            raise NotebookError(f"Cell {position} of the notebook is malformed: its 'source' is not text.")
        text += line
    return clean(text)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def _script_cells(text: str) -> Iterator[CellSource]:
    lines = text.split("\n")
    markers = [(k, match) for k, line in enumerate(lines) if (match := _MARKER.fullmatch(line))]
    if not markers:
        yield CellSource(text)
        return
    starts = [(0, True)] + [(k + 1, not _NOT_CODE.search(match["title"] or "")) for k, match in markers]
    ends = [k for k, _ in markers] + [len(lines)]
    for (start, is_code), end in zip(starts, ends, strict=True):
        source = "\n".join(_without_blank_ends(lines[start:end]))
        if is_code and source:
            yield CellSource(source)


def _without_blank_ends(lines: list[str]) -> list[str]:
    solid = [k for k, line in enumerate(lines) if line.strip()]
    return lines[solid[0] : solid[-1] + 1] if solid else []
