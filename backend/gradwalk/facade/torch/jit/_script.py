"""``torch.jit.script``: functions and modules that run as the Python that they are written in."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, NoReturn

from gradwalk.engine import Tensor
from gradwalk.engine.addresses import address
from gradwalk.engine.grad_mode import is_grad_enabled
from gradwalk.engine.observe import observing
from gradwalk.engine.surface.registry import FUNCTIONS

from ..nn.modules.module import Module, type_name
from ._deprecated import deprecated
from ._frontend import check
from ._unnamed import Scripted, mark, take_names

_MODIFIER = "_torchscript_modifier"
"""How PyTorch marks functions that it is to compile, or not."""
_NO_CODE = (
    "Gradwalk has no {0} of what torch.jit has made: nothing is compiled; the record shows every op, and the source is "
    "what is run."
)
_CAST = "(#define PYBIND11_DETAILED_ERROR_MESSAGES or compile in debug mode for details)"
_OVERLOADED = ("LSTM", "GRU", "RNN")
"""Layers whose ``forward`` has overloads, which PyTorch compiles within others alone."""
_PLAIN = (bool, int, float, str, list, tuple, dict, type(None), Tensor)
"""Kinds of attributes that a compiled module has too."""


class _Scripting:
    """How many calls of scripted functions are under way."""

    depth = 0


def is_scripting() -> bool:
    """Whether what is running is what was scripted."""
    return _Scripting.depth > 0


def ignore(drop: Any = False, **kwargs: Any) -> Any:
    """Marks a function that stays Python's."""
    if callable(drop):
        return _marked(drop, "ignore (leave as a call to Python, cannot be torch.jit.save'd)")
    return lambda function: _marked(function, "unused (ignored and replaced with raising of an exception)")


