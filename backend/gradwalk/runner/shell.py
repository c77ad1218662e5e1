"""``get_ipython()``, by which scripts that were saved from notebooks give a notebook's commands."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

BODY_IS_PYTHON = frozenset(("time", "timeit", "capture", "prun", "python", "python3"))
"""Commands over a cell that let its Python run."""


class ZMQInteractiveShell:
    """What stands for a notebook's shell: it runs files, and what it cannot do it leaves out with a word.

    Its name is the one that programs look at to know whether they are in a notebook.
    """

    def __init__(
        self, names: dict[str, Any], run: Callable[[str, dict[str, Any], bool], None], notice: Callable[[str], None]
    ) -> None:
        self.user_ns = names
        self._run, self._notice = run, notice

    def run_line_magic(self, name: str, line: str = "", _stack_depth: int = 1) -> None:
        """``%name line``."""
        if name != "run" or not self._ran(line):
            self._leave_out(f"%{name} {line}")

    def magic(self, line: str) -> None:
        """``%line``, as older notebooks were saved."""
        name, _, rest = line.removeprefix("%").partition(" ")
        self.run_line_magic(name, rest)

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """``%%name line`` over a cell."""
        self._leave_out(f"%%{name} {line}")
        if name in BODY_IS_PYTHON:
            exec(compile(cell, "<cell>", "exec", dont_inherit=True), self.user_ns)  # noqa: S102  # as a cell is

    def system(self, command: str) -> None:
        """``!command``."""
        self._leave_out(f"!{command}")

    def getoutput(self, command: str) -> list[str]:
        """What ``!command`` prints: nothing."""
        self.system(command)
        return []

    def _ran(self, line: str) -> bool:
        """``%run`` a file, whose names are the notebook's then; with ``-i`` it has the notebook's to begin with."""
        import shlex  # which most runs do without

        try:
            words = shlex.split(line)
        except ValueError:
            return False
        options = [word for word in words if word.startswith("-")]
        named = next((word for word in words if not word.startswith("-")), "")
        path = next((each for each in (named, f"{named}.py") if each.endswith(".py") and os.path.isfile(each)), None)
        if path is None or set(options) - {"-i"}:
            return False
        self._run(path, self.user_ns, not options)
        return True

    def _leave_out(self, command: str) -> None:
        self._notice(f"{command.strip()!r} is a notebook command, not Python: it was left out.")
