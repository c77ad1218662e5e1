"""Modules as functions of their parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor


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
    given = _in_one(parameter_and_buffer_dicts)
    tensors = _tied(module, given) if tie_weights else given
    _refuse_other_keys(module, tensors, strict)
    arguments = () if args is None else args if isinstance(args, tuple) else (args,)
    before: list[tuple[str, dict[str, Any], str, Any]] = []
    try:
        for path, tensor in tensors.items():
            *owners, name = path.split(".")
            owner = module
            for part in owners:
                if part not in owner._modules:
                    raise AttributeError(f"{type(owner).__name__} has no attribute `{part}`")
                owner = owner._modules[part]
            table = owner._parameters if name in owner._parameters else owner._buffers
            if name in table:
                before.append((path, table, name, table[name]))
                table[name] = tensor
        return module(*arguments, **(kwargs or {}))
    finally:
        for path, table, name, tensor in before:  # in this order: of a module with two names PyTorch leaves the new one
            if path in given and name in table:
                given[path] = table[name]  # which forward may have replaced
            table[name] = tensor


def _tied(module: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The tensors, each by all names that the module has for what it stands for. Raises ValueError if two different
    ones are given for the same."""
    names: dict[int, list[str]] = {}
    own = (*module.named_parameters(remove_duplicate=False), *module.named_buffers(remove_duplicate=False))
    for name, tensor in own:
        names.setdefault(id(tensor), []).append(name)
    found = dict(given)
    for tied in names.values():
        values = {id(given[name]): given[name] for name in tied if name in given}
        if len(tied) > 1 and values:
            if len(values) > 1:
                raise ValueError(
                    f"functional_call got multiple values for keys {sorted(tied)}, which are tied. Consider using "
                    "tie_weights=False"
                )
            found |= dict.fromkeys(tied, *values.values())
    return found


def _in_one(given: Any) -> dict[str, Any]:
    """One dictionary of one or several. Raises ValueError for what are none, or name something twice."""
    if isinstance(given, dict):
        return given
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise ValueError(
            f"Expected parameter_and_buffer_dicts to be a dict, or a list/tuple of dicts, but got {type(given)}"
        )
    if not all(isinstance(each, dict) for each in given):
        raise ValueError("Expected all elements of parameter_and_buffer_dicts to be dictionaries")
    names = [name for each in given for name in each]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise ValueError(f"{twice} appeared in multiple dictionaries; behavior of functional call is ambiguous")
    return {name: tensor for each in given for name, tensor in each.items()}


def _refuse_other_keys(module: Any, tensors: dict[str, Any], strict: bool) -> None:
    """Raises RuntimeError, if ``strict``, for names that the module has not or the call has not; TypeError for what
    is no tensor."""
    tables = (module.named_parameters(remove_duplicate=False), module.named_buffers(remove_duplicate=False))
    own = {name for table in tables for name, _ in table}
    for tensor in tensors.values():
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{tensor} is not an instance of torch.Tensor")
    lines = [
        f"\n\t{what} key(s): {', '.join(map(repr, sorted(names)))}."
        for what, names in (("Unexpected", tensors.keys() - own), ("Missing", own - tensors.keys()))
        if strict and names
    ]
    if lines:
        raise RuntimeError(f"Error(s) in reparametrizing for {type(module).__name__}:{''.join(lines)}")


def stack_module_state(models: Sequence[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters and the buffers of several modules of one kind, each stacked."""
    if not len(models):
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")
    if not (all(model.training for model in models) or all(not model.training for model in models)):
        raise RuntimeError("stack_module_state: Expected all models to have the same training/eval mode.")
    if not all(type(model) is type(models[0]) for model in models):
        raise RuntimeError("stack_module_state: Expected all models to be of the same class.")
    stack = FUNCTIONS["stack"]

    def stacked(tables: list[dict[str, Any]], is_parameter: bool) -> dict[str, Any]:
        found = {}
        for name in tables[0]:
            if len({table[name].requires_grad for table in tables}) > 1:
                raise RuntimeError(f"Expected {name} from each model to have the same .requires_grad")
            joined = stack([table[name].detach() for table in tables], 0)
            found[name] = joined.requires_grad_() if is_parameter and tables[0][name].requires_grad else joined
        return found

    parameters = stacked([dict(model.named_parameters()) for model in models], True)
    return parameters, stacked([dict(model.named_buffers()) for model in models], False)


def replace_all_batch_norm_modules_(root: Any) -> Any:
    """Have all batch norms of a module keep no running statistics, which a transform could not write."""
    for module in root.modules():
        if getattr(module, "track_running_stats", None) is not None and hasattr(module, "running_mean"):
            module.track_running_stats = False
            module.running_mean = module.running_var = module.num_batches_tracked = None
    return root
