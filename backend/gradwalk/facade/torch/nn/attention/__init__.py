"""``torch.nn.attention``: which ways of computing attention may be taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

from ..._missing import missing
from ..._refused_parts import lay_refused
from ...backends.cuda import ALLOWED
from . import bias

__all__ = ["SDPBackend", "bias", "sdpa_kernel"]


class SDPBackend(Enum):
    """A way of computing ``scaled_dot_product_attention``; on the CPU PyTorch has ``MATH`` and ``FLASH_ATTENTION``."""

    ERROR = -1
    MATH = 0
    FLASH_ATTENTION = 1
    EFFICIENT_ATTENTION = 2
    CUDNN_ATTENTION = 3
    OVERRIDEABLE = 4


_NAMES = {
    SDPBackend.FLASH_ATTENTION: "flash", SDPBackend.EFFICIENT_ATTENTION: "mem_efficient", SDPBackend.MATH: "math",
    SDPBackend.CUDNN_ATTENTION: "cudnn", SDPBackend.OVERRIDEABLE: "overrideable",
}  # fmt: skip


def _cur_sdpa_kernel_backends(with_priority: bool = False) -> list[SDPBackend]:
    """The ways that may be taken; ``with_priority``, in the order in which they are tried."""
    by_name = {name: backend for backend, name in _NAMES.items()}
    taken = [by_name[name] for name in ("cudnn", "flash", "mem_efficient", "math", "overrideable") if ALLOWED[name]]
    return sorted(taken, key=list(_NAMES).index) if with_priority else taken


@contextmanager
def sdpa_kernel(backends: Any, set_priority: bool = False) -> Iterator[dict[Any, Any]]:
    """Within, only these ways of computing attention are taken."""
    assert isinstance(backends, list | SDPBackend), (
        "Backend must be an instance of SDPBackend or a list of SDPBackend instances, got " + type(backends).__name__
    )
    wanted = {_NAMES.get(each) for each in (backends if isinstance(backends, list) else [backends])}
    before = dict(ALLOWED)
    ALLOWED.update((name, name in wanted) for name in ALLOWED)
    try:
        yield {}
    finally:
        ALLOWED.update(before)


lay_refused(__name__)


def __getattr__(name: str) -> Any:
    raise missing("torch.nn.attention", name)
