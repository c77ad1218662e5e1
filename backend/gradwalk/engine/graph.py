"""The autograd graph: nodes, their edges, what they save, and the sinks that accumulate into leaves."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

from . import dtypes
from .anomaly import Anomaly, metadata_of_new_node
from .core import CORE
from .dtypes import Array
from .errors import BACKWARD_TWICE
from .grad_mode import set_grad_enabled
from .hooks import NodeHooks, Prehook, RemovableHandle
from .modes import REDUCED, UNUSUAL
from .node_calls import refuse_other_than_gradients
from .observe import NOBODY, observing
from .reduced import NORMS, VJPS_AT_ONCE, is_reduced, widened
from .saved import (
    INDEXED,
    PackedTensor,
    SavedInput,
    SavedNumber,
    SavedResult,
    SavedTensor,
    is_several,
    refuse_cut_off,
    unfolded,
)
from .tensor import Tensor, wrap

if TYPE_CHECKING:
    from .op import Formula, Op
    from .raw_saved import InputMetadata, RawSaved

Edge = tuple["Node | None", int]
"""Where a gradient goes: a node and which of its inputs; (None, 0) where no gradient is wanted."""

NO_EDGE: Edge = (None, 0)
NOT_ASKED: Edge = (None, NO_EDGE[1])  # an object of its own
"""In place of :data:`NO_EDGE` where a node without a derivative shows no edge: its operand does not require grad."""
LAST = 2**64 - 1
"""The sequence number of AccumulateGrad: it outranks every other ready node."""

sequence_numbers = count()
_FACT = r"_(sizes|strides|numel|sizes_opt|argsize_\w+)$"
"""Facts of an operand's shape; PyTorch calls them symbolic: ``_saved_self_sym_sizes``."""


_RELEASED = frozenset((SavedInput, SavedResult, PackedTensor, SavedNumber))
_SURFACE = (
    "__call__", "_input_metadata", "_register_hook_dict", "_sequence_nr", "_set_sequence_nr", "metadata", "name",
    "next_functions", "register_hook", "register_prehook", "requires_grad",
)  # fmt: skip
_POSITIONS = frozenset(
    (
        "dim",
        "dims",
        "dim0",
        "dim1",
        "dim2",
        "index",
        "start",
        "end",
        "ignore_index",
        "padding_idx",
        "shifts",
        "offset",
        "pad",
        "padding",
        "diagonal",
        "dimension",
        "k",
    )
)


Expected = tuple[tuple[int, ...], "np.dtype[Any]"]
"""Shape and dtype that a gradient must have to enter a node; every gradient is fitted to it."""


NOT_GIVEN: Expected = ((), np.dtype(np.float32))
"""Stands for a result that was not asked for: no gradient comes there."""


def expected(array: Array) -> Expected:
    """What the gradient of an array must look like."""
    return array.shape, array.dtype


