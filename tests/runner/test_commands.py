"""Notebook commands are left out with a word, and code that only looks like them is left in."""

from __future__ import annotations

import pytest

from tests.runner.fake import run, shown


@pytest.mark.parametrize(
    "command",
    ["%matplotlib inline", "!pip install torch", "%config InlineBackend.figure_format = 'svg'", "f?", "?f", "x.y??"],
)
def test_command_does_nothing_and_lines_keep_their_numbers(command: str) -> None:
    recorder, outcome = run(f"x = 1\n{command}\nx / 0")
    assert recorder.outputs[0] == (
        0,
        "stderr",
        f"gradwalk: {command!r} is a notebook command, not Python: it was left out.\n",
    )
    assert "Cell In[1], line 3\n" in outcome["error"]["traceback"]


def test_command_in_a_block_leaves_the_block_whole() -> None:
    assert shown("if True:\n    %time x = 1\nprint('after')")[-1] == (0, "stdout", "after\n")


def test_a_cell_that_ends_in_a_command_shows_no_value() -> None:
    assert [kind for _, kind, _ in shown("5\n%matplotlib inline")] == ["stderr"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("(7\n% 4)", "3"),
        ("'''\n%matplotlib\n!ls\n'''", "'\\n%matplotlib\\n!ls\\n'"),
        ("x = '''\n%a\n'''\n%b\nx", "'\\n%a\\n'"),
    ],
)
def test_code_that_looks_like_a_command_is_kept(source: str, text: str) -> None:
    assert shown(source)[-1] == (0, "echo", text)


@pytest.mark.parametrize("first", ["%%time", "%%timeit -n 3", "%%capture out"])
def test_cell_command_over_python_leaves_the_python(first: str) -> None:
    assert shown(f"{first}\n1 + 1")[-1] == (0, "echo", "2")


@pytest.mark.parametrize("first", ["%%bash", "%%html", "%%javascript"])
def test_cell_command_over_something_else_leaves_the_cell_out(first: str) -> None:
    assert [kind for _, kind, _ in shown(f"{first}\nls -l | grep x")] == ["stderr"]


def test_a_true_syntax_error_is_told_as_such() -> None:
    assert run("%matplotlib inline\nx = = 1")[1]["error"]["type"] == "SyntaxError"
