"""What all lazy layers have: parameters without a size until the first input says which, and then another class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gradwalk.engine.tensor import Tensor

from ..parameter import UninitializedParameter
from .module import Module, has_lazy


class Waiting(Module):
    """A layer that becomes an ordinary one when it is first called, also where its parameters have been loaded."""

    becomes: type[Any]
    learns: str
    """What it does not know before: how many numbers come in, 0 until then."""

    def _wait(self, bias: bool, dtype: Any) -> None:
        self.weight = UninitializedParameter(dtype=dtype)
        self.register_parameter("bias", UninitializedParameter(dtype=dtype) if bias else None)

    def _see(self, input: Tensor) -> None:
        """Learn from the first input how many numbers come in."""
        raise NotImplementedError

    def _sizes(self) -> Iterable[tuple[Any, tuple[int, ...]]]:
        """What waits, or is None, with the size that it has now."""
        raise NotImplementedError

    def reset_parameters(self) -> None:
        """Draw what the layer has anew, or begin anew with it, once it is there."""
        if getattr(self, self.learns) and not has_lazy(self):
            super().reset_parameters()  # type: ignore[misc]

    def forward(self, input: Tensor, *more: Any) -> Tensor:
        if has_lazy(self):
            self._see(input)
            for waiting, size in self._sizes():
                if waiting is not None:
                    waiting.materialize(size)
            self.reset_parameters()
        self.__class__ = self.becomes
        found: Tensor = self.forward(input, *more)
        return found
