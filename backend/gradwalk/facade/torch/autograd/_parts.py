"""What ``torch.autograd.functional`` does before and after its passes: tuples, fresh leaves, gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradwalk.engine import Tensor
from gradwalk.engine.autograd import grad
from gradwalk.engine.ops.creation import ones_like, zeros_like

from ._strict import check

Tensors = tuple[Any, ...]


def as_tuple(given: Any, what: str, function: str) -> tuple[bool, Tensors]:
    """Whether it was a tuple, and the tuple. Raises TypeError for what is neither a tensor nor a tuple of them."""
    if isinstance(given, Tensor):
        return False, (given,)
    if isinstance(given, tuple):
        for index, element in enumerate(given):
            if not isinstance(element, Tensor):
                raise TypeError(
                    f"The {what} given to {function} must be either a Tensor or a tuple of Tensors but the value at "
                    f"index {index} has type {type(element)}."
                )
        return True, given
    raise TypeError(
        f"The {what} given to {function} must be either a Tensor or a tuple of Tensors but the given {what} has type "
        f"{type(given)}."
    )


def fresh(inputs: Tensors, create_graph: bool) -> Tensors:
    """The inputs as the start of a graph; under ``create_graph`` one that goes on to the inputs."""
    return tuple(x.view_as(x) if create_graph and x.requires_grad else x.detach().requires_grad_() for x in inputs)


def fresh_zeros(like: Any) -> Any:
    """Zeros that a derivative can be taken with respect to."""
    zeros = zeros_like(like.detach())
    zeros.requires_grad = True
    return zeros


def finished(results: Any, create_graph: bool) -> Any:
    """Results, outside of the graph unless it was asked for."""
    if isinstance(results, tuple):
        return tuple(finished(x, create_graph) for x in results)
    return results if create_graph else results.detach()


def unpacked(results: Tensors, was_tuple: Sequence[bool]) -> Any:
    """Tuples where tuples were given."""
    if len(was_tuple) == 2:
        results = tuple(unpacked(x, was_tuple[1:]) for x in results)
    return results if was_tuple[0] else results[0]


OUTPUTS = "outputs of the user-provided function"


def run(function: Callable[..., Any], inputs: Tensors, name: str, strict: bool) -> tuple[bool, Tensors]:
    """The outputs of the function. Raises RuntimeError if ``strict`` and one does not require grad."""
    was_tuple, outputs = as_tuple(function(*inputs), OUTPUTS, name)
    check(outputs, "outputs", strict)
    return was_tuple, outputs


def vector(v: Any, like: Tensors, were_tuple: bool, name: str, missing: str) -> Tensors:
    """The vector of a product, checked against what it is multiplied with. Raises RuntimeError."""
    if v is None:
        if len(like) != 1 or like[0].numel() != 1:
            raise RuntimeError(f"The vector v can only be None if {missing} a single Tensor with a single element.")
        return tuple(ones_like(x.detach()) for x in like)
    was_tuple, vs = as_tuple(v, "v", name)
    if len(vs) != len(like):
        if was_tuple or were_tuple:
            raise RuntimeError(
                f"v is a tuple of invalid length: should be {len(like)} but got {len(vs)}."
                if were_tuple
                else "The given v should contain a single Tensor."
            )
        raise RuntimeError("The given v should contain a single Tensor.")
    for index, (x, given) in enumerate(zip(like, vs, strict=True)):
        if x.shape != given.shape:
            prefix = f"Entry {index} in v" if len(like) > 1 else "v"
            raise RuntimeError(f"{prefix} has invalid size: should be {x.shape} but got {given.shape}.")
    return tuple(x.detach() for x in vs) if not any(x.requires_grad for x in vs) else vs


def one_number(outputs: Tensors, was_tuple: bool, name: str) -> None:
    """Raises RuntimeError unless the function gave one number."""
    if was_tuple:
        raise RuntimeError(f"The function given to {name} should return a single Tensor")
    if outputs[0].numel() != 1:
        raise RuntimeError(f"The Tensor returned by the function given to {name} should contain a single element")


def gradients(outputs: Tensors, inputs: Tensors, cotangents: Any = None, create_graph: bool = False) -> Tensors:
    """``autograd.grad`` of those outputs that have a gradient, None where nothing arrives."""
    given = (None,) * len(outputs) if cotangents is None else cotangents
    kept = [(x, g) for x, g in zip(outputs, given, strict=True) if x is not None and x.requires_grad]
    if not kept:
        return (None,) * len(inputs)
    found: Tensors = grad(
        [x for x, _ in kept], inputs, [g for _, g in kept], create_graph=create_graph, retain_graph=True,
        allow_unused=True,
    )  # fmt: skip
    return found
