"""The op table: every op is declared once, in the module of its family."""

from . import (
    activation,
    bitwise,
    comparison,
    copies,
    creation,
    elementary,
    exits,
    in_place,
    indexing,
    join,
    linalg,
    parts,
    pointwise,
    reduction,
    view,
)

__all__ = [
    "activation",
    "bitwise",
    "comparison",
    "copies",
    "creation",
    "elementary",
    "exits",
    "in_place",
    "indexing",
    "join",
    "linalg",
    "parts",
    "pointwise",
    "reduction",
    "view",
]
