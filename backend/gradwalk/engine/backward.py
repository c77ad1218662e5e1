"""The backward pass: an iterative walk that runs each node once all of its gradients have arrived.

The order is PyTorch's: dependencies are counted over the reachable graph, and of the nodes that are ready the one
created last runs first. Gradients are arrays, or tensors under ``create_graph``; either way the same VJPs run.
"""

from __future__ import annotations

from _thread import RLock
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from . import grad_mode
from .accumulate_grad import AccumulateGrad
from .accumulation import accumulate
from .anomaly import Anomaly, refuse_nan, report
from .cascade import reduce
from .core import CORE, Core
from .dtypes import Array
from .fitting import fit, fit_to_roots
from .graph import Edge, Node
from .hooks import run_after_accumulation, run_posthooks, run_prehooks, run_tensor_hooks
from .iteration import iterated
from .modes import COMPLEX_NUMBERS, SEVERAL_THREADS, UNUSUAL
from .nesting import NOT_WITHIN, within_another
from .observe import NOBODY, observer
from .op import Op
from .ready_queue import ReadyQueue
from .saved import HOOKS, restore_hooks
from .storage import ExchangedStorage, look_again_everywhere
from .subject import about
from .tensor import Tensor
from .transforms import STACK
from .written import TIMES, times_written, written


def run_at_once(root: Any, keep: bool) -> bool:
    """Have the core run the pass from one number, for all leaves, on arrays. False, with nothing changed, if it leaves
    that to :class:`BackwardPass`."""
    if CORE is None or ExchangedStorage.alive:
        return False
    at: list[Node] = []
    try:
        return CORE.run_backward(root, keep, at)
    except Exception as error:
        if at:
            about(error, node=at[0])
        raise


_ACCUMULATING: Final = RLock()
"""Held while a gradient is added to a leaf's, where another thread's may come at the same time."""


