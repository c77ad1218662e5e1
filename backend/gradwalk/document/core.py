"""The compiled reader of frames (``csrc``), which reads those of the usual kind; None where Python reads all.

It is told what the schema is (:mod:`gradwalk.document.tables`). Which module is used is decided as the engine decides
it (``engine/core.py``), of which nothing is loaded here.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Protocol

from gradwalk.document.tables import LISTS_READ


class Reader(Protocol):
    """What reads frames."""

    def read(
        self, payload: bytes, scopes_list: int, scopes: int, slots: list[int]
    ) -> tuple[list[bytes], list[int], list[int], list[int], bytes] | None:
        """By list (in the order of ``LISTS_READ``) its new rows with commas between and how many they are, by list the
        furthest position in it that is named (-1: none), the number of inputs of each new op, and a frame of what is
        to be read by Python; None for a frame that is not usual, which Python reads from the start.

        ``scopes`` have come before, and ops with so many inputs as ``slots`` says.
        """


def _made() -> Reader | None:
    if os.environ.get("GRADWALK_PURE"):
        return None
    try:
        module = import_module("gradwalk.document._core")
    except ImportError:
        return None
    sources = (Path(__file__).parent / "csrc").glob("*.[ch]")  # none, in an installed package
    newest = max((path.stat().st_mtime for path in sources), default=0.0)
    if Path(str(module.__file__)).stat().st_mtime < newest:
        return None
    reader: Reader = module.Reader(LISTS_READ)
    return reader


READER = _made()
