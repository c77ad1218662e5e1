"""Files of a run are like Python's: the same statements are run with real files, in a folder for the purpose.

And nothing of a run gets out of its memory, or more than its share of it.
"""

from __future__ import annotations

import builtins
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from gradwalk.limits import LIMITS
from tests.recorder.tracing import trace_of
from tests.runner.disk import compare, said

SETUP = r"""
import codecs, collections, csv, glob, gzip, io, json, logging, os, pickle
import shutil, tarfile, tempfile, zipfile
from pathlib import Path
import numpy as np
def put(path, what, mode='w', **given):
    with open(path, mode, **given) as file: return file.write(what)
def take(path, mode='r', **given):
    with open(path, mode, **given) as file: return file.read()
def attempt(*calls):
    told = []
    for call in calls:
        try: told.append(call())
        except Exception as error: told.append((type(error).__name__, str(error)))
    return told
def of(path, mode, *names, **given):
    with open(path, mode, **given) as file:
        found = [getattr(file, name) for name in names]
        return [each() if callable(each) else each for each in found]
def on(path, mode, do, **given):
    with open(path, mode, **given) as file: return do(file)
def both(file, data): return file.write(data), file.tell(), file.seek(0), file.read(), file.tell()
def left_open(path, text): open(path, 'w').write(text)
def sizes(): return {name: os.path.getsize(name) for name in sorted(os.listdir('.'))}
def within(do):
    with tempfile.TemporaryDirectory() as folder: return do(folder), os.path.exists(folder)
def temporary(mode='w+', **given):
    with tempfile.NamedTemporaryFile(mode, **given) as file:
        done = both(file, b'abc' if 'b' in mode else 'abc')
        return done, os.path.exists(file.name), os.path.basename(file.name)[:3], file.name
"""


def test_files_are_as_on_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compare(SETUP, "files.txt", tmp_path, monkeypatch)


SECRET = "nobody is to know this"
REAL_NUMBERS = range(12)
ATTEMPTS = (
    "open(path).read()", "Path(path).read_text()", "io.open(path).read()", "np.loadtxt(path)", "np.load(path)",
    "open(os.path.join('..', *['..'] * 40, path[1:])).read()", "open('/..' + path).read()", "open('/./' + path).read()",
    "open('/proc/self/root' + path).read()", "open(os.path.relpath(path)).read()", "shutil.copy(path, 'here')",
    "open(os.fsencode(path)).read()", "os.rename(path, 'here')", "os.link(path, 'here')", "os.symlink(path, 'here')",
    "Path('here').symlink_to(path)", "Path('here').hardlink_to(path)", "os.listdir(os.path.dirname(path))",
    "os.scandir(os.path.dirname(path))", "os.stat(path)", "os.chmod(path, 0)", "os.utime(path)", "os.remove(path)",
    "os.truncate(path, 0)", "os.open(path, 0)", "os.chdir(os.path.dirname(path))", "open(path, 'w')",
    "open(path, 'r+')",
    "shutil.rmtree(os.path.dirname(path), onerror=fail)", "tempfile.NamedTemporaryFile(dir=os.path.dirname(path))",
    "zipfile.ZipFile(path)", "gzip.open(path)", "tarfile.open(path)", "bz2.open(path)", "lzma.open(path)",
    "logging.FileHandler(path)", "codecs.open(path)", "torch.load(path)", "torch.save(1, path)", "os.mkdir(path)",
    "open('/proc/self/environ')",
    "open('/proc/self/fd/0')", "open('/dev/stdin')", "open('/dev/fd/0')", "os.open('/dev/mem', 0)",
    "open('/etc/passwd')", "os.listdir('/proc')", "os.readlink('/proc/self/exe')", "os.open('/dev/tty', 2)",
)  # fmt: skip
"""None of which may succeed, or say what the file holds."""