def unused(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a function that what is scripted does not call."""
    return _marked(fn, "unused (ignored and replaced with raising of an exception)")


def export(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a method that is compiled beside ``forward``."""
    return _marked(fn, "export (compile this function even if nothing calls it)")


def _marked(function: Callable[..., Any], how: str) -> Callable[..., Any]:
    setattr(function, _MODIFIER, how)
    return function


def _is_python(function: Any) -> bool:
    return str(getattr(function, _MODIFIER, "")).startswith(("ignore", "unused"))


class _Run:
    """Calls of one scripted function or method, of which PyTorch compiles the second."""

    def __init__(self) -> None:
        self.called = False

    def __call__(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What the function gives."""
        since = mark()
        _Scripting.depth += 1
        try:
            with observing(Scripted()):
                found = function(*args, **kwargs)
        finally:
            _Scripting.depth -= 1
        if self.called and not _Scripting.depth and is_grad_enabled():
            take_names(found, since)
        self.called = True
        return found


class NoCode:
    """What compiled things are asked for and nothing here has."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        if obj is None:
            return self
        raise NotImplementedError(_NO_CODE.format(self._name))


class _Named(type):
    """The kind of ``ScriptFunction``, which PyTorch calls by two names of one module."""

    def __repr__(cls) -> str:
        return f"<class 'torch.jit.{cls.__qualname__}'>"


class ScriptFunction(metaclass=_Named):
    """A function that was scripted or traced."""

    __module__ = "torch.jit"
    __qualname__ = "torch.jit.ScriptFunction"
    code = NoCode("code")
    graph = NoCode("graph")
    inlined_graph = NoCode("inlined_graph")
    schema = NoCode("schema")
    graph_for = NoCode("graph_for")
    get_debug_state = NoCode("get_debug_state")

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._run = _Run()
        self.__name__ = "ScriptFunction"
        self.__doc__ = getattr(function, "__doc__", None)
        self.name = getattr(function, "__name__", "")
        self.qualified_name = f"__torch__.{self.name}"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function gives. Raises RuntimeError for arguments that do not fit."""
        check_arguments(self.name, self._function, args, kwargs)
        return self._run(self._function, *args, **kwargs)

    def __repr__(self) -> str:
        return f"<torch.jit.torch.jit.ScriptFunction object at {address(self)}>"

    def save(self, f: Any, _extra_files: Any = None) -> None:
        """As :func:`torch.jit.save`."""
        from ._files import save

        save(self, f)


def check_arguments(name: str, function: Callable[..., Any], args: Any, kwargs: Any, *, before: int = 0) -> None:
    """Raises RuntimeError, as what is compiled does, for too few or too many arguments, and others than tensors where
    nothing says that they may be. ``before``: so many stand before those of the function that is looked at."""
    asked = [p for p in inspect.signature(function).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    if len(args) > len(asked):
        most, got = len(asked) + before, len(args) + before
        raise RuntimeError(f"{name}() expected at most {most} argument(s) but received {got} argument(s).")
    for at, parameter in enumerate(asked):
        if at < len(args):
            value = args[at]
        elif parameter.name in kwargs:
            value = kwargs[parameter.name]
        elif parameter.default is parameter.empty:
            raise RuntimeError(f"{name}() is missing value for argument '{parameter.name}'.")
        else:
            continue
        kind = parameter.annotation
        inferred = kind is parameter.empty
        if (inferred or kind is Tensor or kind in ("Tensor", "torch.Tensor")) and not isinstance(value, Tensor):
            if inferred and parameter.default is not parameter.empty:
                continue  # PyTorch's compiler takes the type of the default
            why = f"Inferred '{parameter.name}' to be of type 'Tensor' because it was not annotated with an explicit"
            raise RuntimeError(
                f"{name}() Expected a value of type 'Tensor{' (inferred)' if inferred else ''}' for argument "
                f"'{parameter.name}' but instead found type '{type_name(value)}'.\n"
                + (f"{why} type.\n" if inferred else "") + f"Position: {at + before}\nValue: {value}"
            )  # fmt: skip
    for name_given in kwargs:
        if all(parameter.name != name_given for parameter in asked):
            raise RuntimeError(f"Unknown keyword argument '{name_given}' for operator '{name}'.")


class ScriptMethod:
    """A method of a module that was scripted."""

    __module__ = "torch"
    code = NoCode("code")
    graph = NoCode("graph")
    schema = NoCode("schema")

    def __init__(self, run: _Run, method: Callable[..., Any], module: Module) -> None:
        self._run, self._method, self._module = run, method, module
        self.name = method.__name__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the method gives."""
        return self._run(self._method, self._module, *args, **kwargs)


class ScriptModule(Module):
    """A module whose methods are compiled; one derives from it and marks them with :func:`script_method`."""

    __module__ = "torch.jit._script"
    code = NoCode("code")
    graph = NoCode("graph")
    inlined_graph = NoCode("inlined_graph")
    code_with_constants = NoCode("code_with_constants")
    _compiled: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        self.__dict__["_run"] = _Run()

    @property
    def original_name(self) -> str:
        """What the class is called that it was made of."""
        return type(self).__name__

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Module) and not isinstance(value, ScriptModule):
            value = RecursiveScriptModule.of(copied(value, {}), {})
        super().__setattr__(name, value)

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise RuntimeError(
            f"Tried to serialize object {self._qualified_name()} which does not have a __getstate__ method defined!"
        )

    def _qualified_name(self) -> str:
        kind = type(self.__dict__.get("_inner", self))
        return ".".join(filter(None, ("__torch__", kind.__module__.replace("__main__", ""), kind.__qualname__)))

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        made = memo[id(self)] = object.__new__(type(self))
        made.__dict__.update({name: copy.deepcopy(value, memo) for name, value in self.__dict__.items()})
        return made

    def save(self, f: Any, **kwargs: Any) -> None:
        """As :func:`torch.jit.save`."""
        from ._files import save

        save(self, f)


def script_method(fn: Callable[..., Any]) -> Callable[..., Any]:
    """A method that runs as it is written."""
    deprecated("script_method")
    check(fn)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        check_arguments(fn.__name__, fn.__get__(self), args, kwargs, before=1)
        return self.__dict__["_run"](fn, self, *args, **kwargs)

    method.__name__, method.__qualname__, method.__doc__ = fn.__name__, fn.__qualname__, fn.__doc__
    return method


def copied(module: Module, memo: dict[int, Module]) -> Module:
    """The module with the same tensors and attributes of its own, and so all within."""
    if isinstance(module, ScriptModule):
        return module
    if id(module) in memo:
        return memo[id(module)]
    made = memo[id(module)] = object.__new__(type(module))
    own = made.__dict__
    for name, value in module.__dict__.items():
        own[name] = copy.copy(value) if isinstance(value, dict | list | set) else value
    own["_modules"] = {name: inner and copied(inner, memo) for name, inner in module._modules.items()}
    return made


class RecursiveScriptModule(ScriptModule):
    """What ``torch.jit.script`` makes of a module: another one with the same parameters."""

    __module__ = "torch.jit._script"
    _follows: ClassVar[bool] = True
    """Whether ``training`` and attributes that are set are what is run, too."""

    @classmethod
    def of(cls, inner: Module, memo: dict[int, Any], within: type[Any] | None = None) -> Any:
        """One around a module that nobody else has, and around each within, of the class ``within``."""
        if isinstance(inner, ScriptModule):
            return inner
        if id(inner) in memo:
            return memo[id(inner)]
        made = memo[id(inner)] = object.__new__(cls)
        Module.__init__(made)
        kind = within or cls
        made.__dict__.update(
            _inner=inner, _run=_Run(), training=inner.training, _parameters=inner._parameters, _buffers=inner._buffers,
            _non_persistent_buffers_set=inner._non_persistent_buffers_set,
            _modules={name: kind.of(each, memo) for name, each in inner._modules.items() if each is not None},
        )  # fmt: skip
        return made

    @property
    def original_name(self) -> str:
        """What the class is called that it was made of."""
        return type(self.__dict__["_inner"]).__name__

    def extra_repr(self) -> str:
        """Its class."""
        return f"original_name={self.original_name}"

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module gives."""
        inner = self.__dict__["_inner"]
        check_arguments("forward", inner.forward, args, kwargs, before=1)
        if "_traced" in self.__dict__:
            return self.__dict__["_traced"](*args, **kwargs)
        if type(inner).__name__ in _OVERLOADED and type(inner).__module__.startswith("torch."):
            raise AttributeError("'RecursiveScriptModule' object has no attribute 'forward'")
        return self.__dict__["_run"](inner, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        inner = self.__dict__.get("_inner")
        if inner is not None and not name.startswith("_"):
            found = inner.__dict__.get(name, self)
            if found is not self and self._follows and isinstance(found, _PLAIN):
                return found
            method = getattr(type(inner), name, None)
            if callable(method) and self._has_method(name, method):
                if _is_python(method):
                    return method.__get__(self)
                return ScriptMethod(self.__dict__["_run"], method, inner)
        try:
            return super().__getattr__(name)
        except AttributeError:
            raise AttributeError(f"'RecursiveScriptModule' object has no attribute '{name}'") from None

    def _has_method(self, name: str, method: Any) -> bool:
        """Whether a method is compiled with the module, or left to Python."""
        if not self._follows or hasattr(Module, name):
            return False
        if hasattr(method, _MODIFIER):
            return True
        forward = type(self.__dict__["_inner"]).forward
        return name in getattr(getattr(forward, "__code__", None), "co_names", ())

    def __setattr__(self, name: str, value: Any) -> None:
        inner = self.__dict__.get("_inner")
        if inner is not None and self._follows and name in inner.__dict__:
            was = inner.__dict__[name]
            if type(was) is not type(value) and name != "training":
                raise RuntimeError(
                    f"Could not cast attribute '{name}' to type {type(was).__name__}: Unable to cast Python instance "
                    f"of type {type(value)} to C++ type '?' {_CAST}"
                )
            inner.__dict__[name] = value
            if name == "training":
                self.__dict__[name] = value
            return
        super().__setattr__(name, value)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._container("__iter__"))

    def __len__(self) -> int:
        return len(self._container("__len__"))

    def __getitem__(self, index: Any) -> Any:
        return self._container("__getitem__")[index]

    def __contains__(self, key: Any) -> bool:
        return key in self._container("__contains__")

    def __bool__(self) -> bool:
        return True

    def _container(self, method: str) -> Any:
        inner = self.__dict__["_inner"]
        if not hasattr(type(inner), method):
            raise NotImplementedError
        return inner


def script(
    obj: Any, optimize: Any = None, _frames_up: int = 0, _rcb: Any = None, example_inputs: Any = None
) -> Any:  # fmt: skip
    """The function or module as a compiled one, which runs as it is written. Raises what the compiler says of what it
    does not know."""
    deprecated("script")
    if isinstance(obj, ScriptModule | ScriptFunction):
        return obj
    if isinstance(obj, Module):
        _check_module(obj, set())
        return RecursiveScriptModule.of(copied(obj, {}), {})
    if inspect.isclass(obj):
        if issubclass(obj, Module):
            raise RuntimeError(
                f"Type '{obj}' cannot be compiled since it inherits from nn.Module, consider passing an instance "
                "instead"
            )
        return obj
    if (not inspect.isfunction(obj) and not inspect.ismethod(obj)) or obj is FUNCTIONS.get(obj.__name__):
        kind = "builtin_function_or_method" if callable(obj) else type(obj).__name__
        raise TypeError(f"<class '{kind}'> is a built-in class")
    if not obj.__module__.startswith(("torch", "gradwalk")):
        check(obj)
    return ScriptFunction(obj)


def _check_module(module: Module, seen: set[type]) -> None:
    for each in module.modules():
        kind = type(each)
        if kind not in seen and not kind.__module__.startswith(("torch", "gradwalk")):
            check(kind.forward)
        seen.add(kind)
