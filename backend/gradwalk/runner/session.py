"""One run: its namespace, its cells one after the other, and how it ended."""

from __future__ import annotations
import __future__

import ast
import builtins
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from gradwalk.limits import LIMITS, Limits
from gradwalk.recorder.limits import LimitReached
from gradwalk.runner import commands
from gradwalk.runner.cellfile import CellFile
from gradwalk.runner.console import Console, no_debugger, no_input, no_manual
from gradwalk.runner.hooks import Hook, Hooks
from gradwalk.runner.imports import importer
from gradwalk.runner.instrument import instrument
from gradwalk.runner.modules import Modules
from gradwalk.runner.reporting import Reporter
from gradwalk.runner.shell import ZMQInteractiveShell
from gradwalk.runner.source import CellText
from gradwalk.writefile import ToWrite, to_write

if TYPE_CHECKING:
    from gradwalk.runner.tracebacks import Failure

_FUTURE_FLAGS = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})


class Session:
    """The state that a notebook's kernel keeps between cells."""

    def __init__(self, cells: Sequence[CellFile], recorder: Reporter, limits: Limits = LIMITS) -> None:
        self._cells = cells
        self._files = {cell.filename: cell for cell in cells}
        self._recorder = recorder
        self._console = Console(recorder, self._files, limits)
        self._limits = limits
        self._flags = 0
        self._shown: list[object] = []
        self._module = types.ModuleType("__main__")
        self.namespace: dict[str, Any] = self._module.__dict__
        self._own_builtins: dict[str, Any] = {}
        self._modules = Modules(self._files, self._compile_module, self._own_builtins)
        self._shell = ZMQInteractiveShell(self.namespace, self._modules.run, self._console.notice)
        self._own_builtins |= self._builtins()
        self.namespace["Out"] = {}

    def run(self) -> dict[str, Any]:
        """Run the cells until one raises; what is returned is the outcome."""
        with self._as_main(), self._modules.found(), self._console.connected():
            for cell in self._cells:
                outcome = self._run_cell(cell)
                if outcome:
                    return outcome
        return {"status": "ok", "message": "", "error": None}

    def _builtins(self) -> dict[str, Any]:
        own = {
            "__import__": importer(self._console, self._modules.has),
            "input": no_input,
            "breakpoint": no_debugger,
            "help": no_manual,
            "get_ipython": lambda: self._shell,
            "display": self._console.display,
            Hook.ECHO: self._echo,
            Hook.LIMIT: LimitReached,
        }
        return builtins.__dict__ | own | Hooks(self._recorder).by_name()

    @contextmanager
    def _as_main(self) -> Iterator[None]:
        """What the snippet defines says that it is from ``__main__``: let it be found there; there are no arguments."""
        before, arguments = sys.modules.get("__main__"), sys.argv
        sys.modules["__main__"] = self._module
        sys.argv = ["snippet.py"]
        try:
            yield
        finally:
            sys.argv = arguments
            if before:
                sys.modules["__main__"] = before

    def _run_cell(self, cell: CellFile) -> dict[str, Any] | None:
        """Run one cell; return the run's outcome if it ends here."""
        self._console.cell = cell.cell
        self._recorder.add_source(cell.cell, cell.source, cell.title, cell.filename)
        self._recorder.cell_begin(cell.cell)
        self.namespace.pop("__warningregistry__", None)  # as Jupyter: each cell may warn again
        self.namespace.setdefault("__builtins__", self._own_builtins)  # a snippet may have cleared away all names
        try:
            if file := to_write(cell.source):
                self._write(cell, file)
            else:
                exec(self._compile(cell), self.namespace)  # noqa: S102  # what this is all about
        except BaseException as error:
            return self._end(cell, error)
        self._recorder.cell_end(cell.cell, "done")
        return None

    def _write(self, cell: CellFile, asked: ToWrite) -> None:
        written, said = self._modules.write(cell, asked)
        if cell.number:
            self._console.write("stdout", f"{said}\n")
        if written:
            self._recorder.add_source(cell.cell, cell.source, written.title, written.filename, written.above)

    def _compile(self, cell: CellFile) -> types.CodeType:
        code = _compiled(cell, self._compiled_cell)
        self._flags |= code.co_flags & _FUTURE_FLAGS
        return code

    def _compiled_cell(self, cell: CellFile, scopes: bool) -> types.CodeType:
        tree = commands.parse(cell.source, cell.filename, self._flags, self._console.notice)
        text = CellText.of(cell.cell, cell.source)
        echo = bool(tree.body) and not text.rest_of_line_after(tree.body[-1]).lstrip().startswith(b";")
        instrument(tree, text, self._recorder, echo=echo, scopes=scopes)
        code: types.CodeType = compile(tree, cell.filename, "exec", self._flags, dont_inherit=True)
        return code

    def _compile_module(self, file: CellFile) -> types.CodeType:
        return _compiled(file, self._compiled_module)

    def _compiled_module(self, file: CellFile, scopes: bool) -> types.CodeType:
        tree = ast.parse(file.source, file.filename)
        text = CellText.of(file.cell, file.source, file.above)
        instrument(tree, text, self._recorder, echo=False, scopes=scopes, names=False)
        code: types.CodeType = compile(tree, file.filename, "exec", dont_inherit=True)
        return code

    def _echo(self, value: object) -> None:
        """Show the value of a cell's last expression, and keep it as ``_`` and ``Out[n]``."""
        if value is None:
            return
        names = self.namespace
        number = self._cells[self._console.cell].number
        if names.get("_") is (self._shown[-1] if self._shown else None):  # else the snippet has its own
            self._shown.append(value)
            names.update(zip(("_", "__", "___"), reversed(self._shown), strict=False))
        names[f"_{number}"] = value
        if isinstance(names.get("Out"), dict):
            names["Out"][number] = value
        from gradwalk.runner.echo import pretty

        self._console.write("echo", pretty(value))

    def _end(self, cell: CellFile, error: BaseException) -> dict[str, Any]:
        self._modules.put_back()
        # What most runs do without is loaded where it is used; :func:`~gradwalk.runner.imports.preload` has all of it.
        from gradwalk.runner.given import calls_of
        from gradwalk.runner.tracebacks import describe, readable

        error = readable(error)
        failure = describe(error, self._files)
        span = None
        if failure.place:
            span = self._recorder.span(failure.place.file.cell, *failure.place.in_cell)
        status, message, stop = _verdict(error, failure, self._limits)
        if not isinstance(error, LimitReached):  # which is the outcome's to tell, as it is where the run was killed
            self._console.fail(failure.traceback)
        self._recorder.error(span)
        self._recorder.cell_end(cell.cell, "error" if status == "error" else "stopped")
        told = {
            "type": type(error).__name__ if isinstance(error, LimitReached) else failure.type,
            "message": self._console.steady(failure.message),
            "cell": failure.place.file.cell if failure.place else cell.cell,
            "span": span,
            "traceback": self._console.steady(failure.traceback),
        } | self._recorder.subject(error, calls_of(error, self._files))
        return {"status": status, "message": self._console.steady(message), "error": told, "stop": stop}