class Node:
    """One step of the backward pass: turns the cotangent of an op's result into those of its inputs.

    Users see PyTorch's ``grad_fn``: ``name()``, ``next_functions``, ``metadata``, ``_saved_...``.
    """

    __slots__ = (
        "__weakref__",
        "_metadata",
        "_saved",
        "edges",
        "freed",
        "hooks",
        "kept",
        "mark",
        "op",
        "outputs",
        "sequence_nr",
    )
    __module__ = "torch.autograd.graph"
    op: Op | None
    runs_on_nothing = False
    """Whether it runs even if no gradient arrived."""

    def __init__(
        self, op: Op | None, edges: tuple[Edge, ...], saved: dict[str, Any], sequence_nr: int | None = None
    ) -> None:
        self.op = op
        self.edges = edges
        self.kept: tuple[Any, ...] | None = None
        """What the short way saved, flat (:func:`~gradwalk.engine.saved.unfolded` says how); ``saved`` if it is asked
        for. Nodes of an op that save the same numbers may have the same."""
        self._saved: dict[str, Any] | None = saved
        self.outputs: Sequence[Expected] = ()
        self.freed = False
        self.sequence_nr = next(sequence_numbers) if sequence_nr is None else sequence_nr
        self.hooks: NodeHooks | None = None
        self.mark = -1
        """A number for the observer's use; the engine never reads it."""
        self._metadata: dict[Any, Any] | None = metadata_of_new_node() if Anomaly.enabled else None

    @property
    def saved(self) -> dict[str, Any]:
        """What the VJPs need, by name."""
        saved = self._saved
        if saved is None:
            assert self.op is not None
            saved = self._saved = unfolded(self.op, self.kept)
        return saved

    def name(self) -> str:
        return type(self).__name__

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        raise TypeError(f"cannot pickle '{type(self).__name__}' object")

    def __call__(self, *gradients: Any, **named: Any) -> Any:
        """The gradients of its operands, from those of its results; nothing else happens. A tensor, or a tuple of
        tensors and None where there are several operands."""
        refuse_other_than_gradients(gradients, named, len(self.outputs))
        runs = self.runs_on_nothing or any(gradient is not None for gradient in gradients)
        found = self.vjp(list(gradients), True) if runs else [None] * len(self.edges)
        return found[0] if len(found) == 1 else tuple(found)

    @property
    def casts(self) -> bool:
        """Whether it brings gradients to the dtype that is expected before they are summed to the shape."""
        return self.op is not None and self.op.name == "copy"

    @property
    def next_functions(self) -> tuple[Edge, ...]:
        return tuple([(node, nr) for node, nr in self.edges])  # its own are hidden from Python's search for garbage

    @property
    def metadata(self) -> dict[Any, Any]:
        if self._metadata is None:
            self._metadata = {}
        return self._metadata

    @property
    def requires_grad(self) -> bool:
        return True

    def retain(self, output_nr: int, tensor: Tensor) -> None:
        """Have what arrives for an output kept in the ``.grad`` of the tensor that is this output."""
        self.hooked().retained[output_nr] = ref(tensor)

    def hooked(self) -> NodeHooks:
        """The hooks of this node, to add one."""
        if self.hooks is None:
            self.hooks = NodeHooks()
        return self.hooks

    def _sequence_nr(self) -> int:
        return self.sequence_nr

    def _set_sequence_nr(self, number: int) -> None:
        """Take another place among the nodes that are ready: the highest goes first."""
        self.sequence_nr = number

    @property
    def _input_metadata(self) -> tuple[InputMetadata, ...]:
        from .raw_saved import InputMetadata

        return tuple(InputMetadata(shape, kind) for shape, kind in self.outputs)

    def _register_hook_dict(self, hooks: Any) -> None:
        raise NotImplementedError("Gradwalk's nodes take hooks by register_hook() and register_prehook().")

    def register_prehook(self, hook: Prehook) -> RemovableHandle:
        """Have ``hook(cotangents)`` called before this node runs; what it returns, if not None, takes their place."""
        return RemovableHandle(self.hooked().before, hook)

    def register_hook(self, hook: Callable[[tuple[Any, ...], tuple[Any, ...]], Any]) -> RemovableHandle:
        """Have ``hook(cotangents passed on, cotangents received)`` called after this node ran; what it returns, if not
        None, is passed on instead."""
        return RemovableHandle(self.hooked().after, hook)

    def release(self) -> bool:
        """Let go of saved tensors. True if there were any."""
        if self.freed:
            return False
        flat = self.kept
        if flat is not None and self.op is not None:
            places = self.op.kept_tensors
            if not places:
                return False
            self.freed = any(flat[place] is not None for place in places)
            if self.freed:
                rest = list(flat)
                for place in places:
                    rest[place : place + 3] = None, None, None
                self.kept, self._saved = tuple(rest), None
            return self.freed
        saved = self.saved
        self.kept = None
        for name, kept in saved.items():
            if type(kept) in _RELEASED or is_several(kept):
                saved[name] = None
                self.freed = True
        return self.freed

    def vjp(self, gradients: list[Any], as_tensors: bool, wanted: Container[Node] | None = None) -> list[Any]:
        """Cotangents by slot, from those of the outputs; on arrays, or on tensors where ``as_tensors``.

        Only those that go to a node in ``wanted`` (to any, if None) are computed. Raises RuntimeError if a saved tensor
        that they need was freed or written over.
        """
        assert self.op is not None
        at_once = False
        if REDUCED in UNUSUAL and not as_tensors:
            kind = next((x.dtype for x in gradients if x is not None and is_reduced(x.dtype)), None)
            if kind is not None and self.op.name not in VJPS_AT_ONCE:
                return self._vjp_in_steps(gradients, wanted)
            if kind is not None:
                at_once = True
                gradients = [None if x is None else widened(x) for x in gradients]
        unpacked: dict[str, Any] = {"grad": gradients[0], "grads": gradients, **self.check_saved(as_tensors)}
        slots = list(self.op.vjps.values())
        if self.op.takes_list:
            every: list[Any] = slots[0].call(*[{"grad": gradients[0], **self.saved}[name] for name in slots[0].names])
            return [None if node is None else each for each, (node, _) in zip(every, self.edges, strict=True)]
        cotangents: list[Any] = [None] * len(slots)
        unpacked["needs"] = tuple(
            following is not None and (wanted is None or following in wanted) for following, _ in self.edges
        )
        of_several: dict[str, tuple[Any, ...]] = {}
        for slot in self.op.evaluation_order:
            following = self.edges[slot][0]
            if following is None or (wanted is not None and following not in wanted):
                continue
            formula = slots[slot]
            for name in formula.names:
                if name not in unpacked:
                    value = self._unpack(name, as_tensors)
                    unpacked[name] = widened(value) if at_once and isinstance(value, np.ndarray) else value
            if formula.part is None:
                cotangents[slot] = _called(formula, unpacked)
                continue
            if formula.text not in of_several:
                of_several[formula.text] = _called(formula, unpacked)
            cotangents[slot] = of_several[formula.text][formula.part]
        if at_once:  # what comes to parameters of float32 is not rounded: each gets its dtype where it arrives
            rounded = cotangents[:1] if self.op.name in NORMS else cotangents
            cotangents = [x if x is None else x.astype(kind) for x in rounded] + cotangents[len(rounded) :]
        return cotangents

    def _vjp_in_steps(self, gradients: list[Any], wanted: Container[Node] | None) -> list[Any]:
        """:meth:`vjp` on arrays of a reduced dtype: the formulas run op by op, each of which rounds."""
        given = [None if gradient is None else wrap(gradient) for gradient in gradients]
        with observing(NOBODY), set_grad_enabled(False):
            found = self.vjp(given, True, wanted)
        return [x._array if isinstance(x, Tensor) else x for x in found]

    def check_saved(self, as_tensors: bool) -> dict[str, Any]:
        """Raises RuntimeError if anything saved was freed or written over, needed or not: PyTorch unpacks it all.

        Gives what the user's hooks unpacked.
        """
        if self.freed:
            raise RuntimeError(BACKWARD_TWICE)
        unpacked: dict[str, Any] = {}
        for name, kept in self.saved.items():
            if isinstance(kept, PackedTensor) or is_several(kept):
                unpacked[name] = None
            elif isinstance(kept, SavedTensor):
                refuse_cut_off(kept, self)
                kept.array(self)
        for name in unpacked:
            unpacked[name] = self._unpack(name, as_tensors)
        return unpacked

    def _unpack(self, name: str, as_tensors: bool) -> Any:
        kept = self.saved[name]
        if kept is None and self.freed:
            raise RuntimeError(BACKWARD_TWICE)
        if isinstance(kept, SavedTensor):
            return kept.tensor(self) if as_tensors else kept.array(self)
        if is_several(kept):
            return tuple(None if each is None else each.tensor(self) for each in kept)
        return kept.value if isinstance(kept, SavedNumber) else kept

    def __dir__(self) -> list[str]:
        """What PyTorch's nodes have; how they do it is nobody's business."""
        shown = self._visible()
        raw = [RAW + name for name in shown if self.op is not None and is_tensor(self.op, name)]
        return [*dir(object), *_SURFACE, *(attribute(self.op, name) for name in shown), *raw]

    def _visible(self) -> list[str]:
        return [name for name in self.saved if self.op is None or name not in self.op.hidden]

    def _shown(self, name: str) -> Any:
        """A saved attribute as PyTorch shows it: numbers among operands as 0-d tensors, negative dims unsigned. Raises
        AttributeError if this node does not show it."""
        self._must_show(name, attribute(self.op, name))
        kept = self._unpack(name, as_tensors=True)
        if isinstance(self.saved[name], SavedNumber):
            return wrap(np.asarray(kept, dtype=_WIDE.get(type(kept)) or dtypes.of_scalar(kept).numpy))
        return _unsigned(kept) if name in _POSITIONS else kept

    def _raw(self, name: str) -> RawSaved | tuple[RawSaved, ...]:
        """What is kept under a name, to put hooks on. Raises AttributeError if this node keeps nothing there."""
        from .raw_saved import RawSaved

        self._must_show(name, RAW + name)
        kept = self.saved[name]
        return (
            tuple(RawSaved(self, name, index) for index in range(len(kept)))
            if type(kept) is tuple
            else RawSaved(self, name)
        )

    def _must_show(self, name: str, attribute: str) -> None:
        if name not in self._visible():
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{attribute}'")


