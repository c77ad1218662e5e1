"""Text that cannot travel made text that can: lone surrogates, which UTF-8 and strict JSON lack, become U+FFFD."""

from __future__ import annotations


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
