"""``torch.nn.parameter``: parameters, buffers, and parameters that wait for their shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from gradwalk.engine.dtypes import dtype as Dtype  # noqa: N812
from gradwalk.engine.observe import observer
from gradwalk.engine.overrides import disabled
from gradwalk.engine.parameter import Buffer, Parameter, leaf_on
from gradwalk.engine.storage import Storage
from gradwalk.engine.surface.registry import METHODS
from gradwalk.engine.surface.sizes import numpy_dtype, sizes_of
from gradwalk.engine.tensor import Tensor, wrap

__all__ = ["Buffer", "Parameter", "UninitializedBuffer", "UninitializedParameter", "is_lazy"]

Parameter.__torch_function__ = staticmethod(disabled)  # type: ignore[attr-defined]  # what is made of one is none

_NO_SHAPE = (
    "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in `load_state_dict` "
    "when trying to load an uninitialized parameter into an initialized one. Call `forward` to initialize the "
    "parameters before accessing their attributes."
)


class _Waiting:
    """A tensor without a shape until :meth:`materialize`."""

    cls_to_become: type[Tensor]

    def materialize(self: Any, shape: int | Sequence[int], device: Any = None, dtype: Dtype | None = None) -> None:
        """Become an ordinary one of this shape."""
        kind = self._array.dtype if dtype is None else dtype.numpy
        observer().about_to_change()
        self._array = np.zeros(sizes_of((shape,)), dtype=kind)
        self._storage = Storage(self._array)
        self._view_version = self._storage.version
        self.__class__ = self.cls_to_become

    @property
    def shape(self) -> Any:
        raise RuntimeError(_NO_SHAPE)


def _refusing(name: str) -> Any:
    def refuse(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
        kind = "slot wrapper" if name == "__getitem__" else "method"
        raise ValueError(
            f"Attempted to use an uninitialized parameter in <{kind} '{name}' of 'torch._C.TensorBase' objects>. This "
            "error happens when you are using a `LazyModule` or explicitly manipulating "
            "`torch.nn.parameter.UninitializedParameter` objects. When using LazyModules Call `forward` with a dummy "
            "batch to initialize the parameters before calling torch functions"
        )

    return refuse


_TAKEN = frozenset((
    "char", "copy_", "cpu", "cuda", "double", "float", "get_device", "half", "int", "is_complex", "is_floating_point",
    "long", "materialize", "short", "size", "to",
))  # fmt: skip
"""Methods that need no shape."""
_SAME = ("add", "mul", "sub", "matmul", "neg", "abs", "pow", "lt", "le", "gt", "ge", "ne")
_OPERATORS = {
    **{f"__{name}__": name for name in _SAME},
    "__truediv__": "div", "__iadd__": "add_", "__imul__": "mul_", "__isub__": "sub_", "__itruediv__": "div_",
    "__radd__": "add", "__rmul__": "mul", "__eq__": "__eq__", "__getitem__": "__getitem__", "__len__": "__len__",
    "__float__": "__float__", "__int__": "__int__", "__bool__": "__bool__",
}  # fmt: skip
_FACTS = frozenset(name for name, value in vars(Tensor).items() if isinstance(value, property))
for _name in (*METHODS, *_OPERATORS):
    if _name in _OPERATORS or not (_name in _TAKEN or _name in _FACTS or _name.startswith("_")):
        setattr(_Waiting, _name, _refusing(_OPERATORS.get(_name, _name)))


class UninitializedParameter(_Waiting, Parameter):
    """A parameter whose shape is not known yet."""

    __slots__ = ()
    __module__ = "torch.nn.parameter"
    cls_to_become = Parameter

    def __new__(cls, requires_grad: bool = True, device: Any = None, dtype: Dtype | None = None) -> Any:
        return leaf_on(cls, "Parameter", wrap(np.zeros(0, numpy_dtype(dtype))), requires_grad)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        known = memo.get(id(self))
        if known is None:
            known = memo[id(self)] = type(self)(self.requires_grad, dtype=self.dtype)
        return known

    def __repr__(self) -> str:
        return "<UninitializedParameter>"


class UninitializedBuffer(_Waiting, Tensor):
    """A buffer whose shape is not known yet."""

    __slots__ = ()
    __module__ = "torch.nn.parameter"
    cls_to_become = Tensor

    def __new__(cls, requires_grad: bool = False, device: Any = None, dtype: Dtype | None = None) -> Any:
        return leaf_on(cls, "Buffer", wrap(np.zeros(0, numpy_dtype(dtype))), requires_grad)

    def __repr__(self) -> str:
        return "<UninitializedBuffer>"


def is_lazy(tensor: Any) -> bool:
    """Whether a tensor still waits for its shape."""
    return isinstance(tensor, _Waiting)
