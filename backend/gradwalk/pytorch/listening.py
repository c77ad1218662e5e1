"""Hears each call of PyTorch's that a program makes, by its public name, and tells what happened in it.

Inside each call the operators are heard (:mod:`gradwalk.pytorch.operators`). Some things are no operators and are told
of here: how tensors are made out of numbers, how numbers leave the graph, what is set by hand.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from weakref import ref

import torch
from torch.overrides import TorchFunctionMode

from gradwalk.engine.graph import Node
from gradwalk.engine.observe import Observer
from gradwalk.engine.op import OPS, Op
from gradwalk.pytorch import calls
from gradwalk.pytorch.memory import is_out_of_reach, is_recorded
from gradwalk.pytorch.mirror import Mirror
from gradwalk.pytorch.operators import Operators
from gradwalk.pytorch.telling import Teller


class Listener(TorchFunctionMode):  # type: ignore[misc]  # PyTorch is not there to be looked at
    """While this mode is on, what PyTorch does in this thread is told to ``observer`` in the engine's terms."""

    def __init__(self, observer: Observer, mirror: Mirror) -> None:
        super().__init__()
        self.observer = observer
        self.mirror = mirror
        self.teller = Teller(observer, mirror)
        self.operators = Operators(self.teller)
        self.is_deaf = False
        """Whether nobody wants to hear any more."""
        self._thread: int | None = None
        self._retaining: list[ref[torch.Tensor]] = []

    @contextmanager
    def heard(self) -> Iterator[None]:
        """While this lasts, what PyTorch does in this thread is heard."""
        self._thread = threading.get_ident()
        try:
            with self:
                yield
        finally:
            self._thread = None

    def is_heard(self) -> bool:
        """Whether this is the thread that is listened to."""
        return self._thread == threading.get_ident() and not self.is_deaf

    def retaining(self) -> dict[Node, list[tuple[int, ref[torch.Tensor]]]]:
        """The tensors that keep the gradient which arrives at a node, each with its output number. Who keeps it is the
        tensor: written in place, it keeps that of its new node."""
        found: dict[Node, list[tuple[int, ref[torch.Tensor]]]] = {}
        self._retaining = [reference for reference in self._retaining if reference() is not None]
        for reference in self._retaining:
            tensor = reference()
            if tensor is not None and tensor.grad_fn is not None:
                found.setdefault(self.mirror.nodes.node(tensor.grad_fn), []).append((tensor.output_nr, reference))
        return found

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return self._call(func, args, kwargs or {})

    def _call(self, function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Make a call of the program's, and tell what happened in it."""
        if self.is_deaf or any(isinstance(x, torch.Tensor) and is_out_of_reach(x) for x in args):
            return function(*args, **kwargs)
        name = getattr(function, "__name__", "")
        if name == "retain_grad":
            self._note_retaining(args[0])
        if name in calls.UNHEARD or (name in calls.PASSES and not hasattr(function, "__objclass__")):
            return function(*args, **kwargs)
        if name in calls.PROPERTY and _property_name(function) not in calls.VIEWS:
            return self._property(function, name, args, kwargs)
        if name in calls.EXITS:
            return self._exit(function, name, args, kwargs)
        if name == "detach_":  # which PyTorch does not dispatch
            return self._detach_in_place(function, args, kwargs)
        made = calls.creation(function, name)
        if made is not None:
            return self._creation(made, function, name, args, kwargs)
        put = args[2] if name == "__setitem__" and len(args) > 2 else None
        with self.operators.of_a_call(put if isinstance(put, bool | int | float) else None):
            result = function(*args, **kwargs)
        if name == "requires_grad_" and isinstance(args[0], torch.Tensor):
            self.observer.requires_grad_changed(self.mirror.tensor(args[0]))
        return result

    def _note_retaining(self, tensor: torch.Tensor) -> None:
        if tensor.grad_fn is not None and not tensor.retains_grad:
            self._retaining.append(ref(tensor))

    def _exit(self, function: Callable[..., Any], name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Numbers leave the graph."""
        result = function(*args, **kwargs)
        self.teller.applied(OPS[calls.EXITS[name]], (self.mirror.tensor(args[0]),), {}, (), None)
        if name == "numpy":
            self.observer.memory_shared()
        return result

    def _detach_in_place(self, function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        self.observer.about_to_change()
        result = function(*args, **kwargs)
        changed = self.mirror.tensor(result)
        self.teller.applied(OPS["detach_"], (changed,), {}, (changed,), None)
        return result

    def _creation(
        self, made: Op, function: Callable[..., Any], name: str, args: Sequence[Any], kwargs: dict[str, Any]
    ) -> Any:
        """A tensor is made out of numbers."""
        result = function(*args, **kwargs)
        if isinstance(result, torch.Tensor) and is_recorded(result):
            params = calls.params_of_creation(name, args, kwargs, result)
            is_of_tensors = made.name.endswith("tensor")
            given = [self.teller.met(x) for x in calls.tensors_within(args[:1])] if is_of_tensors else ()
            self.teller.applied(made, given, {"array": None, **params}, (self.mirror.tensor(result),), None)
        return result

    def _property(self, function: Callable[..., Any], name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """A property read, set or deleted; most say nothing of the run."""
        of = _property_name(function)
        if of == "data" and name == "__get__":
            result = function(*args, **kwargs)
            given = self.mirror.tensor(args[0])
            made = self.mirror.tensor(result, apart=True)
            self.teller.applied(OPS["data"], (given,), {}, (made,), None)
            return result
        if name == "__get__":
            return function(*args, **kwargs)
        if of in ("data", "requires_grad"):
            self.observer.about_to_change()
        result = function(*args, **kwargs)
        if of == "requires_grad":
            self.observer.requires_grad_changed(self.mirror.tensor(args[0]))
        elif of == "grad" and (name == "__delete__" or args[1] is None):
            self.observer.grad_cleared(self.mirror.tensor(args[0]))
        return result


def _property_name(function: Any) -> str:
    """Of which property a function is the reading or setting."""
    name: str = getattr(getattr(function, "__self__", None), "__name__", "")
    return name
