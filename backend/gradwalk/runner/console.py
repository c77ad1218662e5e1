"""What the snippet prints, shows and warns of, in one order, cell by cell; and what it may not ask for."""

from __future__ import annotations

import io
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, Literal, NoReturn, TextIO

from gradwalk.limits import KIB, LIMITS, Limits
from gradwalk.runner.addresses import Addresses
from gradwalk.runner.cellfile import CellFile
from gradwalk.runner.places import Places
from gradwalk.runner.reporting import OutputKind, Reporter
from gradwalk.text import clean, told


class Console:
    """The outputs of whichever cell is running."""

    def __init__(self, recorder: Reporter, files: Mapping[str, CellFile], limits: Limits = LIMITS) -> None:
        self.cell = 0
        self._left = limits.stdout_bytes
        self._cut = f"the output is cut here, after {limits.stdout_bytes / KIB:g} KiB; the snippet ran on."
        self._recorder = recorder
        self._files = files
        self._told: set[str] = set()
        self._addresses = Addresses()
        self._places = Places(files)

    def write(self, kind: OutputKind, text: str) -> None:
        """Add to the running cell's outputs, up to the limit for all of them."""
        if not text or self._left < 0:
            return
        self._left -= len(text)
        text = self.steady(text)
        if self._left >= 0:
            self._recorder.output(self.cell, kind, clean(text))
        else:
            self._recorder.output(self.cell, kind, clean(text[: self._left]))
            self._recorder.output(self.cell, "stderr", f"\ngradwalk: {self._cut}\n")

    def steady(self, text: str) -> str:
        """``text`` without what differs from process to process and from machine to machine."""
        return self._places.steady(self._addresses.steady(text))

    def fail(self, text: str) -> None:
        """Say why the run ended here, whatever has been written before."""
        self._left = max(self._left, len(text))
        self.write("error", text)

    def notice(self, text: str) -> None:
        """Say something on Gradwalk's own behalf, once a run."""
        if text not in self._told:
            self._told.add(text)
            self.write("stderr", f"gradwalk: {text}\n")

    def display(self, *values: object, **options: Any) -> None:
        """Jupyter's ``display``: each value as the last expression of a cell would be shown."""
        for value in values:
            from gradwalk.runner.echo import pretty

            self.write("echo", pretty(value))

    @contextmanager
    def connected(self) -> Iterator[None]:
        """While this lasts, what is printed or warned of is written here; filters are those of a fresh notebook."""
        streams = _Stream(self, "stdout"), _Stream(self, "stderr")
        with redirect_stdout(streams[0]), redirect_stderr(streams[1]), warnings.catch_warnings():
            warnings.resetwarnings()
            for category in (ResourceWarning, ImportWarning, PendingDeprecationWarning, DeprecationWarning):
                warnings.simplefilter("ignore", category)
            warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
            warnings.showwarning = self._show_warning
            yield

    def _show_warning(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        cell, lineno = self._own_line(filename, lineno)
        said = told(str(message))
        text = f"{category.__name__}: {said}\n"
        if cell:
            text = f"{cell.path or cell.title}:{lineno}: {text}  {cell.text_of_line(lineno).strip()}\n"
        self.write("warning", text)
        self._recorder.warning(category.__name__, clean(self.steady(said)))

    def _own_line(self, filename: str, lineno: int) -> tuple[CellFile | None, int]:
        """The line of the snippet that a warning is about, though code that it called may have raised it."""
        if filename in self._files:
            return self._files[filename], lineno
        frame = sys._getframe()
        while frame.f_back:
            frame = frame.f_back
            if file := self._files.get(frame.f_code.co_filename):
                return file, frame.f_lineno
        return None, lineno


class _Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of a snippet."""

    encoding = "utf-8"
    errors = "strict"

    def __init__(self, console: Console, kind: Literal["stdout", "stderr"]) -> None:
        super().__init__()
        self._console = console
        self._kind = kind

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._console.write(self._kind, text)
        return len(text)


def no_input(prompt: object = "", /) -> NoReturn:
    """``input``, which nobody is there to answer."""
    raise RuntimeError("input() cannot be answered here: nobody is at the keyboard. Write the value into the code.")


def no_manual(*arguments: object, **keywords: object) -> NoReturn:
    """``help``, whose pages are files."""
    raise RuntimeError("help() is not available here: see the documentation of Python, NumPy or PyTorch.")


def no_debugger(*arguments: object, **keywords: object) -> NoReturn:
    """``breakpoint``, where the page itself is the debugger."""
    raise RuntimeError("breakpoint() is not available here: step through the run instead.")
