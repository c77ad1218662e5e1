"""Forward mode: tensors that carry a tangent, and how an op passes tangents on.

No op declares how: its VJP is linear in the cotangent, so the VJP of the VJP is the derivative in the direction of the
tangents. One level at a time, as PyTorch has it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from weakref import ref

import numpy as np

from . import grad_mode
from .autograd import grad
from .custom.forward_mode import called_jvp
from .custom.function import Function
from .dtypes import INEXACT
from .fitting import fit
from .graph import Node, expected
from .history import record
from .layouts import kept_strides, laid, strides_of
from .no_forward_mode import has_no_rule, refuse_without_rule
from .observe import NOBODY, observing
from .op import OPS, Op
from .saved import SavedResult, keep_copies, storages_kept
from .storage import Storage
from .tangents import remember_view, root_of_view, set_level, set_tangent, tangent_of, without_tangents
from .tensor import Tensor, wrap
from .transforms import Pulling, innermost
from .views import rebase_history


class UnpackedDualTensor(NamedTuple):
    """A tensor and its tangent."""

    primal: Any
    tangent: Any


class Level:
    """One level: what :mod:`gradwalk.engine.apply` asks to pass tangents on while it is in force."""

    def follows(self, values: Sequence[Any]) -> bool:
        """Nothing needs to be recorded: tangents are found at once."""
        return False

    def look_at(self, op: Op, operands: Sequence[Any]) -> None:
        """Raises NotImplementedError for an op without a rule that tangents would go through, before it runs."""
        if has_no_rule(op) and any(tangent_of(x) is not None for x in operands):
            refuse_without_rule(op)

    def propagate(
        self, op: Op, operands: Sequence[Any], params: dict[str, Any], outputs: Sequence[Any], node: Node | None
    ) -> None:
        """Give the outputs of an op their tangents."""
        carried = [tangent_of(x) for x in operands]
        if op.is_view and op.vjps:
            for nr, output in enumerate(outputs):
                remember_view(output, operands[0], op, params, nr)
            return
        if not op.vjps or all(tangent is None for tangent in carried):
            return
        for nr, (output, tangent) in enumerate(zip(outputs, _tangents(op, operands, params, outputs), strict=True)):
            if tangent is not None:
                mine = _of_its_own(tangent, output, carried)
                set_tangent(output, mine)
                _keep(node, nr, mine)

    def before_writing(self, target: Tensor) -> Tensor:
        """The target of an in-place op as it is before, with its tangent."""
        tangent = tangent_of(target)
        copy = wrap(target._array.copy())
        copy._grad_fn, copy._output_nr, copy._requires_grad = target.grad_fn, target._output_nr, target._requires_grad
        copy._accumulator = target._accumulator
        if tangent is not None:
            with observing(NOBODY), without_tangents():
                tangent = OPS["clone"](tangent)
            set_tangent(copy, tangent)
        return copy

    def about_to_write(self, *_: Any) -> None:
        """Nothing: what tangents need of what is written over was copied."""

    def written(
        self, op: Op, operands: Sequence[Any], params: dict[str, Any], target: Tensor, node: Node | None
    ) -> None:
        """Let the tangent of what an op was written into follow: in its memory, so that those of views follow too.

        Raises RuntimeError for a view that was there before the level.
        """
        if not op.vjps or all(tangent_of(x) is None for x in operands):
            return
        (tangent,) = _tangents(op, operands, params, (target,))
        if tangent is None:
            return
        if tangent_of(target) is None:
            root = root_of_view(target)
            if root is target and target._base is not None:
                raise RuntimeError(
                    "Gradwalk does not carry tangents through in-place writes to views that were made before the "
                    "level; make the view within it instead."
                )
            set_tangent(root, _laid_as(root))
        written = tangent_of(target)
        with observing(NOBODY), without_tangents():
            OPS["copy"].in_place(written, tangent)
        _keep(node, 0, tangent)

    def function_applied(self, node: Any, arguments: Sequence[Any], outputs: Sequence[Any]) -> None:
        """Give the outputs of a user's Function the tangents that its ``jvp`` says."""
        tangents = [tangent_of(x) for x in arguments]
        if any(tangent is not None for tangent in tangents):
            if node.function.jvp is Function.jvp:
                node.function.jvp(node.context)
            with without_tangents():
                found = called_jvp(node, tangents, arguments, outputs)
            for output, tangent in zip(outputs, found, strict=True):
                if isinstance(output, Tensor) and tangent is not None:
                    set_tangent(output, tangent)


