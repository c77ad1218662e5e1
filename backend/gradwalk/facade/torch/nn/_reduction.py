"""``torch.nn._reduction``: what losses call their reductions, and by which numbers C knows them."""

from __future__ import annotations

from .functional._loss import legacy_reduction, reduction_number

__all__ = ["get_enum", "legacy_get_enum", "legacy_get_string"]


def get_enum(reduction: str) -> int:
    """The number of a reduction. Raises ValueError for a word that is none."""
    return reduction_number(reduction)


def legacy_get_string(size_average: bool | None, reduce: bool | None, emit_warning: bool = True) -> str:
    """The reduction that two switches of old mean, with a warning."""
    average, whole = size_average is not False, reduce is not False
    if emit_warning:
        return legacy_reduction(average, whole, "mean")
    return "mean" if average and whole else "sum" if whole else "none"


def legacy_get_enum(size_average: bool | None, reduce: bool | None, emit_warning: bool = True) -> int:
    """Its number."""
    return get_enum(legacy_get_string(size_average, reduce, emit_warning))
