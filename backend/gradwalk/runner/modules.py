"""Modules that a run has among its own files, as those that a cell with ``%%writefile`` has written."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import Any

from gradwalk.engine import kept
from gradwalk.runner.cellfile import CellFile
from gradwalk.writefile import ToWrite

Compiler = Callable[[CellFile], CodeType]


class _Found:
    """What Python finds modules by: what is loaded, who looks for more, and where; as it was when this was made."""

    def __init__(self) -> None:
        self._stood = sys.modules, sys.meta_path, sys.path
        self.modules, self._finders, self._path = sys.modules.copy(), [*sys.meta_path], [*sys.path]

    def put_back(self) -> None:
        """Let it be so again, whatever a snippet has done to it; what has been loaded since stays."""
        sys.modules, sys.meta_path, sys.path = self._stood
        sys.modules.update(self.modules)
        sys.meta_path[:], sys.path[:] = self._finders, self._path


class Modules:
    """Writes files for cells, and finds and loads modules in the run's files, as Python's finders and loaders do.

    Code of a module whose text stands in a cell is followed there; other code is run as it is. Their base
    classes would load what works with files, of which a run needs nothing.
    """

    def __init__(self, cells: dict[str, CellFile], compile: Compiler, builtins: dict[str, Any]) -> None:
        self._cells, self._compile, self._builtins = cells, compile, builtins
        self._own: set[str] = set()
        """Outermost names that are asked for here first."""
        self._pythons = _Found()

    def write(self, cell: CellFile, asked: ToWrite) -> tuple[CellFile | None, str]:
        """Write a cell's file, and the folders that it lies in. Gives the file, if all that is in it stands in this
        cell, and what IPython says of it."""
        os.makedirs(os.path.dirname(asked.name) or ".", exist_ok=True)
        is_there = os.path.exists(asked.name)
        with open(asked.name, "a" if asked.append else "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write(asked.text)
        path = os.path.realpath(asked.name)
        written = None
        if not asked.append or not is_there:
            self._cells[path] = written = cell._replace(source=asked.text, path=path)
        return written, f"{'Appending to' if asked.append else 'Overwriting' if is_there else 'Writing'} {asked.name}"

    def has(self, top: str) -> bool:
        """Whether a module of that name lies where the run is, or where ``sys.path`` says of the run's folders. A name
        that something else is loaded by already is that one's, as in a notebook."""
        if top in self._own or top in self._pythons.modules:
            return top in self._own
        if kept.of_run() is not None and self._found(top, None) is not None:
            self._own.add(top)
        return top in self._own

    @contextmanager
    def found(self) -> Iterator[None]:
        """While this lasts they are found; afterwards none is left."""
        sys.meta_path.insert(0, self)
        try:
            yield
        finally:
            self._pythons.put_back()
            for name in [name for name in sys.modules if name.partition(".")[0] in self._own] if self._own else ():
                del sys.modules[name]

    def put_back(self) -> None:
        """Have Python find modules as it did when the run began, and the run's own: a snippet may have seen to it that
        it finds none."""
        self._pythons.put_back()
        sys.meta_path.insert(0, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where a module lies."""
        return self._found(fullname, path) if fullname.partition(".")[0] in self._own else None

    def _found(self, name: str, path: Sequence[str] | None) -> ModuleSpec | None:
        folders: list[str] = []
        for place in filter(_is_text, ("", *sys.path) if path is None else path):
            at = os.path.join(place, name.rpartition(".")[2])
            inside = os.path.join(at, "__init__.py")
            if os.path.isfile(inside):
                return self._at(name, inside, [at])
            if os.path.isfile(f"{at}.py"):
                return self._at(name, f"{at}.py")
            if os.path.isdir(at):
                folders.append(at)
        return self._at(name, None, folders) if folders else None

    def _at(self, name: str, file: str | None, folders: list[str] | None = None) -> ModuleSpec:
        """What Python is told of a module in a file, of a package in its folder, or of one that is folders alone."""
        loader: Any = None if file is None else self
        origin = None if file is None else os.path.realpath(file)
        spec = ModuleSpec(name, loader, origin=origin, is_package=folders is not None)
        spec.has_location = file is not None
        if folders is not None:
            spec.submodule_search_locations = [os.path.realpath(folder) for folder in folders]
        return spec

    def create_module(self, spec: ModuleSpec) -> None:
        """As Python makes it."""

    def exec_module(self, module: ModuleType) -> None:
        """Run a module's code, with what stands for Python's builtins in a snippet."""
        module.__dict__["__builtins__"] = self._builtins
        exec(self._code_of(str(module.__file__)), module.__dict__)  # noqa: S102  # as importing does

    def run(self, name: str, names: dict[str, Any], apart: bool) -> None:
        """Run a file as a program, with ``names`` or ``apart`` from them; its own are theirs afterwards."""
        path = os.path.realpath(name)
        own = {"__name__": "__main__", "__file__": path, "__builtins__": self._builtins} if apart else names
        exec(self._code_of(path), own)  # noqa: S102  # as %run does
        if apart:
            names.update((each, value) for each, value in own.items() if not each.startswith("__"))

    def _code_of(self, path: str) -> CodeType:
        from importlib.util import decode_source  # which most runs do without

        with open(path, "rb") as file:
            source = decode_source(file.read())
        written = self._cells.get(path)
        if written is not None and written.source == source:
            return self._compile(written)
        return compile(source, path, "exec", dont_inherit=True)


def _is_text(place: object) -> bool:
    """Whether Python would look there: a snippet may have put anything into ``sys.path``."""
    return isinstance(place, str)
