"""``copy.deepcopy`` of tensors: those that share their memory share its copy, and lie there as they did; and what
copies lose."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from .layouts import is_dense, laid, strides_of
from .storage import Memory, Mirror, Storage, same_place, whole
from .tensor import Tensor, wrap
from .warn import warn

OWN_CLASS = (
    "The default implementation of __deepcopy__() for non-wrapper subclasses only works for subclass types that "
    "implement new_empty() and for which that function returns another instance of the same subclass. You should "
    "either properly implement new_empty() for your subclass or override __deepcopy__() if it is intended behavior for "
    "new_empty() to return an instance of a different type."
)


def deep_copied(x: Tensor, memo: dict[int, Any]) -> Tensor:
    """A leaf on a copy of the tensor's memory, with copies of its gradient and of what a user hung on it. Raises
    RuntimeError for a user's class whose ``new_empty`` gives no tensor of it."""
    kind = type(x)
    of_a_user = not kind.__module__.startswith(("torch", "gradwalk"))
    if of_a_user and type(x.new_empty([])) is not kind:
        raise RuntimeError(OWN_CLASS)
    storage = x._storage
    kept = memo.get(id(storage))
    if kept is None:
        kept = memo[id(storage)] = _copy_of(storage)
    copy = wrap(kept.base if x._array is storage.base else same_place(x._array, storage, kept), kept)
    if of_a_user:
        copy.__class__ = kind
    copy._requires_grad = x._requires_grad
    memo[id(x)] = copy
    if x._grad is not None:
        copy._grad = deepcopy(x._grad, memo)
    for name, value in x.__dict__.items():  # the engine's own begin with an underscore
        copy.__dict__[name] = value if name.startswith("_") else deepcopy(value, memo)
    return copy


def _copy_of(storage: Storage) -> Storage:
    """Memory with the same numbers at the same places. PyTorch makes a tensor empty and then sets its storage: so the
    count begins with 1."""
    base = storage.base
    lies_in_a_row = is_dense(base) and not isinstance(storage, Mirror)
    copy = Memory.kind(laid(base, strides_of(base)) if lies_in_a_row else whole(base).copy())
    copy.version = 1
    return copy


def warn_if_has_hooks(tensor: Any) -> None:
    """Warn of each hook of a tensor that is lost when it is saved."""
    for hook in (tensor._backward_hooks or {}).values():
        if not hasattr(hook, "__torch_unserializable__"):
            warn(
                f"backward hook {hook!r} on tensor will not be serialized.  If this is expected, you can decorate the "
                "function with @torch.utils.hooks.unserializable_hook to suppress this warning"
            )
