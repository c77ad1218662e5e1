"""What nodes keep for their VJPs: tensors with the version they had, or what the user's pack hooks made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from weakref import ref

from . import dtypes
from .dtypes import INEXACT, Array
from .errors import INFERENCE_SAVED, PACKED_IN_PLACE, modified_in_place
from .grad_mode import set_grad_enabled
from .modes import switch
from .tangents import set_tangent
from .tensor import Tensor, wrap
from .transforms import STACK, Pulling, refuse_hooks

if TYPE_CHECKING:
    from .graph import Node
    from .op import Op

Pack = Callable[["Tensor"], Any]
Unpack = Callable[[Any], "Tensor"]


INDEXED = frozenset(("index", "index_put", "index_put_impl"))
"""Ops whose nodes save the tensors they were indexed with, which is their param ``indices``."""


class SavedTensor:
    """A tensor kept for the VJP: what the three ways of keeping one have in common."""

    __slots__ = ()
    output_nr: int | None = None
    """Which output of its own node it is; None for an input."""

    @property
    def source(self) -> Tensor | None:
        """The saved input; None for a saved result."""
        return None

    @property
    def version(self) -> int:
        """The version that its storage had."""
        raise NotImplementedError

    def array(self, node: Node) -> Array:
        """The numbers. Raises RuntimeError, in PyTorch's words, if they have been written over since."""
        raise NotImplementedError

    def tensor(self, node: Node) -> Tensor:
        """The tensor, with its place in the graph. Raises as :meth:`array`."""
        raise NotImplementedError


class SavedInput(SavedTensor):
    """An input is kept as the object it is."""

    __slots__ = ("_tensor", "_version")

    def __init__(self, tensor: Tensor) -> None:
        if tensor._storage.inference and not (STACK or Pulling.tangents):
            raise RuntimeError(INFERENCE_SAVED)
        self._tensor = tensor
        self._version = tensor._storage.version

    def __repr__(self) -> str:
        return repr(self._tensor)

    @property
    def source(self) -> Tensor | None:
        return self._tensor

    @property
    def version(self) -> int:
        return self._version

    def array(self, node: Node) -> Array:
        now = self._tensor._storage.version
        if now != self._version:
            maker = node if _is_cut_off(self._tensor, node) else self._tensor.grad_fn
            producer = None if maker is None else (maker.name(), 0)  # PyTorch forgets which output an operand was
            raise modified_in_place(self._tensor._array, producer, now, self._version)
        return self._tensor._array

    def tensor(self, node: Node) -> Tensor:
        self.array(node)
        return self._tensor


_CUT_OFF = (
    "Trying to use a saved tensor that has been detached in-place, i.e. with .detach_().This is not supported, please "
    "use out-of-place `.detach()` instead"
)


def refuse_cut_off(kept: Any, node: Node) -> None:
    """Raises RuntimeError for an operand that ``detach_()`` has cut off since: its version as a view is below zero
    then, and says which nodes there were."""
    if type(kept) is SavedInput and _is_cut_off(kept._tensor, node):
        raise RuntimeError(_CUT_OFF)


def _is_cut_off(tensor: Tensor, node: Node) -> bool:
    """Whether ``detach_()`` took the tensor's history since the node was made."""
    return tensor._view_version < 0 and node.sequence_nr < -1 - tensor._view_version


class SavedResult(SavedTensor):
    """A result is kept without its ``grad_fn``, or node and result would hold each other alive."""

    __slots__ = ("_array", "_storage", "_version", "maker", "output_nr", "tangent")
    output_nr: int
    maker: ref[Node] | None
    """Of what was written through a view: what the view came from afterwards, which messages name."""

    def __init__(self, tensor: Tensor, output_nr: int) -> None:
        self._array = tensor._array
        self._storage = tensor._storage
        if self._storage.inference and not (STACK or Pulling.tangents):
            raise RuntimeError(INFERENCE_SAVED)
        self._version = self._storage.version
        self.output_nr = output_nr
        self.maker = None
        self.tangent: Tensor | None = None

    @property
    def version(self) -> int:
        return self._version

    def array(self, node: Node) -> Array:
        if self._storage.version != self._version:
            maker = node if self.maker is None else self.maker() or node
            producer = maker.name(), self.output_nr
            raise modified_in_place(self._array, producer, self._storage.version, self._version)
        return self._array

    def tensor(self, node: Node) -> Tensor:
        result = wrap(self.array(node), self._storage)
        if self._array.dtype.kind in INEXACT:
            maker = None if self.maker is None else self.maker()
            if maker is not None:  # of the view, which goes on from what was written
                result._grad_fn, result._output_nr, result._requires_grad = maker, 0, True
            else:
                result._grad_fn, result._output_nr, result._requires_grad = node, self.output_nr, True
        if self.tangent is not None:
            set_tangent(result, self.tangent)
        return result


