"""A walk says why a VJP gives what it gives, where its formula does not; a file that plays by itself does, too."""

from __future__ import annotations

import json
import re

import pytest

from gradwalk.export import Look, export
from tests.recorder.tracing import trace_of

HEAD = "import torch\nimport torch.nn.functional as F\ntorch.manual_seed(0)\n"
SCORES = "x = torch.randn(4, 3, requires_grad=True)\nt = torch.tensor([1, 0, -100, 2])\n"
LOSS = f"{SCORES}F.cross_entropy(x, t).backward()\n"


def walk(code: str, language: str = "en") -> str:
    return export(trace_of(HEAD + code), "txt", None, Look(language=language)).decode()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        # The ignored class does not count: three rows are left.
        (LOSS, "taken from 3 rows, so each of these gets −1/3."),
        (f"{SCORES}F.cross_entropy(x, t, reduction='sum').backward()", "each gets −1 of the gradient."),
        (f"{SCORES}F.cross_entropy(x, t, weight=torch.ones(3)).backward()", "its share of the weights."),
        (f"{SCORES}F.nll_loss(x[:1], t[:1]).backward()", "the one row that counts, so this gets −1"),
        (f"{SCORES}(x.softmax(1) ** 2).sum().backward()", "Softmax shares out 1"),
        ("b = torch.nn.BatchNorm1d(2)\n(b(torch.randn(3, 2)) ** 2).sum().backward()", "came from the batch"),
        ("b = torch.nn.BatchNorm1d(2).eval()\n(b(torch.randn(3, 2)) ** 2).sum().backward()", "those that were kept"),
        ("torch.nn.Conv2d(1, 1, 2)(torch.randn(1, 1, 3, 3)).sum().backward()", "every place of the window"),
        ("x = torch.ones(1, 1, 4, 4, requires_grad=True)\nF.avg_pool2d(x, 2).sum().backward()", "its window's mean"),
        ("x = torch.arange(4., requires_grad=True)\nx.as_strided((2, 2), (1, 1)).sum().backward()", "several places"),
    ],
    ids=["mean", "sum", "weighted", "one", "softmax", "batch", "kept", "window", "pooled", "strided"],
)
def test_a_walk_says_why(code: str, why: str) -> None:
    [step] = [line for line in walk(code).splitlines() if why in line]
    assert "The gradient of " in step


def test_a_walk_says_so_once_a_step_in_the_language_of_the_walk() -> None:
    chinese = walk(LOSS, "zh")
    assert chinese.count("损失是从 3 行中取出的数的平均值再取负") == 1
    assert "The loss is minus" not in chinese


def test_it_is_silent_where_the_formula_says_it() -> None:
    assert "。The" not in walk("x = torch.ones(2, requires_grad=True)\n(x * x).sum().backward()", "zh")
    assert "made up 1/4 of the mean" in walk("x = torch.ones(4, requires_grad=True)\n(x * x).mean().backward()")
    assert "made up" not in walk("x = torch.ones(1, 1, requires_grad=True)\n(x * x).mean().backward()")
    assert "each of these" not in walk(f"{SCORES}F.cross_entropy(x, t, reduction='none').sum().backward()")


@pytest.mark.parametrize(("language", "why"), [("en", "taken from 3 rows"), ("zh", "从 3 行中取出")])
def test_a_file_has_the_reasons_of_its_run_along_and_no_others(language: str, why: str) -> None:
    look = Look(language=language)  # type: ignore[arg-type]
    document = export(trace_of(HEAD + LOSS), "html", None, look).decode()
    [options] = re.findall(r'<script[^>]*id="gradwalk-options"[^>]*>(.*?)</script>', document)
    reasons = json.loads(options)["reasons"]
    assert len(reasons) == 2
    assert any(why in each for each in reasons.values())
    plain = export(
        trace_of("import torch\nx = torch.ones(1, requires_grad=True)\nx.sum().backward()"), "html", None, look
    )
    assert b'"reasons"' not in plain
