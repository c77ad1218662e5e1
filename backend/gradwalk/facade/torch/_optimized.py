"""What ``torch.compile`` makes of a module: one that holds it under another name, and runs it as it is written."""

from __future__ import annotations

from typing import Any

from .nn.modules.module import Module


class OptimizedModule(Module):
    """A module around another, which it passes for but in names of parameters and in print."""

    __module__ = "torch._dynamo.eval_frame"

    def __init__(self, mod: Module) -> None:
        super().__init__()
        self._modules["_orig_mod"] = mod
        del self.__dict__["training"]  # the module's own is asked for

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module itself gives."""
        return self._modules["_orig_mod"](*args, **kwargs)  # type: ignore[misc]

    def __getattr__(self, name: str) -> Any:
        inner = self.__dict__["_modules"]["_orig_mod"]
        return inner if name == "_orig_mod" else getattr(inner, name)

    def __setattr__(self, name: str, value: Any) -> None:
        inner = self.__dict__.get("_modules", {}).get("_orig_mod")
        if inner is None:
            super().__setattr__(name, value)
            return
        self.__dict__.pop(name, None)
        setattr(inner, name, value)
