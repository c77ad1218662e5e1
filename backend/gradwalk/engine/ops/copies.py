"""Ops that copy a tensor's elements to other places."""

from __future__ import annotations

from ..op import Declaration, define
from . import _copies as copies

_COPY: Declaration = {"category": "copy"}

flip = define(
    "flip(self, *, dims=())", copies.flip, "FlipBackward0", {"self": "flip(grad, dims)"}, shown="flip(self)",
    lies="as first", **_COPY,
)  # fmt: skip
roll = define(
    "roll(self, *, shifts=(), dims=())", copies.roll, "RollBackward0", {"self": "rolled_back(grad, shifts, dims)"},
    shown="roll(self, shifts)", **_COPY,
)  # fmt: skip
rot90 = define(
    "rot90(self, *, k=1, dims=(0, 1))", copies.rot90, "Rot90Backward0", {"self": "rot90(grad, -k, dims)"},
    shown="rot90(self)", **_COPY,
)  # fmt: skip
repeat = define(
    "repeat(self, *, repeats=())", copies.repeat, "RepeatBackward0",
    {"self": "repeat_backward(grad, repeats, self_sizes)"}, shown="repeat(self, repeats)", lies="in rows", **_COPY,
)  # fmt: skip
tril = define(
    "tril(self, *, diagonal=0)", copies.tril, "TrilBackward0", {"self": "tril(grad, diagonal)"}, shown="tril(self)",
    lies="in rows", **_COPY,
)  # fmt: skip
triu = define(
    "triu(self, *, diagonal=0)", copies.triu, "TriuBackward0", {"self": "triu(grad, diagonal)"}, shown="triu(self)",
    lies="in rows", **_COPY,
)  # fmt: skip
