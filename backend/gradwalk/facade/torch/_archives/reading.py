"""Objects with tensors in them, out of what PyTorch pickles: all that a pickle names, or weights alone."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradwalk.engine import Tensor
from gradwalk.engine.device import device
from gradwalk.engine.parameter import Parameter
from gradwalk.engine.size import Size
from gradwalk.engine.storage import Memory, Storage
from gradwalk.engine.tensor import wrap

from . import names
from .names import Name, Numbers
from .tensors import Alone, Gate, lies_within, put_together
from .weights import Reader, check_known
from .zipped import Archive

_OTHER_SIZE: Final = (
    "record size ({0} bytes) does not match expected size ({1} bytes = {1} elements * 1 bytes/element) for dtype Byte"
)


def object_of(archive: Archive, parts: list[Any], *, everything: bool) -> Any:
    """What was taken apart. Raises UnpicklingError for what is more than weights, unless it may be."""
    file = io.BytesIO(archive.read("data.pkl"))
    reader = _Everything(file) if everything else _OnlyWeights(file, NAMES)
    return reader.of_archive(archive, parts, _any if everything else _weight).load()


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
        return Numbers(self._storages[key], kind)

    def _part(self, number: int) -> Any:
        part = self._parts[number]
        if not isinstance(part, Alone):
            return self._gate(part)
        if number not in self._tensors:
            self._tensors[number] = put_together(part, self._gate)
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


def _tensor(
    memory: Numbers, offset: int, size: tuple[int, ...], strides: tuple[int, ...], requires_grad: bool, hooks: Any
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
        (names.TENSOR, _tensor), (names.PARAMETER, _parameter), (names.PARAMETER_AND_STATE, _parameter),
        (names.SUBCLASS, _of_subclass), (names.DEVICE, device), (names.SIZE, Size), (names.TENSOR_CLASS, Tensor),
        (names.PARAMETER_CLASS, Parameter),
        *((name, kind) for kind, name in names.STORAGE_NAMES.items()),
        *((Name("torch", kind.name), kind) for kind in names.STORAGES.values()),
    )
}  # fmt: skip
"""What stands here for each of PyTorch's names."""
