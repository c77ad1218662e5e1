"""Objects with tensors in them, as PyTorch pickles them: a tensor is a call that puts it together on a memory."""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType
from typing import Any, ClassVar, Final, NamedTuple, NoReturn

import numpy as np

from gradwalk.engine import Tensor, dtypes
from gradwalk.engine.device import device
from gradwalk.engine.dtypes import dtype
from gradwalk.engine.layout import layout
from gradwalk.engine.memory_format import memory_format
from gradwalk.engine.parameter import Parameter
from gradwalk.engine.size import Size
from gradwalk.engine.storage import Memory, Storage, root_of
from gradwalk.engine.tensor import wrap

from ._archive import Archive, written
from ._weights import Reader, check_known
from .utils.hooks import warn_if_has_hooks

Gate = Callable[[Any], Any]
"""Gives back a class or function that may be loaded, and refuses others."""

_STORAGES: Final = {
    "FloatStorage": dtypes.float32, "DoubleStorage": dtypes.float64, "HalfStorage": dtypes.float16,
    "BFloat16Storage": dtypes.bfloat16, "LongStorage": dtypes.int64, "IntStorage": dtypes.int32,
    "ShortStorage": dtypes.int16, "CharStorage": dtypes.int8, "ByteStorage": dtypes.uint8, "BoolStorage": dtypes.bool_,
    "ComplexFloatStorage": dtypes.complex64, "ComplexDoubleStorage": dtypes.complex128,
}  # fmt: skip
_OTHER_SIZE: Final = (
    "record size ({0} bytes) does not match expected size ({1} bytes = {1} elements * 1 bytes/element) for dtype Byte"
)
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
_PARAMETER_CLASS: Final = _Name("torch.nn.parameter", "Parameter")
_BY_NAME: Final = frozenset((Tensor, Parameter, Size, device, dtype))
"""Classes that the pickle calls by PyTorch's names."""
_SAME: Final = (
    "torch.nn.modules.", "torch.optim.", "torch.utils.data.dataset.", "torch.utils.data.sampler.",
    "gradwalk.engine.observe.Holder",
)  # fmt: skip
"""How names begin of classes and functions of which a pickle holds what PyTorch's holds."""
_RELU: Final = _Name("torch.nn.functional", "relu")
_RELU_HERE: Final = "torch.nn.functional.relu"
"""What layers of transformers hold of functions, which is written in Python in PyTorch too."""
_STORAGE_NAMES: Final = {kind: _Name("torch", name) for name, kind in _STORAGES.items()}


class Taken(NamedTuple):
    """What ``torch.save`` makes of an object."""

    archive: bytes
    parts: list[Any]
    """What the archive calls by number: it has no name that PyTorch has too, or PyTorch would write it otherwise."""
    exact: bool
    """Whether PyTorch would write the same archive."""


def taken_apart(obj: object, folder: str) -> Taken:
    """``obj`` as an archive that has all in a folder of that name, and what cannot be in it beside."""
    file = io.BytesIO()
    pickler = _Pickler(file)
    pickler.dump(obj)
    storages = {key: storage.flat().tobytes() for key, storage in pickler.storages.items()}
    archive = written(file.getvalue(), storages, folder)
    return Taken(archive, pickler.parts, pickler.exact and not pickler.parts)


def object_of(archive: Archive, parts: list[Any], *, everything: bool) -> Any:
    """What was taken apart. Raises UnpicklingError for what is more than weights, unless it may be."""
    file = io.BytesIO(archive.read("data.pkl"))
    reader = _Everything(file) if everything else _OnlyWeights(file, NAMES)
    return reader.of_archive(archive, parts, _any if everything else _weight).load()


_IN_PYTHON: Any = pickle._Pickler


