"""Hooks of all modules, whichever they are: they run before a module's own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from gradwalk.engine.hooks import RemovableHandle

Hook = Callable[..., Any]

EVERYWHERE: OrderedDict[int, tuple[str, Hook, bool, bool]] = OrderedDict()
"""By handle: when a hook is called, the hook, whether it gets named arguments, and whether it is called after an error
too."""
_full: list[bool] = []
"""Whether the backward hooks are full ones, once there was one."""


REGISTERING: dict[str, OrderedDict[int, Hook]] = {kind: OrderedDict() for kind in ("parameter", "buffer", "module")}
"""What is called with each parameter, buffer and submodule that a module gets."""


def registered(kind: str, module: Any, name: str, value: Any) -> Any:
    """What a module gets, after those that are called with it, each of which may give another."""
    for hook in REGISTERING[kind].values():
        changed = hook(module, name, value)
        value = value if changed is None else changed
    return value


def register_module_parameter_registration_hook(hook: Hook) -> RemovableHandle:
    """Have ``hook(module, name, parameter)`` called with each parameter that a module gets."""
    return RemovableHandle(REGISTERING["parameter"], hook)


def register_module_buffer_registration_hook(hook: Hook) -> RemovableHandle:
    """Have ``hook(module, name, buffer)`` called with each buffer that a module gets."""
    return RemovableHandle(REGISTERING["buffer"], hook)


def register_module_module_registration_hook(hook: Hook) -> RemovableHandle:
    """Have ``hook(module, name, submodule)`` called with each module that a module gets."""
    return RemovableHandle(REGISTERING["module"], hook)


def hooks_of(*when: str) -> list[tuple[int, tuple[str, Hook, bool, bool]]]:
    """Those of all modules that are called then."""
    return [(key, entry) for key, entry in EVERYWHERE.items() if entry[0] in when]


def _registered(when: str, hook: Hook, with_kwargs: bool = False, always: bool = False) -> RemovableHandle:
    handle = RemovableHandle(EVERYWHERE)
    EVERYWHERE[handle.id] = when, hook, with_kwargs, always
    return handle


def register_module_forward_pre_hook(hook: Hook) -> RemovableHandle:
    """Have ``hook(module, args)`` called before each module's ``forward``."""
    return _registered("before", hook)


def register_module_forward_hook(
    hook: Hook, *, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    """Have ``hook(module, args, output)`` called after each module's ``forward``."""
    return _registered("after", hook, with_kwargs, always_call)


def register_module_full_backward_pre_hook(hook: Hook) -> RemovableHandle:
    """Have ``hook(module, grad_output)`` called before the gradients of a module's inputs are computed."""
    return _registered("backward", hook)


def register_module_full_backward_hook(hook: Hook) -> RemovableHandle:
    """Have ``hook(module, grad_input, grad_output)`` called when the gradients of a module's inputs are there."""
    _only(full=True)
    return _registered("full", hook)


def register_module_backward_hook(hook: Hook) -> RemovableHandle:
    """Have ``hook(module, grad_input, grad_output)`` called with what a module's last node gets and gives."""
    _only(full=False)
    return _registered("last node", hook)


def _only(full: bool) -> None:
    if (not full) in _full:
        raise RuntimeError(
            "Cannot use both regular backward hooks and full backward hooks as a global Module hook. Please use only "
            "one of them."
        )
    _full[:] = [full]
