"""Compiles the package's C, where there is a compiler: each `csrc` directory becomes the module `_core` beside it.

The C stands for Python that is there as well, so nothing depends on it but speed. Run with the Python that will load
it; numpy's headers come from the numpy that this Python has. Standard library only.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "backend" / "gradwalk"

_STRICT = ["-std=gnu11", "-ffp-contract=off", "-fvisibility=hidden", "-Wall", "-Wextra", "-Wno-cast-function-type"]
"""Among them: each product is rounded, as numpy's are, where the processor could do without."""

_SHORT = ["-O2", "-fno-plt"]
"""Less code, and none between a call of Python's and what it calls: of a small program each thing runs once, from cold
caches. By turns that takes a chain of operations a twelfth less time."""


def parts() -> list[Path]:
    """The directories of C sources."""
    return sorted(path for path in PACKAGE.rglob("csrc") if path.is_dir())


def module_of(part: Path) -> Path:
    """Where the module made of such a directory lies in the source tree."""
    return part.parent / f"_core{sysconfig.get_config_var('EXT_SUFFIX')}"


def linker() -> list[str] | None:
    """The command that compiles and links a module; None where there is no compiler or Python's headers are not."""
    command = shlex.split(sysconfig.get_config_var("LDSHARED") or "")
    headers = Path(sysconfig.get_path("include")) / "Python.h"
    return command if command and shutil.which(command[0]) and headers.exists() else None


def compile_part(part: Path, target: Path, headers: str, extra: list[str]) -> str:
    """Make the module; gives what the compiler says if it does not succeed."""
    command = linker()
    assert command is not None
    options = shlex.split(f"{sysconfig.get_config_var('CFLAGS')} {sysconfig.get_config_var('CCSHARED') or ''}")
    includes = [f"-I{path}" for path in (sysconfig.get_path("include"), headers)]
    sources = [str(path) for path in sorted(part.glob("*.c"))]
    fresh = target.with_suffix(".new")
    ran = subprocess.run(
        [*command, *options, *_STRICT, *_SHORT, *extra, *includes, *sources, "-o", str(fresh)],
        capture_output=True,
        text=True,
    )
    if ran.returncode:
        return ran.stderr
    print(ran.stderr, end="", file=sys.stderr)  # warnings
    os.replace(fresh, target)  # a process that runs keeps the one that it has
    return ""


def compile_all(target_of: dict[Path, Path], extra: list[str]) -> bool:
    """Make every part's module. False, with one line that says why, if they are left out."""
    missing = "without a C compiler" if linker() is None else ""
    try:
        from numpy import get_include
    except ImportError:
        missing = missing or "without numpy's headers"
    if missing:
        print(f"==> The engine runs in Python alone, {missing}: the same results, more slowly")
        return False
    for part, target in target_of.items():
        error = compile_part(part, target, get_include(), extra)
        if error:
            print(error, file=sys.stderr)
            what = part.relative_to(PACKAGE)
            print(f"==> {what} does not compile here, so it is left out: the same results, more slowly")
            target.unlink(missing_ok=True)
            return False
    return True


if __name__ == "__main__":
    if compile_all({part: module_of(part) for part in parts()}, sys.argv[1:]):
        print("==> Compiled the core")
