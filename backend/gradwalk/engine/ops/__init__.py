"""The op table: every op is declared once, in the module of its family, which is loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import (
        activation,
        bitwise,
        comparison,
        complexes,
        copies,
        counting,
        creation,
        decomposition,
        elementary,
        embedding_of_parts,
        exits,
        fourier,
        in_place,
        indexing,
        join,
        linalg,
        over_complex,
        parts,
        pointwise,
        random,
        reduction,
        representation,
        scattering,
        selection,
        special,
        spread,
        triangular,
        view,
        view_copies,
    )

__all__ = [
    "activation",
    "bitwise",
    "comparison",
    "complexes",
    "copies",
    "counting",
    "creation",
    "decomposition",
    "elementary",
    "embedding_of_parts",
    "exits",
    "fourier",
    "in_place",
    "indexing",
    "join",
    "linalg",
    "over_complex",
    "parts",
    "pointwise",
    "random",
    "reduction",
    "representation",
    "scattering",
    "selection",
    "special",
    "spread",
    "triangular",
    "view",
    "view_copies",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f".{name}", __name__)
