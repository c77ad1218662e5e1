"""The tensors of a run by name, with their numbers as numpy arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gradwalk.document.frame import Frame
from gradwalk.document.schema import Bind, Summary, Trace
from gradwalk.document.values import Numbers, listing, numbers_of
from gradwalk.errors import NumbersNotKept

Array = np.ndarray[Any, np.dtype[Any]]


class TensorAt:
    """A tensor as it was at one step of a run; by itself it changes no more."""

    def __init__(self, trace: Trace, index: int, frame: Frame, name: str) -> None:
        self._trace = trace
        self._frame = frame
        self._made = trace.tensors[index]
        self._state = frame.tensors.get(index)
        self.index = index
        """Its position in ``document.tensors``."""
        self.name = name
        """The name it was asked for by."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its sizes."""
        return tuple(self._made.shape)

    @property
    def dtype(self) -> str:
        """As PyTorch calls it, without ``torch.``: 'float32', 'int64', 'bool'."""
        return self._made.dtype

    @property
    def requires_grad(self) -> bool:
        """Whether it does, at this step."""
        return self._made.requires_grad if self._state is None else self._state.requires_grad

    @property
    def is_leaf(self) -> bool:
        """Whether it is, at this step."""
        return self._made.is_leaf if self._state is None else self._state.is_leaf

    @property
    def grad_fn(self) -> str | None:
        """The name of the node that made it, such as 'MulBackward0'; None for a leaf."""
        place = self._made.grad_fn if self._state is None else self._state.grad_fn
        return None if place is None else self._trace.nodes[place[0]].name

    @property
    def value(self) -> Array:
        """Its numbers, an array of its shape and dtype; raises :class:`NumbersNotKept` if the trace lacks some."""
        return self._array(self._value(), self.index, self.name)

    @property
    def grad(self) -> Array | None:
        """The numbers of its ``.grad``; None where that is None. Raises like :attr:`value`."""
        value = self._frame.grads.get(self.index)
        if value is not None:
            buffer = None if self._state is None else self._state.grad
            return self._array(value, buffer, f"{self.name}.grad")
        kept = None if self.is_leaf else self._frame.captured.get(self.index)
        return None if kept is None else self._array(kept, None, f"{self.name}.grad")

    @property
    def summary(self) -> Summary | None:
        """Least, greatest, mean, norm and histogram, for one too large to be listed whole."""
        value = self._value()
        return None if value is None else listing(self._trace, value).summary

    def item(self) -> bool | int | float:
        """Its only number; raises ValueError if it has more."""
        number: bool | int | float = self.value.item()
        return number

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return self.value.astype(dtype) if dtype is not None else self.value

    def __repr__(self) -> str:
        parts = [f"shape={self.shape}", f"dtype={self.dtype}"]
        if self.requires_grad:
            parts.append("requires_grad=True" if self.grad_fn is None else f"grad_fn={self.grad_fn}")
        return f"<{self.name}: {', '.join(parts)}>"

    def _value(self) -> int | None:
        state = self._frame.storages.get(self._made.storage)
        return None if state is None else state.value

    def _array(self, value: int | None, tensor: int | None, what: str) -> Array:
        numbers = None if value is None else numbers_of(self._trace, value, tensor)
        if numbers is None or not numbers.complete:
            raise NumbersNotKept(_not_kept(numbers, what, self._trace.options.max_elements))
        return np.array(numbers.data, dtype=_numpy(numbers.dtype)).reshape(numbers.shape)


def _not_kept(numbers: Numbers | None, what: str, most: int) -> str:
    if numbers is None:
        return f"The trace holds no numbers of {what}."
    shape = "x".join(map(str, numbers.shape))
    return f"The trace holds no more than {most} numbers of {what} ({shape}); max_elements=... keeps up to 10000."


def _numpy(dtype: str) -> np.dtype[Any]:
    """numpy's dtype of that name; what numpy lacks (bfloat16) fits in a float32."""
    return np.dtype("float32" if dtype == "bfloat16" else dtype)


class Tensors(Mapping[str, TensorAt]):
    """Each name that a tensor had, with the one it was bound to last: a global before a function's own."""

    def __init__(self, trace: Trace, frame: Frame) -> None:
        self._trace = trace
        self._frame = frame
        self._bound: dict[str, int] = {}
        own: dict[str, int] = {}
        for event in trace.events[: frame.at]:
            if isinstance(event, Bind) and event.tensor is not None:
                (self._bound if event.scope is None else own)[event.name] = event.tensor
        self._bound = own | self._bound

    def __getitem__(self, name: str) -> TensorAt:
        if name not in self._bound:
            raise KeyError(f"no tensor was ever called {name!r}; there are {', '.join(self._bound) or 'none'}")
        return TensorAt(self._trace, self._bound[name], self._frame, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._bound)

    def __len__(self) -> int:
        return len(self._bound)

    def __repr__(self) -> str:
        return f"<tensors {', '.join(self)}>"
