"""What a pickle of PyTorch's calls by name: functions that put tensors together, classes, dtypes, kinds of storages."""

from __future__ import annotations

from typing import Final, NamedTuple, NoReturn

from gradwalk.engine import dtypes
from gradwalk.engine.dtypes import dtype
from gradwalk.engine.storage import Storage


class Name(NamedTuple):
    """What a pickle calls by its name."""

    module: str
    name: str

    def __call__(self) -> NoReturn:
        raise TypeError(f"{self.name} is called when the pickle is read")


class Numbers(NamedTuple):
    """A memory, as a tensor looks at it."""

    storage: Storage
    dtype: dtype


STORAGES: Final = {
    "FloatStorage": dtypes.float32, "DoubleStorage": dtypes.float64, "HalfStorage": dtypes.float16,
    "BFloat16Storage": dtypes.bfloat16, "LongStorage": dtypes.int64, "IntStorage": dtypes.int32,
    "ShortStorage": dtypes.int16, "CharStorage": dtypes.int8, "ByteStorage": dtypes.uint8, "BoolStorage": dtypes.bool_,
    "ComplexFloatStorage": dtypes.complex64, "ComplexDoubleStorage": dtypes.complex128,
}  # fmt: skip
TENSOR: Final = Name("torch._utils", "_rebuild_tensor_v2")
PARAMETER: Final = Name("torch._utils", "_rebuild_parameter")
PARAMETER_AND_STATE: Final = Name("torch._utils", "_rebuild_parameter_with_state")
SUBCLASS: Final = Name("torch._tensor", "_rebuild_from_type_v2")
DEVICE: Final = Name("torch", "device")
SIZE: Final = Name("torch", "Size")
TENSOR_CLASS: Final = Name("torch", "Tensor")
PARAMETER_CLASS: Final = Name("torch.nn.parameter", "Parameter")
RELU: Final = Name("torch.nn.functional", "relu")
STORAGE_NAMES: Final = {kind: Name("torch", name) for name, kind in STORAGES.items()}
