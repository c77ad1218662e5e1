"""``torch.autograd.gradcheck``: derivatives held against finite differences."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import default_rng

from gradwalk.engine import Tensor
from gradwalk.engine.autograd import grad
from gradwalk.engine.custom.function import Function
from gradwalk.engine.dtypes import INEXACT
from gradwalk.engine.forward_ad import dual_level, make_dual, unpack_dual
from gradwalk.engine.observe import observer
from gradwalk.engine.tensor import wrap

__all__ = ["GradcheckError", "gradcheck", "gradgradcheck"]

Array = np.ndarray[Any, Any]


class GradcheckError(RuntimeError):
    """A derivative is wrong."""

    __module__ = "torch.autograd.gradcheck"


def gradcheck(
    func: Callable[..., Any],
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_batched_forward_grad: bool = False,
    check_forward_ad: bool = False,
    check_backward_ad: bool = True,
    fast_mode: bool = False,
    masked: bool | None = None,
) -> bool:
    """Whether the gradients of ``func`` agree with finite differences of step ``eps``.

    Raises GradcheckError if they do not, unless ``raise_exception`` is off. Every entry of the Jacobian is checked,
    under ``fast_mode`` too.
    """
    if not (check_forward_ad or check_backward_ad):
        raise AssertionError("Expected at least one of check_forward_ad or check_backward_ad to be True")
    if check_batched_grad and not check_backward_ad:
        raise AssertionError("Setting check_batched_grad=True requires check_backward_ad to be True")
    if check_batched_forward_grad and not check_forward_ad:
        raise AssertionError("Setting check_batched_forward_grad=True requires check_forward_ad to be True")
    try:
        arguments = tuple(inputs) if isinstance(inputs, list | tuple) else (inputs,)
        _check_inputs(arguments)
        outputs = _outputs(func, arguments)
        if not outputs:
            return _check_no_outputs(func, arguments)
        for number, output in enumerate(outputs if check_backward_ad else ()):
            _check_output(func, arguments, number, output, (eps, atol, rtol, nondet_tol))
        if check_forward_ad:
            _check_forward(func, arguments, len(outputs), (eps, atol, rtol))
            if check_undefined_grad:
                _check_undefined_tangents(func, arguments)
        if not check_backward_ad:
            return True
        _check_zeros(outputs, arguments)
        if check_undefined_grad:
            _check_undefined(func, arguments, len(outputs))
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Any,
    grad_outputs: Any = None,
    *,
    gen_non_contig_grad_outputs: bool = False,
    check_fwd_over_rev: bool = False,
    check_rev_over_rev: bool = True,
    **options: Any,
) -> bool:
    """Whether the second derivatives of ``func`` agree with finite differences of the first.

    ``check_fwd_over_rev`` is taken; the second derivatives are those of a pass over a pass.
    """
    if not (check_fwd_over_rev or check_rev_over_rev):
        raise AssertionError("Expected at least one of check_fwd_over_rev or check_rev_over_rev to be True")
    for what in ("check_undefined_grad", "check_batched_grad"):
        if options.get(what) and not check_rev_over_rev:
            raise AssertionError(f"Setting {what}=True requires check_rev_over_rev to be True")
    arguments = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    if grad_outputs is None:
        from torch.testing import make_tensor

        vs = [
            make_tensor(
                output.shape,
                dtype=output.dtype,
                device=output.device,
                low=-1,
                high=1,
                requires_grad=True,
                noncontiguous=gen_non_contig_grad_outputs,
            )
            for output in _outputs(func, arguments)
        ]
    else:
        vs = [grad_outputs] if isinstance(grad_outputs, Tensor) else list(grad_outputs)
    count = len(arguments)

    def first(*both: Any) -> tuple[Any, ...]:
        xs = [x.view_as(x) if isinstance(x, Tensor) and x.requires_grad else x for x in both[:count]]
        wanted = [x for x in xs if isinstance(x, Tensor) and x.requires_grad]
        found = grad(_outputs(func, tuple(xs)), wanted, both[count:], create_graph=True, allow_unused=True)
        return tuple(x for x in found if x is not None)

    return gradcheck(first, (*arguments, *vs), **options)


def _check_inputs(arguments: tuple[Any, ...]) -> None:
    wanted = [(i, x) for i, x in enumerate(arguments) if isinstance(x, Tensor) and x.requires_grad]
    if not wanted:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True."
        )
    for index, x in wanted:
        if x._array.dtype not in (np.float64, np.complex128):
            warnings.warn(
                f"Input #{index} requires gradient and is not a double precision floating point or complex. This check "
                "will likely fail if all the inputs are not of double precision floating point or complex. ",
                stacklevel=3,
            )
        if x._array.size and 0 in x._array.strides:
            raise RuntimeError(
                f"The {index}th input has a dimension with stride 0. gradcheck only supports inputs that are "
                "non-overlapping to be able to compute the numerical gradients correctly. You should call .contiguous "
                "on the input before passing it to gradcheck."
            )


def _all_outputs(func: Callable[..., Any], arguments: tuple[Any, ...]) -> list[Any]:
    given = func(*arguments)
    return [x for x in (given if isinstance(given, tuple | list) else (given,)) if x.requires_grad is not None]


def _outputs(func: Callable[..., Any], arguments: tuple[Any, ...]) -> list[Any]:
    """The outputs that can be differentiated."""
    return [x for x in _all_outputs(func, arguments) if x.requires_grad]


def _check_no_outputs(func: Callable[..., Any], arguments: tuple[Any, ...]) -> bool:
    """Where nothing is differentiable, the differences must be zero."""
    for number, output in enumerate(_all_outputs(func, arguments)):
        for x in arguments if output._array.dtype.kind in INEXACT else ():
            if isinstance(x, Tensor) and x.requires_grad:
                slopes = _numerical(func, arguments, x, lambda f, a, n=number: _all_outputs(f, a)[n]._array, 1e-6)
                if slopes.any():
                    raise GradcheckError("Numerical gradient for function expected to be zero")
    return True


def _check_forward(
    func: Callable[..., Any], arguments: tuple[Any, ...], count: int, how: tuple[float, float, float]
) -> None:
    """Hold what forward mode finds against finite differences: of complex inputs, each of their parts."""
    eps, atol, rtol = how
    wanted = [(i, x) for i, x in enumerate(arguments) if isinstance(x, Tensor) and x.requires_grad]
    some_complex = any(isinstance(x, Tensor) and x._array.dtype.kind == "c" for x in arguments)
    for part in ("imaginary", "real") if some_complex else ("real",):
        for number in range(count):
            for index, x in wanted:
                is_complex = x._array.dtype.kind == "c"
                step = 1j if is_complex and part == "imaginary" else 1
                slopes = _by_tangents(func, arguments, index, number, step)
                numerical = _differences(func, arguments, x, lambda f, a, n=number: _outputs(f, a)[n]._array, eps, step)
                if not np.allclose(slopes, numerical, rtol=rtol, atol=atol):
                    words = f"While considering the {part} part of complex inputs only, " if is_complex else ""
                    raise GradcheckError(
                        f"{words}Jacobian computed with forward mode mismatch for output {number} with respect to "
                        f"input {index},\nnumerical:{wrap(numerical.astype(slopes.dtype))}\nanalytical:{wrap(slopes)}\n"
                    )


def _by_tangents(func: Callable[..., Any], arguments: tuple[Any, ...], index: int, number: int, step: complex) -> Array:
    """A Jacobian by forward mode: a row for each element of the input, along ``step``."""
    rows = []
    size = arguments[index]._array.size
    for place in range(size):
        with dual_level():
            duals: list[Any] = list(arguments)
            for i, x in enumerate(arguments):
                if isinstance(x, Tensor) and x.requires_grad:
                    one = np.zeros(x._array.shape, x._array.dtype)
                    if i == index:
                        one.reshape(-1)[place] = step
                    duals[i] = make_dual(x.detach(), wrap(one))
            output = _all_outputs(func, tuple(duals))[number]
            tangent = unpack_dual(output).tangent
            zeros = np.zeros(output._array.size, output._array.dtype)
            rows.append(zeros if tangent is None else tangent._array.reshape(-1).copy())
    return np.stack(rows) if rows else np.zeros((0, 0), arguments[index]._array.dtype)


def _check_undefined_tangents(func: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """An argument without a tangent must come to the same as one whose tangent is zero."""
    wanted = [i for i, x in enumerate(arguments) if isinstance(x, Tensor) and x.requires_grad]
    with dual_level():
        duals = list(arguments)
        for i in wanted:
            x = arguments[i]
            duals[i] = make_dual(x.detach(), wrap(default_rng(i).random(x._array.shape).astype(x._array.dtype)))
        for i in wanted:
            x = arguments[i]
            zero, none = (
                [unpack_dual(each).tangent for each in _all_outputs(func, (*duals[:i], given, *duals[i + 1 :]))]
                for given in (make_dual(x.detach(), wrap(np.zeros_like(x._array))), x.detach())
            )
            for number, (one, other) in enumerate(zip(zero, none, strict=True)):
                if one is not None and other is not None and not np.allclose(one._array, other._array, 1e-5, 1e-8):
                    raise GradcheckError(
                        "Mismatch in tangent values for output with index: ", number, " when input: ", x,
                        " has an undefined tangent value. ", " Got: ", one, " but expected: ", other,
                    )  # fmt: skip


def _check_zeros(outputs: list[Any], arguments: tuple[Any, ...]) -> None:
    """Gradients of zeros must be zeros."""
    for x in _from_zeros(outputs, arguments):
        if x is not None and x._array.any():
            raise GradcheckError("backward not multiplied by grad_output")


def _check_undefined(func: Callable[..., Any], arguments: tuple[Any, ...], count: int) -> None:
    """A backward must do with gradients that never come: of all outputs, and of each where there are several."""
    for missing in (range(count), *([k] for k in range(count) if count > 1)):
        outputs = [_Undefined.apply(x) if k in missing else x for k, x in enumerate(_outputs(func, arguments))]
        try:
            found = _from_zeros(outputs, arguments)
        except RuntimeError as error:
            warnings.warn(_NEW, stacklevel=5)
            raise GradcheckError(
                'Expected backward function to handle undefined output grads. Please look at "Notes about undefined '
                'output gradients" in "tools/autograd/derivatives.yaml"'
            ) from error
        if any(x is not None and x._array.any() for x in found):
            warnings.warn(_NEW, stacklevel=5)
            raise GradcheckError(
                "Expected all input grads to be undefined or zero when all output grads are undefined or zero. Please "
                'look at "Notes about undefined output gradients" in "tools/autograd/derivatives.yaml"'
            )


def _from_zeros(outputs: list[Any], arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    wanted = [x for x in arguments if isinstance(x, Tensor) and x.requires_grad]
    zeros = [wrap(np.zeros(x.shape, x._array.dtype)) for x in outputs]
    found: tuple[Any, ...] = grad(outputs, wanted, zeros, retain_graph=True, allow_unused=True)
    return found


class _Undefined(Function):
    """Passes a tensor on and no gradient back."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        return None


