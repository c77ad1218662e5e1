"""``docs/python.md`` and the README's Python: every block runs and prints what stands under it."""

from __future__ import annotations

import contextlib
import io
import linecache
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.served import served

ROOT = Path(__file__).resolve().parents[2]
NOT_RUN = re.compile(r"<!-- not run: .*?-->\n\n```python\n.*?```(?:\n\n```text\n.*?```)?", re.DOTALL)
BLOCK = re.compile(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)


def run(source: str, namespace: dict[str, Any], name: str) -> str:
    """What a block prints; its functions have a source, as those in a file do."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, name, "exec"), namespace)
    return printed.getvalue()


def test_every_block_of_the_page_prints_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall(NOT_RUN.sub("", (ROOT / "docs" / "python.md").read_text(encoding="utf-8")))
    assert len(blocks) == 11
    with served() as server:
        namespace: dict[str, Any] = {"__name__": "__main__", "server": server}
        for number, (source, expected) in enumerate(blocks):
            lines = [line for line in run(source, namespace, f"<block {number}>").splitlines() if line]
            assert lines == expected.splitlines(), source
    assert {path.name for path in tmp_path.iterdir()} == {"lesson.json", "lesson.svg", "model.pt"}


def test_the_readmes_python_gives_what_its_comments_say() -> None:
    ((source, _),) = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    namespace: dict[str, Any] = {"__name__": "__main__"}
    run(source, namespace, "<readme>")
    walk = namespace["t"]
    (said,) = re.findall(r"# array\((\[.*?\])", source)
    np.testing.assert_array_equal(walk.tensors["x"].grad, np.array(eval(said), "float32"), strict=True)
    assert walk.frames[10].at == 10
