"""Random reductions, and functions along one dimension."""

from __future__ import annotations

import random
from dataclasses import replace

from tests.oracle.generation.known import ROUGH, Known, Made, Variables, alike, replaced

REDUCTIONS = ("sum", "mean", "logsumexp", "norm", "prod", "nansum", "nanmean")
REDUCTIONS_EXACT = (
    "amax", "amin", "max", "min", "median", "var", "std", "argmax", "argmin", "any", "all", "count_nonzero",
)  # fmt: skip
OF_NOTHING = ("amax", "amin", "max", "min", "median", "argmax", "argmin")
ALONG = ("cumsum({d})", "softmax({d})", "log_softmax({d})", "cumprod({d})", "logcumsumexp({d})", "softmax(dim={d})",
         "cumsum({d}, dtype=torch.float64)", "softmax({d}, dtype=torch.float64)", "renorm(2, {d}, 0.75)")  # fmt: skip
ALONG_EXACT = (
    "sort({d})[0]", "sort({d}, descending=True).values", "cummax({d}).values", "flip({d})", "roll(1, {d})",
    "cummin({d})[0]", "sort(dim={d}, stable=True)[0]", "argsort({d})", "msort()", "argsort({d}, descending=True)",
)  # fmt: skip
SCALARS = (
    "{a}.sum(dtype=torch.float64)", "{a}.mean(dtype=torch.float64)", "{a}.norm(p=1)", "{a}.norm(2)",
    "{a}.norm(float('inf'))", "torch.linalg.norm({a})", "torch.linalg.vector_norm({a}, 3)", "{a}.var(correction=0)",
    "{a}.std(unbiased=False)", "torch.var_mean({a})[0]", "torch.std_mean({a}, correction=0)[1]",
    "torch.dist({a}, {b})", "torch.dist({a}, {b}, 1)", "{a}.flatten().logsumexp(0)", "({a} * {b}).sum()",
    "torch.mean({a} ** 2)", "{a}.norm(p=3)", "{a}.flatten().softmax(0)[0]", "{a}.flatten().norm(dim=0)",
    "torch.linalg.vector_norm({a}, ord=float('inf'))", "{a}.pow(2).sum().sqrt()", "torch.trapezoid({a}.flatten())",
    "torch.sum({a})", "{a}.norm(p=0.5)",
)  # fmt: skip
SCALARS_EXACT = (
    "torch.aminmax({a})[0]", "torch.max({a})", "torch.nanmedian({a})", "{a}.flatten().quantile(0.5)",
    "{a}.flatten().kthvalue(1)[0]", "{a}.flatten().topk(1)[0].sum()", "{a}.amax()", "torch.amin({a})",
    "{a}.flatten().mode()[0]", "torch.aminmax({a}).max", "{a}.flatten().diff().sum()",
)  # fmt: skip


def reduction(dice: random.Random, a: str, variables: Variables) -> Made | None:
    """A reduction over everything, one dimension or several."""
    known = variables[a]
    if dice.random() < 0.25:
        return _scalar(dice, a, variables)
    exact = known.is_exact and dice.random() < 0.4
    function = dice.choice(REDUCTIONS_EXACT if exact else REDUCTIONS)
    if (
        len(known.shape) > 1
        and dice.random() < 0.25
        and function not in ("prod", "median", "argmax", "argmin", "max", "min")
    ):
        return _over_several(dice, a, known, function, exact)
    whole = {"argmax": "int64", "argmin": "int64", "count_nonzero": "int64", "any": "bool", "all": "bool"}
    dtype = whole.get(function, known.dtype)
    if not known.shape or dice.random() < 0.4:
        if function in OF_NOTHING and not known.size:
            return None
        if function in ("var", "std") and known.size < 2:
            return None
        text = f"{a}.{function}({tuple(range(len(known.shape))) if function == 'logsumexp' else ''})"
        return text, Known((), dtype, known.roundings + 1 if exact else ROUGH)
    dim = dice.randrange(len(known.shape))
    if not known.shape[dim] or (function in ("var", "std") and (known.shape[dim] < 2 or not known.size)):
        return None
    keep = dice.random() < 0.4 and function != "count_nonzero"
    place = dim if dice.random() < 0.7 or function == "logsumexp" else dim - len(known.shape)
    place_text = f"dim={place}" if function in ("norm", "count_nonzero") or dice.random() < 0.2 else str(place)
    suffix = ".values" if function in ("max", "min", "median") else ""
    text = f"{a}.{function}({place_text}{', keepdim=True' if keep else ''}){suffix}"
    shape = replaced(known.shape, dim, *(1,) * keep)
    return text, Known(shape, dtype, known.roundings + 1 if exact else ROUGH)


