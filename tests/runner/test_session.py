"""Cells run as "Run all" runs them: one namespace, outputs in order, and an end at the first that raises."""

from __future__ import annotations

import signal
import sys

import pytest

from gradwalk.recorder.limits import CpuLimit, LimitReached, WallLimit
from gradwalk.runner.cellfile import numbered
from gradwalk.runner.session import Session
from gradwalk.runner.signals import soft_limits
from tests.runner.fake import FakeRecorder, run, shown


def test_cells_share_one_namespace() -> None:
    assert shown("x = 3", "def f():\n    return x", "x = 4", "f()") == [(3, "echo", "4")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("1 + 1", "2"), ("x = 1\nx", "1"), ("1;", None), ("(1) ; # quiet", None), ("1 # ; loud", "1"), ("None", None),
        ("x = 1", None), ("'a string alone'", "'a string alone'"), ("if True:\n    5", None),
        ("", None), ("# note", None),
        ("1; 2", "2"), ("(1,\n 2\n)", "(1, 2)"),
        ("print", "<function print(*args, sep=' ', end='\\n', file=None, flush=False)>"),
    ],
)  # fmt: skip
def test_value_of_the_last_expression_is_shown(source: str, text: str | None) -> None:
    assert shown(source) == ([] if text is None else [(0, "echo", text)])


def test_outputs_are_in_the_order_in_which_they_came() -> None:
    source = "import sys\nprint('a')\nprint('b', file=sys.stderr)\nsys.stdout.write('c')\n'd'"
    assert shown(source) == [(0, "stdout", "a\n"), (0, "stderr", "b\n"), (0, "stdout", "c"), (0, "echo", "'d'")]


def test_last_values_are_kept_under_a_notebooks_names() -> None:
    assert shown("10", "20", "_ + __, _1, Out[2]")[-1] == (2, "echo", "(30, 10, 20)")


def test_a_variable_named_underscore_is_left_alone() -> None:
    assert shown("_ = 5", "10", "_")[-1] == (2, "echo", "5")


def test_cells_without_numbers_count_on() -> None:
    assert [cell.number for cell in numbered([("", None), ("", 7), ("", None)])] == [1, 7, 8]


def test_run_ends_at_the_cell_that_raises() -> None:
    recorder, outcome = run("1", "print('before')\nboom", "2")
    assert outcome["status"] == "error"
    assert outcome["message"] == "NameError: name 'boom' is not defined"
    assert [entry for entry in recorder.log if entry[0] in ("begin", "end")] == [
        ("begin", 0), ("end", 0, "done"), ("begin", 1), ("end", 1, "error"),
    ]  # fmt: skip
    assert recorder.outputs[1:] == [(1, "stdout", "before\n"), (1, "error", outcome["error"]["traceback"])]


@pytest.mark.parametrize("raised", ["SystemExit", "SystemExit(0)", "KeyboardInterrupt"])
def test_what_would_end_a_process_ends_the_run(raised: str) -> None:
    _, outcome = run(f"raise {raised}", "1")
    assert (outcome["status"], outcome["error"]["type"]) == ("error", raised.partition("(")[0])


def test_future_statements_hold_for_later_cells_too() -> None:
    assert shown("from __future__ import annotations", "def f(a: b): ...\nf.__annotations__")[-1][2] == "{'a': 'b'}"


def test_what_the_snippet_defines_is_found_where_it_says_it_is() -> None:
    main = sys.modules["__main__"]
    source = "import typing\nclass A: ...\ndef f(a: 'A'): ...\ntyping.get_type_hints(f), A.__module__, __name__"
    assert shown(source)[-1][2] == "({'a': __main__.A}, '__main__', '__main__')"
    assert sys.modules["__main__"] is main


def test_source_of_a_function_can_be_looked_up() -> None:
    assert shown("def f():\n    return 1  # one", "import inspect\nprint(inspect.getsource(f), end='')") == [
        (1, "stdout", "def f():\n    return 1  # one\n")
    ]


