"""Notebook commands that are not Python (``%matplotlib inline``, ``!pip install ...``) left out of a cell."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from gradwalk.runner.shell import BODY_IS_PYTHON

_CELL_COMMAND = r"\s*%%\s*(\w+)"
_LINE_COMMAND = r"(?P<indent>\s*)(?:[%!].*|\?\??[\w.]+|[\w.]+\?\??)\s*"
_RUN = re.compile(r"%run\s+(?P<what>\S.*)")


def parse(source: str, filename: str, flags: int, notice: Callable[[str], None]) -> ast.Module:
    """The syntax tree of a cell. Lines that only a notebook understands do nothing, and are told to ``notice``.

    Such a line may as well be part of a string or go on from the line before it, so that only what the parser refuses
    is looked at.
    """
    source = _without_cell_command(source, notice)
    lines = source.split("\n")
    while True:
        try:
            tree: ast.Module = compile("\n".join(lines), filename, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
            return tree
        except SyntaxError as error:
            number = _command_line(lines, error.lineno)
            if number is None:
                raise
        match = re.fullmatch(_LINE_COMMAND, lines[number])
        indent = match["indent"] if match else ""
        if run := _RUN.fullmatch(lines[number].strip()):
            lines[number] = f"{indent}get_ipython().run_line_magic('run', {run['what']!r})"
            continue
        notice(f"{lines[number].strip()!r} is a notebook command, not Python: it was left out.")
        lines[number] = f"{indent}pass"


def _without_cell_command(source: str, notice: Callable[[str], None]) -> str:
    match = re.match(_CELL_COMMAND, source) if "%%" in source else None
    if not match:
        return source
    before, _, body = source[match.start() :].partition("\n")
    if source[: match.start(1)].count("\n"):
        return source
    if match[1] in BODY_IS_PYTHON:
        notice(f"{before.strip()!r} is a notebook command: it was left out.")
        return "\n" + body
    notice(f"{before.strip()!r} makes this cell something else than Python: it was left out.")
    return ""


def _command_line(lines: list[str], refused: int | None) -> int | None:
    """The line to leave out: the refused one if it is a command, else the first that is."""
    candidates = [k for k, line in enumerate(lines) if re.fullmatch(_LINE_COMMAND, line)]
    if refused is not None and refused - 1 in candidates:
        return refused - 1
    return candidates[0] if candidates else None
