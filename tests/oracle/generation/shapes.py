"""Random views, copies in another shape, and joins."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from tests.oracle.generation.known import (
    Known,
    Made,
    Shape,
    Variables,
    fit,
    numbers,
    of_shape,
    replaced,
    together,
)  # fmt: skip

Ways = list[tuple[str, Shape]]


def view(dice: random.Random, a: str, variables: Variables) -> Made | None:
    """The same numbers, or some of them, in another shape."""
    known = variables[a]
    shape = known.shape
    ways: Ways = [
        (f"{a}.unsqueeze({len(shape)})", (*shape, 1)),
        (f"{a}.unsqueeze(0)", (1, *shape)),
        (f"{a}.squeeze()", tuple(n for n in shape if n != 1)),
        (f"{a}.reshape({numbers(shape)})" if shape else f"{a}.reshape(())", shape),
        (f"{a}.flatten()", (known.size,)),
        (f"{a}[None]", (1, *shape)),
        (f"{a}.view_as({a})", shape),
        (f"{a}.expand(2, {numbers(shape)})" if shape else f"{a}.expand(2)", (2, *shape)),
        (f"{a}[...]", shape),
        (f"{a}[..., None]", (*shape, 1)),
        (f"{a}.ravel()", (known.size,)),
        (f"{a}.view({a}.shape)", shape),
        (f"{a}.broadcast_to((2, *{a}.shape))", (2, *shape)),
        (f"{a}.expand_as({a}[None])", (1, *shape)),
        (f"torch.atleast_1d({a})", shape or (1,)),
        (f"torch.atleast_2d({a})", shape if len(shape) > 1 else (1, known.size)),
        (f"{a}.tile(2)", (*shape[:-1], 2 * (shape or (1,))[-1])),
        (f"{a}.alias_copy() if hasattr({a}, 'alias_copy') else {a}.clone()", shape),
    ]
    if known.size:
        ways += [
            (f"{a}.view(-1)", (known.size,)),
            (f"{a}.reshape(-1, 1)", (known.size, 1)),
            (f"{a}.reshape(1, -1)", (1, known.size)),
        ]
    if shape:
        ways += _along(dice, a, shape)
    if len(shape) == 2:
        ways += _of_matrix(a, shape)
    if len(shape) == 1:
        n = known.size
        ways += [(f"{a}.diag()", (n, n)), (f"torch.diag_embed({a})", (n, n)), (f"{a}.diagflat()", (n, n))]
    text, made = dice.choice(ways)
    return text, replace(known, shape=made)


def _along(dice: random.Random, a: str, shape: Shape) -> Ways:
    dim = dice.randrange(len(shape))
    n = shape[dim]
    without = replaced(shape, dim)
    swapped = list(shape)
    swapped[dim], swapped[-1] = swapped[-1], swapped[dim]
    colons = ":, " * dim
    twice = (1,) * dim + (2,) + (1,) * (len(shape) - dim - 1)
    order = dice.sample(range(len(shape)), len(shape))
    ways: Ways = [
        (f"{a}.transpose({dim}, -1)", tuple(swapped)),
        (f"{a}.swapaxes({dim}, -1)", tuple(swapped)),
        (f"{a}.movedim({dim}, 0)", (n, *without)),
        (f"{a}.permute({numbers(order)})", tuple(shape[i] for i in order)),
        (f"{a}.narrow({dim}, 0, {n // 2})", replaced(shape, dim, n // 2)),
        (f"{a}[{colons}::2]", replaced(shape, dim, (n + 1) // 2)),
        (f"{a}[{colons}1:]", replaced(shape, dim, max(n - 1, 0))),
        (f"{a}[{colons}:-1]", replaced(shape, dim, max(n - 1, 0))),
        (f"{a}[{colons}None]", (*shape[:dim], 1, *shape[dim:])),
        (f"torch.flip({a}, ({dim},))", shape),
        (f"{a}.repeat({numbers(twice)})", replaced(shape, dim, 2 * n)),
        (f"{a}.repeat_interleave(2, dim={dim})", replaced(shape, dim, 2 * n)),
        (f"{a}.squeeze({dim})", without if n == 1 else shape),
        (f"{a}.roll(-1, dims={dim})", shape),
        (f"{a}.unflatten({dim}, (1, {n}))", replaced(shape, dim, 1, n)),
        (f"{a}.flatten({dim})", (*shape[:dim], int(np.prod(shape[dim:])))),
    ]
    if n:
        index = dice.randrange(-n, n)
        ways += [
            (f"{a}.select({dim}, {index})", without),
            (f"{a}[{colons}{index}]", without),
            (f"{a}[..., {index}]" if dim == len(shape) - 1 else f"{a}[{colons}{index}, ...]", without),
            (f"{a}.unbind({dim})[{index}]", without),
            (f"{a}.chunk(2, {dim})[0]", replaced(shape, dim, (n + 1) // 2)),
            (f"{a}.split(1, {dim})[{index}]", replaced(shape, dim, 1)),
            (f"torch.split({a}, [1, {n - 1}], {dim})[1]", replaced(shape, dim, n - 1)),
            (f"{a}.unfold({dim}, 1, 1)", (*shape, 1)),
            (f"{a}.unfold({dim}, {n}, 1)", (*replaced(shape, dim, 1), n)),
            (f"{a}.tensor_split(2, {dim})[0]", replaced(shape, dim, (n + 1) // 2)),
            (f"list({a})[0]" if dim == 0 else f"{a}[{colons}0:1]", without if dim == 0 else replaced(shape, dim, 1)),
            (f"{a}.as_strided(({n},), ({a}.stride({dim}),))", (n,)),
        ]
    return ways


def _of_matrix(a: str, shape: Shape) -> Ways:
    turned = shape[::-1]
    least = min(shape)
    ways: Ways = [
        (f"{a}.t()", turned),
        (f"{a}.T", turned),
        (f"{a}.mT", turned),
        (f"{a}.diagonal()", (least,)),
        (f"{a}.tril()", shape),
        (f"{a}.triu(1)", shape),
        (f"{a}.mT.reshape(-1)", (shape[0] * shape[1],)),
        (f"{a}.diag()", (least,)),
        (f"{a}.T.contiguous()", turned),
        (f"{a}.rot90()", turned),
        (f"{a}.t().flatten()", (shape[0] * shape[1],)),
        (f"{a}.fliplr()", shape),
        (f"{a}.flipud()", shape),
        (f"{a}.tril(-1)", shape),
        (f"{a}.adjoint()", turned),
    ]
    return ways if least else ways[:3]


def join(dice: random.Random, a: str, variables: Variables) -> Made | None:
    """Tensors side by side, or on a new dimension; their dtypes may differ."""
    known = variables[a]
    b, c = (dice.choice(of_shape(variables, known.shape)) for _ in "bc")
    dtype = max(known.dtype, variables[b].dtype)
    shape = known.shape
    roundings = max(known.roundings, variables[b].roundings)
    new = dice.randrange(len(shape) + 1)
    stacked = (*shape[:new], 2, *shape[new:])
    ways: Ways = [(f"torch.stack(({a}, {b}), {new})", stacked), (f"torch.stack([{a}, {b}], dim={new})", stacked)]
    if shape:
        dim = dice.randrange(len(shape))
        n = shape[dim]
        ways += [
            (f"torch.cat([{a}, {b}], {dim})", replaced(shape, dim, 2 * n)),
            (f"torch.cat(({a}, {b}, {a}), dim={dim - len(shape)})", replaced(shape, dim, 3 * n)),
            (f"torch.concat([{a}, {b}], {dim})", replaced(shape, dim, 2 * n)),
            (
                f"torch.cat([{a}, {a}.new_zeros((0,)), {b}], {dim})" if len(shape) == 1 else f"torch.cat([{a}], {dim})",
                replaced(shape, dim, 2 * n if len(shape) == 1 else n),
            ),
            (f"torch.hstack(({a}, {b}))", replaced(shape, min(1, len(shape) - 1), 2 * shape[min(1, len(shape) - 1)])),
            (f"torch.vstack(({a}, {b}))", (2, *shape) if len(shape) == 1 else (2 * shape[0], *shape[1:])),
            (f"torch.cat([{a}, {c}.detach()], {dim})", replaced(shape, dim, 2 * n)),
        ]
    if len(shape) == 1:
        n = shape[0]
        ways += [
            (f"torch.column_stack(({a}, {b}))", (n, 2)),
            (f"torch.block_diag({a}, {b})", (2, 2 * n)),
            (f"torch.dstack(({a}, {b}))", (1, n, 2)),
            (f"torch.meshgrid({a}, {b}, indexing='ij')[0]", (n, n)),
            (f"torch.meshgrid({a}, {b}, indexing='xy')[1]", (n, n)),
            (f"torch.cartesian_prod({a}, {b})", (n * n, 2)),
        ]
    text, made = dice.choice(ways)
    return text, Known(made, dtype, roundings)


def spread(dice: random.Random, a: str, variables: Variables) -> Made | None:
    """Two tensors brought to one shape."""
    b = dice.choice(list(variables))
    one, other = variables[a], variables[b]
    if not fit(one.shape, other.shape):
        return None
    shape = np.broadcast_shapes(one.shape, other.shape)
    text = f"torch.broadcast_tensors({a}, {b})[0]"
    if other.is_floating and dice.random() < 0.5:
        return f"{text} * {b}", Known(shape, together(one, other), max(one.roundings, other.roundings) + 1)
    return text, replace(one, shape=shape)
