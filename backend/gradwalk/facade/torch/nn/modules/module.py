"""``nn.Module``: an object whose parameters, buffers and submodules are found by assigning them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar

from gradwalk.engine import dtypes
from gradwalk.engine.device import check_device
from gradwalk.engine.device import device as Device  # noqa: N812
from gradwalk.engine.dtypes import FLOATS
from gradwalk.engine.dtypes import dtype as Dtype  # noqa: N812
from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.surface.argument_parser import refusal
from gradwalk.engine.surface.kinds import typename
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.surface.signatures import overloads
from gradwalk.engine.tensor import Tensor
from gradwalk.engine.warn import warn

from ..parameter import Buffer, Parameter, is_lazy
from ._everywhere import (
    register_module_backward_hook,
    register_module_buffer_registration_hook,
    register_module_forward_hook,
    register_module_forward_pre_hook,
    register_module_full_backward_hook,
    register_module_full_backward_pre_hook,
    register_module_module_registration_hook,
    register_module_parameter_registration_hook,
    registered,
)
from ._hooks import Hooks
from ._members import Members
from ._state import State, _IncompatibleKeys  # noqa: F401  # the second for who asks here

Self = TypeVar("Self", bound="Module")

_COMPLEX = (
    "Complex modules are a new feature under active development whose design may change, and some modules might not "
    "work as expected when using complex tensors as parameters or buffers. Please file an issue at "
    "https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml if a complex module does not work as "
    "expected."
)


_OF_COMPILE = frozenset(("fullgraph", "dynamic", "backend", "mode", "options", "disable"))
_REGISTRIES = ("_parameters", "_buffers", "_modules")


def type_name(value: object) -> str:
    """What PyTorch calls a value's type: ``torch.FloatTensor`` for a tensor."""
    if isinstance(value, Parameter):
        return "torch.nn.parameter.Parameter"
    if isinstance(value, Tensor):
        return f"torch.{value.dtype.legacy_name}"
    kind = type(value)
    return (
        kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"
    )


def _parameter_type_name(value: object) -> str:
    return f"torch.{value.dtype.legacy_name}" if isinstance(value, Tensor) else type_name(value)


def _unimplemented(self: Module, *input: Any) -> None:
    raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')


_BASES = {"_NormBase": "_BatchNorm"}
"""Bases that layers take their constructors from, and what PyTorch calls them."""

_OURS = frozenset(("_Along", "_AvgPoolNd", "_Forward", "_InPlace", "_ConvTransposeNd", "_ZeroPad"))
"""Bases that PyTorch lacks: there each layer has a constructor of its own."""


def _named(function: Any, name: str) -> Any:
    """The same function, which errors call by another name."""
    code = function.__code__.replace(co_qualname=name)
    found = FunctionType(code, function.__globals__, function.__name__, function.__defaults__, function.__closure__)
    found.__kwdefaults__ = function.__kwdefaults__
    return found