def _scalar(dice: random.Random, a: str, variables: Variables) -> Made | None:
    known = variables[a]
    if known.size < 2:
        return None
    if known.is_exact and dice.random() < 0.5:
        return dice.choice(SCALARS_EXACT).format(a=a), Known((), known.dtype, known.roundings + 1)
    text = dice.choice(SCALARS).format(a=a, b=dice.choice(alike(variables, known)))
    return text, Known((), "float64" if "float64" in text else known.dtype, ROUGH)


def _over_several(dice: random.Random, a: str, known: Known, function: str, exact: bool) -> Made | None:
    dims = dice.sample(range(len(known.shape)), 2)
    if not known.size or (function in ("var", "std") and known.shape[dims[0]] * known.shape[dims[1]] < 2):
        return None
    keep = dice.random() < 0.4 and function != "count_nonzero"
    shape = tuple(1 if i in dims else n for i, n in enumerate(known.shape) if keep or i not in dims)
    dtype = {"count_nonzero": "int64", "any": "bool", "all": "bool"}.get(function, known.dtype)
    text = f"{a}.{function}(dim={tuple(dims)}{', keepdim=True' if keep else ''})"
    return text, Known(shape, dtype, known.roundings + 1 if exact else ROUGH)


def along(dice: random.Random, a: str, variables: Variables) -> Made | None:
    """A function that leaves the shape: sums so far, orders, shares."""
    known = variables[a]
    if not known.shape:
        return None
    dim = dice.randrange(len(known.shape))
    if dice.random() < 0.15:
        return _selected(dice, a, known, dim)
    if known.is_exact and dice.random() < 0.5:
        text = dice.choice(ALONG_EXACT).format(d=dim)
        return (f"{a}.{text}", replace(known, dtype="int64" if "arg" in text else known.dtype)) if known.size else None
    text = dice.choice(ALONG).format(d=dim if dice.random() < 0.7 else dim - len(known.shape))
    if "renorm" in text and len(known.shape) < 2:
        return None
    return f"{a}.{text}", replace(known, roundings=ROUGH, dtype="float64" if "float64" in text else known.dtype)


def _selected(dice: random.Random, a: str, known: Known, dim: int) -> Made | None:
    """Part of a dimension, by the order of its numbers."""
    n = known.shape[dim]
    if not known.is_exact or not known.size:
        return None
    keep = dice.random() < 0.3
    ways = [
        (f"{a}.topk({n}, {dim})[0]", known.shape),
        (f"{a}.topk(1, dim={dim}, largest=False).values", replaced(known.shape, dim, 1)),
        (f"{a}.kthvalue({n}, {dim}{', keepdim=True' if keep else ''})[0]", replaced(known.shape, dim, *(1,) * keep)),
        (f"{a}.diff(dim={dim})", replaced(known.shape, dim, n - 1)),
        (f"torch.aminmax({a}, dim={dim})[1]", replaced(known.shape, dim)),
        (f"{a}.quantile(0.5, {dim})", replaced(known.shape, dim)),
    ]
    text, shape = dice.choice(ways)
    return text, replace(known, shape=shape, roundings=known.roundings + 1)
