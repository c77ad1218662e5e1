"""One run, as ``gradwalk.trace`` returns it: its outputs, states, tensors and pictures."""

from __future__ import annotations

from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from gradwalk.errors import GradwalkError, NoTrace
from gradwalk.trace.schema import Cell, Outcome, Trace
from gradwalk.walk.frames import Frames
from gradwalk.walk.tensors import Tensors

if TYPE_CHECKING:
    import networkx


class Walk:
    """A run that can be gone through; everything in it comes from ``document``, the trace as it is sent and kept."""

    def __init__(self, document: Trace) -> None:
        self.document = document
        """The whole trace, field by field as :mod:`gradwalk.trace.schema` describes it."""

    @classmethod
    def from_json(cls, text: str | bytes) -> Walk:
        """The walk of a trace that was kept as JSON; raises :class:`NoTrace` if it is none."""
        try:
            return cls(Trace.model_validate_json(text))
        except ValidationError as invalid:
            first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"])) or "the text"
            raise NoTrace(f"This is no trace of Gradwalk's: {where}: {first['msg']}.") from None

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

    def save(self, path: str | PathLike[str]) -> None:
        """Write it to ``path`` in the format that the name's ending says: ``.json`` is the trace itself."""
        file = Path(path)
        if file.suffix.lower() != ".json":
            raise GradwalkError(f"Nothing is written as '{file.suffix}'; there is .json.")
        file.write_text(self.to_json(), encoding="utf-8")

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
        raise NoTrace(f"cannot read {path}: {error.strerror}") from error
    return Walk.from_json(text)
