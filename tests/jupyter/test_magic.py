"""``%load_ext gradwalk`` and ``%%gradwalk`` in IPython."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from typing import Any

import pytest

import gradwalk
from gradwalk.errors import ExtraMissing
from gradwalk.walk.widget import Player

InteractiveShell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A shell with the extension in it, and what cells display."""
    shown: list[Any] = []
    monkeypatch.setattr("gradwalk.magic.display", shown.append)
    made = InteractiveShell()
    made.shown = shown
    made.run_line_magic("load_ext", "gradwalk")
    yield made
    made.atexit_operations()
    # A second time, when Python ends, it would fail.
    atexit.unregister(made.atexit_operations)


def test_a_cell_is_run_and_played(shell: Any) -> None:
    code = "import torch\nx = torch.ones(2, requires_grad=True)\nx.sum().backward()"
    shell.run_cell_magic("gradwalk", "--height 300", code)
    (player,) = shell.shown
    assert isinstance(player, Player)
    assert player.height == 300
    assert shell.user_ns["walk"].tensors["x"].grad.tolist() == [1, 1]


def test_a_cell_may_go_on_after_those_before(shell: Any) -> None:
    shell.run_cell_magic("gradwalk", "", "a = 2")
    shell.run_cell_magic("gradwalk", "-c -o second", "a * 3")
    shell.run_cell_magic("gradwalk", "-o alone", "a * 3")
    assert shell.user_ns["second"].output == "6\n"
    assert shell.user_ns["alone"].outcome.error.type == "NameError"


def test_the_widget_holds_the_player_with_the_run() -> None:
    player = gradwalk.trace("import torch\ny = torch.ones(1, requires_grad=True).exp()").show(height=222, language="zh")
    assert "ExpBackward0" in player.html
    assert player.get_state(["height", "html"]) == {"height": 222, "html": player.html}
    assert "iframe" in player.get_state(["_esm"])["_esm"]


def test_where_widgets_are_not_shown_it_says_what_the_run_printed() -> None:
    bundle = gradwalk.trace("print('6 \x1b[2J')\n1 / 0").show()._repr_mimebundle_()
    said = (bundle[0] if isinstance(bundle, tuple) else bundle)["text/plain"]
    assert said.startswith("6 \\x1b[2J\nTraceback (most recent call last):\n")
    assert "\nZeroDivisionError: division by zero\n" in said


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "gradwalk.walk.widget", None)
    with pytest.raises(ExtraMissing, match=r"pip install 'gradwalk\[jupyter\]'"):
        gradwalk.trace("1").show()
