"""How a forward is traced: it runs with stand-ins for its arguments, and layers are called by name."""

from __future__ import annotations

import builtins
import inspect
import math
import sys
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import CodeType, FunctionType, ModuleType
from typing import Any

from gradwalk.engine import Tensor
from gradwalk.engine import overrides as _overrides

from ..nn import Module, Parameter, Sequential
from .graph import Graph
from .graph_module import GraphModule
from .node import map_aggregate
from .proxy import BASE_TYPES, ParameterProxy, Proxy, TracerBase

_TORCH = __name__.rpartition(".fx.")[0]


class _Placeholder:
    def __repr__(self) -> str:
        return "PH"


PH = _Placeholder()
_WRAPPED: dict[tuple[int, str], dict[str, Any]] = {}
"""Functions to record instead of following them: the globals that hold each."""
_PROXYABLE: dict[type, None] = {}
_TRACING: list[TracerBase] = []


class ProxyableClassMeta(type):
    """The class of classes whose making can be recorded."""

    __module__ = "torch.fx._symbolic_trace"

    def __init__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> None:
        _PROXYABLE.setdefault(cls)
        super().__init__(name, bases, attrs)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        found = _proxies((args, kwargs)) if _TRACING else []
        if found:
            return found[0].tracer.create_proxy("call_function", cls, args, kwargs)
        return super().__call__(*args, **kwargs)


def _proxies(a: Any) -> list[Any]:
    found: list[Any] = []
    map_aggregate(a, lambda x: found.append(x) if isinstance(x, Proxy) else None)
    return found


def wrap(fn_or_name: str | Callable[..., Any]) -> Any:
    """Have calls of a function of this module recorded, where tracing would follow it."""
    if not callable(fn_or_name) and not isinstance(fn_or_name, str):
        raise RuntimeError("Unsupported type for global function! Must be either a callable or string name")
    name = fn_or_name if isinstance(fn_or_name, str) else fn_or_name.__name__
    current = inspect.currentframe()
    frame = current.f_back if current is not None else None
    assert frame is not None
    if frame.f_code.co_name != "<module>":
        raise NotImplementedError("wrap must be called at the top level of a module")
    _WRAPPED[id(frame.f_globals), name] = frame.f_globals
    return fn_or_name


def _recorded(function: Any) -> Any:
    """A function whose calls with stand-ins become nodes."""

    def call(*args: Any, **kwargs: Any) -> Any:
        found = _proxies((args, kwargs))
        if not found:
            return function(*args, **kwargs)
        made = found[0].tracer.create_proxy("call_function", function, args, kwargs)
        made.node.meta["is_wrapped"] = True
        return made

    call.__name__ = function.__name__
    return call


@contextmanager
def _put(names: Any, name: str, value: Any) -> Iterator[None]:
    """Another value under a name, in a dictionary or a class."""
    own = names if isinstance(names, dict) else vars(names)
    had, before = name in own, own.get(name)
    if isinstance(names, dict):
        names[name] = value
    else:
        setattr(names, name, value)
    try:
        yield
    finally:
        if isinstance(names, dict):
            names.pop(name, None)
            names.update({name: before} if had else {})
        elif had:
            setattr(names, name, before)
        else:
            delattr(names, name)


def _with_positions(function: Any, count: int) -> Any:
    """A function that takes what comes by ``*`` and ``**`` as one argument each."""
    code: CodeType = function.__code__
    plain = code.replace(
        co_argcount=count, co_posonlyargcount=0, co_kwonlyargcount=0,
        co_flags=code.co_flags & ~(inspect.CO_VARARGS | inspect.CO_VARKEYWORDS),
    )  # fmt: skip
    return FunctionType(
        plain, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )


