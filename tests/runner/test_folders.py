"""The folders of a run are like Python's: the same statements are run with real files, in a folder for the purpose."""

from __future__ import annotations

import glob
import os
import pathlib
from pathlib import Path

import pytest

from gradwalk.runner.doors import files_of_run
from tests.runner.disk import compare, said

SETUP = "import glob, os, shutil\nfrom pathlib import Path\nsave = lambda path: Path(path).touch()\n"


def test_folders_and_what_is_in_them_are_as_on_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compare(SETUP, "folders.txt", tmp_path, monkeypatch)


def test_what_is_saved_in_a_folder_is_found_there_by_any_path_to_it() -> None:
    source = """
import os, torch
from pathlib import Path
os.makedirs('models/best')
torch.save(torch.ones(1), os.path.join('models', 'x.pth'))
Path('models/x.pth').exists(), torch.load(Path('models') / 'best' / '..' / 'x.pth'), torch.load('./models//x.pth')
"""
    assert said(source) == "(True, tensor([1.]), tensor([1.]))"


def test_a_run_sees_nothing_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    path = str(tmp_path / "there")
    source = f"import os\nfrom pathlib import Path\nos.path.exists({path!r}), Path({path!r}).exists()"
    assert said(source) == "(False, False)"


def test_the_next_run_has_none_of_the_folders_and_pathlib_is_as_it_was() -> None:
    assert said("import pathlib\npathlib.Path('a').mkdir()\npathlib.Path('a').is_dir()") == "True"
    assert said("import pathlib\npathlib.Path('a').is_dir()") == "False"
    assert pathlib.Path(__file__).is_file()
    assert not pathlib.Path("a").exists()


def test_what_pathlibs_finder_has_noted_is_exchanged_as_long_as_a_run_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir
    finder = type("Finder", (), {"scandir": staticmethod(real)})  # as Python 3.13 has one
    monkeypatch.setattr(glob, "_Finder", finder, raising=False)
    with files_of_run():
        assert vars(finder)["scandir"].__func__ is os.scandir is not real
    assert vars(finder)["scandir"].__func__ is real
