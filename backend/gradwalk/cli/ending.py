"""How a command ends with an exit status."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import ParamSpec

from gradwalk.cli.status import INTERRUPTED, OK, USAGE, Done
from gradwalk.errors import GradwalkError
from gradwalk.notebook import NotebookError

P = ParamSpec("P")


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
