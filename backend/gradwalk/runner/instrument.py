"""A cell's syntax tree with calls added that tell the recorder of lines, names, tests and scopes as they come.

The person's own nodes keep their positions, so that tracebacks and the positions of sub-expressions stay as they were.
What is added never catches anything, never reads a name that may be unbound, and asks for each truth value once.
Generators and coroutines run by turns with other code: in them lines and tests are told, scopes and names are not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import NamedTuple

from gradwalk.runner.calls import at, call, name, tell
from gradwalk.runner.hooks import Hook
from gradwalk.runner.names import (
    bound_by,
    bound_by_pattern,
    bound_by_statement,
    declared_global,
    is_docstring,
    is_generator,
    parameters,
    parts,
)
from gradwalk.runner.reporting import Reporter, ScopeKind
from gradwalk.runner.source import COMPOUND, CellText, Position, position
from gradwalk.runner.uncalled import show_uncalled_methods


def instrument(
    tree: ast.Module, text: CellText, recorder: Reporter, *, echo: bool = True, scopes: bool = True, names: bool = True
) -> None:
    """Add the hooks to ``tree``, in place. ``echo`` shows the value of a last expression; without ``scopes``, what
    would need one is left as a generator is; without ``names``, those at the top are not the run's."""
    Instrumenter(text, recorder, scopes).module(tree, echo, names)
    show_uncalled_methods(tree, text)


_WITH_MORE = COMPOUND | {ast.Pass, ast.Global, ast.Nonlocal, ast.Try, ast.TryStar, ast.Delete}
"""Statements of which more, or less, is to be told than their lines and the names that they bind."""


class _Place(NamedTuple):
    """The kind of scope that a statement stands in."""

    scopes: bool
    """Calls, loops and branches here nest in time as they do in the text."""
    names: bool
    """Names bound here are variables of the run or of a call (not attributes of a class, say)."""
    local: bool = False
    declared_global: frozenset[str] = frozenset()

    def is_local(self, name: str) -> bool:
        return self.local and name not in self.declared_global


