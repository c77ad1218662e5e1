"""Text made fit to travel and to be shown: no lone surrogates, which UTF-8 and strict JSON lack; names one can see."""

from __future__ import annotations

import re


def clean(text: str) -> str:
    """``text`` with surrogate pairs joined and lone surrogates replaced.

    >>> clean("a\\ud800b"), clean("\\ud83d\\ude00")
    ('a\ufffdb', '😀')
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def clean_tree(value: object) -> object:
    """A JSON-like ``value`` with every string in it, keys too, made clean."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean_tree(key): clean_tree(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean_tree(item) for item in value]
    return value


LONGEST = 200
"""Characters of a name, a label or a constant that are kept."""

_UNSEEN = (
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff"
    "\\ufff9-\\ufffb\\U000e0000-\\U000e007f]"
)
"""Controls, what turns the direction of the text after it, and what has no width; not line feeds and tabs, nor what
joins letters and pictures (U+200C, U+200D)."""


def has_hidden(text: str) -> bool:
    """Whether :func:`visible` would change it."""
    return not _is_plain(text) and re.search(_UNSEEN, text) is not None


def visible(text: str) -> str:
    """``text`` with what cannot be seen, and what makes other text read differently, as Python would write it.

    >>> visible("a\\u202eb")
    'a\\\\u202eb'
    """
    return text if _is_plain(text) else re.sub(_UNSEEN, lambda found: repr(found.group())[1:-1], text)


def _is_plain(text: str) -> bool:
    """Whether nothing of it has to be looked at: so for nearly all text, which costs no pattern."""
    return text.isprintable() or text.replace("\n", "").replace("\t", "").isprintable()


def name(text: str) -> str:
    """``text`` as a name or a label: all of it visible, cut in the middle if it is long."""
    text = visible(text)
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half]}…{text[1 - half :]}"


MOST_TOLD = 16_384
"""Characters of what an exception or a warning says that are kept: it may hold the data that it is about."""


def told(text: str) -> str:
    """``text`` as an exception or a warning says it, cut in the middle if it is long."""
    if len(text) <= MOST_TOLD:
        return text
    half = MOST_TOLD // 2
    return f"{text[:half]} [... {len(text) - 2 * half:,} characters are left out here ...] {text[-half:]}"


_COMMANDS = r"(\x1b\[[\d;:]*m)|[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f]"
"""What a terminal obeys: colours, which may pass, and what else is neither a line's end nor a step back in a line."""


def obeyed_by_nobody(text: str) -> str:
    """With a terminal's commands written out: by them a snippet would reach out of its sandbox, for the clipboard or
    the title."""
    return re.sub(_COMMANDS, lambda found: found[1] or f"\\x{ord(found[0]):02x}", text)
