"""The folders of a run are like Python's: the same statements are run with real files, in a folder for the purpose."""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
from pathlib import Path

import pytest

from tests.recorder.tracing import trace_of

STATEMENTS = """
os.makedirs('models', exist_ok=True)
os.makedirs('models', exist_ok=True)
os.makedirs('models')
os.mkdir('models')
os.mkdir('a/b')
os.mkdir('')
os.mkdir('/')
os.mkdir('.')
os.makedirs('runs/first/weights', 0o755, True)
os.makedirs('runs/second/')
os.makedirs('')
os.makedirs(None)
os.mkdir(3)
os.remove(None)
os.mkdir('a\\0')
os.path.exists('models'), os.path.isdir('models/'), os.path.isfile('models'), os.path.exists('runs/first/../second')
os.path.exists('nope'), os.path.isdir('nope'), os.path.isfile('nope'), os.path.exists('nope/..'), os.path.exists('')
os.path.exists(b'models'), os.path.exists('a\\0'), os.path.exists(99), os.path.isdir(Path('models')), os.path.isdir('.')
os.path.exists(None)
os.path.isfile(1.5)
save('models/x.pth')
os.path.exists('models/x.pth'), os.path.isfile('models/x.pth'), os.path.isdir('models/x.pth')
os.path.exists('models/x.pth/'), os.path.exists('models/x.pth/y'), os.path.exists('./runs/..//models/x.pth')
os.mkdir('models/x.pth')
os.mkdir('models/x.pth/y')
os.makedirs('models/x.pth/y', exist_ok=True)
os.makedirs('models/x.pth', exist_ok=True)
os.listdir('models')
os.listdir('models/x.pth')
os.listdir('nope')
sorted(os.listdir('runs'))
[(entry.name, entry.path, entry.is_dir(), entry.is_file()) for entry in os.scandir('models')]
os.rmdir('models')
os.rmdir('models/x.pth')
os.rmdir('nope')
os.rmdir('.')
os.rmdir('models/..')
os.remove('models')
os.remove('nope')
os.remove('models/x.pth/')
os.unlink('models/x.pth')
os.remove('models/x.pth')
os.path.exists('models/x.pth')
os.rmdir('models')
os.path.exists('models')
Path('m/a').mkdir()
Path('m/a').mkdir(parents=True, exist_ok=True)
Path('m/a').mkdir(parents=True, exist_ok=True)
Path('m/a').mkdir()
save(Path('m') / 'a' / 'x.pt')
save(Path('m/y.txt'))
Path('m/a/x.pt').mkdir(exist_ok=True)
[(p.exists(), p.is_dir(), p.is_file(), p.is_symlink()) for p in map(Path, ('m/a', 'm/a/x.pt', 'm/b', 'm/a/x.pt/y'))]
sorted(Path('m').iterdir())
sorted(Path('m').glob('*.txt')), sorted(Path('m').glob('**/*.pt')), sorted(Path('m').rglob('*'))
list(Path('n').glob('*'))
list(Path('m/y.txt').iterdir())
Path('m').unlink()
Path('m/b').unlink()
Path('m/b').unlink(missing_ok=True)
Path('m').rmdir()
Path('m/y.txt').unlink()
Path('m/y.txt').exists()
Path('m') / 'a', Path('m/a/x.pt').stem, isinstance(Path('m'), os.PathLike)
"""
SAYS = f"""
def say(statement):
    try:
        print(statement, '->', repr(eval(statement)))
    except Exception as error:
        print(statement, '->', type(error).__name__, getattr(error, 'errno', None), error)
for statement in {STATEMENTS.split(chr(10))[1:-1]!r}:
    say(statement)
"""
RUN = f"""
import os
from pathlib import Path
import torch
def save(path): torch.save(1, path)
{SAYS}
"""


def said(source: str) -> str:
    trace = trace_of(source)
    assert trace.outcome.error is None
    return "".join(output.text for output in trace.cells[0].outputs)


def test_folders_and_what_is_in_them_are_as_on_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with contextlib.redirect_stdout(io.StringIO()) as real:
        exec(SAYS, {"os": os, "Path": Path, "save": lambda path: Path(path).touch()})
    before = sorted(tmp_path.rglob("*"))
    assert said(RUN).splitlines() == real.getvalue().splitlines()
    assert sorted(tmp_path.rglob("*")) == before  # the run has touched none of it


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


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("os.listdir()", "NotImplementedError: os.listdir('.') does not work here"),
        ("list(Path('/tmp').glob('*'))", "NotImplementedError: os.scandir('/tmp') does not work here"),
        ("Path('x').stat().st_size", "PermissionError: st_size is not known here: what a snippet saves"),
        ("os.path.getsize('x')", "PermissionError: os.path.getsize() does not work here"),
        ("Path('x').rename('y')", "PermissionError: os.rename() does not work here"),
    ],
)
def test_what_cannot_be_known_is_refused(statement: str, refusal: str) -> None:
    error = trace_of(f"import os, torch\nfrom pathlib import Path\ntorch.save(1, 'x')\n{statement}").outcome.error
    assert error is not None
    assert f"{error.type}: {error.message}".startswith(refusal)


def test_the_next_run_has_none_of_the_folders_and_pathlib_is_as_it_was() -> None:
    assert said("import pathlib\npathlib.Path('a').mkdir()\npathlib.Path('a').is_dir()") == "True"
    assert said("import pathlib\npathlib.Path('a').is_dir()") == "False"
    assert pathlib.Path(__file__).is_file()
    assert not pathlib.Path("a").exists()
