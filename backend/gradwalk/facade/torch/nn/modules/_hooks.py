"""Calling a module: the hooks before and after ``forward``, and those of its backward pass."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from gradwalk.engine.hooks import RemovableHandle
from gradwalk.engine.observe import NOBODY, WATCHERS

from ._at_work import call_watched

Hook = Callable[..., Any]

_HOOKS = (
    "_backward_pre_hooks", "_backward_hooks", "_forward_hooks", "_forward_hooks_with_kwargs",
    "_forward_hooks_always_called", "_forward_pre_hooks", "_forward_pre_hooks_with_kwargs", "_state_dict_hooks",
    "_state_dict_pre_hooks", "_load_state_dict_pre_hooks", "_load_state_dict_post_hooks",
)  # fmt: skip


class Hooks:
    """The part of :class:`Module` that is called."""

    _forward_hooks: dict[int, Hook]
    _forward_hooks_with_kwargs: dict[int, bool]
    _forward_hooks_always_called: dict[int, bool]
    _forward_pre_hooks: dict[int, Hook]
    _forward_pre_hooks_with_kwargs: dict[int, bool]
    _backward_pre_hooks: dict[int, Hook]
    _backward_hooks: dict[int, Hook]
    _is_full_backward_hook: bool | None
    forward: Callable[..., Any]

    def _init_hooks(self) -> None:
        for name in _HOOKS:
            self.__dict__[name] = OrderedDict()
            if name == "_backward_hooks":
                self.__dict__["_is_full_backward_hook"] = None

    def register_forward_pre_hook(
        self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Have ``hook(module, args)`` called before ``forward``; what it returns, if not None, are the arguments."""
        handle = RemovableHandle(self._forward_pre_hooks, hook)
        return self._placed(handle, self._forward_pre_hooks, prepend, self._forward_pre_hooks_with_kwargs, with_kwargs)

    def register_forward_hook(
        self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False, always_call: bool = False
    ) -> RemovableHandle:
        """Have ``hook(module, args, output)`` called after ``forward``; what it returns, if not None, is the output."""
        handle = RemovableHandle(self._forward_hooks, hook)
        return self._placed(handle, self._forward_hooks, prepend, self._forward_hooks_with_kwargs, with_kwargs)

    @staticmethod
    def _placed(
        handle: RemovableHandle,
        hooks: dict[int, Any],
        first: bool,
        flags: dict[int, bool] | None = None,
        flag: bool = False,
    ) -> RemovableHandle:
        if flags is not None and flag:
            flags[handle.id] = True
        if first:
            hooks.move_to_end(handle.id, last=False)  # type: ignore[attr-defined]
        return handle

    def register_full_backward_pre_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Have ``hook(module, grad_output)`` called before the gradients of the module's inputs are computed."""
        return self._placed(RemovableHandle(self._backward_pre_hooks, hook), self._backward_pre_hooks, prepend)

    def register_full_backward_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Have ``hook(module, grad_input, grad_output)`` called when the gradients of the inputs are there."""
        self._only(full=True)
        return self._placed(RemovableHandle(self._backward_hooks, hook), self._backward_hooks, prepend)

    def register_backward_hook(self, hook: Hook) -> RemovableHandle:
        """Have ``hook(module, grad_input, grad_output)`` called with what the last node gets and gives."""
        self._only(full=False)
        return RemovableHandle(self._backward_hooks, hook)

    def _only(self, full: bool) -> None:
        if self._is_full_backward_hook is (not full):
            raise RuntimeError(
                "Cannot use both regular backward hooks and full backward hooks on a single Module. Please use only "
                "one of them."
            )
        self.__dict__["_is_full_backward_hook"] = full

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if WATCHERS[-1] is not NOBODY:
            return call_watched(WATCHERS[-1], self, self._call, *args, **kwargs)
        return self._call(*args, **kwargs)

    def _call(self, *args: Any, **kwargs: Any) -> Any:
        if not (self._backward_hooks or self._backward_pre_hooks or self._forward_hooks or self._forward_pre_hooks):
            return self.forward(*args, **kwargs)
        return self._call_with_hooks(args, kwargs)

    def _call_with_hooks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        for key, hook in list(self._forward_pre_hooks.items()):
            if key in self._forward_pre_hooks_with_kwargs:
                changed = hook(self, args, kwargs)
                if changed is not None:
                    if not (isinstance(changed, tuple) and len(changed) == 2):
                        raise RuntimeError(
                            "forward pre-hook must return None or a tuple of (new_args, new_kwargs), "
                            f"but got {changed}."
                        )
                    args, kwargs = changed
            else:
                changed = hook(self, args)
                if changed is not None:
                    args = changed if isinstance(changed, tuple) else (changed,)
        watch = None
        full = self._is_full_backward_hook is not False
        if (self._backward_hooks and full) or self._backward_pre_hooks:
            from ._backward_hooks import BackwardHooks

            hooks = self._backward_hooks.values() if full else ()
            watch = BackwardHooks(self, hooks, self._backward_pre_hooks.values())
            args = watch.inputs(args)
        result = self.forward(*args, **kwargs)
        for key, hook in list(self._forward_hooks.items()):
            if key in self._forward_hooks_with_kwargs:
                changed = hook(self, args, kwargs, result)
            else:
                changed = hook(self, args, result)
            if changed is not None:
                result = changed
        result = result if watch is None else watch.outputs(result)
        if self._backward_hooks and not full:
            from ._backward_hooks import watch_last_node

            watch_last_node(self, args, result, list(self._backward_hooks.values()))
        return result