class Module(Hooks, Members, State):
    """Base class of all layers. A subclass calls ``super().__init__()`` first and defines ``forward``."""

    training: bool
    call_super_init = False
    dump_patches = False
    __module__ = "torch.nn.modules.module"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give layers that inherit ``forward`` or ``__init__`` from a base that PyTorch lacks ones named after them."""
        super().__init_subclass__(**kwargs)
        if not cls.__module__.startswith(__package__):
            return
        if "forward" not in cls.__dict__ and cls.forward is not _unimplemented:
            cls.forward = _named(cls.forward, f"{cls.__qualname__}.forward")
        base = cls.__init__.__qualname__.partition(".")[0]
        if "__init__" not in cls.__dict__ and base.startswith("_") and not cls.__name__.startswith("_"):
            name = _BASES.get(base, cls.__qualname__ if base in _OURS else base)
            cls.__init__ = _named(cls.__init__, f"{name}.__init__")  # type: ignore[method-assign]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs and not self.call_super_init:
            name = next(iter(kwargs))
            raise TypeError(f"{type(self).__name__}.__init__() got an unexpected keyword argument '{name}'")
        if args and not self.call_super_init:
            raise TypeError(
                f"{type(self).__name__}.__init__() takes 1 positional argument but {len(args) + 1} were given"
            )
        put = self.__dict__
        put["training"] = True
        put["_parameters"] = {}
        put["_buffers"] = {}
        put["_non_persistent_buffers_set"] = set()
        self._init_hooks()
        put["_modules"] = {}
        if self.call_super_init:
            super().__init__(*args, **kwargs)

    forward: Callable[..., Any] = _unimplemented

    # -- registration ---------------------------------------------------------------------------------------------

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Add a parameter, or None in its place. Raises KeyError or TypeError."""
        if "_parameters" not in self.__dict__:
            raise AttributeError("cannot assign parameter before Module.__init__() call")
        self._check_name("parameter", name, self._parameters)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(
                f"cannot assign '{_parameter_type_name(param)}' object to parameter '{name}' "
                "(torch.nn.Parameter or None required)"
            )
        self._parameters[name] = None if param is None else registered("parameter", self, name, param)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Add a tensor to the state that is not trained. Raises KeyError or TypeError."""
        if "_buffers" not in self.__dict__:
            raise AttributeError("cannot assign buffer before Module.__init__() call")
        self._check_name("buffer", name, self._buffers)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"cannot assign '{type_name(tensor)}' object to buffer '{name}' (torch Tensor or None required)"
            )
        self._buffers[name] = registered("buffer", self, name, tensor)
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

    def add_module(self, name: str, module: Module | None) -> None:
        """Add a submodule. Raises KeyError or TypeError."""
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{typename(module)} is not a Module subclass")
        self._check_name("module", name, self._modules)
        self._modules[name] = registered("module", self, name, module)

    def register_module(self, name: str, module: Module | None) -> None:
        """:meth:`add_module`."""
        self.add_module(name, module)

    def _check_name(self, kind: str, name: Any, registry: dict[str, Any]) -> None:
        if not isinstance(name, str):
            raise TypeError(f"{kind} name should be a string. Got {type_name(name)}")
        if kind == "module" and hasattr(self, name) and name not in registry:
            raise KeyError(f"attribute '{name}' already exists")
        if "." in name:
            raise KeyError(f'{kind} name can\'t contain "."' + (f", got: {name}" if kind == "module" else ""))
        if name == "":
            raise KeyError(f'{kind} name can\'t be empty string ""')
        if hasattr(self, name) and name not in registry:
            raise KeyError(f"attribute '{name}' already exists")

    # -- attributes -----------------------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__
        for registry in _REGISTRIES:
            members = own.get(registry)
            if members is not None and name in members:
                return members[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __setattr__(self, name: str, value: Any) -> None:
        own = self.__dict__
        if isinstance(value, Parameter):
            if "_parameters" not in own:
                raise AttributeError("cannot assign parameters before Module.__init__() call")
            self._forget(name, keep="_parameters")
            self.register_parameter(name, value)
            return
        parameters = own.get("_parameters")
        if parameters is not None and name in parameters:
            if value is not None:
                raise TypeError(
                    f"cannot assign '{_parameter_type_name(value)}' as parameter '{name}' "
                    "(torch.nn.Parameter or None expected)"
                )
            parameters[name] = None
            return
        modules = own.get("_modules")
        if isinstance(value, Module):
            if modules is None:
                raise AttributeError("cannot assign module before Module.__init__() call")
            self._forget(name, keep="_modules")
            modules[name] = registered("module", self, name, value)
            return
        if modules is not None and name in modules:
            if value is not None:
                raise TypeError(
                    f"cannot assign '{typename(value)}' as child module '{name}' (torch.nn.Module or None expected)"
                )
            modules[name] = registered("module", self, name, None)
            return
        buffers = own.get("_buffers")
        if isinstance(value, Buffer) or (buffers is not None and name in buffers):
            self._set_buffer(name, value)
            return
        object.__setattr__(self, name, value)

    def _set_buffer(self, name: str, value: Any) -> None:
        if value is not None and not isinstance(value, Tensor):
            raise TypeError(
                f"cannot assign '{type_name(value)}' as buffer '{name}' "
                "(torch.nn.Buffer, torch.Tensor or None expected)"
            )
        kept = value.persistent if isinstance(value, Buffer) else name not in self._non_persistent_buffers_set
        register = type(self).register_buffer
        if register is Module.register_buffer or "persistent" in inspect.signature(register).parameters:
            self.register_buffer(name, value, kept)
        elif kept:
            self.register_buffer(name, value)
        else:
            raise RuntimeError(
                "Registering a non-persistent buffer on a Module subclass that implements register_buffer() without "
                "the persistent argument is not allowed."
            )

    def _forget(self, name: str, keep: str) -> None:
        """What was called ``name`` elsewhere is so no more."""
        own = self.__dict__
        own.pop(name, None)
        for registry in _REGISTRIES:
            if registry != keep:
                own[registry].pop(name, None)
        if keep != "_buffers":
            self._non_persistent_buffers_set.discard(name)

    def __delattr__(self, name: str) -> None:
        for registry in _REGISTRIES:
            if name in self.__dict__.get(registry, {}):
                del self.__dict__[registry][name]
                self._non_persistent_buffers_set.discard(name)
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        names = {*dir(type(self)), *self.__dict__, *self._parameters, *self._modules, *self._buffers}
        return sorted(name for name in names if not name[:1].isdigit())

    # -- over the whole tree --------------------------------------------------------------------------------------

    def _apply(self: Self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        """Put ``fn`` of every parameter, gradient and buffer in its place, of those of parts too if ``recurse``."""
        for module in self.children() if recurse else ():
            module._apply(fn)
        for parameter in self._parameters.values():
            if parameter is None:
                continue
            with no_grad():
                changed = fn(parameter)
            if changed is not parameter:
                parameter.data = changed
            if parameter.grad is not None:
                with no_grad():
                    parameter.grad = fn(parameter.grad)
        for name, buffer in self._buffers.items():
            if buffer is None:
                continue
            if is_lazy(buffer):
                buffer.data = fn(buffer)
            else:
                self._buffers[name] = fn(buffer)
        return self

    def apply(self: Self, fn: Callable[[Module], None]) -> Self:
        """Call ``fn`` with every submodule, innermost first, and with this one."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def to(self: Self, *args: Any, **kwargs: Any) -> Self:
        """Convert floating point parameters and buffers to a dtype; the device is the CPU."""
        words = refusal(overloads("Tensor", "to"), args, kwargs)
        if words is not None:
            raise TypeError(words)
        if kwargs.get("copy") or args[3:4] == (True,):
            raise RuntimeError(".to() does not accept copy argument")
        wanted: Dtype | None = None
        place: Any = None
        for argument in (*args[:2], kwargs.get("dtype"), kwargs.get("device"), kwargs.get("tensor")):
            if isinstance(argument, Dtype):
                wanted = argument
            elif isinstance(argument, Tensor):
                wanted = argument.dtype
            elif isinstance(argument, type) and argument in dtypes.OF_PYTHON:
                wanted = dtypes.OF_PYTHON[argument]
            elif isinstance(argument, str | Device):
                place = Device(argument)
            elif argument is not None and argument is not kwargs.get("tensor") and type(argument) is int:
                place = argument
            elif argument is not None and wanted is place is None:  # a number stands for a tensor
                wanted = dtypes.OF_PYTHON[type(argument)]
        if wanted is not None and not (wanted.is_floating_point or wanted.is_complex):
            raise TypeError(
                f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={wanted}"
            )
        if wanted is not None and wanted.is_complex:
            warn(_COMPLEX)
        if place is not None and self._has_tensors():
            check_device(place)
        order = kwargs.get("memory_format")
        if order is not None:
            return self._cast(wanted)._apply(lambda t: t.to(memory_format=order) if t.ndim in (4, 5) else t)
        return self._cast(wanted)

    def _has_tensors(self) -> bool:
        """Whether there is anything that could be on a device."""
        return any(True for _ in self.parameters()) or any(True for _ in self.buffers())

    def _cast(self: Self, wanted: Dtype | None) -> Self:
        if wanted is None:
            return self
        return self._apply(lambda t: t.to(wanted) if t._array.dtype.kind in FLOATS else t)

    def type(self: Self, dst_type: Any) -> Self:
        """Convert all parameters and buffers."""
        return self._apply(lambda t: t.type(dst_type))

    def float(self: Self) -> Self:
        """Convert to float32."""
        return self._cast(dtypes.float32)

    def double(self: Self) -> Self:
        """Convert to float64."""
        return self._cast(dtypes.float64)

    def half(self: Self) -> Self:
        """Convert to float16."""
        return self._cast(dtypes.float16)

    def bfloat16(self: Self) -> Self:
        """Convert to bfloat16."""
        return self._cast(dtypes.bfloat16)

    def cpu(self: Self) -> Self:
        """Itself: there is nothing but the CPU here."""
        return self

    def cuda(self: Self, device: Any = None) -> Self:
        """Raises AssertionError, as PyTorch's CPU build does, if there is anything to move."""
        return self.to(Device("cuda"))

    def train(self: Self, mode: bool = True) -> Self:
        """Set training mode here and in all submodules."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self: Self) -> Self:
        """Set evaluation mode: ``train(False)``."""
        return self.train(False)

    def requires_grad_(self: Self, requires_grad: bool = True) -> Self:
        """Ask for gradients of all parameters, or give them up."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Let go of all gradients, or fill them with zeros."""
        for parameter in self.parameters():
            if parameter._grad is None:
                continue
            if set_to_none:
                parameter.grad = None
                continue
            gradient: Any = parameter._grad
            if gradient.grad_fn is not None:
                gradient.detach_()
            else:
                gradient.requires_grad_(False)
            gradient.zero_()

    def share_memory(self: Self) -> Self:
        """Itself, its parameters and buffers marked as shared: a lesson is one process."""
        if any(has_lazy(module) for module in self.modules()):
            raise RuntimeError(
                "Can't share memory on an uninitialized parameter or buffer. Call `forward` to initialize the "
                "parameters before calling `module.share_memory()`."
            )
        for tensor in (*self.parameters(), *self.buffers()):
            tensor.share_memory_()
        return self

    def to_empty(self: Self, *, device: Any, recurse: bool = True) -> Self:
        """Parameters and buffers of the same sizes, with whatever numbers there are."""

        def emptied(tensor: Tensor) -> Tensor:
            found: Tensor = FUNCTIONS["empty_like"](tensor, device=device)
            return found

        return self._apply(emptied, recurse)

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to do: a lesson is run as it is written."""
        for name in kwargs:
            if name not in _OF_COMPILE:
                raise TypeError(f"compile() got an unexpected keyword argument '{name}'")

    # -- printing -------------------------------------------------------------------------------------------------

    def _get_name(self) -> str:
        return self.__class__.__name__

    def extra_repr(self) -> str:
        """What stands between the brackets of a module's line."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        inside = [f"({name}): {indented(repr(module), 2)}" for name, module in self._modules.items()]
        if not inside and len(lines) <= 1:
            return f"{self._get_name()}({extra})"
        return f"{self._get_name()}(\n  " + "\n  ".join(lines + inside) + "\n)"


for _part in (Hooks, Members, State):  # generators and bound methods show whose they are
    for _function in vars(_part).values():
        if isinstance(_function, FunctionType):
            _function.__qualname__ = f"Module.{_function.__name__}"


def _addindent(text: str, spaces: int) -> str:
    """PyTorch's name for what indents the parts of a layer that is shown, which layers of users borrow."""
    return indented(text, spaces)


def indented(text: str, spaces: int) -> str:
    """All lines but the first and those that are blank moved to the right."""
    first, *others = text.split("\n")
    return "\n".join([first, *(" " * spaces + line if line.strip() else "" for line in others)])


def has_lazy(module: Module) -> bool:
    """Whether a parameter or buffer of a module still waits for its shape."""
    return any(is_lazy(each) for each in (*module._parameters.values(), *module._buffers.values()))


__all__ = [
    "Module", "register_module_backward_hook", "register_module_buffer_registration_hook",
    "register_module_forward_hook", "register_module_forward_pre_hook", "register_module_full_backward_hook",
    "register_module_full_backward_pre_hook", "register_module_module_registration_hook",
    "register_module_parameter_registration_hook",
]  # fmt: skip
