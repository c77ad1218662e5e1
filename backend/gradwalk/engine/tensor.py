"""The tensor: an array in a storage, and its place in the autograd graph.

The named methods (``sum``, ``view``, ``add_``, ...) are attached by :mod:`gradwalk.engine.surface` from the same table
that the facade's functions come from; here is what a tensor is, and what Python itself asks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from . import dtypes
from .dtypes import INEXACT, Array, dtype
from .errors import (
    GRAD_OF_ANOTHER_DTYPE,
    INFERENCE_REQUIRES_GRAD,
    NON_LEAF_GRAD,
    NOT_A_LEAF,
    NOT_A_LEAF_FLAG,
    SCALAR_OF_GRAD,
    bracketed,
    type_name,
)
from .grad_mode import _State
from .modes import COMPLEX_NUMBERS, UNUSUAL
from .names import Absent
from .observe import NOBODY, WATCHERS, observer
from .op import OPS
from .size import Size
from .storage import PLAIN, ExchangedStorage, Memory, Storage, look_again, signs_of
from .subject import about
from .transforms import STACK, refuse_setting_data
from .warn import warn, warn_once

if TYPE_CHECKING:
    from .accumulate_grad import AccumulateGrad
    from .graph import Node

_tuple_of: Callable[[type[Size], tuple[int, ...]], Size] = tuple.__new__
"""Makes a Size of what are surely whole numbers."""


class Tensor:
    """A multi-dimensional array that remembers how it was made.

    ``_array`` is a numpy view into ``_storage``. ``_base`` is the tensor that a differentiable view looks at;
    ``detach()``
    shares the storage but has no base. Made by :func:`wrap`, never by its constructor.
    """

    __slots__ = (
        "__dict__",
        "__weakref__",
        "_accumulator",
        "_array",
        "_base",
        "_grad",
        "_grad_fn",
        "_mark",
        "_output_nr",
        "_requires_grad",
        "_retains_grad",
        "_storage",
        "_view_version",
    )
    __module__ = "torch"
    __array_priority__ = 1000

    _marks_parameters = False
    """Whether the class is one of parameters."""

    _origin: str | None = None
    """Of a view whose history cannot be found again after a write, where it comes from: ``no_grad``, ``inference``,
    ``many`` or ``function``."""

    _steps: tuple[Any, ...] = ()
    """How a view comes from its base that reads it as other numbers (:func:`.views.read_otherwise`)."""

    _accumulator: Callable[[], AccumulateGrad | None] | None
    """Gives a leaf's AccumulateGrad. It is held by the graphs that lead to it: else the two would be a cycle."""
    _array: Array
    _base: Tensor | None
    _grad: Tensor | None
    _grad_fn: Node | None
    _mark: int
    """A number for the observer's use; the engine never reads it."""
    _output_nr: int
    _requires_grad: bool
    _retains_grad: bool
    _storage: Storage
    _view_version: int

    # What other modules of the engine say of every tensor. Each puts it here when it is imported.
    _subclassed: ClassVar[Callable[[type], None]]
    """Told of each class of a snippet's own (:mod:`.overrides`)."""
    _find_history: ClassVar[Callable[[Tensor], None]]
    """Gives a view of what was written since its ``grad_fn`` (:mod:`.views`)."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """A class of a snippet's own sees the calls on it, from the first one on."""
        super().__init_subclass__(**kwargs)
        if not cls.__module__.startswith(("torch", "gradwalk")):
            Tensor._subclassed(cls)

    # -- what it holds --------------------------------------------------------------------------------------------

    @property
    def shape(self) -> Size:
        return _tuple_of(Size, self._array.shape)

    @property
    def ndim(self) -> int:
        return self._array.ndim

    @property
    def dtype(self) -> dtype:
        return dtypes.of(self._array)

    @property
    def _version(self) -> int:
        if self._storage.inference:
            raise RuntimeError("Inference tensors do not track version counter.")
        return self._storage.version

    # -- its place in the graph -----------------------------------------------------------------------------------

    @property
    def grad_fn(self) -> Node | None:
        base, node = self._base, self._grad_fn
        if base is None or self._view_version == self._storage.version:
            return node
        if node is not None or base.requires_grad:
            self._find_history()
        return self._grad_fn

    @property
    def output_nr(self) -> int:
        return self._output_nr

    @property
    def is_leaf(self) -> bool:
        return self.grad_fn is None

    @property
    def requires_grad(self) -> bool:
        return self._requires_grad or self._grad_fn is not None or (self._base is not None and self._base.requires_grad)

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if not isinstance(value, bool):
            raise RuntimeError("requires_grad must be a bool")
        if self.grad_fn is not None:
            raise about(RuntimeError(NOT_A_LEAF if value else NOT_A_LEAF_FLAG), self)
        if value and self._array.dtype.kind not in INEXACT:
            raise about(RuntimeError("only Tensors of floating point and complex dtype can require gradients"), self)
        if value and self._storage.inference and Memory.kind is Storage:
            raise RuntimeError(INFERENCE_REQUIRES_GRAD)
        observer().about_to_change()
        self._requires_grad = value
        observer().requires_grad_changed(self)

    @requires_grad.deleter
    def requires_grad(self) -> None:
        raise RuntimeError("requires_grad must be a bool")

    @property
    def grad(self) -> Tensor | None:
        if self._grad is None and not self._retains_grad and self.grad_fn is not None:
            warn(NON_LEAF_GRAD)
        return self._grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is None:
            self._grad = None
            if (watcher := WATCHERS[-1]) is not NOBODY:
                watcher.grad_cleared(self)
            return
        if not isinstance(value, Tensor):
            raise TypeError(f"assigned grad expected to be a Tensor or None but got grad of type {type_name(value)}")
        if value is self:
            raise RuntimeError("can't assign Variable as its own grad")
        if value.shape != self.shape:
            raise RuntimeError(
                f"attempting to assign a gradient of size '{bracketed(value.shape)}' to a tensor of size "
                f"'{bracketed(self.shape)}'. Please ensure that the gradient and the tensor are the same size"
            )
        wanted = self.__dict__.get("_grad_dtype", self.dtype)
        if wanted is not None and value.dtype is not wanted:
            from .ops._words import C_NAMES

            label = wanted.legacy_name.removesuffix("Tensor")
            raise RuntimeError(GRAD_OF_ANOTHER_DTYPE.format(C_NAMES[value.dtype.name], label))
        self._grad = value

    @grad.deleter
    def grad(self) -> None:
        self.grad = None

    @property
    def data(self) -> Tensor:
        if self._storage.base is self._array:
            return OPS["data"](self)
        return OPS["data"].generally(self)  # of a view: by which it is a part of the memory

    @data.setter
    def data(self, value: Tensor) -> None:
        if not isinstance(value, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {type_name(value)}")
        if self.requires_grad and value._array.dtype.kind not in INEXACT:
            raise RuntimeError("data set to a tensor that requires gradients must be floating point or complex dtype")
        if STACK:
            refuse_setting_data()
        observer().about_to_change()
        if _same_place(value._array, self._array):
            return  # as in x.data -= 1
        accumulator = self._accumulator and self._accumulator() if value._array.dtype != self._array.dtype else None
        self._array, self._storage = value._array, ExchangedStorage(value._storage.base, self._storage)
        if accumulator is not None:
            accumulator.make_way()

    @data.deleter
    def data(self) -> None:
        raise RuntimeError("Deleting tensor data is not allowed. Delete tensor instead!")

    # -- leaving the graph ----------------------------------------------------------------------------------------

    def item(self) -> dtypes.Scalar:
        """The only element, as a Python number. Raises RuntimeError if there is not exactly one."""
        if self._array.size != 1:
            raise RuntimeError(f"a Tensor with {self._array.size} elements cannot be converted to Scalar")
        if COMPLEX_NUMBERS in UNUSUAL:
            look_again((self,))
        observer().op_applied(OPS["item"], (self,), {}, (), None)
        value: dtypes.Scalar = self._array.item()
        return value

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers."""
        if COMPLEX_NUMBERS in UNUSUAL:
            look_again((self,))
        observer().op_applied(OPS["tolist"], (self,), {}, (), None)
        return self._array.tolist()

    def numpy(self, *, force: bool = False) -> Array:
        """The array itself, sharing memory. Raises RuntimeError if the tensor requires grad while gradients are
        recorded, unless ``force``."""
        if self.requires_grad and _State.enabled and not force:
            refused = "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
            raise about(RuntimeError(refused), self)
        if self._array.dtype.kind == "V":
            raise TypeError("Got unsupported ScalarType BFloat16")
        if (signs := signs_of(self._storage)) != PLAIN:
            if force:
                look_again((self,))
                return self._array.copy()
            bit, way = ("negative", "neg") if signs[0] == signs[1] else ("conjugate", "conj")
            raise RuntimeError(
                f"Can't call numpy() on Tensor that has {bit} bit set. Use tensor.resolve_{way}().numpy() instead."
            )
        observer().op_applied(OPS["numpy"], (self,), {}, (), None)
        observer().memory_shared()
        return self._array

    def __array__(self, dtype: Any = None) -> Array:  # without `copy`, of which numpy warns, as of PyTorch's
        array = self.numpy()
        return array if dtype is None else array.astype(dtype, copy=False)

    if TYPE_CHECKING:  # a class that has this is read slowly; the named methods are set on this one

        def __getattr__(self, name: str) -> Any: ...

    def __dir__(self) -> list[str]:
        here = object.__dir__(self)
        return [name for name in here if name != "volatile" and not isinstance(vars(Tensor).get(name), Absent)]

    def __array_wrap__(self, array: Array) -> Tensor:
        """What numpy makes of a tensor is a tensor again; truth values become bytes, as in PyTorch."""
        array = dtypes.noted(np.asarray(array))
        return wrap(array.astype(np.uint8) if array.dtype.kind == "b" else array)

    def __bool__(self) -> bool:
        if self._array.size != 1:
            words = "no values" if self._array.size == 0 else "more than one value"
            raise RuntimeError(f"Boolean value of Tensor with {words} is ambiguous")
        if COMPLEX_NUMBERS in UNUSUAL:
            look_again((self,))
        observer().op_applied(OPS["bool"], (self,), {}, (), None)
        return bool(self._array.item())

    def _python_number(self) -> Any:
        if self._array.size != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        if COMPLEX_NUMBERS in UNUSUAL:
            look_again((self,))
        observer().op_applied(OPS["item"], (self,), {}, (), None)
        return self._array.item()

    def _real_number(self, kind: str) -> Any:
        number = self._python_number()
        if isinstance(number, complex):
            if number.imag:
                raise RuntimeError(f"value cannot be converted to type {kind} without overflow")
            return number.real
        return number

    def _warn_of_gradient(self) -> None:
        if self.requires_grad and _State.enabled:
            warn_once(SCALAR_OF_GRAD)

    def __float__(self) -> float:
        self._warn_of_gradient()
        return float(self._real_number("double"))

    def __int__(self) -> int:
        return int(self._real_number("int64_t"))

    def __complex__(self) -> complex:
        self._warn_of_gradient()
        return complex(self._python_number())

    def __index__(self) -> int:
        if self._array.size != 1 or self._array.dtype.kind in INEXACT:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self._array.item())

    def __len__(self) -> int:
        if self._array.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return len(self._array)

    def __reversed__(self) -> Tensor:
        """What ``reversed`` gives: the first dimension from the end; a number is its own."""
        return OPS["flip"](self, dims=(0,)) if self._array.ndim else self

    def __iter__(self) -> Iterator[Tensor]:
        if self._array.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(OPS["unbind"].several(self))

    def __contains__(self, element: Any) -> bool:
        if not isinstance(element, Tensor | int | float | complex):
            raise RuntimeError(
                f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}."
            )
        return bool(OPS["any"](OPS["eq"](element, self) if isinstance(element, Tensor) else OPS["eq"](self, element)))

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        from .printing import WRITERS, tensor_repr

        if STACK and WRITERS:
            return WRITERS[-1](self)
        kind = type(self)
        if kind.__module__.startswith("torch"):
            return tensor_repr(self)
        text = tensor_repr(self, f"{kind.__name__}(")
        return f"Parameter({text})" if self._marks_parameters or self.__dict__.get("_is_param") else text

    def __format__(self, spec: str) -> str:
        if self._array.ndim == 0 and type(self) is Tensor:
            return format(self._array.item(), spec)
        return object.__format__(self, spec)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return Tensor._reduced(self)

    _reduced: Any = None
    """What makes of a tensor the call that pickles hold; whoever gives tensors PyTorch's names sets it."""

    def __copy__(self) -> Tensor:
        """A leaf on the same memory, without a gradient: PyTorch takes the tensor apart and puts it together again.

        Its hooks are lost, of which is warned.
        """
        from .copying import warn_if_has_hooks

        warn_if_has_hooks(self)
        copy = self.data
        copy._storage.version = 1  # PyTorch makes it empty and then sets its storage
        if type(self) is not Tensor:
            copy = copy.as_subclass(type(self))
        copy._requires_grad = self._requires_grad
        copy.__dict__.update(self.__dict__)
        return copy

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if not self.is_leaf:
            raise RuntimeError(_DEEPCOPY_OF_NON_LEAF)
        known: Tensor | None = memo.get(id(self))
        if known is None:
            from .copying import deep_copied

            known = deep_copied(self, memo)
        return known


def _same_place(a: Array, b: Array) -> bool:
    return a.__array_interface__ == b.__array_interface__


def wrap(array: Array, storage: Storage | None = None, base: Tensor | None = None) -> Tensor:
    """A new tensor on an array, in a storage of its own or in a given one; a differentiable view if it has a base."""
    tensor = object.__new__(Tensor)
    tensor._array = array
    tensor._storage = storage = Memory.kind(array) if storage is None else storage
    tensor._base = base
    tensor._view_version = storage.version
    tensor._grad_fn = tensor._grad = tensor._accumulator = None
    tensor._output_nr = 0
    tensor._mark = -1
    tensor._requires_grad = tensor._retains_grad = False
    return tensor


_DEEPCOPY_OF_NON_LEAF = (
    "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  "
    "If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, "
    "see https://github.com/pytorch/pytorch/pull/103001"
)
