"""The autograd graph: nodes, their edges, what they save, and the sinks that accumulate into leaves."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

from . import dtypes
from .dtypes import Array
from .errors import BACKWARD_TWICE, modified_in_place
from .hooks import NodeHooks, Prehook, RemovableHandle
from .storage import Storage

if TYPE_CHECKING:
    from .op import Op
    from .tensor import Tensor

Edge = tuple["Node | None", int]
"""Where a gradient goes: a node and which of its inputs; (None, 0) where no gradient is wanted."""

NO_EDGE: Edge = (None, 0)
LAST = 2**64 - 1
"""The sequence number of AccumulateGrad: it outranks every other ready node."""

_sequence = count()
_FACT = re.compile(r"_(sizes|strides|numel)$")
"""Facts of an operand's shape; PyTorch calls them symbolic: ``_saved_self_sym_sizes``."""


_SURFACE = ("_sequence_nr", "metadata", "name", "next_functions", "register_hook", "register_prehook", "requires_grad")
_POSITIONS = frozenset(("dim", "dim0", "dim1", "dim2", "index", "start", "end"))


class Metadata:
    """Shape and dtype that a gradient must have to enter a node; every gradient is fitted to it."""

    __slots__ = ("dtype", "shape")

    def __init__(self, array: Array) -> None:
        self.shape = array.shape
        self.dtype = array.dtype


class SavedTensor:
    """A tensor kept for the VJP, with the version its storage had.

    An input is kept as the object it is. A result is kept without its ``grad_fn``, or node and result would hold each
    other alive; :meth:`tensor` gives it back.
    """

    __slots__ = ("_array", "_input", "_storage", "_version", "output_nr")

    def __init__(self, tensor: Tensor, output_nr: int | None = None) -> None:
        self._array = tensor._array
        self._storage = tensor._storage
        self._version = tensor._storage.version
        self._input = tensor if output_nr is None else None
        self.output_nr = output_nr

    @property
    def source(self) -> Tensor | None:
        """The saved input; None for a saved result."""
        return self._input

    @property
    def storage(self) -> Storage:
        return self._storage

    @property
    def version(self) -> int:
        return self._version

    def array(self, node: Node) -> Array:
        """The numbers. Raises RuntimeError, in PyTorch's words, if they have been written over since."""
        if self._storage.version != self._version:
            raise modified_in_place(self._array, self._producer(node), self._storage.version, self._version)
        return self._array

    def tensor(self, node: Node) -> Tensor:
        """The tensor, with its place in the graph. Raises as :meth:`array`."""
        self.array(node)
        if self._input is not None:
            return self._input
        from .tensor import wrap

        result = wrap(self._array, self._storage)
        result._grad_fn, result._output_nr, result._requires_grad = node, self.output_nr or 0, True
        return result

    def _producer(self, node: Node) -> tuple[str, int] | None:
        if self._input is None:
            return node.name(), self.output_nr or 0
        producer = self._input.grad_fn
        return None if producer is None else (producer.name(), self._input._output_nr)


