"""``torch._tensor_str``: the options of printing, which nothing public gives back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from gradwalk.engine.printing import Options, set_printoptions

from ._missing import missing

__all__ = ["PRINT_OPTS", "get_printoptions", "printoptions", "set_printoptions"]


@dataclass
class __PrinterOptions:  # as PyTorch prints it
    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None

    def __getattribute__(self, name: str) -> Any:
        return getattr(Options, name) if name in _NAMES else object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(Options, name, value)


_NAMES = frozenset(("precision", "threshold", "edgeitems", "linewidth", "sci_mode"))
PRINT_OPTS = __PrinterOptions(**{name: getattr(Options, name) for name in _NAMES})
"""The options in force: what is set here changes how tensors print, and what is read is what is in force."""


def get_printoptions() -> dict[str, Any]:
    """The options as ``set_printoptions`` takes them."""
    return asdict(PRINT_OPTS)


@contextmanager
def printoptions(**kwargs: Any) -> Iterator[None]:
    """``set_printoptions`` for a block."""
    before = get_printoptions()
    set_printoptions(**kwargs)
    try:
        yield
    finally:
        set_printoptions(**before)


def __getattr__(name: str) -> Any:
    raise missing("torch._tensor_str", name)