def test_nothing_is_left_of_a_run_in_the_next() -> None:
    run("leftover = 1\nimport sys\nsys.stdout.x = 1")
    assert run("leftover")[1]["error"]["type"] == "NameError"


class Limited(FakeRecorder):
    """Raises at the third statement."""

    def __init__(self, limit: LimitReached) -> None:
        super().__init__()
        self.limit = limit

    def line(self, span: int, /) -> None:
        super().line(span)
        if self.text(span).startswith("z"):
            raise self.limit


@pytest.mark.parametrize(("limit", "status"), [(CpuLimit(2), "cpu"), (WallLimit(5), "timeout")])
@pytest.mark.parametrize(
    "handler", ["except Exception", "except", "except BaseException", "except (BaseException, OSError)"]
)
def test_a_limit_ends_the_run_whatever_the_snippet_catches(limit: LimitReached, status: str, handler: str) -> None:
    recorder = Limited(limit)
    source = f"x = 1\ntry:\n    z = 2\n{handler}:\n    print('caught')\nprint('went on')"
    outcome = Session(numbered([(source, 4), ("1", 5)]), recorder).run()
    assert outcome["status"] == status
    assert outcome["message"] == f"{str(limit)[:-1]} at line 3 of Cell In[4]."
    assert (outcome["stop"]["cell"], outcome["stop"]["line"]) == (0, 3)
    assert recorder.outputs == []
    assert recorder.log[-1] == ("end", 0, "stopped")


def test_signal_of_a_soft_limit_ends_the_run_where_it_is() -> None:
    class Overdue(FakeRecorder):
        def enter(self, kind: str, span: int, label: str, index: int | None = None, /) -> int:
            if index == 3:
                signal.raise_signal(signal.SIGALRM)
            return super().enter(kind, span, label, index)

    with soft_limits():
        outcome = Session(numbered([("x = 1\nwhile x:\n    x += 1", None)]), Overdue()).run()
    where = "line 2 of Cell In[1], iteration 3 of the while loop"
    assert (outcome["status"], outcome["message"]) == ("timeout", f"Stopped after 5.0 s at {where}.")


@pytest.mark.parametrize(
    ("source", "loop"),
    [
        ("for i in range(9):\n    if i == 6:\n        z = 1", ", iteration 7 of the for loop"),
        ("while True:\n    for i in range(5):\n        pass\n    z = 1", ", iteration 1 of the while loop"),
        ("for i in range(3):\n    for j in range(2):\n        z = 1", ", iteration 1 of the for loop"),
        ("def f():\n    z = 1\nfor i in range(1200): pass\nf()", ""),
        ("def f():\n    z = 1\nwhile True:\n    f()", ", iteration 1 of the while loop"),
    ],
)
def test_a_limit_says_in_which_iteration_of_the_innermost_loop_it_came(source: str, loop: str) -> None:
    outcome = Session(numbered([(source, 1)]), Limited(CpuLimit(2))).run()
    assert outcome["message"].partition("Cell In[1]")[2] == f"{loop}."


def test_running_out_of_memory_is_told_with_the_line() -> None:
    _, outcome = run("import numpy\nx = numpy.ones(2**55)")
    assert (outcome["status"], outcome["message"]) == (
        "memory",
        "Stopped because it needed more than 256 MiB of memory at line 2 of Cell In[1].",
    )
    assert outcome["error"]["traceback"].splitlines()[1] == "  Cell In[1], line 2"


def test_a_script_that_reads_its_arguments_finds_none() -> None:
    source = "import argparse\np = argparse.ArgumentParser()\np.add_argument('--lr', default=0.1)\np.parse_args()"
    assert shown(source) == [(0, "echo", "Namespace(lr=0.1)")]


@pytest.mark.parametrize("clearing", ["globals().clear()", "for name in list(globals()): del globals()[name]"])
def test_cells_go_on_after_one_that_clears_away_all_names(clearing: str) -> None:
    assert shown("x = 1", clearing, "y = 2\ny + 1") == [(2, "echo", "3")]
