"""Statements that are run twice: with real files, in a folder for the purpose, and in a run, which has none."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import warnings
from pathlib import Path

import pytest

from tests.recorder.tracing import trace_of

_SAYS = """
import os
_here = os.getcwd()
def say(statement):
    try:
        print(statement, '->', repr(eval(statement)))
    except BaseException as error:
        print(statement, '->', type(error).__name__, getattr(error, 'errno', None), str(error).replace(_here, '.'))
"""


def said(source: str) -> str:
    """What a run prints."""
    trace = trace_of(source)
    assert trace.outcome.error is None, trace.outcome.error.traceback
    return "".join(output.text for output in trace.cells[0].outputs)


def compare(setup: str, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each statement of a file beside this one does in a run what it does with real files; the run touches none."""
    statements = Path(__file__).with_name(name).read_text(encoding="utf-8")
    monkeypatch.chdir(folder)
    source = f"{setup}{_SAYS}\nfor statement in {statements.splitlines()!r}: say(statement)\n"
    with contextlib.redirect_stdout(io.StringIO()) as real, warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # of files that a statement leaves open
        mask = os.umask(0o022)
        exec(source, {"__name__": "on_a_disk"})
        os.umask(mask)
        gc.collect()
    before = sorted(folder.rglob("*"))
    assert said(source).splitlines() == real.getvalue().splitlines()
    assert sorted(folder.rglob("*")) == before
