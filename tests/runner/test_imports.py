"""What may be imported is; plotting is there in name; all else says what may be imported."""

from __future__ import annotations

import pytest

from gradwalk.runner.allowed import IMPORTABLE, MAIN, NOTICES, PARED, PARTS, PROGRESS, UNDRAWN
from gradwalk.runner.imports import find_facade
from tests.runner.fake import run, shown


@pytest.mark.parametrize("name", sorted(IMPORTABLE - {"torch", "functorch"}))
def test_allowed_module_imports(name: str) -> None:
    assert run(f"import {name} as m\nassert m.__name__ == {name!r}")[1]["status"] == "ok"


def test_submodules_and_names_import() -> None:
    source = "from collections.abc import Mapping\nimport numpy.linalg\nMapping, numpy.linalg.norm([3, 4])"
    assert shown(source)[0][2] == "(collections.abc.Mapping, np.float64(5.0))"


@pytest.mark.parametrize(
    "statement", ["import socket", "from socket import socket", "import requests.sessions", "import gradwalk"]
)
def test_other_modules_say_what_may_be_imported(statement: str) -> None:
    _, outcome = run(statement)
    assert outcome["error"]["type"] == "ModuleNotFoundError"
    for name in MAIN:
        assert name in outcome["error"]["message"]


def test_of_os_the_part_is_there_that_needs_no_processes() -> None:
    source = "import os, os.path as osp\nfrom os.path import join\nosp.basename(join('a', os.sep.join('bc')))"
    assert shown(source) == [(0, "echo", "'c'")]


@pytest.mark.parametrize("call", ["os.system('ls')", "os.fork()", "os.execv('a', [])", "os.kill(1, 9)", "os.dup(0)"])
def test_what_needs_more_than_files_says_why_it_does_not_work(call: str) -> None:
    error = run(f"import os\n{call}")[1]["error"]
    assert error["type"] == "PermissionError"
    assert error["message"].startswith(
        f"{call.partition('(')[0]}() does not work here: a snippet here has files in its"
    )


def test_builtins_are_there_by_name() -> None:
    assert shown("from builtins import range, object\nlist(range(2)), object is type(object())") == [
        (0, "echo", "([0, 1], True)")
    ]
    assert run("import builtins\nbuiltins.eval('1')")[1]["error"]["type"] == "PermissionError"


def test_urllib_imports_and_fetches_nothing() -> None:
    error = run("import urllib.request\nfrom urllib.error import HTTPError\nurllib.request.urlopen('http://a')")[1][
        "error"
    ]
    assert error["type"] == "PermissionError"
    assert error["message"].startswith("urllib.request.urlopen() does not work here")
    assert shown("from urllib.parse import quote\nquote('a b')") == [(0, "echo", "'a%20b'")]


def test_a_course_checks_its_answers_with_unittest() -> None:
    source = """\
import io, unittest
class Checks(unittest.TestCase):
    def test_right(self): self.assertEqual(1 + 1, 2)
    def test_wrong(self): self.assertEqual(1 + 1, 3)
result = unittest.TextTestRunner(io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(Checks))
result.testsRun, [test.id().rpartition(".")[2] for test, _ in result.failures]
"""
    assert shown(source) == [(0, "echo", "(2, ['test_wrong'])")]


def test_versions_of_packages_are_those_of_the_packages_that_a_snippet_has() -> None:
    find_facade()
    source = "from importlib.metadata import version\nimport torch\nversion('torch') == torch.__version__"
    assert shown(source) == [(0, "echo", "True")]
    error = run("import importlib.metadata\nimportlib.metadata.version('thop')")[1]["error"]
    assert error["type"] == "importlib.metadata.PackageNotFoundError"
    assert error["message"] == "No package metadata was found for thop"
    assert run("import importlib\nimportlib.invalidate_caches()")[1]["error"]["type"] == "PermissionError"


def test_what_can_be_imported_is_found() -> None:
    source = "import importlib.util as u\n[u.find_spec(name) is None for name in ('math', 'torch', 'xformers')]"
    assert shown(source) == [(0, "echo", "[False, False, True]")]


def test_functorch_is_the_old_name_of_torchs_transforms() -> None:
    find_facade()
    assert shown("import functorch, torch\nfunctorch.grad.__wrapped__ is torch.func.grad") == [(0, "echo", "True")]


def test_missing_module_can_be_caught_as_a_lesson_does() -> None:
    assert shown("try:\n    import pandas\nexcept ImportError as e:\n    print(e.name)") == [(0, "stdout", "pandas\n")]


def test_lesson_book_helpers_say_the_way_out() -> None:
    assert "write those that you need into a cell" in run("from d2l import torch as d2l")[1]["error"]["message"]


