"""Steps that can be differentiated: with ``differentiable=True`` each is the operations on tensors that PyTorch's is.

Usually an optimizer computes on arrays; here all goes through the engine's door, the state included.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradwalk.engine import FUNCTIONS

State = dict[str, Any]
Group = dict[str, Any]
Step = Callable[[Any, Any, State, Group], None]


def sgd(param: Any, grad: Any, state: State, group: Group) -> None:
    """Gradient descent, with momentum."""
    slope, momentum = _slope(param, grad, group), group["momentum"]
    if momentum:
        buffer = state.get("momentum_buffer")
        if buffer is None:
            buffer = state["momentum_buffer"] = slope.detach().clone()
        else:
            buffer.mul_(momentum).add_(slope, alpha=1 - group["dampening"])
        slope = slope.add(buffer, alpha=momentum) if group["nesterov"] else buffer
    param.add_(slope, alpha=-float(group["lr"]))


def adam(param: Any, grad: Any, state: State, group: Group) -> None:
    """Adam and AdamW: the corrections of the averages are tensors too."""
    slope, (beta1, beta2), lr = decayed(param, grad, group), group["betas"], group["lr"]
    _follow(state, slope, beta1, beta2)
    step = state["step"]
    step_size = (lr / (1 - beta1**step)).neg()
    root = (1 - beta2**step).sqrt()
    square = state["exp_avg_sq"]
    if group["amsgrad"]:
        greatest = state["max_exp_avg_sq"]
        square = greatest.copy_(FUNCTIONS["maximum"](greatest.clone(), square))
    denominator = (square.sqrt() / (root * step_size)).add_(group["eps"] / step_size)
    param.addcdiv_(state["exp_avg"].clone(), denominator)


def adamax(param: Any, grad: Any, state: State, group: Group) -> None:
    """Adam with the greatest gradient."""
    slope, (beta1, beta2) = _slope(param, grad, group), group["betas"]
    state["step"] += 1
    state["exp_avg"].lerp_(slope, 1 - beta1)
    greatest = state["exp_inf"]
    both = [greatest.mul_(beta2).unsqueeze(0), slope.abs().add_(group["eps"]).unsqueeze_(0)]
    greatest.copy_(FUNCTIONS["amax"](FUNCTIONS["cat"](both, 0), 0, keepdim=False))
    rate = float(group["lr"]) / (1 - beta1 ** state["step"].item())
    param.addcdiv_(state["exp_avg"], greatest, value=-rate)


def nadam(param: Any, grad: Any, state: State, group: Group) -> None:
    """Adam with Nesterov's momentum."""
    steps = (state["step"] + 1).item()
    slope, (beta1, beta2), lr = decayed(param, grad, group), group["betas"], float(group["lr"])
    mu, following = (beta1 * (1.0 - 0.5 * 0.96 ** (count * group["momentum_decay"])) for count in (steps, steps + 1))
    state["mu_product"] *= mu
    product = state["mu_product"]
    _follow(state, slope, beta1, beta2)
    denominator = state["exp_avg_sq"].div(1 - beta2**steps).sqrt().add(group["eps"])
    first = slope * (-lr * (1.0 - mu) / (1.0 - product))
    second = state["exp_avg"] * (-lr * following / (1.0 - product * following))
    param.addcdiv_(first, denominator)
    param.addcdiv_(second, denominator)


def radam(param: Any, grad: Any, state: State, group: Group) -> None:
    """Adam that waits with scaling."""
    steps = (state["step"] + 1).item()
    slope, (beta1, beta2), lr = decayed(param, grad, group), group["betas"], float(group["lr"])
    _follow(state, slope, beta1, beta2)
    mean, correction = state["exp_avg"] / (1 - beta1**steps), 1 - beta2**steps
    longest = 2 / (1 - beta2) - 1
    length = longest - 2 * steps * beta2**steps / correction
    change = mean * lr
    if length > 5.0:
        rectified = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
        change = change * (correction**0.5 / state["exp_avg_sq"].sqrt().add(group["eps"])) * rectified**0.5
    param.add_(change, alpha=-1.0)


