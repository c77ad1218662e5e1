"""Whether new results are recorded in the autograd graph: ``no_grad``, ``enable_grad``, ``set_grad_enabled``."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar, cast

from .modes import INFERENCE, switch
from .storage import InferenceStorage, Memory, Storage
from .warn import warn

F = TypeVar("F", bound=Callable[..., Any])

_CLASSES = (
    "Decorating classes is deprecated and will be disabled in future versions. You should only decorate functions or "
    "methods. To preserve the current behavior of class decoration, you can directly decorate the `__init__` method "
    "and nothing else."
)


class _Modes:
    """An object with slots, not a class with attributes: every op asks, and this is read twice as fast."""

    __slots__ = ("dual", "enabled", "running")

    def __init__(self) -> None:
        self.enabled = True
        self.dual: Any = None
        """The level of forward mode within which tensors carry tangents (see :mod:`gradwalk.engine.forward_ad`)."""
        self.running: Any = None
        """The backward pass that runs now, the innermost if a VJP runs one of its own."""


_State = _Modes()


def is_grad_enabled() -> bool:
    """Whether new results are recorded now."""
    return _State.enabled


class _GradMode:
    """A switch that works as a ``with`` block and as a decorator, restoring the previous mode on the way out."""

    __module__ = "torch.autograd.grad_mode"

    def __init__(self, mode: bool) -> None:
        self._mode = mode
        self._previous: list[bool] = []

    def __enter__(self) -> None:
        self._previous.append(_State.enabled)
        _State.enabled = self._mode

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _State.enabled = self._previous.pop()

    def __call__(self, function: F) -> F:
        if inspect.isclass(function):
            warn(_CLASSES, FutureWarning)
            made = function
            function = cast(F, lambda *args, **kwargs: made(*args, **kwargs))
        if inspect.isgeneratorfunction(function):
            return cast(F, self._generator(function))

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with self._of_a_call():
                return function(*args, **kwargs)

        return cast(F, wrapper)

    def _of_a_call(self) -> _GradMode:
        """The switch for one call of a function that it decorates."""
        return self

    def _generator(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A generator that runs in the mode; between its items that of who asks for them is in force."""

        @functools.wraps(function)
        def generator(*args: Any, **kwargs: Any) -> Any:
            inner = function(*args, **kwargs)
            resume = functools.partial(inner.send, None)
            while True:
                with self._of_a_call():
                    try:
                        item = resume()
                    except StopIteration as stop:
                        return stop.value
                try:
                    resume = functools.partial(inner.send, (yield item))
                except GeneratorExit:
                    with self._of_a_call():
                        inner.close()
                    raise
                except BaseException as error:
                    resume = functools.partial(inner.throw, error)

        return generator


class _WithoutArguments(_GradMode):
    """One that decorates without brackets, too (``@no_grad``)."""

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        instance = super().__new__(cls)
        if function is None:
            return instance
        instance.__init__()  # type: ignore[misc]
        return instance(function)


class no_grad(_WithoutArguments):  # noqa: N801 (the name is PyTorch's)
    """Results made inside do not require grad."""

    __module__ = "torch.autograd.grad_mode"

    def __init__(self, function: None = None) -> None:
        super().__init__(False)


class enable_grad(_WithoutArguments):  # noqa: N801 (the name is PyTorch's)
    """Results made inside are recorded even within ``no_grad``."""

    __module__ = "torch.autograd.grad_mode"

    def __init__(self, function: None = None) -> None:
        super().__init__(True)


class inference_mode(_GradMode):  # noqa: N801 (the name is PyTorch's)
    """Like ``no_grad``; and what is made inside may never become part of a graph."""

    __module__ = "torch.autograd.grad_mode"

    def __new__(cls, mode: bool | Callable[..., Any] = True) -> Any:
        instance = super().__new__(cls)
        if isinstance(mode, bool):
            return instance
        instance.__init__()  # type: ignore[misc]
        return instance(mode)

    def __init__(self, mode: bool = True) -> None:
        super().__init__(not mode)
        self.mode = mode
        self._kinds: list[type[Storage]] = []

    def __enter__(self) -> None:
        super().__enter__()
        self._kinds.append(Memory.kind)
        Memory.kind = InferenceStorage if self.mode else Storage
        if self.mode:
            switch(INFERENCE, True)  # for good: they outlive the mode

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, traceback)
        Memory.kind = self._kinds.pop()


def is_inference_mode_enabled() -> bool:
    """Whether tensors made now are inference tensors."""
    return Memory.kind is InferenceStorage


class set_grad_enabled(_GradMode):  # noqa: N801 (the name is PyTorch's)
    """Takes effect at once, and as a ``with`` block restores the mode that was there before it was made."""

    __module__ = "torch.autograd.grad_mode"

    def __init__(self, mode: bool) -> None:
        if not isinstance(mode, bool):
            raise TypeError(
                f"set_grad_enabled(): argument 'enabled' (position 1) must be bool, not {type(mode).__name__}"
            )
        super().__init__(mode)
        self._before = _State.enabled
        _State.enabled = bool(mode)

    def __enter__(self) -> None:
        self._previous.append(self._before)
        _State.enabled = self._mode

    def __call__(self, function: F) -> F:
        _State.enabled = self._before
        return super().__call__(function)

    def _of_a_call(self) -> set_grad_enabled:
        return set_grad_enabled(self._mode)

    def __repr__(self) -> str:
        return f"torch.autograd.grad_mode.set_grad_enabled(mode={self._mode})"
