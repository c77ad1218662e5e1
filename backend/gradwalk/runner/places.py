"""Files in what a snippet shows: a cell by the name that people know it by, a module where it would lie in any Python.

Where this machine keeps its modules is no result, as little as an address in its memory; nor is what Gradwalk calls
within itself, of which tracebacks that a snippet prints say as little as those that end it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping

import numpy

import gradwalk
from gradwalk.runner.cellfile import CellFile

_PACKAGES = "/python/site-packages"
_OWN = os.path.dirname(gradwalk.__file__)
_STAND_INS = dict(
    sorted(
        {
            os.path.join(_OWN, "facade"): _PACKAGES,  # as if torch were PyTorch
            os.path.dirname(_OWN): _PACKAGES,
            os.path.dirname(os.path.dirname(numpy.__file__)): _PACKAGES,
            os.path.dirname(os.__file__): "/python/lib",
            sys.executable: "/python/bin/python",
        }.items(),
        key=lambda item: -len(item[0]),
    )
)
"""What stands for a folder of this machine's, the innermost first."""

_OWN_FRAME = re.compile(
    rf'^[ |+-]*File "(?:{re.escape(_OWN)}[/\\]|<formula>)[^"\n]*", line .*\n(?:[ |+-]*    .*\n)*', re.MULTILINE
)
"""A frame as Python writes it, with the lines of its source."""


class Places:
    """The files of one run."""

    def __init__(self, files: Mapping[str, CellFile]) -> None:
        self._files = files

    def steady(self, text: str) -> str:
        """``text`` with the names of files in it that every machine would show."""
        if 'File "' in text:
            from gradwalk.runner.tracebacks import with_titles

            text = with_titles(_OWN_FRAME.sub("", text), self._files)
        if "/" in text or "\\" in text:
            for folder, stand_in in _STAND_INS.items():
                if folder in text:
                    text = text.replace(folder, stand_in)
        return text