class Instrumenter:
    """Rewrites statements; one for each cell."""

    def __init__(self, text: CellText, recorder: Reporter, scopes: bool) -> None:
        self.text, self.recorder, self.scopes = text, recorder, scopes

    def module(self, tree: ast.Module, echo: bool, names: bool) -> None:
        """Rewrite a whole cell or file."""
        last = tree.body[-1] if tree.body else None
        place = _Place(scopes=self.scopes, names=self.scopes and names)
        leading = 1 if len(tree.body) > 1 and is_docstring(tree.body[0]) else 0
        while leading < len(tree.body) and _is_future_import(tree.body[leading]):
            leading += 1
        body = tree.body[:leading] + self.block(tree.body[leading:], place)
        if echo and isinstance(last, ast.Expr):
            last.value = call(Hook.ECHO, [last.value], at(position(last.value)))
        tree.body = body

    def block(self, statements: Iterable[ast.stmt], place: _Place) -> list[ast.stmt]:
        """The statements of one block, each with what is told before and after it."""
        return [new for statement in statements for new in self.statement(statement, place)]

    def statement(self, node: ast.stmt, place: _Place) -> list[ast.stmt]:
        """What stands for ``node`` in its block."""
        if type(node) not in _WITH_MORE:
            where = position(node)
            if self.text.may_test(where):
                self.expressions([node], place)
            return [self.line(where), node, *self.told(bound_by_statement(node), where, place)]
        match node:
            case ast.Pass() | ast.Global() | ast.Nonlocal():
                return [node]
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.expressions([*node.decorator_list, node.args], place)
                node.body = self.function_body(node)
            case ast.ClassDef():
                self.expressions([*node.decorator_list, *node.bases, *node.keywords], place)
                node.body = self.documented(node.body, _Place(scopes=place.scopes, names=False))
            case ast.If():
                return self.branches(node, place)
            case ast.While():
                return self.while_loop(node, place)
            case ast.For() | ast.AsyncFor():
                return self.for_loop(node, place)
            case ast.With() | ast.AsyncWith():
                header = self.text.header(node)
                if self.text.may_test(header):
                    self.expressions(node.items, place)
                names = [bound for item in node.items for bound in bound_by(item.optional_vars)]
                node.body = self.told(names, header, place) + self.block(node.body, place)
                return [self.line(header), node]
            case ast.Match():
                self.match_cases(node, place)
            case ast.Try() | ast.TryStar():
                return [self.try_statement(node, place)]
            case ast.Delete():
                names = [bound for target in node.targets for bound in bound_by(target)]
                where = position(node)
                return [self.line(where), node, *self.told(names, where, place, gone=True)]
        return [self.line(self.text.header(node)), node]

    def function_body(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
        """A call is a scope, in which the parameters are the first names."""
        if not self.scopes or isinstance(node, ast.AsyncFunctionDef) or is_generator(node.body):
            return self.documented(node.body, _Place(scopes=False, names=False))
        leading = 1 if is_docstring(node.body[0]) else 0
        documentation, body = node.body[:leading], node.body[leading:]
        if not body:
            return documentation
        place = _Place(scopes=True, names=True, local=True, declared_global=declared_global(body))
        header = self.text.header(node)
        body = self.told(parameters(node.args), header, place) + self.block(body, place)
        return documentation + self.scope("function", header, self.text.signature(node), body)

    def documented(self, body: list[ast.stmt], place: _Place) -> list[ast.stmt]:
        """A block that may begin with a docstring."""
        leading = 1 if is_docstring(body[0]) else 0
        return body[:leading] + self.block(body[leading:], place)

    def branches(self, node: ast.If, place: _Place) -> list[ast.stmt]:
        """An ``if`` with its ``elif`` chain is one scope, whichever arm runs."""
        header = self.text.header(node)
        arm: ast.If | None = node
        while arm:
            self.expressions([arm.test], place)
            arm.test = self.tested(arm.test, "if")
            arm.body = self.block(arm.body, place)
            following = arm.orelse[0] if len(arm.orelse) == 1 else None
            if isinstance(following, ast.If) and self.text.starts_with(following, b"elif"):
                arm.orelse = [self.line(self.text.header(following)), following]
                arm = following
            else:
                arm.orelse = self.block(arm.orelse, place)
                arm = None
        body = [self.line(header), node]
        return self.scope("branch", header, self.text.label(header), body) if place.scopes else body

    def while_loop(self, node: ast.While, place: _Place) -> list[ast.stmt]:
        """A loop, with a scope for each iteration that begins before its test."""
        header = self.text.header(node)
        label = self.text.label(header)
        if self.text.may_test(header):
            self.expressions([node.test], place)
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        test = self.tested(node.test, "while")
        node.body = self.block(node.body, place)
        node.orelse = self.block(node.orelse, place)
        if not place.scopes:
            node.test = test
            return [self.line(header), node]
        begin = call(Hook.NEXT, [self.span(header), label], at(header))
        node.test = begin if endless else ast.BoolOp(ast.And(), [begin, test], **at(position(test)))
        return self.scope("loop", header, label, [node])

    def for_loop(self, node: ast.For | ast.AsyncFor, place: _Place) -> list[ast.stmt]:
        """A loop over items, with a scope for each that is there."""
        header = self.text.header(node)
        label = self.text.label(header)
        if self.text.may_test(header):
            self.expressions([node.target, node.iter], place)
        node.body = self.told(bound_by(node.target), header, place) + self.block(node.body, place)
        node.orelse = self.block(node.orelse, place)
        if not place.scopes or isinstance(node, ast.AsyncFor):
            return [self.line(header), node]
        node.iter = call(Hook.ITEMS, [node.iter, self.span(header), label], at(position(node.iter)))
        return self.scope("loop", header, label, [self.line(header), node])

    def match_cases(self, node: ast.Match, place: _Place) -> None:
        """The arms of a ``match``, with the names that each captures."""
        self.expressions([node.subject], place)
        header = self.text.header(node)
        for case in node.cases:
            if case.guard:
                self.expressions([case.guard], place)
            case.body = self.told(bound_by_pattern(case.pattern), header, place) + self.block(case.body, place)

    def try_statement(self, node: ast.Try | ast.TryStar, place: _Place) -> ast.stmt:
        """The blocks of a ``try``. What a run has reached its limit by is not for the snippet to catch."""
        node.body = self.block(node.body, place)
        node.orelse = self.block(node.orelse, place)
        node.finalbody = self.block(node.finalbody, place)
        for handler in node.handlers:
            handler.body = self.block(handler.body, place)
        if isinstance(node, ast.Try) and any(_catches_all(handler) for handler in node.handlers):
            where = at((node.lineno, node.col_offset, node.lineno, node.col_offset + len("try")))
            limit = ast.ExceptHandler(name(Hook.LIMIT, where), None, [ast.Raise(**where)], **where)
            node.handlers.insert(0, limit)
        return node

    def expressions(self, roots: Iterable[ast.AST], place: _Place) -> None:
        """Tell of the tests and names within expressions, wherever they stand in them."""
        waiting = list(roots)
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Lambda):  # its names are its own, and no scope is told for it
                self.expressions([node.args, node.body], place._replace(names=False))
                continue
            if isinstance(node, (ast.IfExp, ast.Assert)):
                waiting.append(node.test)
                node.test = self.tested(node.test, "ifexp" if isinstance(node, ast.IfExp) else "assert")
                waiting.extend(child for child in parts(node) if child is not node.test)
                continue
            if isinstance(node, ast.NamedExpr) and place.names:
                bound, value = node.target.id, node.value
                node.value = call(Hook.BOUND, [bound, value, place.is_local(bound)], at(position(value)))
                waiting.append(value)
                continue
            waiting += parts(node)

    def tested(self, test: ast.expr, statement: str) -> ast.expr:
        """``test``, with its outcome told. What a constant says is no news."""
        if isinstance(test, ast.Constant):
            return test
        where = position(test)
        return call(Hook.TEST, [test, statement, self.span(where)], at(where))

    def scope(self, kind: ScopeKind, header: Position, label: str, body: list[ast.stmt]) -> list[ast.stmt]:
        """``body`` in a scope of its own, which ends however the body ends."""
        where = at(header)
        enter = tell(Hook.ENTER, [kind, self.span(header), label], where)
        leave = tell(Hook.LEAVE, [], where)
        return [enter, ast.Try(body, [], [], [leave], **where)]

    def line(self, header: Position) -> ast.stmt:
        """Tells that the statement with this header is about to run."""
        return tell(Hook.LINE, [self.span(header)], at(header))

    def told(self, names: Iterable[str], header: Position, place: _Place, *, gone: bool = False) -> list[ast.stmt]:
        """Tells what each of ``names`` now holds, or that it is gone."""
        if not place.names:
            return []
        where = at(header)
        return [
            tell(Hook.BIND, [bound, None if gone else name(bound, where), place.is_local(bound)], where)
            for bound in dict.fromkeys(names)
        ]

    def span(self, where: Position) -> int:
        """The recorder's index of a stretch of this cell."""
        line, column, end_line, end_column = where
        above = self.text.above
        return self.recorder.span(self.text.cell, line + above, column, end_line + above, end_column)


def _is_future_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__" and not statement.level


def _catches_all(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id == "BaseException") for kind in caught)
