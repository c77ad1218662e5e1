"""Modules as functions of their parameters, as functorch had them: the state apart, in tuples."""

from __future__ import annotations

import copy
import importlib
from collections.abc import Iterable, Sequence
from typing import Any

_torch = importlib.import_module("torch")

__all__ = ["combine_state_for_ensemble", "make_functional", "make_functional_with_buffers"]


class FunctionalModuleWithBuffers(_torch.nn.Module):  # type: ignore[misc, name-defined]
    """A module without state: called with its parameters, its buffers, and what the module takes."""

    def __init__(self, stateless_model: Any, param_names: tuple[str, ...], buffer_names: tuple[str, ...]) -> None:
        super().__init__()
        self.stateless_model = stateless_model
        self.param_names = param_names
        self.buffer_names = buffer_names

    def forward(self, params: Iterable[Any], buffers: Iterable[Any], *args: Any, **kwargs: Any) -> Any:
        given = dict(zip((*self.param_names, *self.buffer_names), (*params, *buffers), strict=True))
        return _torch.func.functional_call(self.stateless_model, given, args, kwargs)


class FunctionalModule(_torch.nn.Module):  # type: ignore[misc, name-defined]
    """A module without state: called with its parameters, and what the module takes."""

    def __init__(self, stateless_model: Any, param_names: tuple[str, ...]) -> None:
        super().__init__()
        self.stateless_model = stateless_model
        self.param_names = param_names

    def forward(self, params: Iterable[Any], *args: Any, **kwargs: Any) -> Any:
        given = dict(zip(self.param_names, params, strict=True))
        return _torch.func.functional_call(self.stateless_model, given, args, kwargs)


def make_functional(model: Any, disable_autograd_tracking: bool = False) -> Any:
    """The model as a function, and its parameters. Raises RuntimeError if it has buffers."""
    if list(model.buffers()):
        raise RuntimeError(
            "make_functional(model): `model` has buffers. Please use make_functional_with_buffers(model) instead."
        )
    stateless, names, parameters = _without_parameters(model, disable_autograd_tracking)
    return FunctionalModule(stateless, names), parameters


def make_functional_with_buffers(model: Any, disable_autograd_tracking: bool = False) -> Any:
    """The model as a function, its parameters and its buffers."""
    stateless, names, parameters = _without_parameters(model, disable_autograd_tracking)
    buffers = dict(stateless.named_buffers())
    return FunctionalModuleWithBuffers(stateless, names, tuple(buffers)), parameters, tuple(buffers.values())


def _without_parameters(model: Any, without_grad: bool) -> tuple[Any, tuple[str, ...], tuple[Any, ...]]:
    """A copy, its parameters' names, and these."""
    stateless = copy.deepcopy(model)
    parameters = dict(stateless.named_parameters())
    if without_grad:
        for parameter in parameters.values():
            parameter.requires_grad_(False)
    return stateless, tuple(parameters), tuple(parameters.values())


def combine_state_for_ensemble(models: Sequence[Any]) -> Any:
    """One of the models as a function, and the parameters and buffers of all, stacked."""
    words = "combine_state_for_ensemble: Expected "
    if not models:
        raise RuntimeError(f"{words}at least one model, got 0.")
    if len({model.training for model in models}) > 1:
        raise RuntimeError(f"{words}all models to have the same training/eval mode.")
    if any(type(model) is not type(models[0]) for model in models):
        raise RuntimeError(f"{words}all models to be of the same class.")
    functions, parameters, buffers = zip(*map(make_functional_with_buffers, models), strict=True)
    return functions[0], _stacked(parameters), _stacked(buffers)


def _stacked(rows: Any) -> tuple[Any, ...]:
    return tuple(_torch.stack(column).detach() for column in zip(*rows, strict=True))
