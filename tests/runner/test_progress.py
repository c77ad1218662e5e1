"""``tqdm`` for a snippet: what is asked of it is answered as tqdm 4.70 answers, but for the bars."""

from __future__ import annotations

import pytest

from gradwalk.runner.allowed import NOTICES
from gradwalk.runner.imports import find_facade
from tests.runner.fake import shown

ANSWERS = {
    "from tqdm import tqdm\n[x for x in tqdm([1, 2, 3], desc='epochs', leave=False, ncols=80)]": "[1, 2, 3]",
    "from tqdm import trange\n[x for x in trange(2, 8, 3)]": "[2, 5]",
    "from tqdm.auto import tqdm\nb = tqdm(range(5))\nnext(x for x in b if x == 3), len(b), b.total": "(3, 5, 5)",
    "from tqdm.notebook import tqdm, trange\nb = tqdm(range(5))\nfor x in b:\n    if x == 3: break\nx, b.n": "(3, 3)",
    "import tqdm.auto\nwith tqdm.auto.tqdm(total=10) as b:\n    b.update(2)\n    b.update()\nb.update()\nb.n": "3",
    "import tqdm\nb = tqdm.tqdm([1])\nb.set_description('loss')\nb.set_description(b.desc+'a')\nb.desc": "'loss: a: '",
    "from tqdm import tqdm\nb = tqdm([1])\nb.set_postfix(x=0.12345678, n=3, a='s')\nb.postfix": "'a=s, n=3, x=0.123'",
    "from tqdm import tqdm\nb = tqdm([1])\nb.set_postfix({'z': 234567.0, 'b': 1e-8})\nb.postfix": "'z=2.35e+5, b=1e-8'",
    "from tqdm import tqdm\nb = tqdm([1], postfix={'a': 1})\nb.postfix": "'a=1'",
    "from tqdm import tqdm\nb = tqdm(x for x in 'ab')\nb.total, list(b), b.n": "(None, ['a', 'b'], 2)",
    "from tqdm import tqdm\nb = tqdm(zip([1], [2]), total=1)\nlist(b), b.total, bool(b)": "([(1, 2)], 1, True)",
    "from tqdm import tqdm\nb = tqdm(range(3), disable=True)\nlist(b), b.n, b.total": "([0, 1, 2], 0, 3)",
    "from tqdm import tqdm\n3 in tqdm([1, 3])": "True",
    "from tqdm import tqdm\nb = tqdm(range(3))\nb.reset(total=9)\nb.n, b.total": "(0, 9)",
}


@pytest.mark.parametrize(("cell", "answer"), ANSWERS.items())
def test_what_runs_under_a_bar_runs_as_without(cell: str, answer: str) -> None:
    assert shown(cell) == [(0, "stderr", f"gradwalk: {NOTICES['tqdm']}\n"), (0, "echo", answer)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("tqdm([1], foo=2)", "TqdmKeyError: \"Unknown argument(s): {'foo': 2}\""),
        ("bool(tqdm())", "TypeError: bool() undefined when iterable == total == None"),
        ("len(tqdm(x for x in [1]))", "TypeError: 'NoneType' object cannot be interpreted as an integer"),
        ("list(tqdm())", "TypeError: 'NoneType' object is not iterable"),
        ("tqdm(range(3))[0]", "TypeError: 'tqdm' object is not subscriptable"),
        ("next(tqdm(range(3)))", "TypeError: 'tqdm' object is not an iterator"),
        ("tqdm([1]).foo", "AttributeError: 'tqdm' object has no attribute 'foo'"),
        ("tqdm([1]).set_postfix(3)", "TypeError: 'int' object is not iterable"),
    ],
)
def test_what_a_bar_refuses_is_refused_in_its_words(call: str, message: str) -> None:
    said = shown(f"from tqdm import tqdm\ntry: {call}\nexcept Exception as e: print(f'{{type(e).__name__}}: {{e}}')")
    assert said[-1] == (0, "stdout", f"{message}\n")


def test_a_tensor_under_a_bar_is_gone_through_row_by_row() -> None:
    find_facade()
    said = shown("import torch\nfrom tqdm import tqdm\nb = tqdm(torch.tensor([2., 3.]))\nlist(b), len(b), b.total")
    assert said[1:] == [(0, "echo", "([tensor(2.), tensor(3.)], 2, 2)")]


def test_a_loader_whose_length_nobody_knows_runs_under_a_bar() -> None:
    find_facade()
    said = shown("""
from torch.utils.data import DataLoader, IterableDataset
from tqdm import tqdm
class Two(IterableDataset):
    def __iter__(self): return iter([1, 2])
list(tqdm(DataLoader(Two())))
""")
    assert said[1:] == [(0, "echo", "[tensor([1]), tensor([2])]")]


def test_lines_are_written_past_the_bar() -> None:
    said = shown("from tqdm import tqdm, trange\nfor x in trange(2): tqdm.write(f'at {x}')")
    assert said[1:] == [(0, "stdout", "at 0\nat 1\n")]
