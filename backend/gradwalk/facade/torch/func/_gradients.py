"""``grad``, ``vjp``, ``jvp`` and ``linearize`` of ``torch.func``."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from gradwalk.engine import Tensor
from gradwalk.engine.custom.forward_mode import transposing
from gradwalk.engine.dtypes import INEXACT
from gradwalk.engine.grad_mode import inference_mode, is_grad_enabled
from gradwalk.engine.ops.creation import ones_like, zeros_like
from gradwalk.engine.transforms import finding_tangents

from ..utils._pytree import outline, refilled, tree_map, tree_structure
from ..utils._pytree import tree_leaves as leaves
from ._batched import remade
from ._levels import ForwardLevel, Level, pull

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
        level = Level(func)
        with level.running():
            args, wanted = with_fresh(level, args, argnums)
            output, aux = split(func(*args, **kwargs), has_aux, "grad_and_value(f)(*args)")
            if not isinstance(output, Tensor):
                raise RuntimeError(
                    f"grad_and_value(f)(*args): Expected f(*args) to return a Tensor, got {type(output)}"
                )
            if output.ndim != 0:
                raise RuntimeError(
                    "grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor with "
                    f"{output.ndim} dims. Maybe you wanted to use the vjp or jacrev APIs instead?"
                )
            if output.is_complex():
                raise RuntimeError(
                    f"grad can be implicitly created only for real scalar outputs but got {output.dtype}"
                )
            inner = level.inside(output)
            found = pull([inner], level.own, [ones_like(inner.detach())], level.is_inside([inner]))
            gradient = refilled(wanted, map(level.outside, found))
        value = level.finished(output)
        level.let_go()
        return level.finished(gradient), ((value, level.finished(aux)) if has_aux else value)

    return functools.wraps(func)(wrapper)


def vjp(func: Function, *primals: Any, has_aux: bool = False) -> Any:
    """The value of ``func``, and a function that takes a cotangent of it to those of the primals."""
    level = Level(func)
    with level.running():
        fresh = level.start(primals)
        output, aux = split(func(*fresh), has_aux, "vjp(f, *primals)")
        only_tensors(output, "vjp(f, *primals)")
        only_numbers_with_gradients(output)
    outputs = [level.inside(x) for x in leaves(output)]
    is_inside = level.is_inside(outputs, enabled=True)

    def vjp_fn(cotangents: Any, retain_graph: bool = True, create_graph: bool | None = None) -> Any:
        if tree_structure(cotangents) != tree_structure(output):
            raise RuntimeError(
                "Expected pytree structure of cotangents to be the same as pytree structure of outputs to the "
                f"function. cotangents: {outline(cotangents)}, primal output: {outline(output)}"
            )
        for x in leaves(cotangents):
            if not isinstance(x, Tensor):
                raise TypeError(f"gradients can be either Tensors or None, but got {type(x).__name__}")
        given = [level.inside(x) for x in leaves(cotangents)]
        enabled = is_grad_enabled()
        with inference_mode(False):
            keep = enabled and (is_inside or any(x.requires_grad for x in given))
            found = pull(outputs, level.own, given, keep)
        return level.finished(refilled(fresh, map(level.outside, found)), enabled)

    vjp_fn.__qualname__ = "_vjp_with_argnums.<locals>.wrapper"  # as a call without arguments names it
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
    level = ForwardLevel(func)
    with level.running():
        fresh = level.start(primals)
        level.tangents_of = lambda x: _pushed_along(level, x)(tangents)
        output, aux = split(func(*fresh), has_aux, words)
        only_tensors(output, words)
        if strict and not all(level.reaches(level.inside(x)) for x in leaves(output)):
            raise RuntimeError(_STRICT)
    push = _pushed_along(level, output)
    value, tangent = level.finished(output), push(tangents)
    level.carry_on(leaves(tangents), _pushed_along)
    return (value, tangent, level.finished(aux)) if has_aux else (value, tangent)


_STRICT = (
    "jvp(f, primals, tangents, strict=True): The output of f is independent of the inputs. This is not allowed with "
    "strict=True."
)


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
    """The value of ``func``, and its derivative at the primals as a function of tangents. It is called twice."""
    value = func(*primals)
    only_tensors(value, "linearize(f, *primals)")
    level = ForwardLevel(func)
    with level.running():
        output = func(*level.start(primals))
    push = _pushed_along(level, output)

    def jvp_fn(*tangents: Any) -> Any:
        if tree_structure(tangents) != tree_structure(primals):
            raise RuntimeError(
                f"Expected the tangents {tree_structure(tangents)} to have the same argspec as the primals "
                f"{tree_structure(primals)}"
            )
        for number, (x, direction) in enumerate(zip(leaves(primals), leaves(tangents), strict=True)):
            for what, of_x, of_tangent in (("shape", x.shape, direction.shape), ("dtype", x.dtype, direction.dtype)):
                if of_x != of_tangent:
                    raise RuntimeError(
                        f"tangent:{number} with {what} {of_tangent} in flattened pytree doesn't match the {what} "
                        f"{of_x} of the corresponding primal."
                    )
        return push(tangents)

    return value, jvp_fn


def _check_direction(x: Any, direction: Any) -> None:
    if x.shape != direction.shape:
        raise RuntimeError(
            "Trying to set a forward gradient that has a different size than that of the original Tensor, this is "
            f"not supported. Tensor is of size {list(x.shape)} while the given forward gradient is of size "
            f"{list(direction.shape)}."
        )


def pushed(level: Level, output: Any) -> Callable[[Sequence[Any]], tuple[list[Any], bool]]:
    """A function of tangents that gives the output's, and whether they belong to a graph outside: the VJP of the VJP,
    which is linear in what it pulls. All of them inside of batches."""
    outputs = [level.inside(x) for x in leaves(output)]
    carries = [x._array.dtype.kind in INEXACT for x in outputs]
    with inference_mode(False):
        dummies = [zeros_like(x.detach()) for x in outputs]
        asking = [dummy for dummy, it_does in zip(dummies, carries, strict=True) if it_does]
        for dummy in asking:
            dummy.requires_grad = True
        with transposing(), finding_tangents():
            pulled = pull(outputs, level.own, dummies, create_graph=True)

    def push(directions: Sequence[Any]) -> tuple[list[Any], bool]:
        is_inside = level.is_inside(outputs) or (is_grad_enabled() and any(x.requires_grad for x in directions))
        with inference_mode(False):
            found = iter(pull(pulled, asking, directions, is_inside))
        pairs = zip(outputs, carries, strict=True)
        return [next(found) if it_does else zeros_like(x) for x, it_does in pairs], is_inside

    return push


def _pushed_along(level: Level, output: Any) -> Function:
    """A function of the tree of tangents that gives the output's, as seen from outside."""
    push = pushed(level, output)

    def push_along(tangents: Any) -> Any:
        found, is_inside = push([level.inside(x) for x in leaves(tangents)])
        return outside(refilled(output, map(level.outside, found)), is_inside)

    return push_along


