"""A cell that begins with ``%%writefile`` writes a file, which can be imported and is followed line by line."""

from __future__ import annotations

import sys

import pytest

from tests.recorder.tracing import events, op_named, text_of, trace_of

NET = """%%writefile parts/net.py
import torch

scale = torch.tensor(2.0)


def scaled(x):
    for _ in range(2):
        x = x * scale
    return x


def failing(x):
    return x @ torch.ones(5)


class Held:
    def __init__(self, x):
        self.x = x
"""


def said(*cells: str) -> list[str]:
    """What each cell shows."""
    trace = trace_of(*cells)
    return ["".join(output.text for output in cell.outputs) for cell in trace.cells]


def test_a_file_says_what_notebooks_say_of_it_and_is_there() -> None:
    cells = "%%writefile a.txt\none", "%%writefile -a a.txt\ntwo", "print(open('a.txt').read())", "%%file a.txt\n"
    assert said(*cells) == ["Writing a.txt\n", "Appending to a.txt\n", "one\ntwo\n\n", "Overwriting a.txt\n"]


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("import parts.net\nparts.net.scale", "tensor(2.)"),
        ("from parts import net\nnet.scaled(1)", "tensor(4.)"),
        ("from parts.net import *\nscaled(1)", "tensor(4.)"),
        ("import importlib\nimportlib.import_module('.net', 'parts').__name__", "'parts.net'"),
        ("from parts.net import Held\nimport pickle\npickle.loads(pickle.dumps(Held(3))).x", "3"),
        ("import parts.net as n, inspect\nprint(inspect.getsource(n.Held.__init__))", "        self.x = x\n"),
        ("import sys\nsys.path.append('parts')\nimport net\nnet.__file__", "'/lesson/parts/net.py'"),
    ],
)
def test_a_file_is_a_module(statement: str, shown: str) -> None:
    assert shown in said(NET, statement)[1]


def test_modules_import_each_other_and_what_a_snippet_may() -> None:
    package = "%%writefile p/__init__.py\nfrom .b import y\nfrom . import c"
    inner = "%%writefile p/b.py\nfrom .c import x\ny = x + 1"
    innermost = "%%writefile p/c.py\nimport math\nx = math.floor(2.5)"
    assert said(package, inner, innermost, "import p\nprint(p.y, p.c.x)")[3] == "3 2\n"
    outside = said("%%writefile q.py\nimport socket", "import q")[1]
    assert "ModuleNotFoundError: No module named 'socket' here." in outside


def test_a_name_that_a_module_lacks_is_told_in_pythons_words() -> None:
    shown = said(NET, "from parts.net import other")[1]
    assert shown.endswith("ImportError: cannot import name 'other' from 'parts.net' (/lesson/parts/net.py)")


def test_a_changed_file_is_another_once_it_is_loaded_again() -> None:
    again = "import importlib\nprint(m.x)\nimportlib.reload(m)\nprint(m.x)"
    assert said("%%writefile m.py\nx = 1", "import m", "%%writefile m.py\nx = 2", again)[3] == "1\n2\n"


def test_no_module_is_left_when_a_run_is_over() -> None:
    trace_of(NET, "import parts.net")
    assert not {"parts", "parts.net"} & set(sys.modules)
    assert "No module named 'parts' here." in said("import parts.net")[0]


def test_what_a_module_does_is_shown_in_the_cell_that_has_its_text() -> None:
    trace = trace_of(NET, "import parts.net\nparts.net.scaled(torch.ones(2))".replace("import", "import torch,", 1))
    first = next(op for op in trace.ops if op.name == "mul")
    assert first.span is not None
    assert trace.spans[first.span].cell == 0
    assert text_of(trace, first.span) == "x * scale"
    assert text_of(trace, op_named(trace, "tensor").span) == "torch.tensor(2.0)"
    assert [scope.label for scope in trace.scopes if scope.kind == "loop"] == ["for _ in range(2)"]


def test_names_at_the_top_of_a_module_are_not_the_runs() -> None:
    trace = trace_of(NET, "import parts.net\nx = 1")
    assert "scale" not in {event.name for event in events(trace, "bind")}


def test_an_error_in_a_module_names_the_files_line_and_points_into_its_cell() -> None:
    trace = trace_of(NET, "import torch\nfrom parts.net import failing\nfailing(torch.ones(3))")
    error = trace.outcome.error
    assert error is not None
    assert '  File "/lesson/parts/net.py", line 13, in failing\n    return x @ torch.ones(5)' in error.traceback
    assert text_of(trace, error.span) == "x @ torch.ones(5)"
    assert error.cell == 0


def test_code_that_is_no_python_is_told_as_such_where_it_stands() -> None:
    trace = trace_of("%%writefile wrong.py\nx = 1\ny = = 2", "import wrong")
    error = trace.outcome.error
    assert error is not None
    assert error.type == "SyntaxError"
    assert 'File "/lesson/wrong.py", line 2' in error.traceback
    assert error.span is not None
    assert (trace.spans[error.span].cell, trace.spans[error.span].line) == (0, 3)


