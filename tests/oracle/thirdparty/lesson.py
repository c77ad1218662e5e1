"""A page of somebody's course or documentation: its pieces of code in their order."""

from __future__ import annotations

import doctest
import re
import textwrap
from dataclasses import dataclass

_PARSER = doctest.DocTestParser()


@dataclass(frozen=True)
class Lesson:
    """Cells that run one after another in one namespace."""

    corpus: str
    name: str
    cells: tuple[str, ...]
    whole: bool = False
    """Whether all cells are one snippet, as the examples of one docstring are."""


def examples(text: str) -> tuple[str, ...]:
    """The `>>>` examples of a text; lines that are indented otherwise than their prompt are put right first."""
    try:
        return tuple(example.source for example in _PARSER.get_examples(textwrap.dedent(text)))
    except ValueError:
        return ()


def without_commands(source: str) -> str:
    """The cell without what only a notebook understands."""
    if re.match(r"\s*%%(?!time|capture)", source):
        return ""
    return re.sub(r"^([ \t]*)[%!].*$", r"\1pass", source, flags=re.MULTILINE)