class Node:
    """One step of the backward pass: turns the cotangent of an op's result into those of its inputs.

    Users see PyTorch's ``grad_fn``: ``name()``, ``next_functions``, ``metadata``, ``_saved_...``.
    """

    __slots__ = (
        "__weakref__",
        "_metadata",
        "edges",
        "freed",
        "hooks",
        "op",
        "outputs",
        "saved",
        "sequence_nr",
    )
    __module__ = "torch.autograd.graph"
    op: Op | None
    runs_on_nothing = False
    """Whether it runs even if no gradient arrived."""

    def __init__(self, op: Op | None, edges: tuple[Edge, ...], saved: dict[str, Any]) -> None:
        self.op = op
        self.edges = edges
        self.saved = saved
        self.outputs: list[Metadata] = []
        self.freed = False
        self.sequence_nr = next(_sequence)
        self.hooks: NodeHooks | None = None
        self._metadata: dict[Any, Any] | None = None

    def name(self) -> str:
        return type(self).__name__

    @property
    def next_functions(self) -> tuple[Edge, ...]:
        return self.edges

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

    def register_prehook(self, hook: Prehook) -> RemovableHandle:
        """Have ``hook(cotangents)`` called before this node runs; what it returns, if not None, takes their place."""
        return RemovableHandle(self.hooked().before, hook)

    def register_hook(self, hook: Callable[[tuple[Any, ...], tuple[Any, ...]], Any]) -> RemovableHandle:
        """Have ``hook(cotangents passed on, cotangents received)`` called after this node ran; what it returns, if not
        None, is passed on instead."""
        return RemovableHandle(self.hooked().after, hook)

    def release(self) -> bool:
        """Let go of saved tensors. True if there were any."""
        if self.freed or not any(isinstance(kept, SavedTensor | SavedNumber) for kept in self.saved.values()):
            return False
        self.freed = True
        self.saved = {
            name: None if isinstance(kept, SavedTensor | SavedNumber) else kept for name, kept in self.saved.items()
        }
        return True

    def vjp(self, gradients: list[Any], as_tensors: bool, wanted: Container[Node] | None = None) -> list[Any]:
        """Cotangents by slot, from those of the outputs; on arrays, or on tensors where ``as_tensors``.

        Only those that go to a node in ``wanted`` (to any, if None) are computed. Raises RuntimeError if a saved tensor
        that they need was freed or written over.
        """
        assert self.op is not None
        self.check_saved()
        slots = list(self.op.vjps.values())
        if self.op.takes_list:
            every: list[Any] = slots[0].call(*[{"grad": gradients[0], **self.saved}[name] for name in slots[0].names])
            return [None if node is None else each for each, (node, _) in zip(every, self.edges, strict=True)]
        cotangents: list[Any] = [None] * len(slots)
        unpacked: dict[str, Any] = {"grad": gradients[0], "grads": gradients}
        for slot in self.op.evaluation_order:
            following = self.edges[slot][0]
            if following is None or (wanted is not None and following not in wanted):
                continue
            formula = slots[slot]
            for name in formula.names:
                if name not in unpacked:
                    unpacked[name] = self._unpack(name, as_tensors)
            cotangents[slot] = formula.call(*[unpacked[name] for name in formula.names])
        return cotangents

    def check_saved(self) -> None:
        """Raises RuntimeError if anything saved was freed or written over, needed or not: PyTorch unpacks it all."""
        if self.freed:
            raise RuntimeError(BACKWARD_TWICE)
        for kept in self.saved.values():
            if isinstance(kept, SavedTensor):
                kept.array(self)

    def _unpack(self, name: str, as_tensors: bool) -> Any:
        kept = self.saved[name]
        if kept is None and self.freed:
            raise RuntimeError(BACKWARD_TWICE)
        if isinstance(kept, SavedTensor):
            return kept.tensor(self) if as_tensors else kept.array(self)
        return kept.value if isinstance(kept, SavedNumber) else kept

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("_saved_"):
            name = attribute.removeprefix("_saved_").replace("_sym_", "_")
            if name in self._visible():
                return self._shown(name)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{attribute}'")

    def __dir__(self) -> list[str]:
        """What PyTorch's nodes have; how they do it is nobody's business."""
        saved = ("_saved_" + _FACT.sub(r"_sym_\1", name) for name in self._visible())
        return [*dir(object), *_SURFACE, *saved]

    def _visible(self) -> list[str]:
        return [name for name in self.saved if self.op is None or name not in self.op.hidden]

    def _shown(self, name: str) -> Any:
        """A saved attribute as PyTorch shows it: numbers among operands as 0-d tensors, negative dims unsigned."""
        kept = self._unpack(name, as_tensors=True)
        if isinstance(self.saved[name], SavedNumber):
            from .tensor import wrap

            return wrap(np.asarray(kept, dtype=dtypes.of_scalar(kept).numpy if type(kept) is not float else float))
        return _unsigned(kept) if name in _POSITIONS else kept


def _unsigned(dims: Any) -> Any:
    """Dimensions as PyTorch's nodes show them: negative ones wrapped around 2**64."""
    if isinstance(dims, tuple):
        return tuple(_unsigned(dim) for dim in dims)
    return dims % 2**64 if type(dims) is int else dims


class SavedNumber:
    """A Python number in a slot for tensors: PyTorch keeps it as a tensor, so that freeing the graph frees it too."""

    __slots__ = ("value",)

    def __init__(self, value: dtypes.Scalar) -> None:
        self.value = value


class AccumulateGrad(Node):
    """The sink of the graph: adds what arrives to the ``.grad`` of a leaf, ``variable``."""

    __slots__ = ("variable",)
    __module__ = "builtins"

    def __init__(self, variable: Tensor) -> None:
        self.op = None
        self.edges = ()
        self.saved = {}
        self.freed = False
        self.sequence_nr = LAST
        self.hooks = None
        self._metadata = None
        self.variable = variable
        self.outputs = [Metadata(variable._array)]

    def name(self) -> str:
        return "torch::autograd::AccumulateGrad"

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), "variable"]

    def __repr__(self) -> str:
        return f"<AccumulateGrad object at {id(self):#x}>"


def skip_sequence_number() -> None:
    """Pass over the number of a node that PyTorch makes here and throws away."""
    next(_sequence)


_node_classes: dict[str, type[Node]] = {}


def node_class(name: str) -> type[Node]:
    """The class whose instances are printed as ``<MulBackward0 object at 0x...>``; one per name."""
    found = _node_classes.get(name)
    if found is None:
        found = type(name, (Node,), {"__slots__": (), "__module__": "builtins"})
        if name == "CopyBackwards":  # one of the nodes that exist only in PyTorch's C++
            found.name = lambda self: "torch::autograd::CopyBackwards"  # type: ignore[method-assign]
        found.__repr__ = lambda self: f"<{type(self).__name__} object at {id(self):#x}>"  # type: ignore[method-assign]
        _node_classes[name] = found
    return found
