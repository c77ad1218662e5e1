"""The other commands, and ``python -m gradwalk``."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from gradwalk import __version__
from gradwalk.cli import main
from gradwalk.cli.app import FUNCTIONS, loaded
from gradwalk.cli.serve import _origin
from gradwalk.document.json_schema import trace_json_schema


def test_the_schema_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == trace_json_schema()


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "gradwalk", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"gradwalk {__version__}\n"


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_what_runs_no_command_loads_none(arguments: list[str]) -> None:
    code = f"""
import sys
from gradwalk.cli import main
try:
    main({arguments})
except SystemExit:
    pass
print(sorted(name for name in sys.modules if name.startswith("gradwalk")))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    parts = ["gradwalk", *(f"gradwalk.cli{part}" for part in ("", ".app", ".outputs", ".status")), "gradwalk.text"]
    assert done.stdout.splitlines()[-1] == str(parts)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_command_is_listed_by_the_first_sentence_of_its_help(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    printed = []
    for arguments in (["--help"], [name, "--help"]):
        with pytest.raises(SystemExit):
            main(arguments)
        printed.append(capsys.readouterr().out)
    listed = re.search(rf"│ {name} +(.*?)\.? +│", printed[0])
    assert listed is not None
    assert f"\n {listed[1]}" in printed[1]


def test_ops_says_how_the_gradient_of_a_product_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ops", "mul"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert "mul(self, other) = self * other" in printed
    assert "    MulBackward0: d/dself = grad * other" in printed
    assert "torch.Tensor.mul_" in printed


@pytest.mark.parametrize("name", ["torch.Tensor.mul_", "Tensor.mul_", "nn.Linear", "torch.nn.functional.softmax"])
def test_ops_takes_a_name_as_code_has_it(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ops", name]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert any(line.endswith(name) for line in printed)
    assert "torch.Tensor.mul" not in printed
    assert ("softmax(self, *, dim=-1) = softmax(self)" in printed) is name.endswith("softmax")


def test_ops_says_so_if_nothing_has_the_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ops", "no_such_op"]) == 2
    assert "nothing has 'no_such_op' in its name" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["walk"], ["run"], ["run", "-", "--seed", "-1"], ["serve", "--port", "x"]])
def test_a_command_that_makes_no_sense_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "usage: gradwalk" in capsys.readouterr().err.lower()


def test_serve_answers_until_it_is_told_to_stop_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "websockets.py").touch()  # Uvicorn would take it for what it needs, if it were asked to look
    command = [sys.executable, "-m", "gradwalk", "serve", "--port", "0", "--cache-mib", "8", "--queue", "7"]
    env = os.environ | {"GRADWALK_SNIPPET_DAYS": "30", "GRADWALK_QUEUE": "9", "GRADWALK_SNIPPET_BURST": ""}
    env["PYTHONPATH"] = str(tmp_path)
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as server:
        assert server.stderr is not None
        running = next(line for line in server.stderr if "Uvicorn running" in line)
        server_url = running.split()[4]
        body = json.dumps({"source": "6 * 7"}).encode()
        headers = {"Content-Type": "application/json"}
        ask = urllib.request.Request(f"{server_url}/api/v1/traces", data=body, headers=headers)
        with urllib.request.urlopen(ask) as response:
            trace = json.load(response)
        with urllib.request.urlopen(f"{server_url}/api/v1/limits") as response:
            told = json.load(response)["server"]
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        server.send_signal(signal.SIGINT)
        server.stderr.read()
    assert trace["cells"][0]["outputs"] == [{"kind": "echo", "text": "42"}]
    assert (told["cache_bytes"], told["snippet_days"], told["snippet_burst"]) == (8 * 2**20, 30, 60)
    assert told["queue"] == 7, "what is said on the command line wins"
    assert server.returncode == 0
    assert len(children) == 1
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def test_serve_says_so_if_the_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "gradwalk", "serve", "--port", str(port)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert "address already in use" in done.stderr
    assert f"\ngradwalk: nothing can be served at 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_doctor_says_line_by_line_what_holds_snippets_in(capfd: pytest.CaptureFixture[str]) -> None:
    status = main(["doctor"])
    lines = capfd.readouterr().out.splitlines()
    assert lines[-1].startswith("Isolation: ")
    assert (status == 0) == (lines[-1] == "Isolation: full")
    walls = ("seccomp:", "Landlock:", "user:", "Python:", "self-test:")
    assert [wall for wall in walls if wall not in str(lines)] == []
    assert sum(line.startswith("MISSING") for line in lines) == sum(line.startswith("        ->") for line in lines)


def test_unsafe_local_is_refused_on_any_address_but_this_machines_own(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--unsafe-local", "--host", "0.0.0.0"]) == 2
    assert "for this machine alone" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("option", "given"),
    [
        ("--name", "http://walk.school.edu"), ("--name", "walk.school.edu:8000"), ("--name", "a.edu,b.edu"),
        ("--allow-origin", "course.example"), ("--allow-origin", "https://course.example/page"),
    ],
)  # fmt: skip
def test_a_name_or_a_site_that_no_browser_would_say_is_refused(
    option: str, given: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--port", "0", option, given]) == 2
    assert f"{option} takes " in (said := capfd.readouterr().err)
    assert repr(given) in said


def test_a_site_is_known_as_browsers_write_it() -> None:
    assert _origin("https://Course.example/") == "https://course.example"
    assert (_origin("*"), _origin("http://[::1]:8888")) == ("*", "http://[::1]:8888")


@pytest.mark.parametrize("command", [["serve"], ["run", "-"]])
def test_a_system_without_a_sandbox_is_told_what_to_use_instead(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"1")))
    assert main(command) == 2
    err = capsys.readouterr().err
    assert "Snippets can be run on Linux only" in err
    assert "container" in err


def test_every_size_that_serve_takes_stands_in_the_document() -> None:
    document = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(--[a-z-]+)` \| `(\w+)`", document, re.MULTILINE))
    options = {parameter.opts[0]: parameter.envvar for parameter in loaded("serve").params}
    assert {(option, variable) for option, variable in options.items() if variable} <= listed
    assert {option for option, _ in listed} <= options.keys()
