"""The parts of the trace that things are: tensors, storages, values, nodes, formulas, each written down once."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from gradwalk.engine import Op, Tensor
from gradwalk.engine.accumulate_grad import AccumulateGrad
from gradwalk.engine.dtypes import Array
from gradwalk.engine.graph import Node
from gradwalk.engine.layouts import strides_of
from gradwalk.engine.saved import PackedTensor, SavedInput, SavedNumber, SavedTensor, is_several
from gradwalk.engine.storage import Storage, root_of
from gradwalk.engine.views import CopySlices

from .core import Core
from .formulas import formula_key, formula_of, has_formula
from .marks import ROOM, UNMARKED, new_range
from .rows import numbers, quoted, quoted_as_shown
from .stream import Stream
from .values import dtype_name


class Form:
    """What rows say of all tensors that lie alike: ``layout`` of the tensor, ``head`` of the numbers, in the order of
    memory."""

    __slots__ = ("head", "layout")

    def __init__(self, layout: str, head: str) -> None:
        self.layout, self.head = layout, head


class Sharers(dict[int, tuple[weakref.ref[Storage], ...]]):
    """The storages that see some memory, by the identity of the array that owns it: hardly ever are there two. Where
    the recorder's core is compiled, its own stand for these."""

    __slots__ = ()

    def remember(self, owner: int, storage: Storage) -> None:
        """Note that a storage sees an array's memory."""
        living = (other for other in self.get(owner, ()) if other() is not None)
        self[owner] = (*living, weakref.ref(storage))

    def living(self, owner: int) -> list[Storage]:
        """The living storages that were noted to see it."""
        return [storage for reference in self.get(owner, ()) if (storage := reference()) is not None]


