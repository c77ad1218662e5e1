"""What a person hands in to be run, as cells: code, a list of cells, a file, or a function and its arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradwalk.errors import UnreadableCode
from gradwalk.limits import Limits
from gradwalk.notebook import CellSource, NotebookError, cell, cells_of, modules_beside, text_of_file
from gradwalk.walk.functions import function_cells

if TYPE_CHECKING:
    from gradwalk.document.schema import Options

Given = str | PathLike[str] | Iterable[str] | Callable[..., object]
"""Code, the path of a ``.py`` or ``.ipynb`` file, the sources of several cells, or a function."""

SUFFIXES = (".py", ".ipynb")


def cells_from(
    given: Given, arguments: Sequence[Any], keywords: dict[str, Any], limits: Limits, *, beside: bool = True
) -> list[CellSource]:
    """The cells; raises :class:`UnreadableCode` if there are none to be had, or more than ``limits`` lets run.

    One line of text that ends in ``.py`` or ``.ipynb`` is a path, and so is whatever is a ``PathLike``; any other text
    is code, a script with ``# %%`` lines or the text of a notebook. Only a function takes arguments. With a file
    come the modules ``beside`` it that it imports.
    """
    if callable(given):
        return within(function_cells(given, arguments, keywords), limits)
    if arguments or keywords:
        raise UnreadableCode("Only a function is called with arguments; code has none.")
    if isinstance(given, PathLike) or (isinstance(given, str) and is_path(given)):
        return within(file_cells(Path(given), beside), limits)
    if isinstance(given, str):
        return within(text_cells(given), limits)
    try:
        cells = list(given)
    except TypeError:
        kind = type(given).__name__
        raise UnreadableCode(
            f"Give code as text, a list of cells, the path of a file or a function, not {kind}."
        ) from None
    if not all(isinstance(each, str) for each in cells):
        raise UnreadableCode("A list of cells is a list of texts.")
    return within([cell(each) for each in cells], limits)


def options_of(**asked: Any) -> Options:
    """The options of a run. Raises ValueError for what is none, in one sentence."""
    from pydantic import ValidationError

    from gradwalk.document.schema import Options  # loaded only now: it takes as long as the fork server takes

    try:
        return Options(**asked)
    except ValidationError as error:
        said = [f"{wrong['loc'][0]}: {wrong['msg'].removeprefix('Value error, ')}" for wrong in error.errors()]
        raise ValueError("; ".join(said)) from None


def is_path(text: str) -> bool:
    """Whether a text is rather the path of a file than code."""
    return "\n" not in text and text.endswith(SUFFIXES)


def file_cells(path: Path, beside: bool) -> list[CellSource]:
    """The cells of a file, whose name says what it is; before them those of the modules ``beside`` it, if asked for."""
    cells = text_cells(text_of_file(path), path.name)
    return [*modules_beside(cells, path.parent), *cells] if beside else cells


def text_cells(text: str, filename: str | None = None) -> list[CellSource]:
    """The cells of a text."""
    try:
        return cells_of(text, filename)
    except NotebookError as error:
        raise UnreadableCode(str(error)) from error


def within(cells: list[CellSource], limits: Limits) -> list[CellSource]:
    """``cells``, if they may all be run at once."""
    if why := limits.refusal([cell.source for cell in cells]):
        raise UnreadableCode(why)
    return cells
