"""Reductions of stretches."""

from __future__ import annotations

from ..functions.segments import segment_reduce, segment_reduce_backward
from ..op import define

define(
    "segment_reduce(data, lengths, offsets, *, reduce='sum', axis=0, unsafe=False, initial=None)", segment_reduce,
    "SegmentReduceBackward0",
    {"data": "_segment_reduce_backward(grad, result, data, lengths, offsets, reduce, axis, initial)"},
    shown="segment_reduce(data, lengths)", kernel="_segment_reduce_cpu", lies="in rows", category="reduction",
)  # fmt: skip
define(
    "_segment_reduce_backward(grad_output, output, data, lengths, offsets, *, reduce='sum', axis=0, initial=None)",
    segment_reduce_backward, "NotImplemented",
    dict.fromkeys(
        ("grad_output", "output", "data"), "not_implemented(grad, 'aten::_segment_reduce_backward')"
    ),
    shown="segment_reduce_backward(grad_output, data)", lies="in rows", category="reduction",
)  # fmt: skip
