"""Products of the sizes that lessons have are PyTorch's to the last bit, compiled or not."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradwalk.engine import OPS, products
from gradwalk.engine.core import CORE
from gradwalk.engine.product_orders import fused
from gradwalk.engine.tensor import wrap
from tests.oracle.product_cases import Case, cases, digest, operands

RECORDED = json.loads((Path(__file__).parents[1] / "oracle" / "facts" / "products.json").read_text())["bits"]
LAID: dict[tuple[str, str, tuple[int, int, int]], list[Case]] = defaultdict(list)
for _case in cases():
    LAID[_case[:3]].append(_case)
PASSES = [
    pytest.param("CORE", marks=pytest.mark.core, id="compiled"),
    pytest.param(None, id="Python"),
]


def found(case: Case) -> Any:
    given = {name: wrap(array) for name, array in operands(case).items()}
    x, y = given["x"], given["y"]
    return (OPS[case.kind](given["bias"], x, y) if "bias" in given else OPS[case.kind](x, y))._array


@pytest.mark.parametrize("core", PASSES)
@pytest.mark.parametrize(("kind", "dtype", "size"), LAID, ids=str)
def test_products_have_the_bits_of_pytorchs(
    core: str | None, kind: str, dtype: str, size: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    if core is None:
        monkeypatch.setattr(products, "CORE", None)
    asked = LAID[kind, dtype, size]
    if core is None:  # which takes long
        asked = asked[:: 5 if size[0] * size[1] * size[2] < 3_000 else 16]
    differ = [str(case) for case in asked if digest(products_of(case, core)) != RECORDED[str(case)]]
    assert not differ


def products_of(case: Case, core: str | None) -> Any:
    """By the op where that is compiled, by the function behind it in Python."""
    if core is not None:
        return found(case)
    given = operands(case)
    x, y = given["x"], given["y"]
    bias: Any = given.get("bias")
    match case.kind:
        case "mm":
            return products.product(x, y)
        case "addmm":
            return products.plus_product(bias, x, y, 1, 1)
        case "mv":
            return products.times_vector(x, y)
        case "addmv":
            return products.plus_times_vector(bias, x, y, 1, 1)
        case "dot":
            return products.inner(x, y)
        case "bmm":
            return products.of_batch(x, y)
        case _:
            return products.plus_products(bias, x, y, 1, 1)


def bits(x: Any) -> Any:
    """With one kind of NaN: which of two an operation passes on is left open."""
    return type(x), x.dtype, x.shape, x.strides, np.where(np.isnan(x), np.nan, x).astype(x.dtype).tobytes()


SPECIAL = (0.0, -0.0, np.inf, -np.inf, np.nan, 1e38, 1e-40, 3e-45)


@pytest.mark.core
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize(
    "size", [(1, 1, 1), (1, 7, 9), (9, 7, 1), (5, 9, 6), (3, 20, 4), (7, 12, 13), (5, 200, 25), (4, 1, 5)]
)
@pytest.mark.parametrize(("beta", "alpha"), [(1, 1), (0.3, 1), (1, 0.7), (0, 0.7)])
def test_compiled_products_are_those_of_python(
    size: tuple[int, int, int], kind: Any, beta: float, alpha: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, count, columns = size
    random = np.random.default_rng(rows)
    a, b, x = (
        random.standard_normal(shape).astype(kind) for shape in ((rows, count), (count, columns), (rows, columns))
    )
    unusual = [np.where(random.random(each.shape) < 0.2, random.choice(SPECIAL), each).astype(kind) for each in (a, b)]
    strided = (np.repeat(a, 2, 1)[:, ::2], np.repeat(b, 2, 0)[::2])

    def everything() -> list[Any]:
        made = []
        for one, other in ((a, b), unusual, strided, (a, b.copy("F")), (a.copy("F"), b), (-0.0 * a, abs(b))):
            with np.errstate(all="raise"):
                made += [
                    products.product(one, other), products.plus_product(x, one, other, beta, alpha),
                    products.times_vector(one, other[:, 0]), products.inner(one[0], other[:, 0]),
                    products.plus_times_vector(x[:, 0], one, other[:, 0], beta, alpha),
                    products.of_batch(np.stack([one, one]), np.stack([other, other])),
                    products.plus_products(x[None], np.stack([one, one]), np.stack([other, other]), beta, alpha),
                ]  # fmt: skip
        return [bits(each) for each in made]

    compiled = everything()
    monkeypatch.setattr(products, "CORE", None)
    assert compiled == everything()


@pytest.mark.core
def test_what_is_not_usual_is_left_to_python() -> None:
    assert CORE is not None
    x, y = np.ones((3, 4), np.float32), np.ones((4, 2), np.float32)
    assert CORE.product(x, y).tolist() == [[4, 4]] * 3
    for one, other in ((x, x), (x, y.astype(float)), (x, y[:, 0]), (x[:0], y), (x[:, :0], y[:0]), ([[1.0]], y)):
        assert CORE.product(one, other) is None
    assert CORE.product(np.broadcast_to(x[:1, :1], (2048, 4096)), np.broadcast_to(y[:1, :1], (4096, 2))) is None
    assert CORE.times_vector(x, y) is None
    assert CORE.inner(x, x) is None
    assert CORE.product_of_batch(x, y) is None
    assert not CORE.product_into(np.zeros((2, 2), np.float32), x, y, 1)
    read_only = np.zeros((3, 2), np.float32)
    read_only.flags.writeable = False
    assert not CORE.product_into(read_only, x, y, 1)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_fused_sum_is_rounded_once(kind: Any) -> None:
    """(1 + e)² - (1 + 2e) is e², which a rounded square has lost."""
    e = np.finfo(kind).eps
    half, tiny = kind(1 + e) * kind(0.5) * e, np.finfo(kind).tiny
    a, b, c = (
        np.array(each, kind) for each in ([1 + e, 1, -tiny, 2], [1 + e, e / 2, tiny, np.inf], [-(1 + 2 * e), 1, 1, 1])
    )
    assert fused(a, b, c).tolist() == [e**2, 1, 1, np.inf]
    assert fused(np.array([half]), np.array([1], kind), np.array([1], kind)).tolist() == [1 + e]
