"""Nested tuples, lists and dicts of tensors as a flat list, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def leaves(tree: Any) -> list[Any]:
    """What is no tuple, list or dict, in order."""
    if isinstance(tree, dict):
        return [leaf for value in tree.values() for leaf in leaves(value)]
    if isinstance(tree, tuple | list):
        return [leaf for value in tree for leaf in leaves(value)]
    return [tree]


def tree_map(function: Callable[[Any], Any], tree: Any) -> Any:
    """The same tree with each leaf replaced."""
    if isinstance(tree, dict):
        return type(tree)((key, tree_map(function, value)) for key, value in tree.items())
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(tree_map(function, value) for value in tree))
    if isinstance(tree, tuple | list):
        return type(tree)(tree_map(function, value) for value in tree)
    return function(tree)


def refilled(tree: Any, values: Iterator[Any]) -> Any:
    """The same tree with its leaves taken from ``values``."""
    return tree_map(lambda _: next(values), tree)


def outline(tree: Any) -> str:
    """The structure of a tree in short: brackets as Python writes them, ``*`` for a leaf."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key!r}: {outline(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(outline, tree)) + "]"
    if isinstance(tree, tuple):
        return "(" + ", ".join(map(outline, tree)) + (",)" if len(tree) == 1 else ")")
    return "*"


def spec(tree: Any, indent: int = 0) -> str:
    """The structure of a tree, as PyTorch writes it: ``*`` for a leaf."""
    if not isinstance(tree, dict | tuple | list):
        return "*"
    children = list(tree.values()) if isinstance(tree, dict) else list(tree)
    context = str(list(tree)) if isinstance(tree, dict) else "None"
    lines = [spec(child, indent + 2) for child in children]
    inner = (",\n" + " " * (indent + 2)).join(lines)
    return f"TreeSpec({type(tree).__name__}, {context}, [{inner}])"
