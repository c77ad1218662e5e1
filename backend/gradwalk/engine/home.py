"""Where Gradwalk's own files are, and what is read of them. By ``os.path``: ``pathlib`` takes longer to load."""

from __future__ import annotations

import os

_ENGINE = os.path.dirname(os.path.realpath(__file__))

HOME = os.path.dirname(_ENGINE)
"""The directory of the package: the first frame outside is the snippet's."""


def lines_of(*path: str) -> list[str]:
    """The lines of a text file of the engine's, which holds facts of PyTorch's. Read while importing: a snippet's
    process may open no files."""
    with open(os.path.join(_ENGINE, *path), encoding="utf-8") as file:
        return file.read().splitlines()
