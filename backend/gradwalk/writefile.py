"""Cells that write a file, as notebooks have them: a first line ``%%writefile NAME``, and the file's text below.

Only the standard library is imported here: whoever runs, reads, names or makes such a cell has the rule from here (the
page has its own, ``frontend/src/core/cells.ts``).
"""

from __future__ import annotations

import re
from typing import NamedTuple

_FIRST = r"%%(?:writefile|file)[ \t]+(?P<append>(?:-a|--append)[ \t]+)?(?P<name>\S.*?)[ \t]*(?:\n|$)"
_QUOTED = r"""(?P<quote>["'])(?P<name>.+)(?P=quote)"""


class ToWrite(NamedTuple):
    """What such a cell asks for."""

    name: str
    text: str
    append: bool


def to_write(source: str) -> ToWrite | None:
    """The file that a cell is to write; None if it is code."""
    match = re.match(_FIRST, source) if source.startswith("%%") else None
    if match is None:
        return None
    name, text = match["name"], source[match.end() :]
    if quoted := re.fullmatch(_QUOTED, name):
        name = quoted["name"]
    return ToWrite(name, text if text.endswith("\n") else f"{text}\n", match["append"] is not None)


def writing(name: str, text: str) -> str:
    """The source of a cell that writes ``text``."""
    quoted = f'"{name}"' if re.search(r"\s", name) else name
    return f"%%writefile {quoted}\n{text}"
