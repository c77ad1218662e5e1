"""``torch.jit.trace``: what is traced runs as it is written, where that is what the trace has kept, or is refused."""

from __future__ import annotations

import contextlib
import inspect
import io
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Final, NoReturn

from gradwalk.engine import Tensor
from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.home import HOME
from gradwalk.engine.observe import observing
from gradwalk.engine.warn import warn

from ..nn.modules.module import Module
from ._deprecated import deprecated
from ._following import Following, agree
from ._script import RecursiveScriptModule, ScriptFunction, ScriptModule, check_arguments, copied, is_scripting

_DATAFLOW: Final = (
    "Converting a tensor to a {0} might cause the trace to be incorrect. We can't record the data flow of Python "
    "values, so this value will be treated as a constant in the future. This means that the trace might not generalize "
    "to other inputs!"
)
_KEPT: Final = (
    "Gradwalk runs what torch.jit.trace has made as it is written, and this call takes another way than the trace, "
    "which knows only that of its example{0}. Call the function itself to have it take each way."
)
_OUTPUTS: Final = (
    "Only tensors, lists, tuples of tensors, or dictionary of tensors can be output from traced functions"
)
_CONTAINER: Final = (
    "Encountering a {0} at the output of the tracer might cause the trace to be incorrect, this is only valid if the "
    "container structure does not change based on the module's inputs. Consider using a constant container instead "
    "(e.g. for `list`, use a `tuple` instead. for `dict`, use a `NamedTuple` instead). If you absolutely need this and "
    "know the side effects, pass strict=False to trace() to allow this behavior."
)
_CONVERSIONS: Final = {
    "__bool__": _DATAFLOW.format("Python boolean"),
    "__float__": _DATAFLOW.format("Python float"),
    "__int__": _DATAFLOW.format("Python integer"),
    "__index__": _DATAFLOW.format("Python index"),
    "item": _DATAFLOW.format("Python number"),
    "__len__": (
        "Using len to get tensor shape might cause the trace to be incorrect. Recommended usage would be "
        "tensor.shape[0]. Passing a tensor of different shape might lead to errors or silently give incorrect results."
    ),
    "__iter__": (
        "Iterating over a tensor might cause the trace to be incorrect. Passing a tensor of different shape won't "
        "change the number of iterations executed (and might lead to errors or silently give incorrect results)."
    ),
}
"""What PyTorch warns of, by the method of a tensor's that is called."""
_OUT_OF_SIGHT: Final = ("tolist", "numpy", "__array__")
"""Methods after which a trace would keep numbers that nobody can follow."""


class TracerWarning(Warning):
    """What tracing warns of."""

    __module__ = "torch.jit._trace"


class _Tracing:
    """How many traces are being made."""

    depth = 0


def is_tracing() -> bool:
    """Whether a trace is being made."""
    return _Tracing.depth > 0 and not is_scripting()


@contextlib.contextmanager
def _tracing() -> Iterator[None]:
    """What leaves tensors for Python is warned of, or refused."""
    kept = {name: vars(Tensor)[name] for name in (*_CONVERSIONS, *_OUT_OF_SIGHT)}
    for name, method in kept.items():
        setattr(Tensor, name, _warning(name, method))
    _Tracing.depth += 1
    try:
        yield
    finally:
        _Tracing.depth -= 1
        for name, method in kept.items():
            setattr(Tensor, name, method)


