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
from gradwalk.engine.failed_calls import Instead, again, beyond
from gradwalk.engine.overrides import overloaded
from gradwalk.engine.published import call_instead, compiled
from gradwalk.engine.surface import arguments
from gradwalk.engine.surface.accepted import UNKNOWN, are_whole, path_of
from gradwalk.engine.wrapped import answered, handed_over

from ._handed_on import CHECKS_NOTHING, HANDED_ON, HandedOn

Function = Callable[..., Any]

IN_C = {
    "adaptive_avg_pool1d": "torch", "avg_pool1d": "torch", "bilinear": "torch", "channel_shuffle": "torch",
    "conv1d": "torch", "conv2d": "torch", "conv3d": "torch", "conv_transpose1d": "torch", "conv_transpose2d": "torch",
    "conv_transpose3d": "torch", "cosine_similarity": "torch", "hardshrink": "torch", "pixel_shuffle": "torch",
    "pixel_unshuffle": "torch", "prelu": "torch", "avg_pool2d": "nn", "avg_pool3d": "nn", "gelu": "nn",
    "linear": "nn", "one_hot": "nn", "scaled_dot_product_attention": "nn", "softplus": "nn", "softshrink": "nn",
}  # fmt: skip
"""Functions that PyTorch parses in C, and for which of its modules."""

EXPLAINED = IN_C.keys() | HANDED_ON.keys()


def explained(f: Function, name: str) -> Function:
    """The function; if it fails for its arguments, PyTorch's words for that."""
    if name not in EXPLAINED:
        call = answered(f, name)
        call.in_python = True  # type: ignore[attr-defined]  # and hands its arguments on by name
        return call
    if name in IN_C:
        return arguments.explained(f, name, IN_C[name])
    handed_on = HandedOn(name, inspect.signature(f))
    tree = handed_on.tree

    @functools.wraps(f)
    def handing_on(*args: Any, **kwargs: Any) -> Any:
        words = None
        try:
            try:
                sequences = path_of(tree, args, kwargs)
            except KeyError:
                sequences = UNKNOWN
            if sequences and (sequences is UNKNOWN or not are_whole(sequences, args, kwargs)):
                if not overloaded((*args, *kwargs.values())):
                    words, args, kwargs = handed_on.look(args, kwargs)
                if words is not None and name in CHECKS_NOTHING:
                    raise TypeError(words)
            result = f(*args, **kwargs)
        except Exception as error:
            failure = beyond(error)
        else:
            if words is not None:  # PyTorch's function in Python had nothing against it either
                raise TypeError(words)
            return result
        try:
            return failed(failure, args, kwargs)
        finally:
            del failure

    def instead(error: Exception, args: Any, kwargs: dict[str, Any]) -> Instead | None:
        found = handed_over(error, name, public, args, kwargs)
        if found is not None or hasattr(error, "answered_itself"):
            return found
        try:
            words, *_ = handed_on.look(args, kwargs)
        except (AttributeError, TypeError, ValueError) as said:
            raise said from None
        if words is not None:
            raise TypeError(words) from None
        return None

    failed = functools.partial(again, answer=instead)
    public = compiled(handing_on, f, failed, (None, None, tree), -1, True)

    def rebind(other: Function) -> None:
        nonlocal f
        f = other
        call_instead(public, other, looks=False)

    door(f, public, rebind)
    public.in_python = True  # type: ignore[attr-defined]
    return public
