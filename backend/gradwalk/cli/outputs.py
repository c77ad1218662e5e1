"""What cells printed, printed again on the right stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from gradwalk.text import obeyed_by_nobody

if TYPE_CHECKING:
    from gradwalk.document.schema import Trace


def show(trace: Trace, out: TextIO, err: TextIO) -> None:
    """Print what the notebook shows under its cells, in order: errors and warnings to ``err``, all else to ``out``."""
    unfinished: TextIO | None = None
    for output in (output for cell in trace.cells for output in cell.outputs):
        stream = out if output.kind in ("stdout", "echo") else err
        if unfinished is not None and (unfinished is not stream or output.kind != "stdout"):
            unfinished.write("\n")
        ends = output.text.endswith("\n")
        text = obeyed_by_nobody(output.text) if stream.isatty() else output.text
        stream.write(text if ends or output.kind == "stdout" else text + "\n")
        # In a terminal both streams are one, and must come in the order in which they were written.
        stream.flush()
        unfinished = stream if output.kind == "stdout" and not ends else None
    if unfinished is not None:
        unfinished.write("\n")
    if trace.outcome.status not in ("ok", "error"):
        err.write(trace.outcome.message + "\n")
