"""Modules and optimizers at work, and Functions that a user wrote: PyTorch's own hooks, and one door more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn.modules import module as modules
from torch.optim import optimizer as optimizers

from gradwalk.engine.custom.op import op_of
from gradwalk.engine.graph import Node
from gradwalk.engine.saved import SavedInput, SavedResult
from gradwalk.pytorch.listening import Listener
from gradwalk.pytorch.memory import is_recorded
from gradwalk.pytorch.nodes import MirroredFunctionNode
from gradwalk.pytorch.saved import program_packs

Function: Any = torch.autograd.Function
MADE: Sequence[Any] = (torch.nn.Parameter, torch.nn.Buffer)
"""Classes whose tensors are made of others without a call."""


class Works:
    """Tells the listener's observer whose work the operators are."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._modules: list[tuple[torch.nn.Module, object]] = []
        self._steps: list[object] = []

    @contextmanager
    def heard(self) -> Iterator[None]:
        """While this lasts, modules, optimizers and Functions of this process are heard."""
        handles = [
            modules.register_module_forward_pre_hook(self._module_begins),
            modules.register_module_forward_hook(self._module_ends, always_call=True),
            optimizers.register_optimizer_step_pre_hook(self._step_begins),
            optimizers.register_optimizer_step_post_hook(self._step_ends),
        ]
        apply = Function.__dict__["apply"]
        makers = [kind.__dict__["__new__"] for kind in MADE]
        Function.apply = classmethod(self._apply(apply.__func__))
        for kind, maker in zip(MADE, makers, strict=True):
            kind.__new__ = staticmethod(self._making(kind.__name__, maker.__func__))
        try:
            yield
        finally:
            Function.apply = apply
            for kind, maker in zip(MADE, makers, strict=True):
                kind.__new__ = maker
            for handle in handles:
                handle.remove()

    def _module_begins(self, module: torch.nn.Module, arguments: Any) -> None:
        if self._listener.is_heard():
            work = self._listener.observer.work_begins("module", self._label(module))
            self._modules.append((module, work))

    def _module_ends(self, module: torch.nn.Module, arguments: Any, result: Any) -> None:
        if any(each is module for each, _ in self._modules):
            while True:  # those inside that raised did not end
                each, work = self._modules.pop()
                self._listener.observer.work_ends(work)
                if each is module:
                    break

    def _label(self, module: torch.nn.Module) -> str:
        """``layers.0: Linear`` inside another module, ``Linear`` by itself."""
        kind: str = module._get_name()
        if self._modules:
            for name, member in self._modules[-1][0].named_modules():
                if member is module and name:
                    return f"{name}: {kind}"
        return kind

    def _step_begins(self, optimizer: torch.optim.Optimizer, arguments: Any, keywords: Any) -> None:
        if self._listener.is_heard():
            self._steps.append(self._listener.observer.work_begins("optimizer", type(optimizer).__name__))

    def _step_ends(self, optimizer: torch.optim.Optimizer, arguments: Any, keywords: Any) -> None:
        if self._steps:
            self._listener.observer.work_ends(self._steps.pop())

    def _making(self, name: str, original: Any) -> Any:
        """``__new__`` of parameters or buffers, after which the new one is told of."""
        listener = self._listener

        def new(cls: Any, data: torch.Tensor | None = None, *args: Any, **kwargs: Any) -> Any:
            if not listener.is_heard():
                return original(cls, data, *args, **kwargs)
            with torch._C.DisableTorchFunction():  # a call of its own, whatever it is made of
                listener.operators.settle()
                data = torch.empty(0) if data is None else data
                made = original(cls, data, *args, **kwargs)
                if is_recorded(made):
                    listener.teller.made_of(name, made, data)
            return made

        return new

    def _apply(self, original: Any) -> Any:
        """``Function.apply``, after which the application is told of."""
        listener = self._listener

        def apply(cls: Any, *args: Any, **kwargs: Any) -> Any:
            if not listener.is_heard():
                return original(cls, *args, **kwargs)
            listener.operators.settle()
            results = original(cls, *args, **kwargs)
            with torch._C.DisableTorchFunction():
                listener.operators.settle()
                self._applied(cls, (*args, *kwargs.values()), results)
            return results

        return apply

    def _applied(self, cls: Any, arguments: Sequence[Any], results: Any) -> None:
        listener, mirror = self._listener, self._listener.mirror
        outputs = [x for x in (results if isinstance(results, tuple) else (results,)) if isinstance(x, torch.Tensor)]
        makers = (x.grad_fn for x in outputs)
        real = next((maker for maker in makers if isinstance(maker, torch.autograd.function.BackwardCFunction)), None)
        node: Node | None = None
        if real is not None:
            node = mirror.nodes.node(real)
            if isinstance(node, MirroredFunctionNode):
                node.takes = tuple(isinstance(x, torch.Tensor) for x in arguments)
                if not program_packs():
                    node.saved.update(self._saved(real, outputs))
        operands = [mirror.tensor(x) if isinstance(x, torch.Tensor) else x for x in arguments]
        made = [mirror.tensor(x) for x in outputs]
        listener.observer.op_applied(op_of(cls, len(arguments), Function), operands, {}, made, node)

    def _saved(self, real: Any, outputs: Sequence[torch.Tensor]) -> dict[str, Any]:
        """What the Function was told to save; a result of its own is kept without the history that it has by then."""
        mirror = self._listener.mirror
        saved: dict[str, Any] = {}
        for number, x in enumerate(real.saved_tensors):
            if x is None:
                saved[f"tensors[{number}]"] = None
            elif x.grad_fn is real and x.output_nr < len(outputs):
                saved[f"tensors[{number}]"] = SavedResult(mirror.tensor(outputs[x.output_nr]), x.output_nr)
            else:
                saved[f"tensors[{number}]"] = SavedInput(mirror.tensor(x))
        return saved