class PackedTensor(SavedTensor):
    """What the user's ``pack_hook`` returned for a tensor, and the place in the graph that the unpacked one takes."""

    __slots__ = ("_accumulator", "_edge", "_given", "_kept", "_of_node", "_unpack", "_version", "output_nr")

    def __init__(
        self,
        saved: SavedTensor,
        node: Node,
        unpack: Unpack,
        result: Tensor | None = None,
        *,
        as_data: bool = False,
    ) -> None:
        """``as_data``: whether the hook gets the numbers alone, without their place in the graph."""
        tensor = saved.tensor(node)
        if result is not None:  # hooks see the very tensor that the user gets
            result._grad_fn, result._output_nr, result._requires_grad = (
                tensor._grad_fn, tensor._output_nr, tensor._requires_grad,
            )  # fmt: skip
            tensor = result
        self._of_node = of_node = tensor._grad_fn is node
        self._edge = (None if of_node else tensor.grad_fn, tensor._output_nr, tensor.requires_grad)
        self._accumulator = tensor._accumulator
        self._unpack = unpack
        self._version = saved.version
        self.output_nr = saved.output_nr
        self._given: Tensor | None = wrap(tensor._array, tensor._storage) if as_data else tensor
        self._kept: Any = None

    def keep(self, pack: Pack) -> None:
        """Have the hook keep it."""
        tensor, self._given = self._given, None
        assert tensor is not None
        before = tensor._storage.version
        with set_grad_enabled(False):
            self._kept = pack(tensor)
        if tensor._storage.version != before:
            raise RuntimeError(PACKED_IN_PLACE)

    def __repr__(self) -> str:
        return "packed"

    @property
    def unpack_hook(self) -> Unpack:
        """The hook that makes a tensor again of what was kept."""
        return self._unpack

    @property
    def version(self) -> int:
        return self._version

    def array(self, node: Node) -> Array:
        return self.tensor(node)._array

    def tensor(self, node: Node) -> Tensor:
        unpacked = self._unpack(self._kept)
        if not isinstance(unpacked, Tensor):
            raise TypeError(
                "Output of saved tensor unpack_hook expected to be a Tensor but got result of type "
                f"{type(unpacked).__name__}"
            )
        grad_fn, output_nr, requires_grad = self._edge
        if not (requires_grad or unpacked.requires_grad):
            return unpacked  # it has no place in the graph to be given
        result = wrap(unpacked._array, unpacked._storage)
        result._output_nr, result._requires_grad = output_nr, requires_grad
        result._grad_fn = node if self._of_node else grad_fn
        result._accumulator = self._accumulator
        return result


def keep_copies(node: Node, storage: Any = None, *, as_numbers: bool = False) -> None:
    """Have a node keep copies of what it saved, of one storage if one is named: nothing that is written changes them.

    ``as_numbers``: whether without their places in the graph.
    """
    for name, kept in node.saved.items():
        if not isinstance(kept, SavedInput | SavedResult) or storage not in (None, _storage_of(kept)):
            continue
        node.saved[name] = packed = PackedTensor(kept, node, lambda kept: kept)
        packed._given, packed._kept = None, wrap(kept.array(node).copy(order="K"))
        if as_numbers:
            packed._edge, packed._of_node = (None, 0, False), False


def storages_kept(node: Node) -> list[Any]:
    """The storages of tensors that a node saved as they are."""
    return [_storage_of(kept) for kept in node.saved.values() if isinstance(kept, SavedInput | SavedResult)]


def _storage_of(kept: Any) -> Any:
    return kept._storage if isinstance(kept, SavedResult) else kept._tensor._storage


def saved_indices(indices: Sequence[Tensor | None]) -> tuple[SavedInput | None, ...]:
    """What something was indexed with, as it is kept."""
    return tuple([None if index is None else SavedInput(index) for index in indices])


def is_several(kept: Any) -> bool:
    """Whether what is kept under a name are the tensors that something was indexed with."""
    return type(kept) is tuple and any(isinstance(each, SavedTensor) for each in kept)


