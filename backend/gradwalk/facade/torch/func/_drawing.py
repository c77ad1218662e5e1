"""Random numbers that differ from item to item: PyTorch draws them for the whole batch at once, in front."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradwalk.engine import Tensor
from gradwalk.engine.surface.registry import FUNCTIONS

from ..utils._pytree import tree_leaves as leaves
from ._batched import batched, in_front, is_of
from ._randomness import REFUSED, Map
from ._words import IN_PLACE

_FACTORIES = frozenset(("rand", "randn", "randint"))
_OF_ONE = frozenset(("bernoulli", "dropout", "poisson", "rand_like", "randint_like", "randn_like"))
_IN_PLACE = frozenset(
    ("bernoulli_", "cauchy_", "exponential_", "geometric_", "log_normal_", "normal_", "random_", "uniform_")
)
_UNBATCHED = (
    "vmap: Cannot ask for different inplace randomness on an unbatched tensor. This will appear like same randomness. "
    "If this is necessary for your usage, please file an issue with functorch."
)
_WIDER = IN_PLACE.format("inplace bernoulli")
_SAME_OF_BATCH = (
    "Vmap does not currently support same randomness with a batched tensor input. Please file an issue with functorch"
)
_DRAWN_FROM = frozenset(("bernoulli", "bernoulli_", "multinomial", "normal", "poisson"))
"""What draws from distributions that a tensor says: of a batch not the same for all items."""


def refuse_draws(of: Map, name: str, args: Any) -> None:
    """Raises RuntimeError for random numbers that vmap does not give."""
    if name not in _DRAWN_FROM and name not in _IN_PLACE and name not in _OF_ONE:
        return
    said = args[1:] if name in _IN_PLACE else args
    if of.randomness == "error" and name != "dropout":
        raise RuntimeError(REFUSED)
    if of.randomness == "same" and name in _DRAWN_FROM and any(is_of(x, of) for x in said):
        raise RuntimeError(_SAME_OF_BATCH)
    if of.randomness == "different" and name in _IN_PLACE and not is_of(args[0], of):
        raise RuntimeError(_WIDER if any(is_of(x, of) for x in said) else _UNBATCHED)


def drawn(of: Map, name: str, f: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """What a call that draws gives on all items, or NotImplemented where they are to draw one after another."""
    if of.randomness == "same" and name in _IN_PLACE and is_of(args[0], of):
        one = FUNCTIONS["empty"](args[0].shape, dtype=args[0].dtype)
        in_front(args[0]).copy_(f(one, *args[1:], **kwargs))
        return args[0]
    if of.randomness != "different":
        return NotImplemented
    if name in _FACTORIES or (name == "normal" and not any(isinstance(x, Tensor) for x in leaves((args, kwargs)))):
        return _made(of, name, f, args, kwargs)
    if any(is_of(x, of) for x in leaves((args[1:], kwargs))) and name in _OF_ONE | {"multinomial"}:
        return NotImplemented
    if name in _OF_ONE or (name == "multinomial" and args[0].ndim == 1):
        spread = _spread(args[0], of)
        x = spread.contiguous() if name == "dropout" else spread
        return _at_once(of, lambda: f(x, *args[1:], **kwargs))
    if name == "normal":
        return _at_once(of, lambda: f(*_alike(args, of), **kwargs))
    if name in _IN_PLACE:
        said = [_beside(x, args[0], of) for x in args[1:]]
        _at_once(of, lambda: f(in_front(args[0]), *said, **kwargs))
        return args[0]
    return NotImplemented


def _made(of: Map, name: str, f: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Random numbers of a size."""
    numbers = {"randint": len(args) - 1, "normal": 2}.get(name, 0)
    before, size = args[:numbers], args[numbers:]
    sizes = size[0] if len(size) == 1 and isinstance(size[0], tuple | list) else size
    if "size" in kwargs or not size or not all(isinstance(n, int) for n in sizes):
        return NotImplemented
    return _at_once(of, lambda: f(*before, (of.size, *sizes), **kwargs))


def _at_once(of: Map, draw: Callable[[], Any]) -> Any:
    with of.item_by_item() as begin:
        begin()
        return batched(draw(), of)


def _spread(x: Any, of: Map) -> Any:
    """All items in front, also of what is the same for them."""
    return in_front(x) if is_of(x, of) else FUNCTIONS["unsqueeze"](x, 0).expand(of.size, *x.shape)


def _alike(args: Any, of: Map) -> list[Any]:
    """Operands of which the items' dimensions belong together."""
    rank = max(x.ndim for x in args if isinstance(x, Tensor))
    found = [_beside(x, None, of, rank) for x in args]
    if not any(is_of(x, of) for x in args):
        first = next(place for place, x in enumerate(args) if isinstance(x, Tensor))
        found[first] = FUNCTIONS["unsqueeze"](found[first], 0).expand(of.size, *found[first].shape)
    return found


def _beside(x: Any, target: Any, of: Map, rank: int | None = None) -> Any:
    """An operand whose items fall in with the target's, or with items of so many dimensions."""
    if not is_of(x, of):
        return x
    value = in_front(x)
    while value.ndim <= (target.ndim if rank is None else rank):
        value = FUNCTIONS["unsqueeze"](value, 1)
    return value
