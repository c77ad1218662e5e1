"""What goes to a terminal and what to a pipe."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from gradwalk.cli import main

SLOW = """\
import torch, time
x = torch.ones(1)
for i in range(9):
    x = x + 1
    time.sleep(0.2)
x
"""


def on_a_terminal(arguments: list[str], **environment: str) -> tuple[str, str]:
    """What the command writes to stdout, a pipe, and to stderr, a terminal."""
    reader, terminal = pty.openpty()
    command = [sys.executable, "-m", "gradwalk", *arguments]
    environ = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=terminal, env=environ | {"TERM": "xterm-256color"} | environment
    ) as process:
        os.close(terminal)
        seen = b""
        try:
            while chunk := os.read(reader, 4096):
                seen += chunk
        except OSError:  # as Linux says that the other end is closed
            pass
        finally:
            os.close(reader)
        assert process.stdout is not None
        out = process.stdout.read()
    return out.decode(), seen.decode()


def test_a_long_run_shows_how_far_it_is_on_the_terminal_and_only_there(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    out, err = on_a_terminal(["run", str(tmp_path / "slow.py")])
    assert out == "tensor([10.])\n"
    assert "operations" in err
    assert "\x1b[" in err


def test_without_colour_where_none_is_wanted() -> None:
    _, coloured = on_a_terminal(["walk"])
    _, plain = on_a_terminal(["walk"], NO_COLOR="1")
    assert "\x1b[31m" in coloured
    assert "\x1b[3" not in plain
    assert "No such command" in plain


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["examples"], ["walk"]])
def test_what_is_no_terminal_gets_no_escape_codes(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with contextlib.suppress(SystemExit):
        main(arguments)
    out, err = capsys.readouterr()
    assert out + err
    assert "\x1b" not in out + err


def test_help_names_the_extra_that_brings_pytorch(capsys: pytest.CaptureFixture[str]) -> None:
    with contextlib.suppress(SystemExit):
        main(["run", "--help"])
    shown = "".join(capsys.readouterr().out.split()).replace("│", "")
    assert "pipinstall'gradwalk[torch]'" in shown


def test_a_shell_can_be_taught_to_complete(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_GRADWALK_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "gradwalk ex")
    monkeypatch.setenv("COMP_CWORD", "1")
    with pytest.raises(SystemExit):
        main([])
    assert capsys.readouterr().out.split() == ["export", "examples"]


def test_a_snippet_may_colour_a_terminal_and_not_command_it(tmp_path: Path) -> None:
    script = tmp_path / "commands.py"
    script.write_text("""\
import sys
print("\\x1b[31mred\\x1b[0m", file=sys.stderr)
print("\\x1b]52;c;ZXZpbA==\\x07 \\x9b6n \\x1b[2J\\r\\tend", file=sys.stderr)
print("\\x1b]0;a title\\x07")
""")
    out, err = on_a_terminal(["run", str(script)], NO_COLOR="1")
    assert "\x1b[31mred\x1b[0m\r\n" in err
    assert r"\x1b]52;c;ZXZpbA==\x07 \x9b6n \x1b[2J" + "\r\tend\r\n" in err
    assert out == "\x1b]0;a title\x07\n"  # whoever reads a pipe wants what was printed
