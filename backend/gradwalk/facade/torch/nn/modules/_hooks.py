"""Calling a module: the hooks before and after ``forward``, and those of its backward pass."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from gradwalk.engine.hooks import RemovableHandle
from gradwalk.engine.observe import NOBODY, WATCHERS
from gradwalk.engine.warn import warn

from ._at_work import call_watched
from ._everywhere import EVERYWHERE, hooks_of

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
        handle = RemovableHandle(self._forward_pre_hooks, hook, extra_dict=self._forward_pre_hooks_with_kwargs)
        return self._placed(handle, self._forward_pre_hooks, prepend, self._forward_pre_hooks_with_kwargs, with_kwargs)

    def register_forward_hook(
        self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False, always_call: bool = False
    ) -> RemovableHandle:
        """Have ``hook(module, args, output)`` called after ``forward``; what it returns, if not None, is the output."""
        noted = [self._forward_hooks_with_kwargs, self._forward_hooks_always_called]
        handle = RemovableHandle(self._forward_hooks, hook, extra_dict=noted)
        if always_call:
            self._forward_hooks_always_called[handle.id] = True
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
        if not (
            self._backward_hooks
            or self._backward_pre_hooks
            or self._forward_hooks
            or self._forward_pre_hooks
            or EVERYWHERE
        ):
            return self.forward(*args, **kwargs)
        called: set[int] = set()
        try:
            return self._call_with_hooks(args, kwargs, called)
        except Exception:
            self._call_always(args, kwargs, called)
            raise

    def _call_with_hooks(self, args: tuple[Any, ...], kwargs: dict[str, Any], called: set[int]) -> Any:
        """``called`` gets the forward hooks that were called by the time of an error."""
        forward = self.forward  # as it is before a hook makes another layer of this
        before: list[tuple[int, Hook]] = [(key, entry[1]) for key, entry in hooks_of("before")]
        for key, hook in (*before, *self._forward_pre_hooks.items()):
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
        full = self._is_full_backward_hook is not False
        backward = [entry[1] for _, entry in hooks_of("full")] + (list(self._backward_hooks.values()) if full else [])
        first = [entry[1] for _, entry in hooks_of("backward")] + list(self._backward_pre_hooks.values())
        watch = None
        if backward or first:
            from ._backward_hooks import BackwardHooks

            watch = BackwardHooks(self, backward, first)
            args = watch.inputs(args)
        result = forward(*args, **kwargs)
        for key, hook, named, _ in self._after():
            called.add(key)
            changed = hook(self, args, kwargs, result) if named else hook(self, args, result)
            if changed is not None:
                result = changed
        result = result if watch is None else watch.outputs(result)
        last = [entry[1] for _, entry in hooks_of("last node")] + ([] if full else list(self._backward_hooks.values()))
        if last:
            from ._backward_hooks import watch_last_node

            watch_last_node(self, args, result, last)
        return result

    def _after(self) -> list[tuple[int, Hook, bool, bool]]:
        """The forward hooks: whether each gets named arguments, and whether it is called after an error too."""
        own = [
            (key, hook, key in self._forward_hooks_with_kwargs, key in self._forward_hooks_always_called)
            for key, hook in self._forward_hooks.items()
        ]
        return [(key, *entry[1:]) for key, entry in hooks_of("after")] + own

    def _call_always(self, args: tuple[Any, ...], kwargs: dict[str, Any], called: set[int]) -> None:
        """Call the hooks that want to be called after an error too, and were not."""
        result = None
        for key, hook, named, always in self._after():
            if not always or key in called:
                continue
            try:
                changed = hook(self, args, kwargs, result) if named else hook(self, args, result)
            except Exception as error:
                warn(_SILENCED.format("global module" if key in EVERYWHERE else "module", error))
            else:
                result = result if changed is None else changed


_SILENCED = (
    "{} forward hook with ``always_call=True`` raised an exception that was silenced as another error was raised in "
    "forward: {}"
)
