"""Writes down every backward pass of a program: the graph before it, and the order in which its nodes ran.

It uses only what PyTorch offers its users (`grad_fn`, `next_functions`, `_saved_*`, `register_prehook`), so that the
same observer serves PyTorch and the engine.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from tests.oracle.values import describe

LEAF_SEQUENCE = 2**64 - 1
"""The sequence number of AccumulateGrad: it goes before everything else that is ready."""


class Watcher:
    """Installs itself at the three doors of the backward pass; `passes` holds what went through them."""

    def __init__(self, torch: Any, name_of: Callable[[Any], str]) -> None:
        """`name_of(tensor)` gives the variable name of a leaf."""
        self._torch = torch
        self._name_of = name_of
        self._ids: dict[int, str] = {}
        self._alive: list[Any] = []
        self._inside = False
        self._originals: list[tuple[Any, str, Any]] = []
        self._first = (torch.zeros((), requires_grad=True) * 1).grad_fn._sequence_nr() + 1
        self.passes: list[dict[str, Any]] = []

    def install(self) -> None:
        """Wrap `Tensor.backward`, `autograd.backward` and `autograd.grad`."""
        for owner, name in (
            (self._torch.Tensor, "backward"),
            (self._torch.autograd, "backward"),
            (self._torch.autograd, "grad"),
        ):
            self._originals.append((owner, name, getattr(owner, name)))
            setattr(owner, name, self._door(name, getattr(owner, name)))

    def remove(self) -> None:
        """Leave everything as it was."""
        while self._originals:
            setattr(*self._originals.pop())

    def _door(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def door(*args: Any, **kwargs: Any) -> Any:
            if self._inside:  # Tensor.backward calls autograd.backward: one pass, not two
                return original(*args, **kwargs)
            self._begin(name, args[0] if args else kwargs.get("tensors", kwargs.get("outputs")))
            self._inside = True
            try:
                return original(*args, **kwargs)
            finally:
                self._inside = False

        return door

    def _begin(self, call: str, outputs: Any) -> None:
        roots = outputs if isinstance(outputs, (tuple, list)) else [outputs]
        functions = [root.grad_fn for root in roots if isinstance(root, self._torch.Tensor)]
        new = [node for node in self._reachable(functions) if self._is_new(node)]
        ids = [None if function is None else self._ids[id(function)] for function in functions]
        self.passes.append({"call": call, "roots": ids, "nodes": {}, "runs": []})
        for node in new:
            self.passes[-1]["nodes"][self._ids[id(node)]] = self._node(node)
        for node in new:
            node.register_prehook(self._report(self._ids[id(node)]))

    def _reachable(self, functions: list[Any]) -> Iterator[Any]:
        """Breadth first from the roots, in the order of `next_functions`."""
        queue = deque(function for function in functions if function is not None)
        seen = set()
        while queue:
            node = queue.popleft()
            if id(node) not in seen:
                seen.add(id(node))
                self._alive.append(node)  # an id is a name only while its object lives
                yield node
                queue.extend(following for following, _ in node.next_functions if following is not None)

    def _is_new(self, node: Any) -> bool:
        if id(node) in self._ids:
            return False
        self._ids[id(node)] = f"n{len(self._ids)}"
        return True

    def _node(self, node: Any) -> dict[str, Any]:
        sequence = node._sequence_nr()
        following = [f"{self._ids[id(f)]}:{slot}" if f is not None else None for f, slot in node.next_functions]
        record = {
            "name": node.name(),
            "type": type(node).__name__,
            "seq": "max" if sequence == LEAF_SEQUENCE else sequence - self._first,
            "next": following,
        }
        if hasattr(node, "variable"):
            record["leaf"] = self._name_of(node.variable)
        saved = {name.removeprefix("_saved_"): _saved(node, name) for name in dir(node) if name.startswith("_saved_")}
        return record | ({"saved": saved} if saved else {})

    def _report(self, name: str) -> Callable[[tuple[Any, ...]], None]:
        def report(cotangents: tuple[Any, ...]) -> None:
            # Text at once: a reference kept here would change who may reuse the gradient's buffer.
            self.passes[-1]["runs"].append([name, *map(describe, cotangents)])

        return report


def _saved(node: Any, name: str) -> str:
    try:
        return describe(getattr(node, name))
    except RuntimeError as error:
        return f"{type(error).__name__}: {str(error).split('(')[0].strip()}"
