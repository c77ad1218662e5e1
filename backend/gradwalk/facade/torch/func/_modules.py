"""Modules as functions of their parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS


def functional_call(
    module: Any,
    parameter_and_buffer_dicts: dict[str, Any] | Sequence[dict[str, Any]],
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """Call a module with these tensors in place of its parameters and buffers."""
    given = parameter_and_buffer_dicts
    tensors = given if isinstance(given, dict) else {name: x for each in given for name, x in each.items()}
    arguments = () if args is None else args if isinstance(args, tuple) else (args,)
    before: list[tuple[dict[str, Any], str, Any]] = []
    try:
        for path, tensor in tensors.items():
            *owners, name = path.split(".")
            owner = module
            for part in owners:
                owner = getattr(owner, part)
            table = owner._parameters if name in owner._parameters else owner._buffers
            if name in table:
                before.append((table, name, table[name]))
                table[name] = tensor
            elif strict:
                raise RuntimeError(f"Unexpected key(s): {path}.")
        return module(*arguments, **(kwargs or {}))
    finally:
        for table, name, tensor in reversed(before):
            table[name] = tensor


def stack_module_state(models: Sequence[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters and the buffers of several modules of one kind, each stacked."""
    if not models:
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")
    stack = FUNCTIONS["stack"]

    def stacked(tables: list[dict[str, Any]], is_parameter: bool) -> dict[str, Any]:
        found = {}
        for name in tables[0]:
            joined = stack([table[name].detach() for table in tables], 0)
            found[name] = joined.requires_grad_() if is_parameter and tables[0][name].requires_grad else joined
        return found

    parameters = stacked([dict(model.named_parameters()) for model in models], True)
    return parameters, stacked([dict(model.named_buffers()) for model in models], False)
