"""How a transform starts a graph of its own and tells what of it belongs to a graph outside.

A transform differentiates with respect to fresh leaves. What it gives is part of a graph only if it also depends on
something outside that requires grad: another transform's leaf, or a tensor of the user's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from weakref import ref

from gradwalk.engine import Tensor
from gradwalk.engine.accumulate_grad import AccumulateGrad
from gradwalk.engine.autograd import grad
from gradwalk.engine.dtypes import INEXACT
from gradwalk.engine.forward_ad import (
    ForwardWatch,
    come_from,
    lets_tangents_alone_through,
    refuse_within_dual_level,
)
from gradwalk.engine.grad_mode import inference_mode, is_grad_enabled
from gradwalk.engine.graph import Node
from gradwalk.engine.history import accumulator
from gradwalk.engine.memory_format import shares_memory
from gradwalk.engine.ops.creation import zeros_like
from gradwalk.engine.saved import HOOKS
from gradwalk.engine.tensor import wrap
from gradwalk.engine.transforms import SAVED_HOOKS, STACK, Pulling, innermost
from gradwalk.engine.wrapped import answered

from ..utils._pytree import tree_leaves as leaves
from ..utils._pytree import tree_map
from ._batched import gathered, plain, remade, spread
from ._outside import captured, is_from_outside
from ._randomness import Map
from ._stack import under_way


class Level:
    """One run of a transform: the leaves it differentiates with respect to.

    Within vmap each item has leaves of its own: a level computes with the tensors inside the batches, in which every
    vmap that is under way has a dimension in front (:func:`spread`).
    """

    goes_backward = True

    def __init__(self, func: Callable[..., Any]) -> None:
        self._func = func
        self._was_enabled = is_grad_enabled()
        self._captured = {id(x._storage): x._storage for x in map(plain, captured(func))}
        self._maps = [x for x in STACK if isinstance(x, Map)]
        self._around = [x for x in STACK if isinstance(x, Level)]
        self.own: list[Any] = []
        self._begun: list[Any] = []
        """Leaves of the levels that were begun within this one, which are none of what lies outside."""
        self._given: list[Any] = []
        self._passed: list[Any] = []

    @contextmanager
    def running(self, *others: Any) -> Iterator[None]:
        """While the function that is transformed runs."""
        if self.goes_backward and HOOKS and isinstance(HOOKS[-1], tuple):
            raise RuntimeError(SAVED_HOOKS)
        with under_way(*others, self), inference_mode(False):
            yield

    def start(self, tree: Any) -> Any:
        """The tree with leaves of this level. Raises ValueError for what is no tensor."""
        with inference_mode(False):
            return tree_map(self._start, tree)

    def _start(self, x: Any) -> Any:
        if not isinstance(x, Tensor):
            raise ValueError(f"Thing passed to transform API must be Tensor, got {type(x)}")
        tensor = self.inside(x)
        if tensor._storage.inference:
            tensor = tensor.detach().clone()  # for what was made in inference mode is a tensor like others here
        if tensor is not x and shares_memory(tensor._array):
            tensor = tensor.contiguous()  # each item has a leaf of its own
        if tensor._array.dtype.kind not in INEXACT:
            raise RuntimeError("only Tensors of floating point dtype can require gradients")
        goes_on = tensor._requires_grad or tensor.grad_fn is not None  # not of a view that was made without grad
        fresh = tensor.view_as(tensor) if goes_on else tensor.detach()
        if not goes_on:
            fresh.requires_grad = True
            self._belongs_here(fresh)
        self.own.append(fresh)
        self._given.append(tensor)
        return self.outside(fresh)

    def _belongs_here(self, leaf: Any) -> None:
        key = id(leaf)
        _LEVEL_OF[key] = ref(leaf, lambda _: _LEVEL_OF.pop(key, None)), ref(self)
        for level in self._around:
            level._begun.append(leaf)

    def pass_on(self, tree: Any) -> None:
        """Mind the tensors that the function is given beside those that it is differentiated for."""
        given = (plain(x) for x in leaves(tree) if isinstance(x, Tensor))
        self._passed += [x for x in given if not x._requires_grad and x._grad_fn is None and x._base is None]

    def let_go(self) -> None:
        """Take what the function wrote into those tensors out of this level's graph, which is none of theirs outside:
        PyTorch's function has them wrapped, so that only their numbers change."""
        let_go(self._passed)

    def inside(self, x: Any) -> Any:
        """The tensor inside the batches."""
        return spread(x, self._maps)

    def outside(self, x: Any) -> Any:
        """The batches around what :meth:`inside` gave."""
        return gathered(x, self._maps)

    @property
    def depth(self) -> int:
        """How many dimensions of batches there are inside."""
        return len(self._maps)

    def is_inside(self, outputs: Sequence[Any], enabled: bool | None = None) -> bool:
        """Whether outputs depend on something that requires grad outside of this level. ``enabled``: whether such
        things are recorded there; as it was when the level began, if None."""
        if not (self._was_enabled if enabled is None else enabled):
            return False
        mine = {id(x) for x in (*self.own, *self._begun)}
        if any(not level.goes_backward and level.reaches(x) for level in self._around for x in outputs):
            return True
        return any(isinstance(x, Tensor) and id(x) not in mine and not _is_over(x) for x in _origins(outputs))

    def reaches(self, x: Any) -> bool:
        """Whether a tensor depends on a leaf of this level."""
        return depends(x, self.own)

    def asks_for(self, x: Any) -> bool:
        """Whether a Function is told that this level wants a tensor's gradient."""
        return self.reaches(x)

    def captures(self, x: Any) -> bool:
        """Whether a tensor's memory was there before the function, which has it by name; and it is no leaf's."""
        return id(x._storage) in self._captured and not self.reaches(x)

    def tracks(self, x: Any) -> bool:
        """Whether PyTorch wraps a tensor for this level: it depends on its leaves, or was made in the function."""
        return self.reaches(x) or not is_from_outside(x, self._func)

    def given_for(self, x: Any) -> Any:
        """What a leaf of this level stands for; any other tensor itself."""
        return next((given for own, given in zip(self.own, self._given, strict=True) if own is x), x)

    def finished(self, tree: Any, enabled: bool | None = None) -> Any:
        """The tree as it is seen from outside. Raises RuntimeError for what is no tensor."""
        for x in leaves(tree):
            if not isinstance(x, Tensor):
                raise RuntimeError(f"Expected tensors, got unsupported type {type(x)}")
        if self.is_inside([plain(x) for x in leaves(tree)], enabled):
            return tree
        return tree_map(lambda x: remade(x, _detached), tree)


