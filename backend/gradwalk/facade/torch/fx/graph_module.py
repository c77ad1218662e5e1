"""A layer whose forward is a graph, as Python."""

from __future__ import annotations

import copy
import sys
from typing import Any

from gradwalk.engine import Tensor

from ..nn import Module, Parameter
from ._code import python_code
from .graph import Graph, PythonCode

_TORCH = __name__.rpartition(".fx.")[0]
_REMINDER = "# To see more debug info, please use `graph_module.print_readable()`"


def copy_member(source: Any, to: Any, target: str) -> None:
    """Put under its path what ``source`` has there, with empty layers on the way."""
    *prefix, field = target.split(".")
    for part in prefix:
        there, here = getattr(source, part), getattr(to, part, None)
        if there is here:
            return
        if here is None:
            here = Module()
            setattr(to, part, here)
        source, to = there, here
    value = getattr(source, field)
    if isinstance(value, Tensor) and not isinstance(value, Parameter):
        to.register_buffer(field, value)
    else:
        setattr(to, field, value)


class GraphModule(Module):  # type: ignore[misc]
    """Made of a layer, or of a dictionary of what the graph names, and of the graph."""

    __module__ = "torch.fx.graph_module"

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Each is of a class of its own, which has its forward."""
        own = next(kind for kind in cls.__mro__ if not kind.__dict__.get("_is_of_one"))
        made: Any = type("GraphModuleImpl", (own,), {"_is_of_one": True, "__module__": GraphModule.__module__})
        made.__qualname__ = "GraphModule.__new__.<locals>.GraphModuleImpl"
        return super().__new__(made)

    def __init__(self, root: Any, graph: Graph, class_name: str = "GraphModule") -> None:
        super().__init__()
        type(self).__name__ = class_name
        members = [node.target for node in graph.nodes if node.op in ("get_attr", "call_module")]
        if isinstance(root, Module):
            self.training = root.training
            for target in members:
                copy_member(root, self, target)
        elif isinstance(root, dict):
            for target in members:
                if target not in root:
                    raise RuntimeError(
                        f"Node {next(x for x in graph.nodes if x.target == target)} referenced target {target} but "
                        "that target was not provided in ``root``!"
                    )
            for target in sorted(dict.fromkeys(members), key=lambda x: x.count(".")):
                self._put(target, root[target])
        else:
            raise RuntimeError(f"Unsupported type {root} passed for root!")
        self.graph = graph

    def _put(self, target: str, value: Any) -> None:
        to: Any = self
        *prefix, field = target.split(".")
        for part in prefix:
            if not hasattr(to, part):
                setattr(to, part, Module())
            to = getattr(to, part)
        if isinstance(value, Tensor) and not isinstance(value, Parameter):
            to.register_buffer(field, value)
        else:
            setattr(to, field, value)

    @property
    def graph(self) -> Graph:
        """The graph; a change of it shows after :meth:`recompile`."""
        found: Graph = self.__dict__["_graph"]
        return found

    @graph.setter
    def graph(self, g: Graph) -> None:
        if not isinstance(g, Graph):
            raise AssertionError(f"Expected a Graph instance, but got {type(g)}")
        self.__dict__["_graph"] = g
        g.owning_module = self
        self.recompile()

    @property
    def code(self) -> str:
        """The forward, as Python. Raises RuntimeError before there is one."""
        if "_code" not in self.__dict__:
            raise RuntimeError("Code has not been generated! Please report a bug to PyTorch")
        return str(self.__dict__["_code"])

    def recompile(self) -> PythonCode:
        """Have the forward do what the graph now says."""
        code = self.graph.python_code("self")
        self.__dict__["_code"] = code.src
        functions: dict[str, Any] = {}

        def named(function: Any) -> str:
            key = f"_function_{len(functions)}"
            functions[key] = function
            return key

        # The same statements, with the functions themselves instead of their names, which lead to PyTorch's modules.
        text = python_code(self.graph.nodes, "self", named)
        scope: dict[str, Any] = {
            "torch": sys.modules[_TORCH], "inf": float("inf"), "nan": float("nan"), "NoneType": type(None),
            "device": sys.modules[_TORCH].device, **functions,
        }  # fmt: skip
        exec(compile(text, "<eval_with_key>.0", "exec", dont_inherit=True), scope)  # noqa: S102 (our own text)
        type(self).forward = scope["forward"]
        return code

    def add_submodule(self, target: str, m: Any) -> bool:
        """Put a layer under a path; say whether that could be."""
        to: Any = self
        *prefix, field = target.split(".")
        for part in prefix:
            here = getattr(to, part, None)
            if here is None:
                here = Module()
                setattr(to, part, here)
            if not isinstance(here, Module):
                return False
            to = here
        to.add_module(field, m)
        return True

    def delete_submodule(self, target: str) -> bool:
        """Take a layer out; say whether it was there."""
        *prefix, field = target.split(".")
        to: Any = self
        for part in prefix:
            to = getattr(to, part, None)
        if not isinstance(getattr(to, field, None), Module):
            return False
        delattr(to, field)
        return True

    def delete_all_unused_submodules(self) -> None:
        """Take out the layers that no node calls."""
        used: set[str] = set()
        for node in self.graph.nodes:
            if node.op in ("call_module", "get_attr"):
                parts = node.target.split(".")
                used.update(".".join(parts[: i + 1]) for i in range(len(parts)))
                if node.op == "call_module":
                    used.update(f"{node.target}.{name}" for name, _ in self.get_submodule(node.target).named_modules())
        for name in [name for name, _ in self.named_modules() if name and name not in used]:
            self.delete_submodule(name)

    def print_readable(self, print_output: bool = True, include_stride: bool = False, include_device: bool = False,
                       colored: bool = False, **_: Any) -> str:  # fmt: skip
        """The forward within its class, printed and given."""
        head, *lines = self.code.strip("\n").rstrip().split("\n")
        first = next((x for x in self.graph.nodes if x.op not in ("placeholder", "output")), None)
        if first is not None:
            place = sum(x.op == "placeholder" and x.target != x.name for x in self.graph.nodes)
            lines.insert(place, "    # No stacktrace found for following nodes")
        body = "\n".join(f"    {line}" for line in (head, *lines))
        text = f"class {type(self).__name__}(torch.nn.Module):\n{body}\n"
        if print_output:
            sys.stdout.write(f"{text}\n")
        return text

    def __str__(self) -> str:
        return "\n".join([super().__repr__(), self.code, _REMINDER])

    def __deepcopy__(self, memo: dict[int, Any]) -> GraphModule:
        parts = Module()
        left_out = ("_graph", "_code")
        parts.__dict__.update(copy.deepcopy({k: v for k, v in vars(self).items() if k not in left_out}, memo))
        made = GraphModule(parts, copy.deepcopy(self.graph, memo), type(self).__name__)
        for key, value in vars(parts).items():
            if key not in made.__dict__:
                made.__dict__[key] = value
        return made
