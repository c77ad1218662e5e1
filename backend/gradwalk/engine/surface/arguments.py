"""What PyTorch says of arguments that do not fit: looked at before the call, explained after it has failed."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from typing import Any

from ..doors import door
from ..errors import beyond_numpy, not_enough_memory, type_name
from ..failed_calls import Instead, again, beyond
from ..published import NO_PLACE, Straight, call_instead, compiled
from ..tensor import Tensor
from ..wrapped import handed_over
from .accepted import UNKNOWN, Accepted, are_whole, path_of
from .argument_parser import refusal
from .signatures import Signature, is_recorded, overloads

Function = Callable[..., Any]


def explained(f: Function, name: str, place: str, straight: Straight | None = None) -> Function:
    """``f`` under a public name; if it fails for its arguments, PyTorch's words for that.

    ``place``: ``Tensor`` for a method, else the module for which PyTorch's parser of the arguments was made.
    """
    is_method = place == "Tensor"

    has_parser = is_recorded(place, name)
    accepted = Accepted(place, name)
    tree, one, two = accepted.tree, accepted.one, accepted.two
    first = int(is_method) if has_parser else NO_PLACE
    second, third = first + 1, first + 2

    @wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            if len(args) > first or (kwargs and has_parser):
                try:  # one argument or two, as most calls have, cost less to ask than any number
                    if len(args) == second and not kwargs:
                        sequences = one[type(args[first])]
                    elif len(args) == third and not kwargs:
                        sequences = two[type(args[first])][type(args[second])]
                    else:
                        sequences = path_of(tree, args, kwargs)
                except KeyError:
                    sequences = UNKNOWN
                if sequences and (sequences is UNKNOWN or not are_whole(sequences, args, kwargs)):
                    return after_looking(*args, **kwargs)
            return f(*args, **kwargs)
        except Exception as error:
            failure = beyond(error)
        try:
            return failed(failure, args, kwargs)
        finally:
            del failure

    def instead(error: Exception, args: Any, kwargs: dict[str, Any]) -> Instead | None:
        if hasattr(error, "answered_itself"):
            return None
        if isinstance(error, MemoryError):
            raise not_enough_memory(error) from None
        if (other := beyond_numpy(error)) is not error:
            raise other from None
        if is_method and not (args and isinstance(args[0], Tensor)) and name not in _IN_PYTHON:
            raise TypeError(_of_no_tensor(name, args)) from None
        return handed_over(error, name, public, args, kwargs) or reread(error, args, kwargs)

    def reread(error: Exception, args: Any, kwargs: dict[str, Any]) -> Instead | None:
        """The call as PyTorch reads its arguments, if it takes them; else it says why not."""
        signatures = overloads(place, name)
        if not signatures:
            if "out" in kwargs and not is_method and _takes_out(name):
                return partial(into, kwargs.pop("out"), args, kwargs)
            _say_python_words(error, f, name, is_method)
            return None
        given = args[1:] if is_method else args
        if name in _CHOSEN and not is_method and _raised_by_the_call(error):
            _say_python_words(error, f, name, is_method)
            return None
        words = _no_arguments(name, signatures, given, kwargs) if is_method else None
        words = words or refusal(signatures, given, kwargs)
        if words is not None:
            raise TypeError(words) from None
        parameters = inspect.signature(f).parameters
        if "out" in kwargs and "out" not in parameters and _takes_out(name):
            return partial(into, kwargs.pop("out"), args, kwargs)
        placed = _by_position(signatures, parameters, args, kwargs, given)
        if placed is not None:
            return partial(public, *placed[0], **placed[1])
        renamed = _by_numpy_names(kwargs, parameters)
        if renamed is not None:
            return partial(public, *args, **renamed)
        _refuse_unsupported(error, name, parameters, args, kwargs)
        return None

    def into(out: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        if out is None:
            return public(*args, **kwargs)
        from .out import written_out

        return written_out("linalg_vector_norm" if name == "norm" else name, public, out, args, kwargs)

    failed = partial(again, answer=instead)

    call.__name__ = name

    plain = f

    @wraps(f)
    def after_looking(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = accepted.look(args, kwargs)
        return plain(*args, **kwargs)

    public = compiled(call, f, failed, (one, two, tree), first, has_parser, straight)

    def rebind(other: Function) -> None:
        nonlocal f, has_parser, first
        f, has_parser, first = other, False, NO_PLACE
        call_instead(public, other, looks=True)

    door(after_looking if has_parser else f, public, rebind)
    public.explains = public  # type: ignore[attr-defined]  # functools.wraps would copy a mere flag
    return public


_IN_PYTHON = frozenset((
    "backward", "dim_order", "eig", "index", "is_shared", "istft", "lstsq", "lu", "module_load", "norm",
    "register_hook", "register_post_accumulate_grad_hook", "reinforce", "resize", "resize_as", "share_memory_", "solve",
    "split", "stft", "storage", "storage_type", "symeig", "to_sparse_coo", "unflatten", "unique", "unique_consecutive",
))  # fmt: skip
"""Methods that PyTorch writes in Python, which take whatever they are called of."""


def _takes_out(name: str) -> bool:
    """Whether PyTorch writes the result of a function where ``out`` says, which few programs do."""
    from .out_rules import TAKES_OUT

    return name in TAKES_OUT


def _of_no_tensor(name: str, args: Sequence[Any]) -> str:
    """What CPython says of a method that is called of the class with something else, or with nothing."""
    if not args:
        return f"unbound method TensorBase.{name}() needs an argument"
    return f"descriptor '{name}' for 'torch._C.TensorBase' objects doesn't apply to a '{type_name(args[0])}' object"


_CHOSEN = {"unique": "_return_output", "unique_consecutive": "_consecutive_return_output"}
"""Of functions among which PyTorch chooses by what is to be returned, the name of the plain one."""


def _say_python_words(error: Exception, f: Function, name: str, is_method: bool) -> None:
    """Let the error of a function that PyTorch writes in Python call it by its public name."""
    if isinstance(error, TypeError) and _raised_by_the_call(error):
        public_name = f"Tensor.{name}" if is_method else _CHOSEN.get(name, name)
        error.args = (str(error).replace(f"{f.__qualname__}()", f"{public_name}()", 1),)


def _raised_by_the_call(error: Exception) -> bool:
    """Whether the arguments did not even bind to the parameters."""
    return error.__traceback__ is not None and error.__traceback__.tb_next is None


def _no_arguments(
    name: str, signatures: Sequence[Signature], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> str | None:
    """What CPython itself says of arguments to a method that takes none."""
    if len(signatures) > 1 or signatures[0].parameters:
        return None
    if kwargs:
        return f"TensorBase.{name}() takes no keyword arguments"
    return f"TensorBase.{name}() takes no arguments ({len(args)} given)" if args else None


_NUMPY_NAMES = {"axis": "dim", "axes": "dims", "keepdims": "keepdim", "x": "input", "a": "input", "x2": "other"}
"""What PyTorch's functions also answer to, for those who come from numpy."""


