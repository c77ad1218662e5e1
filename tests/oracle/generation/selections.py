"""Random selections by index, mask and place, and copies in which some elements are replaced."""

from __future__ import annotations

import random
from dataclasses import replace

from tests.oracle.generation.known import Made, Shape, Variables, integers, of_shape, replaced, truths

Ways = list[tuple[str, Shape]]


def selection(dice: random.Random, a: str, variables: Variables) -> Made | None:
    """Elements by index, mask or place, and copies in which some are replaced."""
    known = variables[a]
    shape = known.shape
    if not shape or not known.size:
        return None
    dim = dice.randrange(len(shape))
    n = shape[dim]
    colons = ":, " * dim
    mask, true = truths(dice, shape)
    rows, some = truths(dice, shape[:1])
    picked = replaced(shape, dim, 3)
    of_same = dice.choice(of_shape(variables, shape, dtype=known.dtype))
    one_less = of_shape(variables, replaced(shape, dim), (), dtype=known.dtype)
    repeats = [dice.randrange(3) for _ in range(n)]
    pair = integers(dice, (2,), n, -n)
    ways: Ways = [
        (f"{a}[{colons}[0, -1, 0]]", picked),
        (f"{a}[{colons}{integers(dice, (3,), n, -n)}]", picked),
        (f"{a}[{colons}{integers(dice, (2, 2), n, -n)}]", replaced(shape, dim, 2, 2)),
        (f"{a}[{colons}torch.tensor({n - 1})]", replaced(shape, dim)),
        (f"{a}[{mask}]", (true,)),
        (f"{a}[{rows}]", (some, *shape[1:])),
        (f"{a}[None, {integers(dice, (2,), shape[0])}]", (1, 2, *shape[1:])),
        (f"{a}[..., {integers(dice, (2,), shape[-1])}]", replaced(shape, len(shape) - 1, 2)),
        (f"{a}.index_select({dim}, {integers(dice, (2,), n)})", replaced(shape, dim, 2)),
        (f"{a}.gather({dim}, {integers(dice, shape, n)})", shape),
        (
            f"torch.gather({a}, {dim}, {integers(dice, replaced((1,) * len(shape), dim, 2), n)})",
            replaced((1,) * len(shape), dim, 2),
        ),
        (f"{a}.take(torch.tensor([0, -1]))", (2,)),
        (
            f"{a}.take_along_dim({integers(dice, replaced((1,) * len(shape), dim, 2), n)}, {dim})",
            replaced(shape, dim, 2),
        ),
        (f"{a}.masked_select({mask})", (true,)),
        (f"{a}.masked_fill({mask}, 0.5)", shape),
        (f"torch.where({mask}, {a}, {of_same})", shape),
        (f"torch.where({mask}, {a}, 0.25)", shape),
        (f"{a}.index_add({dim}, {integers(dice, (n,), n)}, {of_same})", shape),
        (f"{a}.index_add({dim}, {integers(dice, (n,), n)}, {of_same}, alpha=0.5)", shape),
        (f"{a}.index_copy({dim}, torch.arange({n}).flip(0), {of_same})", shape),
        (f"{a}.index_fill({dim}, torch.tensor([0]), 0.5)", shape),
        (f"{a}.scatter({dim}, torch.zeros({replaced(shape, dim, 1)}, dtype=torch.int64), 0.75)", shape),
        (f"{a}.scatter({dim}, {integers(dice, replaced(shape, dim, 1), n)}, {of_same})", shape),
        (f"{a}.scatter_add({dim}, {integers(dice, shape, n)}, {of_same})", shape),
        (f"{a}.index_put((torch.tensor([0]),), torch.tensor(0.5, dtype={a}.dtype))", shape),
        (f"{a}.index_put(({integers(dice, (2,), shape[0])},), {a}[0], accumulate=True)", shape),
        (f"{a}.masked_scatter({mask}, {of_same}.flatten())", shape),
        (f"{a}.select_scatter({a}.select({dim}, 0) * 2, {dim}, {n - 1})", shape),
        (f"{a}.slice_scatter({a}.narrow({dim}, 0, 1) * 2, {dim}, 0, 1)", shape),
        (f"{a}.repeat_interleave(torch.tensor({repeats}), {dim})", replaced(shape, dim, sum(repeats))),
        (f"{a}.scatter_reduce({dim}, {integers(dice, shape, n)}, {of_same}, 'sum')", shape),
        (
            f"{a}.tile((2, 1))" if len(shape) == 2 else f"{a}.tile(1)",
            (2 * shape[0], shape[1]) if len(shape) == 2 else shape,
        ),
    ]
    if one_less:
        ways += [(f"{a}.index_fill({dim}, torch.tensor([{n - 1}]), {a}.flatten()[0].detach())", shape)]
    if len(shape) > 1:
        i, j = (integers(dice, (2,), size, -size) for size in shape[:2])
        ways += [
            (f"{a}[{i}, {j}]", (2, *shape[2:])),
            (f"{a}[[0], [-1]]", (1, *shape[2:])),
            (f"{a}[{integers(dice, (2, 1), shape[0])}, {integers(dice, (1, 3), shape[1])}]", (2, 3, *shape[2:])),
            (f"{a}[0, {j}]", (2, *shape[2:])),
            (f"{a}[{i}, 0]", (2, *shape[2:])),
            (f"{a}[{i}, None]", (2, 1, *shape[1:])),
            (f"{a}[{i}, :1]", (2, 1, *shape[2:])),
            (f"{a}[1:, {j}]", (max(shape[0] - 1, 0), 2, *shape[2:])),
            (f"{a}[{rows}, 0]", (some, *shape[2:])),
        ]
    if len(shape) > 2:
        last = integers(dice, (2,), shape[2])
        ways += [(f"{a}[{pair if dim == 0 else 0}, :, {last}]", (2, shape[1])), (f"{a}[..., 0, {last}]", (shape[0], 2))]
    text, made = dice.choice(ways)
    return text, replace(known, shape=made, roundings=known.roundings + ("add" in text or "sum" in text))
