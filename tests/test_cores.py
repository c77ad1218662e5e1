"""A server in a container does as much at once as the container has cores, not the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gradwalk.cores import cores


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(64), raising=False)


@pytest.mark.parametrize(
    ("group", "quotas", "most"),
    [
        ("0::/\n", {"": "200000 100000"}, 2),
        ("0::/\n", {"": "150000 100000"}, 1),
        ("0::/\n", {"": "50000 100000"}, 1),
        ("0::/\n", {"": "max 100000"}, 64),
        ("0::/\n", {"": "nonsense"}, 64),
        ("0::/\n", {}, 64),
        ("9:cpu:/\n0::/system.slice/a.service\n", {"system.slice/a.service": "max 1", "system.slice": "3000 1000"}, 3),
        ("9:cpu:/a\n", {"": "1000 1000"}, 64),
        ("0::/../outside\n", {"": "1000 1000"}, 1),
    ],
)
def test_cores_are_those_that_this_process_is_given(
    group: str, quotas: dict[str, str], most: int, tmp_path: Path
) -> None:
    ours = tmp_path / "cgroup"
    ours.write_text(group)
    for path, quota in quotas.items():
        (tmp_path / "fs" / path).mkdir(parents=True, exist_ok=True)
        (tmp_path / "fs" / path / "cpu.max").write_text(quota + "\n")
    assert cores(tmp_path / "fs", ours) == most


def test_there_is_a_core_where_nothing_says_so(tmp_path: Path) -> None:
    assert cores(tmp_path / "none", tmp_path / "none") == 64
