"""For each of PyTorch's tensors and storages one of the engine's that stands for it, for as long as it lives.

A mirrored tensor looks at the very memory of the real one. It is brought up to date (place in the graph, version,
layout) each time that it is asked for; it never computes anything.
"""

from __future__ import annotations

from contextlib import suppress
from weakref import WeakValueDictionary

import torch
from torch.utils.weak import WeakTensorKeyDictionary

from gradwalk.engine.dtypes import Array
from gradwalk.engine.graph import Node
from gradwalk.engine.storage import Storage
from gradwalk.engine.tensor import Tensor
from gradwalk.pytorch.memory import elements, looked_at
from gradwalk.pytorch.nodes import Nodes


class MirroredTensor(Tensor):
    """Stands for a tensor of PyTorch's, which alone knows its history."""

    __slots__ = ()

    @property
    def grad_fn(self) -> Node | None:
        return self._grad_fn

    @property  # type: ignore[misc]  # it is PyTorch's to set
    def requires_grad(self) -> bool:
        return self._requires_grad


class MirroredStorage(Storage):
    """Stands for a storage of PyTorch's, which it keeps."""

    __slots__ = ("memory",)

    def __init__(self, base: Array, memory: torch.UntypedStorage) -> None:
        super().__init__(base)
        self.memory = memory

    def is_of(self, real: torch.Tensor) -> bool:
        """Whether it stands for the memory that a tensor lies in, as large as that is now."""
        memory = real.untyped_storage()
        return memory._cdata == self.memory._cdata and looks_at(self.base, real)


class Mirror:
    """The tensors and storages that have been met. ``nodes`` are those of the backward graph."""

    def __init__(self) -> None:
        self._tensors = WeakTensorKeyDictionary()
        self._storages: WeakValueDictionary[int, MirroredStorage] = WeakValueDictionary()
        self.nodes = Nodes(self.tensor)

    def knows(self, real: torch.Tensor) -> bool:
        """Whether a tensor has been met."""
        return real in self._tensors

    def tensor(self, real: torch.Tensor, beside: Tensor | None = None, apart: bool = False) -> Tensor:
        """What stands for a tensor, as it is now.

        If it is new, it lies in the storage of ``beside`` where that is the same memory; ``apart``, in one that counts
        its writes by itself.
        """
        known: MirroredTensor | None = self._tensors.get(real)
        if known is None:
            known = self._tensors[real] = self._made(real, beside, apart)
        self._bring_up_to_date(real, known)
        return known

    def _made(self, real: torch.Tensor, beside: Tensor | None, apart: bool) -> MirroredTensor:
        made = object.__new__(MirroredTensor)
        made._storage = self._storage(real, beside, apart)
        made._array = looked_at(real, made._storage.base)
        made._base = made._grad_fn = made._grad = made._accumulator = None
        made._mark, made._view_version, made._output_nr = -1, 0, 0
        made._requires_grad = made._retains_grad = False
        return made

    def _storage(self, real: torch.Tensor, beside: Tensor | None, apart: bool) -> MirroredStorage:
        own = beside._storage if beside is not None else None
        if isinstance(own, MirroredStorage) and not apart and own.is_of(real):
            return own
        memory = real.untyped_storage()
        known = self._storages.get(memory._cdata)
        if known is not None and not apart and known.is_of(real):
            return known
        base = None if known is None else known.base
        if base is None or not looks_at(base, real):
            base = elements(real)
        made = MirroredStorage(base, memory)
        if known is None or not apart:
            self._storages[memory._cdata] = made
        return made

    def _bring_up_to_date(self, real: torch.Tensor, known: MirroredTensor) -> None:
        storage = known._storage
        if not (isinstance(storage, MirroredStorage) and storage.is_of(real)):  # ``x.data = y``, ``x.resize_(2)``
            known._storage = self._storage(real, None, apart=False)
            known._array = looked_at(real, known._storage.base)
        elif not _lies(real, known._array):
            known._array = looked_at(real, known._storage.base)
        if not real.is_inference():
            known._storage.version = real._version
        known._requires_grad = real.requires_grad
        with suppress(RuntimeError):  # of a view whose history cannot be found again
            node = real.grad_fn
            known._grad_fn = None if node is None else self.nodes.node(node)
            known._output_nr = real.output_nr
        base = real._base
        known._base = None if base is None else self.tensor(base)


def looks_at(base: Array, real: torch.Tensor) -> bool:
    """Whether an array is all of the memory that a tensor lies in."""
    start: int = base.__array_interface__["data"][0]
    memory = real.untyped_storage()
    size = memory.nbytes()
    if base.nbytes != size - size % base.itemsize:
        return False
    return not size or real._is_zerotensor() or start == memory.data_ptr()


def _lies(real: torch.Tensor, array: Array) -> bool:
    steps = tuple(step * array.itemsize for step in real.stride())
    if array.shape != tuple(real.shape) or array.strides != steps:
        return False
    start: int = array.__array_interface__["data"][0]
    return not array.size or real._is_zerotensor() or start == real.data_ptr()
