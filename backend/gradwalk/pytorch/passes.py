"""The backward pass, node by node: hooks on the nodes that may run tell what each is given and gives.

PyTorch has no hook for the beginning of a pass. ``torch.autograd`` reaches its engine through one function, and while
somebody listens that name means :meth:`Passes.run`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from operator import index
from typing import Any
from weakref import ref

import torch
from torch.autograd import graph
from torch.utils.weak import WeakTensorKeyDictionary

from gradwalk.engine.accumulate_grad import AccumulateGrad
from gradwalk.engine.dtypes import Array
from gradwalk.engine.graph import Node
from gradwalk.engine.saved import SavedNumber, SavedTensor
from gradwalk.engine.subject import about
from gradwalk.pytorch.listening import Listener
from gradwalk.pytorch.memory import elements, is_out_of_reach, looked_at

DOOR = "_engine_run_backward"


class Passes:
    """Tells the listener's observer of each backward pass."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._engine: Callable[..., Any] = getattr(graph, DOOR)

    @contextmanager
    def heard(self) -> Iterator[None]:
        """While this lasts, passes of this process are heard."""
        homes = (torch.autograd, graph)
        before = [getattr(home, DOOR) for home in homes]
        for home in homes:
            setattr(home, DOOR, self.run)
        try:
            yield
        finally:
            for home, engine in zip(homes, before, strict=True):
                setattr(home, DOOR, engine)

    def run(
        self,
        outputs: Sequence[Any],
        gradients: Sequence[torch.Tensor | None] = (),
        retain_graph: bool = False,
        create_graph: bool = False,
        inputs: Sequence[Any] = (),
        *more: Any,
        accumulate_grad: bool = True,
        **rest: Any,
    ) -> Any:
        """What stands for PyTorch's engine: runs it, and tells of what it does."""
        listener = self._listener
        listener.operators.settle()

        def engine() -> Any:
            return self._engine(
                outputs, gradients, retain_graph, create_graph, inputs, *more, accumulate_grad=accumulate_grad, **rest
            )

        roots = [root for root in outputs if isinstance(root, torch.Tensor)]
        if not listener.is_heard() or len(roots) < len(outputs) or not all(map(_can_be_told_of, roots)):
            return engine()
        try:
            flags = bool(index(retain_graph)), bool(index(create_graph))
        except TypeError:  # which PyTorch's engine raises, too
            return engine()
        one = Pass(listener, *flags)
        one.begin(roots, gradients, accumulate_grad)
        try:
            with one.hooked(roots), listener, ExitStack() as stack:
                if create_graph:
                    stack.enter_context(listener.operators)
                try:
                    found = engine()
                except Exception as error:
                    about(error, node=one.running)
                    raise
                finally:
                    listener.operators.settle()
            if not accumulate_grad:
                one.taken_out(inputs, found)
            return found
        finally:
            listener.observer.backward_ended()


