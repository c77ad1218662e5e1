"""The parts of the trace that things are: tensors, storages, values, nodes, formulas, each written down once."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np

from gradwalk.engine import Op, Tensor
from gradwalk.engine.graph import AccumulateGrad, Node
from gradwalk.engine.saved import SavedInput, SavedNumber, SavedTensor
from gradwalk.engine.storage import Storage
from gradwalk.engine.views import CopySlices

from .formulas import formula_key, formula_of
from .marks import ROOM, UNMARKED, new_range
from .stream import Stream
from .text import shown
from .values import Array, dtype_name, value_of


class Document:
    """Gives each object of the engine its index in the trace, writing it down the first time it is met."""

    def __init__(self, stream: Stream, max_elements: int) -> None:
        self._stream = stream
        self._max_elements = max_elements
        self._range = new_range()
        self._tensors = stream.lists["tensors"]
        self._nodes = stream.lists["nodes"]
        self._formula_list = stream.lists["formulas"]
        self._layouts: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._memory: dict[int, tuple[weakref.ref[Storage], ...]] = {}
        self._storage_values: list[int] = []
        """By storage, the value that holds its numbers now."""
        self._gradient_of: dict[int, int] = {}
        self._cotangents: dict[int, tuple[Any, int]] = {}
        self._formulas: dict[tuple[Any, ...], int] = {}

    def tensor(self, tensor: Tensor, op: int | None = None, gradient_of: int | None = None) -> int:
        """The index of a tensor; ``op`` made it, or it is the ``.grad`` of another."""
        index = tensor._mark - self._range
        if 0 <= index < ROOM:
            return index
        array, kept = tensor._array, tensor._storage
        storage = self.storage(kept)
        node = tensor.grad_fn
        layout = self._layouts.get((array.shape, array.strides, array.dtype.char)) or self._layout(array)
        described = {
            **layout,
            "storage": storage,
            "offset": 0 if array is kept.base else kept.offset_of(array),
            "requires_grad": node is not None or tensor.requires_grad,
            "is_leaf": node is None,
        }
        if node is not None:
            described["grad_fn"] = self.node(node), tensor._output_nr
        if op is not None:
            described["op"] = op
        if gradient_of is not None:
            described["gradient_of"] = gradient_of
        index = self._tensors.append(described)
        tensor._mark = self._range + index
        if gradient_of is not None:
            self._gradient_of[index] = gradient_of
        return index

    def _layout(self, array: Array) -> dict[str, Any]:
        """What is the same of all tensors that lie alike."""
        layout = self._layouts[array.shape, array.strides, array.dtype.char] = {
            "shape": array.shape,
            "strides": [step // array.itemsize for step in array.strides],
            "dtype": dtype_name(array),
        }
        return layout

    def renew(self, tensor: Tensor) -> None:
        """A tensor got another history and is written down once more when it is met next."""
        tensor._mark = UNMARKED

    def storage(self, storage: Storage) -> int:
        """The index of a storage."""
        index = storage.mark - self._range
        if 0 <= index < ROOM:
            return index
        index = len(self._storage_values)
        self._storage_values.append(self._content(storage, index))
        storage.mark = self._range + index
        self._remember_memory(storage)
        return index

    def _remember_memory(self, storage: Storage) -> None:
        """Note whose numbers are the same: hardly ever are there two, so that one alone costs little."""
        memory = _memory_of(storage)
        others = self._memory.get(memory)
        if others is not None:
            others = tuple(other for other in others if other() is not None)
        self._memory[memory] = (*others, weakref.ref(storage)) if others else (weakref.ref(storage),)

    def over_same_memory(self, storage: Storage) -> list[tuple[int, Storage]]:
        """Storages that have been met and see what is written here: itself, and through ``.data`` others."""
        mates = [mate for reference in self._memory.get(_memory_of(storage), ()) if (mate := reference()) is not None]
        return [(index, mate) for mate in mates if 0 <= (index := mate.mark - self._range) < ROOM]

    def content(self, storage: Storage) -> int:
        """The value that holds a storage's numbers now."""
        return self._storage_values[self.storage(storage)]

    def leaf_of(self, gradient: int) -> int | None:
        """The tensor whose ``.grad`` a tensor is."""
        return self._gradient_of.get(gradient)

    def write(self, storage: Storage, index: int) -> int:
        """Write down a storage's numbers at its present version."""
        value = self._storage_values[index] = self._content(storage, index)
        return value

    def _content(self, storage: Storage, index: int) -> int:
        base = storage.base
        value = value_of(base if base.ndim == 1 else storage.flat(), self._max_elements)
        value["storage"] = index
        value["version"] = storage.version
        return self._stream.value(value)

    def cotangent(self, cotangent: Any) -> int | None:
        """The value of a cotangent; one that travels from node to node within a pass is written once."""
        if cotangent is None:
            return None
        known = self._cotangents.get(id(cotangent))
        if known is None:
            array = cotangent._array if isinstance(cotangent, Tensor) else np.asarray(cotangent)
            known = (cotangent, self._stream.value(value_of(array, self._max_elements)))
            self._cotangents[id(cotangent)] = known
        return known[1]

    def forget_cotangents(self) -> None:
        """A backward pass is over: its arrays may be gone and their identities used again."""
        self._cotangents.clear()

    def formula(self, op: Op, params: dict[str, Any]) -> int | None:
        """The index of the formula of an application; None for an op that has none."""
        if op.forward_text is None and not op.vjps:
            return None
        key = formula_key(op, params)
        found = self._formulas.get(key)
        if found is None:
            found = self._formulas[key] = self._formula_list.append(formula_of(op, params))
        return found

    def node(self, node: Node, op: int | None = None, outputs: Sequence[Tensor] = ()) -> int:
        """The index of a node; ``outputs`` of the application that made it are about to be written down."""
        index = node.mark - self._range
        if 0 <= index < ROOM:
            return index
        edges = [(None if following is None else self.node(following), nr) for following, nr in node.edges]
        described: dict[str, Any] = {"name": type(node).__name__, "next_functions": edges}
        saved = node.inner.saved if isinstance(node, CopySlices) else node.saved
        if saved:
            described["saved"] = [self._saved(name, kept, outputs) for name, kept in saved.items()]
        if isinstance(node, AccumulateGrad):
            described["variable"] = self.tensor(node.variable)
        else:
            described["sequence_nr"] = node.sequence_nr
        if op is not None:
            described["op"] = op
        index = self._nodes.append(described)
        node.mark = self._range + index
        return index

    def _saved(self, name: str, kept: Any, outputs: Sequence[Tensor]) -> dict[str, Any]:
        shown_name = _PYTORCH_NAMES.get(name) or _PYTORCH_NAMES.setdefault(name, _as_pytorch_names(name))
        if type(kept) is SavedInput and 0 <= (index := kept._tensor._mark - self._range) < ROOM:
            return {"name": shown_name, "tensor": index, "version": kept._version}
        if isinstance(kept, SavedTensor):
            if kept.source is None and (kept.output_nr or 0) < len(outputs):
                to_be = self._index_to_be(outputs, kept.output_nr or 0)
                return {"name": shown_name, "tensor": to_be, "version": kept.version}
            return {"name": shown_name, "version": kept.version, "text": "tensor"}
        value = kept.value if isinstance(kept, SavedNumber) else kept
        return {"name": shown_name, "text": "None" if value is None else shown(repr(value))}

    def _index_to_be(self, outputs: Sequence[Tensor], number: int) -> int:
        """A node that saves its op's result is written down just before that result."""
        known = outputs[number]._mark - self._range
        return known if 0 <= known < ROOM else len(self._tensors) + number


_PYTORCH_NAMES: dict[str, str] = {}


def _as_pytorch_names(name: str) -> str:
    """PyTorch calls sizes, strides and counts symbolic."""
    for fact in ("_sizes", "_strides", "_numel"):
        name = name.replace(fact, "_sym" + fact)
    return name


def _memory_of(storage: Storage) -> int:
    """The identity of the array that owns a storage's memory; ``.data`` gives a storage of its own over the same."""
    owner = storage.base
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    return id(owner)