def test_a_module_that_the_snippet_wrote_by_itself_runs_too() -> None:
    assert (
        said("open('m.py', 'w').write('import torch\\nx = torch.ones(1)')\nimport m\nprint(m.x)")[0] == "tensor([1.])\n"
    )


def test_a_warning_from_a_module_names_its_file() -> None:
    module = "%%writefile w.py\nimport warnings\ndef f(): warnings.warn('careful')"
    assert said(module, "import w\nw.f()")[1].startswith("/lesson/w.py:2: UserWarning: careful\n")


def test_a_folder_cannot_be_written_as_a_file() -> None:
    assert "IsADirectoryError" in said("%%writefile d/a.py\nx = 1", "%%writefile d\nx = 1")[1]


def test_files_of_the_run_stand_behind_pythons_own_modules() -> None:
    assert said("%%writefile math.py\npi = 3", "import math\nprint(math.pi > 3)")[1] == "True\n"


@pytest.mark.parametrize("name", ["math", "os", "gradwalk", "torch"])
def test_a_file_named_as_a_module_that_is_loaded_does_not_run_in_its_place(name: str) -> None:
    again = f"import importlib, sys\nm = sys.modules[{name!r}]\nprint(importlib.reload(m) is m, hasattr(m, 'mine'))"
    assert said(f"%%writefile {name}.py\nmine = 1", again)[1] == "True False\n"


@pytest.mark.parametrize("name", ["gradwalk", "socket"])
def test_a_file_named_as_a_module_that_is_out_of_reach_does_not_open_the_way_to_it(name: str) -> None:
    shown = said(f"%%writefile {name}.py\nmine = 1", f"import {name}")[1]
    assert f"ModuleNotFoundError: No module named '{name}' here." in shown


def test_a_file_cannot_be_named_as_one_of_pythons_modules_and_that_is_said() -> None:
    assert said("import socket")[0].endswith(
        "and a file of your own under another name, for this is one of Python's own modules."
    )


LOST = [
    "sys.meta_path.clear()", "sys.meta_path = None", "sys.path = None", "sys.modules = None", "sys.modules.clear()",
    "del sys.path, sys.modules, sys.meta_path",
    "for name in [*sys.modules]: sys.modules[name] = None",
]  # fmt: skip


@pytest.mark.parametrize("lost", LOST)
def test_a_run_that_takes_from_python_what_it_finds_modules_by_ends_as_any_other(lost: str) -> None:
    loaded, finders, path = sys.modules.copy(), [*sys.meta_path], [*sys.path]
    ended = trace_of("%%writefile m.py\nx = 1", f"import sys, m\n{lost}")
    failed = trace_of(f"import sys\n{lost}", "1 / 0")
    assert ended.outcome.status == "ok"
    assert failed.outcome.error is not None
    assert failed.outcome.error.type == "ZeroDivisionError"
    assert loaded.items() <= sys.modules.items()
    assert (sys.meta_path, sys.path) == (finders, path)


TOOL = "%%writefile tool.py\nimport torch\ny = torch.ones(2) * x if 'x' in globals() else 5\nprint(__name__)"


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("%run tool.py\nprint(y)", "__main__\n5\n"),
        ("%run tool\nprint(y)", "__main__\n5\n"),
        ("x = 3\n%run -i tool.py\nprint(y)", "__main__\ntensor([3., 3.])\n"),
        ("get_ipython().run_line_magic('run', 'tool.py')\nprint(y)", "__main__\n5\n"),
    ],
)
def test_a_file_is_run_and_leaves_its_names(command: str, shown: str) -> None:
    assert said(TOOL, command)[1] == shown


def test_a_file_that_is_run_is_followed_in_its_cell() -> None:
    trace = trace_of(TOOL, "x = 3\n%run -i tool.py")
    assert text_of(trace, op_named(trace, "ones").span) == "torch.ones(2)"


@pytest.mark.parametrize(
    ("statement", "command"),
    [
        ("get_ipython().run_line_magic('matplotlib', 'inline')", "%matplotlib inline"),
        ("get_ipython().magic('matplotlib inline')", "%matplotlib inline"),
        ("get_ipython().system('ls')", "!ls"),
        ("get_ipython().run_cell_magic('bash', '', 'ls')", "%%bash"),
        ("%run missing.py", "%run missing.py"),
    ],
)
def test_commands_in_scripts_that_were_notebooks_are_left_out(statement: str, command: str) -> None:
    assert said(statement) == [f"gradwalk: {command!r} is a notebook command, not Python: it was left out.\n"]


def test_a_cell_under_a_command_that_lets_it_run_runs() -> None:
    assert said("get_ipython().run_cell_magic('time', '', 'z = 3')\nz")[0].endswith("3")