def _check_output(
    func: Callable[..., Any], arguments: tuple[Any, ...], number: int, output: Any, how: tuple[float, ...]
) -> None:
    wanted = [(i, x) for i, x in enumerate(arguments) if isinstance(x, Tensor) and x.requires_grad]
    for part in ("imag", "real") if output._array.dtype.kind == "c" else ("real",):
        _check_part(func, arguments, number, output, wanted, part, how)


def _check_part(
    func: Callable[..., Any], arguments: tuple[Any, ...], number: int, output: Any, wanted: list[tuple[int, Any]],
    part: str, how: tuple[float, ...],
) -> None:  # fmt: skip
    """Check the real or the imaginary part of one output."""
    eps, atol, rtol, nondet_tol = how
    analytical = _analytical(output, [x for _, x in wanted], 1 if part == "real" else 1j)
    again = _analytical(output, [x for _, x in wanted], 1 if part == "real" else 1j)
    for (index, x), slopes, repeated in zip(wanted, analytical, again, strict=True):
        numerical = _numerical(func, arguments, x, lambda f, a: getattr(_outputs(f, a)[number]._array, part), eps)
        if not np.allclose(slopes, numerical, rtol=rtol, atol=atol):
            which = {"imag": "imaginary", "real": "real"}[part]
            is_complex = output._array.dtype.kind == "c"
            words = f"While considering the {which} part of complex outputs only, " if is_complex else ""
            as_it_is = is_complex or numerical.dtype.kind == "c"
            shown = numerical if as_it_is else numerical.astype(output._array.dtype)
            raise GradcheckError(
                f"{words}Jacobian mismatch for output {number} with respect to input {index},\n"
                f"numerical:{wrap(shown)}\nanalytical:{wrap(slopes)}\n"
            )
        if slopes.size and np.abs(slopes - repeated).max() > nondet_tol:
            raise GradcheckError(_NOT_REENTRANT.format(nondet_tol))


