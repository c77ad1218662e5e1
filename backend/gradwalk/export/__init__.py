"""A trace given out in other forms, from the document alone: pictures, graphs as data, the walk in words.

:data:`FORMATS` says which there are, :func:`export` makes one, :class:`Look` says how it looks.
"""

from __future__ import annotations

from gradwalk.document.schema import Trace
from gradwalk.errors import NoSuchStep, UnknownFormat
from gradwalk.export.formats import FORMATS, TRACE, TRACE_SUFFIX, Format, chosen, format_of
from gradwalk.export.graph.scene import Stage
from gradwalk.export.look import Look
from gradwalk.export.reading.run import Run

__all__ = ["FORMATS", "TRACE", "TRACE_SUFFIX", "Format", "Look", "chosen", "export", "format_of"]

_AS_IT_IS = Look()


def export(trace: Trace, format: str, step: int | None = None, look: Look = _AS_IT_IS) -> bytes:
    """The trace in one of the :data:`FORMATS`; the same bytes whenever it is asked for.

    ``step`` is a number of events, as in :func:`gradwalk.document.fold.frame_at`: a graph is then the one that the
    step with the last of these events is about, in its state after them. With None it is the whole run's, at its end.

    Raises :class:`UnknownFormat`, :class:`NoSuchStep`, :class:`PictureTooLarge`, :class:`RendererMissing` or
    :class:`RenderingFailed`; each says the way out.
    """
    if format not in FORMATS:
        raise UnknownFormat(f"There is no format {format!r}: take one of {', '.join(FORMATS)}.")
    events = len(trace.events)
    if step is not None and not 0 <= step <= events:
        raise NoSuchStep(f"There is no step {step}: this run has {events} events, so take 0 to {events}.")
    return FORMATS[format].write(Stage(Run(trace)), step, look)
