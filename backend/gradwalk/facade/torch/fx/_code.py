"""A graph as Python: each node a statement, and names let go after their last use."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from gradwalk.engine import Tensor

from ._names import qualified_name, type_name
from .node import Node

REFLECTED: Final = {
    "add": "{} + {}", "sub": "{} - {}", "mul": "{} * {}", "floordiv": "{} // {}", "truediv": "{} / {}",
    "mod": "{} % {}", "pow": "{} ** {}", "lshift": "{} << {}", "rshift": "{} >> {}", "and_": "{} & {}",
    "or_": "{} | {}", "xor": "{} ^ {}", "getitem": "{}[{}]", "matmul": "{} @ {}",
}  # fmt: skip
OPERATORS: Final = {
    "eq": "{} == {}", "ne": "{} != {}", "lt": "{} < {}", "gt": "{} > {}", "le": "{} <= {}", "ge": "{} >= {}",
    "pos": "+{}", "neg": "-{}", "invert": "~{}", **REFLECTED,
}  # fmt: skip
"""Operators and how they are written; the reflected ones can stand to the right of something that is no node."""
IN_PLACE: Final = {
    "iadd": "{} += {}", "iand": "{} &= {}", "ifloordiv": "{} //= {}", "ilshift": "{} <<= {}", "imod": "{} %= {}",
    "imul": "{} *= {}", "imatmul": "{} @= {}", "ior": "{} |= {}", "ipow": "{} **= {}", "irshift": "{} >>= {}",
    "isub": "{} -= {}", "itruediv": "{} /= {}", "ixor": "{} ^= {}", "setitem": "{}[{}] = {}",
}  # fmt: skip

Naming = Callable[[Any], str]


def _written(arg: Any) -> str:
    if isinstance(arg, Tensor):
        return f"torch.Tensor(size={list(arg.size())}, dtype={str(arg.dtype).removeprefix('torch.')})"
    if isinstance(arg, tuple) and not hasattr(arg, "_fields"):
        return f"({_written(arg[0])},)" if len(arg) == 1 else f"({', '.join(map(_written, arg))})"
    if isinstance(arg, list):
        return f"[{', '.join(map(_written, arg))}]"
    if isinstance(arg, slice):
        return f"slice({_written(arg.start)}, {_written(arg.stop)}, {_written(arg.step)})"
    if isinstance(arg, enum.Enum):
        return f"{type(arg).__name__}.{arg.name}"
    return repr(arg)


def _type(kind: Any) -> str:
    """A type as the code names it: where it is not PyTorch's or Python's own by a name that holds it."""
    name = type_name(kind)
    return name if name.startswith("torch.") else re.sub("[^0-9a-zA-Z_]+", "_", name)


def _call(args: Iterable[Any], kwargs: dict[str, Any]) -> str:
    return ", ".join([*map(_written, args), *(f"{key} = {_written(value)}" for key, value in kwargs.items())])


def _member(base: str, target: str) -> str:
    for part in target.split("."):
        base = f"{base}.{part}" if part.isidentifier() else f'getattr({base}, "{part}")'
    return base


def _statement(node: Node, root: str, named: Naming, typed: str) -> str:
    """A node's own: what it gives, under its name."""
    begin = f"{node}{typed} = "
    if node.op == "call_method":
        return f"{begin}{_member(_written(node.args[0]), node.target)}({_call(node.args[1:], node.kwargs)})"
    if node.op == "call_module":
        return f"{begin}{_member(root, node.target)}({_call(node.args, node.kwargs)})"
    if node.op == "get_attr":
        return f"{begin}{_member(root, node.target)}"
    if node.op == "output":
        return f"return {_written(node.args[0])}"
    name = node.target.__name__
    if getattr(node.target, "__module__", "") == "_operator":
        parts = [_written(arg) for arg in node.args]
        if name in OPERATORS:
            return begin + OPERATORS[name].format(*parts)
        if name in IN_PLACE:
            return f"{IN_PLACE[name].format(*parts)};  {begin}{parts[0]}"
    if node.target is getattr and len(node.args) == 2 and str(node.args[1]).isidentifier():
        return begin + _member(_written(node.args[0]), node.args[1])
    return f"{begin}{named(node.target)}({_call(node.args, node.kwargs)})"


def _last_uses(nodes: Iterable[Node]) -> dict[Node, list[Node]]:
    seen: set[Node] = set()
    found: dict[Node, list[Node]] = {}
    for user in reversed([*nodes]):
        for x in user.all_input_nodes:
            if x not in seen:
                seen.add(x)
                found.setdefault(user, []).append(x)
    return found


def python_code(nodes: Iterable[Node], root: str, named: Naming | None = None) -> str:
    """The source of a function ``forward`` that does what a graph says. Where ``named`` gives functions their names, it
    is to run, and has no types."""
    last = _last_uses(nodes)
    given = ["self"]
    body: list[str] = []
    gives = ""
    wrapped: dict[str, None] = {}
    for node in nodes:
        typed = "" if node.type is None or named else f" : {_type(node.type)}"
        if node.op == "placeholder":
            given.append(f"{node.target}{typed}" + (f" = {_written(node.args[0])}" if node.args else ""))
            plain = node.target.replace("*", "")
            if plain != node.name:
                body.append(f"{node} = {plain}\n")
            continue
        statement = _statement(node, root, named or _identifier, typed)
        if node.op == "output":
            gives = typed.replace(" : ", " -> ", 1)
            body.append(f"{statement}\n")
            continue
        if node.op == "call_function" and node.meta.get("is_wrapped"):
            wrapped.setdefault(_identifier(node.target))
        gone = [*last.get(node, []), *([] if node.users else [node])]
        body.append(statement + (f";  {' = '.join(map(repr, gone))} = None\n" if gone else "\n"))
    wraps = "\n".join(f'torch.fx._symbolic_trace.wrap("{name}")' for name in wrapped) if named is None else ""
    lines = "\n".join(f"    {line}" for line in ("".join(body) or "pass\n").split("\n"))
    return f"\n{wraps}\n\ndef forward({', '.join(given)}){gives}:\n{lines}"


def _identifier(function: Any) -> str:
    name = qualified_name(function)
    return name if name.startswith("torch.") else name.replace(".", "_").replace("<", "_").replace(">", "_")
