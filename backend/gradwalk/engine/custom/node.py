"""The node of an application, and what a pass asks of it. What it lacks itself it asks the context for, so that
``y.grad_fn.saved_tensors`` works."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import Any, ClassVar

import numpy as np

from ..addresses import address
from ..errors import BACKWARD_TWICE, type_name
from ..graph import Expected, Node
from ..history import gradient_edge
from ..hooks import writable
from ..raw_saved import RawSaved
from ..saved import HOOKS, SavedInput, SavedResult, pack_saved
from ..tensor import Tensor, wrap
from ..transforms import Pulling
from .context import FunctionCtx, own
from .written import SingleLevelFunction


class Transposing:
    """Whether a pass is under way whose own derivative is what is asked for: forward mode is found so, the VJP of the
    VJP. A Function with a ``jvp`` then leaves a node that calls it, and its ``backward`` is not asked."""

    along: Callable[..., Any] | None = None
    """What gives, from a node and its cotangents, zeros with such a history."""


class FunctionNode(Node):
    """The node of an application: runs the user's ``backward``. There is a subclass for each Function."""

    __module__ = "torch.autograd.function"
    runs_on_nothing = True
    function: ClassVar[type[SingleLevelFunction]]
    context_class: ClassVar[type[FunctionCtx]]

    def __call__(self, *gradients: Any, **named: Any) -> Any:
        raise TypeError(f"'{type(self).__name__}' object is not callable")

    @property
    def _raw_saved_tensors(self) -> tuple[RawSaved, ...]:
        """What is saved, to put hooks on. Raises RuntimeError if a pass has let go of it."""
        if self.freed or self.let_go:
            raise RuntimeError(BACKWARD_TWICE)
        return tuple(RawSaved(self, name) for name in self.saved)

    def apply(self, *gradients: Any) -> Any:
        """What the user's ``backward`` gives for gradients of the outputs, as it is."""
        return self._user_backward()(self.context, *gradients)

    def __init__(self, arguments: Sequence[Any]) -> None:
        super().__init__(None, (), {})
        self.context = self.context_class(self)
        self.takes = tuple(isinstance(x, Tensor) for x in arguments)
        self.gives: tuple[bool, ...] = ()
        """Which results are tensors."""
        self.flows: tuple[bool, ...] = ()
        """Which of them carry derivatives."""
        self.given: tuple[Expected | None, ...] = ()
        """Shape and dtype of each argument that is a tensor, where there is a ``jvp`` that asks for tangents of all."""
        self.let_go = False

    def slot_of(self, position: int) -> int | None:
        """Which edge belongs to an argument; None for one that is no tensor."""
        return sum(self.takes[:position]) if self.takes[position] else None

    def connect(self, arguments: Sequence[Any]) -> None:
        """Make the edges to the arguments that are tensors."""
        tensors = [x for x in arguments if isinstance(x, Tensor)]
        self.edges = tuple(gradient_edge(x) if x.requires_grad else (None, 0) for x in tensors)

    def save(self) -> None:
        """Save what the context was told to."""
        mine = own(self.context)
        for index, tensor in enumerate(mine.to_save):
            result_of_mine = tensor is not None and tensor._grad_fn is self
            self.saved[f"tensors[{index}]"] = (
                None
                if tensor is None
                else SavedResult(tensor, tensor._output_nr)
                if result_of_mine
                else SavedInput(tensor)
            )
        mine.to_save = ()
        if HOOKS:
            pack_saved(self)

    def release(self) -> bool:
        self.let_go = True
        return super().release()

    def unpacked(self) -> tuple[Tensor | None, ...]:
        """The saved tensors. Raises RuntimeError if they were freed or written over, or a pass has let go of none."""
        if self.freed or self.let_go:
            raise RuntimeError(BACKWARD_TWICE)
        return tuple(None if kept is None else kept.tensor(self) for kept in self.saved.values())

    def vjp(self, gradients: list[Any], as_tensors: bool, wanted: Container[Node] | None = None) -> list[Any]:
        received = [
            self._received(gradient, wanted_here, given)
            for gradient, wanted_here, given in zip(gradients, self.outputs, self.gives, strict=True)
        ]
        if Transposing.along is not None and self.given:
            found = iter(Transposing.along(self, *gradients))
            return [None if following is None else next(found) for following, _ in self.edges]
        if Pulling.on and wanted is not None:
            edges = iter(self.edges)
            asked = (next(edges)[0] if is_tensor else None for is_tensor in self.takes)
            self.context.needs_input_grad = tuple(following is not None and following in wanted for following in asked)
        returned = self._user_backward()(self.context, *received)
        cotangents = self._by_slot(returned if isinstance(returned, tuple) else (returned,))
        return cotangents if as_tensors else [None if x is None else x._array for x in cotangents]

    def _received(self, gradient: Any, wanted: Expected, is_tensor: bool) -> Tensor | None:
        if gradient is not None:
            return gradient if isinstance(gradient, Tensor) else wrap(writable(np.asarray(gradient)))
        if not is_tensor or not own(self.context).materialize:
            return None
        return wrap(np.zeros(*wanted))

    def _user_backward(self) -> Callable[..., Any]:
        backward, vjp = self.function.backward, self.function.vjp
        if vjp is SingleLevelFunction.vjp:
            return backward
        if backward is not SingleLevelFunction.backward:
            raise RuntimeError(
                "Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You should only "
                "implement one of them."
            )
        return vjp

    def _by_slot(self, returned: tuple[Any, ...]) -> list[Any]:
        """The gradients of the arguments that are tensors. Raises RuntimeError for what cannot be one."""
        if len(returned) > len(self.takes) and all(x is None for x in returned[len(self.takes) :]):
            returned = returned[: len(self.takes)]
        if len(returned) != len(self.takes):
            raise RuntimeError(
                f"function {self.name()} returned an incorrect number of gradients (expected {len(self.takes)}, got "
                f"{len(returned)})"
            )
        cotangents: list[Any] = []
        for position, (gradient, is_tensor) in enumerate(zip(returned, self.takes, strict=True)):
            if is_tensor:
                if gradient is not None and not isinstance(gradient, Tensor):
                    raise RuntimeError(f"expected Variable or None (got {type_name(gradient)})")
                cotangents.append(gradient)
            elif gradient is not None:
                raise RuntimeError(
                    f"function {self.name()} returned a gradient different than None at position {position + 1}, but "
                    "the corresponding forward input was not a Variable"
                )
        return cotangents

    def _visible(self) -> list[str]:
        return []

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self.__dict__["context"], attribute)

    def __repr__(self) -> str:
        return f"<torch.autograd.function.{type(self).__name__} object at {address(self)}>"
