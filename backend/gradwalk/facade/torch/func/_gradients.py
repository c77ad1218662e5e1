"""``grad``, ``vjp``, ``jvp`` and the Jacobians of ``torch.func``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from gradwalk.engine import Tensor
from gradwalk.engine.dtypes import INEXACT
from gradwalk.engine.grad_mode import enable_grad
from gradwalk.engine.ops.creation import ones_like, zeros_like
from gradwalk.engine.ops.view import view
from gradwalk.engine.surface.registry import FUNCTIONS

from ..utils._pytree import outline, refilled, tree_map, tree_structure
from ..utils._pytree import tree_leaves as leaves
from ._batched import remade
from ._levels import Level, pull

Function = Callable[..., Any]
Argnums = int | tuple[int, ...]


def grad(func: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """A function that gives the gradient of ``func`` with respect to its arguments ``argnums``."""
    both = grad_and_value(func, argnums, has_aux)

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        gradient, value = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return wrapper


def grad_and_value(func: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """Like :func:`grad`, and the value of ``func`` too."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        level = Level()
        with level.running():
            args, wanted = _with_fresh(level, args, argnums)
            output, aux = _split(func(*args, **kwargs), has_aux, "grad_and_value(f)(*args)")
            if not isinstance(output, Tensor):
                raise RuntimeError(
                    f"grad_and_value(f)(*args): Expected f(*args) to return a Tensor, got {type(output)}"
                )
            if output.ndim != 0:
                raise RuntimeError(
                    "grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor with "
                    f"{output.ndim} dims. Maybe you wanted to use the vjp or jacrev APIs instead?"
                )
            inner = level.inside(output)
            found = pull([inner], level.own, [ones_like(inner.detach())], level.is_inside([inner]))
            gradient = refilled(wanted, map(level.outside, found))
        value = level.finished(output)
        return level.finished(gradient), ((value, level.finished(aux)) if has_aux else value)

    return functools.wraps(func)(wrapper)


def vjp(func: Function, *primals: Any, has_aux: bool = False) -> Any:
    """The value of ``func``, and a function that takes a cotangent of it to those of the primals."""
    level = Level()
    with level.running():
        fresh = level.start(primals)
        output, aux = _split(func(*fresh), has_aux, "vjp(f, *primals)")
        _only_tensors(output, "vjp(f, *primals)")
    outputs = [level.inside(x) for x in leaves(output)]
    is_inside = level.is_inside(outputs)

    def vjp_fn(cotangents: Any, retain_graph: bool = True, create_graph: bool | None = None) -> Any:
        if tree_structure(cotangents) != tree_structure(output):
            raise RuntimeError(
                "Expected pytree structure of cotangents to be the same as pytree structure of outputs to the "
                f"function. cotangents: {outline(cotangents)}, primal output: {outline(output)}"
            )
        given = [level.inside(x) for x in leaves(cotangents)]
        with enable_grad():
            keep = is_inside or any(x.requires_grad for x in given)
            found = pull(outputs, level.own, given, keep)
        return level.finished(refilled(fresh, map(level.outside, found)))

    value = level.finished(output)
    return (value, vjp_fn, level.finished(aux)) if has_aux else (value, vjp_fn)


def jvp(func: Function, primals: Any, tangents: Any, *, strict: bool = False, has_aux: bool = False) -> Any:
    """The value of ``func``, and its derivative in the direction of ``tangents``."""
    words = "jvp(f, primals, tangents)"
    if not isinstance(primals, tuple):
        raise RuntimeError(f"{words}: Expected primals to be a tuple. E.g. it should be valid to call f(*primals).")
    _check_pairs(primals, tangents, words)
    for x, direction in zip(leaves(primals), leaves(tangents), strict=True):
        _check_direction(x, direction)
    level = Level()
    with level.running():
        fresh = level.start(primals)
        output, aux = _split(func(*fresh), has_aux, words)
        _only_tensors(output, words)
    push = _pushed(level, output)
    value, tangent = level.finished(output), push(leaves(tangents))
    return (value, tangent, level.finished(aux)) if has_aux else (value, tangent)


def _check_pairs(primals: Any, tangents: Any, words: str) -> None:
    if tree_structure(primals) != tree_structure(tangents):
        raise RuntimeError(
            f"{words}: Expected primals and tangents to have the same python structure. For example, if primals is a "
            f"tuple of 3 tensors, tangents also must be. Got primals with structure {tree_structure(primals)} and "
            f"tangents with structure {tree_structure(tangents)}"
        )
    for name, tree in (("primals", primals), ("tangents", tangents)):
        if not leaves(tree):
            raise RuntimeError(f"{words}: Expected {name} to contain at least one Tensor.")
        for x in leaves(tree):
            if not isinstance(x, Tensor):
                raise RuntimeError(f"{words}: Expected {name} to only contain Tensors, got {type(x)}")


def linearize(func: Function, *primals: Any) -> tuple[Any, Function]:
    """The value of ``func``, and its derivative at the primals as a function of tangents."""
    level = Level()
    with level.running():
        fresh = level.start(primals)
        output, _ = _split(func(*fresh), False, "linearize(f, *primals)")
        _only_tensors(output, "linearize(f, *primals)")
    push = _pushed(level, output)

    def jvp_fn(*tangents: Any) -> Any:
        if tree_structure(tangents) != tree_structure(primals):
            raise RuntimeError(
                f"Expected the tangents {tree_structure(tangents)} to have the same argspec as the primals "
                f"{tree_structure(primals)}"
            )
        for x, direction in zip(leaves(primals), leaves(tangents), strict=True):
            _check_direction(x, direction)
        return push(leaves(tangents))

    return level.finished(output), jvp_fn