class ForwardLevel(Level):
    """A run of a transform that goes forward: it minds which ops have no rule of forward mode in PyTorch."""

    goes_backward = goes_many_ways = False

    def __init__(self, func: Callable[..., Any]) -> None:
        super().__init__(func)
        self._written: dict[int, Any] = {}
        """What the function was given and wrote into, by place."""
        self.tangents_of: Callable[[Any], Any] | None = None
        """What tells the tangent that a tensor has by now, where there is one direction."""

    def _start(self, x: Any) -> Any:
        if isinstance(x, Tensor) and plain(x)._array.dtype.kind not in INEXACT:
            raise ValueError(f"Expected primal to be floating point or complex, but got: {x.dtype}")
        return super()._start(x)

    def asks_for(self, x: Any) -> bool:
        return False

    def reaches(self, x: Any) -> bool:
        return depends(x, self.own, tangents=True)

    def let_write(self, target: Any) -> None:
        """Let what the function was given be written in place, or a view of it: it becomes one that comes of a leaf.

        Raises NotImplementedError for what something outside follows, too.
        """
        if innermost() is not self:
            return
        written = target if target._base is None else target._base
        for place, (own, given) in enumerate(zip(self.own, self._given, strict=True)):
            if written is own and own.is_leaf:
                self.own[place] = self._leaf_before(own)
                self._written[place] = own
            elif written is own._base and (not given.is_leaf or id(given) in _LEVEL_OF):
                raise NotImplementedError(_FOLLOWED)

    def carry_on(self, tangents: Sequence[Any], along: Callable[[Level, Any], Callable[[Any], Any]]) -> None:
        """Write into tangents what became of them where the function wrote into what they belong to."""
        if self._written and not self.depth:
            found = along(self, list(self._written.values()))(tangents)
            for place, tangent in zip(self._written, found, strict=True):
                if tangents[place]._array.shape == tangent._array.shape:
                    tangents[place].copy_(tangent)

    def _leaf_before(self, own: Any) -> Any:
        """A leaf in another's place, which from now on is made of that."""
        leaf = wrap(own._array, own._storage)
        node = accumulator(own)
        node.variable = leaf
        leaf._requires_grad, leaf._accumulator, own._accumulator = True, own._accumulator, None
        self._belongs_here(leaf)
        come_from(own, leaf)
        return leaf

    def unpack(self, x: Any) -> tuple[Any, Any]:
        """A tensor without its tangent, and the tangent, None if it has none.

        Raises NotImplementedError where there are several directions or batches, or something outside follows.
        """
        if not self.reaches(x):
            return x, None
        given = self.given_for(x)
        if self.tangents_of is None or self.depth or (given is x and self.is_inside([x])):
            raise NotImplementedError(_UNPACKED)
        primal = x.detach() if given is x else given.view_as(given)
        return primal, self.tangents_of(x)

    @contextmanager
    def running(self, *others: Any) -> Iterator[None]:
        refuse_within_dual_level()
        with super().running(*others), ForwardWatch(self.reaches, self.unpack):
            yield


