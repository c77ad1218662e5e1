"""Watches code that runs anyway: a block of a user's own program, its lines and names, and what PyTorch does in it.

Nothing is run in its place and nothing of its source is changed. Python tells of the lines (``sys.settrace``), unless a
debugger is told of them already.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from types import FrameType, TracebackType
from typing import Any

import torch

from gradwalk.limits import Limits
from gradwalk.pytorch import listening
from gradwalk.pytorch.operators import quietly
from gradwalk.pytorch.recorder import TorchRecorder
from gradwalk.recorder.stream import Emit
from gradwalk.runner.cellfile import CellFile
from gradwalk.runner.given import calls_of
from gradwalk.runner.source import CellText, Position
from gradwalk.runner.tracebacks import describe


class Watching:
    """One block while it runs. ``frame`` is the one that it stands in; the code of ``also`` is shown too."""

    def __init__(
        self, frame: FrameType, also: Sequence[object], options: Mapping[str, Any], emit: Emit, limits: Limits
    ) -> None:
        self._frame = frame
        filenames = dict.fromkeys([frame.f_code.co_filename, *(name for thing in also for name in files_of(thing))])
        self.files = {
            filename: CellFile(cell, "".join(linecache.getlines(filename)) or "\n", cell + 1)
            for cell, filename in enumerate(filenames)
        }
        """The files that are shown, by the names that their code has."""
        self._recorder = recorder = BlockRecorder(emit, options, limits)
        self._lines: dict[str, dict[int, int]] = {}
        for filename, file in self.files.items():
            recorder.add_source(file.cell, file.source, file.title, filename)
            self._lines[filename] = {line: recorder.span(file.cell, *where) for line, where in statements(file).items()}
        self._scopes: dict[FrameType, int] = {}
        self._names: dict[FrameType, dict[str, int]] = {}
        self._open = ExitStack()

    def begin(self) -> None:
        """From here on everything is recorded."""
        with quietly():
            self._recorder.cell_begin(0)
            self._tell_names(self._frame)
        self._open.callback(setattr, warnings, "showwarning", warnings.showwarning)
        warnings.showwarning = in_the_program(warnings.showwarning)
        self._open.enter_context(self._recorder.listening())
        if sys.gettrace() is None:
            self._frame.f_trace = self._trace
            sys.settrace(self._trace)
            self._open.callback(sys.settrace, None)
            self._open.callback(setattr, self._frame, "f_trace", None)

    def end(self, error: BaseException | None, link: TracebackType | None) -> None:
        """The block is over; ``error`` is what it raised."""
        self._open.close()
        with quietly():
            self._tell_names(self._frame)
            self._recorder.end(error, self._frame, self.files)

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        """What Python calls at each line of a shown file, and with each call."""
        if frame.f_code.co_filename not in self.files or self._recorder.is_full:
            return None
        with quietly():
            if event == "call":
                self._enter(frame)
            elif event == "line":
                self._tell_names(frame)
                span = self._lines[frame.f_code.co_filename].get(frame.f_lineno)
                if span is not None:
                    self._recorder.line(span)
            elif event == "return" and frame in self._scopes:
                self._tell_names(frame)
                self._names.pop(frame, None)
                self._recorder.leave(self._scopes.pop(frame))
        return self._trace

    def _enter(self, frame: FrameType) -> None:
        span = self._lines[frame.f_code.co_filename].get(frame.f_code.co_firstlineno)
        if span is not None and not frame.f_code.co_flags & inspect.CO_GENERATOR:
            self._scopes[frame] = self._recorder.enter("function", span, f"{frame.f_code.co_qualname}()")

    def _tell_names(self, frame: FrameType) -> None:
        """The names that hold another tensor or module than at the last line."""
        known = self._names.setdefault(frame, {})
        local = frame is not self._frame
        if local and frame not in self._scopes:
            return
        values = frame.f_locals
        for name, value in list(values.items()):
            if isinstance(value, torch.Tensor | torch.nn.Module) and not name.startswith("_"):
                if known.get(name) != id(value):
                    known[name] = id(value)
                    self._recorder.bind(name, value, local)
            elif name in known:
                del known[name]
                self._recorder.bind(name, None, local)


class BlockRecorder(TorchRecorder):
    """A recorder of one block of a program."""

    def __init__(self, emit: Emit, options: Mapping[str, Any], limits: Limits) -> None:
        super().__init__(emit, options, limits)
        self._listener.teller.began_before = True

    def end(self, error: BaseException | None, frame: FrameType, files: Mapping[str, CellFile]) -> None:
        """Say how the block ended."""
        if error is not None:
            self.finish(self._failed(error, files))
            return
        self.cell_end(0, "done")
        self.finish({"status": "ok", "message": "", "error": None})

    def _failed(self, error: BaseException, files: Mapping[str, CellFile]) -> dict[str, Any]:
        failure = describe(error, files)
        place = failure.place
        span = None if place is None else self.span(place.file.cell, *place.where)
        self.output(0, "error", failure.traceback)
        self.error(span)
        self.cell_end(0, "error")
        told = {
            "type": failure.type,
            "message": failure.message,
            "cell": 0 if place is None else place.file.cell,
            "span": span,
            "traceback": failure.traceback,
        }
        told |= self.subject(error, calls_of(error, files))
        return {"status": "error", "message": failure.summary, "error": told}


def files_of(thing: object) -> list[str]:
    """The names of the files that the code of a module, class, function or object is from; of an ``nn.Module`` those of
    its parts too, and none of PyTorch's own."""
    if isinstance(thing, torch.nn.Module):
        kinds = dict.fromkeys(map(type, thing.modules()))
        return [file_of(kind) for kind in kinds if not kind.__module__.startswith("torch.")]
    return [file_of(thing)]


def file_of(thing: object) -> str:
    """The name of the file that the code of a module, class or function is from."""
    if isinstance(thing, type):  # one of a notebook has no file, but its methods have
        methods = (value for value in vars(thing).values() if inspect.isfunction(value))
        thing = next(methods, thing)
    return inspect.getfile(thing)  # type: ignore[arg-type]


def in_the_program(show: Callable[..., None]) -> Callable[..., None]:
    """``warnings.showwarning`` that names the program's line where one that listens to it would be named."""

    def showwarning(message: Any, category: Any, filename: str, lineno: int, *where: Any) -> None:
        if filename == listening.__file__:
            frame = sys._getframe(1)
            while frame.f_back is not None and frame.f_globals.get("__name__") in ("warnings", listening.__name__):
                frame = frame.f_back
            filename, lineno = frame.f_code.co_filename, frame.f_lineno
        show(message, category, filename, lineno, *where)

    return showwarning


def statements(file: CellFile) -> dict[int, Position]:
    """Where the statement that begins in a line stands, by line: the outermost one."""
    found: dict[int, Position] = {}
    text = CellText.of(file.cell, file.source)
    try:
        tree = ast.parse(file.source)
    except SyntaxError:  # with notebook commands in it, say
        return found
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            found.setdefault(node.lineno, text.header(node))
    return found
