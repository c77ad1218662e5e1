"""Has names of methods that are not called there (``print(x.size)``) shown as PyTorch shows them."""

from __future__ import annotations

import ast
import re

from gradwalk.engine.surface.uncalled import is_built_in
from gradwalk.runner.calls import call
from gradwalk.runner.hooks import Hook
from gradwalk.runner.source import CellText, position

_NAMED = re.compile(rb"\.\s*([a-z]\w*)(?!\w|\s*\()")


def show_uncalled_methods(tree: ast.Module, text: CellText) -> None:
    """Pass on what such an expression gives, in place; cells without any are not gone through."""
    if any(is_built_in(found.decode()) for line in text.lines for found in _NAMED.findall(line)):
        _Uncalled().visit(tree)


class _Uncalled(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.Call:
        """What is called is left as it is, but for what it is an attribute of."""
        if isinstance(node.func, ast.Attribute):
            node.func.value = self.visit(node.func.value)
        else:
            node.func = self.visit(node.func)
        node.args = [self.visit(argument) for argument in node.args]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """``x.size`` is passed on by the hook."""
        node.value = self.visit(node.value)
        if not isinstance(node.ctx, ast.Load) or not is_built_in(node.attr):
            return node
        return call(Hook.METHOD, [node, node.attr], position(node))
