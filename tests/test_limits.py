"""Limits can be lowered by whoever runs the server, never raised, and what is in force is what runs are held to."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from gradwalk.api import Settings, create_app
from gradwalk.cli import main
from gradwalk.cli.options import LIMITS_VARIABLE
from gradwalk.limits import LIMITS, lowered
from tests.api.fake import FakeExecutor


@pytest.fixture
def anyio_backend() -> str:
    """The event loop that the server has."""
    return "asyncio"


def test_what_is_lowered_is_lower_and_all_else_as_it_was() -> None:
    assert lowered({}) == LIMITS
    assert lowered({"ops": "50", "wall_seconds": "1.5"}) == LIMITS._replace(ops=50, wall_seconds=1.5)


def test_a_soft_limit_comes_down_with_its_hard_one() -> None:
    limits = lowered({"cpu_seconds_hard": "1", "wall_seconds_hard": "0.5"})
    assert (limits.cpu_seconds, limits.wall_seconds) == (1, 0.5)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("ops", "10001", "can be lowered only: give more than 0 and at most 10000"),
        ("cpu_seconds", "0", "more than 0"),
        ("cpu_seconds", "-1", "more than 0"),
        ("wall_seconds", "nan", "more than 0"),
        ("wall_seconds", "inf", "at most 5.0"),
        ("memory_bytes", "much", "is to be a whole number, not 'much'"),
        ("cpu_seconds", "0.5", "is to be a whole number, not '0.5'"),
        ("wall_seconds", "long", "is to be a number, not 'long'"),
        ("niceness", "1", "no limit 'niceness' to lower; there are source_bytes"),
        ("cpu", "1", "no limit 'cpu'"),
    ],
)
def test_what_would_raise_a_limit_or_names_none_is_refused(name: str, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        lowered({name: text})


def test_the_command_line_lowers_and_the_record_is_held_to_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "loop.py"
    script.write_text("import torch\nx = torch.tensor(1.)\nfor _ in range(30):\n    x = x * 1\n")
    assert main(["run", "--format", "json", "--limit", "ops=20", str(script)]) == 0
    assert len(json.loads(capsys.readouterr().out)["ops"]) == 20


def test_the_kernel_holds_a_run_to_what_is_lowered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "large.py"
    script.write_text("x = bytearray(100 << 20)\n")
    assert main(["run", str(script)]) == 0
    assert main(["run", "--limit", f"memory_bytes={50 << 20}", str(script)]) == 1
    assert "more than 50 MiB" in capsys.readouterr().err


def test_the_environment_lowers_and_the_command_line_has_the_last_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "long.py"
    script.write_text("x = 1\n" * 30)
    monkeypatch.setenv(LIMITS_VARIABLE, "source_bytes=100, ops=5")
    assert main(["run", str(script)]) == 2
    assert "longer than 0.0976562 KiB" in capsys.readouterr().err
    assert main(["run", "--limit", "source_bytes=200", str(script)]) == 0


def test_a_limit_that_is_too_high_stops_the_command_before_it_runs_anything(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--limit", "cpu_seconds=60"]) == 2
    assert "can be lowered only" in capsys.readouterr().err


@pytest.mark.anyio
async def test_the_api_tells_what_is_in_force() -> None:
    limits = lowered({"ops": "50", "body_bytes": "400"})
    transport = httpx.ASGITransport(create_app(Settings(limits=limits), FakeExecutor()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gradwalk.test") as client:
        told = (await client.get("/api/v1/limits")).json()
        assert told.pop("server")["running"] == Settings().running
        assert told == limits._asdict()
        assert (await client.post("/api/v1/traces", json={"source": " " * 500})).status_code == 413
