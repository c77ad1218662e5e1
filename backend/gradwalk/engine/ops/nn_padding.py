"""Padding."""

from __future__ import annotations

from ..functions.padding import constant, repeat, repeat_back
from ..op import Declaration, Op, define

_PAD: Declaration = {"category": "shape"}
_VJP = {"self": "pad_repeat_back(grad, self_sizes, padding, mode)"}

constant_pad = define(
    "constant_pad_nd(self, *, pad=(), value=0)", constant, "ConstantPadNdBackward0", {"self": "unpadded(grad, pad)"},
    shown="pad(self)", **_PAD,
)  # fmt: skip
BY_MODE: dict[tuple[str, int], Op] = {
    (mode, dims): define(
        f"{mode}_pad{dims}d(self, *, padding=(), mode='{mode}')", repeat, f"{name}Pad{dims}DBackward0", _VJP,
        saves=("self",), hides=("self_sizes", "mode"), shown="pad(self)", **_PAD,
    )
    for mode, name in (("reflect", "Reflection"), ("replicate", "Replication"), ("circular", "Circular"))
    for dims in (1, 2, 3)
}  # fmt: skip
pad_repeat = define(
    "pad_repeat(self, *, padding=(), mode='reflect')", repeat, "ReflectionPad2DBackward0", _VJP,
    hides=("self_sizes", "mode"), shown="pad(self)", **_PAD,
)  # fmt: skip
pad_repeat_backward = define(
    "pad_repeat_backward(grad_output, *, sizes=(), padding=(), mode='reflect')", repeat_back,
    "ReflectionPad2DBackwardBackward0", {"grad_output": "pad_repeat(grad, padding, mode)"}, hides=("mode",),
    shown="scatter(grad_output)", **_PAD,
)  # fmt: skip