def _compiled(file: CellFile, compile: Callable[[CellFile, bool], types.CodeType]) -> types.CodeType:
    """Code with what it tells; without scopes where those would nest deeper than Python lets blocks nest."""
    file.show_to_linecache()
    try:
        return compile(file, True)
    except SyntaxError as error:
        if "statically nested blocks" not in str(error.msg):
            raise
        return compile(file, False)


Status = Literal["error", "memory", "cpu", "timeout", "limit"]


def _verdict(error: BaseException, failure: Failure, limits: Limits) -> tuple[Status, str, dict[str, Any] | None]:
    """The outcome's status, its reason in one sentence, and if it was stopped the same in parts."""
    from gradwalk.stops import sentence

    if isinstance(error, LimitReached):
        loop, iteration = error.loop or (None, None)
        stop: dict[str, Any] = {"reason": error.reason, "limit": error.limit, "loop": loop, "iteration": iteration}
        status: Status = error.status
    elif isinstance(error, MemoryError):
        stop = {"reason": "memory", "limit": limits.memory_bytes}
        status = "memory"
    else:
        return "error", failure.summary, None
    place = ""
    if failure.place:
        place = f"line {failure.place.where[0]} of {failure.place.file.title}"
        stop |= {"cell": failure.place.file.cell, "line": failure.place.in_cell[0]}
    told = {name: value for name, value in stop.items() if name not in ("cell", "line")}
    return status, sentence(**told, place=place), stop
