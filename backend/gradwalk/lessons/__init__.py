"""The lessons that come with the page, as data: topics, titles, cells with their notes.

The files are the page's own (``frontend/src/lessons``); an installed package holds a copy of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from gradwalk.errors import NoSuchLesson

Language = Literal["en", "zh"]

_HERE = Path(__file__).resolve().parent
_PACKAGED = _HERE / "data"
FOLDER = _PACKAGED if _PACKAGED.is_dir() else _HERE.parents[2] / "frontend" / "src" / "lessons"


@dataclass(frozen=True)
class Lesson:
    """One lesson in one language."""

    id: str
    topic: str
    title: str
    watch: str
    """What to watch for."""
    cells: tuple[tuple[str, str], ...]
    """Source and note of each."""

    @property
    def script(self) -> str:
        """The lesson as a script with ``# %%`` cells, the notes as Markdown cells in comments."""
        parts = [f"# %% [markdown]\n# {self.title}\n#\n# {self.watch}"]
        for source, note in self.cells:
            if note:
                parts.append(f"# %% [markdown]\n# {note}")
            parts.append(f"# %%\n{source}")
        return "\n\n".join(parts) + "\n"


@cache
def lessons(language: Language = "en") -> tuple[Lesson, ...]:
    """All of them, topic by topic, in the page's order."""
    return tuple(_all(language))


def lesson(id: str, language: Language = "en") -> Lesson:
    """The one of that id; raises :class:`NoSuchLesson`, with those that are alike, if there is none."""
    for known in lessons(language):
        if known.id == id:
            return known
    alike = [known.id for known in lessons(language) if id.lower() in f"{known.id} {known.title}".lower()]
    hint = f" Is it one of {', '.join(alike)}?" if alike else ""
    raise NoSuchLesson(f"there is no lesson {id!r}.{hint} `gradwalk examples` and `/api/v1/examples` list all.")


def _all(language: Language) -> Iterator[Lesson]:
    for topic in _read("contents"):
        for id in topic["lessons"]:
            read = _read(id)
            yield Lesson(
                id,
                topic["title"][language],
                read["title"][language],
                read["watch"][language],
                tuple(("\n".join(cell["source"]), cell.get("note", {}).get(language, "")) for cell in read["cells"]),
            )


def _read(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
