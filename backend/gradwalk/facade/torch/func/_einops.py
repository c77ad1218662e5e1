"""``torch.func.rearrange``: dimensions by name, split, put in another order and joined."""

from __future__ import annotations

from math import prod
from typing import Any

from gradwalk.engine.layouts import row_by_row
from gradwalk.engine.surface.registry import FUNCTIONS, METHODS
from gradwalk.engine.tensor import Tensor

Groups = list[list[str]]


class DimensionBindError(Exception):
    """Sizes of named dimensions that cannot be found out or do not fit."""

    __module__ = "functorch.dim"


def rearrange(tensor: Any, pattern: str, **axes_lengths: int) -> Tensor:
    """``rearrange(x, "b (h w) -> b w h", h=2)``. Raises ValueError for a pattern that cannot be read."""
    x: Tensor = tensor if isinstance(tensor, Tensor) else FUNCTIONS["stack"](list(tensor))
    if pattern.count("->") != 1:
        raise ValueError("Pattern must contain a single '->' separator")
    left, right = (_groups(side) for side in pattern.split("->"))
    given, wanted = _names(left), _names(right)
    for names in (given, wanted):
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"Indexing expression contains duplicate dimension '{name}'")
    alone = set(given) ^ set(wanted)
    if alone:
        raise ValueError(f"Identifiers only on one side of rearrange expression (should be on both): {alone}")
    left, right = _written_out(left, right, x.ndim)
    sizes = _sizes(left, x, axes_lengths)
    split = [sizes[name] for name in _names(left)]
    steps = _steps(left, x, sizes)
    named = dict(zip(_names(left), zip(split, steps, strict=True), strict=True))
    start = x.storage_offset()
    result = METHODS["as_strided"](x, tuple(split), tuple(steps), start)
    order = [named[name] for name in _names(right)]
    if _names(left) != _names(right):
        result = METHODS["as_strided"](result, tuple(n for n, _ in order), tuple(step for _, step in order), start)
    joined: Tensor = METHODS["reshape"](result, tuple(prod(sizes[name] for name in group) for group in right))
    return joined


def _groups(side: str) -> Groups:
    """The dimensions of one side of a pattern, each with the names it is made of; none for 1."""
    found: Groups = []
    inside: list[str] | None = None
    for word in side.replace("(", " ( ").replace(")", " ) ").split():
        if word == "(":
            inside = []
        elif word == ")":
            found.append(inside or [])
            inside = None
        else:
            part = [] if word == "1" else [word]
            if inside is None:
                found.append(part)
            else:
                inside.extend(part)
    return found


def _names(groups: Groups) -> list[str]:
    return [name for group in groups for name in group]


def _written_out(left: Groups, right: Groups, ndim: int) -> tuple[Groups, Groups]:
    """Both sides with names in the place of the dots."""
    if ["..."] not in left:
        if len(left) != ndim:
            raise ValueError(f"Expected {len(left)} dimensions, but got a tensor of {ndim}")
        return left, right
    more = [f".{i}" for i in range(ndim - len(left) + 1)]
    at = left.index(["..."])
    found = [*left[:at], *([name] for name in more), *left[at + 1 :]]
    turned: Groups = []
    for group in right:
        if group == ["..."]:
            turned += [[name] for name in more]
        else:
            turned.append([name for part in group for name in (more if part == "..." else [part])])
    return found, turned


def _sizes(left: Groups, x: Tensor, given: dict[str, int]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for group, extent in zip(left, x.shape, strict=True):
        known = {name: given[name] for name in group if name in given}
        unknown = [name for name in group if name not in given]
        if len(unknown) > 1:
            first, second = (f"d{_names(left).index(name)}" for name in unknown[:2])
            raise DimensionBindError(f"cannot infer the sizes of two dimensions at once {first} and {second}")
        if unknown:
            known[unknown[0]] = extent // max(prod(known.values()), 1)
        if prod(known.values()) != extent:
            raise DimensionBindError(f"inferred dimension does not evenly fit into larger dimension: {extent}")
        sizes |= known
    return sizes


def _steps(left: Groups, x: Tensor, sizes: dict[str, int]) -> list[int]:
    """How far apart in memory neighbours along each named dimension are."""
    found: list[int] = []
    for group, step in zip(left, x.stride(), strict=True):
        found += [step * inner for inner in row_by_row(tuple(sizes[name] for name in group))]
    return found
