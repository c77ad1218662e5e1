"""What nodes keep for their VJPs: tensors with the version they had, or what the user's pack hooks made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import dtypes
from .dtypes import Array
from .errors import INFERENCE_SAVED, modified_in_place
from .grad_mode import set_grad_enabled
from .storage import Storage

if TYPE_CHECKING:
    from .graph import Node
    from .tensor import Tensor

Pack = Callable[["Tensor"], Any]
Unpack = Callable[[Any], "Tensor"]


class SavedTensor:
    """A tensor kept for the VJP, with the version its storage had.

    An input is kept as the object it is. A result is kept without its ``grad_fn``, or node and result would hold each
    other alive; :meth:`tensor` gives it back. Where hooks are in force, only what ``pack`` returned is kept.
    """

    __slots__ = ("_array", "_input", "_packed", "_storage", "_version", "output_nr", "tangent")

    def __init__(self, tensor: Tensor, output_nr: int | None = None) -> None:
        self._array = tensor._array
        self._storage = tensor._storage
        if self._storage.inference:
            raise RuntimeError(INFERENCE_SAVED)
        self._version = tensor._storage.version
        self._input = tensor if output_nr is None else None
        self._packed: _Packed | None = None
        self.output_nr = output_nr
        self.tangent: Tensor | None = None

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

    @property
    def packed(self) -> bool:
        """Whether hooks keep the tensor."""
        return self._packed is not None

    def pack(self, node: Node, pack: Pack, unpack: Unpack) -> None:
        """Let hooks keep the tensor instead."""
        self._packed = _Packed(self.tensor(node), node, pack, unpack)
        self._input, self._array = None, self._array[:0] if self._array.ndim else self._array

    def array(self, node: Node) -> Array:
        """The numbers. Raises RuntimeError, in PyTorch's words, if they have been written over since."""
        if self._packed is not None:
            return self._packed.tensor(node)._array
        if self._storage.version != self._version:
            raise modified_in_place(self._array, self._producer(node), self._storage.version, self._version)
        return self._array

    def tensor(self, node: Node) -> Tensor:
        """The tensor, with its place in the graph. Raises as :meth:`array`."""
        if self._packed is not None:
            return self._packed.tensor(node)
        self.array(node)
        if self._input is not None:
            return self._input
        from .tensor import wrap

        result = wrap(self._array, self._storage)
        if self._array.dtype.kind == "f":
            result._grad_fn, result._output_nr, result._requires_grad = node, self.output_nr or 0, True
        if self.tangent is not None:
            from .forward_ad import set_tangent

            set_tangent(result, self.tangent)
        return result

    def _producer(self, node: Node) -> tuple[str, int] | None:
        if self._input is None:
            return node.name(), self.output_nr or 0
        producer = self._input.grad_fn
        return None if producer is None else (producer.name(), self._input._output_nr)


class _Packed:
    """What ``pack`` returned for a tensor, and the place in the graph that the unpacked tensor takes."""

    __slots__ = ("_accumulator", "_edge", "_kept", "_unpack")

    def __init__(self, tensor: Tensor, node: Node, pack: Pack, unpack: Unpack) -> None:
        of_node = tensor._grad_fn is node
        self._edge = (None if of_node else tensor.grad_fn, tensor._output_nr, tensor.requires_grad)
        self._accumulator = tensor._accumulator
        self._unpack = unpack
        with set_grad_enabled(False):
            self._kept = pack(tensor)

    def tensor(self, node: Node) -> Tensor:
        """The tensor again, as ``unpack`` gives it."""
        from .tensor import Tensor, wrap

        unpacked = self._unpack(self._kept)
        if not isinstance(unpacked, Tensor):
            raise TypeError(
                "Output of saved tensor unpack_hook expected to be a Tensor but got result of type "
                f"{type(unpacked).__name__}"
            )
        result = wrap(unpacked._array, unpacked._storage)
        grad_fn, result._output_nr, result._requires_grad = self._edge
        result._grad_fn = node if grad_fn is None and result._requires_grad and self._accumulator is None else grad_fn
        result._accumulator = self._accumulator
        return result


class SavedNumber:
    """A Python number in a slot for tensors: PyTorch keeps it as a tensor, so that freeing the graph frees it too."""

    __slots__ = ("value",)

    def __init__(self, value: dtypes.Scalar) -> None:
        self.value = value


HOOKS: list[tuple[Pack, Unpack] | str] = []
"""The hooks in force, the last before all; a text is the reason why there may be none."""


def pack_saved(node: Node) -> None:
    """Let the hooks in force keep what a node has just saved."""
    hooks = HOOKS[-1]
    if isinstance(hooks, tuple):
        for name in sorted(node.saved):
            kept = node.saved[name]
            if isinstance(kept, SavedTensor) and not kept.packed:
                kept.pack(node, *hooks)


class saved_tensors_hooks:  # noqa: N801 (the name is PyTorch's)
    """Within the ``with`` block nodes keep ``pack_hook(tensor)``; in backward ``unpack_hook`` gives the tensor back."""

    __module__ = "torch.autograd.graph"

    def __init__(self, pack_hook: Pack, unpack_hook: Unpack) -> None:
        self.pack_hook = pack_hook
        self.unpack_hook = unpack_hook

    def __enter__(self) -> None:
        if HOOKS and isinstance(HOOKS[-1], str):
            raise RuntimeError(HOOKS[-1])
        HOOKS.append((self.pack_hook, self.unpack_hook))

    def __exit__(self, *error: object) -> None:
        HOOKS.pop()


class save_on_cpu(saved_tensors_hooks):  # noqa: N801 (the name is PyTorch's)
    """Keeps copies of what nodes save."""

    __module__ = "torch.autograd.graph"

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__(lambda x: x.clone(), lambda x: x)


class disable_saved_tensors_hooks:  # noqa: N801 (the name is PyTorch's)
    """Within the ``with`` block, setting hooks raises RuntimeError with this message."""

    __module__ = "torch.autograd.graph"

    def __init__(self, error_message: str) -> None:
        self.error_message = error_message

    def __enter__(self) -> None:
        HOOKS.append(self.error_message)

    def __exit__(self, *error: object) -> None:
        HOOKS.pop()