def test_what_is_named_first_may_be_imported() -> None:
    assert set(MAIN) <= IMPORTABLE | UNDRAWN


def test_modules_import_what_they_need_themselves() -> None:
    assert run("import dataclasses, inspect, random\nrandom.SystemRandom")[1]["status"] == "ok"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("import torch.no.such", "'torch.no' is not among the parts of PyTorch that Gradwalk has."),
        (
            "from torch import nosuch",
            (
                "cannot import name 'nosuch' from 'torch'. "
                "'torch.nosuch' is not among the parts of PyTorch that Gradwalk has."
            ),
        ),
        ("from math import nosuch", "cannot import name 'nosuch' from 'math'"),
        ("from collections.abc import nosuch", "cannot import name 'nosuch' from 'collections.abc'"),
        ("import math.nosuch", "No module named 'math.nosuch'; 'math' is not a package"),
    ],
)
def test_names_that_are_not_there_are_told_without_paths(statement: str, message: str) -> None:
    find_facade()
    assert run(statement)[1]["error"]["message"] == message


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (
            "import torch.distributed as d\nif d.is_initialized(): d.barrier()\nd.init_process_group('gloo')",
            "Gradwalk has no torch.distributed.init_process_group: there is one process; leave the call out.",
        ),
        (
            "from torch.utils.benchmark import Timer\nTimer('1')",
            (
                "Gradwalk has no torch.utils.benchmark.Timer: the record shows what each op does, not how long; "
                "leave it out."
            ),
        ),
        (
            "import torch.nn as nn\nfrom torch.nn.parallel import DistributedDataParallel as D\nD(nn.Linear(1, 1))",
            (
                "Gradwalk has no torch.nn.parallel.DistributedDataParallel: there is one process; "
                "use the module as it is."
            ),
        ),
        (
            "from torch.fx.passes.graph_drawer import FxGraphDrawer\nclass Drawn(FxGraphDrawer): pass",
            (
                "Gradwalk has no torch.fx.passes.graph_drawer.FxGraphDrawer: the graph is shown as it is built; "
                "leave the tracing out."
            ),
        ),
        (
            "import torch._dynamo\ntorch._dynamo.explain(lambda x: x)",
            ("Gradwalk has no torch._dynamo.explain: what is compiled runs as it is written, and the record shows it."),
        ),
        (
            "from torch.utils._python_dispatch import TorchDispatchMode\nclass Seen(TorchDispatchMode): pass",
            (
                "Gradwalk has no torch.utils._python_dispatch.TorchDispatchMode: ops are not handed to a mode one by "
                "one; torch.overrides.TorchFunctionMode sees each call."
            ),
        ),
        (
            "import torch\nclass Seen(torch.Tensor):\n    def __torch_dispatch__(cls, *args): pass",
            (
                "Gradwalk has no __torch_dispatch__: ops are not handed to a class one by one; __torch_function__ sees "
                "each call."
            ),
        ),
        (
            "import torch\ntorch.Tensor._make_wrapper_subclass(torch.Tensor, (2,))",
            (
                "Gradwalk has no Tensor._make_wrapper_subclass: a tensor holds its own numbers; as_subclass makes one "
                "of your class."
            ),
        ),
        ("import torch\ntorch.multiprocessing.nosuch", "module 'torch.multiprocessing' has no attribute 'nosuch'"),
    ],
)
def test_parts_that_are_not_here_import_and_say_what_to_do_when_called(script: str, message: str) -> None:
    find_facade()
    assert run(script)[1]["error"]["message"] == message


def test_pickle_finds_what_a_snippet_defines() -> None:
    source = """import pickle
class Word(str): ...
import __main__
pickle.loads(pickle.dumps(Word("a"))), pickle.loads(pickle.dumps(Word)) is Word, __main__.Word is Word"""
    assert shown(source) == [(0, "echo", "('a', True, True)")]


def test_star_and_submodules_import_by_from() -> None:
    assert (
        run("from math import *\nfrom numpy import linalg, random as r\ncos(0), linalg.norm, r.seed")[1]["status"]
        == "ok"
    )


PLOTS = """\
import matplotlib.pyplot as plt
from matplotlib import cm
from mpl_toolkits.mplot3d import Axes3D
from matplotlib_inline import backend_inline
backend_inline.set_matplotlib_formats('svg')
plt.rcParams['figure.figsize'] = (3, 2)
fig, ax = plt.subplots()
fig2, (left, right) = plt.subplots(1, 2, figsize=(4, 2))
fig3, grid = plt.subplots(2, 2)
line, = ax.plot([1, 2], label='a')
line.set_data([1], [2])
for one in grid.flatten():
    one.set_title('t').set_fontsize(3)
with plt.style.context('seaborn'):
    ax.axis('off')
ax.colour = cm.viridis(0.5)
len(grid[0]), plt.show()
"""