def _warning(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    def told(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        if not sys._getframe(1).f_code.co_filename.startswith((HOME, "<formula>")):
            if name in _OUT_OF_SIGHT:
                raise NotImplementedError(
                    f"Gradwalk has no torch.jit.trace of what calls Tensor.{name}(): call the function itself."
                )
            warn(_CONVERSIONS[name], TracerWarning)
        return method(self, *args, **kwargs)

    return told


class _Traced:
    """What was done in the call with the example, and the same again, or a refusal."""

    def __init__(self, function: Callable[..., Any], args: Any, kwargs: Any, *, strict: bool) -> None:
        self._function = function
        self._signature = inspect.signature(function.forward if isinstance(function, Module) else function)
        inputs = self._inputs(args, kwargs)
        self._shapes = _shapes(inputs)
        watcher = Following(inputs)
        with observing(watcher), _tracing():
            found = function(*args, **kwargs)
        _check_outputs(found, strict=strict)
        self._steps, self._outputs = watcher.steps, _sources(watcher, found)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function gives. Raises NotImplementedError unless it does what the trace has kept."""
        inputs = self._inputs(args, kwargs)
        same = _shapes(inputs) == self._shapes
        watcher = Following(inputs)
        with observing(watcher), contextlib.redirect_stdout(io.StringIO()):  # a trace prints nothing
            found = self._function(*args, **kwargs)
        for kept, step in zip(self._steps, watcher.steps, strict=False):
            if not agree(kept, step, sizes=same):
                _refuse(f": {kept[0]}() where this call has {step[0]}()" if kept[0] != step[0] else "")
        if len(self._steps) != len(watcher.steps) or not agree(self._outputs, _sources(watcher, found), sizes=same):
            _refuse("")
        return found

    def _inputs(self, args: Any, kwargs: Any) -> list[Tensor]:
        """The tensors that are given, in the function's order."""
        try:
            return _tensors(self._signature.bind(*args, **kwargs).arguments)
        except TypeError:
            self._function(*args, **kwargs)  # which says so in its own words
            raise


def _refuse(how: str) -> NoReturn:
    raise NotImplementedError(_KEPT.format(how))


def _shapes(inputs: list[Tensor]) -> list[Any]:
    return [(tensor.shape, tensor.dtype) for tensor in inputs]


def _tensors(value: Any) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else ()
    return [tensor for each in inside for tensor in _tensors(each)]


def _sources(watcher: Following, value: Any) -> Any:
    return tuple(watcher.source(tensor) for tensor in _tensors(value))


def _check_outputs(found: Any, *, strict: bool) -> None:
    """Raises RuntimeError for what a trace cannot give back."""
    if isinstance(found, dict):
        if strict:
            raise RuntimeError(_CONTAINER.format("dict"))
    elif isinstance(found, list):
        if strict:
            warn(_CONTAINER.format("list"), TracerWarning)
    elif not isinstance(found, Tensor | tuple):
        raise RuntimeError(_OUTPUTS)
    for each in found.values() if isinstance(found, dict) else () if isinstance(found, Tensor) else found:
        if not isinstance(each, Tensor | tuple | list | dict):
            raise RuntimeError(_OUTPUTS)


class _TracedFunction(ScriptFunction):
    """A function of which a trace was made."""

    __module__ = "torch.jit"
    __qualname__ = "torch.jit.ScriptFunction"

    def __init__(self, function: Callable[..., Any], traced: _Traced) -> None:
        super().__init__(function)
        self._traced = traced

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the trace gives. Raises RuntimeError for arguments that do not fit."""
        check_arguments(self.name, self._function, args, kwargs)
        return self._traced(*args, **kwargs)


class TracedModule(RecursiveScriptModule):
    """A module within one of which a trace was made."""

    __module__ = "torch.jit._trace"
    _follows: ClassVar[bool] = False

    def _get_name(self) -> str:
        return self.original_name

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Raises RuntimeError: only the whole can be called."""
        raise RuntimeError("Trace submodules cannot be called.")


class TopLevelTracedModule(TracedModule):
    """A module of which a trace was made."""

    __module__ = "torch.jit._trace"

    forward = RecursiveScriptModule.forward

    def __getitem__(self, index: Any) -> Any:
        raise TypeError("'TopLevelTracedModule' object is not subscriptable")


def trace(
    func: Any, example_inputs: Any = None, optimize: Any = None, check_trace: bool = True, check_inputs: Any = None,
    check_tolerance: float = 1e-5, strict: bool = True, _force_outplace: bool = False, _module_class: Any = None,
    _compilation_unit: Any = None, example_kwarg_inputs: Any = None, _store_inputs: bool = True,
) -> Any:  # fmt: skip
    """The function or module as it does with its example: ops that do not depend on numbers. Raises
    NotImplementedError where the call that checks the trace takes another way."""
    deprecated("trace")
    if optimize is not None:
        warn(
            "`optimize` is deprecated and has no effect. Use `with torch.jit.optimized_execution()` instead",
            FutureWarning,
        )
    if isinstance(func, ScriptModule):
        warnings.warn(
            "The input to trace is already a ScriptModule, tracing it is a no-op. Returning the object as is.",
            stacklevel=1,
        )
        return func
    module = func if isinstance(func, Module) else getattr(func, "__self__", None)
    if isinstance(module, Module):
        if func is not module and func.__name__ != "forward":
            raise AttributeError(
                "trace doesn't support compiling individual module's functions.\nPlease use trace_module"
            )
        deprecated("trace_method")
    else:
        module = None
    if example_inputs is None and not isinstance(example_kwarg_inputs, dict):
        raise RuntimeError("example_kwarg_inputs should be a dict")
    named = example_kwarg_inputs if isinstance(example_kwarg_inputs, dict) else {}
    args = () if named else (example_inputs,) if isinstance(example_inputs, Tensor | dict) else tuple(example_inputs)
    return _made(func, module, args, named, _others(check_inputs) if check_trace else None, strict=strict)


def _others(check_inputs: Any) -> list[Any]:
    return [None] if check_inputs is None else [each if isinstance(each, tuple) else (each,) for each in check_inputs]


def _made(
    func: Any, module: Module | None, args: Any, kwargs: Any, checks: list[Any] | None, *, strict: bool
) -> Any:
    inner = None if module is None else copied(module, {})
    traced = _Traced(func if inner is None else inner, args, kwargs, strict=strict)
    for check in checks or ():
        given, named = (args, kwargs) if check is None else (check, {})
        deprecated("trace" if module is None else "trace_method")
        with no_grad():
            again = _Traced(func if inner is None else inner, *_copies(given, named), strict=strict)
            for run in (traced, func if module is None else module, again):
                cloned, more = _copies(given, named)
                run(*cloned, **more)
    if inner is None:
        return _TracedFunction(func, traced)
    made = TopLevelTracedModule.of(inner, {}, within=TracedModule)
    made.__dict__["_traced"] = traced
    return made


def _copies(args: Any, kwargs: Any) -> Any:
    def copy(value: Any) -> Any:
        if isinstance(value, Tensor):
            return value.detach().clone().requires_grad_(value.requires_grad)
        if isinstance(value, dict):
            return {name: copy(each) for name, each in value.items()}
        return type(value)(map(copy, value)) if type(value) in (tuple, list) else value

    return copy(args), copy(kwargs)


def trace_module(mod: Any, inputs: Any, optimize: Any = None, check_trace: bool = True, **options: Any) -> Any:
    """:func:`trace` of a module's ``forward``."""
    if not isinstance(mod, Module):
        raise AttributeError("expected torch.nn.Module as the first argument")
    if not isinstance(inputs, dict):
        raise AttributeError("expected a dictionary of (method_name, input) pairs")
    if list(inputs) != ["forward"]:
        raise NotImplementedError("Gradwalk has torch.jit.trace_module of forward alone; call others themselves.")
    deprecated("trace_method")
    example = inputs["forward"]
    args = example if isinstance(example, tuple) else (example,)
    checks = _others(options.get("check_inputs")) if check_trace else None
    return _made(mod, mod, args, {}, checks, strict=options.get("strict", True))
