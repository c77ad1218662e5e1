"""What PyTorch shows of a node's inside: what it keeps, on which hooks can be put afterwards (``_raw_saved_self``), and
what comes in (``_input_metadata``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import dtypes
from .addresses import address
from .device import CPU
from .errors import HOOKS_AFTER_FREED
from .saved import PackedTensor, SavedInput, SavedNumber, SavedResult

if TYPE_CHECKING:
    from .graph import Node
    from .saved import Unpack
    from .tensor import Tensor


class RawSaved:
    """One tensor that a node keeps, by its name there; ``index`` among several under one name."""

    __slots__ = ("__weakref__", "_index", "_name", "_node")
    __module__ = "torch._C._autograd"

    def __init__(self, node: Node | None = None, name: str = "", index: int | None = None) -> None:
        if node is None:
            raise RuntimeError("Trying to create a SavedTensor object from Python is forbidden.")
        self._node = node
        self._name = name
        self._index = index

    def unpack(self) -> Tensor | None:
        """The tensor. Raises RuntimeError if it was freed or written over."""
        kept = self._kept()
        if kept is None:
            return None
        is_shown = self._index is None and self._node.op is not None
        tensor: Tensor = self._node._shown(self._name) if is_shown else kept.tensor(self._node)
        return tensor

    data = property(unpack, doc="As :meth:`unpack`.")

    @property
    def unpack_hook(self) -> Unpack | None:
        """The hook that gives it back."""
        kept = self._kept()
        return kept.unpack_hook if isinstance(kept, PackedTensor) else None

    def register_hooks(self, *hooks: Any) -> None:
        """Keep what the first of two hooks makes of the tensor in its place from now on; the second makes a tensor of
        that again. Raises TypeError for what cannot be called, RuntimeError if it is gone, was never there or has
        hooks."""
        if len(hooks) != 2 or not all(map(callable, hooks)):
            raise TypeError(
                "register_hooks(): incompatible function arguments. The following argument types are supported:\n"
                "    1. (self: torch._C._autograd.SavedTensor, arg0: collections.abc.Callable, arg1: "
                f"collections.abc.Callable) -> None\n\nInvoked with: {', '.join(map(repr, (self, *hooks)))}"
            )
        pack_hook, unpack_hook = hooks
        node, kept = self._node, self._kept()
        if node.freed:
            raise RuntimeError(HOOKS_AFTER_FREED)
        if isinstance(kept, PackedTensor):
            raise RuntimeError(
                "Calling register_hooks on a saved tensor whose hooks have already been set. Hint: only one pair of "
                "hooks is allowed at a time."
            )
        if isinstance(kept, SavedNumber):
            raise NotImplementedError(
                f"Gradwalk keeps '{self._name}' as a number; make it a tensor to put hooks on it."
            )
        if not isinstance(kept, SavedInput | SavedResult):
            raise RuntimeError("Calling register_hooks on a saved tensor with value None is forbidden")
        packed = PackedTensor(kept, node, unpack_hook, as_data=True)
        packed.keep(pack_hook)
        if self._index is None:
            node.saved[self._name] = packed
        else:
            several = list(node.saved[self._name])
            several[self._index] = packed
            node.saved[self._name] = tuple(several)
        node.kept = None  # what is kept flat has no place for hooks

    def _kept(self) -> Any:
        kept = self._node.saved[self._name]
        if self._index is None or kept is None:
            return kept
        return kept[self._index]

    def __repr__(self) -> str:
        return f"<torch._C._autograd.SavedTensor object at {address(self)}>"


RawSaved.__name__ = RawSaved.__qualname__ = "SavedTensor"


class InputMetadata:
    """What a gradient must be to enter a node."""

    __module__ = "torch._C._autograd"
    device = CPU
    is_cpp_nested_tensor = is_nested_tensor = False

    def __init__(self, shape: tuple[int, ...], kind: np.dtype[Any]) -> None:
        self.shape = list(shape)
        self.dtype = dtypes._BY_NUMPY[kind]


InputMetadata.__name__ = InputMetadata.__qualname__ = "_InputMetadata"
