"""Runs cells as a notebook does, and tells the recorder what happens as it happens."""

from __future__ import annotations

from gradwalk.runner.imports import preload
from gradwalk.runner.run import run

__all__ = ["preload", "run"]
