"""``torch.nn``: modules, parameters, initialisers and functions."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from gradwalk.engine.default_device import place_within

from .._missing import missing
from .._paths import lay
from . import _reduction, attention, functional, grad, init, modules, parallel, parameter, utils
from .modules import ALL
from .parallel import DataParallel
from .parameter import Buffer, Parameter, UninitializedBuffer, UninitializedParameter

globals().update(ALL)

__all__ = [
    "Buffer", "DataParallel", "Parameter", "UninitializedBuffer", "UninitializedParameter", "attention", "functional",
    "grad", "init", "modules", "parallel", "parameter", "utils", *ALL,
]  # fmt: skip

lay(f"{__name__}.parallel.data_parallel", "DataParallel", globals())
_SIZES = (f"_{kind}_t" for kind in ("scalar_or_tuple_any", "size_any", "ratio_any"))
_SIZES_OF = (f"_{kind}_{n}_t" for kind in ("scalar_or_tuple", "size", "ratio") for n in range(1, 7))
lay(f"{__name__}.common_types", " ".join((*_SIZES, *_SIZES_OF)), defaultdict(lambda: int | tuple[int, ...]))

vars(functional).update(grad=grad, _Reduction=_reduction)  # as PyTorch's imports them for itself
place_within(__name__)


def __getattr__(name: str) -> Any:
    raise missing("torch.nn", name)
