"""A lesson comes with the modules beside it that it imports, and with no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradwalk.limits import LIMITS
from gradwalk.notebook import cell, file_cell, modules_beside
from gradwalk.walk.given import cells_from

FILES = {
    "net.py": "from parts.layers import (\n    A,\n    B,\n)\n",
    "parts/__init__.py": "from . import names\n",
    "parts/layers.py": "from .deep.inner import x\nfrom ..net import y\nimport random\n",
    "parts/names.py": "",
    "parts/unused.py": "",
    "parts/deep/inner.py": "import os.path, data",
    "data.py": "not python (",
    "random.py": "",
    "torch.py": "",
    "unread.py": "",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files that import each other."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    "source",
    [
        "import net",
        "%matplotlib inline\nimport torch, net as n",
        "def f():\n    from net import (  # two\n  a, b\n  )\n!ls",
        "x = 1; from net import \\\n    a",
        "try: import net\nexcept ImportError: pass",
        "from net import (a,  # :)\n  b)",
    ],
)
def test_what_is_imported_comes_and_what_that_imports(folder: Path, source: str) -> None:
    names = [each.source.split("\n")[0].removeprefix("%%writefile ") for each in modules_beside([cell(source)], folder)]
    assert names == [
        "data.py",
        "net.py",
        "parts/__init__.py",
        "parts/deep/inner.py",
        "parts/layers.py",
        "parts/names.py",
    ]


def test_a_file_that_comes_along_is_a_cell_that_writes_it_and_is_not_counted() -> None:
    assert file_cell("a.csv", "1,2\n") == cell("%%writefile a.csv\n1,2\n", 0)
    assert file_cell("my file.csv", "1").source == '%%writefile "my file.csv"\n1'


def test_code_that_finds_its_modules_itself_comes_alone(tmp_path: Path) -> None:
    """What runs on PyTorch has the user's own files: a cell would write over them."""
    (tmp_path / "tools.py").write_text("x = 1")
    (tmp_path / "main.py").write_text("import tools")
    assert len(cells_from(tmp_path / "main.py", (), {}, LIMITS)) == 2
    assert cells_from(tmp_path / "main.py", (), {}, LIMITS, beside=False) == [cell("import tools")]
