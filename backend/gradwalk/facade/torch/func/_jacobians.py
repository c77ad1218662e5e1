"""The Jacobians of ``torch.func``: ``jacrev`` goes through the outputs, ``jacfwd`` through the inputs."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from gradwalk.engine import Tensor
from gradwalk.engine.ops.creation import zeros_like
from gradwalk.engine.ops.view import view
from gradwalk.engine.surface.registry import FUNCTIONS

from ..utils._pytree import refilled, tree_map
from ..utils._pytree import tree_leaves as leaves
from ._gradients import (
    Argnums,
    Function,
    jvp,
    only_numbers_with_gradients,
    only_tensors,
    outside,
    pushed,
    split,
    with_fresh,
)
from ._levels import ForwardLevel, Level, pull
from ._randomness import ONLY_RANDOMNESS, Directions
from ._vmap import vmap


def jacrev(
    func: Function, argnums: Argnums = 0, *, has_aux: bool = False, chunk_size: int | None = None,
    _preallocate_and_copy: bool = False,
) -> Function:  # fmt: skip
    """A function that gives the Jacobian of ``func`` with respect to its arguments ``argnums``."""
    if chunk_size is not None and chunk_size <= 0:
        raise ValueError("jacrev: `chunk_size` should be greater than 0.")

    @functools.wraps(func)
    def wrapper_fn(*args: Any) -> Any:
        words = "vjp(f, *primals)"
        _refuse_complex("jacrev", "inputs", args)
        level = Level(func)
        with level.running():
            args, wanted = with_fresh(level, args, argnums)
            output, aux = split(func(*args), has_aux, words)
            only_tensors(output, words)
            only_numbers_with_gradients(output)
            _refuse_complex("jacrev", "outputs", output)
            is_inside = level.is_inside([level.inside(x) for x in leaves(output)])
            found = tree_map(lambda x: _rows(level, x, wanted, is_inside), output)
        result = outside(found, is_inside)
        level.let_go()
        return (result, level.finished(aux)) if has_aux else result

    return wrapper_fn


def _rows(level: Level, output: Any, wanted: Any, create_graph: bool) -> Any:
    """The derivatives of one output, in the shape of the tree of inputs."""
    inner = level.inside(output)
    batch = tuple(inner.shape[: level.depth])
    rows = []
    for index in np.ndindex(*output.shape):
        one = zeros_like(inner.detach())
        one._array[(..., *index)] = 1
        rows.append(pull([inner], level.own, [one], create_graph))
    stack = FUNCTIONS["stack"]
    shapes = [tuple(x.shape[level.depth :]) for x in level.own]
    if rows:
        columns = [stack(list(column), level.depth) for column in zip(*rows, strict=True)]
    else:
        columns = [zeros_like(x.detach()) for x in level.own]
    found = [view(x, size=(*batch, *output.shape, *shape)) for x, shape in zip(columns, shapes, strict=True)]
    return refilled(wanted, map(level.outside, found))


def jacfwd(
    func: Function, argnums: Argnums | None = 0, has_aux: bool = False, *, randomness: str = "error"
) -> Function:
    """The same as :func:`jacrev`, by forward mode.

    ``randomness``: whether random numbers are refused, the same for all directions, or different.
    """

    @functools.wraps(func)
    def wrapper_fn(*args: Any) -> Any:
        _refuse_complex("jacfwd", "inputs", args)
        numbers = tuple(range(len(args))) if argnums is None else argnums
        _refuse_numbers(args, numbers)
        if randomness not in ("error", "different", "same"):
            raise RuntimeError(ONLY_RANDOMNESS.format(randomness))
        if randomness == "different":
            return _each_drawing_its_own(func, args, numbers, has_aux)
        level = ForwardLevel(func)
        level.goes_many_ways = True
        directions = Directions(randomness)
        with level.running(directions), directions.guarding():
            given, wanted = with_fresh(level, args, numbers)
            output, aux = split(func(*given), has_aux, "jvp(f, primals, tangents)")
            only_tensors(output, "jvp(f, primals, tangents)")
            _refuse_complex("jacfwd", "outputs", output)
        result = _columns(level, output, wanted)
        level.let_go()
        return (result, level.finished(aux)) if has_aux else result

    return wrapper_fn


def _refuse_complex(name: str, what: str, tree: Any) -> None:
    for place, x in enumerate(leaves(tree)):
        if isinstance(x, Tensor) and x.is_complex():
            raise RuntimeError(
                f"{name}: Expected all {what} to be real but received complex tensor at flattened input idx: {place}"
            )


def _refuse_numbers(args: tuple[Any, ...], argnums: Argnums) -> None:
    """Raises AttributeError for what is no tensor among the arguments to differentiate for, as PyTorch comes to it."""
    numbers = (argnums,) if isinstance(argnums, int) else argnums if isinstance(argnums, tuple) else ()
    for x in leaves([args[number] for number in numbers if isinstance(number, int) and -1 < number < len(args)]):
        if not isinstance(x, Tensor):
            x.numel()


def _columns(level: Level, output: Any, wanted: Any) -> Any:
    """The derivatives of each output, in the shape of the tree of inputs: pushed along one input's element at a
    time."""
    push = pushed(level, output)
    columns, is_inside = [], False
    for place, x in enumerate(level.own):
        for index in np.ndindex(*x.shape[level.depth :]):
            basis = [zeros_like(other.detach()) for other in level.own]
            basis[place]._array[(..., *index)] = 1
            column, is_inside = push(basis)
            columns.append(column)
    if not columns:
        return _without_columns(output, wanted)
    sizes = [tuple(x.shape[level.depth :]) for x in level.own]
    stacked = (FUNCTIONS["stack"](list(each), level.depth) for each in zip(*columns, strict=True))
    found = [_unfolded(x, level.depth, sizes) for x in stacked]
    trees = [refilled(wanted, map(level.outside, parts)) for parts in found]
    return outside(refilled(output, iter(trees)), is_inside)


def _without_columns(output: Any, wanted: Any) -> Any:
    """The derivatives with respect to tensors without elements."""
    zeros = FUNCTIONS["zeros"]
    return tree_map(lambda y: tree_map(lambda x: zeros(*y.shape, *x.shape, dtype=y.dtype), wanted), output)


def _each_drawing_its_own(func: Function, args: tuple[Any, ...], argnums: Argnums, has_aux: bool) -> Any:
    """The derivatives where the function runs for each direction anew."""
    numbers = (argnums,) if isinstance(argnums, int) else argnums
    chosen = tuple(args[number] for number in numbers)
    sizes = [tuple(x.shape) for x in leaves(chosen)]

    def along(*tangents: Any) -> Any:
        def of_chosen(*fresh: Any) -> Any:
            given = list(args)
            for number, x in zip(numbers, fresh, strict=True):
                given[number] = x
            return func(*given)

        return jvp(of_chosen, chosen, refilled(chosen, iter(tangents)), has_aux=has_aux)[1:]

    eye = FUNCTIONS["eye"](sum(map(math.prod, sizes)))
    parts = FUNCTIONS["split"](eye, [math.prod(size) for size in sizes], -1)
    basis = [view(x, size=(len(eye), *size)) for x, size in zip(parts, sizes, strict=True)]
    tangent, *aux = vmap(along, randomness="different")(*basis)
    wanted = chosen[0] if isinstance(argnums, int) else chosen
    result = tree_map(lambda x: refilled(wanted, iter(_unfolded(x, 0, sizes))), tangent)
    return (result, tree_map(lambda x: x[0], aux[0])) if has_aux else result


def _unfolded(column: Any, place: int, sizes: Sequence[tuple[int, ...]]) -> list[Any]:
    """What stands along dimension ``place``, by input, in the shape of the output and then the input's."""
    last = FUNCTIONS["movedim"](column, place, -1)
    parts = FUNCTIONS["split"](last, [math.prod(size) for size in sizes], -1)
    return [view(x, size=(*last.shape[:-1], *size)) for x, size in zip(parts, sizes, strict=True)]


def hessian(func: Function, argnums: Argnums = 0) -> Function:
    """A function that gives the second derivatives of ``func``."""
    return jacfwd(jacrev(func, argnums), argnums)
