"""The one seam between the engine and whoever watches it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from .accumulate_grad import AccumulateGrad
    from .dtypes import Array
    from .graph import Node
    from .op import Op
    from .storage import Storage
    from .tensor import Tensor

    Cotangent: TypeAlias = Array | Tensor | None

WorkKind = Literal["module", "optimizer"]


class Observer:
    """Is told of everything the engine does, after it is done. The default watches nothing.

    Cotangents are arrays, or tensors under ``create_graph``. They are the engine's own: copy what you keep.
    """

    directly: object = None
    """How compiled code tells a watcher that is compiled too (``csrc/directly.h``): a capsule, or None if it is told by
    its methods alone."""

    def op_applied(
        self, op: Op, operands: Sequence[Any], params: dict[str, Any], outputs: Sequence[Tensor], node: Node | None
    ) -> None:
        """An op was applied to ``operands`` (tensors and Python numbers, by slot)."""

    def about_to_change(self, memory: Array | None = None) -> None:
        """Something that was told of before is about to change: a storage's numbers or version, a tensor's history or
        whether it requires grad. Whoever keeps references and looks at them later looks now. Where it is known which
        numbers are about to change, they are those in ``memory``."""

    def lifetimes_show(self) -> None:
        """From now on the program can see how long some node lives: who keeps references lets go of them at once."""

    def storage_written(self, storage: Storage) -> None:
        """A storage was written in place; its version has just gone up."""

    def requires_grad_changed(self, tensor: Tensor) -> None:
        """``requires_grad`` was set by hand."""

    def backward_begins(
        self,
        roots: Sequence[Tensor],
        gradients: Sequence[Cotangent],
        retain_graph: bool,
        create_graph: bool,
        accumulate: bool,
    ) -> None:
        """``backward()`` (``accumulate``) or ``autograd.grad()`` (not) starts at ``roots``."""

    def memory_shared(self) -> None:
        """From now on numpy sees some tensor's memory too, and may write to it without a word."""

    def vjp_begins(self, node: Node) -> None:
        """A node is about to run that may apply ops; those applied until :meth:`vjp_ran` are its own."""

    def vjp_ran(
        self,
        node: Node,
        cotangents_in: Sequence[Cotangent],
        cotangents_out: Sequence[Cotangent],
        unreduced: Mapping[int, Cotangent],
    ) -> None:
        """A node ran. ``cotangents_in`` by output number; ``cotangents_out`` by slot of ``next_functions``, as the next
        node receives them; ``unreduced``, for the slots where it had to be summed over broadcast axes, what the VJP
        gave."""

    def accumulated(self, node: AccumulateGrad, contribution: Cotangent, first: bool) -> None:
        """A leaf's ``.grad`` received a cotangent; ``first`` if it was None before."""

    def captured(self, tensor: Tensor, contribution: Cotangent) -> None:
        """``autograd.grad`` took a gradient out, or ``retain_grad`` kept it."""

    def freed(self, node: Node) -> None:
        """A node's saved tensors were released."""

    def backward_ended(self) -> None:
        """The pass that began last is over, whether it succeeded or raised."""

    def grad_cleared(self, leaf: Tensor) -> None:
        """``leaf.grad`` was set to None or zeroed."""

    def work_begins(self, kind: WorkKind, label: str) -> object:
        """A module is called or an optimizer steps: the ops until :meth:`work_ends` gets what this returns are its."""

    def work_ends(self, work: object) -> None:
        """That work is over, whether it succeeded or raised."""


class Holder:
    """An object with named tensors in it, as ``nn.Module`` is: who learns its name can name them after it."""

    def _gradwalk_held(self) -> Iterator[tuple[str, Tensor]]:
        """The tensors with their dotted names; none of a program's own code runs for that, nor has it such a name."""
        raise NotImplementedError


NOBODY = Observer()
WATCHERS: list[Observer] = [NOBODY]
DIRECTLY: list[object] = [None]
"""Of each watcher, its :attr:`Observer.directly`."""


def observer() -> Observer:
    """Whoever watches now."""
    return WATCHERS[-1]


class _Observing:
    """While it is entered, a watcher is told of what the engine does."""

    __slots__ = ("_watcher",)

    def __init__(self, watcher: Observer) -> None:
        self._watcher = watcher

    def __enter__(self) -> None:
        WATCHERS.append(self._watcher)
        DIRECTLY.append(self._watcher.directly)

    def __exit__(self, *_: object) -> None:
        WATCHERS.pop()
        DIRECTLY.pop()


def observing(watcher: Observer) -> _Observing:
    """Let ``watcher`` see everything the engine does inside the ``with`` block."""
    return _Observing(watcher)


def dismiss(watcher: Observer) -> None:
    """Show ``watcher`` nothing more, though its block lasts. A backward pass that is under way may tell it still."""
    for depth, each in enumerate(WATCHERS):
        if each is watcher:
            WATCHERS[depth], DIRECTLY[depth] = NOBODY, None
