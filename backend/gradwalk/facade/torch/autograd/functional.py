"""``torch.autograd.functional``: Jacobians, Hessians and their products with vectors, of a function at a point."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from gradwalk.engine.forward_ad import ForwardWatch, made_of, refuse_within_dual_level
from gradwalk.engine.grad_mode import enable_grad, is_grad_enabled
from gradwalk.engine.ops.creation import zeros_like
from gradwalk.engine.ops.view import view
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.transforms import finding_tangents

from .._missing import missing
from ._parts import Tensors, as_tuple, finished, fresh, fresh_zeros, gradients, one_number, run, unpacked, vector
from ._strict import check, zeros_for_none

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]

Function = Callable[..., Any]


def vjp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """The function's outputs, and the product of ``v`` with its Jacobian."""
    with enable_grad():
        many, given = as_tuple(inputs, "inputs", "vjp")
        xs = fresh(given, create_graph)
        several, outputs = run(func, xs, "vjp", strict)
        vs = vector(v, outputs, several, "vjp", "the user-provided function returns")
    with enable_grad():
        found = gradients(outputs, xs, vs, create_graph)
    product = zeros_for_none(found, given, strict, create_graph, "back")
    return unpacked(finished(outputs, create_graph), [several]), unpacked(finished(product, create_graph), [many])


def jvp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """The function's outputs, and the product of its Jacobian with ``v``."""
    with enable_grad():
        _, given = as_tuple(inputs, "inputs", "jvp")
        vs = vector(v, given, isinstance(inputs, tuple), "jvp", "the input to the user-provided function is")
        xs = fresh(given, create_graph)
        several, outputs = run(func, xs, "jvp", strict)
        dummies: Tensors = tuple(fresh_zeros(x) for x in outputs)
        pulled = gradients(outputs, xs, dummies, create_graph=True)
        check(pulled, "gradient", strict)
        found = gradients(pulled, dummies, vs, create_graph)
    product = zeros_for_none(found, outputs, strict, create_graph, "back_trick")
    return unpacked(finished(outputs, create_graph), [several]), unpacked(finished(product, create_graph), [several])


def vhp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """The function's value, and the product of ``v`` with its Hessian."""
    many, given, xs, outputs, vs, slopes = _slopes("vhp", func, inputs, v, create_graph, strict)
    with enable_grad():
        found = gradients(slopes, xs, vs, create_graph)
    product = zeros_for_none(found, given, strict, create_graph, "double_back")
    return finished(outputs, create_graph)[0], unpacked(finished(product, create_graph), [many])


def hvp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """The function's value, and the product of its Hessian with ``v``."""
    many, given, xs, outputs, vs, slopes = _slopes("hvp", func, inputs, v, create_graph, strict)
    with enable_grad():
        dummies: Tensors = tuple(fresh_zeros(x) for x in given)
        pulled = gradients(slopes, xs, dummies, create_graph=True)
        check(pulled, "hessian", strict)
        found = gradients(pulled, dummies, vs, create_graph)
    product = zeros_for_none(found, given, strict, create_graph, "double_back_trick")
    return finished(outputs, create_graph)[0], unpacked(finished(product, create_graph), [many])


def _slopes(name: str, func: Function, inputs: Any, v: Any, create_graph: bool, strict: bool) -> Any:
    """What both Hessian products begin with."""
    with enable_grad():
        many, given = as_tuple(inputs, "inputs", name)
        xs = fresh(given, create_graph)
        vs = vector(v, given, many, name, "the input to the user-provided function is")
        several, outputs = run(func, xs, name, strict)
        one_number(outputs, several, name)
        slopes = gradients(outputs, xs, create_graph=True)
        check(slopes, "jacobian", strict)
    return many, given, xs, outputs, vs, slopes


