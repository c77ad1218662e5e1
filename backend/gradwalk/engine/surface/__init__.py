"""PyTorch's public names over the op table: functions for the facade, methods for the tensor class."""

from ..tensor import Tensor
from . import (
    activation,
    bitwise,
    bounds,
    choices,
    coordinates,
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
    in_place,
    indexing,
    integrals,
    join,
    kinds,
    linalg,
    matrices,
    parts,
    parts_replaced,
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
    statistics,
    storage,
    strides,
    view_copies,
    views_in_place,
    windows,
)
from .arguments import explained
from .registry import FUNCTIONS, METHODS
from .signatures import in_place_functions, overloads

METHODS |= {name: vars(Tensor)[name] for name in ("item", "tolist", "numpy")}
for _name in in_place_functions():
    if _name in METHODS and _name not in FUNCTIONS:
        FUNCTIONS[_name] = explained(METHODS[_name].__wrapped__, _name, "torch")  # type: ignore[attr-defined]

for _name, _method in METHODS.items():
    is_explained = not callable(_method) or hasattr(_method, "__wrapped__") or not overloads("Tensor", _name)
    setattr(Tensor, _name, _method if is_explained else explained(_method, _name, "Tensor"))

__all__ = [
    "FUNCTIONS",
    "METHODS",
    "activation",
    "bitwise",
    "bounds",
    "choices",
    "coordinates",
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
    "in_place",
    "indexing",
    "integrals",
    "join",
    "kinds",
    "linalg",
    "matrices",
    "parts",
    "parts_replaced",
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
    "statistics",
    "storage",
    "strides",
    "view_copies",
    "views_in_place",
    "windows",
]
