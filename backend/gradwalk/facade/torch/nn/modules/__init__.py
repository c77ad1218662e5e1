"""``torch.nn.modules``: layers by family; ``ALL`` are those that ``torch.nn`` shows."""

from __future__ import annotations

from types import ModuleType

from . import (
    activation,
    adaptive,
    attention,
    bag,
    cells,
    container,
    conv,
    distance,
    dropout,
    flatten,
    lazy,
    lazy_norm,
    linear,
    loss,
    margins,
    normalization,
    padding,
    parameters,
    pooling,
    rnn,
    sequence_loss,
    shuffling,
    sparse,
    transformer,
    unpooling,
    upsampling,
    utils,  # noqa: F401  # found as an attribute too
)
from ._homes import settle
from .module import Module


def _public(module: ModuleType) -> dict[str, type]:
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__ and not name.startswith("_")
    }


ALL: dict[str, type] = {"Module": Module}
for _family in (
    activation, adaptive, attention, bag, cells, container, conv, distance, dropout, flatten, lazy, lazy_norm, linear,
    loss, margins, normalization, padding, parameters, pooling, rnn, sequence_loss, shuffling, sparse, transformer,
    unpooling, upsampling,
):  # fmt: skip
    ALL |= _public(_family)
globals().update(ALL)
settle(__name__, ALL)

__all__ = [*ALL]
