"""Derivatives that PyTorch does not have either."""

from __future__ import annotations

from typing import Any

from .registry import function


@function
def not_implemented(grad: Any, name: str) -> Any:
    """Raises RuntimeError: PyTorch lets the op be recorded, and refuses when a gradient comes by."""
    raise RuntimeError(f"derivative for {name} is not implemented")


@function
def nothing(grad: Any) -> None:
    """No cotangent at all, where PyTorch declares one that is not there."""


@function
def underived(grad: Any, name: str) -> Any:
    """Raises NotImplementedError: PyTorch declares the op as one without a derivative."""
    raise NotImplementedError(f"the derivative for '{name}' is not implemented.")


@function
def undefined(grad: Any) -> None:
    """No gradient at all, where PyTorch gives none instead of zeros."""


@function
def defined_if(condition: bool, cotangent: Any) -> Any:
    """A cotangent, or none at all."""
    return cotangent if condition else None


@function
def no_third(grad: Any, name: str) -> Any:
    """Raises NotImplementedError: PyTorch derives the op once more than Gradwalk."""
    raise NotImplementedError(f"Gradwalk has the first two derivatives of {name}, not the third.")