def outside(tree: Any, is_inside: bool) -> Any:
    """What a level found as it is seen from outside."""
    return tree if is_inside else tree_map(lambda x: remade(x, _plain), tree)


def _plain(x: Any) -> Any:
    return x.detach()


def with_fresh(level: Level, args: tuple[Any, ...], argnums: Argnums) -> tuple[tuple[Any, ...], Any]:
    """The arguments with those of ``argnums`` replaced by leaves of the level, and these."""
    if not isinstance(argnums, int | tuple):
        raise RuntimeError(f"argnums must be int or Tuple[int, ...], got: {type(argnums)}")
    given = (argnums,) if isinstance(argnums, int) else argnums
    numbers = tuple(_wrapped_number(number, len(args)) for number in given)
    if not numbers:
        raise RuntimeError("argnums must be non-empty")
    if len({*numbers}) < len(numbers):
        raise RuntimeError(f"argnums elements must be unique, got {numbers}")
    replaced = list(args)
    for number in numbers:
        replaced[number] = level.start(args[number])
    chosen = tuple(replaced[number] for number in numbers)
    level.pass_on([x for number, x in enumerate(args) if number not in numbers])
    return tuple(replaced), chosen[0] if isinstance(argnums, int) else chosen


def _wrapped_number(number: Any, count: int) -> int:
    """The number of an argument, from the front. Raises RuntimeError if there is none."""
    if not isinstance(number, int):
        raise RuntimeError(f"argnum must be int, got: {type(number)}")
    if not -count <= number < count:
        raise RuntimeError(f"Got argnum={number}, but only {count} positional inputs")
    return number % count


def split(output: Any, has_aux: bool, words: str) -> tuple[Any, Any]:
    if not has_aux:
        return output, None
    if not (isinstance(output, tuple) and len(output) == 2):
        raise RuntimeError(f"{words}: output of function f should be a tuple: (output, aux) if has_aux is True")
    return output


def only_numbers_with_gradients(output: Any) -> None:
    for leaf in leaves(output):
        if not (leaf.is_floating_point() or leaf.is_complex()):
            raise RuntimeError(
                "vjp(f, ...): All outputs of f must be floating-point or complex Tensors, got Tensor with dtype "
                f"{leaf.dtype}"
            )


def only_tensors(output: Any, words: str) -> None:
    found = leaves(output)
    if not found or (len(found) == 1 and found[0] is None):
        raise RuntimeError(f"{words}: Expected f to be a function that has non-empty output (got output = {found})")
    for leaf in found:
        if not isinstance(leaf, Tensor):
            raise RuntimeError(
                f"{words}: expected f(*primals) to return only tensors, got unsupported type {type(leaf)}"
            )