def jacobian(
    func: Function,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """The derivative of every output with respect to every input; shape: output's, then input's."""
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError(
            'Expected strategy to be either "forward-mode" or "reverse-mode". Hint: If your function has more outputs '
            'than inputs, "forward-mode" tends to be more performant. Otherwise, prefer to use "reverse-mode".'
        )
    if strategy == "forward-mode":
        return _forward_jacobian(func, inputs, create_graph, strict, vectorize)
    if vectorize and strict:
        raise RuntimeError(
            "torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported together. "
            "Please either set `strict=False` or `vectorize=False`."
        )
    with enable_grad():
        many, given = as_tuple(inputs, "inputs", "jacobian")
        xs = fresh(given, create_graph)
        several, outputs = run(func, xs, "jacobian", strict)
        rows = tuple(_rows(index, output, xs, create_graph, strict) for index, output in enumerate(outputs))
    return unpacked(finished(rows, create_graph), [several, many])


def _forward_jacobian(
    func: Function, inputs: Any, create_graph: bool, strict: bool, vectorize: bool, always: bool = False
) -> Any:
    """The Jacobian as forward mode gives it in PyTorch: of an input that requires grad it is part of a graph, and of a
    Hessian ``always``, for its inputs are made to."""
    if create_graph:
        raise NotImplementedError(
            'torch.autograd.functional.jacobian: `create_graph=True` and `strategy="forward-mode"` are not supported '
            'together (yet). Please either set `create_graph=False` or `strategy="reverse-mode"`.'
        )
    if strict:
        raise RuntimeError(
            'torch.autograd.functional.jacobian: `strict=True` and `strategy="forward-mode"` are not supported '
            'together (yet). Please either set `strict=False` or `strategy="reverse-mode"`.'
        )
    if not vectorize:
        raise NotImplementedError(
            "Computing Jacobian using forward-AD or forward-over-reverse Hessian isonly implemented for "
            "`vectorize=True`."
        )
    refuse_within_dual_level()
    many, given = as_tuple(inputs, "inputs", "jacobian")
    goes_on = is_grad_enabled() and (always or any(x.requires_grad for x in given))
    captured = [] if goes_on else _without_history(func)
    with enable_grad():
        xs = fresh(given, goes_on)
        with _watched(xs) as watched:
            several, outputs = run(func, watched, "jacobian", False)
        with finding_tangents():
            rows = [_rows(index, output, xs, goes_on, False) for index, output in enumerate(outputs)]
    if not goes_on:
        rows = finished(tuple(rows), False)
        _let_go(captured, xs)
    found = [
        [_by_columns(x, output.shape, of.shape) for x, of in zip(row, xs, strict=True)]
        for row, output in zip(rows, outputs, strict=True)
    ]
    result: Any = found if many else tuple(row[0] for row in found)
    return result if several else result[0]


def _without_history(func: Function) -> list[Any]:
    """What a function has from outside that no gradient goes through."""
    from ..func._outside import captured

    return [x for x in captured(func) if x.grad_fn is None and not x.requires_grad]


def _let_go(captured: Sequence[Any], xs: Tensors) -> None:
    """Take what a function wrote into what it has from outside out of the graph: in PyTorch it had a tangent alone."""
    from ..func._levels import depends, let_go

    let_go([x for x in captured if depends(x, xs, tangents=True)])


def _by_columns(rows: Any, output: Sequence[int], of: Sequence[int]) -> Any:
    """A Jacobian made of rows as PyTorch makes it of columns."""
    columns = rows.reshape(math.prod(output), math.prod(of)).t().contiguous().reshape((math.prod(of), *output))
    return columns.permute(*range(1, columns.ndim), 0).reshape((*output, *of))


@contextmanager
def _watched(xs: Tensors) -> Iterator[Tensors]:
    """While a function runs that must be able to go forward: what it is given may be written in place, and ``no_grad``
    stops no tangents."""
    from ..func._levels import depends

    with ForwardWatch(lambda x: depends(x, xs, tangents=True)):
        yield tuple(map(made_of, xs))


def _rows(index: int, output: Any, inputs: Tensors, create_graph: bool, strict: bool) -> Tensors:
    """The Jacobian of one output, by input."""
    found: list[list[Any]] = [[] for _ in inputs]
    for row in range(output.numel()):
        slopes = gradients((output.reshape(-1)[row],), inputs, create_graph=create_graph)
        for number, (slope, x) in enumerate(zip(slopes, inputs, strict=True)):
            if slope is None and strict:
                raise RuntimeError(
                    f"Output {index} of the user-provided function is independent of input {number}. This is not "
                    "allowed in strict mode."
                )
            if slope is not None and strict and create_graph and not slope.requires_grad:
                raise RuntimeError(
                    "The jacobian of the user-provided function is independent of input "
                    f"{number}. This is not allowed in strict mode when create_graph=True."
                )
            found[number].append(zeros_like(x.detach()) if slope is None else slope)
    stack, zeros = FUNCTIONS["stack"], FUNCTIONS["zeros"]
    return tuple(
        view(stack(column, 0), size=(*output.shape, *x.shape))
        if column
        else zeros((*output.shape, *x.shape), dtype=x.dtype)
        for column, x in zip(found, inputs, strict=True)
    )


def hessian(
    func: Function,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """The second derivatives of a function that gives one number."""
    many, given = as_tuple(inputs, "inputs", "hessian")
    if outer_jacobian_strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode".')

    def single(*xs: Any) -> Any:
        several, outputs = as_tuple(func(*xs), "outputs of the user-provided function", "hessian")
        check(outputs, "outputs", strict)
        one_number(outputs, several, "hessian")
        return outputs[0]

    def slopes(*xs: Any) -> Any:
        found = jacobian(single, xs, create_graph=True)
        check(found, "jacobian", strict)
        return tuple(slope.reshape(x.shape) for slope, x in zip(found, xs, strict=True))

    if outer_jacobian_strategy == "reverse-mode":
        return unpacked(jacobian(slopes, given, create_graph, strict, vectorize), [many, many])
    second = _forward_jacobian(slopes, given, create_graph, strict, vectorize, always=True)
    return second if many else second[0][0]


def __getattr__(name: str) -> Any:
    raise missing("torch.autograd.functional", name)
