"""``grad``, ``vjp``, ``jvp`` and the Jacobians of ``torch.func``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from gradwalk.engine import Tensor
from gradwalk.engine.grad_mode import enable_grad
from gradwalk.engine.ops.creation import ones_like, zeros_like
from gradwalk.engine.ops.view import view
from gradwalk.engine.surface.registry import FUNCTIONS

from ..utils._pytree import leaves, refilled, tree_map
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
        with enable_grad():
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
            flat = leaves(wanted)
            found = pull([output], flat, [ones_like(_plain(output))], level.is_inside([output]))
        gradient = level.finished(refilled(wanted, iter(found)))
        value = level.finished(output)
        return gradient, ((value, level.finished(aux)) if has_aux else value)

    return functools.wraps(func)(wrapper)


def vjp(func: Function, *primals: Any, has_aux: bool = False) -> Any:
    """The value of ``func``, and a function that takes a cotangent of it to those of the primals."""
    level = Level()
    with enable_grad():
        fresh = level.start(primals)
        output, aux = _split(func(*fresh), has_aux, "vjp(f, *primals)")
        _only_tensors(output, "vjp(f, *primals)")
    flat = leaves(fresh)
    outputs = leaves(output)
    inside = level.is_inside(outputs)

    def vjp_fn(cotangents: Any, retain_graph: bool = True, create_graph: bool | None = None) -> Any:
        given = leaves(cotangents)
        with enable_grad():
            keep = inside or any(x.requires_grad for x in given if isinstance(x, Tensor))
            found = pull(outputs, flat, given, keep)
        return level.finished(refilled(fresh, iter(found)))

    value = level.finished(output)
    return (value, vjp_fn, level.finished(aux)) if has_aux else (value, vjp_fn)


def jvp(func: Function, primals: Any, tangents: Any, *, strict: bool = False, has_aux: bool = False) -> Any:
    """The value of ``func``, and its derivative in the direction of ``tangents``."""
    words = "jvp(f, primals, tangents)"
    if not isinstance(primals, tuple):
        raise RuntimeError(f"{words}: Expected primals to be a tuple. E.g. it should be valid to call f(*primals).")
    directions = leaves(tangents)
    for x, direction in zip(leaves(primals), directions, strict=True):
        if x.shape != direction.shape:
            raise RuntimeError(
                "Trying to set a forward gradient that has a different size than that of the original Tensor, this is "
                f"not supported. Tensor is of size {list(x.shape)} while the given forward gradient is of size "
                f"{list(direction.shape)}."
            )
    level = Level()
    with enable_grad():
        fresh = level.start(primals)
        output, aux = _split(func(*fresh), has_aux, words)
        _only_tensors(output, words)
        outputs = leaves(output)
        inside = level.is_inside(outputs) or any(x.requires_grad for x in directions)
        dummies = [zeros_like(_plain(x)) for x in outputs]
        for dummy in dummies:
            dummy.requires_grad = dummy._array.dtype.kind == "f"
        pulled = pull(outputs, leaves(fresh), dummies, create_graph=True)
        found = pull(pulled, dummies, directions, inside)
    value, tangent = level.finished(output), _outside(level, refilled(output, iter(found)), inside)
    return (value, tangent, level.finished(aux)) if has_aux else (value, tangent)


def _outside(level: Level, tree: Any, inside: bool) -> Any:
    return tree if inside else tree_map(_plain, tree)


def jacrev(func: Function, argnums: Argnums = 0, *, has_aux: bool = False, chunk_size: int | None = None) -> Function:
    """A function that gives the Jacobian of ``func`` with respect to its arguments ``argnums``."""

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        level = Level()
        with enable_grad():
            args, wanted = _with_fresh(level, args, argnums)
            output, aux = _split(func(*args, **kwargs), has_aux, "vjp(f, *primals)")
            _only_tensors(output, "vjp(f, *primals)")
            inside = level.is_inside(leaves(output))
            found = tree_map(lambda x: _jacobian(x, wanted, inside), output)
        result = _outside(level, found, inside)
        return (result, level.finished(aux)) if has_aux else result

    return wrapper


def _jacobian(output: Any, wanted: Any, create_graph: bool) -> Any:
    """The derivatives of one output, in the shape of the tree of inputs."""
    inputs = leaves(wanted)
    rows = []
    for index in range(output.numel()):
        one = zeros_like(_plain(output))
        one._array.reshape(-1)[index] = 1
        rows.append(pull([output], inputs, [one], create_graph))
    stack = FUNCTIONS["stack"]
    columns = [
        view(stack(list(column), 0), size=(*output.shape, *column[0].shape)) for column in zip(*rows, strict=True)
    ]
    return refilled(wanted, iter(columns))


def jacfwd(func: Function, argnums: Argnums = 0, has_aux: bool = False, *, randomness: str = "error") -> Function:
    """The same as :func:`jacrev`; PyTorch goes through the inputs for it, Gradwalk through the outputs."""
    return jacrev(func, argnums, has_aux=has_aux)


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
