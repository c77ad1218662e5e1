"""PyTorch's public names over the op table: functions for the facade, methods for the tensor class."""

from ..tensor import Tensor
from . import (
    activation,
    bitwise,
    choices,
    copies,
    counting,
    creation,
    data,
    decomposition,
    dimensions,
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
    random_in_place,
    reduction,
    representation,
    sampling,
    selection,
    shape,
    special,
    spread,
    storage,
    strides,
)
from .arguments import explained
from .registry import FUNCTIONS, METHODS
from .signatures import overloads

METHODS |= {name: vars(Tensor)[name] for name in ("item", "tolist", "numpy")}
for _name, _method in METHODS.items():
    is_explained = not callable(_method) or hasattr(_method, "__wrapped__") or not overloads("Tensor", _name)
    setattr(Tensor, _name, _method if is_explained else explained(_method, _name, "Tensor"))

__all__ = [
    "FUNCTIONS",
    "METHODS",
    "activation",
    "bitwise",
    "choices",
    "copies",
    "counting",
    "creation",
    "data",
    "decomposition",
    "dimensions",
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
    "random_in_place",
    "reduction",
    "representation",
    "sampling",
    "selection",
    "shape",
    "special",
    "spread",
    "storage",
    "strides",
]
