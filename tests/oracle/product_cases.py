"""Products whose bits are recorded from PyTorch by `record_products.py` and asked of the engine by its tests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

KINDS = ("mm", "addmm", "mv", "addmv", "dot", "bmm", "baddbmm")
LAYOUTS = ("rows", "columns", "later", "wider")
"""A matrix row by row, column by column, beginning inside a register, and with rows that are parts of longer ones."""
SIZES = [
    (1, 1, 1), (1, 3, 1), (4, 3, 2), (5, 8, 3), (3, 1, 5), (8, 4, 8), (3, 5, 7), (2, 13, 2), (4, 17, 5), (5, 21, 9),
    (13, 12, 11), (6, 40, 10), (1, 9, 4), (1, 33, 10), (9, 16, 1), (7, 29, 1), (3, 10, 30), (2, 24, 17), (4, 6, 12),
    (16, 9, 17), (12, 64, 24), (5, 192, 13), (4, 193, 12), (4, 300, 16), (8, 400, 12), (16, 784, 10),
]  # fmt: skip
"""Rows, terms, columns."""
WITHOUT_EDGES = [size for size in SIZES if (size[0] % 4 == 0 and size[2] % 12 == 0) or size[0] < 4 or size[2] < 12]
"""Those whose products of float64 have no edges (`product_orders.py`)."""


class Case(NamedTuple):
    kind: str
    dtype: str
    size: tuple[int, int, int]
    layouts: tuple[str, str]

    def __str__(self) -> str:
        return f"{self.kind} {self.dtype} {'x'.join(map(str, self.size))} {' '.join(self.layouts)}"


def cases() -> Iterator[Case]:
    for dtype, sizes in (("float32", SIZES), ("float64", WITHOUT_EDGES)):
        for size in sizes:
            for layouts in ((one, other) for one in LAYOUTS for other in LAYOUTS):
                yield from (Case(kind, dtype, size, layouts) for kind in KINDS if _has(kind, layouts))


def _has(kind: str, layouts: tuple[str, str]) -> bool:
    """Fewer layouts where they say less."""
    return layouts[0] == layouts[1] or kind in ("mm", "addmm") or (kind in ("mv", "addmv") and layouts[1] == "rows")


def _laid(numbers: Any, layout: str) -> Any:
    """A copy that lies so, of memory that begins where a register does."""
    wide = numbers.shape[-1] + (3 if layout == "wider" else 0)
    turned = layout == "columns"
    shape = (*numbers.shape[:-2], numbers.shape[-1], numbers.shape[-2]) if turned else (*numbers.shape[:-1], wide)
    start = 1 if layout == "later" else 0
    size = int(np.prod(shape)) + start
    memory = np.zeros(size + 64, numbers.dtype)
    begins = -memory.ctypes.data % 64 // memory.itemsize + start
    lying = memory[begins : begins + size - start].reshape(shape)
    lying = lying.swapaxes(-1, -2) if turned else lying[..., : numbers.shape[-1]]
    lying[...] = numbers
    return lying


def operands(case: Case) -> dict[str, Any]:
    """What a case computes with, by name."""
    rows, count, columns = case.size
    random = np.random.default_rng([rows, count, columns, case.dtype == "float64"])
    batch = (3,) if "b" in case.kind else ()

    def drawn(*shape: int) -> Any:
        return random.standard_normal(shape).astype(case.dtype)

    one, other = drawn(*batch, rows, count), drawn(*batch, count, columns)
    given = {"x": _laid(one, case.layouts[0]), "y": _laid(other, case.layouts[1])}
    if case.kind in ("mv", "addmv", "dot"):
        given["y"] = _laid(drawn(1, count), case.layouts[1])[0]
    if case.kind == "dot":
        given["x"] = _laid(drawn(1, count), case.layouts[0])[0]
    if case.kind == "addmm":
        given["bias"] = drawn(columns)
    if case.kind == "addmv":
        given["bias"] = drawn(rows)
    if case.kind == "baddbmm":
        given["bias"] = drawn(3, 1, columns)
    return given


def product(torch: Any, case: Case, tensors: dict[str, Any]) -> Any:
    """What PyTorch is asked, and what stands for it."""
    x, y, bias = tensors["x"], tensors["y"], tensors.get("bias")
    return getattr(torch, case.kind)(x, y) if bias is None else getattr(torch, case.kind)(bias, x, y)


def digest(array: Any) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:16]