class Tracer(TracerBase):
    """Traces a layer or a function: ``trace`` gives its graph."""

    __module__ = "torch.fx._symbolic_trace"
    traced_func_name = "forward"

    def __init__(self, autowrap_modules: tuple[ModuleType, ...] = (math,),
                 autowrap_functions: tuple[Callable[..., Any], ...] = (),
                 param_shapes_constant: bool = False) -> None:  # fmt: skip
        self._modules = autowrap_modules
        self._functions = {
            id(value): value
            for module in autowrap_modules
            for name, value in vars(module).items()
            if not name.startswith("_") and callable(value)
        }
        self._functions.update({id(f): f for f in autowrap_functions})
        self.param_shapes_constant = param_shapes_constant
        self.root: Any = None
        self.module_stack = OrderedDict()
        self._paths: dict[Any, str] = {}
        self.tensor_attrs: dict[Any, str] = {}

    # -- what subclasses decide -----------------------------------------------------------------------------------

    def is_leaf_module(self, m: Any, module_qualified_name: str) -> bool:
        """Whether a layer is called by name rather than followed: those of PyTorch's are."""
        return type(m).__module__.removeprefix("gradwalk.").startswith(("torch.nn", "torch.ao.nn")) and not isinstance(
            m, Sequential
        )

    def path_of_module(self, mod: Any) -> str:
        """Where a layer is in the one that is traced. Raises NameError if it is not there."""
        found = self._paths.get(mod)
        if found is None:
            raise NameError("module is not installed as a submodule")
        return found

    def call_module(self, m: Any, forward: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """What a call of a layer gives."""
        path = self.path_of_module(m)
        self.module_stack[path] = (path, type(m))
        try:
            if self.is_leaf_module(m, path):
                return self.create_proxy("call_module", path, args, kwargs)
            return forward(*args, **kwargs)
        finally:
            self.module_stack.popitem()

    def getattr(self, attr: str, attr_val: Any, parameter_proxy_cache: dict[str, Any]) -> Any:
        """What a layer's attribute is in the forward: of a parameter its stand-in."""
        among: Any = ()
        if isinstance(attr_val, Parameter):
            among = self.root.named_parameters()
        elif self.proxy_buffer_attributes and isinstance(attr_val, Tensor):
            among = self.root.named_buffers()
        name = next((name for name, value in among if value is attr_val), None)
        if name is None:
            return attr_val
        if name not in parameter_proxy_cache:
            made = self.create_proxy("get_attr", name, (), {})
            if self.param_shapes_constant:
                made = ParameterProxy(self, made.node, name, attr_val)
            parameter_proxy_cache[name] = made
        return parameter_proxy_cache[name]

    def create_arg(self, a: Any) -> Any:
        """An argument as nodes hold it: tensors by the names that they have in the root."""
        if isinstance(a, Parameter):
            name = next((name for name, p in self.root.named_parameters() if p is a), None)
            if name is None:
                raise NameError("parameter is not a member of this module")
            return self.create_node("get_attr", name, (), {})
        if isinstance(a, Tensor | Module):
            among = self.root.named_buffers() if isinstance(a, Tensor) else self.root.named_modules()
            name = next((name for name, x in among if x is a), None)
            if name is not None:
                return self.create_node("get_attr", name, (), {})
        if isinstance(a, tuple) and hasattr(a, "_fields"):
            return self.create_node("call_function", type(a), tuple(self.create_arg(x) for x in a), {})
        if isinstance(a, Tensor):
            return self._constant(a, "_tensor_constant")
        if type(a) in _PROXYABLE:
            return self._constant(a, f"_{type(a).__name__}_constant_")
        return super().create_arg(a)

    def _constant(self, a: Any, prefix: str) -> Any:
        name = self.tensor_attrs.get(id(a))
        if name is None:
            count = 0
            while hasattr(self.root, f"{prefix}{count}"):
                count += 1
            name = self.tensor_attrs[id(a)] = f"{prefix}{count}"
            setattr(self.root, name, a)
        return self.create_node("get_attr", name, (), {})

    # -- tracing --------------------------------------------------------------------------------------------------

    def trace(self, root: Any, concrete_args: Any = None) -> Graph:
        """The graph of a layer's forward or a function; ``concrete_args`` are given as they are."""
        _overrides.begin()
        is_module = isinstance(root, Module)
        self.root = root if is_module else Module()
        function: Any = getattr(type(root), self.traced_func_name) if is_module else root
        self._paths = {mod: name for name, mod in root.named_modules()} if is_module else {}
        graph = self.graph = Graph(tracer_cls=type(self))
        for name, mod in self.root.named_modules():
            for key, value in vars(mod).items():
                if isinstance(value, Tensor):
                    self.tensor_attrs[id(value)] = f"{name}.{key}" if name else key
        if not isinstance(function, FunctionType):
            raise AssertionError(f"Expected FunctionType, got {type(function)}")
        following, args = self._arguments(function, is_module, concrete_args)
        kept: dict[str, Any] = {}
        read, called = Module.__getattr__, Module.__call__

        def reading(mod: Any, attr: str) -> Any:
            return self.getattr(attr, read(mod, attr), kept)

        def calling(mod: Any, *args: Any, **kwargs: Any) -> Any:
            def forward(*args: Any, **kwargs: Any) -> Any:
                return called(mod, *args, **kwargs)

            self._wrap_in(globals_of(mod), patches)
            return self.call_module(mod, forward, args, kwargs)

        _TRACING.append(self)
        try:
            with ExitStack() as patches:
                patches.enter_context(_put(Module, "__getattr__", reading))
                patches.enter_context(_put(Module, "__call__", calling))
                for (_, name), names in [*_WRAPPED.items()]:
                    target = names.get(name, getattr(builtins, name, None))
                    if target is not None:
                        patches.enter_context(_put(names, name, _recorded(target)))
                for module in self._modules:
                    self._wrap_in(vars(module), patches)
                self._wrap_in(function.__globals__, patches)
                inner = inspect.unwrap(function)
                returns = None if _is_ours(inner) else inspect.get_annotations(inner).get("return")
                self.create_node("output", "output", (self.create_arg(following(*args)),), {}, type_expr=returns)
        finally:
            _TRACING.pop()
        return graph

    def _wrap_in(self, names: dict[str, Any], patches: ExitStack) -> None:
        for name, value in [*names.items()]:
            if id(value) in self._functions and not name.startswith("_"):
                patches.enter_context(_put(names, name, _recorded(value)))

    def _arguments(self, function: Any, is_module: bool, concrete: Any) -> tuple[Any, list[Any]]:
        """A placeholder for each argument but those that are given."""
        inner = inspect.unwrap(function)
        code: CodeType = inner.__code__
        count = code.co_argcount + code.co_kwonlyargcount
        names = list(code.co_varnames[:count])
        if is_module and not names:
            raise RuntimeError("``self`` argument cannot be part of *args expansion!")
        parameters = inspect.signature(inner).parameters
        args: list[Any] = [self.root] if is_module else []
        names = names[1:] if is_module else names
        if isinstance(concrete, tuple) and len(concrete) != len(names):
            raise RuntimeError(
                f"Tracing expected {len(names)} arguments but got {len(concrete)} concrete arguments"
            )
        concrete = dict(zip(names, concrete, strict=True)) if isinstance(concrete, tuple) else concrete or {}
        for name in names:
            default = () if parameters[name].default is inspect.Parameter.empty else (parameters[name].default,)
            if name in concrete:
                args.append(self._concrete(name, concrete[name], default))
                continue
            args.append(self.create_proxy(
                "placeholder", name, default, {},
                type_expr=None if _is_ours(inner) else inner.__annotations__.get(name),
            ))  # fmt: skip
        rest = [f"{stars}{code.co_varnames[count + i]}" for i, stars in enumerate(
            stars for flag, stars in ((inspect.CO_VARARGS, "*"), (inspect.CO_VARKEYWORDS, "**")) if code.co_flags & flag
        )]  # fmt: skip
        args += [self.create_proxy("placeholder", name, (), {}) for name in rest]
        if code.co_kwonlyargcount or rest:
            function = _with_positions(inner, len(args))
        return function, args

    def _concrete(self, name: str, value: Any, default: tuple[Any, ...]) -> Any:
        """An argument that is known; its placeholder is checked to be it."""
        if isinstance(value, list | tuple | dict):
            raise NotImplementedError(
                f"Gradwalk's torch.fx takes numbers, strings and None in concrete_args, but {name!r} is a "
                f"{type(value).__name__}: use functools.partial."
            )
        made = self.create_proxy("placeholder", f"{name}_1", default, {})
        if value is PH:
            return made
        words = f"{name} has been specialized to have value {value} but got another value"
        if value is None:
            self.create_proxy("call_function", _assert_is_none, (made, words), {})
        elif isinstance(value, BASE_TYPES) and not isinstance(value, Tensor):
            self.create_proxy("call_function", sys.modules[_TORCH]._assert, (made == value, words), {})
        else:
            warnings.warn(
                f"Was not able to add assertion to guarantee correct input {name} to specialized function. It is up to "
                "the user to make sure that your inputs match the inputs you specialized the function with.",
                stacklevel=2,
            )
        return value


def _assert_is_none(value: Any, msg: str) -> None:
    if value is not None:
        raise AssertionError(msg)


def _is_ours(function: Any) -> bool:
    """Whether a forward is of the facade's own layers, which have types where PyTorch's have none."""
    return str(function.__module__).startswith(__name__.rpartition(".fx.")[0])


def globals_of(module: Any) -> dict[str, Any]:
    """The names that a layer's forward sees."""
    found: dict[str, Any] = getattr(getattr(module, "forward", None), "__globals__", {})
    return found


def symbolic_trace(root: Any, concrete_args: Any = None) -> GraphModule:
    """The layer that a graph of ``root``, a layer or a function, makes."""
    tracer = Tracer()
    graph = tracer.trace(root, concrete_args)
    name = type(root).__name__ if isinstance(root, Module) else root.__name__
    return GraphModule(tracer.root, graph, name)
