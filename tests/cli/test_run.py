"""``gradwalk run``: what a notebook would show, on the right stream, and an exit status that a script can use."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gradwalk.cli import main, show
from gradwalk.document.schema import Cell, Generator, Options, Outcome, Output, Trace

LESSON = Path(__file__).resolve().parents[1] / "data" / "autograd.ipynb"

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A file to write code into."""
    return tmp_path / "lesson.py"


def test_outputs_come_in_order_as_the_notebook_shows_them(script: Path, capsys: Captured) -> None:
    script.write_text("# %%\nprint('a')\n1 + 1\n# %%\nprint('b', end='')\n'c'\n")
    assert main(["run", str(script)]) == 0
    assert capsys.readouterr() == ("a\n2\nb\n'c'\n", "")


def test_the_lesson_prints_what_its_notebook_holds(capsys: Captured) -> None:
    cells = json.loads(LESSON.read_text())["cells"]
    outputs = [output["data"]["text/plain"] for cell in cells for output in cell.get("outputs", ())]
    assert outputs
    assert main(["run", str(LESSON)]) == 0
    assert capsys.readouterr() == ("".join("".join(lines) + "\n" for lines in outputs), "")


def test_a_snippet_that_raises_exits_with_1_and_shows_its_traceback_on_stderr(script: Path, capsys: Captured) -> None:
    script.write_text("print('before')\n1 / 0\n")
    assert main(["run", str(script)]) == 1
    out, err = capsys.readouterr()
    assert out == "before\n"
    assert err.startswith("Traceback (most recent call last):\n")
    assert err.endswith("ZeroDivisionError: division by zero\n")


def test_json_is_the_whole_trace(script: Path, capsys: Captured) -> None:
    script.write_text("import torch\nx = torch.ones(2)\n")
    assert main(["run", str(script), "--format", "json"]) == 0
    trace = Trace.model_validate_json(capsys.readouterr().out)
    assert trace.outcome.status == "ok"
    assert [tensor.names for tensor in trace.tensors] == [["x"]]


def test_modules_beside_the_code_and_files_that_are_named_are_there(script: Path, capsys: Captured) -> None:
    (script.parent / "tools.py").write_text("def double(x):\n    return 2 * x\n")
    (script.parent / "numbers.csv").write_text("3,4\n")
    script.write_text("import tools\nprint(tools.double(open('numbers.csv').read()), end='')\n1 / 0\n")
    assert main(["run", str(script), "--with", str(script.parent / "numbers.csv")]) == 1
    out, err = capsys.readouterr()
    assert out == "3,4\n3,4\n"
    assert "Cell In[1], line 3\n" in err


def test_the_same_seed_gives_the_same_numbers(script: Path, capsys: Captured) -> None:
    script.write_text("import torch\ntorch.randn(3)\n")
    shown = []
    for seed in ("1", "1", "2"):
        assert main(["run", str(script), "--seed", seed]) == 0
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1] != shown[2]


