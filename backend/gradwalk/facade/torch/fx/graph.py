"""A graph: nodes in the order in which they run."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterator
from typing import Any

from ._code import python_code
from ._names import Names, variable_for
from .node import Node, map_arg


class CodeGen:
    """How a graph becomes Python; there is one way."""

    __module__ = "torch.fx.graph"


class PythonCode:
    """The source of a graph's forward."""

    def __init__(self, src: str) -> None:
        self.src = src
        self.globals: dict[str, Any] = {}


class _Nodes:
    """The nodes of a graph, in order."""

    def __init__(self, graph: Graph, backwards: bool = False) -> None:
        self._graph, self._backwards = graph, backwards

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Node]:
        root = self._graph._root
        node = root.prev if self._backwards else root.next
        while node is not root:
            following = node.prev if self._backwards else node.next
            if not node._erased:
                yield node
                following = node.prev if self._backwards else node.next
            node = following

    def __reversed__(self) -> _Nodes:
        return _Nodes(self._graph, not self._backwards)


class _InsertPoint:
    """New nodes go there while it is entered, or from now on."""

    def __init__(self, graph: Graph, put: Callable[[Node], None]) -> None:
        self._graph, self._before = graph, graph._insert
        graph._insert = put

    def __enter__(self) -> None:
        """It is in force already."""

    def __exit__(self, *_: object) -> None:
        self._graph._insert = self._before


