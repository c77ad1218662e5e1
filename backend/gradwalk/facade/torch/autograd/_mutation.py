"""Writing into tensors that nodes have saved: the nodes keep what was there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gradwalk.engine.saved import saved_tensors_hooks

_OUTSIDE = (
    "Trying to backward outside of the 'allow_mutation_on_saved_tensors' contextin which the graph was originally "
    "recorded."
)
_OPEN: list[Any] = []


class _AllowMutationOnSavedContext:
    """What the ``with`` block gives."""

    __module__ = "torch.autograd.graph"

    def __init__(self) -> None:
        self._kept: list[Any] = []

    def clear(self) -> None:
        """Forget what was kept."""
        self._kept.clear()


@contextmanager
def allow_mutation_on_saved_tensors() -> Iterator[_AllowMutationOnSavedContext]:
    """Within it tensors that backward needs may be overwritten. Raises RuntimeError within another."""
    if _OPEN:
        raise RuntimeError("allow_mutation_on_saved_tensors contexts cannot be nested")
    context = _AllowMutationOnSavedContext()

    def pack(x: Any) -> Any:
        context._kept.append((x, x._version, x.detach().clone()))
        return len(context._kept) - 1

    def unpack(place: int) -> Any:
        if context not in _OPEN or place >= len(context._kept):
            raise AssertionError(_OUTSIDE)
        x, version, copy = context._kept[place]
        return x if x._version == version else copy

    _OPEN.append(context)
    try:
        with saved_tensors_hooks(pack, unpack):
            yield context
    finally:
        _OPEN.remove(context)
        context.clear()