def _numerical(
    func: Callable[..., Any], arguments: tuple[Any, ...], x: Tensor, output: Callable[..., Any], eps: float
) -> Array:
    """The Jacobian by central differences: a row for each element of the input, by both of its parts."""
    slopes = _differences(func, arguments, x, output, eps, 1)
    if x._array.dtype.kind == "c":
        slopes = slopes + 1j * _differences(func, arguments, x, output, eps, 1j)
    return slopes.astype(x._array.dtype)


def _differences(
    func: Callable[..., Any], arguments: tuple[Any, ...], x: Tensor, output: Callable[..., Any], eps: float,
    step: complex,
) -> Array:  # fmt: skip
    """Central differences along ``step``: a row for each element of the input."""
    rows = []
    memory = x._array

    def put(number: Any) -> None:
        observer().about_to_change()  # in silence: PyTorch counts no version
        memory[place] = number

    for place in np.ndindex(memory.shape):
        before = memory[place]
        sides = []
        for side in (before - eps * step, before + eps * step):
            put(side)
            sides.append(output(func, arguments).copy())
        put(before)
        _check_alike(wrap(sides[0]), wrap(sides[1]), f"on index {place} by {eps}")
        rows.append((sides[1] - sides[0]).reshape(-1) / (2 * eps))
    return np.stack(rows) if rows else np.zeros((0, output(func, arguments).size), memory.dtype)


