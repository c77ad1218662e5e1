"""Ops that count, find what is different, and look up places. PyTorch has no derivatives for them."""

from __future__ import annotations

from ..op import Declaration, define
from . import _counting as counting

_SORTING: Declaration = {"category": "sorting"}

define(
    "unique(self)", counting.unique, "Unique2Backward0", {"self": "underived(grad, '_unique2')"}, shown="unique(self)",
    **_SORTING,
)  # fmt: skip
define(
    "unique_dim(self, *, dim=0)", counting.unique_dim, "UniqueDimBackward0", {"self": "underived(grad, 'unique_dim')"},
    shown="unique(self)", **_SORTING,
)  # fmt: skip
define(
    "unique_consecutive(self, *, dim=None)", counting.unique_consecutive, "UniqueConsecutiveBackward0",
    {"self": "underived(grad, 'unique_consecutive')"}, shown="unique(self)", **_SORTING,
)  # fmt: skip
define("searchsorted(sorted_sequence, self, *, out_int32=False, right=False)", counting.searchsorted, **_SORTING)
define("bincount(self, weights, *, minlength=0)", counting.bincount, **_SORTING)
define("histc(self, *, bins=100, min=0, max=0)", counting.histc, **_SORTING)
define(
    "histogram(self, weight, edges, *, bins=100, range=None, density=False)", counting.histogram, **_SORTING,
)  # fmt: skip
define("isin(elements, test_elements, *, assume_unique=False, invert=False)", counting.isin, category="comparison")
