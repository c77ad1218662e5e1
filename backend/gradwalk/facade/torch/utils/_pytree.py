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
