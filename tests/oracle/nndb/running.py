"""Uses a module or an optimiser as a lesson does, under whichever `torch` is on the path."""

from __future__ import annotations

import warnings
from typing import Any

from tests.oracle.opdb.portable import lookup, unpack
from tests.oracle.opdb.running import Ran


def run_module(torch: Any, case: dict[str, Any], tensors: list[Any]) -> Ran:
    """Makes the module, puts it in its mode and calls it; its text and state are compared too."""
    make, *call = case["steps"]
    args, kwargs = _arguments(torch, make, tensors)
    module = lookup(torch, make["path"])(*args, **kwargs)
    if case["dtype"]:
        module.to(getattr(torch, case["dtype"]))
        module.train(case["form"] == "train")
    before = repr(module)
    result = None
    for step in call:
        args, kwargs = _arguments(torch, step, tensors)
        result = module(*args, **kwargs)
    state = dict(module.state_dict())
    leaves = tensors + list(module.parameters())
    return Ran(result, leaves, {"repr": list(dict.fromkeys((before, repr(module)))), "state": state})


def run_optimiser(torch: Any, case: dict[str, Any], tensors: list[Any]) -> Ran:
    """Takes a few steps with the optimiser; losses, parameters, rates, its state and text are compared."""
    make, *schedules = case["steps"]
    plan = case["plan"]
    args, kwargs = _arguments(torch, make, tensors)
    parameters, inputs = tensors[: plan["parameters"]], tensors[plan["parameters"] : plan["parameters"] + 1]
    if plan.get("clones"):
        parameters = [parameter.clone() for parameter in parameters]
        args = [parameters]
    optimiser = lookup(torch, make["path"])(*args, **kwargs)
    schedulers = [_schedule(torch, step, optimiser, tensors) for step in schedules]
    if plan.get("bare_step"):
        optimiser.step()
    losses, rates = [], []
    for number in range(plan["steps"]):
        if number == plan.get("reload_at"):
            saved = optimiser.state_dict()
            optimiser = lookup(torch, make["path"])(*args, **kwargs)
            optimiser.load_state_dict(saved)
        losses.append(_step(torch, optimiser, parameters, inputs, plan))
        for scheduler, step in zip(schedulers, schedules, strict=True):
            scheduler.step(losses[-1]) if step["path"].endswith("ReduceLROnPlateau") else scheduler.step()
        rates.append([group["lr"] for group in optimiser.param_groups])
    if plan.get("clones"):
        return Ran(sum(parameter.sum() for parameter in parameters), tensors, {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = repr(optimiser)
    more = {"repr": text, "state": _state(optimiser), "schedulers": [s.state_dict() for s in schedulers]}
    return Ran({"losses": losses, "parameters": [p.detach() for p in parameters], "rates": rates}, [], more)


def _arguments(torch: Any, step: dict[str, Any], tensors: list[Any]) -> tuple[list[Any], dict[str, Any]]:
    args = [unpack(torch, item, tensors, []) for item in step["args"]]
    return args, {key: unpack(torch, item, tensors, []) for key, item in step["kwargs"].items()}


def _schedule(torch: Any, step: dict[str, Any], optimiser: Any, tensors: list[Any]) -> Any:
    args, kwargs = _arguments(torch, step, tensors)
    return lookup(torch, step["path"])(optimiser, *args, **kwargs)


def _step(torch: Any, optimiser: Any, parameters: list[Any], inputs: list[Any], plan: dict[str, Any]) -> Any:
    """One step, through a closure or not; the loss as a number."""

    def closure() -> Any:
        optimiser.zero_grad()
        loss = _loss(torch, parameters, inputs)
        loss.backward()
        return loss

    if plan.get("clones"):
        for parameter in parameters:
            parameter.grad = parameter.detach() * 0.5 + 1
        optimiser.step()
        return None
    if plan.get("closure"):
        return float(optimiser.step(closure))
    loss = closure()
    optimiser.step()
    return float(loss)


def _loss(torch: Any, parameters: list[Any], inputs: list[Any]) -> Any:
    weight, *bias = parameters
    out = weight.mv(inputs[0]) if weight.dim() == 2 else weight
    for part in bias:
        out = out + (part.sum(1) if part.dim() == 2 else part)
    return out.pow(2).sum()


def _state(optimiser: Any) -> Any:
    record = optimiser.state_dict()
    return {"state": {key: dict(entry) for key, entry in record["state"].items()}, "groups": record["param_groups"]}
