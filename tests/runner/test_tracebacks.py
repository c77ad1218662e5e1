"""A traceback shows the snippet's own frames by their cells, and otherwise what Python shows."""

from __future__ import annotations

from typing import Any

import pytest

from gradwalk.text import MOST_TOLD
from tests.runner.fake import run, without_carets


def failure(*sources: str) -> dict[str, Any]:
    """What is told of the error that these cells end in."""
    error: dict[str, Any] = run(*sources)[1]["error"]
    return error


def test_frames_are_named_by_cell_and_function() -> None:
    told = failure("def f(a):\n    return 1 + a / 0", "x = 1\n\nf(x)")
    assert without_carets(told["traceback"]) == (
        "Traceback (most recent call last):\n"
        "  Cell In[2], line 3\n"
        "    f(x)\n"
        "  Cell In[1], line 2, in f\n"
        "    return 1 + a / 0\n"
        "ZeroDivisionError: division by zero"
    )
    assert (told["type"], told["message"], told["cell"]) == ("ZeroDivisionError", "division by zero", 0)


def test_carets_are_where_python_gives_them() -> None:
    told = failure("a = 1\nb = 1 + a / 0")
    assert "    b = 1 + a / 0\n            ~~^~~\n" in told["traceback"]


def test_span_is_the_innermost_expression_of_the_snippet() -> None:
    recorder, outcome = run("import json\nt = 'é', json.loads('[')")
    assert recorder.text(outcome["error"]["span"]) == "json.loads('[')"
    assert ("error", "json.loads('[')") in recorder.log


def test_frames_of_others_are_left_out() -> None:
    told = failure("import functools, random\nfunctools.reduce(lambda a, b: random.choice([]), [1, 2])")
    assert told["traceback"].count("Cell In[1], line 2") == 2
    assert "File" not in told["traceback"]


def test_causes_and_contexts_are_told() -> None:
    source = "try:\n    try:\n        {}['k']\n    except KeyError as e:\n        raise ValueError('v') from e\n"
    told = failure(source + "except ValueError:\n    int('x')")
    assert without_carets(told["traceback"]) == (
        "Traceback (most recent call last):\n"
        "  Cell In[1], line 3\n"
        "    {}['k']\n"
        "KeyError: 'k'\n"
        "\n"
        "The above exception was the direct cause of the following exception:\n"
        "\n"
        "Traceback (most recent call last):\n"
        "  Cell In[1], line 5\n"
        "    raise ValueError('v') from e\n"
        "ValueError: v\n"
        "\n"
        "During handling of the above exception, another exception occurred:\n"
        "\n"
        "Traceback (most recent call last):\n"
        "  Cell In[1], line 7\n"
        "    int('x')\n"
        "ValueError: invalid literal for int() with base 10: 'x'"
    )


def test_notes_and_groups_are_told() -> None:
    told = failure("e = ValueError('v')\ne.add_note('mind this')\nraise ExceptionGroup('g', [e])")
    assert "  + Exception Group Traceback (most recent call last):\n  |   Cell In[1], line 3\n" in told["traceback"]
    assert "    | mind this\n" in told["traceback"]


def test_a_recursion_is_told_in_a_few_lines() -> None:
    told = failure("def f(n):\n    return f(n + 1)\nf(0)")
    assert told["type"] == "RecursionError"
    assert told["traceback"].count("Cell In[1], line 2, in f") == 3
    assert "  [Previous line repeated" in told["traceback"]


@pytest.mark.parametrize(
    ("source", "text", "expression"),
    [
        ("x = = 3", "  Cell In[1], line 1\n    x = = 3\n        ^\nSyntaxError: invalid syntax", "="),
        (
            "y = 1\nreturn 5",
            "  Cell In[1], line 2\n    return 5\n    ^^^^^^^^\nSyntaxError: 'return' outside function",
            "return 5",
        ),
        ("f(", "  Cell In[1], line 1\n    f(\n     ^\nSyntaxError: '(' was never closed", "("),
    ],
)
def test_syntax_error_shows_the_line_with_its_caret_and_no_frames(source: str, text: str, expression: str) -> None:
    recorder, outcome = run(source)
    assert outcome["error"]["traceback"] == text
    assert recorder.text(outcome["error"]["span"]) == expression


