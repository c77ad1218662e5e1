"""Objects with tensors in them, as PyTorch pickles them: a tensor is a call that puts it together on a memory."""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, ClassVar, Final, NamedTuple, NoReturn

import numpy as np

from gradwalk.engine import Tensor, dtypes
from gradwalk.engine.device import device
from gradwalk.engine.dtypes import dtype
from gradwalk.engine.parameter import Parameter
from gradwalk.engine.size import Size
from gradwalk.engine.storage import Memory, Storage, root_of
from gradwalk.engine.tensor import wrap

from ._archive import Archive, written
from .utils.hooks import warn_if_has_hooks

Gate = Callable[[Any], Any]
"""Gives back a class or function that may be loaded, and refuses others."""

_STORAGES: Final = {
    "FloatStorage": dtypes.float32, "DoubleStorage": dtypes.float64, "HalfStorage": dtypes.float16,
    "BFloat16Storage": dtypes.bfloat16, "LongStorage": dtypes.int64, "IntStorage": dtypes.int32,
    "ShortStorage": dtypes.int16, "CharStorage": dtypes.int8, "ByteStorage": dtypes.uint8, "BoolStorage": dtypes.bool_,
    "ComplexFloatStorage": dtypes.complex64, "ComplexDoubleStorage": dtypes.complex128,
}  # fmt: skip
_SEVERAL_TYPES: Final = "Cannot save multiple tensors or storages that view the same data as different types"


class _Name(NamedTuple):
    """What a pickle calls by its name."""

    module: str
    name: str

    def __call__(self) -> NoReturn:
        raise TypeError(f"{self.name} is called when the pickle is read")


class _Numbers(NamedTuple):
    """A memory, as a tensor looks at it."""

    storage: Storage
    dtype: dtype


_TENSOR: Final = _Name("torch._utils", "_rebuild_tensor_v2")
_PARAMETER: Final = _Name("torch._utils", "_rebuild_parameter")
_PARAMETER_AND_STATE: Final = _Name("torch._utils", "_rebuild_parameter_with_state")
_SUBCLASS: Final = _Name("torch._tensor", "_rebuild_from_type_v2")
_DEVICE: Final = _Name("torch", "device")
_SIZE: Final = _Name("torch", "Size")
_TENSOR_CLASS: Final = _Name("torch", "Tensor")
_STORAGE_NAMES: Final = {kind: _Name("torch", name) for name, kind in _STORAGES.items()}


def archive_of(obj: object) -> bytes:
    """What ``torch.save`` writes of ``obj``. Raises NotImplementedError where PyTorch would write what is not known."""
    file = io.BytesIO()
    pickler = _Pickler(file)
    pickler.dump(obj)
    return written(file.getvalue(), {key: storage.flat().tobytes() for key, storage in pickler.storages.items()})


def object_of(archive: Archive, gate: Gate) -> Any:
    """What was saved in an archive."""
    return _Unpickler(archive, gate).load()


_IN_PYTHON: Any = pickle._Pickler