class Document:
    """Gives each object of the engine its index in the trace, writing it down the first time it is met."""

    def __init__(self, stream: Stream, core: Core | None = None) -> None:
        self.first_mark = new_range()
        """What is marked with this plus an index is known, and has that index."""
        self._tensors = stream.lists["tensors"]
        self._values = stream.values
        self._nodes = stream.lists["nodes"]
        self._formula_list = stream.lists["formulas"]
        self.forms: dict[tuple[Any, ...], Form] = {}
        """By shape, strides and dtype."""
        self.memory = Sharers() if core is None else core.Sharers()
        numbers = dict[int, int] if core is None else core.Numbers
        self.storage_values = numbers()
        """By storage, the value that holds its numbers now."""
        self.gradient_of: dict[int, int] = {}
        """By tensor that is a ``.grad``, whose."""
        self.sinks = numbers()
        """By leaf, its AccumulateGrad."""
        self.known_cotangents = dict[int, tuple[Any, int, str]]() if core is None else core.Cotangents()
        """By identity, the cotangent itself, its value, and that as JSON."""
        self.formulas: dict[tuple[Any, ...], int] = {}

    def knows(self, it: Tensor | Node | None) -> bool:
        """Whether it has an index."""
        if it is None:
            return False
        mark = it._mark if isinstance(it, Tensor) else it.mark
        return 0 <= mark - self.first_mark < ROOM

    def tensor(self, tensor: Tensor, op: int | None = None, gradient_of: int | None = None) -> int:
        """The index of a tensor; ``op`` made it, or it is the ``.grad`` of another."""
        index = tensor._mark - self.first_mark
        if 0 <= index < ROOM:
            return index
        array, kept = tensor._array, tensor._storage
        storage = self.storage(kept)
        offset = 0 if array is kept.base else kept.offset_of(array)
        node = tensor.grad_fn
        if node is not None:
            index = node.mark - self.first_mark
            maker = index if 0 <= index < ROOM else self.node(node)
            place = f'"requires_grad":true,"grad_fn":[{maker},{tensor._output_nr}]'
        else:
            place = f'"requires_grad":{"true" if tensor.requires_grad else "false"},"is_leaf":true'
        made = "" if op is None else f',"op":{op}'
        if gradient_of is not None:
            made += f',"gradient_of":{gradient_of}'
        layout = self.form(array).layout
        where = f'"offset":{offset},' if offset else ""
        index = self._tensors.append(f'{{{layout}"storage":{storage},{where}{place}{made}}}')
        tensor._mark = self.first_mark + index
        if gradient_of is not None:
            self.gradient_of[index] = gradient_of
        return index

    def form(self, array: Array) -> Form:
        """What is the same of all tensors that lie alike."""
        key = array.shape, array.strides, array.dtype.char
        form = self.forms.get(key)
        if form is None:
            layout = _layouts.get(key)
            if layout is None:
                layout = _layout(array)
                if array.size and len(_layouts) < _MOST:  # what has no elements may have strides of its own
                    _layouts[key] = layout
            form = self.forms[key] = Form(layout, self._values.head((array.size,), array.dtype.char))
        return form

    def renew(self, tensor: Tensor) -> None:
        """A tensor got another history and is written down once more when it is met next."""
        tensor._mark = UNMARKED

    def storage(self, storage: Storage) -> int:
        """The index of a storage."""
        index = storage.mark - self.first_mark
        if 0 <= index < ROOM:
            return index
        index = len(self.storage_values)
        self.storage_values[index] = self._content(storage, index)
        storage.mark = self.first_mark + index
        self.remember_memory(storage)
        return index

    def remember_memory(self, storage: Storage) -> None:
        """Note whose numbers are the same."""
        is_owner = storage.base.base is None and root_of(storage) is storage
        memory = id(storage.base) if is_owner else _memory_of(storage)
        self.memory.remember(memory, storage)

    def mates(self, storage: Storage) -> list[Storage]:
        """Living storages that see what is written here: itself, and through ``.data`` others that have been met."""
        memory = _memory_of(storage)
        # A storage that was given other memory since is none of them: what it had may be another's by now.
        mates = [mate for mate in self.memory.living(memory) if _memory_of(mate) == memory]
        return mates if storage in mates else [*mates, storage]

    def is_met(self, storage: Storage) -> bool:
        """Whether a storage has an index."""
        return 0 <= storage.mark - self.first_mark < ROOM

    def content(self, storage: Storage) -> int:
        """The value that holds a storage's numbers now."""
        return self.storage_values[self.storage(storage)]

    def leaf_of(self, gradient: int) -> int | None:
        """The tensor whose ``.grad`` a tensor is."""
        return self.gradient_of.get(gradient)

    def write(self, storage: Storage, index: int) -> int:
        """Write down a storage's numbers at its present version."""
        value = self.storage_values[index] = self._content(storage, index)
        return value

    def _content(self, storage: Storage, index: int) -> int:
        base = storage.base
        flat = base if base.ndim == 1 else storage.flat()
        return self._values.add(flat, f'"storage":{index},"version":{storage.version},')

    def cotangent(self, cotangent: Any) -> int | None:
        """The value of a cotangent; one that travels from node to node within a pass is written once."""
        if cotangent is None:
            return None
        known = self.known_cotangents.get(id(cotangent))
        return self.new_cotangent(cotangent)[1] if known is None else known[1]

    def new_cotangent(self, cotangent: Any) -> tuple[Any, int, str]:
        """A cotangent that is not known yet: itself, its value, and that as JSON."""
        array = cotangent._array if isinstance(cotangent, Tensor) else cotangent
        value = self._values.add(array)
        known = self.known_cotangents[id(cotangent)] = (cotangent, value, str(value))
        return known

    def cotangents(self, cotangents: Sequence[Any]) -> str:
        """Their values as JSON."""
        known = self.known_cotangents
        if len(cotangents) == 1 and (found := known.get(id(cotangents[0]))) is not None:
            return f"[{found[2]}]"
        texts = ""
        for cotangent in cotangents:
            if cotangent is None:
                texts += ",null"
            else:
                found = known.get(id(cotangent)) or self.new_cotangent(cotangent)
                texts += "," + found[2]
        return f"[{texts[1:]}]"

    def forget_cotangents(self) -> None:
        """A backward pass is over: its arrays may be gone and their identities used again."""
        self.known_cotangents.clear()

    def formula(self, op: Op, params: dict[str, Any]) -> int | None:
        """The index of the formula of an application; None for an op that has none."""
        if not has_formula(op):
            return None
        key = formula_key(op, params)
        found = self.formulas.get(key)
        if found is None:
            found = self.formulas[key] = self._formula_list.append(formula_of(op, params))
        return found

    def node(self, node: Node, op: int | None = None, outputs: Sequence[Tensor] = ()) -> int:
        """The index of a node; ``outputs`` of the application that made it are about to be written down."""
        first_mark = self.first_mark
        index = node.mark - first_mark
        if 0 <= index < ROOM:
            return index
        if isinstance(node, AccumulateGrad):
            return self._sink(node)
        edges = []
        for following, nr in node.edges:
            if following is None:
                edges.append(f"[null,{nr}]")
                continue
            index = following.mark - first_mark
            edges.append(f"[{index if 0 <= index < ROOM else self.node(following)},{nr}]")
        inner = node.inner if isinstance(node, CopySlices) else node
        hidden = () if inner.op is None else inner.op.hidden
        parts = [self._saved(name, kept, outputs) for name, kept in inner.saved.items() if name not in hidden]
        kept_parts = ""
        if parts:
            kept_parts = f'"saved":[{",".join(parts)}],'
        made = "" if op is None else f',"op":{op}'
        head = f'{{"name":{quoted(type(node).__name__)},"next_functions":[{",".join(edges)}],{kept_parts}'
        index = self._nodes.append(f'{head}"sequence_nr":{node.sequence_nr}{made}}}')
        node.mark = first_mark + index
        return index

    def _sink(self, node: AccumulateGrad) -> int:
        """A leaf has one AccumulateGrad at a time, and one stands for all."""
        leaf = self.tensor(node.variable)
        index = self.sinks.get(leaf)
        if index is None:
            row = f'{{"name":"AccumulateGrad","next_functions":[],"variable":{leaf}}}'
            index = self.sinks[leaf] = self._nodes.append(row)
        node.mark = self.first_mark + index
        return index

    def _saved(self, name: str, kept: Any, outputs: Sequence[Tensor]) -> str:
        head = saved_head(name)
        if is_several(kept):
            kept = self._only(kept) or kept
        if type(kept) is SavedInput and 0 <= (index := kept._tensor._mark - self.first_mark) < ROOM:
            return f'{head},"tensor":{index},"version":{kept._version}}}'
        if isinstance(kept, PackedTensor):
            return f'{head},"version":{kept.version},"text":"packed"}}'
        if isinstance(kept, SavedTensor):
            if (number := _number_of(kept, outputs)) is not None:
                to_be = self._index_to_be(outputs, number)
                return f'{head},"tensor":{to_be},"version":{kept.version}}}'
            return f'{head},"version":{kept.version},"text":"tensor"}}'
        value = kept.value if isinstance(kept, SavedNumber) else kept
        return f'{head},"text":"None"}}' if value is None else f'{head},"text":{quoted_as_shown(repr(value))}}}'

    def _only(self, several: tuple[SavedTensor | None, ...]) -> SavedInput | None:
        """What something was indexed with, if that is one tensor which has been written down."""
        given = [each for each in several if each is not None]
        one = given[0] if len(given) == 1 else None
        return one if type(one) is SavedInput and 0 <= one._tensor._mark - self.first_mark < ROOM else None

    def _index_to_be(self, outputs: Sequence[Tensor], number: int) -> int:
        """A node that saves its op's result is written down just before that result."""
        known = outputs[number]._mark - self.first_mark
        return known if 0 <= known < ROOM else len(self._tensors) + number