def _called(formula: Formula, given: dict[str, Any]) -> Any:
    """What a formula gives. Raises RuntimeError, in PyTorch's words, for what a hook gave back in a shape that does not
    fit: numpy's are what arrays get."""
    values = [given[name] for name in formula.names]
    try:
        return formula.call(*values)
    except ValueError:
        with observing(NOBODY), set_grad_enabled(False):
            formula.call(*[wrap(x) if isinstance(x, np.ndarray) else x for x in values])
        raise


_WIDE: dict[type, type] = {float: float, complex: complex}
"""Python's numbers that nodes show in double precision."""
RAW = "_raw_saved_"


def is_tensor(op: Op, name: str) -> bool:
    """Whether what is saved under a name is a tensor, or the tensors that something was indexed with."""
    return name in op.operands or name in op.results or (name == "indices" and op.name in INDEXED)


def attribute(op: Op | None, name: str) -> str:
    """What the attribute is called that shows what is saved under a name."""
    return "_saved_" + (name if op is not None and name in op.params else re.sub(_FACT, r"_sym_\1", name))


def _unsigned(dims: Any) -> Any:
    """Dimensions as PyTorch's nodes show them: negative ones wrapped around 2**64."""
    if isinstance(dims, tuple):
        return tuple(_unsigned(dim) for dim in dims)
    return dims % 2**64 if type(dims) is int else dims


if CORE is not None:
    CORE.learn_nodes(Node)


def next_sequence_number() -> int:
    """The number that the next node will have; counts say it in their text alone without using it up."""
    return int(repr(sequence_numbers).removeprefix("count(").removesuffix(")"))


def skip_sequence_number() -> None:
    """Pass over the number of a node that PyTorch makes here and throws away."""
    next(sequence_numbers)
