"""Why a run was stopped, where, and how much of it is not on record, as sentences for every language."""

from __future__ import annotations

from gradwalk.document.schema import Gap, Trace
from gradwalk.export.reading.cells import cell_name, line_in
from gradwalk.export.reading.sentences import Sentence, say

MEBIBYTE = 1 << 20


def tell_stop(trace: Trace) -> list[Sentence]:
    """Nothing for a run that came to its own end."""
    outcome = trace.outcome
    if outcome.status in ("ok", "error"):
        return []
    stop = outcome.stop
    if stop is None:
        return [say("stopOther", message=outcome.message)]
    seconds = stop.reason in ("cpu", "wall")
    limit = "" if stop.limit is None else f"{stop.limit:.1f}" if seconds else _grouped(stop.limit)
    told = [
        say(
            f"stop{stop.reason.capitalize()}",
            limit=limit,
            size=_grouped((stop.limit or 0) / MEBIBYTE),
            signal=stop.signal or "",
            status="" if stop.exit_status is None else str(stop.exit_status),
        )
    ]
    if stop.line is not None:
        is_known = stop.cell is not None and stop.cell < len(trace.cells)
        line = line_in(trace.cells[stop.cell], stop.line) if stop.cell is not None and is_known else stop.line
        told.append(say("stopLine", line=str(line)))
        if stop.cell is not None and is_known and len(trace.cells) > 1:
            told.append(say("stopCell", cell=cell_name(trace.cells, stop.cell)))
        if stop.loop is not None and stop.iteration is not None:
            told.append(say("stopLoop", loop=stop.loop, iteration=f"{stop.iteration:,}"))
    told.append(say("stopEnd"))
    between = sum(event.lines for event in trace.events if isinstance(event, Gap))
    return [*told, say("stopBetween", count=f"{between:,}")] if between else told


def _grouped(number: float) -> str:
    """``41,022``, and at most three decimals, as a browser writes it."""
    text = f"{number:,.3f}"
    return text.rstrip("0").rstrip(".")
