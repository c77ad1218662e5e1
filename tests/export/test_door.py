"""One door: what there is to choose from, what is refused, and that an export is the same whenever it is made."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from gradwalk.document.schema import Trace
from gradwalk.errors import BadLook, ExportError, NoSuchStep, UnknownFormat
from gradwalk.export import FORMATS, Look, export

Traces = Callable[[str], Trace]


def test_a_format_has_its_own_name_and_suffix() -> None:
    assert [made.name for made in FORMATS.values()] == list(FORMATS)
    assert len({made.suffix for made in FORMATS.values()}) == len(FORMATS)
    assert all(re.fullmatch(r"[\w.+-]+/[\w.+-]+(; charset=utf-8)?", made.media_type) for made in FORMATS.values())


def test_what_is_refused_says_what_there_is(golden: Traces) -> None:
    trace = golden("small")
    with pytest.raises(UnknownFormat, match="There is no format 'docx': take one of dot, "):
        export(trace, "docx")
    with pytest.raises(NoSuchStep, match=f"take 0 to {len(trace.events)}"):
        export(trace, "txt", len(trace.events) + 1)
    with pytest.raises(NoSuchStep):
        export(trace, "txt", -1)
    with pytest.raises(BadLook, match="There is no theme 'sepia': take light or dark"):
        Look(theme="sepia")  # type: ignore[arg-type]
    with pytest.raises(BadLook, match=r"take 0\.25 to 4"):
        Look(scale=float("nan"))
    assert issubclass(BadLook, ExportError)


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_bytes_whenever_it_is_asked_for(golden: Traces, format: str) -> None:
    trace = golden("small")
    again = Trace.model_validate_json(trace.model_dump_json())
    assert export(trace, format) == export(again, format)


def test_a_step_shows_what_was_then(golden: Traces) -> None:
    trace = golden("small")
    assert export(trace, "dot", 0) != export(trace, "dot")
    assert export(trace, "txt", 0) == b""
    whole = export(trace, "txt")
    for k in range(len(trace.events) + 1):
        assert whole.startswith(export(trace, "txt", k))
    assert export(trace, "txt", len(trace.events)) == whole
