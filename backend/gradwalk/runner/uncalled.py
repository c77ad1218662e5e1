"""Has names of methods that are not called there (``print(x.size)``) shown as PyTorch shows them."""

from __future__ import annotations

import ast
import re

from gradwalk.engine.surface.uncalled import is_built_in, is_built_in_function
from gradwalk.runner.calls import at, call
from gradwalk.runner.hooks import Hook
from gradwalk.runner.source import CellText, position

_NAMED = re.compile(rb"\.[^\S\n]*([a-z]\w*)(?!\w|[^\S\n]*\()")


def show_uncalled_methods(tree: ast.Module, text: CellText) -> None:
    """Pass on what such an expression gives, in place; cells without any are not gone through."""
    named = {found.decode() for found in set(_NAMED.findall(b"\n".join(text.lines)))}
    if any(is_built_in(name) or is_built_in_function(name) for name in named):
        _Uncalled().visit(tree)


_SHOW = frozenset(("print", "str", "repr", "float", "int", "len", "list", "tuple", "iter", "range", "format", "round"))
"""What shows its arguments, or asks of them what no function can do."""


class _Uncalled(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.Call:
        """What is called is left as it is, but for what it is an attribute of."""
        if isinstance(node.func, ast.Attribute):
            node.func.value = _shown(self.visit(node.func.value))
        else:
            node.func = self.visit(node.func)
        node.args = [self.visit(argument) for argument in node.args]
        if isinstance(node.func, ast.Name) and node.func.id in _SHOW:
            node.args = [_shown(argument) for argument in node.args]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """``x.size`` is passed on by the hook."""
        node.value = _shown(self.visit(node.value))
        if not isinstance(node.ctx, ast.Load) or not is_built_in(node.attr) or _is_of_torch(node):
            return node
        return call(Hook.METHOD, [node, node.attr], at(position(node)))

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        node.left, node.right = _shown(self.visit(node.left)), _shown(self.visit(node.right))
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.UnaryOp:
        node.operand = _shown(self.visit(node.operand))
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.Subscript:
        node.value, node.slice = _shown(self.visit(node.value)), self.visit(node.slice)
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.FormattedValue:
        self.generic_visit(node)
        node.value = _shown(node.value)
        return node


def _is_of_torch(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "torch"


def _shown(node: ast.expr) -> ast.expr:
    """``torch.exp`` where it is shown, or is used as what it is not, is passed on by the hook; it stays itself where it
    is handed on, for functions are compared."""
    if not (isinstance(node, ast.Attribute) and _is_of_torch(node) and is_built_in_function(node.attr)):
        return node
    return call(Hook.FUNCTION, [node, node.attr], at(position(node))) if isinstance(node.ctx, ast.Load) else node
