"""Exit statuses, and how a command ends with one."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import ParamSpec

from gradwalk.errors import GradwalkError
from gradwalk.notebook import NotebookError

OK = 0
"""It did what it was asked to."""
SNIPPET = 1
"""The code raised or was stopped; or something is missing that ``doctor`` looked for."""
USAGE = 2
"""Gradwalk was asked for something it cannot do, and ran nothing."""
INTERRUPTED = 130
"""Somebody pressed Ctrl-C."""

P = ParamSpec("P")


class Done(BaseException):
    """Carries a command's exit status past Typer, which has ideas of its own about errors and broken pipes."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def _leave_unsaid() -> None:
    """What is still buffered must not be tried again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def ends_with_status(command: Callable[P, int]) -> Callable[P, None]:
    """``command``, which returns its exit status, as Typer calls it; errors become one sentence on stderr."""

    @functools.wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> None:
        try:
            status = command(*arguments, **options)
            sys.stdout.flush()
        except (GradwalkError, NotebookError) as error:
            sys.stderr.write(f"gradwalk: {error}\n")
            status = USAGE
        except KeyboardInterrupt:
            status = INTERRUPTED
        except BrokenPipeError:  # whoever read has read enough (`| head`)
            _leave_unsaid()
            status = OK
        except OSError as error:
            _leave_unsaid()
            sys.stderr.write(f"gradwalk: {error}\n")
            status = USAGE
        raise Done(status)

    return run