class ForwardWatch:
    """What stands in a level's place where tangents are found afterwards: it only refuses ops that have no rule.

    ``reaches``: whether a tensor will have a tangent. Within a level of tangents nothing is watched.
    """

    def __init__(self, reaches: Callable[[Any], bool], unpack: Callable[[Any], tuple[Any, Any]] | None = None) -> None:
        self._reaches = reaches
        self._unpack = unpack
        """What takes a tensor apart into itself without its tangent, and that."""
        self._keeping: dict[int, tuple[Any, list[ref[Node]]]] = {}
        """By storage (its id, and itself), the nodes that saved something of it as it was."""
        self._pending: Node | None = None

    def __enter__(self) -> None:
        self._before = grad_mode._State.dual
        if not isinstance(self._before, Level):
            set_level(self)

    def __exit__(self, *error: object) -> None:
        set_level(self._before)

    def look_at(self, op: Op, operands: Sequence[Any]) -> None:
        """Raises NotImplementedError for an op without a rule that something with a tangent would go through."""
        if has_no_rule(op) and self._any_reaches(operands):
            refuse_without_rule(op)

    def propagate(
        self, op: Op, operands: Sequence[Any], params: dict[str, Any], outputs: Sequence[Any], node: Node | None
    ) -> None:
        """Record also what is computed under ``no_grad``: a tangent goes through, though no gradient does."""
        if node is None and op.vjps and self.follows(operands):
            with grad_mode.set_grad_enabled(True):
                node = record(op, operands, params, outputs)
            if node is not None:
                keep_copies(node, as_numbers=True)
                let_tangents_alone_through(node)
                for nr, output in enumerate(outputs[: op.differentiable]):
                    if output is not None and output._array.dtype.kind in INEXACT:
                        output._grad_fn, output._output_nr, output._requires_grad = node, nr, True
                        if op.is_view:
                            output._origin = operands[0]._origin  # it may be written, which tangents follow
        elif node is not None:
            self._note(node)

    def _note(self, node: Node) -> None:
        for storage in storages_kept(node):
            self._keeping.setdefault(id(storage), (storage, []))[1].append(ref(node))

    def before_writing(self, target: Tensor) -> Tensor:
        """The target itself: it has no tangent that must be known afterwards.

        Nodes go on with what they saved of it: in forward mode tangents are found before anything is written.
        """
        _, nodes = self._keeping.pop(id(target._storage), (None, ())) if self._is_innermost() else (None, ())
        for node in nodes:
            if (alive := node()) is not None and not alive.freed:
                keep_copies(alive, target._storage)
        return target

    def about_to_write(
        self, op: Op, operands: Sequence[Any], params: dict[str, Any], target: Tensor, node: Node | None
    ) -> None:
        """Have the node go on with what is about to be written over; make one under ``no_grad``."""
        self._pending = None
        if node is not None:
            if self._is_innermost():
                keep_copies(node, target._storage)
        elif op.vjps and self.follows(operands):
            with grad_mode.set_grad_enabled(True):
                self._pending = record(op, operands, params, [], in_place=True)
            if self._pending is not None:
                keep_copies(self._pending, as_numbers=True)

    def _is_innermost(self) -> bool:
        """Whether no transform within goes backward, which would miss what is written over."""
        return not getattr(innermost(), "goes_backward", False)

    def written(
        self, op: Op, operands: Sequence[Any], params: dict[str, Any], target: Tensor, node: Node | None
    ) -> None:
        """Give what was written under ``no_grad`` its history."""
        if node is None and (node := self._pending) is not None:
            node.outputs = (expected(target._array),)
            if "result" in node.saved:
                node.saved["result"] = SavedResult(target, 0)
                keep_copies(node, target._storage, as_numbers=True)
            target._origin = None
            with grad_mode.set_grad_enabled(True):
                rebase_history(target, node)
            whole = target if target._base is None else target._base
            let_gradients_past(whole._grad_fn or node)
        elif node is not None:
            self._note(node)
        self._pending = None

    def function_applied(self, node: Any, arguments: Sequence[Any], outputs: Sequence[Any]) -> None:
        """Raises NotImplementedError for a user's Function without a ``jvp``."""
        if node.function.jvp is Function.jvp and self._any_reaches(arguments):
            node.function.jvp(node.context)
        if self.follows(arguments):
            let_tangents_alone_through(node)

    def unpacked(self, x: Any) -> UnpackedDualTensor:
        """A tensor without its tangent, and the tangent. Raises NotImplementedError where it is not known yet."""
        if self._unpack is None:
            raise NotImplementedError(
                "Gradwalk finds the tangents of a Jacobian when the function has run: unpack_dual() within it has none."
            )
        return UnpackedDualTensor(*self._unpack(x))

    def follows(self, values: Sequence[Any]) -> bool:
        """Whether something will have a tangent here or further out, and gradients are not recorded now."""
        return not grad_mode.is_grad_enabled() and (
            self._any_reaches(values) or (isinstance(self._before, ForwardWatch) and self._before.follows(values))
        )

    def _any_reaches(self, values: Sequence[Any]) -> bool:
        return any(isinstance(x, Tensor) and x.requires_grad and self._reaches(x) for x in values)