class Pass:
    """One backward pass while it runs."""

    def __init__(self, listener: Listener, retain_graph: bool, create_graph: bool) -> None:
        self._listener = listener
        self._observer = listener.observer
        self._mirror = listener.mirror
        self._retain_graph = retain_graph
        self._create_graph = create_graph
        self.running: Node | None = None
        self._seen = WeakTensorKeyDictionary()
        """Gradients that travel in this pass, each with what was told of it. PyTorch adds to one in place if it alone
        holds it: so it is not kept here, nor is its memory."""
        self._was_none: dict[Node, bool] = {}

    def begin(self, roots: Sequence[torch.Tensor], gradients: Sequence[torch.Tensor | None], accumulate: bool) -> None:
        """Tell that it begins."""
        self._observer.backward_begins(
            [self._mirror.tensor(root) for root in roots],
            [self._cotangent(gradient) for gradient in gradients],
            self._retain_graph,
            self._create_graph,
            accumulate,
        )

    def taken_out(self, inputs: Sequence[Any], found: Sequence[torch.Tensor | None]) -> None:
        """Tell what ``autograd.grad`` gives back."""
        with torch._C.DisableTorchFunction():
            for target, gradient in zip(inputs, found, strict=False):
                if isinstance(target, torch.Tensor) and gradient is not None:
                    self._mirror.tensor(gradient)
                    self._observer.captured(self._mirror.tensor(target), self._cotangent(gradient))

    @contextmanager
    def hooked(self, roots: Sequence[torch.Tensor]) -> Iterator[None]:
        """While this lasts, all nodes that can be reached are heard."""
        handles: list[Any] = []
        retaining = self._listener.retaining()
        try:
            for real in _reachable(roots):
                node = self._mirror.nodes.node(real)
                handles.append(real.register_prehook(self._before(node, real, retaining.get(node, ()))))
                handles.append(real.register_hook(self._after(node, real)))
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _before(
        self, node: Node, real: Any, retaining: Sequence[tuple[int, ref[torch.Tensor]]]
    ) -> Callable[[Any], None]:
        def hook(received: Any) -> None:
            with torch._C.DisableTorchFunction():
                self._listener.operators.settle()
                for number, reference in retaining:
                    tensor = reference()
                    if tensor is not None and received[number] is not None:
                        self._observer.captured(self._mirror.tensor(tensor), self._cotangent(received[number]))
                if isinstance(node, AccumulateGrad):
                    self._observer.about_to_change()
                    self._was_none[node] = real.variable.grad is None
                elif any(gradient is not None for gradient in received):
                    self.running = node
                    self._observer.vjp_begins(node)

        return hook

    def _after(self, node: Node, real: Any) -> Callable[[Any, Any], None]:
        def hook(passed_on: Any, received: Any) -> None:
            with torch._C.DisableTorchFunction():
                self._listener.operators.settle()
                if isinstance(node, AccumulateGrad):
                    self._accumulated(node, real.variable, received[0])
                elif any(gradient is not None for gradient in received):
                    self._ran(node, passed_on, received)

        return hook

    def _ran(self, node: Node, passed_on: Sequence[Any], received: Sequence[Any]) -> None:
        given = [self._cotangent(gradient) for gradient in received]
        gives = [self._cotangent(gradient) for gradient in passed_on]
        gives = [None if following is None else x for x, (following, _) in zip(gives, node.edges, strict=False)]
        self._observer.vjp_ran(node, given, gives, {})
        self.running = None
        if not self._retain_graph and _let_go(node):
            self._observer.freed(node)

    def _accumulated(self, node: AccumulateGrad, leaf: torch.Tensor, received: torch.Tensor | None) -> None:
        if received is None or leaf.grad is None:
            return
        first = self._was_none.pop(node, False)
        known = self._mirror.tensor(leaf)
        gradient = known._grad = self._mirror.tensor(leaf.grad)
        node.variable = known
        if not first and not self._create_graph:
            self._observer.storage_written(gradient._storage)
        self._observer.accumulated(node, self._cotangent(received), first)

    def _cotangent(self, gradient: torch.Tensor | None) -> Any:
        if gradient is None:
            return None
        if self._create_graph:
            return self._mirror.tensor(gradient)
        known: tuple[int, Array] | None = self._seen.get(gradient)
        if known is None or known[0] != gradient._version:
            known = self._seen[gradient] = gradient._version, looked_at(gradient, elements(gradient)).copy()
        return known[1]


def _can_be_told_of(root: torch.Tensor) -> bool:
    """Whether a pass can begin there; those inside a transform (``torch.func``) are its own business."""
    return root.requires_grad and not is_out_of_reach(root)


def _let_go(node: Node) -> bool:
    """Whether a node that has run kept tensors until now, which are released."""
    kept = [name for name, value in node.saved.items() if _is_kept(value)]
    for name in kept:
        node.saved[name] = None
    node.freed = bool(kept)
    return node.freed


def _is_kept(value: Any) -> bool:
    """Whether it is a tensor, or tensors that something was indexed with."""
    if isinstance(value, tuple):
        return any(isinstance(part, torch.Tensor) for part in value)
    return isinstance(value, SavedTensor | SavedNumber)


def _reachable(roots: Sequence[torch.Tensor]) -> list[Any]:
    found: dict[Any, None] = {}
    waiting = [root.grad_fn for root in roots if root.grad_fn is not None]
    waiting += [graph.get_gradient_edge(root).node for root in roots if root.grad_fn is None]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found[node] = None
            waiting += [following for following, _ in node.next_functions if following is not None]
    return list(found)
