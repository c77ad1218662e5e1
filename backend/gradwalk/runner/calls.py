"""Syntax nodes that call a hook, standing where the code that they tell of stands."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TypedDict

from gradwalk.runner.hooks import Hook
from gradwalk.runner.source import Position

Argument = ast.expr | int | str | bool | None
"""Of a hook: an expression of the person's own, or a constant."""


class Location(TypedDict):
    """A position as the fields of a node."""

    lineno: int
    col_offset: int
    end_lineno: int
    end_col_offset: int


def at(where: Position) -> Location:
    """The fields of a node at ``where``."""
    return {"lineno": where[0], "col_offset": where[1], "end_lineno": where[2], "end_col_offset": where[3]}


def name(identifier: str, where: Position) -> ast.expr:
    """The value of a variable, or a hook itself."""
    return ast.Name(identifier, ast.Load(), **at(where))


def call(hook: Hook, arguments: Sequence[Argument], where: Position) -> ast.expr:
    """A call of ``hook`` whose value is used."""
    location = at(where)
    nodes = [value if isinstance(value, ast.expr) else ast.Constant(value, **location) for value in arguments]
    return ast.Call(name(hook.value, where), nodes, [], **location)


def tell(hook: Hook, arguments: Sequence[Argument], where: Position) -> ast.stmt:
    """A call of ``hook`` as a statement."""
    return ast.Expr(call(hook, arguments, where), **at(where))
