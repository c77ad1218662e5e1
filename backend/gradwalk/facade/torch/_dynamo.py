"""``torch._dynamo``, which scripts tell how to compile what is not compiled here: what they set is kept, no more."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, TypeVar

from ._missing import missing
from ._refused import refused
from .compiler import compile, disable, is_compiling, list_backends, reset

F = TypeVar("F", bound=Callable[..., Any])

__all__ = [
    "allow_in_graph", "config", "disable", "graph_break", "is_compiling", "list_backends", "mark_dynamic", "optimize",
    "reset",
]  # fmt: skip

config = SimpleNamespace(
    accumulated_cache_size_limit=256, assume_static_by_default=True, automatic_dynamic_shapes=True, cache_size_limit=8,
    capture_scalar_outputs=False, dynamic_shapes=True, recompile_limit=8, suppress_errors=False, verbose=False,
)  # fmt: skip
"""What the compiler would heed."""

_REFUSED = refused(
    "torch._dynamo", ("explain", "export"), "what is compiled runs as it is written, and the record shows it"
)
globals().update(_REFUSED)


def optimize(backend: Any = "inductor", **options: Any) -> Callable[[F], F]:
    """A decorator that gives the function itself, as ``torch.compile`` does."""
    return lambda function: compile(function)


def allow_in_graph(fn: F) -> F:
    """The function itself."""
    return fn


def graph_break(msg: str = "") -> None:
    """There is no graph to break."""


def mark_dynamic(t: Any, index: Any, **options: Any) -> None:
    """Sizes may always change."""


def __getattr__(name: str) -> Any:
    raise missing("torch._dynamo", name)