def _by_numpy_names(kwargs: Mapping[str, Any], parameters: Mapping[str, inspect.Parameter]) -> dict[str, Any] | None:
    """Keyword arguments with numpy's names replaced by PyTorch's; None if there are none."""
    found = {k: _NUMPY_NAMES[k] for k in kwargs if k not in parameters and _NUMPY_NAMES.get(k) in parameters}
    return {found.get(k, k): v for k, v in kwargs.items()} if found else None


def _by_position(
    signatures: Sequence[Signature],
    parameters: Mapping[str, inspect.Parameter],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    given: Sequence[Any],
) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """Arguments by place, which PyTorch takes by names that the function here has not: ``x.permute(dims=(1, 0))``. None
    if that is not why it failed."""
    if any(x.kind is x.VAR_KEYWORD for x in parameters.values()):
        return None
    unknown = {k for k in kwargs if k not in parameters or parameters[k].kind is inspect.Parameter.VAR_POSITIONAL}
    if not unknown:
        return None
    for signature in signatures:
        placed: list[str] = []
        for parameter in signature.parameters[len(given) :]:
            if parameter.name not in kwargs or parameter.keyword_only:
                break
            placed.append(parameter.name)
        if placed and unknown <= {*placed}:
            rest = {name: value for name, value in kwargs.items() if name not in placed}
            return (*args, *(kwargs[name] for name in placed)), rest
    return None


def _refuse_unsupported(
    error: Exception,
    name: str,
    parameters: Mapping[str, inspect.Parameter],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
) -> None:
    """Raises NotImplementedError for arguments that PyTorch takes and Gradwalk does not."""
    if not isinstance(error, TypeError) or any(x.kind is x.VAR_KEYWORD for x in parameters.values()):
        return
    unknown = [key for key in kwargs if key not in parameters]
    if unknown:
        known = [x.name for x in parameters.values() if x.name not in ("self", "input")]
        others = f"; it takes {', '.join(known)}" if known else ""
        raise NotImplementedError(f"Gradwalk's {name}() does not take '{unknown[0]}'{others}.") from None
    if any(x.kind is x.VAR_POSITIONAL for x in parameters.values()):
        return
    places = [x for x in parameters.values() if x.kind in (x.POSITIONAL_ONLY, x.POSITIONAL_OR_KEYWORD)]
    if len(args) > len(places):
        raise NotImplementedError(
            f"Gradwalk's {name}() takes {', '.join(x.name for x in places)} by position, and no more; name the others."
        ) from None