def test_no_path_leads_out_of_a_runs_memory(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(SECRET)
    source = f"""
import codecs, glob, gzip, importlib, io, logging, os, shutil, sys, tarfile, tempfile, torch, zipfile
import numpy as np
from pathlib import Path
bz2, lzma = sys.modules["bz2"], sys.modules["lzma"]
path = {str(path)!r}
def fail(function, path, error): raise error[1]
for attempt in {ATTEMPTS!r}:
    try: print(attempt, '->', eval(attempt))
    except (OSError, RuntimeError) as error: print(type(error).__name__)
print(glob.glob(os.path.dirname(path) + '/*'), os.path.exists(path), os.listdir('/'), os.path.ismount('/proc'))
os.makedirs(os.path.dirname(path))
print(open(path, 'w').write('mine'), os.path.getsize(path), shutil.rmtree('/tmp'))
"""
    errors = ("FileNotFoundError", "PermissionError", "NotADirectoryError", "RuntimeError")
    *refused, nothing, own = said(source).splitlines()
    assert [line for line in refused if line not in errors] == []
    assert len(refused) == len(ATTEMPTS)
    assert nothing == "[] False ['lesson', 'tmp', 'dev'] False"
    assert own == "4 4 None"
    assert path.read_text() == SECRET
    assert list(tmp_path.iterdir()) == [path]


def test_numbers_of_open_files_are_a_runs_own() -> None:
    reading, writing = os.pipe()
    source = f"""
import io, os, tempfile
told = set()
for number in (*{[*REAL_NUMBERS, reading, writing]!r}, -1, 2**40):
    for f in (open, os.close, os.fstat, os.stat, os.fdopen, lambda n: open(n, 'w'), lambda n: os.read(n, 1),
              lambda n: os.write(n, b'x'), lambda n: os.lseek(n, 0, 0), lambda n: open('/tmp/x', opener=lambda *_: n)):
        try: told.add(f(number))
        except Exception as error: told.add((type(error).__name__, getattr(error, 'errno', None)))
told, os.open('a', os.O_CREAT) > 10**6
"""
    assert said(source) == "({('OSError', 9), ('ValueError', None)}, True)"
    os.close(writing)
    assert os.read(reading, 1) == b""  # nobody has written, and it was still open
    os.close(reading)


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        ("with open('a', 'wb') as f: f.write(b'x' * 2001)", "the files of a run may hold 0.00190735 MiB together"),
        ("for k in range(5): Path(f'{k}').write_text('x' * 500)", "may hold"),
        ("open('a', 'wb', 0).seek(10**15); f = open('a', 'wb', 0); f.seek(10**15); f.write(b'x')", "may hold"),
        ("open('a', 'wb').truncate(10**15)", "may hold"),
        ("open('a', 'ab', 0).write(b'x' * 2000); open('a', 'ab', 0).write(b'x')", "may hold"),
        ("np.save('a', np.ones(1000))", "may hold"),
        ("torch.save(torch.ones(1000), 'a')", "may hold"),
        ("f = open('a', 'wb', 0); f.write(b'x' * 2000); os.remove('a'); open('b', 'wb', 0).write(b'x')", "may hold"),
        ("[open(f'{k}', 'w') for k in range(6)]", "a run may have 5 files and folders: '5'"),
        ("[os.mkdir(f'{k}') for k in range(6)]", "a run may have 5 files and folders: '5'"),
        ("os.makedirs('a/' * 6)", "a run may have 5 files and folders"),
        ("files = [open('a', 'w') for _ in range(6) if not os.path.exists('a') or not os.remove('a')]", "may have 5"),
    ],
)
def test_a_run_has_its_share_and_no_more(attempt: str, words: str) -> None:
    limits = LIMITS._replace(file_bytes=2000, files=5)
    error = trace_of(
        f"import os, torch\nimport numpy as np\nfrom pathlib import Path\n{attempt}", limits=limits
    ).outcome.error
    assert error is not None
    assert error.type == "OSError"
    assert error.message.startswith("[Errno 28] No space left: ")
    assert words in error.message


def test_what_is_taken_away_makes_room_again() -> None:
    source = """
import os, tempfile
import numpy as np
for k in range(50):
    np.save('a.npy', np.ones(200))
    os.replace('a.npy', 'b.npy')
    os.makedirs('a/b')
    os.removedirs('a/b')
    with tempfile.TemporaryFile() as f: f.write(b'x')
    f = open('b.npy', 'rb')
    os.remove('b.npy')
    f.close()
open('c', 'wb', 0).write(b'x' * 2000)
"""
    trace = trace_of(source, limits=LIMITS._replace(file_bytes=2000, files=5))
    assert trace.outcome.status == "ok", trace.outcome.message


@pytest.mark.parametrize("source", ["open('a', 'w')", "1 / 0", "raise KeyboardInterrupt"])
def test_afterwards_python_has_its_own_files_again(source: str) -> None:
    def doors() -> list[object]:
        functions = (tempfile.NamedTemporaryFile, tempfile._TemporaryFileCloser.close)  # type: ignore[attr-defined]
        return [builtins.open, io.open, *vars(os).values(), *(function.__defaults__ for function in functions)]

    before = doors()
    trace_of(source)
    assert doors() == before


LATE = ("bz2", "gzip", "lzma", "shutil", "tarfile", "tempfile")

LOADED_IN_A_RUN = """
import gzip, os, shutil, tarfile, tempfile
import numpy as np
os.mkdir("one")
with gzip.open("one/a.txt.gz", "wt") as f: f.write("1 2")
with tarfile.open("one.tar", "w") as archive: archive.add("one/a.txt.gz")
with tempfile.NamedTemporaryFile() as f: name = f.name
print(np.loadtxt("one/a.txt.gz"), tarfile.open("one.tar").getnames(), os.path.exists(name))
shutil.rmtree("one")
print(os.listdir())
"""


def test_modules_that_a_run_is_the_first_to_load_see_its_files_and_afterwards_those_of_the_disk(tmp_path: Path) -> None:
    program = f"""
import os, sys
from gradwalk.runner import run
assert not sys.modules.keys() & {{*{LATE!r}}}
cells = [{{"source": {LOADED_IN_A_RUN!r}, "execution_count": None}}]
outputs = []
run(cells, {{"max_elements": 9}}, lambda frame: outputs.extend(frame.get("outputs", ())) or 1)
print(*(output["text"] for output in outputs), sep="", end="")
assert not os.listdir(), os.listdir()
import bz2, gzip, shutil, tarfile, tempfile
assert bz2._builtin_open is open
assert shutil._use_fd_functions
os.mkdir("one")
with gzip.open("one/a.txt.gz", "wt") as f: f.write("3 4")
with tarfile.open("one.tar", "w") as archive: archive.add("one/a.txt.gz")
with tempfile.NamedTemporaryFile() as f: name = f.name
import numpy as np
print("then", np.loadtxt("one/a.txt.gz"), tarfile.open("one.tar").getnames(), os.path.exists(name))
shutil.rmtree("one")
print(os.listdir())
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "[1. 2.] ['one/a.txt.gz'] False\n['one.tar']\nthen [3. 4.] ['one/a.txt.gz'] False\n['one.tar']\n"
    )
