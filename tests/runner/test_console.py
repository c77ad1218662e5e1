"""What is written, warned of and asked for comes out as in a notebook, or says why it cannot."""

from __future__ import annotations

import pytest

from gradwalk.text import MOST_TOLD
from tests.runner.fake import run, shown

WARN = "import warnings\ndef w(text, category=UserWarning):\n    warnings.warn(text, category)\n"


def test_warning_names_the_line_of_the_snippet() -> None:
    recorder, _ = run("import warnings\nwarnings.warn('mind the gap')")
    assert recorder.outputs == [
        (0, "warning", "Cell In[1]:2: UserWarning: mind the gap\n  warnings.warn('mind the gap')\n")
    ]
    assert ("warning", "UserWarning", "mind the gap") in recorder.log


def test_warning_raised_by_code_that_the_snippet_called_is_the_snippets() -> None:
    outputs = shown("import numpy as np\n\nnp.ma.array([1.0]) / np.array([0.0]); np.mean([])")
    assert outputs[0][2].startswith("Cell In[1]:3: RuntimeWarning: Mean of empty slice")


def test_a_warning_is_shown_once_a_place_but_again_in_another_cell() -> None:
    call = "for k in range(3):\n    w('again')"
    assert [cell for cell, kind, _ in shown(WARN, call, "w('again')") if kind == "warning"] == [1, 2]


def test_deprecations_are_shown_for_the_snippets_own_code_only() -> None:
    assert len(shown(WARN + "w('old', DeprecationWarning)")) == 1
    assert shown(WARN + "w('imports', ImportWarning)") == []


def test_a_long_warning_is_cut_in_the_middle() -> None:
    ((_, _, text),) = shown("import warnings\nwarnings.warn('a' * 10**6 + 'z')")
    assert len(text) < 2 * MOST_TOLD
    assert "characters are left out here ...] aaa" in text


def test_warnings_can_be_silenced() -> None:
    assert shown(WARN + "warnings.filterwarnings('ignore')\nw('quiet')") == []


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("input('name? ')", "nobody is at the keyboard"),
        ("breakpoint()", "step"),
        ("help(int)", "documentation"),
    ],
)
def test_what_cannot_be_had_says_why(call: str, reason: str) -> None:
    _, outcome = run(call)
    assert reason in outcome["error"]["message"]


def test_display_shows_values_as_a_notebook_does() -> None:
    assert shown("display([1, 2], 'a')\nfrom IPython.display import display as d\nd(3)") == [
        (0, "echo", "[1, 2]"), (0, "echo", "'a'"), (0, "echo", "3"),
    ]  # fmt: skip


def test_text_that_cannot_be_stored_is_made_so() -> None:
    assert shown("print('\\ud800', end='')") == [(0, "stdout", "\ufffd")]


def test_only_text_can_be_written() -> None:
    assert run("import sys\nsys.stdout.write(b'x')")[1]["error"]["message"] == "write() argument must be str, not bytes"


def test_endless_output_is_cut_and_the_run_goes_on_and_its_error_is_told() -> None:
    recorder, outcome = run("for k in range(100):\n    print('x' * 999)\ny = 1 / 0")
    kinds = [kind for _, kind, _ in recorder.outputs]
    assert kinds == ["stdout", "stderr", "error"]
    assert len(recorder.outputs[0][2]) == 65536
    assert recorder.outputs[1][2] == "\ngradwalk: the output is cut here, after 64 KiB; the snippet ran on.\n"
    assert outcome["error"]["type"] == "ZeroDivisionError"


def test_where_this_machine_keeps_its_modules_is_not_shown() -> None:
    text = "<module 'traceback' from '/python/lib/traceback.py'>\n"
    assert shown("import traceback\nprint(traceback)") == [(0, "stdout", text)]
