"""What a snippet gets for ``import torch``: PyTorch's names, Gradwalk's engine."""

from __future__ import annotations

from importlib import import_module as _import_module
from typing import TYPE_CHECKING, Any

from gradwalk.engine import FUNCTIONS, Tensor
from gradwalk.engine import dtypes as _dtypes
from gradwalk.engine.anomaly import is_anomaly_check_nan_enabled, is_anomaly_enabled
from gradwalk.engine.device import device
from gradwalk.engine.dtypes import dtype
from gradwalk.engine.grad_mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from gradwalk.engine.limits import finfo, iinfo
from gradwalk.engine.memory_format import FORMATS as _FORMATS
from gradwalk.engine.memory_format import memory_format
from gradwalk.engine.printing import set_printoptions
from gradwalk.engine.random import (
    Generator,
    default_generator,
    get_rng_state,
    initial_seed,
    manual_seed,
    seed,
    set_rng_state,
)
from gradwalk.engine.size import Size
from gradwalk.engine.surface.kinds import SPARSE, STRIDED, layout
from gradwalk.engine.surface.legacy import LEGACY as _LEGACY
from gradwalk.engine.surface.storage import TypedStorage, UntypedStorage
from gradwalk.engine.warn import warn as _warn

from . import amp, autograd, backends, compiler, cuda, version
from ._missing import missing
from ._neural_names import NAMES as _NEURAL
from ._paths import lay as _lay
from ._refused_parts import lay_refused as _lay_refused
from ._settings import SETTINGS as _SETTINGS

if TYPE_CHECKING:
    from . import (
        accelerator,
        cpu,
        distributions,
        fft,
        func,
        functional,
        fx,
        hub,
        jit,
        linalg,
        masked,
        mps,
        nn,
        optim,
        overrides,
        profiler,
        random,
        return_types,
        signal,
        special,
        testing,
        types,
        utils,
        xpu,
    )  # fmt: skip

    vmap = func.vmap

autocast = amp.autocast
GradScaler = amp.GradScaler
compile = compiler.compile
__version__ = version.__version__
inf = float("inf")
nan = float("nan")
pi = 3.141592653589793
e = 2.718281828459045
newaxis = None
strided = STRIDED
globals().update(SPARSE)

globals().update(_LEGACY)
globals().update(_SETTINGS)
globals().update(amp.IN_TORCH)
globals().update(_FORMATS)
globals().update({kind.name: kind for kind in (*_dtypes.ALL, *_dtypes.OF_COMPLEX)} | _dtypes.ALIASES)

get_default_dtype = _dtypes.default_floating
set_default_dtype = _dtypes.set_default_floating

__all__ = [
    "accelerator", "amp", "autocast", "backends", "compile", "compiler", "cpu", "cuda", "mps", "version", "xpu",
    "Generator", "GradScaler", "Size", "Tensor", "TypedStorage", "UntypedStorage", "autograd", "default_generator",
    "device", "distributions", "dtype", "enable_grad", "fft", "finfo", "func", "functional", "fx", "hub", "jit",
    "profiler",
    "get_default_dtype", "get_rng_state", "iinfo", "inf", "inference_mode", "initial_seed",
    "is_anomaly_check_nan_enabled", "is_anomaly_enabled", "is_grad_enabled", "is_inference_mode_enabled", "layout",
    "linalg", "manual_seed", "masked", "memory_format", "nan", "newaxis", "nn", "no_grad", "optim", "overrides",
    "pi", "random", "return_types", "seed", "set_default_dtype", "set_grad_enabled", "set_printoptions",
    "set_rng_state", "signal", "special", "strided", "testing", "types", "utils", "vmap",
    *FUNCTIONS.declared(), *_FORMATS, *_LEGACY, *_NEURAL, *_SETTINGS, *amp.IN_TORCH,
]  # fmt: skip


_lay_refused(__name__)
_lay(f"{__name__}._tensor", "Tensor", globals())
_lay(f"{__name__}.storage", "TypedStorage UntypedStorage", globals())

_BUILT = {"has_mps": "mps.is_built()", "has_cuda": "cuda.is_built()", "has_cudnn": "cudnn.is_available()"}
"""What was asked of PyTorch's first versions, and where that is answered."""

_PARTS = frozenset((
    "accelerator", "cpu", "distributions", "fft", "func", "functional", "fx", "hub", "jit", "linalg", "masked", "mps",
    "nn", "optim", "overrides", "profiler", "random", "return_types", "signal", "special", "testing", "types", "utils",
    "xpu",
))  # fmt: skip
"""Modules that are loaded when they are asked for: most programs use few, and loading all of them takes long."""


def __getattr__(name: str) -> Any:
    if name in _PARTS:
        return _import_module(f".{name}", __name__)
    if name in FUNCTIONS:
        found = FUNCTIONS[name]
    elif name == "vmap":
        found = _import_module(".func", __name__).vmap
    elif name in _NEURAL:
        found = _import_module("._neural", __name__).NEURAL[name]
    elif name in _BUILT:
        _warn(f"'{name}' is deprecated, please use 'torch.backends.{_BUILT[name]}'")
        return False
    else:
        raise missing("torch", name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
