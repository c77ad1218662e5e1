"""The compiled core sums up in the order that cascade.py does, to the last bit."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from gradwalk.engine import cascade
from gradwalk.engine.core import CORE

pytestmark = pytest.mark.core

SHAPES: list[tuple[int, ...]] = [
    (4,), (5,), (7,), (8,), (9,), (31,), (32,), (33,), (129,), (511,), (1000,), (5000,), (32_767,), (32_768,),
    (2, 3), (4, 1), (1, 9), (5, 2), (6, 3), (16, 4), (17, 5), (64, 10), (33, 33), (100, 40), (300, 129), (3, 2000),
    (2, 5, 7), (4, 1, 9), (7, 16, 33), (1, 70, 65), (5, 0, 3), (2, 3, 4, 5), (64, 128),
]  # fmt: skip


def bits(x: Any) -> Any:
    return type(x), x.dtype, x.shape, x.strides, x.tobytes()


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.float16, np.int64])
@pytest.mark.parametrize("shape", SHAPES)
def test_sums_are_those_of_python(shape: tuple[int, ...], kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(len(shape))
    x = (random.standard_normal(shape) * 10.0 ** random.integers(-3, 3, shape)).astype(kind)
    with_zeros = np.where(random.random(shape) < 0.3, x, np.zeros((), kind) * -1)
    axes = [axis for count in range(1, len(shape) + 1) for axis in combinations(range(len(shape)), count)]
    given: list[Any] = [x, with_zeros, -with_zeros * 0]
    views = x.T, x[..., ::2], x[1:], x[..., ::-1], np.broadcast_to(x[:1], shape), np.broadcast_to(x[..., :1], shape)
    given += views
    cases = [(each, axis, keeps) for each in given for axis in axes for keeps in (False, True)]

    def all_sums() -> list[Any]:
        of_all = [bits(cascade.total(each)) for each in (x, with_zeros, x.T)]
        return of_all + [bits(cascade.reduce(each, axis, keeps)) for each, axis, keeps in cases]

    compiled = all_sums()
    monkeypatch.setattr(cascade, "CORE", None)
    assert compiled == all_sums()


def test_what_is_not_usual_is_left_to_python() -> None:
    assert CORE is not None
    x = np.ones((4, 5), np.float32)
    assert CORE.sum_in_cascades(x, (0,), False).tolist() == [4] * 5
    for axis in ((0, 0), (2,), (-1,), [0], 1):
        assert CORE.sum_in_cascades(x, axis, False) is None
    for other in (x.astype(np.float16), x[:0], 3.0, np.full((4,), np.inf, np.float32) * [1, -1, 1, -1]):
        assert CORE.sum_in_cascades(other, (0,), False) is None
