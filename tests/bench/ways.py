"""The ways in which a program is run: bare, recorded, recorded and written out as JSON, and that with its lines."""

from __future__ import annotations

import ast
import importlib
import time
from collections.abc import Callable
from functools import cache, partial
from types import CodeType
from typing import Any

from tests.bench.programs import Program

Run = Callable[[], float]
"""Runs a program once; returns seconds of processor time."""

FILE = "<cell 1>"


def bare(program: Program) -> Run:
    """As Python runs it."""
    namespace = _namespace(program)
    code = compile(program.body, FILE, "exec")

    def run() -> float:
        begin = time.process_time()
        exec(code, namespace)
        return time.process_time() - begin

    return run


def recorded(program: Program) -> Run:
    """With everything noted that the engine does, until the program is over; what is left to be written then is not
    counted."""
    return _recorded(program, _compiled_once(program), _nothing, until_written=False)


def written(program: Program) -> Run:
    """Recorded, and the whole record written out as JSON."""
    return _recorded(program, _compiled_once(program), json_length, until_written=True)


def played(program: Program) -> Run:
    """Recorded with its lines, names and scopes, and written out: what happens in the sandbox."""
    return _recorded(program, partial(_instrumented, program), json_length, until_written=True)


def unplayed(program: Program) -> Run:
    """Written, and just before it, as for ``played``, text was made, parsed and compiled, which leaves little of what a
    short program needs in the processor's caches: so what lines, names and scopes take shows by itself."""

    def own(recorder: Any, namespace: dict[str, Any]) -> tuple[CodeType, dict[str, Any]]:
        _instrumented(program, recorder_for(program, _nothing), namespace)
        return compile(program.body, FILE, "exec"), namespace

    return _recorded(program, own, json_length, until_written=True)


def json_length(frame: dict[str, Any]) -> int:
    """Encode a frame as the sandbox's child does."""
    import orjson

    return len(orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY))


def recorder_for(program: Program, emit: Callable[[dict[str, Any]], int]) -> Any:
    """A recorder that knows the program as its only cell, and no limits."""
    from gradwalk.recorder import Recorder

    recorder = Recorder(emit, {"max_elements": 1000}, _no_limits())
    recorder.add_source(0, program.body, "Cell", FILE)
    return recorder


@cache
def _no_limits() -> Any:
    from gradwalk.limits import LIMITS

    return LIMITS._replace(ops=10**9, lines=10**9, stream_bytes=10**12)


Made = Callable[[Any, dict[str, Any]], tuple[CodeType, dict[str, Any]]]
"""Gives the code of a run and the namespace that it runs in, of the recorder and the program's namespace."""


def _compiled_once(program: Program) -> Made:
    code = compile(program.body, FILE, "exec")
    return lambda recorder, namespace: (code, namespace)


def _recorded(program: Program, made: Made, emit: Callable[[dict[str, Any]], int], until_written: bool) -> Run:
    from gradwalk.engine.observe import observing

    namespace = _namespace(program)

    def run() -> float:
        recorder = recorder_for(program, emit)
        own, names = made(recorder, namespace)
        begin = time.process_time()
        with observing(recorder):
            exec(own, names)
        if until_written:
            recorder.finish({"status": "ok", "message": "", "error": None})
        return time.process_time() - begin

    return run


def _instrumented(program: Program, recorder: Any, namespace: dict[str, Any]) -> tuple[CodeType, dict[str, Any]]:
    import builtins

    from gradwalk.runner.hooks import Hooks
    from gradwalk.runner.instrument import instrument
    from gradwalk.runner.source import CellText

    tree = ast.parse(program.body)
    instrument(tree, CellText.of(0, program.body), recorder, echo=False)
    hooks = builtins.__dict__ | Hooks(recorder).by_name()
    return compile(tree, FILE, "exec"), namespace | {"__builtins__": hooks}


def _namespace(program: Program) -> dict[str, Any]:
    namespace: dict[str, Any] = {"torch": importlib.import_module("torch")}
    exec(program.setup, namespace)
    return namespace


def _nothing(frame: dict[str, Any]) -> int:
    return 0


WAYS: dict[str, Callable[[Program], Run]] = {
    "bare": bare, "recorded": recorded, "written": written, "unplayed": unplayed, "played": played,
}  # fmt: skip
