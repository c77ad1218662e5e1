"""``torch.nn``: modules, parameters, initialisers and functions."""

from __future__ import annotations

from typing import Any

from .._missing import missing
from . import functional, init, modules, parallel, parameter, utils
from .modules import ALL
from .parallel import DataParallel
from .parameter import Buffer, Parameter, UninitializedBuffer, UninitializedParameter

globals().update(ALL)

__all__ = [
    "Buffer", "DataParallel", "Parameter", "UninitializedBuffer", "UninitializedParameter", "functional", "init",
    "modules", "parallel", "parameter", "utils", *ALL,
]  # fmt: skip


def __getattr__(name: str) -> Any:
    raise missing("torch.nn", name)
