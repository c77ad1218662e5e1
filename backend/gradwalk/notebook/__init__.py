"""Text to cells: a notebook file, a script with ``# %%`` markers, or one block of code."""

from __future__ import annotations

from gradwalk.notebook.beside import file_cell, modules_beside
from gradwalk.notebook.cells import CellSource, NotebookError, cell, cells_of
from gradwalk.notebook.files import text_of, text_of_file

__all__ = [
    "CellSource",
    "NotebookError",
    "cell",
    "cells_of",
    "file_cell",
    "modules_beside",
    "text_of",
    "text_of_file",
]
