"""A trace that somebody hands in, on the assumption that whoever made it means harm: whole, or not taken at all."""

from __future__ import annotations

import json
from typing import Any

import orjson
from pydantic import ValidationError

from gradwalk.document.assemble import Assembler
from gradwalk.document.schema import Outcome, Trace
from gradwalk.document.stream import LISTS
from gradwalk.errors import NotATrace
from gradwalk.limits import LIMITS, Limits
from gradwalk.repeats import Repeated, once

_AS_LONG_AS_IT_IS = {"stream_bytes": 2**62, "frame_bytes": 2**62, "frames": 2}


def checked(document: bytes, limits: Limits = LIMITS) -> Trace:
    """The trace that ``document`` spells, every reference in it one that leads somewhere.

    It goes through the same door as a run's own stream, as one frame. Raises :class:`NotATrace`.
    """
    try:
        given = orjson.loads(document)
        json.loads(document, object_pairs_hook=once)
        lists = {name: given.pop(name, []) for name in LISTS} if isinstance(given, dict) else {}
        trace = Trace.model_validate_json(orjson.dumps(given))  # the lists are looked at as a frame
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, Repeated) as error:
        raise NotATrace(f"This is not a trace: {error}.") from None
    except RecursionError:
        raise NotATrace("This is not a trace: it is nested too deeply.") from None
    except ValidationError as invalid:
        first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        raise NotATrace(f"This is not a trace: at /{where}, {first['msg']}.") from None
    assembler = Assembler(trace.cells, trace.options, limits._replace(**_AS_LONG_AS_IT_IS))
    try:
        frame = orjson.dumps(lists | {"outputs": _outputs(trace), "outcome": given["outcome"]})
    except orjson.JSONEncodeError as error:  # nested without end
        raise NotATrace(f"This is not a trace: {error}.") from None
    if not assembler.feed(frame):
        raise NotATrace(f"This is not a trace: {assembler.fault}.")
    whole = assembler.finish(Outcome(status="ok"))
    changes: dict[str, Any] = {"outcome": trace.outcome, "generator": trace.generator}
    return whole.model_copy(update=changes)


def _outputs(trace: Trace) -> list[dict[str, Any]]:
    return [
        {"cell": at, "output": number, "kind": output.kind, "text": output.text}
        for at, cell in enumerate(trace.cells)
        for number, output in enumerate(cell.outputs)
    ]