class Graph:
    """Nodes, each with the nodes that it uses before it; the last one is the output."""

    __module__ = "torch.fx.graph"

    def __init__(self, owning_module: Any = None, tracer_cls: Any = None, tracer_extras: Any = None) -> None:
        self._root = Node(self, "", "root", "", (), {})
        self._insert: Callable[[Node], None] = self._root.prepend
        self._names = Names()
        self.owning_module = owning_module
        self._tracer_cls = tracer_cls

    @property
    def nodes(self) -> _Nodes:
        """All nodes, in order."""
        return _Nodes(self)

    def output_node(self) -> Node:
        """The last node."""
        return next(iter(reversed(self.nodes)))

    def find_nodes(self, *, op: str, target: Any = None, sort: bool = True) -> list[Node]:
        """The nodes of a kind, of functions and methods also of a target."""
        if op == "call_function" and target is None:
            raise AssertionError("target must not be None for call_function op")
        return [x for x in self.nodes if x.op == op and (target is None or x.target == target)]

    # -- new nodes ------------------------------------------------------------------------------------------------

    def create_node(self, op: str, target: Any, args: Any = None, kwargs: Any = None, name: str | None = None,
                    type_expr: Any = None) -> Node:  # fmt: skip
        """A new node, put where new ones go."""
        candidate = name if name is not None else variable_for(target)
        node = Node(self, self._names.new(candidate), op, target, args or (), kwargs or {}, type_expr)
        self._insert(node)
        return node

    def placeholder(self, name: str, type_expr: Any = None, default_value: Any = ...) -> Node:
        """An input."""
        return self.create_node("placeholder", name, () if default_value is ... else (default_value,), {},
                                type_expr=type_expr)  # fmt: skip

    def get_attr(self, qualified_name: str, type_expr: Any = None) -> Node:
        """A parameter, a buffer or a layer."""
        return self.create_node("get_attr", qualified_name, (), {}, type_expr=type_expr)

    def call_module(self, module_name: str, args: Any = None, kwargs: Any = None, type_expr: Any = None) -> Node:
        """A call of a layer."""
        return self.create_node("call_module", module_name, args, kwargs, type_expr=type_expr)

    def call_method(self, method_name: str, args: Any = None, kwargs: Any = None, type_expr: Any = None) -> Node:
        """A call of a method of the first argument."""
        return self.create_node("call_method", method_name, args, kwargs, type_expr=type_expr)

    def call_function(self, the_function: Callable[..., Any], args: Any = None, kwargs: Any = None,
                      type_expr: Any = None, name: str | None = None) -> Node:  # fmt: skip
        """A call of a function."""
        return self.create_node("call_function", the_function, args, kwargs, name, type_expr)

    def output(self, result: Any, type_expr: Any = None) -> Node:
        """What the graph gives."""
        return self.create_node("output", "output", (result,), {}, type_expr=type_expr)

    def node_copy(self, node: Node, arg_transform: Callable[[Node], Any] = lambda x: x) -> Node:
        """A node of another graph, with other nodes for those that it uses."""
        made = self.create_node(node.op, node.target, map_arg(node.args, arg_transform),
                                map_arg(node.kwargs, arg_transform), node.name, node.type)  # fmt: skip
        made.meta = copy.copy(node.meta)
        return made

    def graph_copy(self, g: Graph, val_map: dict[Node, Node], return_output_node: bool = False) -> Any:
        """All nodes of another graph but its output, whose argument it gives."""
        for node in g.nodes:
            if node in val_map:
                continue
            if node.op == "output":
                found = map_arg(node.args[0], val_map.__getitem__)
                return (found, node) if return_output_node else found
            val_map[node] = self.node_copy(node, val_map.__getitem__)
        return None

    # -- changes --------------------------------------------------------------------------------------------------

    def inserting_before(self, n: Node | None = None) -> _InsertPoint:
        """Have new nodes go before one, or to the end."""
        if n is None:
            return self.inserting_after(self._root)
        return _InsertPoint(self, n.prepend)

    def inserting_after(self, n: Node | None = None) -> _InsertPoint:
        """Have new nodes go after one, or to the beginning."""
        if n is None:
            return self.inserting_before(self._root)
        return _InsertPoint(self, n.append)

    def erase_node(self, to_erase: Node) -> None:
        """Take out a node that nobody uses. Raises RuntimeError if somebody does."""
        if to_erase.users:
            raise RuntimeError(
                f"Tried to erase Node {to_erase} but it still had {len(to_erase.users)} users in the graph: "
                f"{to_erase.users}!"
            )
        if to_erase.graph is not self:
            raise RuntimeError(f"Attempting to remove {to_erase} from wrong graph!")
        to_erase.leave()
        to_erase._erased = True
        to_erase.args, to_erase.kwargs = (), {}

    def eliminate_dead_code(self, is_impure_node: Callable[[Node], bool] | None = None) -> bool:
        """Take out what nobody uses; say whether there was any."""
        self.lint()
        changed = False
        for node in reversed(self.nodes):
            if not node.users and not (is_impure_node or Node.is_impure)(node):
                self.erase_node(node)
                changed = True
        return changed

    def lint(self) -> None:
        """Look whether each node uses only what comes before it, and layers that are there. Raises RuntimeError."""
        names: set[str] = set()
        seen: set[Node] = set()
        for node in self.nodes:
            if node.graph is not self:
                raise RuntimeError(f"Node '{node}' does not belong to this Graph!")
            for x in node.all_input_nodes:
                if x.graph is not self:
                    raise RuntimeError(f"Argument '{x}' of Node '{node}' does not belong to this Graph, but was used "
                                       "as an argument! If you are copying nodes from another graph, make sure to use "
                                       f"`arg_transform` on node_copy() to remap values\n{self}")  # fmt: skip
                if x not in seen:
                    raise RuntimeError(f"Argument '{x}' of Node '{node}' was used before it has been defined! Please "
                                       f"check that Nodes in the graph are topologically ordered\n{self}")  # fmt: skip
            if node.name in names:
                raise RuntimeError(f"Node redefined name {node.name}!")
            names.add(node.name)
            seen.add(node)
            if self.owning_module is not None and node.op in ("get_attr", "call_module"):
                found = self.owning_module
                for part in node.target.split("."):
                    if not hasattr(found, part):
                        raise RuntimeError(f"Node {node} target {node.target} references nonexistent attribute {part} "
                                           f"of {'' if found is self.owning_module else found}")  # fmt: skip
                    found = getattr(found, part)

    # -- how it is printed ----------------------------------------------------------------------------------------

    def python_code(self, root_module: str, **_: Any) -> PythonCode:
        """The source of a forward that does what the graph says."""
        return PythonCode(python_code(self.nodes, root_module))

    def __str__(self) -> str:
        return "graph():" + "".join(f"\n    {node.format_node()}" for node in self.nodes)

    def print_tabular(self) -> None:
        """Print a row for each node."""
        head = ["opcode", "name", "target", "args", "kwargs"]
        rows = [[x.op, x.name, str(x.target), str(x.args), str(x.kwargs)] for x in self.nodes]
        widths = [max(map(len, column)) for column in zip(*([head, *rows]), strict=True)]
        lines = [head, ["-" * width for width in widths], *rows]
        for line in lines:
            cells = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            sys.stdout.write(f"{cells.rstrip()}\n")

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Graph:
        made = Graph(tracer_cls=self._tracer_cls)
        memo = {} if memo is None else memo
        nodes: dict[Node, Node] = {}
        for node in self.nodes:
            nodes[node] = memo[id(node)] = made.node_copy(node, nodes.__getitem__)
        return made