def _check_alike(left: Tensor, right: Tensor, how: str) -> None:
    """Raises AssertionError for outputs of two shapes or dtypes on either side of a point."""
    for what, one, other in (("shape", left.shape, right.shape), ("dtype", left.dtype, right.dtype)):
        if one != other:
            raise AssertionError(
                f"Expected `func` to return outputs with the same {what} when inputs are perturbed {how}, but got: "
                f"{what}s {one} and {other}."
            )


def _analytical(output: Any, inputs: list[Any], unit: complex) -> list[Array]:
    """The Jacobians by backward: for each input, a row for each of its elements."""
    columns: list[list[Array]] = [[] for _ in inputs]
    for index in range(output.numel()):
        one = np.zeros(output._array.shape, output._array.dtype)
        one.reshape(-1)[index] = unit
        found = grad(output, inputs, wrap(one), retain_graph=True, allow_unused=True)
        for column, gradient, x in zip(columns, found, inputs, strict=True):
            column.append(np.zeros(x._array.size, x._array.dtype) if gradient is None else gradient._array.reshape(-1))
    return [
        np.stack(column, axis=1) if column else np.zeros((x._array.size, 0), x._array.dtype)
        for column, x in zip(columns, inputs, strict=True)
    ]


_NEW = (
    "Backwards compatibility: New undefined gradient support checking feature is enabled by default, but it may break "
    "existing callers of this function. If this is true for you, you can call this function with "
    '"check_undefined_grad=False" to disable the feature'
)
_NOT_REENTRANT = """\
Backward is not reentrant, i.e., running backward with same input and grad_output multiple times gives different \
values, although analytical gradient matches numerical gradient.The tolerance for nondeterminism was {}.

NOTE: If your op relies on non-deterministic operations i.e., it is listed here:
https://pytorch.org/docs/stable/generated/torch.use_deterministic_algorithms.html
this failure might be expected.

If you are adding a new operator, please file an issue and then use one of the
workarounds. The workaround depends on how your test invokes gradcheck/gradgradcheck.
If the test
- manually invokes gradcheck/gradgradcheck, then call gradcheck/gradgradcheck
  with `nondet_tol=<tol>` as a keyword argument.
- is OpInfo-based (e.g., in test_ops_gradients.py), then modify the OpInfo for the test
  to have `gradcheck_nondet_tol=<tol>`.
- is a Module test (e.g., in common_nn.py), then modify the corresponding
  module_test entry to have `gradcheck_nondet_tol=<tol>`
"""
