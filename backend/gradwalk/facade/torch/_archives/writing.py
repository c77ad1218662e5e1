"""Objects with tensors in them, as PyTorch pickles them: a tensor is a call that puts it together on a memory."""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from types import BuiltinFunctionType, FunctionType
from typing import Any, ClassVar, Final, NamedTuple

from gradwalk.engine import Tensor
from gradwalk.engine.device import device
from gradwalk.engine.dtypes import dtype
from gradwalk.engine.layout import layout
from gradwalk.engine.memory_format import memory_format
from gradwalk.engine.parameter import Parameter
from gradwalk.engine.size import Size
from gradwalk.engine.storage import Storage, root_of
from gradwalk.engine.tensor import wrap

from ..utils.hooks import warn_if_has_hooks
from . import names
from .names import Name, Numbers
from .tensors import alone, attributes_of, lies_within
from .zipped import written

_SEVERAL_TYPES: Final = "Cannot save multiple tensors or storages that view the same data as different types"


_BY_NAME: Final = frozenset((Tensor, Parameter, Size, device, dtype))
"""Classes that the pickle calls by PyTorch's names."""
_SAME: Final = (
    "torch.nn.modules.", "torch.optim.", "torch.utils.data.dataset.", "torch.utils.data.sampler.",
    "gradwalk.engine.observe.Holder",
)  # fmt: skip
"""How names begin of classes and functions of which a pickle holds what PyTorch's holds."""
_RELU_HERE: Final = "torch.nn.functional.relu"
"""What layers of transformers hold of functions, which is written in Python in PyTorch too."""


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
        if isinstance(obj, Numbers):
            return self._memory(*obj)
        if _is_plain(obj) if isinstance(obj, Tensor) else _has_name(obj):
            return None
        if id(obj) not in self._numbers:
            self._numbers[id(obj)] = len(self.parts)
            self._alive.append(obj)
            self.parts.append(alone(obj) if isinstance(obj, Tensor) else obj)
        return ("part", self._numbers[id(obj)])

    def _memory(self, storage: Storage, kind: dtype) -> Any:
        if self._dtypes.setdefault(id(storage), kind) is not kind:
            raise RuntimeError(_SEVERAL_TYPES)
        key = self._keys.setdefault(id(storage), str(len(self._keys)))
        self.storages[key] = storage
        if kind not in names.STORAGE_NAMES:
            raise NotImplementedError(f"Gradwalk saves no tensors of {kind!r}: convert them, as by x.to(torch.int64).")
        return ("storage", names.STORAGE_NAMES[kind], key, "cpu", int(storage.base.size))

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, Name | dtype | type):
            return NotImplemented
        if isinstance(obj, Parameter):
            state = attributes_of(obj)
            rebuilt = (wrap(obj._array, obj._storage), obj.requires_grad, _no_hooks())
            return (names.PARAMETER_AND_STATE, (*rebuilt, state)) if state else (names.PARAMETER, rebuilt)
        if isinstance(obj, Tensor):
            warn_if_has_hooks(obj)
            return _rebuilding(obj)
        if isinstance(obj, device):
            kind = obj.type.encode().decode()  # a text of its own each time, which the pickle then holds each time
            return names.DEVICE, ((kind,) if obj.index is None else (kind, obj.index))
        if isinstance(obj, Size):
            return names.SIZE, (tuple(obj),)
        self.exact &= all(map(_has_name, type(obj).__mro__))
        return NotImplemented

    def save_global(self, obj: Any, name: Any = None) -> None:
        if isinstance(obj, dtype):
            self._save_dtype(obj)
            return
        if isinstance(obj, FunctionType) and _name(obj) == _RELU_HERE:
            self.save(names.RELU)
            return
        try:
            super().save_global(obj, name)
        except (pickle.PicklingError, AttributeError):
            pickle.dumps(obj, 2)  # fails likewise, in the words of C, which PyTorch has pickle in
            raise

    def _save_name(self, obj: Name) -> None:
        self.write(pickle.GLOBAL + f"{obj.module}\n{obj.name}\n".encode())
        self.memoize(obj)

    def _save_dtype(self, obj: dtype) -> None:
        self.write(pickle.GLOBAL + f"torch\n{obj.name}\n".encode())
        self.memoize(obj)

    dispatch: ClassVar[dict[type, Any]] = {
        **_IN_PYTHON.dispatch, FunctionType: save_global, Name: _save_name, dtype: _save_dtype,
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
        and tensor.dtype in names.STORAGE_NAMES
        and lies_within(storage.base.size, tensor.storage_offset(), tensor.shape, tensor.stride())
        # PyTorch's tensor has no attributes of that kind: they may be the engine's own
        and not any(name.startswith("_") for name in attributes_of(tensor))
    )


def _rebuilding(tensor: Tensor) -> tuple[Name, tuple[Any, ...]]:
    """The call that rebuilds a tensor."""
    kind = type(tensor)
    memory = Numbers(root_of(tensor._storage), tensor.dtype)
    size, requires_grad = tuple(tensor.shape), tensor.requires_grad
    arguments = (memory, tensor.storage_offset(), size, tensor.stride(), requires_grad, _no_hooks())
    state = attributes_of(tensor) or None
    if kind is Tensor and state is None:
        return names.TENSOR, arguments
    return names.SUBCLASS, (names.TENSOR, names.TENSOR_CLASS if kind is Tensor else kind, arguments, state)


def _no_hooks() -> OrderedDict[int, Any]:
    return OrderedDict()  # of nothing in particular: what says of what it is gets an attribute, which would be saved
