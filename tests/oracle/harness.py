"""Runs a program, cell by cell, and records all that PyTorch lets one see of it.

Which PyTorch that is, the real one or Gradwalk's facade, is decided by the path and nowhere else: the harness only
says `import torch`.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
import linecache
import re
import sys
import traceback
import warnings
from collections.abc import Callable
from typing import Any

from tests.oracle.programs import Program
from tests.oracle.values import describe
from tests.oracle.watcher import Watcher

Layout = Callable[[object], str]
"""Lays a value out as a notebook does."""


def observe(program: Program, layout: Layout | None = None) -> list[dict[str, Any]]:
    """One record for each cell of the program, up to and with the one that raises."""
    torch = importlib.import_module("torch")
    namespace: dict[str, Any] = {"__name__": "__main__", "torch": torch}
    for short, module in (("nn", "torch.nn"), ("F", "torch.nn.functional")):
        with contextlib.suppress(ImportError):
            namespace[short] = importlib.import_module(module)
    torch.manual_seed(program.seed)
    watcher = Watcher(torch, lambda tensor: _name_in(namespace, tensor))
    if program.watched:
        watcher.install()
    records = []
    for number, source in enumerate(program.cells):
        watcher.passes = []
        # What compiles functions asks for their source, as who runs a notebook's cells does.
        linecache.cache[f"<cell {number}>"] = (len(source), None, source.splitlines(keepends=True), f"<cell {number}>")
        record = _run(source, f"<cell {number}>", namespace, layout)
        record |= {"passes": watcher.passes} if watcher.passes else {}
        records.append(record | {"tensors": _tensors(torch, namespace)})
        if "error" in record:
            break
    watcher.remove()
    return records


def _run(source: str, filename: str, namespace: dict[str, Any], layout: Layout | None) -> dict[str, Any]:
    """What one cell printed, echoed, warned of and raised."""
    record: dict[str, Any] = {}
    printed = io.StringIO()
    with _files(), warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(printed):
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", ResourceWarning)  # as Python does: files that are left open
        try:
            value = _execute(source, filename, namespace)
            if value is not None:
                record["echo"] = [repr(item) for item in value] if type(value) is tuple else repr(value)
                record |= {"text": layout(value)} if layout else {}
        except Exception as error:
            record["error"] = f"{type(error).__name__}: {error}"
            record["line"] = _line(error, filename)
    record["warnings"] = [f"{item.category.__name__}: {item.message}" for item in caught]
    record["stdout"] = printed.getvalue()
    return {key: _tidied(value) for key, value in record.items() if value not in ("", [])}


def _files() -> contextlib.AbstractContextManager[None]:
    """Gradwalk's runs have files in their memory, PyTorch's those of the machine."""
    if "gradwalk" not in str(sys.modules["torch"].__file__):
        return contextlib.nullcontext()
    doors: Any = importlib.import_module("gradwalk.runner.doors")
    return doors.files_of_run()  # type: ignore[no-any-return]


def _execute(source: str, filename: str, namespace: dict[str, Any]) -> Any:
    """Run the statements; the value of the last one if it is an expression."""
    tree = ast.parse(source, filename)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, filename, "exec"), namespace)
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), filename, "eval"), namespace)


def _line(error: Exception, filename: str) -> int | None:
    """The line of the cell's outermost statement that raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in frames if frame.filename == filename), None)


def _tidied(value: Any) -> Any:
    """Without what differs from one run or one build to the next: addresses, and places in PyTorch's C++ source."""
    if isinstance(value, list):
        return [_tidied(item) for item in value]
    if isinstance(value, str):
        value = re.sub(r"\nException raised from [^\n]*\n(?:(?:frame #|<omitting)[^\n]*\n)*", "\n", value)
        value = re.sub(r"0x[0-9a-f]{6,}", "0x...", value)
        return re.sub(r" ?\(Triggered internally at [^)]*\)", "", value)
    return value


def _name_in(namespace: dict[str, Any], tensor: Any) -> str:
    return next((name for name, value in namespace.items() if value is tensor), "?")


def _tensors(torch: Any, namespace: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each variable that is a tensor: value, version, and gradient where there can be one."""
    found = {}
    for name, value in namespace.items():
        if not isinstance(value, torch.Tensor) or name == "_":
            continue
        try:
            record: dict[str, Any] = {"value": describe(value), "leaf": value.is_leaf, "version": _version(value)}
        except RuntimeError as error:  # a view whose history was lost
            found[name] = {"value": str(error)}
            continue
        if value.requires_grad and (value.is_leaf or value.retains_grad):
            record["grad"] = describe(value.grad)
        found[name] = record
    return found


def _version(tensor: Any) -> int | None:
    try:
        return int(tensor._version)
    except RuntimeError:  # tensors of inference mode keep none
        return None


_FILES = contextlib.ExitStack()
"""What holds the files of programs as long as the process lives."""


def import_torch() -> Any:
    """Import PyTorch before the first fork, so that every program starts from the same state at no cost."""
    torch = importlib.import_module("torch")
    if hasattr(torch, "set_num_threads"):
        torch.set_num_threads(1)  # a thread pool does not survive a fork
    for module in ("torch.nn", "torch.nn.functional", "torch._decomp.decompositions_for_jvp"):
        with contextlib.suppress(ImportError), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the last, which forward mode loads when it is used first, warns of itself
            importlib.import_module(module)
    with contextlib.suppress(ImportError):
        kept = importlib.import_module("gradwalk.engine.kept")
        _FILES.enter_context(kept.run_with(2**30, 1000))  # as a run, which keeps its files in memory
    sys.setrecursionlimit(1000)
    return torch
