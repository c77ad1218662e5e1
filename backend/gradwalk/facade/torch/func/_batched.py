"""A batch that looks like one of its items: what a function under ``vmap`` works on.

What a call on it gives is the affair of :mod:`._calls`. Views stay views: what is written into them is written into the
batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, NoReturn, TypeGuard

from gradwalk.engine import Tensor
from gradwalk.engine.custom.function import NO_RULE_FOR_BATCHES, Function
from gradwalk.engine.functions.dims import normalize_dim
from gradwalk.engine.printing import WRITERS
from gradwalk.engine.size import Size
from gradwalk.engine.surface.registry import FUNCTIONS, METHODS
from gradwalk.engine.surface.sizes import sizes_of
from gradwalk.engine.transforms import BACKWARD, STACK, level_of
from gradwalk.engine.wrapped import Wrapped, redirect

from ..utils._pytree import refilled, tree_map, tree_structure
from ..utils._pytree import tree_leaves as leaves
from ._randomness import Directions, Map


class Batched(Wrapped):
    """``value``, whose dimension ``dim`` is that of the items of one vmap."""

    __slots__ = ()
    __module__ = "torch"
    __qualname__ = "Tensor"

    called = "a tensor inside vmap"
    _value: Any
    _dim: int
    _of: Map

    @property
    def shape(self) -> Size:
        return Size(n for place, n in enumerate(self._value.shape) if place != self._dim)

    @property
    def ndim(self) -> int:
        return int(self._value.ndim) - 1

    @property
    def dtype(self) -> Any:
        return self._value.dtype

    @property  # type: ignore[misc]
    def requires_grad(self) -> bool:
        """Whether a transform inside the vmap differentiates with respect to something that it depends on."""
        x = plain(self)
        return any(level.reaches(x) for level in STACK[level_of(self._of) :] if not isinstance(level, Directions))

    @property
    def grad_fn(self) -> Any:
        return plain(self).grad_fn if self.requires_grad else None

    @property  # type: ignore[misc]
    def grad(self) -> Any:
        return None

    def item_at(self, index: int) -> Any:
        """One item of the batch."""
        return FUNCTIONS["select"](self._value, self._dim, index)

    def answer(self, name: str, f: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """What the call gives on all items."""
        found = [x for x in leaves((args, kwargs)) if isinstance(x, Batched)]
        if any(not level_of(x._of) for x in found):
            raise RuntimeError(_ESCAPED.format(_place_of(name)))
        of: Map = max((x._of for x in found), key=level_of)
        return of.answer(name, f, args, kwargs)

    def applied(self, function: Any, args: Any, kwargs: Any) -> Any:
        """A user's Function: by its own rule for batches, or item by item if it asks for one to be made."""
        if any(isinstance(x, Tensor) for x in leaves(kwargs)):
            raise NotImplementedError(_NAMED.format(kwargs))
        of = max((x._of for x in leaves(args) if isinstance(x, Batched)), key=level_of)
        has_rule = function.vmap is not Function.vmap
        if getattr(function, "generate_vmap_rule", False):
            if has_rule:
                raise RuntimeError(_TWO_RULES.format(function.__name__))
            return of.answer("apply", function.apply, args, kwargs)
        if not has_rule:
            raise RuntimeError(NO_RULE_FOR_BATCHES.format(function.__name__))
        return _by_rule(of, function.vmap, args, kwargs)

    def operated(self, operator: Any, rule: Callable[..., Any] | None, args: Any, kwargs: Any) -> Any:
        """An operator of a program's own: by the rule for batches that it was given, or item by item."""
        of = max((x._of for x in leaves((args, kwargs)) if isinstance(x, Batched)), key=level_of)
        return of.answer("call", operator, args, kwargs) if rule is None else _by_rule(of, rule, tuple(args), kwargs)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a 0-d tensor")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        if not self.ndim:
            raise TypeError("iteration over a 0-d tensor")
        return iter(FUNCTIONS["unbind"](self))

    @property
    def _version(self) -> int:
        """PyTorch counts the writes into what a vmap wraps elsewhere, unless a gradient is taken within it."""
        return 0 if isinstance(STACK[-1], Map) else int(plain(self)._version)

    def storage_offset(self) -> int:
        """Where the first item lies."""
        return int(self._value.storage_offset())

    # -- other shapes in place: of the batch, too, which what was given from outside is --------------------------------

    def _placed(self, dim: int) -> int:
        if not level_of(self._of):
            raise RuntimeError(_ESCAPED_IN_PLACE)
        return dim if dim < self._dim else dim + 1

    def transpose_(self, dim0: int, dim1: int) -> Any:
        """Exchange two dimensions."""
        first, second = (self._placed(normalize_dim(dim, self.ndim)) for dim in (dim0, dim1))
        self._value.transpose_(first, second)
        return self

    swapaxes_ = swapdims_ = transpose_

    def t_(self) -> Any:
        """Exchange the two dimensions, if there are two."""
        if self.ndim > 2:
            raise RuntimeError(f"t_() expects a tensor with <= 2 dimensions, but self is {self.ndim}D")
        return self if self.ndim < 2 else self.transpose_(0, 1)

    def unsqueeze_(self, dim: int) -> Any:
        """Put a dimension of one element in."""
        place = self._placed(normalize_dim(dim, self.ndim + 1))
        self._value.unsqueeze_(place)
        self._dim += place <= self._dim
        return self

    def squeeze_(self, dim: int | Sequence[int] | None = None) -> Any:
        """Leave dimensions of one element out: those that are named, or all."""
        named = range(self.ndim) if dim is None else [dim] if isinstance(dim, int) else dim
        places = {self._placed(normalize_dim(each, self.ndim)) for each in named}
        for place in sorted((place for place in places if self._value.shape[place] == 1), reverse=True):
            self._value.squeeze_(place)
            self._dim -= place < self._dim
        return self

    def resize_(self, *size: Any) -> Any:
        """Give each item as many elements, in these sizes."""
        if self._dim:
            raise RuntimeError(_RESIZED)
        self._value.resize_(self._value.shape[0], *sizes_of(size))
        return self

    def __repr__(self) -> str:
        return WRITERS[-1](self)

    def __hash__(self) -> int:
        return id(self)

    def __format__(self, spec: str) -> str:
        return self.item() if self.ndim == 0 else object.__format__(self, spec)

    def __contains__(self, element: Any) -> bool:
        return bool((self == element).any())

    def __deepcopy__(self, memo: Any) -> Any:
        return self.clone()

    def __copy__(self) -> Any:
        return self

    def _refuse_number(self, *_: Any) -> NoReturn:
        refuse_item()

    def _refuse_flow(self) -> NoReturn:
        raise RuntimeError(FLOW)

    def _refuse_memory(self, *_: Any, **__: Any) -> NoReturn:
        raise RuntimeError("Cannot access data pointer of Tensor that doesn't have storage")

    def _refuse_backward(self, *_: Any, **__: Any) -> NoReturn:
        raise RuntimeError(BACKWARD)

    def __index__(self) -> int:
        if self.ndim or self.dtype.is_floating_point or self.dtype.is_complex:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return self._refuse_number()

    item = __float__ = __int__ = __complex__ = _refuse_number
    __bool__ = _refuse_flow
    tolist = numpy = __array__ = data_ptr = _refuse_memory
    backward = _refuse_backward


