"""PyTorch's public names over the op table: functions for the facade, methods for the tensor class."""

from ..names import mark_absent
from ..tensor import Tensor
from ..wrapped import IN_PLACE_OPERATORS, answered
from . import (
    activation,
    bitwise,
    bounds,
    by_callable,
    choices,
    complexes,
    coordinates,
    copies,
    counting,
    creation,
    data,
    decomposition,
    dimensions,
    einsum,
    elementary,
    factorizations,
    fourier,
    frequencies,
    grad_dtype,
    graph,
    grids,
    in_place,
    indexing,
    integrals,
    join,
    kinds,
    linalg,
    low_rank,
    matrices,
    parts,
    parts_replaced,
    places,
    pointwise,
    random,
    random_in_place,
    reduction,
    removed,
    representation,
    sampling,
    selection,
    shape,
    short_time,
    special,
    spread,
    statistics,
    storage,
    strides,
    triangular,
    view_copies,
    views_in_place,
    windows,
)
from .arguments import explained
from .registry import FUNCTIONS, METHODS
from .signatures import in_place_functions, overloads
from .uncalled import WRITTEN_IN_PYTHON

METHODS |= {name: vars(Tensor)[name] for name in ("item", "tolist", "numpy")}
for _name in in_place_functions():
    if _name in METHODS and _name not in FUNCTIONS:
        FUNCTIONS[_name] = explained(METHODS[_name].__wrapped__, _name, "torch")  # type: ignore[attr-defined]

for _name, _method in METHODS.items():
    if (
        callable(_method)
        and getattr(_method, "explains", None) is not _method
        and (not _name.startswith("__") or _name in IN_PLACE_OPERATORS)
    ):
        without = hasattr(_method, "__wrapped__") or not overloads("Tensor", _name)
        _method = answered(_method, _name) if without else explained(_method, _name, "Tensor")
    if _name in WRITTEN_IN_PYTHON:
        _method.__qualname__ = f"Tensor.{_name}"
    setattr(Tensor, _name, _method)


def _not_writable(name: str, fact: property) -> property:
    """The same fact, refusing to be set in PyTorch's words."""

    def refuse(*_: object) -> None:
        raise AttributeError(f"attribute '{name}' of 'torch._C.TensorBase' objects is not writable")

    return property(fact.fget, refuse, refuse, fact.__doc__)


for _name, _fact in list(vars(Tensor).items()):
    if type(_fact) is property and _fact.fset is None:
        setattr(Tensor, _name, _not_writable(_name, _fact))
mark_absent(Tensor, "torch.Tensor")

__all__ = [
    "FUNCTIONS",
    "METHODS",
    "activation",
    "bitwise",
    "bounds",
    "by_callable",
    "choices",
    "complexes",
    "coordinates",
    "copies",
    "counting",
    "creation",
    "data",
    "decomposition",
    "dimensions",
    "einsum",
    "elementary",
    "factorizations",
    "fourier",
    "frequencies",
    "grad_dtype",
    "graph",
    "grids",
    "in_place",
    "indexing",
    "integrals",
    "join",
    "kinds",
    "linalg",
    "low_rank",
    "matrices",
    "parts",
    "parts_replaced",
    "places",
    "pointwise",
    "random",
    "random_in_place",
    "reduction",
    "removed",
    "representation",
    "sampling",
    "selection",
    "shape",
    "short_time",
    "special",
    "spread",
    "statistics",
    "storage",
    "strides",
    "triangular",
    "view_copies",
    "views_in_place",
    "windows",
]
