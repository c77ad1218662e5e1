"""Norms in C and in Python; what PyTorch gives is recorded (``last_bits.toml``)."""

from __future__ import annotations

import numpy as np
import pytest

from gradwalk.engine.core import CORE
from gradwalk.engine.functions import vector_norms


@pytest.mark.core
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("width", [1, 2, 5, 7, 8, 13, 100])
def test_the_core_adds_up_norms_as_its_python_does(
    width: int, kind: type[np.floating], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert CORE is not None
    x = np.random.default_rng(0).normal(0.5, 2, (3, 4, 1, width)).astype(kind)
    layouts = x, x[..., ::-1], x[:, ::2], x.transpose(3, 1, 0, 2), np.broadcast_to(x[:1], (5, *x.shape[1:]))
    for each in layouts:
        for dims in ((0,), (1,), (3,), (0, 1), (0, 3), (1, 2), (0, 1, 2, 3)):
            for kind_of_sum in range(3):
                found = CORE.added_along(each, dims, kind_of_sum)
                with monkeypatch.context() as without:
                    without.setattr(vector_norms, "CORE", None)
                    expected = vector_norms.added(each, dims, kind_of_sum)
                if found is not None:  # of one number each Python sees to it
                    np.testing.assert_array_equal(found, expected, strict=True)
                else:
                    assert all(each.shape[d] == 1 for d in dims)


@pytest.mark.core
def test_the_core_leaves_other_numbers_to_python() -> None:
    assert CORE is not None
    x = np.ones((4, 6), np.float32)
    for other, dims in ((x.astype(np.float16), (1,)), (x[:0], (1,)), (x, (2,)), (x[:, :1], (1,))):
        assert CORE.added_along(other, dims, 0) is None
