"""The wheel holds the engine, the server and the built page, and nothing of the workshop."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel as an installer gets it."""
    directory = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(directory)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    (path,) = directory.glob("gradwalk-*.whl")
    return zipfile.ZipFile(path)


def test_the_page_is_in_it_whole(wheel: zipfile.ZipFile) -> None:
    shipped = {name.removeprefix("gradwalk/static/") for name in wheel.namelist() if "/static/" in name}
    built = {str(path.relative_to(ROOT / "frontend" / "dist")) for path in (ROOT / "frontend" / "dist").rglob("*.*")}
    assert "index.html" in shipped
    assert shipped == built


def test_the_lessons_are_in_it(wheel: zipfile.ZipFile) -> None:
    shipped = {Path(name).name for name in wheel.namelist() if name.startswith("gradwalk/lessons/data/")}
    assert shipped == {path.name for path in (ROOT / "frontend" / "src" / "lessons").glob("*.json")}


def test_its_types_are_declared(wheel: zipfile.ZipFile) -> None:
    assert "gradwalk/py.typed" in wheel.namelist()


def test_it_brings_the_command(wheel: zipfile.ZipFile) -> None:
    (entry_points,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "gradwalk = gradwalk.cli:main" in wheel.read(entry_points).decode()


def test_nothing_but_the_package_is_in_it(wheel: zipfile.ZipFile) -> None:
    assert {name.split("/")[0].split("-")[0] for name in wheel.namelist()} == {"gradwalk"}
    assert not [name for name in wheel.namelist() if Path(name).name.startswith("test_") or name.endswith(".pyc")]


def test_a_wheel_with_a_compiled_core_says_its_platform(wheel: zipfile.ZipFile) -> None:
    compiled = [name for name in wheel.namelist() if name.endswith((".so", ".pyd"))]
    (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/WHEEL"))
    is_pure = "Root-Is-Purelib: true" in wheel.read(metadata).decode()
    assert is_pure is not bool(compiled)
    assert not [name for name in wheel.namelist() if name.endswith((".c", ".h"))]
