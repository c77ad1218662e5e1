"""Convolutions of float32 added up in chains, as oneDNN's kernels do; ``csrc/convolutions.c`` says the same in C.

A chain begins with nothing, or with a bias, and each term is rounded with the sum that it is added to. A *tap* is a
place of the kernel: for the result at ``(row, column)`` it reads at ``(row * steps[0] + rows[tap], column * steps[1] +
columns[tap])`` and adds nothing where that is outside.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..core import CORE
from ..dtypes import Array
from ..fused import plus_products

Ints = Sequence[int]


def chained(
    x: Array, weights: Array, rows: Ints, columns: Ints, steps: Ints, results: Array, bias: Array | None, block: int,
    adds: bool,
) -> None:  # fmt: skip
    """The chains of ``x``, (N, C, H, W), with ``weights``, (O, C, taps), into ``results``, (N, O, rows, columns), or
    added to them: ``block`` channels at a time, of these tap by tap, of a tap channel by channel."""
    fast = CORE is not None and CORE.chained(
        x, weights, tuple(rows), tuple(columns), tuple(steps), results, bias, block, adds
    )
    if fast:
        return
    for image, made in zip(x, results, strict=True):
        total = np.zeros_like(made)
        if bias is not None:
            total += bias[:, None, None]
        with np.errstate(all="ignore"):
            for start in range(0, len(image), block):
                for tap, (row, column) in enumerate(zip(rows, columns, strict=True)):
                    here, there = within(image.shape[1:], made.shape[1:], (row, column), steps)
                    some = total[(slice(None), *here)]
                    for channel in range(start, min(start + block, len(image))):
                        number = np.broadcast_to(image[(channel, *there)], some.shape)
                        weight = np.broadcast_to(weights[:, channel, tap, None, None], some.shape)
                        some[...] = plus_products(some, number, weight)
            made[...] = made + total if adds else total


def chained_weights(grad: Array, x: Array, rows: Ints, columns: Ints, steps: Ints, weights: Array, adds: bool) -> None:
    """What ``grad``, (N, O, rows, columns), and ``x``, (N, C, H, W), pass to ``weights``, (O, C, taps), or add to them:
    of each weight one chain, image by image, of these row by row."""
    fast = CORE is not None and CORE.chained_weights(grad, x, tuple(rows), tuple(columns), tuple(steps), weights, adds)
    if fast:
        return
    with np.errstate(all="ignore"):
        for tap, (row, column) in enumerate(zip(rows, columns, strict=True)):
            here, there = within(x.shape[2:], grad.shape[2:], (row, column), steps)
            total = np.zeros(weights.shape[:2], weights.dtype)
            for cotangent, image in zip(grad, x, strict=True):
                passed, read = (
                    part.reshape(len(part), -1)
                    for part in (cotangent[(slice(None), *here)], image[(slice(None), *there)])
                )
                for i in range(passed.shape[1]):
                    pair = (np.broadcast_to(part, total.shape) for part in (passed[:, i, None], read[None, :, i]))
                    total = plus_products(total, *pair)
            weights[:, :, tap] = weights[:, :, tap] + total if adds else total


def within(sizes: Ints, made: Ints, offsets: Ints, steps: Ints) -> tuple[list[slice], list[slice]]:
    """Of each dimension the results for which a tap reads something, and where it reads."""
    here, there = [], []
    for size, count, offset, step in zip(sizes, made, offsets, steps, strict=True):
        first = max(0, -(offset // step))
        end = max(first, min(count, (size - 1 - offset) // step + 1))
        here.append(slice(first, end))
        start = first * step + offset
        there.append(slice(start, start + (end - first - 1) * step + 1 if end > first else start, step))
    return here, there
