"""The blocks of ``docs/python.md`` that need PyTorch print what stands under them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.site.test_python_page import BLOCK, NOT_RUN, ROOT, run

BLOCKS = [BLOCK.findall(text) for text in NOT_RUN.findall((ROOT / "docs" / "python.md").read_text(encoding="utf-8"))]


def test_blocks_with_pytorch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(BLOCKS) == 2
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec("import gradwalk", namespace)
    for number, [(source, expected)] in enumerate(BLOCKS):
        assert run(source, namespace, f"<block {number}>").splitlines() == expected.splitlines()
    assert (tmp_path / "step.html").stat().st_size > 10_000
