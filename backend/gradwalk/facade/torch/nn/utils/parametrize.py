"""Parameters that are computed from others each time they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.tensor import Tensor
from gradwalk.engine.written import written

from ..modules.container import ModuleDict, ModuleList
from ..modules.module import Module
from ..parameter import Parameter

_CACHE: dict[tuple[int, str], Any] | None = None


@contextmanager
def cached() -> Iterator[None]:
    """Compute each parametrized tensor once within the block."""
    global _CACHE
    before, _CACHE = _CACHE, {} if _CACHE is None else _CACHE
    try:
        yield
    finally:
        _CACHE = before


class ParametrizationList(ModuleList):
    """The maps of one tensor, in order, and what they start from."""

    def __init__(self, modules: Sequence[Module], original: Any, unsafe: bool = False) -> None:
        super().__init__(modules)
        self.unsafe = unsafe
        with no_grad():
            start = original
            for module in reversed(list(modules)):
                if hasattr(module, "right_inverse"):
                    with suppress(NotImplementedError):  # then it counts as the identity
                        start = module.right_inverse(start)
        self.is_tensor = isinstance(start, Tensor)
        if self.is_tensor:
            kept = _like(start, original)
            self._register("original", written(kept))  # PyTorch sets it to itself
        else:
            self.ntensors = len(start)
            for number, part in enumerate(start):
                self._register(f"original{number}", _like(part, original))

    def _register(self, name: str, tensor: Any) -> None:
        if isinstance(tensor, Parameter):
            self.register_parameter(name, tensor)
        else:
            self.register_buffer(name, tensor)

    def _originals(self) -> list[Any]:
        return [self.original] if self.is_tensor else [getattr(self, f"original{i}") for i in range(self.ntensors)]

    def right_inverse(self, value: Any) -> None:
        """Set the originals so that the maps give ``value``, or near to it."""
        with no_grad():
            for module in reversed(list(self)):
                if not hasattr(module, "right_inverse"):
                    raise RuntimeError(f"parametrization {type(module).__name__} does not implement right_inverse.")
                value = module.right_inverse(value)
            for kept, part in zip(self._originals(), [value] if self.is_tensor else value, strict=True):
                kept.data = part.data if isinstance(part, Tensor) else part

    def forward(self) -> Any:
        maps = list(self)
        result = maps[0](*self._originals())
        for module in maps[1:]:
            result = module(result)
        return result


def _like(tensor: Any, original: Any) -> Any:
    if not isinstance(original, Parameter):
        return tensor
    if isinstance(tensor, Parameter):
        return tensor
    return Parameter(tensor.detach(), requires_grad=original.requires_grad)


def _reader(name: str) -> property:
    def read(self: Any) -> Any:
        if _CACHE is None:
            return self.parametrizations[name]()
        key = (id(self), name)
        if key not in _CACHE:
            _CACHE[key] = self.parametrizations[name]()
        return _CACHE[key]

    def write(self: Any, value: Any) -> None:
        self.parametrizations[name].right_inverse(value)

    return property(read, write)


def register_parametrization(
    module: Module, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> Module:
    """Have ``module.tensor_name`` computed by ``parametrization`` from what it was."""
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        held: Any = module.parametrizations[tensor_name]
        held.append(parametrization)
        return module
    if tensor_name not in module._parameters and tensor_name not in module._buffers:
        raise ValueError(
            f"Module '{module}' does not have a parameter, a buffer, or a parametrized element with name "
            f"'{tensor_name}'"
        )
    original: Any = getattr(module, tensor_name)
    maps = ParametrizationList([parametrization], original, unsafe)
    if not unsafe:
        _check(maps, original)
    delattr(module, tensor_name)
    if not is_parametrized(module):
        kind = type(module)
        module.__class__ = type(f"Parametrized{kind.__name__}", (kind,), {"__module__": kind.__module__})
        module.parametrizations = ModuleDict()
    setattr(type(module), tensor_name, _reader(tensor_name))
    module.parametrizations[tensor_name] = maps
    return module


def _check(maps: ParametrizationList, original: Any) -> None:
    with no_grad():
        found = maps()
    if found.dtype != original.dtype:
        raise ValueError(
            "Registering a parametrization may not change the dtype of the tensor, unless `unsafe` flag is enabled.\n"
            f"unparametrized dtype: {original.dtype}\nparametrized dtype: {found.dtype}"
        )
    if found.shape != original.shape:
        raise ValueError(
            "Registering a parametrization may not change the shape of the tensor, unless `unsafe` flag is enabled.\n"
            f"unparametrized shape: {original.shape}\nparametrized shape: {found.shape}"
        )


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether a module, or one of its tensors, is computed from others."""
    held = module._modules.get("parametrizations")
    if not isinstance(held, ModuleDict):
        return False
    return len(held) > 0 if tensor_name is None else tensor_name in held


def remove_parametrizations(module: Module, tensor_name: str, leave_parametrized: bool = True) -> Module:
    """Let a tensor be itself again: what was computed last, or what it was computed from."""
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    maps: Any = module.parametrizations[tensor_name]
    if not leave_parametrized and not maps.is_tensor:
        raise ValueError(
            "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of a "
            "sequence of tensors."
        )
    originals = maps._originals()
    trained = isinstance(originals[0], Parameter)
    kept: Any = originals[0]
    if leave_parametrized:
        with no_grad():
            value = getattr(module, tensor_name)
        kept = Parameter(value.detach(), requires_grad=originals[0].requires_grad) if trained else value
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    if trained:
        module.register_parameter(tensor_name, kept)
    else:
        module.register_buffer(tensor_name, kept)
    if not is_parametrized(module):
        delattr(module, "parametrizations")
        module.__class__ = type(module).__bases__[0]
    return module


def type_before_parametrizations(module: Module) -> type:
    """The class of a module without its parametrizations."""
    return type(module).__bases__[0] if is_parametrized(module) else type(module)
