"""What a snippet gets for ``import torch``: PyTorch's names, Gradwalk's engine."""

from __future__ import annotations

from importlib import import_module as _import_module
from typing import Any

from gradwalk.engine import FUNCTIONS, Tensor
from gradwalk.engine import dtypes as _dtypes
from gradwalk.engine import grad_mode as _grad_mode
from gradwalk.engine.device import device
from gradwalk.engine.device import device as _device
from gradwalk.engine.dtypes import dtype
from gradwalk.engine.grad_mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
)
from gradwalk.engine.layout import SPARSE, STRIDED, layout
from gradwalk.engine.memory_format import FORMATS as _FORMATS
from gradwalk.engine.memory_format import memory_format
from gradwalk.engine.size import Size
from gradwalk.engine.surface.registry import LEGACY as _LEGACY
from gradwalk.engine.warn import warn as _warn

from . import version
from ._missing import missing
from ._neural_names import NAMES as _NEURAL
from ._refused_parts import lay_refused as _lay_refused
from ._settings import SETTINGS as _SETTINGS
from .torch_version import TorchVersion

__version__ = TorchVersion(version.__version__)
inf = float("inf")
nan = float("nan")
pi = 3.141592653589793
e = 2.718281828459045
newaxis = None
strided = STRIDED
globals().update(SPARSE)

globals().update(_SETTINGS)
globals().update(_FORMATS)
_ALL_DTYPES = (*_dtypes.ALL, *_dtypes.LONG_UNSIGNED, *_dtypes.OF_COMPLEX)
globals().update({kind.name: kind for kind in _ALL_DTYPES} | _dtypes.ALIASES)

get_default_dtype = _dtypes.default_floating
set_default_dtype = _dtypes.set_default_floating
set_grad_enabled = _grad_mode.set_grad_enabled

_lay_refused(__name__)

_BUILT = {"has_mps": "mps.is_built()", "has_cuda": "cuda.is_built()", "has_cudnn": "cudnn.is_available()"}
"""What was asked of PyTorch's first versions, and where that is answered."""

_PARTS = frozenset((
    "accelerator", "amp", "autograd", "backends", "compiler", "cpu", "cuda", "distributions", "fft", "func",
    "functional", "fx", "hub", "jit", "library", "linalg", "masked", "mps", "nn", "ops", "optim", "overrides",
    "profiler", "quasirandom", "random", "return_types", "serialization", "signal", "special", "storage", "testing",
    "types", "utils", "xpu",
))  # fmt: skip
"""Modules that are loaded when they are asked for: most programs use few, and loading all of them takes long."""

_OF_MODULES = {
    "gradwalk.engine.anomaly": ("is_anomaly_check_nan_enabled", "is_anomaly_enabled"),
    "gradwalk.engine.limits": ("finfo", "iinfo"),
    "gradwalk.engine.printing": ("set_printoptions",),
    "gradwalk.engine.random": (
        "Generator", "default_generator", "get_rng_state", "initial_seed", "manual_seed", "seed", "set_rng_state",
    ),
    f"{__name__}._errors": ("AcceleratorError", "OutOfMemoryError"),
    "gradwalk.engine.surface.storages": (
        "BFloat16Storage", "BoolStorage", "ByteStorage", "CharStorage", "ComplexDoubleStorage", "ComplexFloatStorage",
        "DoubleStorage", "FloatStorage", "HalfStorage", "IntStorage", "LongStorage", "ShortStorage", "TypedStorage",
        "UntypedStorage",
    ),
    f"{__name__}._rarer": (
        "compiled_with_cxx11_abi", "dsmm", "gru_cell", "is_vulkan_available",
        "lstm_cell", "norm_except_dim", "rnn_relu_cell", "rnn_tanh_cell", "set_anomaly_enabled", "spmm", "sym_float",
        "sym_int", "sym_ite", "sym_max", "sym_min", "sym_not", "sym_sqrt", "sym_sum",
    ),
    f"{__name__}.amp": (
        "GradScaler", "autocast", "clear_autocast_cache", "get_autocast_cpu_dtype", "get_autocast_dtype",
        "get_autocast_gpu_dtype", "is_autocast_cache_enabled", "is_autocast_cpu_enabled", "is_autocast_enabled",
        "set_autocast_cache_enabled", "set_autocast_dtype", "set_autocast_enabled",
    ),
    f"{__name__}.compiler": ("compile",),
    f"{__name__}.func": ("vmap",),
    f"{__name__}.serialization": ("load", "save"),
}  # fmt: skip
"""Names that are loaded likewise, by the module that has them."""

_HOME = {name: module for module, names in _OF_MODULES.items() for name in names}


_NOT_BY_STAR = frozenset((
    *_FORMATS, "BFloat16Tensor", "HalfTensor", "broadcast_shapes", "eig", "lstsq", "lu", "matrix_rank", "pca_lowrank",
    "solve", "svd_lowrank", "symeig", "unique",
))  # fmt: skip
"""What ``from torch import *`` leaves out, beside modules and what begins with an underscore."""
_DTYPES = (
    "bfloat16", "bool", "cdouble", "cfloat", "chalf", "complex128", "complex32", "complex64", "double", "float",
    "float16", "float32", "float64", "half", "int", "int16", "int32", "int64", "int8", "long", "short", "uint8",
    "uint16", "uint32", "uint64",
)  # fmt: skip
_FOUND = (*_HOME, *FUNCTIONS.declared(), *_LEGACY.declared(), *_NEURAL, *_SETTINGS)

__all__ = [
    "Size", "Tensor", "device", "dtype", "e", "enable_grad", "get_default_dtype", "get_device_module", "inf",
    "inference_mode", "is_grad_enabled", "is_inference_mode_enabled", "layout", "memory_format", "nan", "newaxis",
    "no_grad", "pi", *_DTYPES, *(name for name in _FOUND if name not in _NOT_BY_STAR and not name.startswith("_")),
]  # fmt: skip


def _assert(condition: Any, message: str) -> None:
    """``assert`` as a function. Raises AssertionError."""
    if not condition:
        raise AssertionError(message)


def get_device_module(device: Any = None) -> Any:
    """The module of a device's kind, as ``torch.cpu``. Raises RuntimeError for what is no device."""
    if device is not None and not isinstance(device, str | _device):
        raise RuntimeError(f"Invalid value of device '{device}', expect torch.device, str, or None")
    return _import_module(f".{'cpu' if device is None else _device(device).type}", __name__)


def _reduced(tensor: Any) -> Any:
    return _import_module("._pickled", __name__).reduced(tensor)


Tensor._reduced = staticmethod(_reduced)

torch = _import_module(__name__)  # which scripts write: `from torch import torch`


def __getattr__(name: str) -> Any:
    if name in _PARTS or name in ("_C", "_dynamo", "_tensor_str", "_utils"):
        return _import_module(f".{name}", __name__)
    if name in FUNCTIONS:
        found = FUNCTIONS[name]
    elif name in _HOME:
        found = getattr(_import_module(_HOME[name]), name)
    elif name in _LEGACY:
        found = _LEGACY[name]
    elif name in _NEURAL:
        found = _import_module("._neural", __name__).NEURAL[name]
    elif name.startswith("_foreach_") and name in (foreach := _import_module("._foreach", __name__)).NAMES:
        found = foreach.foreach(name)
    elif name in _BUILT:
        _warn(f"'{name}' is deprecated, please use 'torch.backends.{_BUILT[name]}'")
        return False
    else:
        raise missing("torch", name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_PARTS, *_FOUND})
