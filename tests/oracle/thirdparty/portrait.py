"""What a cell left in the variables that it names: numbers, gradients, and the graph that hangs on them."""

from __future__ import annotations

import re
from collections import deque
from typing import Any

from tests.oracle.values import SHOWN, describe

NODES = 60
"""Nodes of one variable's graph that are written down; of a larger graph the first, breadth first."""


def portraits(torch: Any, namespace: dict[str, Any], source: str) -> dict[str, str]:
    """Each tensor and each module's parameters among the variables that the cell names."""
    found: dict[str, str] = {}
    for name in sorted(set(re.findall(r"[A-Za-z_]\w*", source)) & set(namespace)):
        value = namespace[name]
        if isinstance(value, torch.Tensor):
            found |= _portrait(name, value)
        elif isinstance(value, torch.nn.Module) and not isinstance(value, type):
            for key, parameter in list(value.named_parameters())[:12]:
                found |= _portrait(f"{name}.{key}", parameter)
    return found


def _portrait(name: str, tensor: Any) -> dict[str, str]:
    try:
        found = {name: _text(tensor)}
        if tensor.is_leaf and tensor.requires_grad and tensor.grad is not None:
            found[f"{name}.grad"] = _text(tensor.grad)
        if tensor.grad_fn is not None:
            found[f"{name}.graph"] = _graph(tensor.grad_fn)
    except Exception as error:
        return {name: f"{type(error).__name__}"}
    return found


def _text(tensor: Any) -> str:
    """The tensor's description; of a large one that of its first numbers."""
    if tensor.numel() <= SHOWN:
        return describe(tensor)
    return f"of {tuple(tensor.shape)}: " + describe(tensor.detach().reshape(-1)[:SHOWN])


def _graph(root: Any) -> str:
    """The nodes by name, each with the numbers of those that follow it."""
    numbers = {id(root): 0}
    queue, kept = deque([root]), [root]
    lines: list[str] = []
    while queue and len(lines) < NODES:
        node = queue.popleft()
        following = []
        for child, slot in node.next_functions:
            if child is None:
                following.append("-")
                continue
            if id(child) not in numbers:
                numbers[id(child)] = len(numbers)
                queue.append(child)
                kept.append(child)
            following.append(f"n{numbers[id(child)]}:{slot}")
        lines.append(f"{node.name()}({' '.join(following)})")
    return " ".join(lines)