def rmsprop(param: Any, grad: Any, state: State, group: Group) -> None:
    """Steps over the root of the averaged square."""
    state["step"] += 1
    slope, alpha, lr = _slope(param, grad, group), group["alpha"], float(group["lr"])
    square = state["square_avg"].mul_(alpha).addcmul_(slope, slope, value=1 - alpha)
    if group["centered"]:
        mean = state["grad_avg"].lerp_(slope, 1 - alpha)
        root = square.addcmul(mean, mean, value=-1).sqrt_()
    else:
        root = square.sqrt()
    root = root.add(group["eps"])
    if group["momentum"] > 0:
        buffer = state["momentum_buffer"].mul_(group["momentum"]).addcdiv_(slope, root)
        param.add_(buffer, alpha=-lr)
    else:
        param.addcdiv_(slope, root, value=-lr)


def adagrad(param: Any, grad: Any, state: State, group: Group) -> None:
    """Steps over the root of the sum of squares."""
    state["step"] += 1
    slope = _slope(param, grad, group)
    rate = float(group["lr"]) / (1 + (state["step"].item() - 1) * group["lr_decay"])
    total = state["sum"].addcmul_(slope, slope, value=1)
    param.addcdiv_(slope, total.sqrt() + group["eps"], value=-rate)


def adadelta(param: Any, grad: Any, state: State, group: Group) -> None:
    """Steps scaled by the ratio of averaged squares."""
    state["step"] += 1
    slope, rho, eps = _slope(param, grad, group), group["rho"], group["eps"]
    root = state["square_avg"].mul_(rho).addcmul_(slope, slope, value=1 - rho).add(eps).sqrt_()
    change = state["acc_delta"].add(eps).sqrt_().clone()
    change.div_(root).mul_(slope)
    state["acc_delta"].mul_(rho).addcmul_(change, change, value=1 - rho)
    param.add_(change, alpha=-float(group["lr"]))


def rprop(param: Any, grad: Any, state: State, group: Group) -> None:
    """Steps by the signs of gradients."""
    state["step"] += 1
    slope, (shrink, grow) = _slope(param, grad, group), group["etas"]
    sign = slope.mul(state["prev"].clone()).sign()
    sign[sign.gt(0)] = grow
    sign[sign.lt(0)] = shrink
    sign[sign.eq(0)] = 1
    size = state["step_size"].mul_(sign).clamp_(*group["step_sizes"])
    slope = slope.clone()
    slope[sign.eq(shrink)] = 0
    param.addcmul_(slope.sign(), size, value=-1)
    state["prev"].copy_(slope)


def asgd(param: Any, grad: Any, state: State, group: Group) -> None:
    """Gradient descent with an average."""
    state["step"] += 1
    slope, lr, steps = _slope(param, grad, group), float(group["lr"]), state["step"].item()
    eta, mu, average = state["eta"].item(), state["mu"], state["ax"]
    param.mul_(1 - group["lambd"] * eta)
    param.add_(slope, alpha=-eta)
    if mu.item() == 1:
        average.copy_(param)
    else:
        average.add_(param.sub(average).mul_(mu))
    state["eta"].fill_(lr / (1 + group["lambd"] * lr * steps) ** group["alpha"])
    state["mu"].fill_(1 / max(1, steps - group["t0"]))


def _slope(param: Any, grad: Any, group: Group, decay: bool = True) -> Any:
    grad = -grad if group.get("maximize") else grad
    weight_decay = group.get("weight_decay", 0)
    return grad.add(param, alpha=weight_decay) if decay and weight_decay else grad


def decayed(param: Any, grad: Any, group: Group) -> Any:
    """The gradient, with decay in it or the parameter made smaller by it."""
    decoupled = group["decoupled_weight_decay"]
    if decoupled and group["weight_decay"]:
        param.mul_(1 - float(group["lr"]) * group["weight_decay"])
    return _slope(param, grad, group, decay=not decoupled)


def _follow(state: State, slope: Any, beta1: float, beta2: float) -> None:
    """One more step in the averages of the gradient and its square."""
    state["step"] += 1
    state["exp_avg"].lerp_(slope, 1 - beta1)
    state["exp_avg_sq"].mul_(beta2).addcmul_(slope, slope, value=1 - beta2)
