"""How tightly the text of an expression holds together, and so whether it wants brackets where it is put."""

from __future__ import annotations

import re
from collections.abc import Mapping

NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?![\w(])")
"""A name that stands for a value: no function, no attribute."""


def put_into(text: str, names: Mapping[str, str]) -> str:
    """A formula with other texts in the place of its names."""
    return NAME.sub(lambda found: _put(names.get(found.group(), found.group()), found), text)


_OPERATORS = [re.compile(r"[:=<>&|^~]|\b(?:if|or|and|not|in|is)\b"), *map(re.compile, ("[-+]", "[*/@%·]", "↑"))]
"""From loose to tight: comparisons (and what has no arithmetic), sums, products, powers."""
_ATOM = len(_OPERATORS)
_BRACKETED = re.compile(r"""[([{][^()\[\]{}]*[)\]}]|"[^"]*"|'[^']*'""")


def _binding(text: str) -> int:
    """The loosest operator outside of all brackets; a sign belongs to its number."""
    text, count = text.replace("**", "↑"), 1
    while count:
        text, count = _BRACKETED.subn("", text)
    text = re.sub(r"^-|(?<=\d)[eE][-+]", "", text)
    return next((held for held, operator in enumerate(_OPERATORS) if operator.search(text)), _ATOM)


def _put(name: str, found: re.Match[str]) -> str:
    """In brackets where it would fall apart: ``2 * (a - b)``."""
    left = re.search(r"(\*\*|[-+*/@]) ?$", found.string[: found.start()])
    right = re.match(r" ?(\*\*|[-+*/@.[])", found.string[found.end() :])
    held = _binding(name)
    is_base = right is not None and right[1] == "**"
    wants = (
        (name.startswith("-") and (left is not None or is_base))
        or (left is not None and held <= _binding(f"a{left[1]}b"))
        or (right is not None and held < _binding(f"a{right[1]}b"))
        or (is_base and held < _ATOM)
    )
    return f"({name})" if wants else name