_FOLLOWED = (
    "Gradwalk's torch.func carries no tangents through in-place writes to an input that belongs to a graph outside of "
    "the transform: clone() it first."
)
_UNPACKED = (
    "Gradwalk finds tangents of jvp when the function has run: unpack_dual() within it takes one direction, outside of "
    "vmap and of other transforms."
)
_LEVEL_OF: dict[int, tuple[ref[Any], ref[Level]]] = {}
"""Of leaves that are a level's alone, by their ids: themselves and the level, as long as they live."""


def let_go(tensors: Sequence[Any]) -> None:
    """Have what was written into tensors leave them without a history."""
    for x in tensors:
        if x._grad_fn is not None:
            x._grad_fn, x._output_nr, x._requires_grad = None, 0, False


def _is_over(leaf: Any) -> bool:
    """Whether a leaf is one of a level that is over: what goes on depending on it, as ``vjp`` can, depends on nothing
    that anybody may ask a gradient of."""
    if id(leaf) not in _LEVEL_OF:
        return False
    _, level = _LEVEL_OF[id(leaf)]
    return not any(each is level() for each in STACK)


def depends(x: Any, own: Sequence[Any], tangents: bool = False) -> bool:
    """Whether a tensor depends on one of these, if only by its ``tangents``."""
    mine = {id(y if y.grad_fn is None else y.grad_fn) for y in own}
    return any(id(origin) in mine for origin in _origins([x], tangents))


def _origins(outputs: Sequence[Any], tangents: bool = False) -> Iterator[Any]:
    """The leaves that tensors depend on, and the nodes on the way to them; those by which tangents alone come, too."""
    seen: set[int] = set()
    stack: list[Node] = []
    for x in outputs:
        if isinstance(x, Tensor) and x.grad_fn is not None:
            stack.append(x.grad_fn)
        elif isinstance(x, Tensor) and x.requires_grad:
            yield x
    while stack:
        node = stack.pop()
        if id(node) not in seen:
            seen.add(id(node))
            if not tangents and lets_tangents_alone_through(node):
                continue
            yield node.variable if isinstance(node, AccumulateGrad) else node
            stack += [following for following, _ in node.edges if following is not None]


def _detached(x: Any) -> Any:
    return x.detach() if x.requires_grad else x


def pull(outputs: Sequence[Any], inputs: Sequence[Any], cotangents: Sequence[Any], create_graph: bool) -> list[Any]:
    """Gradients of outputs, zeros where nothing arrives; under a later vmap for each item's cotangents."""
    found: list[Any] = _pull_or_ask(list(outputs), list(inputs), list(cotangents), create_graph)
    return found


def _pull(outputs: list[Any], inputs: list[Any], cotangents: list[Any], create_graph: bool) -> list[Any]:
    kept = [(x, v) for x, v in zip(outputs, cotangents, strict=True) if x.requires_grad]
    if not kept:
        return [zeros_like(x.detach()) for x in inputs]
    before, Pulling.on = Pulling.on, True
    try:
        found = grad(
            [x for x, _ in kept], inputs, [v for _, v in kept], create_graph=create_graph, retain_graph=True,
            allow_unused=True,
        )  # fmt: skip
    finally:
        Pulling.on = before
    return [zeros_like(x.detach()) if g is None else g for g, x in zip(found, inputs, strict=True)]


_pull_or_ask = answered(_pull, "pull")
