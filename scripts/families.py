"""Write ``engine/families.txt``: which family of the engine declares what, found by loading all of them.

python scripts/families.py          write it
python scripts/families.py --check  say what is not as it says
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

ENGINE = Path(__file__).parents[1] / "backend" / "gradwalk" / "engine"
PACKAGES = ("functions", "ops", "surface")


def found() -> str:
    """The text of the file."""
    lines: dict[tuple[str, str], list[str]] = {}
    for kind, name, family in _declarations():
        lines.setdefault((family, kind), []).append(name)
    return "".join(f"{kind} {family} {' '.join(names)}\n" for (family, kind), names in sorted(lines.items()))


def _declarations() -> Iterator[tuple[str, str, str]]:
    """Table, name and family. Raises ValueError for what two families declare, of which the last
    to be loaded would win, and for an op that is declared twice."""
    package = ModuleType("gradwalk.engine")  # the engine as it is before it has loaded any family
    package.__path__ = [str(ENGINE)]
    sys.modules[package.__name__] = package
    families: Any = import_module("gradwalk.engine.families")
    families._FAMILIES.clear()
    own: dict[tuple[str, str], str] = {}

    def note(table: Any, name: str, value: object) -> None:
        dict.__setitem__(table, name, value)
        family = _being_loaded()
        before = own.get((table.kind, name))
        if before is not None and (before != family or table.kind == "op"):
            raise ValueError(f"{table.kind} {name!r} is declared in {before} and in {family}")
        own[table.kind, name] = family

    families.Table.__setitem__ = note
    families.Table.declare = lambda table, name, make: note(table, name, make())
    for part in PACKAGES:
        for path in sorted((ENGINE / part).glob("*.py")):
            import_module(f"gradwalk.engine.{part}.{path.stem}")
    for (kind, name), family in own.items():
        if family.partition(".")[0] in PACKAGES and family != "surface.registry":
            yield kind, name, family


def _being_loaded() -> str:
    """The module whose body runs now, the innermost."""
    frame = sys._getframe(1)
    while frame.f_code.co_name != "<module>":
        assert frame.f_back is not None
        frame = frame.f_back
    return str(frame.f_globals["__name__"]).removeprefix("gradwalk.engine.")


def main() -> None:
    """Write or check."""
    path, text = ENGINE / "families.txt", found()
    if sys.argv[1:] != ["--check"]:
        path.write_text(text, encoding="utf-8")
        return
    before = path.read_text(encoding="utf-8")
    if before != text:
        sys.exit("\n".join(difflib.unified_diff(before.splitlines(), text.splitlines(), "families.txt", "declared")))


if __name__ == "__main__":
    main()
