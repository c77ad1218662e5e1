"""The programs the oracle runs: small texts with a name, and what they need beyond the engine's core."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
NOTEBOOK = HERE.parents[1] / "data" / "autograd.ipynb"
GALLERY = HERE.parents[2] / "frontend" / "src" / "lessons"
SUITES = (*sorted(path.stem for path in HERE.glob("*.toml")), "lesson", "gallery", "pairs")
LESSON_SEEDS = range(6)


GENERATED = "generated"
"""The suite of the first random programs; it has a test of its own, which allows for roundings."""
RECORDED = 100
"""So many of them are recorded: of each line of the generator some."""
COURSES = "generated_courses"
"""The suite of the first random programs as courses have them, tested with the others."""
RECORDED_COURSES = 32


@dataclass(frozen=True)
class Program:
    """Cells that run one after another in one namespace."""

    name: str
    cells: tuple[str, ...]
    needs: tuple[str, ...] = ()
    """Families of ops and names outside the engine's core; a program that needs none must pass."""
    seed: int = 0
    watched: bool = True
    """Whether backward passes are written down; transforms of functions are their own business."""

    @property
    def is_core(self) -> bool:
        return not self.needs


@cache
def suite(name: str) -> dict[str, Program]:
    """All programs of a suite by name."""
    if name == "lesson":
        return _lesson()
    if name in (GENERATED, COURSES):
        return _generated(name)
    if name == "gallery":
        return {path.stem: _of_gallery(path) for path in sorted(GALLERY.glob("*.json")) if path.stem != "contents"}
    if name == "pairs":
        return _pairs()
    table = tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
    if name == "printing":
        later = table.pop("later")
        core = {key: Program(key, (f"print({text})",)) for key, text in table.items()}
        return core | {key: Program(key, (f"print({text})",), ("dtypes",)) for key, text in later.items()}
    watched = name not in ("derivatives", "transforms")
    return {
        key: Program(
            key, (entry["code"],), tuple(entry.get("needs", ())), watched=watched and entry.get("watched", True)
        )
        for key, entry in table.items()
    }


def core(name: str) -> list[str]:
    """The names of a suite's programs that need nothing outside the engine's core."""
    return [key for key, program in suite(name).items() if program.is_core]


def _generated(name: str) -> dict[str, Program]:
    """Random programs by name."""
    from tests.oracle.generation import generated  # which makes this module's programs
    from tests.oracle.generation.courses import course

    of, count = (generated, RECORDED) if name == GENERATED else (course, RECORDED_COURSES)
    return {program.name: program for program in map(of, range(count))}


def _lesson() -> dict[str, Program]:
    """The lesson's notebook, once for each of a few seeds: its last two cells draw a random number."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    cells = tuple("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    return {f"seed{seed}": Program(f"seed{seed}", cells, seed=seed) for seed in LESSON_SEEDS}


def _pairs() -> dict[str, Program]:
    """The gallery's pairs of runs, each as two programs: the lesson's cells with a change, and without."""
    programs = {}
    for pair in json.loads((GALLERY / "pairs" / "contents.json").read_text(encoding="utf-8")):
        cells = list(_of_gallery(GALLERY / f"{pair['lesson']}.json").cells[: pair["cells"]])
        programs[f"{pair['id']} b"] = Program(f"{pair['id']} b", tuple(cells))
        for edit in pair["edits"]:
            text = cells[edit["cell"]] + "\n"
            assert text.count(edit["from"]) == 1, f"{edit['from']!r} must be there once"
            cells[edit["cell"]] = text.replace(edit["from"], edit["to"]).removesuffix("\n")
        programs[f"{pair['id']} a"] = Program(f"{pair['id']} a", tuple(cells))
    return programs


def _of_gallery(path: Path) -> Program:
    """A lesson that comes with the page, run as the page runs it."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return Program(path.stem, tuple("\n".join(cell["source"]) for cell in cells))
