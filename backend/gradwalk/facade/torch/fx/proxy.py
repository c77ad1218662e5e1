"""What stands for a tensor while a forward is traced: each call on it becomes a node."""

from __future__ import annotations

import dataclasses
import dis
import enum
import inspect
import operator
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

from gradwalk.engine import Tensor
from gradwalk.engine import overrides as _overrides
from gradwalk.engine.device import device
from gradwalk.engine.dtypes import dtype
from gradwalk.engine.layout import layout
from gradwalk.engine.memory_format import memory_format

from ._code import OPERATORS, REFLECTED
from ._names import is_method, variable_for
from .node import Node, map_aggregate, map_arg

BASE_TYPES = (str, int, float, bool, complex, dtype, Tensor, device, memory_format, layout)


class TraceError(ValueError):
    """A forward does with a value what has no node."""

    __module__ = "torch.fx.proxy"


def _no_node(node: Node) -> Any:
    raise RuntimeError(f"Keys for dictionaries used as an argument cannot contain a Node. Got key: {node}")


class TracerBase:
    """What puts calls into a graph."""

    __module__ = "torch.fx.proxy"
    record_stack_traces = False
    proxy_buffer_attributes = False
    param_shapes_constant = False
    graph: Any
    module_stack: OrderedDict[str, Any]

    def create_node(self, kind: str, target: Any, args: Any, kwargs: Any, name: str | None = None,
                    type_expr: Any = None) -> Node:  # fmt: skip
        """A new node of the graph."""
        made: Node = self.graph.create_node(kind, target, args, kwargs, name, type_expr)
        if getattr(self, "module_stack", None):
            made.meta["nn_module_stack"] = self.module_stack.copy()
        return made

    def proxy(self, node: Node) -> Proxy:
        """What stands for what a node gives."""
        return Proxy(node, self)

    def create_proxy(self, kind: str, target: Any, args: Any, kwargs: Any, name: str | None = None,
                     type_expr: Any = None,
                     proxy_factory_fn: Callable[[Node], Proxy] | None = None) -> Proxy:  # fmt: skip
        """A new node, and what stands for what it gives."""
        node = self.create_node(kind, target, self.create_arg(args), self.create_arg(kwargs), name, type_expr)
        return (proxy_factory_fn or self.proxy)(node)

    def create_arg(self, a: Any) -> Any:
        """An argument as nodes hold it. Raises NotImplementedError for what none can hold."""
        if isinstance(a, Proxy):
            return a.node
        if isinstance(a, tuple):
            found = [self.create_arg(x) for x in a]
            return type(a)(*found) if hasattr(a, "_fields") else tuple(found)
        if isinstance(a, list):
            return [self.create_arg(x) for x in a]
        if isinstance(a, dict):
            return {self._key(key): self.create_arg(value) for key, value in a.items()}
        if isinstance(a, slice):
            return slice(self.create_arg(a.start), self.create_arg(a.stop), self.create_arg(a.step))
        if isinstance(a, range):
            return range(self.create_arg(a.start), self.create_arg(a.stop), self.create_arg(a.step))
        if dataclasses.is_dataclass(a) and not isinstance(a, type):
            named = {field.name: self.create_arg(getattr(a, field.name)) for field in dataclasses.fields(a)}
            return self.create_node("call_function", type(a), (), named)
        if isinstance(a, (*BASE_TYPES, enum.Enum)) or a is None or a is ...:
            return a
        raise NotImplementedError(f"argument of type: {type(a)}")

    def _key(self, key: Any) -> Any:
        if isinstance(key, str):
            return key
        found = self.create_arg(key)
        map_arg(found, _no_node)
        return found

    def to_bool(self, obj: Proxy) -> bool:
        """What a value is as a condition. Raises TraceError, for nobody knows."""
        raise TraceError("symbolically traced variables cannot be used as inputs to control flow")

    def iter(self, obj: Proxy) -> Iterator[Any]:
        """What a loop over a value gets. Raises TraceError, for nobody knows how long it is."""
        raise TraceError(
            "Proxy object cannot be iterated. This can be attempted when the Proxy is used in a loop or as a *args or "
            "**kwargs function argument. See the torch.fx docs on pytorch.org for a more detailed explanation of what "
            "types of control flow can be traced, and check out the Proxy docstring for help troubleshooting Proxy "
            "iteration errors"
        )

    def keys(self, obj: Proxy) -> Any:
        """What ``**`` of a value gets."""
        return Attribute(obj, "keys")()


