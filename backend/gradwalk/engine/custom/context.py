"""The context that ``forward`` and ``backward`` share: an object of its own, not the node, for a user may call its
attributes what they like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import ref

from ..tensor import Tensor
from ..warn import warn

if TYPE_CHECKING:
    from .node import FunctionNode


class FunctionCtx:
    """What ``forward`` and ``backward`` of one application share."""

    __module__ = "torch.autograd.function"
    needs_input_grad: tuple[bool, ...] = ()

    def __init__(self, node: FunctionNode) -> None:
        self.__dict__[_OWN] = Own(node)

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep tensors for ``backward``; they are checked for in-place changes when they are taken out."""
        own(self).to_save = tensors

    def save_for_forward(self, *tensors: Tensor | None) -> None:
        """Keep tensors for ``jvp``."""
        own(self).for_forward = tensors

    def mark_dirty(self, *tensors: Tensor) -> None:
        """Say which inputs ``forward`` wrote in place."""
        own(self).dirty = tensors

    def mark_non_differentiable(self, *tensors: Tensor) -> None:
        """Say through which outputs no gradient flows."""
        own(self).non_differentiable = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Whether ``backward`` receives zeros for an output that has no gradient; else None. Raises TypeError."""
        if type(value) is not bool:
            raise TypeError(
                "set_materialize_grads received an invalid combination of arguments - got (), but expected (bool)"
            )
        own(self).materialize = value

    @property
    def saved_tensors(self) -> tuple[Tensor | None, ...]:
        if own(self).goes_forward:
            return own(self).for_forward
        node = own(self).node()
        return () if node is None else node.unpacked()

    @saved_tensors.setter
    def saved_tensors(self, value: object) -> None:
        raise AttributeError("attribute 'saved_tensors' of 'torch._C._FunctionBase' objects is not writable")

    @property
    def saved_variables(self) -> tuple[Tensor | None, ...]:
        warn("'saved_variables' is deprecated; use 'saved_tensors'", DeprecationWarning)
        return self.saved_tensors

    @property
    def saved_for_forward(self) -> tuple[Tensor | None, ...]:
        return own(self).for_forward

    def __getattr__(self, name: str) -> Any:
        node = None if name.startswith("__") else own(self).node()
        if node is not None and name in _OF_NODE:
            return getattr(node, name)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")


_OWN = " own"
_OF_NODE = ("_sequence_nr", "metadata", "name", "next_functions", "register_hook", "register_prehook", "requires_grad")


class Own:
    """What a context knows that is not the user's."""

    def __init__(self, node: FunctionNode) -> None:
        self.node = ref(node)  # the node holds the context
        self.to_save: tuple[Tensor | None, ...] = ()
        self.for_forward: tuple[Tensor | None, ...] = ()
        self.goes_forward = False
        self.dirty: tuple[Tensor, ...] = ()
        self.non_differentiable: tuple[Tensor, ...] = ()
        self.materialize = True


def own(context: FunctionCtx) -> Own:
    """A context's part that is not the user's."""
    found: Own = context.__dict__[_OWN]
    return found
