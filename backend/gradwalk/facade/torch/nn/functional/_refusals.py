"""What PyTorch says of arguments that do not fit the functions of ``torch.nn.functional``.

Some of them PyTorch parses in C. The others are functions in Python that hand their arguments on to one in C, whose
words they get: ``elu(x, "a")`` is refused by the C function ``elu(Tensor input, Scalar alpha, ...)``.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from gradwalk.engine.doors import door
from gradwalk.engine.surface import arguments
from gradwalk.engine.surface.argument_parser import refusal
from gradwalk.engine.surface.signatures import overloads
from gradwalk.engine.wrapped import OutOfReach, answered, looks_now

Function = Callable[..., Any]

_IN_C = {
    "avg_pool1d": "torch", "bilinear": "torch", "channel_shuffle": "torch", "conv1d": "torch", "conv2d": "torch",
    "conv3d": "torch", "conv_transpose1d": "torch", "conv_transpose2d": "torch", "conv_transpose3d": "torch",
    "cosine_similarity": "torch", "hardshrink": "torch", "pixel_shuffle": "torch", "pixel_unshuffle": "torch",
    "prelu": "torch", "avg_pool2d": "nn", "avg_pool3d": "nn", "gelu": "nn", "linear": "nn", "one_hot": "nn",
    "scaled_dot_product_attention": "nn", "softplus": "nn", "softshrink": "nn",
}  # fmt: skip
"""Functions that PyTorch parses in C, and for which of its modules."""

_HANDED_ON = {
    "batch_norm": ("torch", "batch_norm", "input weight bias running_mean running_var training momentum eps True"),
    "celu": ("torch", "celu", "input alpha"),
    "cross_entropy": ("nn", "cross_entropy_loss", "input target weight"),
    "dropout": ("torch", "dropout", "input p training"),
    "elu": ("nn", "elu", "input alpha"),
    "embedding": ("torch", "embedding", "weight input"),
    "glu": ("nn", "glu", "input dim"),
    "hardtanh": ("nn", "hardtanh", "input min_val max_val"),
    "kl_div": ("torch", "kl_div", "input target"),
    "layer_norm": ("torch", "layer_norm", "input normalized_shape weight bias eps"),
    "leaky_relu": ("nn", "leaky_relu", "input negative_slope"),
    "log_softmax": ("Tensor", "log_softmax", "dim"),
    "max_pool1d": ("torch", "max_pool1d", "input kernel_size"),
    "max_pool2d": ("torch", "max_pool2d", "input kernel_size"),
    "max_pool3d": ("torch", "max_pool3d", "input kernel_size"),
    "mish": ("nn", "mish", "input"),
    "nll_loss": ("nn", "nll_loss_nd", "input target weight"),
    "pad": ("nn", "pad", "input pad mode value"),
    "selu": ("torch", "selu", "input"),
    "silu": ("nn", "silu", "input"),
    "softmax": ("Tensor", "softmax", "dim"),
}
"""Functions that hand arguments on: to which, and which of their arguments, in its order; or ``True``."""

_WITH_INDICES = {"max_pool1d": ("torch", "max_pool1d_with_indices"), "max_pool2d": ("nn", "max_pool2d_with_indices")}
"""Functions that hand arguments on to another one where indices are asked for."""

EXPLAINED = _IN_C.keys() | _HANDED_ON.keys()


def explained(f: Function, name: str) -> Function:
    """The function; if it fails for its arguments, PyTorch's words for that."""
    if name not in EXPLAINED:
        call = answered(f, name)
        call.in_python = True  # type: ignore[attr-defined]  # and hands its arguments on by name
        return call
    if name in _IN_C:
        return arguments.explained(f, name, _IN_C[name])
    place, inner, names = _HANDED_ON[name]
    signature = inspect.signature(f)

    @functools.wraps(f)
    def handing_on(*args: Any, **kwargs: Any) -> Any:
        try:
            return f(*args, **kwargs)
        except OutOfReach as error:
            return error.of.answer(name, handing_on, args, kwargs)
        except Exception as error:
            if hasattr(error, "answered_itself"):
                raise
            if looks_now((*args, *kwargs.values())):
                return handing_on(*args, **kwargs)
            words = _refusal_of_inner(args, kwargs)
            if words is not None:
                raise TypeError(words) from None
            raise

    def _refusal_of_inner(args: Any, kwargs: Any) -> str | None:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError:
            return None  # Python has said why
        bound.apply_defaults()
        found = _WITH_INDICES.get(name) if bound.arguments.get("return_indices") is True else None
        given = [bound.arguments.get(each, True) for each in names.split()]
        return refusal(overloads(*found or (place, inner)), given, {})

    def rebind(other: Function) -> None:
        nonlocal f
        f = other

    door(f, handing_on, rebind)
    handing_on.in_python = True  # type: ignore[attr-defined]
    return handing_on