class GraphAppendingTracer(TracerBase):
    """Puts calls into a graph that is there already."""

    __module__ = "torch.fx.proxy"

    def __init__(self, graph: Any) -> None:
        self.graph = graph


class Proxy:
    """Stands for what a node gives."""

    __module__ = "torch.fx.proxy"
    node: Any

    def __init__(self, node: Node, tracer: TracerBase | None = None) -> None:
        _overrides.begin()
        self.tracer = GraphAppendingTracer(node.graph) if tracer is None else tracer
        self.node = node

    def __repr__(self) -> str:
        return f"Proxy({self.node.name})"

    def __getattr__(self, k: str) -> Any:
        return Attribute(self, k)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.tracer.create_proxy("call_method", "__call__", (self, *args), kwargs)

    def __iter__(self) -> Iterator[Any]:
        frame = inspect.currentframe()
        caller = frame.f_back if frame is not None else None
        if caller is not None:
            step = next((x for x in dis.get_instructions(caller.f_code) if x.offset == caller.f_lasti), None)
            if step is not None and step.opname == "UNPACK_SEQUENCE":
                return (self[i] for i in range(step.argval))  # type: ignore[index]
        return self.tracer.iter(self)

    def __abs__(self) -> Any:
        return self.tracer.create_proxy("call_function", operator.abs, (self,), {})

    def __bool__(self) -> bool:
        return self.tracer.to_bool(self)

    def keys(self) -> Any:
        """What ``**`` of it gets."""
        return self.tracer.keys(self)

    def __len__(self) -> int:
        raise RuntimeError(
            "'len' is not supported in symbolic tracing by default. If you want this call to be recorded, please call "
            "torch.fx.wrap('len') at module scope"
        )

    @classmethod
    def __torch_function__(cls, orig_method: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """A call of a public function on it."""
        kwargs = kwargs or {}
        tracers: dict[Any, None] = {}
        map_aggregate((args, kwargs), lambda x: tracers.setdefault(x.tracer) if isinstance(x, cls) else None)
        if len(tracers) > 1:
            raise RuntimeError(
                f"Found multiple different tracers {list(tracers)} while trying to trace operations {orig_method}"
            )
        tracer = next(iter(tracers))
        if is_method(orig_method):
            return tracer.create_proxy("call_method", orig_method.__name__, args, kwargs)
        return tracer.create_proxy(
            "call_function", orig_method, args, kwargs, name=variable_for(orig_method.__name__)
        )


class Attribute(Proxy):
    """An attribute of a value: its node is made when it is used, for most are called."""

    __module__ = "torch.fx.proxy"

    def __init__(self, root: Proxy, attr: str) -> None:
        self.root, self.attr, self.tracer = root, attr, root.tracer
        self._node: Node | None = None

    @property
    def node(self) -> Any:
        """The node that reads it."""
        if self._node is None:
            self._node = self.tracer.create_proxy("call_function", getattr, (self.root, self.attr), {}).node
        return self._node

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.tracer.create_proxy("call_method", self.attr, (self.root, *args), kwargs)


class ParameterProxy(Proxy):
    """Stands for a parameter whose shape is known."""

    __module__ = "torch.fx.proxy"

    def __init__(self, tracer: TracerBase, node: Node, name: str, param: Any) -> None:
        super().__init__(node, tracer)
        self.name, self.param = name, param
        for known in ("size", "dim", "numel", "nelement"):
            self.__dict__[known] = getattr(param, known)
        self.__dict__.update(shape=param.shape, ndim=param.ndim)

    def __repr__(self) -> str:
        return f"ParameterProxy({self.name})"


def _operator(name: str) -> Any:
    target = getattr(operator, name)

    def call(self: Any, *args: Any) -> Any:
        return self.tracer.create_proxy("call_function", target, (self, *args), {})

    return call


def _reflected(name: str) -> Any:
    target = getattr(operator, name)

    def call(self: Any, left: Any) -> Any:
        return self.tracer.create_proxy("call_function", target, (left, self), {})

    return call


for _name in OPERATORS:
    setattr(Proxy, f"__{_name.strip('_')}__", _operator(_name))
for _name in REFLECTED:
    setattr(Proxy, f"__r{_name.strip('_')}__", _reflected(_name))