def made_of(x: Tensor) -> Tensor:
    """A tensor that is no leaf on the numbers of one that is: it may be written in place."""
    other = wrap(x._array, x._storage)
    come_from(other, x)
    return other


def come_from(x: Tensor, origin: Tensor) -> None:
    """Let a tensor's history be that it is another, on the same numbers."""
    with grad_mode.set_grad_enabled(True):
        x._grad_fn, x._output_nr, x._requires_grad = record(OPS["fw_primal"], (origin,), {}, [x]), 0, True


def let_tangents_alone_through(node: Node) -> None:
    """Have gradients end at a node but in the passes by which tangents are found."""
    node.metadata[_TANGENTS_ALONE] = True
    node.register_prehook(lambda gradients: gradients if Pulling.tangents else tuple(map(_no_gradient, gradients)))


def let_gradients_past(node: Node) -> None:
    """Have gradients go on as if a node were not there, to its first edge, but in the passes by which tangents are
    found: what writes under ``no_grad`` leaves the history of what it writes into as it was."""
    if node.edges[0][0] is None:
        let_tangents_alone_through(node)
    else:
        node.register_hook(lambda found, given: None if Pulling.tangents else (*given, *(None for _ in found[1:])))


def lets_tangents_alone_through(node: Node) -> bool:
    """Whether gradients end at a node."""
    return _TANGENTS_ALONE in node.metadata


_TANGENTS_ALONE = "lets tangents alone through"


def _no_gradient(gradient: Any) -> Any:
    return None if gradient is None else _zeros(gradient)


def _laid_as(x: Tensor) -> Tensor:
    """Zeros that lie as a tensor does."""
    zeros = np.broadcast_to(np.zeros((), x._array.dtype), x._array.shape)
    return wrap(laid(zeros, kept_strides(x._array)))


