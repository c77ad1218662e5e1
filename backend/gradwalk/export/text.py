"""Text made fit for any of the formats: one line, nothing unseen, nothing that XML lacks."""

from __future__ import annotations

import re

from gradwalk.text import clean, visible

_SPACES = re.compile(r"\s+")
_NOT_IN_XML = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]")


def one_line(text: str, longest: int = 80) -> str:
    """``text`` in one line, cut if it is long.

    >>> one_line("a\\n  b\\u202ec")
    'a b\\\\u202ec'
    """
    line = many_lines(_SPACES.sub(" ", text).strip())
    return f"{line[: longest - 1]}…" if len(line) > longest else line


def many_lines(text: str) -> str:
    """``text`` without lone surrogates and what XML lacks, all of it to be seen, its lines and tabs as they are."""
    return visible(_NOT_IN_XML.sub("\ufffd", clean(text).replace("\r\n", "\n").replace("\r", "\n")))
