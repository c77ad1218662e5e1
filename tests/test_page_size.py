"""The page stays small enough for a class on one access point: what a first visit loads, compressed."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

DIST = Path(__file__).parent.parent / "frontend" / "dist"
KIB = 1024
ADDRESS = re.compile(r"""(?:src|href)="\./([^"]+)"|url\(\.?/?([^)"']+)\)""")
"""What a document asks for, or a style sheet beside it."""
IMPORT = re.compile(r"""(?:^|[;\n}])import(?:[\w{}$,*\s]+from)?["']\./([^"']+)["']""")
"""A static import; what `import()` brings comes when it is needed."""
WORKER = re.compile(r"""[\w-]*worker[\w-]*\.js""")
"""The layout's worker: every run needs it."""


def named_in(path: Path) -> Iterator[Path]:
    text = path.read_text(encoding="utf-8") if path.suffix in (".html", ".js", ".css") else ""
    for pattern in {".html": [ADDRESS], ".css": [ADDRESS], ".js": [IMPORT, WORKER]}.get(path.suffix, []):
        for found in pattern.finditer(text):
            name = next(group for group in (*found.groups(), found.group()) if group)
            yield from (each for each in (path.parent / name,) if each.is_file())


def first_visit() -> set[Path]:
    """The files that a first visit loads, beginning with the document."""
    loaded: set[Path] = set()
    waiting = [DIST / "index.html"]
    while waiting:
        path = waiting.pop()
        if path not in loaded:
            loaded.add(path)
            waiting += named_in(path)
    return loaded


def compressed(paths: set[Path]) -> int:
    return sum(len(gzip.compress(path.read_bytes())) for path in paths)


def test_a_first_visit_is_within_its_budget() -> None:
    loaded = first_visit()
    kinds = {path.suffix for path in loaded}
    assert kinds >= {".html", ".js", ".css", ".woff2"}, "the page's parts were not found"
    assert any("worker" in path.name for path in loaded)
    assert compressed(loaded) <= 200 * KIB


def test_the_layout_worker_is_within_its_budget() -> None:
    assert compressed(set(DIST.rglob("*worker*.js"))) <= 6 * KIB


@pytest.mark.parametrize("lesson", ["backward-twice", "attention"])
def test_a_lesson_comes_only_when_it_is_chosen(lesson: str) -> None:
    [chunk] = DIST.rglob(f"{lesson}-*.js")
    assert chunk not in first_visit()


def test_files_that_play_by_themselves_are_within_their_budget() -> None:
    players = list(DIST.glob("player.*.html"))
    assert len(players) >= 2
    assert {path.name: size for path in players if (size := compressed({path})) > 100 * KIB} == {}


@pytest.mark.parametrize("document", ["index.html", "embed.html"])
def test_a_document_names_all_that_its_scripts_import_so_that_it_comes_at_once(document: str) -> None:
    scripts = {path for path in named_in(DIST / document) if path.suffix == ".js"}
    assert scripts
    imported = {DIST / "assets" / found[1] for path in scripts for found in IMPORT.finditer(path.read_text("utf-8"))}
    assert imported
    assert {path.resolve() for path in imported} <= {path.resolve() for path in scripts}
