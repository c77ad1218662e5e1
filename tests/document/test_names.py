"""What a snippet may call things: a forged frame gets no further with odd names than an honest one."""

from __future__ import annotations

import pytest

from gradwalk.document.schema import Outcome
from gradwalk.text import LONGEST, name, visible
from tests.document.factory import OK, assembler, frames


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("w1", "w1"),
        ("größe·λ", "größe·λ"),
        ("a\u202eb\u2066c", r"a\u202eb\u2066c"),
        ("a\u200bb\ufeff\xad\U000e0041", r"a\u200bb\ufeff\xad\U000e0041"),
        ("می\u200cخواهم \U0001f468\u200d\U0001f9b0", "می\u200cخواهم \U0001f468\u200d\U0001f9b0"),
        ("a\0b\x1b[2J", r"a\x00b\x1b[2J"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ],
)
def test_what_cannot_be_seen_is_written_out(given: str, kept: str) -> None:
    assert visible(given) == name(given) == name(name(given)) == kept


def test_a_name_without_end_is_cut_in_the_middle() -> None:
    cut = name("a" + "x" * 100_000 + "b")
    assert len(cut) == LONGEST
    assert (cut[0], cut[-1]) == ("a", "b")
    assert name(cut) == cut


def test_names_of_forged_frames_are_cut_and_written_out_too() -> None:
    parts = assembler()
    for frame in frames()[:3]:
        assert parts.feed(frame)
    odd = "\u202e" + "x" * 100_000
    bind = {"kind": "bind", "name": odd, "tensor": 0}
    warning = {"kind": "warning", "category": odd, "message": "a\u202e"}
    assert parts.feed({"events": [bind, warning]})
    assert parts.feed(OK)
    trace = parts.finish(Outcome(status="ok"))
    bound, warned = trace.events[-2:]
    assert bound.kind == "bind"
    assert warned.kind == "warning"
    assert bound.name == warned.category == name(odd)
    assert trace.tensors[0].names[-1] == name(odd)
    assert warned.message == r"a\u202e"
