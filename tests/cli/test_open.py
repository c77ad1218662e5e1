"""``gradwalk open`` makes an address that the page reads; ``gradwalk examples`` prints the page's lessons."""

from __future__ import annotations

import base64
import io
import json
import random
import sys
import webbrowser
import zlib
from pathlib import Path

import pytest

import gradwalk.cli.open as opening
from gradwalk.cli import main
from gradwalk.lessons import FOLDER, lessons

Captured = pytest.CaptureFixture[str]
LESSON = Path(__file__).resolve().parents[1] / "data" / "autograd.ipynb"


def unpacked(address: str) -> tuple[str, list[list[object]]]:
    """Title and cells in an address, read as the page does."""
    code = address.partition("#code=")[2]
    title, cells = json.loads(zlib.decompress(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)), -15))
    return title, cells


def test_the_address_holds_the_notebook(capsys: Captured) -> None:
    assert main(["open", str(LESSON), "--print", "--server", "https://example.org/walk/"]) == 0
    address = capsys.readouterr().out.strip()
    title, cells = unpacked(address)
    assert address.startswith("https://example.org/walk/#code=")
    assert title == "autograd"
    code = [cell for cell in json.loads(LESSON.read_text())["cells"] if cell["cell_type"] == "code"]
    assert cells == [["".join(cell["source"]), cell["execution_count"], ""] for cell in code]


def test_the_browser_is_shown_the_page_of_a_server_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def open_browser(url: str) -> bool:
        shown.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", open_browser)
    monkeypatch.setattr(opening, "answers", lambda _server: True)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("'ü'".encode())))
    assert main(["open", "-"]) == 0
    assert [unpacked(address) for address in shown] == [("Gradwalk", [["'ü'", None, ""]])]


def test_a_server_elsewhere_that_does_not_answer_is_said_so(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "a.py").write_text("1")
    assert main(["open", str(tmp_path / "a.py"), "--server", "http://nowhere.invalid"]) == 2
    assert "no server of Gradwalk's answers at http://nowhere.invalid" in capsys.readouterr().err
    assert main(["open", str(tmp_path / "a.py"), "--server", "here"]) == 2
    assert "'here' is no address" in capsys.readouterr().err


def test_code_too_long_for_an_address_is_said_so(tmp_path: Path, capsys: Captured) -> None:
    # What is random cannot be packed: 30,000 bytes of it take 40,000 characters.
    (tmp_path / "long.py").write_text(f"# {random.Random(0).randbytes(30_000).hex()}")
    assert main(["open", str(tmp_path / "long.py"), "--print"]) == 2
    assert "too long for a link" in capsys.readouterr().err


def test_examples_lists_every_lesson(capsys: Captured) -> None:
    assert main(["examples"]) == 0
    printed = capsys.readouterr().out
    ids = {path.stem for path in FOLDER.glob("*.json")} - {"contents"}
    assert {line.split()[0] for line in printed.splitlines() if line.startswith("  ")} == ids
    assert {lesson.id for lesson in lessons("zh")} == ids


def test_an_example_is_a_script_that_runs(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    assert main(["examples", "gradients-accumulate"]) == 0
    script = capsys.readouterr().out
    assert script.startswith("# %% [markdown]\n# Gradients accumulate\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(script.encode())))
    assert main(["run", "-"]) == 0
    assert "tensor(" in capsys.readouterr().out


def test_a_lesson_that_is_not_there_names_those_that_are_alike(capsys: Captured) -> None:
    assert main(["examples", "detach"]) == 2
    err = capsys.readouterr().err
    assert "there is no lesson 'detach'. Is it one of " in err
    assert "detach-is-a-constant" in err
    assert main(["examples", "--language", "fr"]) == 2
