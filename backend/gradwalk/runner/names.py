"""Which names a piece of syntax binds, and what kind of scope it makes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator


def bound_by(target: ast.expr | None) -> Iterator[str]:
    """Names bound by assigning to ``target``, from left to right; attributes and items are no names."""
    match target:
        case ast.Name():
            yield target.id
        case ast.Tuple() | ast.List():
            for element in target.elts:
                yield from bound_by(element)
        case ast.Starred():
            yield from bound_by(target.value)


def bound_by_statement(statement: ast.stmt) -> Iterator[str]:
    """Names that hold something new once a simple statement has run."""
    match statement:
        case ast.Assign():
            for target in statement.targets:
                yield from bound_by(target)
        case ast.AugAssign():
            yield from bound_by(statement.target)
        case ast.AnnAssign() if statement.value is not None:
            yield from bound_by(statement.target)


def bound_by_pattern(pattern: ast.pattern) -> Iterator[str]:
    """Names that a ``case`` captures."""
    for node in ast.walk(pattern):
        name = node.rest if isinstance(node, ast.MatchMapping) else getattr(node, "name", None)
        if isinstance(node, ast.pattern) and isinstance(name, str):
            yield name


def parameters(arguments: ast.arguments) -> list[str]:
    """Parameters that take one value each."""
    return [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def declared_global(body: Iterable[ast.stmt]) -> frozenset[str]:
    """Names that a function's own statements declare ``global``."""
    return frozenset(name for node in _own_nodes(body) if isinstance(node, ast.Global) for name in node.names)


def is_generator(body: Iterable[ast.stmt]) -> bool:
    """Whether a function with this body is a generator: it runs by turns with its caller."""
    return any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in _own_nodes(body))


def is_docstring(statement: ast.stmt) -> bool:
    """Whether a body that starts with ``statement`` has it for its docstring."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


_OF_NONE = frozenset((ast.Name, ast.Constant, ast.Load, ast.Store, int, str, type(None)))
"""What is no node that is made of others."""


def parts(node: ast.AST) -> list[ast.AST]:
    """The nodes that ``node`` is made of, in their order, but for those that are made of none."""
    found: list[ast.AST] = []
    for value in vars(node).values():
        kind = type(value)
        if kind is list:
            found += [part for part in value if isinstance(part, ast.AST)]
        elif kind not in _OF_NONE and isinstance(value, ast.AST):
            found.append(value)
    return found


def _own_nodes(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """All nodes of ``body`` but for those of functions and classes defined in it."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting += parts(node)
