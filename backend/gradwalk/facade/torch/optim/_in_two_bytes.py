"""Steps on parameters of two bytes, where each operation rounds and so must be PyTorch's, in its order.

For optimizers whose step is made of other operations when it is not differentiated than in ``_differentiable``.
"""

from __future__ import annotations

from typing import Any

from gradwalk.engine import FUNCTIONS
from gradwalk.engine.limits import finfo

from ._differentiable import Group, State, decayed


def adam(param: Any, grad: Any, state: State, group: Group) -> None:
    """Adam and AdamW."""
    slope, (beta1, beta2), lr = decayed(param, grad, group), map(float, group["betas"]), float(group["lr"])
    state["step"] += 1
    steps = state["step"].item()
    state["exp_avg"].lerp_(slope, 1 - beta1)
    square = state["exp_avg_sq"]
    square.mul_(beta2).addcmul_(slope, slope, value=1 - beta2)
    if group["amsgrad"]:
        greatest = state["max_exp_avg_sq"]
        square = greatest.copy_(FUNCTIONS["maximum"](greatest, square))
    denominator = (square.sqrt() / (1 - beta2**steps) ** 0.5).add_(group["eps"])
    param.addcdiv_(state["exp_avg"], denominator, value=-lr / (1 - beta1**steps))


def adafactor(param: Any, grad: Any, state: State, group: Group) -> None:
    """Adafactor."""
    slope, lr = -grad if group["maximize"] else grad, float(group["lr"])
    least, least_size = group["eps"]
    least = finfo(param.dtype).eps if least is None else least
    state["step"] += 1
    steps = state["step"].item()
    weight = steps ** group["beta2_decay"]
    size = param.numel() ** 0.5
    alpha = max(least_size, param.norm(2).item() / size) * min(lr, 1 / steps**0.5)
    if group["weight_decay"]:
        param.mul_(1 - lr * group["weight_decay"])
    if slope.ndim > 1:
        row, column = state["row_var"], state["col_var"]
        for kept, dim in ((row, -1), (column, -2)):
            mean = FUNCTIONS["norm"](slope, dim=dim, keepdim=True).square_().div_(slope.shape[dim])
            kept.lerp_(mean, weight)
        square = (row @ column).div_(row.mean(dim=-2, keepdim=True).clamp_(min=least))
    else:
        square = state["variance"].lerp_(slope * slope, weight).clone()
    update = square.clamp_(min=least * least).rsqrt_().mul_(slope)
    param.add_(update, alpha=-alpha / max(1.0, update.norm(2).item() / (size * group["d"])))


def muon(param: Any, grad: Any, state: State, group: Group) -> None:
    """Muon: a momentum in bfloat16 is itself divided by its norm."""
    buffer, momentum, lr = state["momentum_buffer"], group["momentum"], float(group["lr"])
    buffer.lerp_(grad, 1 - momentum)
    update = grad.lerp(buffer, momentum) if group["nesterov"] else buffer
    a, b, c = group["ns_coefficients"]
    rows, columns = grad.shape
    found = update.bfloat16().T if rows > columns else update.bfloat16()
    found.div_(found.norm().clamp(min=group["eps"]))
    for _ in range(group["ns_steps"]):
        gram = found @ found.T
        change = FUNCTIONS["addmm"](gram, gram, gram, beta=b, alpha=c)
        found = FUNCTIONS["addmm"](found, change, found, beta=a)
    param.mul_(1 - lr * group["weight_decay"])
    matched = group["adjust_lr_fn"] == "match_rms_adamw"
    ratio = 0.2 * max(rows, columns) ** 0.5 if matched else max(1, rows / columns) ** 0.5
    param.add_(found.T if rows > columns else found, alpha=-lr * ratio)
