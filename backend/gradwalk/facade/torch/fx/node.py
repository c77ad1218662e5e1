"""A node: one call, one input or the output of a graph."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ._names import shown_target, type_name

if TYPE_CHECKING:
    from .graph import Graph

OPS = ("placeholder", "call_method", "call_module", "call_function", "get_attr", "output", "root")

_SIDE_EFFECTS: set[Any] = {operator.setitem}


def has_side_effect(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Have calls of a function stay though nobody uses what they give."""
    _SIDE_EFFECTS.add(fn)
    return fn


def map_aggregate(a: Any, fn: Callable[[Any], Any]) -> Any:
    """What ``fn`` makes of each thing in tuples, lists, dictionaries and slices."""
    if isinstance(a, tuple):
        mapped = [map_aggregate(x, fn) for x in a]
        return type(a)(*mapped) if hasattr(a, "_fields") else tuple(mapped)
    if isinstance(a, list):
        return [map_aggregate(x, fn) for x in a]
    if isinstance(a, dict):
        return {key: map_aggregate(x, fn) for key, x in a.items()}
    if isinstance(a, slice):
        return slice(map_aggregate(a.start, fn), map_aggregate(a.stop, fn), map_aggregate(a.step, fn))
    return fn(a)


def map_arg(a: Any, fn: Callable[[Node], Any]) -> Any:
    """The same for nodes alone."""
    if not callable(fn):
        raise AssertionError("torch.fx.map_arg(a, fn): fn must be a callable")
    return map_aggregate(a, lambda x: fn(x) if isinstance(x, Node) else x)


def _shown(arg: Any) -> str:
    if isinstance(arg, list):
        return f"[{', '.join(map(_shown, arg))}]"
    if isinstance(arg, tuple):
        return f"({', '.join(map(_shown, arg))}{',' if len(arg) == 1 else ''})"
    if isinstance(arg, dict):
        return f"{{{', '.join(f'{key}: {_shown(value)}' for key, value in arg.items())}}}"
    return f"%{arg}" if isinstance(arg, Node) else str(arg)


class Node:
    """``op`` says what it does, ``target`` with what: a name or a function. ``args`` and ``kwargs`` hold nodes."""

    __module__ = "torch.fx.node"

    def __init__(self, graph: Graph, name: str, op: str, target: Any, args: Any, kwargs: Any,
                 return_type: Any = None) -> None:  # fmt: skip
        wanted = callable(target) if op == "call_function" else isinstance(target, str)
        if op not in OPS:
            raise AssertionError(f"op '{op}' is not in _legal_ops")
        if not wanted:
            kind = "Callable" if op == "call_function" else "str"
            raise ValueError(
                f"Node [graph = {graph}, name = '{name}'] target {target} has type {type_name(type(target))} but a "
                f"{kind} is expected"
            )
        self.graph, self.name, self.op, self.target, self.type = graph, name, op, target, return_type
        self.users: dict[Node, None] = {}
        self.meta: dict[str, Any] = {}
        self._inputs: dict[Node, None] = {}
        self._prev = self._next = self
        self._erased = False
        self._args: tuple[Any, ...] = ()
        self._kwargs: dict[str, Any] = {}
        self._put(args, kwargs)

    # -- where it stands ------------------------------------------------------------------------------------------

    @property
    def next(self) -> Node:
        """The node after it."""
        return self._next

    @property
    def prev(self) -> Node:
        """The node before it."""
        return self._prev

    def prepend(self, x: Node) -> None:
        """Put ``x`` before it."""
        if self.graph is not x.graph:
            raise AssertionError("Attempting to move a Node into a different Graph")
        if x is self:
            return
        x.leave()
        before = self._prev
        before._next, x._prev = x, before
        x._next, self._prev = self, x

    def append(self, x: Node) -> None:
        """Put ``x`` after it."""
        self._next.prepend(x)

    def leave(self) -> None:
        """Take it out of the order."""
        self._prev._next, self._next._prev = self._next, self._prev

    # -- what goes in ---------------------------------------------------------------------------------------------

    @property
    def args(self) -> tuple[Any, ...]:
        """The arguments by position."""
        return self._args

    @args.setter
    def args(self, args: tuple[Any, ...]) -> None:
        self._put(args, self._kwargs)

    @property
    def kwargs(self) -> dict[str, Any]:
        """The arguments by name."""
        return self._kwargs

    @kwargs.setter
    def kwargs(self, kwargs: dict[str, Any]) -> None:
        self._put(self._args, kwargs)

    def _put(self, args: Any, kwargs: Any) -> None:
        for x in self._inputs:
            x.users.pop(self, None)
        self._inputs = {}

        def note(x: Node) -> Node:
            self._inputs.setdefault(x)
            x.users.setdefault(self)
            return x

        self._args, self._kwargs = map_arg(tuple(args), note), map_arg(dict(kwargs), note)

    @property
    def all_input_nodes(self) -> list[Node]:
        """The nodes that it uses, each once."""
        return list(self._inputs)

    def update_arg(self, idx: int, arg: Any) -> None:
        """Put another argument at a position."""
        args = list(self._args)
        args[idx] = arg
        self.args = tuple(args)

    def insert_arg(self, idx: int, arg: Any) -> None:
        """Put one more argument before a position."""
        if not 0 <= idx <= len(self._args):
            raise AssertionError("insert_args index must be between 0 and len(self.args)")
        self.args = (*self._args[:idx], arg, *self._args[idx:])

    def update_kwarg(self, key: str, arg: Any) -> None:
        """Put another argument under a name."""
        self.kwargs = {**self._kwargs, key: arg}

    def replace_input_with(self, old_input: Node, new_input: Node) -> None:
        """Have it use another node wherever it uses one."""
        swapped = map_arg((self._args, self._kwargs), lambda x: new_input if x is old_input else x)
        self._put(*swapped)

    def replace_all_uses_with(self, replace_with: Node, delete_user_cb: Callable[[Node], bool] | None = None, *,
                              propagate_meta: bool = False) -> list[Node]:  # fmt: skip
        """Have all that use it use another node, and say which these are."""
        if propagate_meta:
            replace_with.meta.update(self.meta)
        changed = [user for user in [*self.users] if delete_user_cb is None or delete_user_cb(user)]
        for user in changed:
            user.replace_input_with(self, replace_with)
        return changed

    @property
    def stack_trace(self) -> str | None:
        """Where the program made it, if it was kept."""
        return self.meta.get("stack_trace")

    def is_impure(self, impure_random: bool = True) -> bool:
        """Whether it stays though nobody uses what it gives."""
        return self.op in ("placeholder", "output") or self.target in _SIDE_EFFECTS

    # -- how it is printed ----------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return self.name

    def format_node(self) -> str:
        """The node as a line of its graph."""
        if self.op == "output":
            return f"return {self._args[0]}"
        of_type = f"{type_name(self.type)} " if self.type is not None else ""
        line = f"%{self.name} : {of_type}[num_users={len(self.users)}] = {self.op}[target={shown_target(self.target)}]"
        if self.op == "placeholder":
            return line + (f"(default={self._args[0]})" if self._args else "")
        if self.op == "get_attr":
            return line
        return f"{line}(args = {_shown(self._args)}, kwargs = {_shown(self._kwargs)})"
