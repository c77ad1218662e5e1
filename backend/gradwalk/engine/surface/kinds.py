"""What there is to ask and say about dtypes, devices and storage; conversions by old names."""

from __future__ import annotations

from typing import Any, NoReturn

from .. import default_device, dtypes
from ..custom.function import Function
from ..dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from ..layout import STRIDED
from ..promotion import common_dtype
from ..tensor import Tensor
from ..warn import warn, warn_once
from .legacy import construct
from .registry import FUNCTIONS, METHODS, public
from .storages import TypedStorage, UntypedStorage


@public(method=False)
def result_type(tensor1: Any, tensor2: Any) -> Dtype:
    """The dtype that two operands, tensors or numbers, are computed in together."""
    return common_dtype((tensor1, tensor2))


@public(method=False)
def promote_types(type1: Dtype, type2: Dtype) -> Dtype:
    """The smallest dtype that both convert to."""
    return dtypes.promote(type1, type2)


@public(method=False)
def can_cast(from_: Dtype, to: Dtype) -> bool:
    """Whether a conversion keeps the category: no floats to integers, no integers to booleans."""
    return from_.category <= to.category


@public(method=False)
def set_default_device(device: Any) -> None:
    """Where tensors are made from now on. A device that is not here is refused by what makes tensors."""
    default_device.set_default(device)


@public(method=False)
def get_default_device() -> Any:
    """Where tensors are made."""
    return default_device.default()


@public(method=False)
def set_default_tensor_type(t: Any) -> None:
    """The default floating dtype, by the name of an old class."""
    module, _, name = t.rpartition(".") if isinstance(t, str) else ("torch", "", getattr(t, "__name__", ""))
    found = next((kind for kind in dtypes.ALL if kind.legacy_name == name), None)
    if isinstance(t, str) and module != "torch":
        raise ModuleNotFoundError(f"No module named '{t.partition('.')[0]}'")
    if found is None and isinstance(t, str) and not hasattr(dtypes, name):
        raise AttributeError(f"module 'torch' has no attribute '{name}'")
    if found is None:
        raise TypeError("invalid type object: only floating-point types are supported as the default type")
    warn_once(_TENSOR_TYPE)
    dtypes.set_default_floating(found)


_TENSOR_TYPE = (
    "torch.set_default_tensor_type() is deprecated as of PyTorch 2.1, please use torch.set_default_dtype() and "
    "torch.set_default_device() as alternatives. (Triggered internally at "
    "/__w/pytorch/pytorch/torch/csrc/tensor/python_tensor.cpp:434.)"
)


@public()
def is_nonzero(input: Tensor) -> bool:
    """Whether the only element is not zero."""
    return bool(input)


@public(method=False)
def is_storage(obj: object) -> bool:
    """Whether it is the memory of a tensor."""
    return isinstance(obj, UntypedStorage | TypedStorage)


@public(method=False)
def typename(obj: object) -> str:
    """The name of a class or a function, or of an object's type; for a tensor the old one."""
    if isinstance(obj, Tensor):
        return f"torch.{obj.dtype.legacy_name}"
    kind: Any = obj if hasattr(obj, "__qualname__") else type(obj)
    module, name = getattr(kind, "__module__", "builtins"), kind.__qualname__  # a generator has a name alone
    if module == Function.apply.__module__:
        module = Function.__module__
    if module.startswith("torch.nn.functional."):
        return f"torch.nn.functional.{name}"
    if module.startswith("gradwalk.engine.") and FUNCTIONS.get(name) is obj:
        return f"torch._VariableFunctionsClass.{name}"
    return name if module == "builtins" else f"{module}.{name}"


def _refused(name: str, words: str) -> None:
    def method(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(words)

    method.__name__ = name
    METHODS[name] = method


def _cuda(self: Tensor, *args: Any, **kwargs: Any) -> Any:
    raise AssertionError("Torch not compiled with CUDA enabled")


def _volatile(self: Tensor) -> bool:
    warn("volatile was removed (Variable.volatile is always False)")
    return False


def _without_layout(name: str, words: str) -> None:
    def refuse(self: Tensor) -> NoReturn:
        raise RuntimeError(words)

    METHODS[name] = refuse


METHODS["layout"] = property(lambda self: STRIDED)  # type: ignore[assignment]
METHODS["cuda"] = _cuda
for _name in (
    "is_mps",
    "is_xpu",
    "is_meta",
    "is_sparse",
    "is_quantized",
    "is_mkldnn",
    "is_nested",
    "is_sparse_csr",
    "is_xla",
    "is_ipu",
    "is_maia",
    "is_mtia",
    "is_vulkan",
):
    METHODS[_name] = property(lambda self: False)  # type: ignore[assignment]
METHODS["volatile"] = property(_volatile)  # type: ignore[assignment]
METHODS["is_cpu"] = property(lambda self: True)  # type: ignore[assignment]
METHODS["is_pinned"] = lambda self, *arguments: False
METHODS["new"] = lambda self, *arguments, **named: construct(self.dtype, arguments, named=named)
METHODS["name"] = property(lambda self: None)  # type: ignore[assignment]
METHODS["to_dense"] = lambda self, dtype=None, *, masked_grad=None: self if dtype is None else self.to(dtype)
METHODS["dense_dim"], METHODS["sparse_dim"] = (lambda self: self.ndim), lambda self: 0
_SPARSE_ONLY = {"is_coalesced": "coordinate ", "indices": "coordinate ", "coalesce": "coordinate ", "values": ""}
for _name, _kind in _SPARSE_ONLY.items():
    _without_layout(_name, f"{_name} expected sparse {_kind}tensor layout but got Strided")
for _name in ("to_sparse", "sparse_mask"):
    _refused(_name, "Gradwalk has no sparse tensors; keep the tensor as it is.")


@public()
def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Whether two tensors have the same shape."""
    return tuple(input.shape) == tuple(other.shape)


@public()
def is_signed(input: Tensor) -> bool:
    """Whether a tensor's dtype holds negative numbers."""
    return input.dtype.is_signed


@public()
def get_device(input: Tensor) -> int:
    """The number of the accelerator; -1 for the CPU."""
    return -1


@public(function=False)
def pin_memory(self: Tensor, device: Any = None) -> Tensor:
    """Refused, as PyTorch without accelerators does."""
    raise RuntimeError("Cannot access accelerator device when none is available.")


public(name="is_distributed")(lambda input: False)