def _by_rule(of: Map, rule: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """What a program's own rule for batches gives: outputs, and where in them the batch lies."""
    values = tree_map(lambda x: x._value if is_of(x, of) else x, args)
    dims = tree_map(lambda x: x._dim if is_of(x, of) else None, args)
    found = rule(VmapInfo(of.size, of.randomness), dims, *values, **kwargs)
    if not isinstance(found, tuple) or len(found) != 2:
        what = f"{len(found)} returns" if isinstance(found, tuple) else f"a {type(found)}"
        raise RuntimeError(_TWO_RETURNS.format(what))
    outputs, where = found
    places = broadcast(where, outputs)
    if places is None:
        raise RuntimeError(_NO_SUCH_PLACES.format(where, tree_structure(where), tree_structure(outputs)))
    pairs = zip(leaves(outputs), places, strict=True)
    return refilled(outputs, (x if dim is None else batched(x, of, dim) for x, dim in pairs))


class VmapInfo(NamedTuple):
    """What a Function's ``vmap`` is told."""

    batch_size: int
    randomness: str


def is_of(x: Any, of: Map) -> TypeGuard[Batched]:
    """Whether something is a batch of this vmap."""
    return isinstance(x, Batched) and x._of is of


def broadcast(dims: Any, tree: Any) -> list[Any] | None:
    """``dims`` for each leaf of the tree; None if they do not fit."""
    if not isinstance(dims, tuple | list | dict):
        return [dims] * len(leaves(tree))
    if type(dims) is not type(tree) or len(dims) != len(tree):
        return None
    if isinstance(tree, dict) and list(dims) != list(tree):
        return None
    pairs = [(dims[k], tree[k]) for k in tree] if isinstance(tree, dict) else list(zip(dims, tree, strict=True))
    found = [broadcast(part, child) for part, child in pairs]
    return None if any(x is None for x in found) else [dim for x in found for dim in x or ()]


def batched(value: Any, of: Map, dim: int = 0) -> Batched:
    """The items along a dimension as one."""
    tensor = object.__new__(Batched)
    tensor._value, tensor._of, tensor._dim = value, of, dim
    return tensor


def plain(x: Any) -> Any:
    """The tensor inside all batches."""
    while isinstance(x, Batched):
        x = x._value
    return x


def remade(x: Any, f: Callable[[Any], Any]) -> Any:
    """The same batches around ``f`` of the tensor inside."""
    return batched(remade(x._value, f), x._of, x._dim) if isinstance(x, Batched) else f(x)


def spread(x: Any, maps: Sequence[Map]) -> Any:
    """The tensor inside, with a dimension for each of these vmaps in front, expanded where it had none."""
    if not maps:
        return x
    *outer, last = maps
    if _is_later(x, last):
        return batched(spread(in_front(x), maps), x._of, len(maps))
    if is_of(x, last):
        return spread(in_front(x), outer)
    return spread(FUNCTIONS["unsqueeze"](x, 0).expand(last.size, *x.shape), outer)


def gathered(value: Any, maps: Sequence[Map]) -> Any:
    """What :func:`spread` is the inverse of; batches of later vmaps stay around the others."""
    if maps and _is_later(value, maps[-1]):
        inner = FUNCTIONS["movedim"](in_front(value), 0, len(maps))
        return batched(gathered(inner, maps), value._of)
    for each in maps:
        value = batched(value, each)
    return value


def _is_later(x: Any, of: Map) -> bool:
    """Whether a tensor is a batch of a vmap that was begun within this one."""
    return isinstance(x, Batched) and level_of(x._of) > level_of(of)


def in_front(x: Batched) -> Any:
    """The value with the items along its first dimension."""
    return x._value if x._dim == 0 else FUNCTIONS["movedim"](x._value, x._dim, 0)


def differentiates() -> bool:
    """Whether the innermost transform is none that maps."""
    return bool(STACK) and not isinstance(STACK[-1], Map)


def refuse_item() -> NoReturn:
    """Raises RuntimeError where a number is wanted of what has one for each item."""
    raise RuntimeError(_ITEM_WITHIN if differentiates() else _ITEM)


_ITEM_WITHIN = (
    "vmap: It looks like you're either (1) calling .item() on a Tensor or (2) attempting to use a Tensor in some "
    "data-dependent control flow or (3) encountering this error in PyTorch internals. For (1): we don't support vmap "
    "over calling .item() on a Tensor, please try to rewrite what you're doing with other operations. For (2): we "
    "don't support data-dependent control flow in vmap yet, please file an issue at "
    "https://github.com/pytorch/pytorch/issues . For (3): please file an issue."
)
"""The same within a transform that differentiates, which knows less."""
_ITEM = (
    "vmap: It looks like you're calling .item() on a Tensor. We don't support vmap over calling .item() on a Tensor, "
    "please try to rewrite what you're doing with other operations. If error is occurring somewhere inside PyTorch "
    "internals, please file a bug report."
)
FLOW = (
    "vmap: It looks like you're attempting to use a Tensor in some data-dependent control flow. We don't support that "
    "yet, please file an issue at https://github.com/pytorch/pytorch/issues ."
)
_RESIZED = (
    'self_bdim == 0 INTERNAL ASSERT FAILED at "/__w/pytorch/pytorch/aten/src/ATen/functorch/BatchRulesViews.cpp":170, '
    "please report a bug to PyTorch. NYI: resize_ batch rule for batch dim != 0"
)
_ESCAPED = (
    "Either your tensor may have escaped from inside a function being vmapped and this is a user error (see "
    "https://pytorch.org/functorch/stable/ux_limitations.html), or there is an internal functorch error in `{}` Please "
    "file an issue if it looks like the latter"
)
_ESCAPED_IN_PLACE = (
    'maybe_level.has_value() INTERNAL ASSERT FAILED at "/__w/pytorch/pytorch/aten/src/ATen/functorch/'
    'LegacyBatchingRegistrations.cpp":74, please report a bug to PyTorch. '
)
_REDUCED = frozenset((
    "all", "amax", "amin", "aminmax", "any", "argmax", "argmin", "argsort", "count_nonzero", "cummax", "cummin",
    "cumprod", "cumsum", "kthvalue", "log_softmax", "logcumsumexp", "logsumexp", "max", "mean", "median", "min", "mode",
    "msort", "nanmedian", "nansum", "norm", "prod", "rot90", "softmax", "sort", "std", "sum", "topk", "var",
))  # fmt: skip
_WRITTEN = frozenset(("copy_", "div_", "divide_", "mul_", "multiply_", "sub_", "true_divide_"))


def _place_of(name: str) -> str:
    """Where in PyTorch a call is refused whose batch is one of a vmap that is over."""
    if name in _REDUCED:
        return "boxed_reduction_batch_rule"
    if name in _WRITTEN:
        return "gen_vmap_inplace_plumbing"
    in_place = name.endswith("_") and not name.endswith("__")
    return "boxed_tensor_inputs_batch_rule" if in_place else "gen_vmap_plumbing"


_NAMED = (
    "Run vmap on autograd.Function with kwarg-only Tensor args. Please do not pass kwarg-only Tensors to "
    "autograd.Function. Got: {}"
)
_TWO_RETURNS = (
    "Expected the vmap staticmethod to have two returns, an output and out_dims with pytree structure compatible with "
    "the output. Got {} instead"
)
_NO_SUCH_PLACES = (
    "The autograd.Function's vmap staticmethod returned an incompatible (output, out_dims) tuple. Expected out_dims={} "
    "to be compatible with the structure of `output`. out_dims has structure {} but output has structure {}. For more "
    "details, please see https://pytorch.org/docs/main/notes/extending.func.html"
)
_TWO_RULES = (
    "You tried to vmap over {}, but it has both generate_vmap_rule=True and an overridden vmap staticmethod. Please "
    "set generate_vmap_rule=False or delete the overridden vmap staticmethod to avoid ambiguity. For more details, "
    "please see https://pytorch.org/docs/main/notes/extending.func.html"
)

redirect(Batched, [*METHODS, "data"])
Batched.__name__ = "Tensor"  # as PyTorch's functions see it


def _refuse_data(*_: Any) -> NoReturn:
    raise RuntimeError("mutating directly with `.data` under vmap transform is not allowed.")


Batched.data = Batched.data.setter(_refuse_data)  # type: ignore[attr-defined, method-assign]