def _check_direction(x: Any, direction: Any) -> None:
    if x.shape != direction.shape:
        raise RuntimeError(
            "Trying to set a forward gradient that has a different size than that of the original Tensor, this is "
            f"not supported. Tensor is of size {list(x.shape)} while the given forward gradient is of size "
            f"{list(direction.shape)}."
        )


def _pushed(level: Level, output: Any) -> Callable[[list[Any]], Any]:
    """A function of tangents that gives the output's: the VJP of the VJP, which is linear in what it pulls."""
    outputs = [level.inside(x) for x in leaves(output)]
    with enable_grad():
        dummies = [zeros_like(x.detach()) for x in outputs]
        for dummy in dummies:
            dummy.requires_grad = dummy._array.dtype.kind in INEXACT
        pulled = pull(outputs, level.own, dummies, create_graph=True)

    def push(tangents: list[Any]) -> Any:
        directions = [level.inside(x) for x in tangents]
        is_inside = level.is_inside(outputs) or any(x.requires_grad for x in directions)
        with enable_grad():
            found = pull(pulled, dummies, directions, is_inside)
        return _outside(refilled(output, map(level.outside, found)), is_inside)

    return push


def _outside(tree: Any, is_inside: bool) -> Any:
    return tree if is_inside else tree_map(lambda x: remade(x, _plain), tree)


def jacrev(
    func: Function, argnums: Argnums = 0, *, has_aux: bool = False, chunk_size: int | None = None,
    _preallocate_and_copy: bool = False,
) -> Function:  # fmt: skip
    """A function that gives the Jacobian of ``func`` with respect to its arguments ``argnums``."""
    if chunk_size is not None and chunk_size <= 0:
        raise ValueError("jacrev: `chunk_size` should be greater than 0.")
    return _jacobian_of(func, argnums, has_aux, "vjp(f, *primals)", list)


def _jacobian_of(
    func: Function, argnums: Argnums, has_aux: bool, words: str, others: Callable[[], list[Any]]
) -> Function:
    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        level = Level()
        with level.running(*others()):
            args, wanted = _with_fresh(level, args, argnums)
            output, aux = _split(func(*args, **kwargs), has_aux, words)
            _only_tensors(output, words)
            is_inside = level.is_inside([level.inside(x) for x in leaves(output)])
            found = tree_map(lambda x: _jacobian(level, x, wanted, is_inside), output)
        result = _outside(found, is_inside)
        return (result, level.finished(aux)) if has_aux else result

    return wrapper


def _jacobian(level: Level, output: Any, wanted: Any, create_graph: bool) -> Any:
    """The derivatives of one output, in the shape of the tree of inputs."""
    inner = level.inside(output)
    batch = tuple(inner.shape[: level.depth])
    rows = []
    for index in range(output.numel()):
        one = zeros_like(inner.detach())
        one._array.reshape(*batch, -1)[..., index] = 1
        rows.append(pull([inner], level.own, [one], create_graph))
    stack = FUNCTIONS["stack"]
    shapes = [tuple(x.shape[level.depth :]) for x in level.own]
    if rows:
        columns = [stack(list(column), level.depth) for column in zip(*rows, strict=True)]
    else:
        columns = [zeros_like(x.detach()) for x in level.own]
    found = [view(x, size=(*batch, *output.shape, *shape)) for x, shape in zip(columns, shapes, strict=True)]
    return refilled(wanted, map(level.outside, found))


def jacfwd(func: Function, argnums: Argnums = 0, has_aux: bool = False, *, randomness: str = "error") -> Function:
    """The same as :func:`jacrev`; PyTorch goes through the inputs for it, Gradwalk through the outputs."""
    return _jacobian_of(func, argnums, has_aux, "jvp(f, primals, tangents)", lambda: [None])


def hessian(func: Function, argnums: Argnums = 0) -> Function:
    """A function that gives the second derivatives of ``func``."""
    return jacfwd(jacrev(func, argnums), argnums)


def _plain(x: Any) -> Any:
    return x.detach()


def _with_fresh(level: Level, args: tuple[Any, ...], argnums: Argnums) -> tuple[tuple[Any, ...], Any]:
    """The arguments with those of ``argnums`` replaced by leaves of the level, and these."""
    if not isinstance(argnums, int | tuple):
        raise RuntimeError(f"argnums must be int or Tuple[int, ...], got: {type(argnums)}")
    numbers = (argnums,) if isinstance(argnums, int) else argnums
    for number in numbers:
        if not -len(args) <= number < len(args):
            raise RuntimeError(f"Got argnum={number}, but only {len(args)} positional inputs")
    replaced = list(args)
    for number in numbers:
        replaced[number] = level.start(args[number])
    chosen = tuple(replaced[number] for number in numbers)
    return tuple(replaced), chosen[0] if isinstance(argnums, int) else chosen


def _split(output: Any, has_aux: bool, words: str) -> tuple[Any, Any]:
    if not has_aux:
        return output, None
    if not (isinstance(output, tuple) and len(output) == 2):
        raise RuntimeError(f"{words}: output of function f should be a tuple: (output, aux) if has_aux is True")
    return output


def _only_tensors(output: Any, words: str) -> None:
    for leaf in leaves(output):
        if not isinstance(leaf, Tensor):
            raise RuntimeError(
                f"{words}: expected f(*primals) to return only tensors, got unsupported type {type(leaf)}"
            )
