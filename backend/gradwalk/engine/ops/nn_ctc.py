"""The loss of sequences that nobody aligned with their labels."""

from __future__ import annotations

from ..functions.registry import on_both
from ..op import define
from . import _ctc

_OPTIONS = "input_lengths, target_lengths, blank, zero_infinity"
_REFUSED = "not_implemented(grad, 'aten::_ctc_loss_backward')"
_PARAMS = "input_lengths=(), target_lengths=(), blank=0, zero_infinity=False"

ctc_loss = define(
    f"ctc_loss(log_probs, targets, *, {_PARAMS})", _ctc.ctc_loss, "CtcLossBackward0",
    {"log_probs": f"ctc_loss_backward(grad, log_probs, targets, result, result1, {_OPTIONS})"},
    results=("result", "result1"), differentiable=1, saves=("result", "result1"), shown="ctc(log_probs, targets)",
    category="reduction",
)  # fmt: skip
ctc_loss_backward = define(
    f"ctc_loss_backward(grad_output, log_probs, targets, losses, log_alpha, *, {_PARAMS})",
    on_both("ctc_loss_backward", _ctc.ctc_loss_backward), "NotImplemented",
    dict.fromkeys(("grad_output", "log_probs", "losses", "log_alpha"), _REFUSED),
    shown="ctc_back(grad_output)", category="reduction",
)  # fmt: skip