def test_syntax_error_of_other_code_keeps_its_frame() -> None:
    told = failure("eval('1 +')")
    assert told["traceback"].startswith("Traceback (most recent call last):\n  Cell In[1], line 1\n    eval('1 +')\n")
    assert told["message"] == "invalid syntax"


@pytest.mark.parametrize("raised", ["ValueError", "SystemExit", "KeyboardInterrupt"])
def test_an_exception_whose_str_fails_is_told_all_the_same(raised: str) -> None:
    told = failure(f"class E(Exception):\n    def __str__(self):\n        raise {raised}\nraise E")
    assert (told["type"], told["message"]) == ("E", "<exception E whose str() failed>")


def test_text_that_cannot_be_stored_is_made_so() -> None:
    told = failure("raise ValueError('\\ud800')")
    told["traceback"].encode()
    assert told["message"] == "\ufffd"


def test_type_of_a_module_is_told_with_it() -> None:
    assert failure("import json\njson.loads('[')")["type"] == "json.decoder.JSONDecodeError"


def test_a_long_message_is_cut_in_the_middle() -> None:
    told = failure("data = list(range(10**6))\nassert False, data")
    for text in (told["message"], told["traceback"]):
        assert len(text) < 2 * MOST_TOLD
        assert "characters are left out here" in text
        assert text.endswith("999998, 999999]")
    assert told["message"].startswith("[0, 1, 2, ")
    assert told["traceback"].startswith("Traceback (most recent call last):\n  Cell In[1], line 2\n")


@pytest.mark.parametrize(
    "faults", ["text = 5", "lineno = 'x'", "offset = -10**30", "filename = []", "msg = object()", "end_offset = 1.5"]
)
def test_a_syntax_error_that_makes_no_sense_is_told_all_the_same(faults: str) -> None:
    told = failure(f"e = SyntaxError('m', ('<cell 0>', 1, 1, 'e = 1'))\ne.{faults}\nraise e")
    assert told["type"] == "SyntaxError"
    assert "SyntaxError: " in told["traceback"]


@pytest.mark.parametrize(
    "body",
    [
        "def __getattribute__(self, name): raise KeyboardInterrupt",
        "__traceback__ = 7",
        "__traceback__ = property(lambda self: 1 / 0)",
        "__class__ = SyntaxError",
        "__class__ = property(lambda self: exit())",
    ],
)
def test_an_exception_that_hides_what_python_keeps_of_it_is_told_with_its_line(body: str) -> None:
    told = failure(f"class E(Exception):\n    {body}\nraise E")
    assert (told["type"], told["message"]) == ("RuntimeError", "<exception E that hides what Python knows of it>")
    assert "  Cell In[1], line 3\n    raise E\n" in told["traceback"]


def test_an_exception_whose_class_hides_its_own_name_is_told_all_the_same() -> None:
    meta = "class M(type):\n    def __getattribute__(cls, name): raise KeyboardInterrupt"
    told = failure(f"{meta}\nclass E(Exception, metaclass=M): pass\nraise E")
    assert told["message"] == "<exception E that hides what Python knows of it>"


@pytest.mark.parametrize(
    "forged",
    [
        "import types, sys\nraise ValueError().with_traceback(types.TracebackType(None, sys._getframe(), -5, -7))",
        "def f(): raise ValueError\nf.__code__ = f.__code__.replace(co_linetable=b'\\xff' * 5)\nf()",
        "def f(): raise ValueError\nf.__code__ = f.__code__.replace(co_firstlineno=10**9 - 1)\nf()",
    ],
)
def test_lines_that_are_not_there_are_told_all_the_same(forged: str) -> None:
    told = failure(forged)
    assert told["type"] == "ValueError"
    assert "File" not in told["traceback"]