class _Pickler(_IN_PYTHON):  # type: ignore[misc]
    """Python's own pickler, in Python, for PyTorch's functions have names here and nothing else."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, protocol=2)
        self.storages: dict[str, Storage] = {}
        self._keys: dict[int, str] = {}
        self._dtypes: dict[int, dtype] = {}
        self.parts: list[Any] = []
        self.exact = True
        self._numbers: dict[int, int] = {}
        self._alive: list[Any] = []

    def persistent_id(self, obj: Any) -> Any:
        if isinstance(obj, _Numbers):
            return self._memory(*obj)
        if _is_plain(obj) if isinstance(obj, Tensor) else _has_name(obj):
            return None
        if id(obj) not in self._numbers:
            self._numbers[id(obj)] = len(self.parts)
            self._alive.append(obj)
            self.parts.append(_alone(obj) if isinstance(obj, Tensor) else obj)
        return ("part", self._numbers[id(obj)])

    def _memory(self, storage: Storage, kind: dtype) -> Any:
        if self._dtypes.setdefault(id(storage), kind) is not kind:
            raise RuntimeError(_SEVERAL_TYPES)
        key = self._keys.setdefault(id(storage), str(len(self._keys)))
        self.storages[key] = storage
        return ("storage", _STORAGE_NAMES[kind], key, "cpu", int(storage.base.size))

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, _Name | dtype | type):
            return NotImplemented
        if isinstance(obj, Parameter):
            state = attributes_of(obj)
            rebuilt = (wrap(obj._array, obj._storage), obj.requires_grad, _no_hooks())
            return (_PARAMETER_AND_STATE, (*rebuilt, state)) if state else (_PARAMETER, rebuilt)
        if isinstance(obj, Tensor):
            warn_if_has_hooks(obj)
            return _rebuilding(obj)
        if isinstance(obj, device):
            kind = obj.type.encode().decode()  # a text of its own each time, which the pickle then holds each time
            return _DEVICE, ((kind,) if obj.index is None else (kind, obj.index))
        if isinstance(obj, Size):
            return _SIZE, (tuple(obj),)
        self.exact &= all(map(_has_name, type(obj).__mro__))
        return NotImplemented

    def save_global(self, obj: Any, name: Any = None) -> None:
        if isinstance(obj, dtype):
            self._save_dtype(obj)
            return
        if isinstance(obj, FunctionType) and _name(obj) == _RELU_HERE:
            self.save(_RELU)
            return
        try:
            super().save_global(obj, name)
        except (pickle.PicklingError, AttributeError):
            pickle.dumps(obj, 2)  # fails likewise, in the words of C, which PyTorch has pickle in
            raise

    def _save_name(self, obj: _Name) -> None:
        self.write(pickle.GLOBAL + f"{obj.module}\n{obj.name}\n".encode())
        self.memoize(obj)

    def _save_dtype(self, obj: dtype) -> None:
        self.write(pickle.GLOBAL + f"torch\n{obj.name}\n".encode())
        self.memoize(obj)

    dispatch: ClassVar[dict[type, Any]] = {
        **_IN_PYTHON.dispatch, FunctionType: save_global, _Name: _save_name, dtype: _save_dtype,
    }  # fmt: skip


def _has_name(obj: Any) -> bool:
    """Whether what has a name here has it in PyTorch too; other objects have none, and need none."""
    if isinstance(obj, layout | memory_format):
        return False
    if not isinstance(obj, type | FunctionType | BuiltinFunctionType):
        return True
    if str(obj.__module__).partition(".")[0] not in ("torch", "gradwalk"):
        return True
    if isinstance(obj, type) and (obj in _BY_NAME or issubclass(obj, Parameter)):
        return True
    return _name(obj).startswith(_SAME) or _name(obj) == _RELU_HERE


def _name(obj: Any) -> str:
    return f"{obj.__module__}.{obj.__qualname__}"


def _is_plain(tensor: Tensor) -> bool:
    """Whether PyTorch would write the tensor likewise."""
    kind = type(tensor)
    if kind is not Tensor and kind is not Parameter and kind.__module__.startswith("torch"):
        return False
    if isinstance(tensor, Parameter) and kind is not Parameter:
        return False
    storage, array = root_of(tensor._storage), tensor._array
    return (
        not (tensor.is_conj() or tensor.is_neg() or storage.base.dtype != array.dtype)
        and tensor.dtype in _STORAGE_NAMES
        and lies_within(storage.base.size, tensor.storage_offset(), tensor.shape, tensor.stride())
        # PyTorch's tensor has no attributes of that kind: they may be the engine's own
        and not any(name.startswith("_") for name in attributes_of(tensor))
    )


def _rebuilding(tensor: Tensor) -> tuple[_Name, tuple[Any, ...]]:
    """The call that rebuilds a tensor."""
    kind = type(tensor)
    memory = _Numbers(root_of(tensor._storage), tensor.dtype)
    size, requires_grad = tuple(tensor.shape), tensor.requires_grad
    arguments = (memory, tensor.storage_offset(), size, tensor.stride(), requires_grad, _no_hooks())
    state = attributes_of(tensor) or None
    if kind is Tensor and state is None:
        return _TENSOR, arguments
    return _SUBCLASS, (_TENSOR, _TENSOR_CLASS if kind is Tensor else kind, arguments, state)


class _Alone(NamedTuple):
    """A tensor as it was when it was saved, without history and gradient, and with a memory of its own."""

    kind: type
    array: Any
    requires_grad: bool
    attributes: dict[str, Any]


def _alone(tensor: Tensor) -> _Alone:
    if not isinstance(tensor, Parameter):
        warn_if_has_hooks(tensor)
    requires_grad = tensor._requires_grad or not tensor.is_leaf
    return _Alone(type(tensor), np.copy(tensor._array, order="K"), requires_grad, attributes_of(tensor))


def attributes_of(tensor: Tensor) -> dict[str, Any]:
    """What a program has put on a tensor; the engine notes there which kind of function a view came from."""
    return {name: value for name, value in vars(tensor).items() if name != "_origin"}


def _no_hooks() -> OrderedDict[int, Any]:
    return OrderedDict()  # of nothing in particular: what says of what it is gets an attribute, which would be saved


def lies_within(numel: int, offset: int, size: Any, strides: Any) -> bool:
    """Whether each element of a view is among those of its memory."""
    last = offset + sum((n - 1) * step for n, step in zip(size, strides, strict=True))
    return min(offset, *size, *strides, 0) >= 0 and (0 in size or last < numel)


class _Reading:
    """What an archive's pickle asks for beside Python's objects."""

    def of_archive(self, archive: Archive, parts: list[Any], gate: Gate) -> Any:
        self._archive = archive
        self._parts = parts
        self._tensors: dict[int, Tensor] = {}
        self._gate = gate
        self._storages: dict[str, Storage] = {}
        return self

    def persistent_load(self, pid: Any) -> Any:
        if pid[0] == "part":
            return self._part(pid[1])
        _, kind, key, _, numel = pid
        if key not in self._storages:
            data, size = self._archive.read(f"data/{key}"), numel * kind.numpy.itemsize
            if len(data) != size:
                raise RuntimeError(_OTHER_SIZE.format(len(data), size))
            numbers = np.frombuffer(data, kind.numpy).copy()
            if self._archive.reversed:
                numbers.byteswap(inplace=True)
            self._storages[key] = storage = Memory.kind(numbers)
            storage.version = 1  # PyTorch makes a tensor that is empty and then sets its storage
        return _Numbers(self._storages[key], kind)

    def _part(self, number: int) -> Any:
        part = self._parts[number]
        if not isinstance(part, _Alone):
            return self._gate(part)
        if number not in self._tensors:
            self._tensors[number] = _put_together(part, self._gate)
        return self._tensors[number]


class _Everything(_Reading, pickle.Unpickler):
    """Imports and calls what the pickle names: for files that whoever reads them trusts."""

    def find_class(self, module: str, name: str) -> Any:
        known = NAMES.get(f"{module}.{name}")
        return super().find_class(module, name) if known is None else known


class _OnlyWeights(_Reading, Reader):
    """Looks up what the pickle names, and refuses what is not there."""

    kept = ("part",)


def _any(thing: Any) -> Any:
    return thing


def _weight(thing: Any) -> Any:
    check_known(thing, NAMES)
    return thing


def _put_together(part: _Alone, gate: Gate) -> Tensor:
    tensor = wrap(np.copy(part.array, order="K"))
    tensor._storage.version = 1  # PyTorch makes it empty and then sets its storage
    if hasattr(part.kind, "materialize"):  # it has no shape yet
        tensor = gate(part.kind)(part.requires_grad, dtype=tensor.dtype)
    elif issubclass(part.kind, Parameter):
        tensor = gate(part.kind)(tensor, part.requires_grad)
    else:
        tensor._requires_grad = part.requires_grad
        if part.kind is not Tensor:
            tensor = tensor.as_subclass(gate(part.kind))
    vars(tensor).update(part.attributes)
    return tensor


def _tensor(
    memory: _Numbers, offset: int, size: tuple[int, ...], strides: tuple[int, ...], requires_grad: bool, hooks: Any
) -> Tensor:
    numbers = memory.storage.flat()
    if not lies_within(numbers.size, offset, size, strides):
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


NAMES: Final[dict[str, Any]] = {
    ".".join(name): found
    for name, found in (
        (_TENSOR, _tensor), (_PARAMETER, _parameter), (_PARAMETER_AND_STATE, _parameter), (_SUBCLASS, _of_subclass),
        (_DEVICE, device), (_SIZE, Size), (_TENSOR_CLASS, Tensor), (_PARAMETER_CLASS, Parameter),
        *((name, kind) for kind, name in _STORAGE_NAMES.items()),
        *((_Name("torch", kind.name), kind) for kind in _STORAGES.values()),
    )
}  # fmt: skip
