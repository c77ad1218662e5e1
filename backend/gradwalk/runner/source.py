"""Where in a cell's text a syntax node stands, and what the text says there."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

MAX_LABEL = 80

Position = tuple[int, int, int, int]
"""Line from 1 and column in UTF-8 bytes, of the start and of the end."""

COMPOUND = frozenset((
    ast.If, ast.While, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith, ast.Match, ast.ClassDef, ast.FunctionDef,
    ast.AsyncFunctionDef,
))  # fmt: skip
"""Statements of which a part stands before a colon."""

_NAMED = rb"(?:async\s+)?(?:def|class)\s+[^\s(:\[]+"
_TESTING = re.compile(rb"\bif\b|\bassert\b|:=")
_BLANK = rb"[\s,*/]*(?:#.*)?"
_CLOSING = rb"(?:[\s,*/(]*\))+"


class CellText(NamedTuple):
    """The text of one cell, as the compiler counts its lines."""

    cell: int
    lines: list[bytes]
    testing: frozenset[int]
    """Lines with a word that tests or binds within an expression could come from."""
    above: int = 0
    """How many lines of the cell stand above these."""

    @classmethod
    def of(cls, cell: int, source: str, above: int = 0) -> CellText:
        """``source`` cut at the only line ends that Python knows."""
        text = source.encode("utf-8", "surrogatepass")
        lines = text.split(b"\n")
        found = [n for n, line in enumerate(lines, 1) if _TESTING.search(line)] if _TESTING.search(text) else ()
        return cls(cell, lines, frozenset(found), above)

    def header(self, statement: ast.stmt) -> Position:
        """A statement, or the part of a compound one that stands before its colon."""
        if type(statement) not in COMPOUND:
            return position(statement)
        line, column, *_ = position(statement)
        ends = [(line, column)]
        if named := re.compile(_NAMED).match(self.lines[line - 1], column):
            ends.append((line, named.end()))
        ends += [position(part)[2:] for part in _header_parts(statement)]
        return line, column, *self._past_closing(*max(ends))

    def signature(self, function: ast.FunctionDef) -> str:
        """``f(a, b=1)``, as the source has it."""
        arguments = [node for node in ast.iter_child_nodes(function.args) if isinstance(node, (ast.arg, ast.expr))]
        line, column, _, _ = position(function)
        named = re.compile(_NAMED).match(self.lines[line - 1], column)
        start = max([(line, named.end() if named else column)] + [position(node)[2:] for node in arguments])
        text = self.label((line, column, *self._past_closing(*start)))
        return re.sub(r",? \)$", ")", text.removeprefix("def ").replace("( ", "("))

    def label(self, where: Position) -> str:
        """The text at a position on one line, cut short where it is long."""
        line, column, end_line, end_column = where
        if line == end_line:
            text = self.lines[line - 1][column:end_column]
        else:
            inner = self.lines[line : end_line - 1]
            text = b" ".join([self.lines[line - 1][column:], *inner, self.lines[end_line - 1][:end_column]])
        words = " ".join(text.decode("utf-8", "replace").split())
        return words if len(words) <= MAX_LABEL else words[: MAX_LABEL - 1] + "…"

    def starts_with(self, node: ast.stmt, word: bytes) -> bool:
        """Whether the text at ``node`` begins with ``word``."""
        return self.lines[node.lineno - 1].startswith(word, node.col_offset)

    def may_test(self, where: Position) -> bool:
        """Whether tests, or names bound within an expression, could stand there."""
        return bool(self.testing) and not self.testing.isdisjoint(range(where[0], where[2] + 1))

    def rest_of_line_after(self, node: ast.stmt) -> bytes:
        """What stands behind a statement on its last line."""
        _, _, end_line, end_column = position(node)
        return self.lines[end_line - 1][end_column:]

    def _past_closing(self, line: int, column: int) -> tuple[int, int]:
        """Past the brackets that close after ``line`` and ``column``, be it some lines below: no node holds them."""
        blank, closes = re.compile(_BLANK), re.compile(_CLOSING)
        below, start = line, column
        while below <= len(self.lines):
            if closing := closes.match(self.lines[below - 1], start):
                line, column, start = below, closing.end(), closing.end()
            if not blank.fullmatch(self.lines[below - 1], start):
                break
            below, start = below + 1, 0
        return line, column


def position(node: ast.expr | ast.stmt | ast.arg | ast.pattern) -> Position:
    """Where ``node`` starts and ends."""
    line, column, end_line, end_column = node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
    return line, column, line if end_line is None else end_line, column if end_column is None else end_column


def _header_parts(statement: ast.stmt) -> list[ast.expr | ast.arg]:
    """The nodes before a compound statement's colon."""
    match statement:
        case ast.If() | ast.While():
            return [statement.test]
        case ast.For() | ast.AsyncFor():
            return [statement.iter]
        case ast.With() | ast.AsyncWith():
            return [part for item in statement.items for part in (item.context_expr, item.optional_vars) if part]
        case ast.Match():
            return [statement.subject]
        case ast.ClassDef():
            return [*statement.bases, *(keyword.value for keyword in statement.keywords)]
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            arguments = [n for n in ast.iter_child_nodes(statement.args) if isinstance(n, (ast.arg, ast.expr))]
            return [*arguments, *([statement.returns] if statement.returns else [])]
    return []