def _of_its_own(tangent: Tensor, x: Tensor, others: Sequence[Any]) -> Tensor:
    """The tangent in memory of its own that lies as its tensor does: it may be written to."""
    mine = all(other is None or other._storage is not tangent._storage for other in others)
    places = zip(strides_of(tangent._array), kept_strides(x._array), x._array.shape, strict=True)
    if mine and all(step == wanted or extent < 2 for step, wanted, extent in places):
        return tangent
    with observing(NOBODY), without_tangents():
        return OPS["copy"].in_place(_laid_as(x), tangent)


def _keep(node: Node | None, output_nr: int, tangent: Tensor) -> None:
    """A result that its node saved carries its tangent there too."""
    for kept in () if node is None else node.saved.values():
        if isinstance(kept, SavedResult) and kept.output_nr == output_nr:
            kept.tangent = tangent


def _tangents(op: Op, operands: Sequence[Any], params: dict[str, Any], outputs: Sequence[Any]) -> list[Tensor | None]:
    """By output, the tangent; ``outputs`` are tensors, with None for each that was not asked for."""
    given = [tangent_of(x) for x in operands]
    inside = grad_mode.is_grad_enabled() and any(isinstance(x, Tensor) and x.requires_grad for x in (*operands, *given))
    with observing(NOBODY), without_tangents(), grad_mode.set_grad_enabled(True):
        primals = [x if tangent is None else _asking(x) for x, tangent in zip(operands, given, strict=True)]
        node = record(op, primals, params, [None if x is None else wrap(x._array, x._storage) for x in outputs])
        if node is None:
            return [None] * len(outputs)
        carries = [x is not None and x._array.dtype.kind in INEXACT for x in outputs[: op.differentiable]]
        carries += [False] * (len(outputs) - len(carries))
        dummies = [_asking(_zeros(x)) if it_does else None for x, it_does in zip(outputs, carries, strict=True)]
        given_dummies = [x for x in dummies if x is not None]
        raw = node.vjp(list(dummies), as_tensors=True)
        places = range(len(operands)) if op.takes_list else [op.operands.index(name) for name in op.vjps]
        pulled, directions = [], []
        for slot, place in enumerate(places):
            cotangent, following, direction = raw[slot], node.edges[slot], given[place]
            if cotangent is not None and direction is not None and following[0] is not None:
                fitted = fit(cotangent, following[0].outputs[following[1]], node, slot)
                if fitted.requires_grad:
                    pulled.append(fitted)
                    directions.append(direction)
        if not pulled:
            return [None if x is None else _zeros(x) for x in dummies]
        found = iter(grad(pulled, given_dummies, directions, create_graph=inside, allow_unused=True))
    return [None if x is None else next(found) for x in dummies]


def _zeros(x: Tensor) -> Tensor:
    return wrap(np.zeros(x._array.shape, x._array.dtype))


def _asking(x: Tensor) -> Tensor:
    """The tensor if it requires grad, else another on the same numbers that does."""
    if x.requires_grad:
        return x
    other = wrap(x._array, x._storage)
    other._requires_grad = x._array.dtype.kind in INEXACT
    return other


class dual_level:  # noqa: N801 (the name is PyTorch's)
    """The ``with`` block in which tensors may carry tangents."""

    __module__ = "torch.autograd.forward_ad"

    def __enter__(self) -> int:
        return enter_dual_level()

    def __exit__(self, *error: object) -> None:
        exit_dual_level()


def enter_dual_level() -> int:
    """Begin a level. Raises RuntimeError within another."""
    if grad_mode._State.dual is not None:
        raise RuntimeError(_NESTED)
    set_level(Level())
    return 0


def refuse_within_dual_level() -> None:
    """Raises RuntimeError for what begins a level of its own within a level of tangents."""
    if isinstance(grad_mode._State.dual, Level):
        raise RuntimeError(_NESTED)


_NESTED = "Nested forward mode AD is not supported at the moment"


