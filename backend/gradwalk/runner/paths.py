"""``pathlib`` in a snippet: its paths ask the ``os`` that the snippet has, as long as the run lasts."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from gradwalk.runner.pared import Pared


def pathlib_is_imported() -> None:
    """The snippet has ``pathlib``: from now on its paths see what the snippet's ``os`` sees."""
    _ask(Pared("os"))


@contextmanager
def paths_of_run() -> Iterator[None]:
    """While a run is under way; afterwards ``pathlib`` is as it was."""
    try:
        yield
    finally:
        _ask(os)


def _ask(module: Any) -> None:
    for asking in _asking():
        vars(asking)["os"] = module


def _asking() -> list[ModuleType]:
    """The modules that ``pathlib`` is written in (from Python 3.13 on there are several), if it is loaded."""
    return [part for name in ("pathlib", "pathlib._local") if (part := sys.modules.get(name)) and hasattr(part, "os")]
