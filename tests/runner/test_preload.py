"""A process that has loaded all beforehand imports nothing later: the sandbox's child has no way to a file."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "backend" / "gradwalk"
IN_THE_CHILD = ("engine", "formula", "recorder", "runner", "facade/torch")
ELSEWHERE = {"gradwalk.runner.rehearsal"}
"""Loaded by the fork server itself, by name."""


def _imported_late(path: Path) -> Iterator[str]:
    """The modules that a file's functions import."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = _name_of(path if path.name == "__init__.py" else path.parent / "__init__.py").split(".")
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Import):
                yield from (name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                above = package[: len(package) - node.level + 1] if node.level else []
                yield ".".join((*above, *(node.module or "").split("."))).rstrip(".")


def _name_of(path: Path) -> str:
    place = path.relative_to(PACKAGE.parent).with_suffix("")
    return ".".join(place.parts).removesuffix(".__init__").replace("gradwalk.facade.torch", "torch")


def test_whatever_functions_import_is_there() -> None:
    wanted: set[str] = set()
    modules: set[str] = set()
    for part in IN_THE_CHILD:
        for path in (PACKAGE / part).rglob("*.py"):
            modules.add(_name_of(path))
            wanted.update(_imported_late(path))
    assert "difflib" in wanted
    program = (
        "import sys; from gradwalk.sandbox.preload import preload as first; from gradwalk.runner import preload;"
        "first(); preload(); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True)
    assert sorted((wanted | modules) - {*done.stdout.split()} - ELSEWHERE) == []


def test_nothing_that_families_declare_is_left_to_be_made() -> None:
    program = (
        "from gradwalk.runner import preload; preload(); from gradwalk.engine.surface import FUNCTIONS, METHODS;"
        "print(*({*table.declared()} - {*dict.keys(table)} for table in (FUNCTIONS, METHODS)))"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set() set()\n"
