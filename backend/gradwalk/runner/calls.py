"""Syntax nodes that call a hook, standing where the code that they tell of stands."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any, TypedDict, TypeVar

from gradwalk.runner.source import Position

Argument = ast.expr | int | str | bool | None
"""Of a hook: an expression of the person's own, or a constant."""

N = TypeVar("N", bound=ast.AST)

_NEW = ast.AST.__new__
_LOAD = ast.Load()


class Location(TypedDict):
    """A position as the fields of a node."""

    lineno: int
    col_offset: int
    end_lineno: int
    end_col_offset: int


def at(where: Position) -> Location:
    """The fields of a node at ``where``."""
    return {"lineno": where[0], "col_offset": where[1], "end_lineno": where[2], "end_col_offset": where[3]}


def _made(kind: type[N], fields: dict[str, Any]) -> N:
    """A node with all of its fields at once: to have it set one after the other takes three times as long."""
    node = _NEW(kind)
    node.__dict__ = fields
    return node


def name(identifier: str, location: Location) -> ast.expr:
    """The value of a variable, or a hook itself."""
    return _made(ast.Name, {"id": identifier, "ctx": _LOAD, **location})


def call(hook: str, arguments: Sequence[Argument], location: Location) -> ast.expr:
    """A call of ``hook`` whose value is used."""
    nodes = [
        value if isinstance(value, ast.expr) else _made(ast.Constant, {"value": value, **location})
        for value in arguments
    ]
    return _made(ast.Call, {"func": name(hook, location), "args": nodes, "keywords": [], **location})


def tell(hook: str, arguments: Sequence[Argument], location: Location) -> ast.stmt:
    """A call of ``hook`` as a statement."""
    return _made(ast.Expr, {"value": call(hook, arguments, location), **location})