_MOST = 1_000
_layouts: dict[tuple[Any, ...], str] = {}
"""Layouts of earlier runs, by shape, strides and dtype."""


def _layout(array: Array) -> str:
    """What rows of tensors say of how an array lies."""
    strides = numbers(strides_of(array))
    return f'"shape":{numbers(array.shape)},"strides":{strides},"dtype":"{dtype_name(array.dtype.char)}",'


def _number_of(kept: SavedTensor, outputs: Sequence[Tensor]) -> int | None:
    """Which of the outputs that are about to be written down is kept; None for another tensor."""
    if kept.output_nr is not None:
        return kept.output_nr if kept.output_nr < len(outputs) else None
    return next((number for number, output in enumerate(outputs) if output is kept.source), None)


@cache
def saved_head(name: str) -> str:
    """How the row of what is saved under a name begins. PyTorch calls sizes, strides and counts symbolic."""
    for fact in ("_sizes", "_strides", "_numel", "_argsize"):
        name = name.replace(fact, "_sym" + fact)
    return f'{{"name":{quoted(name)}'


def _memory_of(storage: Storage) -> int:
    """The identity of the array that owns a storage's memory; ``.data`` gives a storage of its own over the same,
    and ``conj()`` one that follows it."""
    owner = root_of(storage).base
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    return id(owner)
