"""Errors that only a GPU gives, for programs that would catch them."""

from __future__ import annotations


class OutOfMemoryError(RuntimeError):
    """A GPU's memory is full."""

    __module__ = "torch"


class AcceleratorError(RuntimeError):
    """A GPU failed."""

    __module__ = "torch"
