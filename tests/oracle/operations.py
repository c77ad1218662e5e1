"""Random operations over variables that exist: their text, and the shape and dtype of what comes out.

Every family of the engine has its templates here. Values stay tame (what grows goes through ``tanh`` first), and what
jumps (``floor``, an ``argmax``) is only asked of numbers that no rounding has touched: so a difference between two
engines is a difference, not noise.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Known:
    """What is known of a variable without running the program."""

    shape: Shape
    dtype: str = "float32"
    roundings: int = 0
    """How many products its numbers went through; of more than two nothing is exact."""

    @property
    def is_exact(self) -> bool:
        return self.roundings < 3

    @property
    def is_floating(self) -> bool:
        return self.dtype.startswith("float")


Variables = dict[str, Known]
Made = tuple[str, Known]
ROUGH = 99

TAME = (
    "sin", "cos", "tanh", "sigmoid", "atan", "erf", "asinh", "sinc", "exp2", "sinh", "cosh", "tan", "logit", "softplus",
    "gelu", "silu", "mish", "elu", "selu", "celu", "softsign", "tanhshrink", "expm1", "erfc", "exp",
)  # fmt: skip
GUARDED = (
    "({a} * {a} + 1).log()", "({a} * {a} + 0.5).sqrt()", "1 / ({a} * {a} + 1)", "2 ** {a}.tanh()",
    "({a} * {a} + 1).rsqrt()", "({a}.tanh() * 0.9).asin()", "({a}.tanh() * 0.9).atanh()", "({a} * {a}).log1p()",
    "({a} * {a} + 1) ** 1.5", "({a} * {a} + 1).log2()", "({a} * {a} + 2).lgamma()", "({a}.sigmoid() * 0.9).logit()",
    "F.softmax({a}.tanh().reshape(-1), 0).reshape({a}.shape)", "({a} * {a} + 1).reciprocal()",
)  # fmt: skip
PIECEWISE = (
    "{a}.relu()", "{a}.abs()", "{a}.clamp(-1, 0.5)", "{a}.clamp(min=0)", "{a}.sign()", "{a}.floor()", "{a}.ceil()",
    "{a}.round()", "{a}.trunc()", "{a}.frac()", "F.leaky_relu({a}, 0.5)", "F.hardtanh({a})", "F.relu6({a})",
    "F.threshold({a}, 0.25, 0.5)", "F.hardshrink({a})", "F.softshrink({a})", "{a} % 0.75", "{a}.fmod(0.5)",
    "{a}.masked_fill({a} > 0, 0.5)", "torch.where({a} > 0.25, {a}, -{a})", "{a}.heaviside({a} * 0 + 1)",
    "{a}.nan_to_num()", "{a}.maximum({a} * 0)", "torch.where({a} > 0, {a}, 0.5)",
)  # fmt: skip
PLAIN = (
    "-{a}", "{a} + 1", "3 - {a}", "{a} * 2", "0.5 * {a}", "{a} / 4", "{a} - 0.25", "{a}.clone()", "{a}.detach()",
    "{a}.detach() * {a}", "{a} * {a}", "{a} ** 2", "{a}.square()", "{a}.contiguous()", "{a}.pow(3)", "{a} * True",
    "torch.add({a}, {a}, alpha=2)", "torch.sub({a}, 1, alpha=0.5)", "{a}.data", "+{a}", "{a}.positive()",
    "{a} + np.float64(0.5)", "{a}.new_ones({a}.shape) * {a}", "torch.ones_like({a}) - {a}",
)  # fmt: skip
BINARY = (
    "{a} + {b}", "{a} - {b}", "{a} * {b}", "{a} / ({b} * {b} + 1)", "({a} * {a} + 1) ** {b}.tanh()",
    "torch.hypot({a}, {b} * {b} + 1)", "torch.logaddexp({a}.tanh(), {b}.tanh())",
    "torch.lerp({a}, {b}, 0.25)", "torch.addcmul({a}, {a}, {b}, value=0.5)", "torch.xlogy({a}, {b} * {b} + 1)",
    "torch.addcdiv({a}, {b}, {a} * {a} + 1)", "torch.rsub({a}, {b})", "torch.lerp({a}, {b}, {b}.sigmoid())",
)  # fmt: skip
BINARY_EXACT = (
    "torch.maximum({a}, {b})", "torch.minimum({a}, {b})", "torch.where({a} > {b}, {a}, {b})", "torch.fmod({a}, 1.25)",
    "torch.where({b} > 0, {a}, 0.5)", "torch.copysign({a}, {b} - 0.125)", "torch.clamp({a}, max={b})",
    "torch.fmax({a}, {b})", "({a} > {b}) * {a}", "{a}.masked_fill({b} > 0, 0.25)",
)  # fmt: skip
REDUCTIONS = ("sum", "mean", "logsumexp", "norm", "prod", "nansum")
REDUCTIONS_EXACT = ("amax", "amin", "max", "min", "median", "var", "std", "argmax", "any", "all", "count_nonzero")
ALONG = ("cumsum", "softmax", "log_softmax", "cumprod")
ALONG_EXACT = ("sort({d})[0]", "sort({d}, descending=True).values", "cummax({d}).values", "flip({d})", "roll(1, {d})")
NAMED_IN_F = frozenset(("softplus", "gelu", "silu", "mish", "elu", "selu", "celu", "softsign", "tanhshrink"))
GROWING = frozenset(("sinh", "cosh", "exp", "exp2", "expm1", "tan", "logit"))


def operation(dice: random.Random, variables: Variables) -> Made:
    """An expression over variables that exist, the latest more likely."""
    while True:
        names = [name for name, known in variables.items() if known.is_floating]
        name = dice.choices(names, range(1, len(names) + 1))[0]
        family = dice.choices(list(_FAMILIES), list(_FAMILIES.values()))[0]
        made = family(dice, name, variables)
        if made is not None and np.prod(made[1].shape) <= 60:
            return made


def _unary(dice: random.Random, a: str, variables: Variables) -> Made | None:
    known = variables[a]
    kind = dice.random()
    if kind < 0.35:
        function = dice.choice(TAME)
        inner = f"{a}.tanh()" if function in GROWING else a
        if function == "logit":
            inner = f"({a}.sigmoid() * 0.9 + 0.05)"
        text = f"F.{function}({inner})" if function in NAMED_IN_F else f"{inner}.{function}()"
        return text, replace(known, roundings=ROUGH)
    if kind < 0.5:
        return dice.choice(GUARDED).format(a=a), replace(known, roundings=ROUGH)
    if kind < 0.7:
        return (dice.choice(PIECEWISE).format(a=a), known) if known.is_exact else None
    return dice.choice(PLAIN).format(a=a), replace(known, roundings=known.roundings + 1)


def _binary(dice: random.Random, a: str, variables: Variables) -> Made | None:
    b = dice.choice(list(variables))
    one, other = variables[a], variables[b]
    if not fit(one.shape, other.shape):
        return None
    shape = np.broadcast_shapes(one.shape, other.shape)
    dtype = _together(one, other)
    if dice.random() < 0.3:
        if not (one.is_exact and other.is_exact) or one.dtype != other.dtype:
            return None
        return dice.choice(BINARY_EXACT).format(a=a, b=b), Known(shape, dtype, one.roundings)
    template = dice.choice(BINARY)
    if not other.is_floating and template not in BINARY[:3]:
        return None
    roundings = max(one.roundings, other.roundings) + 1 if template in BINARY[:3] else ROUGH
    if "lerp" in template and one.dtype != other.dtype:
        return None
    return template.format(a=a, b=b), Known(shape, dtype, roundings)


def _together(a: Known, b: Known) -> str:
    """The dtype of a result: one without dimensions does not widen one with them."""
    order = ("bool", "int64", "float32", "float64")
    if a.is_floating and b.is_floating and bool(a.shape) != bool(b.shape):
        return a.dtype if a.shape else b.dtype
    return max(a.dtype, b.dtype, key=order.index)


def _reduction(dice: random.Random, a: str, variables: Variables) -> Made | None:
    known = variables[a]
    exact = known.is_exact and dice.random() < 0.4
    function = dice.choice(REDUCTIONS_EXACT if exact else REDUCTIONS)
    dtype = {"argmax": "int64", "count_nonzero": "int64", "any": "bool", "all": "bool"}.get(function, known.dtype)
    if not known.shape or dice.random() < 0.4:
        if function in ("amax", "amin", "max", "min", "median", "argmax") and not np.prod(known.shape):
            return None
        if function in ("var", "std") and np.prod(known.shape) < 2:
            return None
        text = f"{a}.{function}({tuple(range(len(known.shape))) if function == 'logsumexp' else ''})"
        return text, Known((), dtype, known.roundings + 1 if exact else ROUGH)
    dim = dice.randrange(len(known.shape))
    if not known.shape[dim] or (function in ("var", "std") and (known.shape[dim] < 2 or not np.prod(known.shape))):
        return None
    keep = dice.random() < 0.4
    shape = tuple(1 if i == dim else n for i, n in enumerate(known.shape) if keep or i != dim)
    if function in ("count_nonzero",):
        keep, shape = False, tuple(n for i, n in enumerate(known.shape) if i != dim)
    place = dim if dice.random() < 0.7 or function == "logsumexp" else dim - len(known.shape)
    place_text = f"dim={place}" if function in ("norm", "count_nonzero") else str(place)
    suffix = ".values" if function in ("max", "min", "median") else ""
    text = f"{a}.{function}({place_text}{', keepdim=True' if keep else ''}){suffix}"
    return text, Known(shape, dtype, known.roundings + 1 if exact else ROUGH)


def _along(dice: random.Random, a: str, variables: Variables) -> Made | None:
    known = variables[a]
    if not known.shape:
        return None
    dim = dice.randrange(len(known.shape))
    if known.is_exact and dice.random() < 0.5:
        template = dice.choice(ALONG_EXACT)
        return (f"{a}.{template.format(d=dim)}", known) if np.prod(known.shape) else None
    return f"{a}.{dice.choice(ALONG)}({dim})", replace(known, roundings=ROUGH)


def _view(dice: random.Random, a: str, variables: Variables) -> Made | None:
    known = variables[a]
    shape = known.shape
    ways: list[tuple[str, Shape]] = [
        (f"{a}.unsqueeze({len(shape)})", (*shape, 1)),
        (f"{a}.unsqueeze(0)", (1, *shape)),
        (f"{a}.squeeze()", tuple(n for n in shape if n != 1)),
        (f"{a}.reshape({_numbers(shape)})" if shape else f"{a}.reshape(())", shape),
        (f"{a}.flatten()", (int(np.prod(shape)),)),
        (f"{a}[None]", (1, *shape)),
        (f"{a}.view_as({a})", shape),
        (f"{a}.expand(2, {_numbers(shape)})" if shape else f"{a}.expand(2)", (2, *shape)),
        (f"{a}[...]", shape),
        (f"{a}.ravel()", (int(np.prod(shape)),)),
    ]
    if shape:
        dim = dice.randrange(len(shape))
        n = shape[dim]
        without = shape[:dim] + shape[dim + 1 :]

        def with_(m: int) -> Shape:
            return (*shape[:dim], m, *shape[dim + 1 :])

        ways += [
            (f"{a}.transpose({dim}, -1)", _swapped(shape, dim)),
            (f"{a}.movedim({dim}, 0)", (n, *without)),
            (f"{a}.narrow({dim}, 0, {n // 2})", with_(n // 2)),
            (f"{a}[{':, ' * dim}::2]", with_((n + 1) // 2)),
            (f"{a}[{':, ' * dim}1:]", with_(max(n - 1, 0))),
            (f"torch.flip({a}, ({dim},))", shape),
            (f"{a}.repeat({_numbers((1,) * dim + (2,) + (1,) * (len(shape) - dim - 1))})", with_(2 * n)),
        ]
        if n:
            index = dice.randrange(-n, n)
            ways += [
                (f"{a}.select({dim}, {index})", without),
                (f"{a}[{':, ' * dim}{index}]", without),
                (f"{a}[{':, ' * dim}[0, -1, 0]]", with_(3)),
                (f"{a}.index_select({dim}, torch.tensor([0, {n - 1}]))", with_(2)),
                (f"{a}.unbind({dim})[{index}]", without),
                (f"{a}.chunk(2, {dim})[0]", with_((n + 1) // 2)),
                (f"{a}.split(1, {dim})[{index}]", with_(1)),
                (f"{a}.unfold({dim}, 1, 1)", (*shape, 1)),
                (f"{a}.gather({dim}, torch.zeros({shape}, dtype=torch.int64))", shape),
                (f"{a}.tensor_split(2, {dim})[0]", with_((n + 1) // 2)),
            ]
    if len(shape) == 2:
        ways += [
            (f"{a}.t()", shape[::-1]),
            (f"{a}.T", shape[::-1]),
            (f"{a}.permute(1, 0)", shape[::-1]),
            (f"{a}.diagonal()", (min(shape),)),
            (f"{a}.tril()", shape),
            (f"{a}.triu(1)", shape),
            (f"{a}.mT.reshape(-1)", (int(np.prod(shape)),)),
        ]
    text, made = dice.choice(ways)
    return text, replace(known, shape=made)


def _numbers(shape: Shape) -> str:
    return ", ".join(map(str, shape))


def _swapped(shape: Shape, dim: int) -> Shape:
    found = list(shape)
    found[dim], found[-1] = found[-1], found[dim]
    return tuple(found)


def _join(dice: random.Random, a: str, variables: Variables) -> Made | None:
    known = variables[a]
    same = [name for name, other in variables.items() if other.shape == known.shape and other.is_floating]
    b = dice.choice(same)
    dtype = max(known.dtype, variables[b].dtype)
    roundings = max(known.roundings, variables[b].roundings)
    if known.shape and dice.random() < 0.6:
        dim = dice.randrange(len(known.shape))
        shape = tuple(2 * n if i == dim else n for i, n in enumerate(known.shape))
        return f"torch.cat([{a}, {b}], {dim})", Known(shape, dtype, roundings)
    dim = dice.randrange(len(known.shape) + 1)
    return f"torch.stack(({a}, {b}), {dim})", Known((*known.shape[:dim], 2, *known.shape[dim:]), dtype, roundings)


def _product(dice: random.Random, a: str, variables: Variables) -> Made | None:
    known = variables[a]
    if not np.prod(known.shape):
        return None  # how a transposed tensor without elements would lie in memory is nobody's business
    others = [name for name, other in variables.items() if other.dtype == known.dtype]
    b = dice.choice(others)
    shape = variables[b].shape
    ways: list[tuple[str, Shape]] = []
    if len(known.shape) == 1:
        ways.append((f"torch.outer({a}, {a})", known.shape * 2))
        if shape == known.shape:
            ways += [(f"torch.dot({a}, {b})", ()), (f"{a} @ {b}", ()), (f"torch.einsum('i,i->i', {a}, {b})", shape)]
    if len(known.shape) == 2:
        n, m = known.shape
        ways += [
            (f"{a} @ {a}.t()", (n, n)),
            (f"torch.einsum('ij,kj->ik', {a}, {a})", (n, n)),
            (f"{a}.mm({a}.T)", (n, n)),
        ]
        if shape == (m,):
            ways += [(f"{a} @ {b}", (n,)), (f"{a}.mv({b})", (n,)), (f"F.linear({b}, {a})", (n,))]
        if len(shape) == 2 and shape[1] == m:
            ways += [(f"F.linear({a}, {b})", (n, shape[0])), (f"{b} @ {a}.mT", (shape[0], n))]
    if len(known.shape) == 3:
        n, m, _ = known.shape
        ways += [(f"{a} @ {a}.mT", (n, m, m)), (f"torch.bmm({a}, {a}.transpose(1, 2))", (n, m, m))]
    if not ways:
        return None
    text, made = dice.choice(ways)
    return text, Known(made, known.dtype, ROUGH)


def _cast(dice: random.Random, a: str, variables: Variables) -> Made | None:
    known = variables[a]
    ways = [(f"{a}.double()", "float64"), (f"{a}.float()", "float32"), (f"{a}.to(torch.float64)", "float64")]
    if known.is_exact:
        ways += [
            (f"{a}.long()", "int64"),
            (f"{a} > 0", "bool"),
            (f"({a} > 0).float()", "float32"),
            (f"{a} != 0", "bool"),
        ]
    text, dtype = dice.choice(ways)
    return text, replace(known, dtype=dtype)


def fit(a: Shape, b: Shape) -> bool:
    """Whether two shapes broadcast."""
    return all(n in (1, m) or m == 1 for n, m in zip(reversed(a), reversed(b), strict=False))


_FAMILIES: dict[Callable[[random.Random, str, Variables], Made | None], int] = {
    _unary: 34, _binary: 26, _reduction: 10, _along: 5, _view: 18, _join: 3, _product: 6, _cast: 3,
}  # fmt: skip