def test_standard_input_is_read_for_a_dash(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("'ü'".encode()), encoding="ascii"))
    assert main(["run", "-"]) == 0
    assert capsys.readouterr().out == "'ü'\n"


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (None, "absent.py", "cannot read"),
        (b"\xff\xfe", "bytes.py", "not UTF-8"),
        (b"{", "broken.ipynb", "not JSON"),
        (b"#" * 70_000, "long.py", "longer than 64 KiB"),
    ],
)
def test_a_file_that_cannot_be_run_exits_with_2_and_a_sentence(
    content: bytes | None, name: str, message: str, tmp_path: Path, capsys: Captured
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    assert main(["run", str(file)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("gradwalk: ")
    assert message in err
    assert err.count("\n") == 1


def test_every_kind_of_output_has_its_stream() -> None:
    kinds = ("stdout", "echo", "stderr", "warning", "error")
    cell = Cell(source="", outputs=[Output(kind=kind, text=kind) for kind in kinds])
    trace = Trace(generator=Generator(version="0"), options=Options(), cells=[cell], outcome=Outcome(status="ok"))
    out, err = io.StringIO(), io.StringIO()
    show(trace, out, err)
    assert out.getvalue() == "stdout\necho\n"
    assert err.getvalue() == "stderr\nwarning\nerror\n"


def test_what_stopped_a_run_is_said_on_stderr() -> None:
    outcome = Outcome(status="timeout", message="Stopped: it ran for more than 5 seconds.")
    trace = Trace(generator=Generator(version="0"), options=Options(), cells=[], outcome=outcome)
    out, err = io.StringIO(), io.StringIO()
    show(trace, out, err)
    assert (out.getvalue(), err.getvalue()) == ("", outcome.message + "\n")


def test_reader_that_has_had_enough_is_no_error() -> None:
    command = [sys.executable, "-m", "gradwalk", "run", str(LESSON)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        complaints = process.stderr.read()
    assert "BrokenPipeError" not in complaints
    assert process.returncode == 0


def shell(command: str, script: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """What a shell says of a command, in which `gradwalk` is this one and FILE the script."""
    said = command.replace("gradwalk", f"{sys.executable} -m gradwalk").replace("FILE", str(script))
    return subprocess.run(["sh", "-c", said], capture_output=True, check=False, env=os.environ | environment)


def test_what_cannot_be_written_is_told_in_one_sentence(script: Path) -> None:
    script.write_text("1\n")
    for command in ("gradwalk run FILE", "gradwalk run FILE --format json", "gradwalk schema", "gradwalk ops mul"):
        done = shell(f"{command} > /dev/full", script)
        assert (done.returncode, done.stderr) == (2, b"gradwalk: [Errno 28] No space left on device\n"), command


def test_a_terminal_without_a_character_is_shown_its_escape_and_json_stays_json(script: Path) -> None:
    script.write_text("print('caf\u00e9')\n", encoding="utf-8")
    without = {"PYTHONIOENCODING": "ascii"}
    assert shell("gradwalk run FILE", script, **without).stdout == b"caf\\xe9\n"
    trace = json.loads(shell("gradwalk run FILE --format json", script, **without).stdout)
    assert trace["cells"][0]["outputs"] == [{"kind": "stdout", "text": "caf\u00e9\n"}]


def test_streams_that_were_closed_are_not_missed(script: Path) -> None:
    script.write_text("print('seen')\n1 / 0\n")
    assert shell("gradwalk run FILE >&- 2>&-", script).returncode == 1
    assert shell("gradwalk run FILE 2>&-", script).stdout == b"seen\n"
    assert shell("gradwalk run - <&-", script).returncode == 0


WATCHED = """
import sys
from gradwalk.sandbox import starting
sys.modules["torch"] = None
start, started, loaded = starting.start, [], []
def watched(program):
    loaded.append("pydantic" in sys.modules)
    started.append(start(program))
    return started[-1]
starting.start = watched
from gradwalk.cli import main
try:
    status = main(sys.argv[1:])
except SystemExit as end:
    status = end.code
print(status, *loaded, *(one.process.poll() is not None for one in started))
"""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("run lesson.py", "0 False True"),
        ("run missing.py", "2 False True"),
        ("run --nonsense", "2 False True"),
        ("run --help", "0"),
        ("run lesson.py --engine torch", "2"),
        ("serve --port TAKEN --database sqlite:///kept.db", "2 False True"),
        ("serve --database nonsense://here", "2 False True"),
        ("serve -h", "0"),
    ],
)
def test_the_sandbox_loads_side_by_side_with_the_command_line_and_ends_with_it(
    arguments: str, expected: str, script: Path
) -> None:
    script.write_text("print('ran')\n")
    # A Python without PyTorch is told so, and needs no sandbox to be.
    with socket.create_server(("127.0.0.1", 0)) as other:
        given = arguments.replace("TAKEN", str(other.getsockname()[1])).split()
        command = [sys.executable, "-c", WATCHED, *given]
        done = subprocess.run(command, capture_output=True, text=True, cwd=script.parent)
    assert done.stdout.splitlines()[-1] == expected, done.stderr
