"""What an honest snippet may use works behind the walls as it does outside them: nothing is loaded or read late."""

from __future__ import annotations

import contextlib
import io
from collections.abc import AsyncIterator

import pytest

from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.forkserver import ForkServerExecutor
from tests.sandbox.harness import request

pytestmark = pytest.mark.anyio

PYTHON = {
    "text": """
print('é'.encode('utf-16-le'), 'ü'.encode('idna'), b'\\x80'.decode('cp1252'), '{:n}'.format(3))
""",
    "time": """
import time, datetime
print(time.strptime('2020', '%Y').tm_year, datetime.date(2020, 1, 2).strftime('%d'))
""",
    "sleep": """
import time
began = time.perf_counter()
time.sleep(0.01)
print(time.perf_counter() - began >= 0.01)
""",
    "random": """
import random
random.seed(1)
print(random.random(), random.gauss(0, 1), random.sample(range(9), 3))
""",
    "chance": """
import random
print(0 <= random.SystemRandom().random() < 1)
""",
    "numbers": """
from fractions import Fraction
from decimal import Decimal
print(Fraction('1/3') + 1, Decimal(1) / 3)
""",
    "statistics": """
import statistics
print(statistics.NormalDist(0, 1).cdf(1), statistics.median([3, 1, 2]))
""",
    "classes": """
from dataclasses import dataclass
import copy
@dataclass
class A:
    x: int
print(copy.copy(A(1)).x)
""",
    "names": """
import unicodedata, textwrap, json
print(unicodedata.name('a'), json.loads('[1]'), textwrap.fill('a'))
""",
    "collected": """
import gc
print(gc.collect() >= 0, gc.isenabled())
""",
    "arrays": """
import numpy as np
print(np.linalg.svd(np.eye(2))[1], np.fft.fft(np.ones(2)), np.polyfit([1, 2], [1, 2], 1).round(3))
""",
    "strings": """
import numpy as np
print(np.char.upper(np.array(['a'])), np.datetime64('2020-01-02'), np.array(['x'], 'U5'))
""",
    "masks": """
import numpy as np
print(np.ma.array([1, 2], mask=[0, 1]).sum(), np.random.default_rng(1).normal(size=2))
""",
    "paths": """
import numpy as np
print(np.einsum('ij,jk,kl->il', np.eye(2), np.eye(2), np.eye(2), optimize=True))
""",
    "large": """
import numpy as np
a = np.ones((600, 600))
print((a @ a)[0, 0], sum([0] * 10**6), len('x' * 10**7))
""",
}


@pytest.fixture(scope="module")
async def real() -> AsyncIterator[ForkServerExecutor]:
    """A fork server whose children run the runner."""
    executor = ForkServerExecutor()
    yield executor
    await executor.stop()


@pytest.mark.parametrize("source", PYTHON.values(), ids=PYTHON.keys())
async def test_it_prints_what_python_prints(source: str, real: ForkServerExecutor) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(source, {"__name__": "__main__"})
    trace = await collect(real, request(source))
    assert trace.outcome.status == "ok", trace.outcome.message
    assert [output.text for output in trace.cells[0].outputs] == [printed.getvalue()]


async def test_warnings_and_tracebacks_show_the_line_they_are_about(real: ForkServerExecutor) -> None:
    trace = await collect(real, request("import warnings\nwarnings.warn('careful')\ndef f():\n    return 1 / 0\nf()"))
    warning, error = (output.text for output in trace.cells[0].outputs)
    assert "careful" in warning
    assert "warnings.warn('careful')" in warning
    assert "return 1 / 0" in error
    assert "ZeroDivisionError" in error