class SavedNumber:
    """A Python number in a slot for tensors: PyTorch keeps it as a tensor, so that freeing the graph frees it too."""

    __slots__ = ("value",)

    def __init__(self, value: dtypes.Scalar) -> None:
        self.value = value


def unfolded(op: Op, kept: tuple[Any, ...] | None) -> dict[str, Any]:
    """What an op's node saves, by name, from the flat form in which the short way keeps it: an operand is its tensor,
    array and version (a number has none, what is not needed is None), a result its storage, array and version (its
    tensor, where no gradient flows to it). None if it was released."""
    if kept is None:
        return dict.fromkeys(op.saveable)
    saved: dict[str, Any] = {}
    parts = iter(kept)
    for name in op.saveable:
        if name in op.params or (name not in op.results and name not in op.operands):
            saved[name] = next(parts)
            continue
        owner, array, version = next(parts), next(parts), next(parts)
        if version is None:
            saved[name] = None if owner is None else SavedNumber(owner)
        elif op.is_kept_by_storage(name):
            result = saved[name] = object.__new__(SavedResult)
            result._array, result._storage, result._version = array, owner, version
            result.output_nr, result.maker, result.tangent = op.results.index(name), None, None
        else:
            saved_input = saved[name] = object.__new__(SavedInput)
            saved_input._tensor, saved_input._version = owner, version
    return saved


HOOKS: list[tuple[Pack, Unpack] | str] = []
"""The hooks in force, the last before all; a text is the reason why there may be none."""


def push_hooks(hooks: tuple[Pack, Unpack] | str) -> None:
    """Put hooks, or the reason why there may be none, in force."""
    HOOKS.append(hooks)
    switch("saved tensor hooks", True)


def pop_hooks() -> None:
    """Put those before in force again."""
    HOOKS.pop()
    switch("saved tensor hooks", bool(HOOKS))


def restore_hooks(hooks: Sequence[tuple[Pack, Unpack] | str]) -> None:
    """Put in force what was when a pass began: what a hook does to these in between is over with it."""
    if HOOKS or hooks:
        HOOKS[:] = hooks
        switch("saved tensor hooks", bool(HOOKS))


def pack_saved(node: Node, results: Sequence[Tensor | None] = ()) -> None:
    """Let the hooks in force keep what a node has just saved, the results of its op among them."""
    hooks = HOOKS[-1]
    if isinstance(hooks, tuple):
        pack, unpack = hooks
        for name in list(node.saved):
            kept = node.saved[name]
            if isinstance(kept, SavedInput | SavedResult):
                result = results[kept.output_nr] if results and isinstance(kept, SavedResult) else None
                packed = node.saved[name] = PackedTensor(kept, node, unpack, result)
                packed.keep(pack)  # what the hook does may have the node written down, which is packed by then
            elif is_several(kept):
                parts = [None if index is None else PackedTensor(index, node, unpack) for index in kept]
                node.saved[name] = tuple(parts)
                for part in parts:
                    if part is not None:
                        part.keep(pack)


class saved_tensors_hooks:  # noqa: N801 (the name is PyTorch's)
    """Within the ``with`` block nodes keep ``pack_hook(tensor)``; in backward ``unpack_hook`` gives the tensor back."""

    __module__ = "torch.autograd.graph"

    def __init__(self, pack_hook: Pack, unpack_hook: Unpack) -> None:
        self.pack_hook = pack_hook
        self.unpack_hook = unpack_hook

    def __enter__(self) -> None:
        if HOOKS and isinstance(HOOKS[-1], str):
            raise RuntimeError(HOOKS[-1])
        refuse_hooks()
        push_hooks((self.pack_hook, self.unpack_hook))

    def __exit__(self, *error: object) -> None:
        pop_hooks()


class save_on_cpu(saved_tensors_hooks):  # noqa: N801 (the name is PyTorch's)
    """Keeps what nodes save on the CPU, where it is already: nothing is copied, and no version is looked at."""

    __module__ = "torch.autograd.graph"

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__(lambda x: x, lambda x: x)


class disable_saved_tensors_hooks:  # noqa: N801 (the name is PyTorch's)
    """Within the ``with`` block, setting hooks raises RuntimeError with this message."""

    __module__ = "torch.autograd.graph"

    def __init__(self, error_message: str) -> None:
        self.error_message = error_message

    def __enter__(self) -> None:
        if HOOKS and isinstance(HOOKS[-1], tuple):
            raise RuntimeError(self.error_message)
        push_hooks(self.error_message)

    def __exit__(self, *error: object) -> None:
        pop_hooks()
