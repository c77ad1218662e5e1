"""Writes the lock files: the exact version of every package that pyproject.toml asks for, directly or not.

It asks pip to resolve (nothing is installed) and keeps names and versions only, so that a lock file
holds no address and works with any index.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Written by `make lock` from pyproject.toml. Do not edit.\n"


def resolve(requirements: list[str]) -> dict[str, str]:
    """Name -> version of everything that must be installed for these requirements, on this Python."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
    report = json.loads(subprocess.run(command + requirements, check=True, capture_output=True, text=True).stdout)
    packages = [item["metadata"] for item in report["install"]]
    return {canonical(package["name"]): package["version"] for package in packages}


def canonical(name: str) -> str:
    """The one spelling of a package's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def markers(requirements: list[str]) -> dict[str, str]:
    """The environment markers that pyproject.toml puts on a package, kept so that the lock respects them too."""
    found = {}
    for requirement in requirements:
        spec, _, marker = requirement.partition(";")
        if marker:
            name = re.match(r"[\w.-]+", spec)
            assert name is not None
            found[canonical(name.group())] = marker.strip()
    return found


def write(path: Path, versions: dict[str, str], marks: dict[str, str]) -> None:
    """One `name==version` a line, sorted."""
    lines = [
        f"{name}=={version}" + (f" ; {marks[name]}" if name in marks else "")
        for name, version in sorted(versions.items())
    ]
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path.name}: {len(lines)} packages")


def main() -> None:
    """Resolves both sets together, so that the tests run on the very versions that are shipped."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime: list[str] = project["project"]["dependencies"]
    dev: list[str] = project["dependency-groups"]["dev"]
    marks = markers(runtime + dev)

    everything = resolve(runtime + dev)
    pins = [f"{name}=={version}" for name, version in everything.items()]
    constraints = ROOT / ".venv" / "lock-constraints.txt"
    constraints.write_text("\n".join(pins), encoding="utf-8")
    shipped = resolve(["--constraint", str(constraints), *runtime])

    write(ROOT / "requirements.lock", shipped, marks)
    write(ROOT / "requirements-dev.lock", everything, marks)


if __name__ == "__main__":
    main()
