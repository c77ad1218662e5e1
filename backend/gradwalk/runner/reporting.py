"""What the runner needs of a recorder and of its options: the seam at which tests put a fake."""

from __future__ import annotations

from typing import Any, Literal, Protocol

ScopeKind = Literal["function", "loop", "iteration", "branch"]
OutputKind = Literal["stdout", "stderr", "echo", "error", "warning"]


class RunOptions(Protocol):
    """What the runner reads of a request's options."""

    @property
    def seed(self) -> int | None:
        """The seed to give the generator before the first cell."""


class Reporter(Protocol):
    """Is told what the snippet does, in order."""

    def add_source(self, cell: int, source: str, filename: str, code_filename: str) -> None: ...

    def span(self, cell: int, lineno: int, column: int, end_lineno: int, end_column: int, /) -> int: ...

    def cell_begin(self, cell: int, /) -> None: ...

    def cell_end(self, cell: int, status: Literal["done", "error", "stopped"], /) -> None: ...

    def line(self, span: int, /) -> None: ...

    def enter(self, kind: ScopeKind, span: int, label: str, index: int | None = None, /) -> int: ...

    def leave(self, scope: int, /) -> None: ...

    def bind(self, name: str, value: object, local: bool, /) -> None: ...

    def branch(self, statement: str, span: int, value: bool, tested: object, /) -> None: ...

    def output(self, cell: int, kind: OutputKind, text: str, /) -> None: ...

    def warning(self, category: str, message: str, /) -> None: ...

    def error(self, span: int | None, /) -> None: ...

    def flush(self) -> None: ...

    def finish(self, outcome: dict[str, Any], /) -> None: ...