def test_plotting_code_runs_and_says_once_that_nothing_is_drawn() -> None:
    assert shown(PLOTS, "import matplotlib\nplt.show()") == [
        (0, "stderr", f"gradwalk: {NOTICES['matplotlib']}\n"),
        (0, "echo", "(2, None)"),
    ]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("graphviz", "from graphviz import Digraph\nd = Digraph(graph_attr={'rankdir': 'LR'})\nd.node('a')\nd"),
        ("seaborn", "import seaborn as sns\nsns.set_theme(style='white')\nsns.heatmap([[1]])"),
        ("torchviz", "from torchviz import make_dot\nmake_dot(1, params=dict(a=2)).render('x', format='png')"),
    ],
)
def test_what_else_only_draws_says_so_too(name: str, source: str) -> None:
    notice, echo = shown(source)
    assert notice == (0, "stderr", f"gradwalk: {NOTICES[name]}\n")
    assert echo[2].startswith(f"<{name}.")
    assert echo[2].endswith(": not drawn>")


def test_data_that_a_library_of_plots_would_fetch_is_refused() -> None:
    error = run("import seaborn as sns\nsns.load_dataset('iris')")[1]["error"]
    assert (error["type"], error["message"]) == (
        "PermissionError",
        "seaborn fetches its datasets from a network, which is not here: write the numbers yourself.",
    )


def test_a_plot_shown_as_a_value_says_that_it_is_not_drawn() -> None:
    assert shown("import matplotlib.pyplot as plt\nplt.plot([1])")[-1][2] == "[<matplotlib.line: not drawn>]"


@pytest.mark.parametrize("name", PARTS)
def test_modules_inside_modules_import(name: str) -> None:
    assert run(f"import {name} as m\nassert m.__name__ == {name!r}")[1]["status"] == "ok"


@pytest.mark.parametrize("name", sorted(PARED))
def test_scripts_import_at_their_top_what_they_can_hardly_use(name: str) -> None:
    assert run(f"import {name}")[1]["status"] == "ok"


@pytest.mark.parametrize(
    "call",
    [
        "import threading\nthreading.Thread(target=print)",
        "import threading\nclass Mine(threading.Thread): pass\nMine()",
        "from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor(2)",
        "import multiprocessing as mp\nmp.Pool(2)",
        "import asyncio\nasyncio.run(None)",
    ],
)
def test_threads_and_processes_say_what_to_do_instead(call: str) -> None:
    error = run(call)[1]["error"]
    assert error["type"] == "PermissionError"
    assert error["message"].endswith("one thread and one process; call the functions one after another.")


def test_locks_of_one_thread_are_pythons() -> None:
    source = "import threading\nlock = threading.Lock()\nwith lock: held = lock.locked()\nheld, lock.locked()"
    assert shown(source) == [(0, "echo", "(True, False)")]


def test_a_run_says_nothing_of_the_machine() -> None:
    source = "import os, platform, multiprocessing\nos.cpu_count(), multiprocessing.cpu_count(), platform.node()"
    assert shown(source) == [(0, "echo", "(1, 1, '')")]
    assert run("import getpass\ngetpass.getuser()")[1]["error"]["type"] == "PermissionError"


def test_names_drawn_at_random_are_the_same_in_every_run() -> None:
    source = "import uuid\na, b = uuid.uuid4(), uuid.uuid4()\na != b, a.version, str(a)"
    first = shown(source)
    assert first[0][2].startswith("(True, 4, ")
    assert shown(source) == first
    assert shown("import uuid\nstr(uuid.uuid5(uuid.NAMESPACE_DNS, 'python.org'))") == [
        (0, "echo", "'886313e1-3b8a-5372-9b90-0c9aee199e5d'")
    ]


def test_bars_of_tqdm_are_not_drawn_and_their_loops_run() -> None:
    source = """\
from tqdm.auto import tqdm, trange
import tqdm as bars
bar = tqdm(total=5)
for i in trange(2, desc="epoch"): bar.update(i + 1); bar.set_postfix(loss=i)
with tqdm([3, 4]) as items: total = sum(items)
bar.n, bar.total, total, len(items), list(bars.tqdm("ab"))
"""
    assert shown(source) == [(0, "stderr", f"gradwalk: {NOTICES[PROGRESS]}\n"), (0, "echo", "(3, 5, 7, 2, ['a', 'b'])")]
