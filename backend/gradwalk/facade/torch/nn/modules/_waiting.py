"""What all lazy layers have: parameters without a size until the first input says which, and then another class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.tensor import Tensor

from ..parameter import UninitializedParameter, is_lazy
from .module import Module, has_lazy


class LazyModuleMixin:
    """Makes a layer of what waits for its shape: hooks see to that before the first call, and where state is loaded.

    A layer of one's own says in ``initialize_parameters`` what it learns from its first input, and in
    ``cls_to_become`` of which class it is from then on.
    """

    __module__ = "torch.nn.modules.lazy"
    cls_to_become: type[Any] | None = None

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._load_hook = self._register_load_state_dict_pre_hook(self._lazy_load_hook)
        self._initialize_hook = self.register_forward_pre_hook(self._infer_parameters, with_kwargs=True)

    def _lazy_load_hook(self: Any, state_dict: dict[str, Any], prefix: str, *told: Any) -> None:
        """Give what waits the shape of what is about to be loaded."""
        for name, own in (*self._parameters.items(), *self._buffers.items()):
            given = state_dict.get(prefix + name)
            if is_lazy(own) and given is not None and not is_lazy(given):
                with no_grad():
                    own.materialize(given.shape)

    def initialize_parameters(self, *args: Any, **kwargs: Any) -> None:
        """Give what waits its shape, by the arguments of the first call."""
        raise NotImplementedError(f"initialize_parameters is not implemented for {type(self).__name__}")

    def has_uninitialized_params(self: Any) -> bool:
        """Whether a parameter or a buffer still waits for its shape."""
        return has_lazy(self)

    def _infer_parameters(self: Any, module: Any, args: tuple[Any, ...], kwargs: Any = None) -> None:
        module.initialize_parameters(*args, **(kwargs or {}))
        if module.has_uninitialized_params():
            raise RuntimeError(f"module {self._get_name()} has not been fully initialized")
        module._initialize_hook.remove()
        module._load_hook.remove()
        del module._initialize_hook, module._load_hook
        if module.cls_to_become is not None:
            module.__class__ = module.cls_to_become


class Waiting(LazyModuleMixin, Module):
    """A layer of PyTorch's that waits."""

    learns: str
    """What it does not know before: how many numbers come in, 0 until then."""

    def _wait(self, bias: bool, dtype: Any) -> None:
        self.weight = UninitializedParameter(dtype=dtype)
        self.register_parameter("bias", UninitializedParameter(dtype=dtype) if bias else None)

    def _see(self, input: Tensor) -> None:
        """Learn from the first input how many numbers come in."""
        raise NotImplementedError

    def _sizes(self) -> Iterable[tuple[Any, tuple[int, ...]]]:
        """What waits, or is None, with the size that it has now."""
        raise NotImplementedError

    def reset_parameters(self) -> None:
        """Draw what the layer has anew, or begin anew with it, once it is there."""
        if getattr(self, self.learns) and not has_lazy(self):
            super().reset_parameters()  # type: ignore[misc]

    def initialize_parameters(self, input: Tensor, *args: Any, **kwargs: Any) -> None:
        """Take the sizes that the first input asks for, and draw."""
        if has_lazy(self):
            self._see(input)
            for waiting, size in self._sizes():
                if waiting is not None:
                    waiting.materialize(size)
            self.reset_parameters()