def exit_dual_level(*, level: int | None = None) -> None:
    """End the level: its tangents are gone."""
    if grad_mode._State.dual is None:
        raise RuntimeError("Dual level must be a positive number.")
    set_level(None)


def make_dual(tensor: Any, tangent: Any, *, level: int | None = None) -> Tensor:
    """A tensor on the same numbers that carries ``tangent``. Raises RuntimeError or ValueError if it cannot."""
    if grad_mode._State.dual is None:
        raise RuntimeError(
            "Trying to create a dual Tensor for forward AD but no level exists, make sure to enter_dual_level() first."
        )
    for what, x in (("primal", tensor), ("tangent", tangent)):
        if not isinstance(x, Tensor):
            raise AttributeError(f"'{type(x).__name__}' object has no attribute 'is_floating_point'")
        if x._array.dtype.kind not in INEXACT:
            raise ValueError(f"Expected {what} to be floating point or complex, but got: {x.dtype}")
    if tensor.shape != tangent.shape:
        raise RuntimeError(
            "Trying to set a forward gradient that has a different size than that of the original Tensor, this is not "
            f"supported. Tensor is of size {list(tensor.shape)} while the given forward gradient is of size "
            f"{list(tangent.shape)}."
        )
    if tangent_of(tangent) is not None:
        raise RuntimeError(
            "Setting a forward grad that itself has a forward gradient at the same level0 is not supported."
        )
    if tangent_of(tensor) is not None:
        raise RuntimeError(
            "Making a dual Tensor based on a Tensor that already has a forward gradient at the same level 0 is not "
            "supported."
        )
    with without_tangents():
        dual: Tensor = OPS["view"](tensor, size=tensor._array.shape)
        tangent = tangent if _lies_as(tangent, tensor) else _copied_as(tangent, tensor)
    set_tangent(dual, tangent)
    return dual


def _lies_as(tangent: Tensor, x: Tensor) -> bool:
    """Whether a tangent lies in its memory as its tensor does in that of its own."""
    mine, other = tangent._array, x._array
    steps = zip(strides_of(mine), strides_of(other), other.shape, strict=True)
    return (
        all(step == wanted or extent == 1 for step, wanted, extent in steps)
        and tangent._storage.base.size == x._storage.base.size
        and (not other.size or tangent._storage.offset_of(mine) == x._storage.offset_of(other))
        and all(_flag(tangent, name) == _flag(x, name) for name in ("is_conj", "is_neg"))
    )


def _flag(x: Tensor, name: str) -> bool:
    return x._array.dtype.kind == "c" and bool(getattr(x, name)())


def _copied_as(tangent: Tensor, x: Tensor) -> Tensor:
    """A copy of a tangent in memory of its own, as large as its tensor's, in which it lies as that does."""
    memory = np.zeros(x._storage.base.size, x._array.dtype)
    steps = tuple(step * memory.itemsize for step in strides_of(x._array))
    storage = Storage(memory)
    start = x._storage.offset_of(x._array) * memory.itemsize
    fresh = wrap(np.ndarray(x._array.shape, memory.dtype, memory, start, steps), storage)
    return OPS["copy"].in_place(fresh, tangent)


def unpack_dual(tensor: Tensor, *, level: int | None = None) -> UnpackedDualTensor:
    """A tensor without its tangent, and the tangent, None if it carries none."""
    found = grad_mode._State.dual
    if found is None:
        return UnpackedDualTensor(tensor, None)
    if not isinstance(tensor, Tensor):
        raise TypeError(f"_unpack_dual(): argument 'dual' (position 1) must be Tensor, not {type(tensor).__name__}")
    if not isinstance(found, Level):
        return found.unpacked(tensor)  # type: ignore[no-any-return]
    tangent = tangent_of(tensor)
    with without_tangents():
        return UnpackedDualTensor(OPS["fw_primal"](tensor), tangent)