class BackwardPass:
    """One run of backward from ``roots``.

    ``targets``: edges that the run is for; None to run everything. Their gradients are taken out (``captured``) before
    the nodes would run, or where ``accumulate``, their nodes run and nothing behind them.
    """

    began_in_core = False
    """Whether the core began it and runs what is not handed over: it has no such object then."""

    def __init__(
        self,
        roots: Sequence[Edge],
        retain_graph: bool,
        create_graph: bool,
        targets: Sequence[Edge] | None = None,
        accumulate: bool = True,
        as_tensors: bool | None = None,
    ) -> None:
        self._roots = [(node, nr) for node, nr in roots if node is not None]
        self._retain_graph = retain_graph
        self._as_tensors = create_graph if as_tensors is None else as_tensors
        self._create_graph = create_graph
        self._captures = set() if targets is None or accumulate else set(targets)
        self.captured: dict[Edge, Any] = {}
        self._dependencies = self._count_dependencies()
        self._running: set[Node] | None = None
        self._wanted: set[Node] | None = None
        if targets is not None:
            ends = {node for node, _ in targets if node is not None}
            before = self._on_a_path_to(ends)
            self._wanted = before | ends
            self._running = self._wanted if accumulate else before
        self._buffers: dict[Node, list[Any]] = {}
        self._additions: dict[Node, int] = {}
        self._held: Sequence[Any] = ()
        self._ready = ReadyQueue()

    @classmethod
    def join(cls, roots: Sequence[Edge], *state: Any) -> Callable[[Node], None]:
        """What runs a node of a pass that the core began and that is in this state, as this class does."""
        task = cls(roots, state[-1], False)
        task.began_in_core = True
        task._ready.heap, task._buffers, task._dependencies, task._additions, task._held, _ = state
        return task._run_joined

    def _run_joined(self, node: Node) -> None:
        outer, grad_mode._State.running = grad_mode._State.running, self
        before, grad_mode._State.enabled = grad_mode._State.enabled, False
        hooks = tuple(HOOKS)
        try:
            with NOT_WITHIN if outer is None else within_another():
                self._run_node(node)
        finally:
            grad_mode._State.running, grad_mode._State.enabled = outer, before
            restore_hooks(hooks)

    @classmethod
    def running(cls) -> BackwardPass | None:
        """The pass that runs now, the innermost if a VJP runs one of its own."""
        now: BackwardPass | None = grad_mode._State.running
        return now

    @classmethod
    def has_targets(cls) -> bool:
        """Whether the pass that runs now is for some inputs only."""
        now = cls.running()
        return now is not None and now._wanted is not None

    def reaches(self, node: Node) -> bool:
        """Whether a gradient comes to a node in this pass."""
        return node in self._dependencies and (self._wanted is None or node in self._wanted)

    def run(self, gradients: Sequence[Any]) -> None:
        """Propagate the roots' cotangents. Raises what a VJP raises; what ran before that has run."""
        outer, grad_mode._State.running = grad_mode._State.running, self
        hooks = tuple(HOOKS)
        try:
            with NOT_WITHIN if outer is None else within_another():
                self._run(gradients)
        finally:
            grad_mode._State.running = outer
            restore_hooks(hooks)

    def _run(self, gradients: Sequence[Any]) -> None:
        ready = self._ready
        self._held = gradients
        if COMPLEX_NUMBERS in UNUSUAL:
            look_again_everywhere()
        before, grad_mode._State.enabled = grad_mode._State.enabled, self._create_graph
        try:
            self._deliver(self._roots, fit_to_roots(self._roots, gradients), None)
            if self._is_plain():
                self._run_plainly()
            while ready.heap:
                node = ready.pop()
                try:
                    self._run_node(node)
                except Exception as error:
                    about(error, node=node)
                    if Anomaly.enabled:
                        report(node)
                    raise
        finally:
            grad_mode._State.enabled = before

    def _is_plain(self) -> bool:
        """Whether gradients are arrays and go everywhere."""
        unusual = self._as_tensors or Anomaly.enabled or ExchangedStorage.alive or SEVERAL_THREADS in UNUSUAL
        return not (unusual or self._captures or self._running is not None)

    def _run_plainly(self) -> None:
        """The short way of :meth:`_run_node` and :meth:`_deliver`, in one loop."""
        if CORE is not None:
            self._run_compiled(CORE)
            return
        pop, push, heap = self._ready.pop, self._ready.push, self._ready.heap
        buffers, dependencies, additions = self._buffers, self._dependencies, self._additions
        held = {id(gradient) for gradient in self._held}
        times = times_written
        release = not self._retain_graph
        watcher = None if observer() is NOBODY else observer()
        try:
            while heap:
                node = heap.pop() if len(heap) == 1 else pop()
                op = node.op
                if op is None or node.hooks is not None:
                    if type(node) is AccumulateGrad and node.hooks is None:
                        [arrived] = buffers.pop(node)
                        if arrived is not None:
                            accumulate(node, arrived, additions.get(node, 0))
                    else:
                        self._run_node(node)
                    continue
                gradients = buffers.pop(node)
                ran = gradients[0] is not None or any(gradient is not None for gradient in gradients)
                cotangents = op.pullback(node, gradients, None) if ran else [None] * len(node.edges)
                unreduced: dict[int, Array] | None = None
                for slot, (following, nr) in enumerate(node.edges):
                    if following is None:
                        continue
                    cotangent = cotangents[slot]
                    if cotangent is not None:
                        outputs = following.outputs
                        shape, dtype = wanted = outputs[nr]
                        if cotangent.shape != shape or cotangent.dtype is not dtype:
                            if cotangent.shape != shape:
                                unreduced = {} if unreduced is None else unreduced
                                unreduced[slot] = cotangent
                            cotangent = cotangents[slot] = fit(cotangent, wanted, node, slot)
                        if following not in buffers:
                            if len(outputs) == 1:
                                buffers[following] = [cotangent]
                            else:
                                fresh: list[Any] = [None] * len(outputs)
                                fresh[nr] = cotangent
                                buffers[following] = fresh
                        else:
                            buffer = buffers[following]
                            present = buffer[nr]
                            if present is None:
                                buffer[nr] = cotangent
                            else:
                                buffer[nr] = present + cotangent
                                # PyTorch adds in place to what is nobody else's: no view, nor what it was given
                                if present.base is None and present is not cotangent and id(present) not in held:
                                    additions[following] = additions.get(following, times(present)) + 1
                    elif following not in buffers:
                        buffers[following] = [None] * len(following.outputs)
                    missing = dependencies[following]
                    if missing > 1:
                        dependencies[following] = missing - 1
                    elif heap:
                        push(following)
                    else:
                        heap.append(following)
                if watcher is not None and ran:
                    watcher.vjp_ran(node, gradients, cotangents, unreduced or {})
                if release:
                    if op.surely_keeps and node.kept is not None:
                        node.kept = node._saved = None
                        node.freed = True
                        if watcher is not None:
                            watcher.freed(node)
                    elif node.release() and watcher is not None:
                        watcher.freed(node)
        except Exception as error:
            about(error, node=node)
            raise

    def _run_compiled(self, core: Core) -> None:
        at: list[Node] = []
        state = (self._ready.heap, self._buffers, self._dependencies, self._additions, list(self._held))
        try:
            core.run_pass(*state, not self._retain_graph, self._run_node, at)
        except Exception as error:
            about(error, node=at[0] if at else None)
            raise

    def _is_own(self, gradient: Any) -> bool:
        """Whether PyTorch adds to it in place: it is no view, nor one that the pass began with, which its caller
        holds."""
        return gradient.base is None and not any(gradient is held for held in self._held)

    def _count_dependencies(self) -> dict[Node, int]:
        if CORE is not None:
            return CORE.count_dependencies(self._roots)
        counts: dict[Node, int] = {}
        stack: list[Node] = []
        for node, _ in self._roots:
            if node not in counts:
                stack.append(node)
            counts[node] = counts.get(node, 0) + 1
        while stack:
            for following, _ in stack.pop().edges:
                if following is not None:
                    count = counts.get(following)
                    if count is None:
                        stack.append(following)
                        counts[following] = 1
                    else:
                        counts[following] = count + 1
        return counts

    def _on_a_path_to(self, targets: set[Node]) -> set[Node]:
        """Nodes from which a target can be reached in one step or more."""
        consumers: dict[Node, list[Node]] = {}
        for node in self._dependencies:
            for following, _ in node.edges:
                if following is not None:
                    consumers.setdefault(following, []).append(node)
        wanted: set[Node] = set()
        stack = list(targets)
        while stack:
            for consumer in consumers.get(stack.pop(), ()):
                if consumer not in wanted:
                    wanted.add(consumer)
                    stack.append(consumer)
        return wanted

    def _deliver(self, edges: Sequence[Edge], gradients: Sequence[Any], wanted: set[Node] | None) -> None:
        """Add gradients to those that wait for the ``wanted`` among the nodes they go to, and queue a node when it was
        the last that it waited for."""
        buffers, dependencies = self._buffers, self._dependencies
        for (node, nr), gradient in zip(edges, gradients, strict=True):
            if node is None or (wanted is not None and node not in wanted):
                continue
            buffer = buffers.get(node)
            if buffer is None:
                buffer = buffers[node] = [None] * len(node.outputs)
            if gradient is not None:
                present = buffer[nr]
                if present is None:
                    buffer[nr] = gradient
                else:
                    buffer[nr] = total = present + gradient
                    if total.ndim > 1 and type(total) is np.ndarray and present.strides != gradient.strides:
                        buffer[nr] = iterated(total, (present, gradient))
                    if present is not gradient and not self._as_tensors and self._is_own(present):
                        self._additions[node] = self._additions.get(node, times_written(present)) + 1
            missing = dependencies[node] = dependencies[node] - 1
            if not missing:
                self._ready.push(node)

    def _run_node(self, node: Node) -> None:
        grad_mode._State.enabled = self._create_graph  # whatever a hook of the last node has switched
        arrived = gradients = self._buffers.pop(node)
        if node in self._additions:
            times = self._additions.pop(node)  # which a view of it shows, and not what a hook puts in its place
            arrived = gradients = [
                x if x is None or isinstance(x, Tensor) else written(np.asarray(x), times) for x in gradients
            ]
        hooks = node.hooks
        if hooks is not None:
            gradients = run_tensor_hooks(hooks, gradients, self._as_tensors)
        runs = self._running is None or node in self._running
        if self._captures:
            for nr, gradient in enumerate(arrived if runs else gradients):
                if (node, nr) in self._captures:
                    self.captured[node, nr] = gradient
        if not runs:
            return
        if hooks is not None and hooks.before:
            gradients = run_prehooks(hooks.before, gradients, self._as_tensors)
        if type(node) is AccumulateGrad:
            self._accumulate(node, gradients)
            return
        cotangents = self._vjp(node, gradients)
        if hooks is not None and hooks.after:
            cotangents = run_posthooks(hooks.after, cotangents, gradients, self._as_tensors)
        if Anomaly.enabled and Anomaly.check_nan:
            refuse_nan(node, cotangents)
        if not self._retain_graph and node.release():
            observer().freed(node)
        self._deliver(node.edges, cotangents, self._wanted)

    def _accumulate(self, node: AccumulateGrad, gradients: list[Any]) -> None:
        if gradients[0] is not None:
            if SEVERAL_THREADS in UNUSUAL:
                with _ACCUMULATING:
                    accumulate(node, gradients[0])
            else:
                accumulate(node, gradients[0])
        hooks = node.hooks
        if hooks is not None:
            if hooks.after_accumulation:
                run_after_accumulation(hooks.after_accumulation, node.variable)
            if hooks.after:
                run_posthooks(hooks.after, (), gradients, self._as_tensors)

    def _vjp(self, node: Node, gradients: list[Any]) -> list[Any]:
        """Cotangents by slot, as the next nodes expect them."""
        if not node.runs_on_nothing and all(gradient is None for gradient in gradients):
            return [None] * len(node.edges)
        watcher = observer()
        if watcher is not NOBODY:
            watcher.vjp_begins(node)
        raw = self._raw_vjp(node, gradients)
        fitted = [
            None if cotangent is None or following is None else fit(cotangent, following.outputs[nr], node, slot)
            for slot, (cotangent, (following, nr)) in enumerate(zip(raw, node.edges, strict=True))
        ]
        if watcher is not NOBODY:
            unreduced = {
                slot: before
                for slot, (before, after) in enumerate(zip(raw, fitted, strict=True))
                if before is not None and after is not None and before.shape != after.shape
            }
            watcher.vjp_ran(node, gradients, fitted, unreduced)
        if node.op is None and node.hooks is not None:  # a Function's gradients that go nowhere, which hooks see too
            return [x if node.edges[slot][0] is None else fitted[slot] for slot, x in enumerate(raw)]
        return fitted

    def _raw_vjp(self, node: Node, gradients: list[Any]) -> list[Any]:
        """What the node's VJPs give."""
        if Anomaly.enabled:
            Anomaly.running = node
            try:
                return node.vjp(gradients, self._as_tensors, self._wanted)
            finally:
                Anomaly.running = None
        if self._as_tensors or node.op is None or ExchangedStorage.alive:
            return node.vjp(gradients, self._as_tensors, self._wanted)
        return node.op.pullback(node, gradients, self._wanted)


if CORE is not None:
    CORE.learn_pass(
        {
            "op": Op, "accumulate_grad": AccumulateGrad, "add": np.add, "reduce": reduce, "fit": fit,
            "accumulate": accumulate, "times": TIMES, "times_written": times_written,
            "join": BackwardPass.join, "about": about, "transforms": STACK, "exchanged": ExchangedStorage,
        }
    )  # fmt: skip
