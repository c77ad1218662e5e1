"""What TorchScript cannot be written in, found in a function's source, in PyTorch's words."""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Callable
from typing import Any, Final

from gradwalk.engine import Tensor


class FrontendError(Exception):
    """A function is not written in TorchScript."""

    __module__ = "torch.jit.frontend"


class NotSupportedError(FrontendError):
    """It says what TorchScript has not."""

    __module__ = "torch.jit.frontend"


class UnsupportedNodeError(NotSupportedError):
    """It is of a kind of statement or expression that TorchScript has not."""

    __module__ = "torch.jit.frontend"


_VARIADIC: Final = (
    "Compiled functions can't take variable number of arguments or use keyword-only arguments with defaults"
)
_GLOBAL: Final = (
    "\npython value of type '{0}' cannot be used as a value. Perhaps it is a closed over global variable? If so, "
    "please consider passing it in as an argument or use a local variable instead."
)
_NAMED: Final[dict[type[ast.AST], tuple[str, str]]] = {
    ast.FunctionDef: ("function definitions", "def"),
    ast.ClassDef: ("class definitions", "class"),
    ast.Import: ("import statements", "import"),
    ast.ImportFrom: ("import statements", "from"),
    ast.Global: ("global variables", "global"),
    ast.AsyncFunctionDef: ("async function definitions", "async def"),
    ast.AsyncFor: ("async for loops", "async for"),
    ast.AsyncWith: ("async with statements", "async with"),
    ast.Try: ("try blocks", "try"),
    ast.Nonlocal: ("nonlocal variables", "nonlocal"),
    **{
        kind: (kind.__name__, " ")
        for kind in (ast.Lambda, ast.Yield, ast.YieldFrom, ast.Await, ast.NamedExpr, ast.Set, ast.SetComp, ast.Match)
    },
}
"""What is not supported: what PyTorch calls it, and the word that it begins with."""
_AROUND: Final = 3
"""So many lines of the source are shown on each side."""


def check(function: Callable[..., Any]) -> None:
    """Raises FrontendError for what the compiler would not take; what it would find later is not looked for."""
    try:
        lines, first = inspect.getsourcelines(function)
    except TypeError:
        return
    source = textwrap.dedent("".join(lines))
    tree = ast.parse(source)
    if not tree.body or not isinstance(tree.body[0], ast.FunctionDef):
        raise RuntimeError(f"Expected a single top-level function: {inspect.getsourcefile(function)}:{first}")
    shown = _Shown(inspect.getsourcefile(function) or "", source.splitlines(), first)
    asked = tree.body[0].args
    many = asked.vararg or asked.kwarg
    if many is not None:
        _refuse(NotSupportedError, _VARIADIC, shown, many, len(many.arg) + 1, back=1)
    for default in filter(None, asked.kw_defaults):
        _refuse(NotSupportedError, _VARIADIC, shown, default, 1)
    for statement in tree.body[0].body:
        _check_within(statement, shown)
    _check_names(function, tree.body[0], shown)


def _check_names(function: Callable[..., Any], tree: ast.FunctionDef, shown: _Shown) -> None:
    """Raises RuntimeError for names of nothing, and for those of values of Python's."""
    function = inspect.unwrap(getattr(function, "__func__", function))
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    known = {**vars(builtins), **function.__globals__, **{name: cell.cell_contents for name, cell in cells}}
    own = set(function.__code__.co_varnames)
    inside = [node for statement in tree.body for node in ast.walk(statement) if isinstance(node, ast.Name)]
    own.update(node.id for node in inside if not isinstance(node.ctx, ast.Load))
    for node in inside:
        if node.id in own:
            continue
        if node.id not in known:
            _refuse(RuntimeError, f"\nundefined value {node.id}", shown, node, len(node.id))
        value = known[node.id]
        if isinstance(value, int | float | str | list | dict | Tensor) and not _is_final(function, node.id):
            _refuse(RuntimeError, _GLOBAL.format(type(value).__name__), shown, node, len(node.id))


def _is_final(function: Any, name: str) -> bool:
    return "Final" in str(function.__globals__.get("__annotations__", {}).get(name, ""))


class _Shown:
    """The source that errors show."""

    def __init__(self, path: str, lines: list[str], first: int) -> None:
        self.path, self.lines, self.first = path, lines, first


def _check_within(node: ast.AST, shown: _Shown) -> None:
    found = _NAMED.get(type(node))
    if found is not None:
        _refuse(UnsupportedNodeError, f"{found[0]} aren't supported", shown, node, len(found[1]))
    for inside in ast.iter_child_nodes(node):
        _check_within(inside, shown)


def _refuse(
    kind: type[Exception], words: str, shown: _Shown, node: Any, width: int, *, back: int = 0
) -> None:
    begin, at = max(node.lineno - 1 - _AROUND, 0), node.lineno
    marked = " " * (node.col_offset - back) + "~" * width + " <--- HERE"
    text = [*shown.lines[begin:at], marked, *shown.lines[at : at + _AROUND]]
    raise kind(f'{words}:\n  File "{shown.path}", line {shown.first + node.lineno - 1}\n' + "\n".join(text) + "\n")
