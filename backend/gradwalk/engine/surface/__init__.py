"""PyTorch's public names over the op table: functions for the facade, methods for the tensor class."""

from ..tensor import Tensor
from . import (
    activation,
    bitwise,
    choices,
    copies,
    creation,
    data,
    decomposition,
    einsum,
    elementary,
    graph,
    grids,
    indexing,
    join,
    kinds,
    linalg,
    matrices,
    parts,
    places,
    pointwise,
    random,
    reduction,
    selection,
    shape,
    special,
    spread,
)
from .registry import FUNCTIONS, METHODS

for _name, _method in METHODS.items():
    setattr(Tensor, _name, _method)

__all__ = [
    "FUNCTIONS",
    "METHODS",
    "activation",
    "bitwise",
    "choices",
    "copies",
    "creation",
    "data",
    "decomposition",
    "einsum",
    "elementary",
    "graph",
    "grids",
    "indexing",
    "join",
    "kinds",
    "linalg",
    "matrices",
    "parts",
    "places",
    "pointwise",
    "random",
    "reduction",
    "selection",
    "shape",
    "special",
    "spread",
]
