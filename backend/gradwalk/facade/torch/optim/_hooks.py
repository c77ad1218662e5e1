"""What is called around an optimizer's steps, and around its state when that is given and taken."""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from gradwalk.engine.hooks import RemovableHandle
from gradwalk.engine.observe import observer

BEFORE_ANY_STEP: dict[int, Any] = OrderedDict()
AFTER_ANY_STEP: dict[int, Any] = OrderedDict()


def _hung_up(hooks: dict[int, Any], hook: Callable[..., Any], prepend: bool) -> RemovableHandle:
    handle = RemovableHandle(hooks, hook)
    if prepend:
        hooks.move_to_end(handle.id, last=False)  # type: ignore[attr-defined]
    return handle


def hooked(step: Callable[..., Any]) -> Callable[..., Any]:
    """A step that calls the optimizer's hooks before and after."""

    @functools.wraps(step)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        self = args[0]
        for hook in (*BEFORE_ANY_STEP.values(), *self._optimizer_step_pre_hooks.values()):
            changed = hook(self, args, kwargs)
            if changed is not None:
                if not (isinstance(changed, tuple) and len(changed) == 2):
                    raise RuntimeError(
                        f"{hook} must return None or a tuple of (new_args, new_kwargs), but got {changed}."
                    )
                args, kwargs = changed
        watcher = observer()
        work = watcher.work_begins("optimizer", type(self).__name__)
        try:
            result = step(*args, **kwargs)
        finally:
            watcher.work_ends(work)
        for hook in (*self._optimizer_step_post_hooks.values(), *AFTER_ANY_STEP.values()):
            hook(self, args, kwargs)
        return result

    wrapper.hooked = True  # type: ignore[attr-defined]  # as PyTorch's, whose profiler asks
    return wrapper


class Hooks:
    """What is called around the steps and the state of one optimizer, and how it is put there."""

    def _begin_hooks(self) -> None:
        self._optimizer_step_pre_hooks: dict[int, Any] = OrderedDict()
        self._optimizer_step_post_hooks: dict[int, Any] = OrderedDict()
        self._optimizer_state_dict_pre_hooks: dict[int, Any] = OrderedDict()
        self._optimizer_state_dict_post_hooks: dict[int, Any] = OrderedDict()
        self._optimizer_load_state_dict_pre_hooks: dict[int, Any] = OrderedDict()
        self._optimizer_load_state_dict_post_hooks: dict[int, Any] = OrderedDict()

    def register_state_dict_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Have ``hook(optimizer)`` called before :meth:`state_dict`."""
        return _hung_up(self._optimizer_state_dict_pre_hooks, hook, prepend)

    def register_state_dict_post_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Have ``hook(optimizer, state_dict)`` called after :meth:`state_dict`, and what it returns given instead."""
        return _hung_up(self._optimizer_state_dict_post_hooks, hook, prepend)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Have ``hook(optimizer, state_dict)`` called before loading, and what it returns loaded instead."""
        return _hung_up(self._optimizer_load_state_dict_pre_hooks, hook, prepend)

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Have ``hook(optimizer)`` called after loading."""
        return _hung_up(self._optimizer_load_state_dict_post_hooks, hook, prepend)

    def register_step_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Have ``hook(optimizer, args, kwargs)`` called before each step."""
        return RemovableHandle(self._optimizer_step_pre_hooks, hook)

    def register_step_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Have ``hook(optimizer, args, kwargs)`` called after each step."""
        return RemovableHandle(self._optimizer_step_post_hooks, hook)
