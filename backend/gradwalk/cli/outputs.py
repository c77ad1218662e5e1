"""What cells printed, printed again on the right stream."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from gradwalk.document.schema import Trace

_COMMANDS = re.compile(r"(\x1b\[[\d;:]*m)|[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""What a terminal obeys: colours, which may pass, and what else is neither a line's end nor a step back in a line."""


def show(trace: Trace, out: TextIO, err: TextIO) -> None:
    """Print what the notebook shows under its cells, in order: errors and warnings to ``err``, all else to ``out``."""
    unfinished: TextIO | None = None
    for output in (output for cell in trace.cells for output in cell.outputs):
        stream = out if output.kind in ("stdout", "echo") else err
        if unfinished is not None and (unfinished is not stream or output.kind != "stdout"):
            unfinished.write("\n")
        ends = output.text.endswith("\n")
        text = _obeyed_by_nobody(output.text) if stream.isatty() else output.text
        stream.write(text if ends or output.kind == "stdout" else text + "\n")
        # In a terminal both streams are one, and must come in the order in which they were written.
        stream.flush()
        unfinished = stream if output.kind == "stdout" and not ends else None
    if unfinished is not None:
        unfinished.write("\n")
    if trace.outcome.status not in ("ok", "error"):
        err.write(trace.outcome.message + "\n")


def _obeyed_by_nobody(text: str) -> str:
    """With commands written out: by them a snippet would reach out of its sandbox, for the clipboard or the title."""
    return _COMMANDS.sub(lambda found: found[1] or f"\\x{ord(found[0]):02x}", text)
