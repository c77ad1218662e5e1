"""Padding."""

from __future__ import annotations

from ..functions.padding import constant, repeat, repeat_back
from ..functions.registry import on_both
from ..op import Declaration, Op, define

_PAD: Declaration = {"category": "shape"}

constant_pad = define(
    "constant_pad_nd(self, *, pad=(), value=0)", constant, "ConstantPadNdBackward0", {"self": "unpadded(grad, pad)"},
    shown="pad(self)", **_PAD,
)  # fmt: skip
BY_MODE: dict[tuple[str, int], Op] = {}
for _mode, _kind in (("reflect", "Reflection"), ("replicate", "Replication")):
    for _dims in (1, 2, 3):
        _name, _node = f"{_mode}_pad{_dims}d", f"{_kind}Pad{_dims}D"
        BY_MODE[_mode, _dims] = define(
            f"{_name}(self, *, padding=(), mode='{_mode}')", on_both(_name, repeat), f"{_node}Backward0",
            {"self": f"{_name}_backward(grad, self, padding, mode)"}, hides=("mode",), shown="pad(self)",
            kernel=f"{_kind.lower()}_pad{_dims}d:b", **_PAD,
        )  # fmt: skip
        define(
            f"{_name}_backward(grad_output, self, *, padding=(), mode='{_mode}')",
            on_both(f"{_name}_backward", repeat_back), f"{_node}BackwardBackward0",
            {"grad_output": f"{_name}(grad, padding, mode)", "self": "zeros_of(self)"}, hides=("mode", "self"),
            shown="scatter(grad_output)", **_PAD,
        )  # fmt: skip
