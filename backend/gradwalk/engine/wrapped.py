"""Tensors that see the calls made on them: a batch under ``vmap``, a subclass with ``__torch_function__``.

Their numbers are out of reach. A function that reaches for them fails before it has changed anything, and the failed
call is handed to them. So calls on ordinary tensors pay nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn

from .doors import door
from .failed_calls import Instead, again, beyond
from .published import Straight, call_instead, compiled
from .tensor import Tensor

IN_PLACE_OPERATORS = ("__iadd__", "__isub__", "__imul__", "__itruediv__", "__ipow__")
"""Operators that Python asks the left operand for alone."""
_OPERATORS = ("add", "sub", "mul", "truediv", "pow", "floordiv", "mod", "matmul")
_REFLECTED = {f"__r{name}__": f"__{name}__" for name in _OPERATORS}
_OF_TWO = (*_REFLECTED.values(), "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")


class OutOfReach(Exception):
    """A call wants the numbers of what answers calls itself: ``of.answer(name, f, args, kwargs)``."""

    def __init__(self, of: Any) -> None:
        super().__init__(f"Gradwalk cannot do this with {of.called}; do it outside.")
        self.of = of

    def answered(self, name: str, f: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """The answer; an error in it does not show that the call was tried otherwise before."""
        try:
            return self.of.answer(name, f, args, kwargs)
        except Exception as error:
            link: BaseException | None = error
            while link is not None:
                if link.__context__ is self:
                    link.__context__ = None
                link = link.__context__
            raise


def answered(f: Callable[..., Any], name: str, straight: Straight | None = None) -> Callable[..., Any]:
    """``f`` under a public name; a call that fails for arguments which answer calls themselves is handed to them."""

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return f(*args, **kwargs)
        except Exception as error:
            failure = beyond(error)
        try:
            return failed(failure, args, kwargs)
        finally:
            del failure

    def instead(error: Exception, args: Any, kwargs: dict[str, Any]) -> Instead | None:
        return handed_over(error, name, public, args, kwargs)

    failed = functools.partial(again, answer=instead)
    call.__name__ = name
    public = compiled(call, f, failed, straight=straight)

    def rebind(other: Callable[..., Any]) -> None:
        nonlocal f
        f = other
        call_instead(public, other, looks=True)

    door(f, public, rebind)
    return public


def handed_over(
    error: Exception, name: str, public: Callable[..., Any], args: Any, kwargs: dict[str, Any]
) -> Instead | None:
    """What is done instead of a call that failed for arguments which answer calls themselves; None if it did not."""
    if isinstance(error, OutOfReach):
        return functools.partial(error.answered, name, public, args, kwargs)
    return functools.partial(public, *args, **kwargs) if _looks_now((*args, *kwargs.values())) else None


def _looks_now(values: Sequence[Any]) -> bool:
    """Whether a call failed for an argument with a ``__torch_function__``, the first of all: the doors are open now."""
    from . import overrides

    if not overrides.any_speaks(values):
        return False
    overrides.begin()
    return True


def _reach(self: Any, *_: Any) -> NoReturn:
    raise OutOfReach(self)


class Wrapped(Tensor):
    """A tensor whose numbers are out of reach. Its subclasses say in ``answer`` what becomes of calls on it."""

    __slots__ = ()

    called = "this tensor"
    """What it is called in an error."""

    _array = _storage = _base = _view_version = property(_reach, _reach)
    _grad_fn = _grad = _accumulator = _output_nr = property(_reach, _reach)
    _requires_grad = _retains_grad = property(_reach, _reach)

    def answer(self, name: str, f: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """What ``f(*args, **kwargs)`` gives, some of whose arguments are such tensors. ``name``: its public name."""
        raise NotImplementedError

    def applied(self, function: Any, args: Any, kwargs: Any) -> Any:
        """What a user's ``autograd.Function`` gives on such arguments."""
        raise OutOfReach(self)


def redirect(kind: type[Wrapped], names: Iterable[str]) -> None:
    """Let the methods and properties of tensors, which ``kind`` does not have of its own, be answered by it."""
    for name in names:
        if name not in vars(kind):
            is_property = isinstance(vars(Tensor).get(name), property)
            setattr(kind, name, _answering_property(name) if is_property else _answering(name))


def _answering(name: str) -> Callable[..., Any]:
    def anew(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(self, name)(*args, **kwargs)
        except OutOfReach as error:  # an operator of an ordinary tensor looks at no operand
            return error.answered(name, anew, (self, *args), kwargs)

    def call(self: Wrapped, *args: Any, **kwargs: Any) -> Any:
        if forward is not None and isinstance(args[0], Tensor):  # whose operator Python has passed over
            return forward(args[0], self)
        return self.answer(name, anew, (self, *args), kwargs)

    forward = _on_the_left(_REFLECTED[name]) if name in _REFLECTED else None
    call.__name__ = name
    return call


def _on_the_left(name: str) -> Callable[[Tensor, Any], Any]:
    """The operator of an ordinary tensor, which looks at its right operand."""

    def anew(self: Tensor, other: Any) -> Any:
        try:
            return getattr(Tensor, name)(self, other)
        except OutOfReach as error:
            return error.answered(name, again_on, (self, other), {})

    def again_on(self: Tensor, other: Any) -> Any:
        return getattr(self, name)(other) if isinstance(self, Wrapped) else anew(self, other)

    anew.__name__ = name
    return anew


def look_at_the_right(kind: type[Tensor]) -> None:
    """Let the operators of a class of tensors look at their right operand. Python asks that first only where its class
    is made of the left one's."""
    for name in _OF_TWO:
        if name not in vars(kind):
            setattr(kind, name, _on_the_left(name))


def _answering_property(name: str) -> property:
    return property(lambda self: self.answer(name, lambda x: getattr(x, name), (self,), {}))