class _Pickler(_IN_PYTHON):  # type: ignore[misc]
    """Python's own pickler, in Python, for PyTorch's functions have names here and nothing else."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, protocol=2)
        self.storages: dict[str, Storage] = {}
        self._keys: dict[int, str] = {}
        self._dtypes: dict[int, dtype] = {}

    def persistent_id(self, obj: Any) -> Any:
        if not isinstance(obj, _Numbers):
            return None
        storage, kind = obj
        if self._dtypes.setdefault(id(storage), kind) is not kind:
            raise RuntimeError(_SEVERAL_TYPES)
        key = self._keys.setdefault(id(storage), str(len(self._keys)))
        self.storages[key] = storage
        return ("storage", _STORAGE_NAMES[kind], key, "cpu", int(storage.base.size))

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, _Name | dtype):
            return NotImplemented
        if type(obj) is Parameter:
            state = attributes_of(obj)
            _check_known(obj, state)
            rebuilt = (wrap(obj._array, obj._storage), obj.requires_grad, _no_hooks())
            return (_PARAMETER_AND_STATE, (*rebuilt, state)) if state else (_PARAMETER, rebuilt)
        if isinstance(obj, Tensor) and not isinstance(obj, Parameter):
            warn_if_has_hooks(obj)
            return _rebuilding(obj)
        if isinstance(obj, device):
            kind = obj.type.encode().decode()  # a text of its own each time, which the pickle then holds each time
            return _DEVICE, ((kind,) if obj.index is None else (kind, obj.index))
        if isinstance(obj, Size):
            return _SIZE, (tuple(obj),)
        named = (obj,) if isinstance(obj, type) or hasattr(obj, "__qualname__") else type(obj).__mro__
        if any(str(getattr(thing, "__module__", None)).partition(".")[0] in ("torch", "gradwalk") for thing in named):
            raise _refusal(obj)
        return NotImplemented

    def _save_name(self, obj: _Name) -> None:
        self.write(pickle.GLOBAL + f"{obj.module}\n{obj.name}\n".encode())
        self.memoize(obj)

    def _save_dtype(self, obj: dtype) -> None:
        self.write(pickle.GLOBAL + f"torch\n{obj.name}\n".encode())
        self.memoize(obj)

    dispatch: ClassVar[dict[type, Any]] = {**_IN_PYTHON.dispatch, _Name: _save_name, dtype: _save_dtype}


def _rebuilding(tensor: Tensor) -> tuple[_Name, tuple[Any, ...]]:
    """The call that rebuilds a tensor."""
    kind = type(tensor)
    if kind is not Tensor and kind.__module__.startswith("torch"):
        raise _refusal(tensor)
    storage, array = root_of(tensor._storage), tensor._array
    offset, strides = tensor.storage_offset(), tensor.stride()
    if (
        tensor.is_conj() or tensor.is_neg() or storage.base.dtype != array.dtype
        or tensor.dtype not in _STORAGE_NAMES or not _lies_within(storage.base.size, offset, tensor.shape, strides)
    ):  # fmt: skip
        raise _refusal(tensor)
    memory = _Numbers(storage, tensor.dtype)
    arguments = (memory, offset, tuple(tensor.shape), strides, tensor.requires_grad, _no_hooks())
    state = attributes_of(tensor) or None
    _check_known(tensor, state or {})
    if kind is Tensor and state is None:
        return _TENSOR, arguments
    return _SUBCLASS, (_TENSOR, _TENSOR_CLASS if kind is Tensor else kind, arguments, state)


def attributes_of(tensor: Tensor) -> dict[str, Any]:
    """What a program has put on a tensor; the engine notes there which kind of function a view came from."""
    return {name: value for name, value in vars(tensor).items() if name != "_origin"}


def _no_hooks() -> OrderedDict[int, Any]:
    return OrderedDict()  # of nothing in particular: what says of what it is gets an attribute, which would be saved


def _refusal(obj: Any) -> NotImplementedError:
    return NotImplementedError(
        f"Gradwalk has no torch.save of this {type(obj).__name__} to an open file: give it a path, or save what "
        "state_dict() gives."
    )


def _check_known(tensor: Tensor, state: dict[str, Any]) -> None:
    """Raises NotImplementedError for attributes that may be the engine's own, for PyTorch's tensor has none such."""
    if any(name.startswith("_") for name in state):
        raise _refusal(tensor)


def _lies_within(numel: int, offset: int, size: Any, strides: Any) -> bool:
    """Whether each element of a view is among those of its memory."""
    last = offset + sum((n - 1) * step for n, step in zip(size, strides, strict=True))
    return min(offset, *size, *strides, 0) >= 0 and (0 in size or last < numel)


class _Unpickler(pickle.Unpickler):
    def __init__(self, archive: Archive, gate: Gate) -> None:
        super().__init__(io.BytesIO(archive.read("data.pkl")))
        self._archive = archive
        self._gate = gate
        self._storages: dict[str, Storage] = {}

    def persistent_load(self, pid: Any) -> _Numbers:
        _, kind, key, _, numel = pid
        if key not in self._storages:
            numbers = np.empty(numel, kind.numpy)
            if data := self._archive.read(f"data/{key}"):
                numbers.view(np.uint8)[:] = np.frombuffer(data, np.uint8)
            self._storages[key] = storage = Memory.kind(numbers)
            storage.version = 1  # PyTorch makes a tensor that is empty and then sets its storage
        return _Numbers(self._storages[key], kind)

    def find_class(self, module: str, name: str) -> Any:
        known = _FOUND.get(_Name(module, name))
        return self._gate(super().find_class(module, name)) if known is None else known


def _tensor(
    memory: _Numbers, offset: int, size: tuple[int, ...], strides: tuple[int, ...], requires_grad: bool, hooks: Any
) -> Tensor:
    numbers = memory.storage.flat()
    if not _lies_within(numbers.size, offset, size, strides):
        raise RuntimeError("the archive has a tensor that does not lie within its memory")
    steps = [step * numbers.itemsize for step in strides]
    tensor = wrap(np.ndarray(size, numbers.dtype, numbers, offset * numbers.itemsize, steps), memory.storage)
    tensor._requires_grad = requires_grad
    return tensor


def _parameter(data: Tensor, requires_grad: bool, hooks: Any, state: Any = None) -> Parameter:
    parameter = Parameter(data, requires_grad)
    vars(parameter).update(state or {})
    return parameter


def _of_subclass(rebuild: Callable[..., Tensor], kind: type, arguments: tuple[Any, ...], state: Any) -> Tensor:
    tensor = rebuild(*arguments)
    if kind is not Tensor:
        tensor = tensor.as_subclass(kind)
    vars(tensor).update(state or {})
    return tensor


_FOUND: Final[dict[_Name, Any]] = {
    _TENSOR: _tensor, _PARAMETER: _parameter, _PARAMETER_AND_STATE: _parameter, _SUBCLASS: _of_subclass,
    _DEVICE: device, _SIZE: Size, _TENSOR_CLASS: Tensor,
    **{name: kind for kind, name in _STORAGE_NAMES.items()},
    **{_Name("torch", kind.name): kind for kind in _STORAGES.values()},
}  # fmt: skip
