"""The op table: every op is declared once, in the module of its family."""

from . import comparison, creation, exits, in_place, join, linalg, pointwise, reduction, view

__all__ = ["comparison", "creation", "exits", "in_place", "join", "linalg", "pointwise", "reduction", "view"]
