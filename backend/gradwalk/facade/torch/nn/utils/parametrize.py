"""Parameters that are computed from others each time they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from typing import Any, NoReturn

from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.tensor import Tensor

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
    """The maps of one tensor, in order, and what they start from.

    What one tensor stands for stays that tensor, which an optimizer may hold; several are new ones.
    """

    def __init__(self, modules: Sequence[Module], original: Any, unsafe: bool = False) -> None:
        if not len(modules):
            raise ValueError("ParametrizationList requires one or more modules.")
        super().__init__(modules)
        self.unsafe = unsafe
        shape, dtype = original.shape, original.dtype
        with no_grad():
            start: Any = original
            for module in reversed(list(modules)):
                if hasattr(module, "right_inverse"):
                    with suppress(NotImplementedError):  # then it counts as the identity
                        start = module.right_inverse(start)
        self.is_tensor = isinstance(start, Tensor)
        if not (self.is_tensor or isinstance(start, Sequence)):
            raise ValueError(f"{_RETURNS} Got {type(start).__name__}")
        self.ntensors = 1 if self.is_tensor else len(start)
        if self.is_tensor:
            if start.dtype != dtype:
                raise ValueError(
                    "When `right_inverse` outputs one tensor, it may not change the dtype.\n"
                    f"original.dtype: {dtype}\nright_inverse(original).dtype: {start.dtype}"
                )
            _set(original, start)
            self._register("original", original)
        else:
            for number, part in enumerate(start):
                self._register(f"original{number}", _like(number, part, original))
        if not unsafe:
            _check_dtype_and_shape(self(), dtype, shape)

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
            self._hold(value)

    def _hold(self, value: Any) -> None:
        """Put the originals in the place of what ``right_inverse`` gave. Raises ValueError if it does not fit."""
        if self.is_tensor:
            if not isinstance(value, Tensor):
                raise ValueError(f"`right_inverse` should return a tensor. Got {type(value).__name__}")
            if value.dtype != self.original.dtype:
                raise ValueError(
                    f"The tensor returned by `right_inverse` has dtype {value.dtype} while `original` has dtype "
                    f"{self.original.dtype}"
                )
            _set(self.original, value)
            return
        if not isinstance(value, Sequence):
            raise ValueError(f"'right_inverse' must return a sequence of tensors. Got {type(value).__name__}.")
        if len(value) != self.ntensors:
            raise ValueError(
                f"'right_inverse' must return a sequence of tensors of length {self.ntensors}. Got a sequence of "
                f"length {len(value)}."
            )
        for number, (kept, part) in enumerate(zip(self._originals(), value, strict=True)):
            if not isinstance(part, Tensor):
                raise ValueError(
                    f"'right_inverse' must return a sequence of tensors or reference-type opaques. Got element "
                    f"{number} of type {type(part).__name__}."
                )
            if kept.dtype != part.dtype:
                raise ValueError(
                    f"Tensor {number} returned by `right_inverse` has dtype {part.dtype} while `original{number}` has "
                    f"dtype {kept.dtype}"
                )
            _set(kept, part)

    def forward(self) -> Any:
        maps = list(self)
        result = maps[0](*self._originals())
        for module in maps[1:]:
            result = module(result)
        return result


def _like(number: int, part: Any, original: Any) -> Any:
    """One of the several tensors that stand for a parameter: a parameter of its own, in the same memory."""
    if not isinstance(part, Tensor):
        raise ValueError(f"{_RETURNS} Got element {number} of the sequence with type {type(part).__name__}.")
    kept: Any = Parameter(part, original.requires_grad) if isinstance(original, Parameter) else part
    kept.requires_grad = original.requires_grad
    return kept


def _set(kept: Any, value: Any) -> None:
    """Let a tensor have the memory of another and stay itself."""
    with no_grad():
        kept.set_(value)


_RETURNS = "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...)."


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
        if not unsafe:
            _check_another(parametrization, tensor_name, getattr(module, tensor_name))
        held.append(parametrization)
        held.unsafe |= unsafe
        return module
    if tensor_name not in module._parameters and tensor_name not in module._buffers:
        raise ValueError(
            f"Module '{module}' does not have a parameter, a buffer, or a parametrized element with name "
            f"'{tensor_name}'"
        )
    original: Any = getattr(module, tensor_name)
    maps = ParametrizationList([parametrization], original, unsafe)
    delattr(module, tensor_name)
    if not is_parametrized(module):
        kind = type(module)
        inside: dict[str, Any] = {"__module__": "torch.nn.utils.parametrize", "__getstate__": _refuse_state}
        if not hasattr(kind, "__deepcopy__"):
            inside["__deepcopy__"] = _deep_copied
        module.__class__ = type(f"Parametrized{kind.__name__}", (kind,), inside)
        module.parametrizations = ModuleDict()
    setattr(type(module), tensor_name, _reader(tensor_name))
    module.parametrizations[tensor_name] = maps
    return module


def _deep_copied(self: Any, memo: dict[int, Any]) -> Any:
    other = memo[id(self)] = object.__new__(type(self))
    vars(other).update(deepcopy(vars(self), memo))
    return other


def _refuse_state(self: Any) -> NoReturn:
    raise RuntimeError(
        "Serialization of parametrized modules is only supported through state_dict(). See:\n"
        "https://pytorch.org/tutorials/beginner/saving_loading_models.html"
        "#saving-loading-a-general-checkpoint-for-inference-and-or-resuming-training"
    )


def _check_dtype_and_shape(found: Any, dtype: Any, shape: Any) -> None:
    """Raises ValueError unless maps give what there was before them."""
    if not isinstance(found, Tensor):
        raise ValueError(f"A parametrization must return a tensor. Got {type(found).__name__}.")
    for what, have, want in (("dtype", found.dtype, dtype), ("shape", found.shape, shape)):
        if have != want:
            raise ValueError(
                f"Registering a parametrization may not change the {what} of the tensor, unless `unsafe` flag is "
                f"enabled.\nunparametrized {what}: {want}\nparametrized {what}: {have}"
            )


def _check_another(parametrization: Any, name: str, value: Any) -> None:
    """Raises ValueError unless a further map gives what it is given."""
    found = parametrization(value)
    if not isinstance(found, Tensor):
        raise ValueError(f"A parametrization must return a tensor. Got {type(found).__name__}.")
    for what, have, want in (("dtype", found.dtype, value.dtype), ("shape", found.shape, value.shape)):
        if have != want:
            raise ValueError(
                f"Registering a parametrization may not change the {what} of the tensor, unless the `unsafe` flag is "
                f"enabled.\nmodule.{name}.{what}: {want}\nparametrization(module.{name}).{what}: {have}"
            )
    if not hasattr(parametrization, "right_inverse"):
        return
    try:
        back = parametrization.right_inverse(found)
    except NotImplementedError:
        return
    if not isinstance(back, Tensor):
        raise ValueError(f"parametrization.right_inverse must return a tensor. Got: {type(back).__name__}")
    for what, have, want in (("dtype", back.dtype, value.dtype), ("shape", back.shape, value.shape)):
        if have != want:
            raise ValueError(
                f"The tensor returned by parametrization.right_inverse must have the same {what} as module.{name}, "
                f"unless the `unsafe` flag is enabled.\nmodule.{name}.{what}: {want}\nreturned {what}: {have}"
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
    if maps.is_tensor:
        kept: Any = maps.original
        if leave_parametrized:
            with no_grad():
                _set(kept, getattr(module, tensor_name))
    else:
        value = getattr(module, tensor_name)
        kept = Parameter(value) if value.requires_grad else value
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    if isinstance(kept, Parameter):
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


def transfer_parametrizations_and_params(
    from_module: Module, to_module: Module, tensor_name: str | None = None
) -> Module:
    """Put one module's parametrizations, or those of one tensor, with their parameters on another."""
    if not is_parametrized(from_module):
        return to_module
    given: Any = from_module.parametrizations
    for name in given if tensor_name is None else [tensor_name]:
        if not hasattr(to_module, name):
            setattr(to_module, name, Parameter(getattr(from_module, name)))
        for parametrization in given[name]:
            register_parametrization(to_module, name, parametrization)
        target: Any = to_module.parametrizations
        for kept, value in given[name]._parameters.items():
            setattr(target[name], kept, value)
    return to_module
