"""One run, as ``gradwalk.trace`` returns it: its outputs, states, tensors and pictures."""

from __future__ import annotations

import contextlib
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from pydantic import ValidationError

from gradwalk.document.schema import Cell, Outcome, Trace
from gradwalk.errors import ExportError, ExtraMissing, NotATrace, UnknownFormat
from gradwalk.walk.frames import Frames
from gradwalk.walk.tensors import Tensors

if TYPE_CHECKING:
    import networkx
    from rich.console import RenderableType

    from gradwalk.export.look import Direction, Language, Theme
    from gradwalk.walk.widget import Player


class Looks(TypedDict, total=False):
    """How an export looks: what :class:`gradwalk.export.Look` takes."""

    theme: Theme
    direction: Direction
    language: Language
    scale: float
    fold: bool
    server: str


class Walk:
    """A run that can be gone through; everything in it comes from ``document``, the trace as it is sent and kept."""

    def __init__(self, document: Trace, id: str | None = None) -> None:
        self.document = document
        """The whole trace, field by field as :mod:`gradwalk.document.schema` describes it."""
        self.id = id
        """What names it: a hash of code, options, version and limits, the same here and on every server of the same
        version and limits. It is no part of the document; None where it was read from a file."""

    @classmethod
    def from_json(cls, text: str | bytes, id: str | None = None) -> Walk:
        """The walk of a trace that was kept as JSON; raises :class:`NotATrace` if it is none."""
        try:
            return cls(Trace.model_validate_json(text), id)
        except ValidationError as invalid:
            first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"])) or "the text"
            raise NotATrace(f"This is no trace of Gradwalk's: {where}: {first['msg']}.") from None

    @property
    def outcome(self) -> Outcome:
        """How the run ended: ``status``, ``message``, ``error``."""
        return self.document.outcome

    @property
    def ok(self) -> bool:
        """Whether it ran to its end without an error."""
        return self.outcome.status == "ok"

    @property
    def cells(self) -> list[Cell]:
        """The cells, each with its source, status and outputs."""
        return self.document.cells

    @property
    def output(self) -> str:
        """All that a notebook would show, as text."""
        chunks = (output.text for cell in self.cells for output in cell.outputs)
        return "".join(chunk if chunk.endswith("\n") else chunk + "\n" for chunk in chunks)

    @cached_property
    def frames(self) -> Frames:
        """The state at each step, from ``frames[0]`` before anything ran to ``frames[-1]`` at the end."""
        return Frames(self.document)

    @cached_property
    def tensors(self) -> Tensors:
        """The tensors by name, as they were at the end."""
        return self.tensors_at(-1)

    def tensors_at(self, step: int) -> Tensors:
        """The tensors that had been given a name by ``step``, as they were then."""
        return Tensors(self.document, self.frames[step])

    def to_json(self) -> str:
        """The trace as the API answers it; :func:`gradwalk.load` and :meth:`from_json` read it."""
        return self.document.model_dump_json()

    def to_networkx(self) -> networkx.MultiDiGraph:
        """The computation graph for networkx, which must be installed: see :mod:`gradwalk.walk.networkx`."""
        from gradwalk.walk.networkx import to_networkx

        return to_networkx(self.document)

    def export(self, format: str, step: int | None = None, **look: Unpack[Looks]) -> bytes:
        """In one of ``gradwalk.export.FORMATS``: the whole run, or its state at ``step``.

        ``look`` is theme, direction, language, scale and fold, as :class:`~gradwalk.export.Look` has them. Raises
        :class:`~gradwalk.errors.ExportError` where that cannot be.
        """
        from gradwalk.export import Look, export  # loaded when something is exported: it is much

        return export(self.document, format, step, Look(**look))

    def to_svg(self, step: int | None = None, **look: Unpack[Looks]) -> str:
        """The picture of the graph as SVG."""
        return self.export("svg", step, **look).decode()

    def to_png(self, step: int | None = None, **look: Unpack[Looks]) -> bytes:
        """The picture in pixels; ``scale`` says how many."""
        return self.export("png", step, **look)

    def to_pdf(self, step: int | None = None, **look: Unpack[Looks]) -> bytes:
        """The picture on a page of its size."""
        return self.export("pdf", step, **look)

    def to_dot(self, step: int | None = None, **look: Unpack[Looks]) -> str:
        """The graph for Graphviz."""
        return self.export("dot", step, **look).decode()

    def to_mermaid(self, step: int | None = None, **look: Unpack[Looks]) -> str:
        """The graph for Mermaid."""
        return self.export("mmd", step, **look).decode()

    def to_markdown(self, step: int | None = None, **look: Unpack[Looks]) -> str:
        """A handout: code, pictures, sentences and gradients."""
        return self.export("md", step, **look).decode()

    def to_html(self, step: int | None = None, **look: Unpack[Looks]) -> str:
        """One file that plays the run by itself, without a network; it begins at ``step``."""
        return self.export("html", step, **look).decode()

    def to_text(self, step: int | None = None, **look: Unpack[Looks]) -> str:
        """The walk in words, a line a step."""
        return self.export("txt", step, **look).decode()

    def save(self, path: str | PathLike[str], step: int | None = None, **look: Unpack[Looks]) -> None:
        """Write it to ``path`` in the format that the name's ending says.

        ``.json`` and ``.trace.json`` are the trace itself, all of it and as it is; ``.graph.json`` is the graph alone.
        """
        from gradwalk.export import FORMATS, TRACE, TRACE_SUFFIX, format_of

        file = Path(path)
        wanted = format_of(file.name)
        if wanted == TRACE:
            if step is not None or look:
                raise UnknownFormat("A trace is kept as it is, all of it: leave out the step and the look.")
            data = self.to_json().encode()
        elif wanted is None:
            known = (TRACE_SUFFIX, *(made.suffix for made in FORMATS.values()))
            raise UnknownFormat(f"Nothing is written as '{file.suffix}'; there are {', '.join(known)}.")
        else:
            data = self.export(wanted, step, **look)
        file.write_bytes(data)

    def show(self, step: int | None = None, *, height: int = 640, **look: Unpack[Looks]) -> Player:
        """The player as a widget, ``height`` pixels high, for JupyterLab, VS Code and their like.

        Raises :class:`~gradwalk.errors.ExtraMissing` without ``gradwalk[jupyter]``.
        """
        try:
            from gradwalk.walk.widget import Player
        except ImportError:
            raise ExtraMissing("Widgets need more packages: pip install 'gradwalk[jupyter]'.") from None
        from gradwalk.export import Look

        return Player.of(self.document, step, Look(**look), height, self.output)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """For notebooks: the picture, where one can be drawn, and in any case the text."""
        bundle = {"text/plain": repr(self)}
        with contextlib.suppress(ExportError):
            bundle["image/svg+xml"] = self.to_svg()
        return bundle

    def __rich__(self) -> RenderableType:
        """For terminals: the outputs' summary and the tensors as a table."""
        from gradwalk.walk.table import table

        return table(repr(self), self.tensors)

    def __repr__(self) -> str:
        counts = {"cell": len(self.cells), "op": len(self.document.ops), "step": len(self.document.events)}
        told = ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for what, count in counts.items())
        ending = self.outcome.status if self.ok else self.outcome.message
        return f"<Walk: {told}; {ending}>"


def load(path: str | PathLike[str]) -> Walk:
    """The walk of a trace in a file, as ``Walk.save`` or ``gradwalk run --format json`` wrote it."""
    try:
        text = Path(path).read_bytes()
    except OSError as error:
        raise NotATrace(f"cannot read {path}: {error.strerror}") from error
    return Walk.from_json(text)
