"""``gradwalk.torch`` in a Python that has nothing but numpy loaded."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", textwrap.dedent(code)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout


def test_it_differentiates_and_loads_nothing_else() -> None:
    printed = run("""
        import sys
        import gradwalk.torch as torch
        x = torch.arange(4.0, requires_grad=True)
        y = 2 * torch.dot(x, x)
        y.backward()
        print(y, x.grad)
        tops = {name.partition(".")[0] for name in sys.modules}
        print(tops & {"torch", "pydantic", "orjson", "fastapi", "httpx", "typer"})
        print([name for name in sys.modules if name.startswith(("gradwalk.trace.", "gradwalk.recorder"))])
    """)
    assert printed.splitlines() == ["tensor(28., grad_fn=<MulBackward0>) tensor([ 0.,  4.,  8., 12.])", "set()", "[]"]


def test_every_way_to_import_a_part_gives_the_same_part() -> None:
    printed = run("""
        import gradwalk, gradwalk.torch.nn.functional as F
        from gradwalk.torch import nn, optim
        from gradwalk.torch.optim import SGD
        import gradwalk.torch as torch
        print(torch.nn is nn, nn.functional is F, optim.SGD is SGD, gradwalk.torch is torch)
        model = nn.Linear(2, 1)
        with torch.no_grad():
            model.weight.fill_(1.0)
            model.bias.zero_()
        loss = F.mse_loss(model(torch.ones(1, 2)), torch.zeros(1, 1))
        loss.backward()
        SGD(model.parameters(), lr=0.25).step()
        print(isinstance(model, torch.nn.Module), loss.item(), model.weight.tolist(), model.bias.tolist())
    """)
    # (1 + 1 + 0)**2 = 4; d/dw = 2 * 2 * 1 = 4, and so for the bias: a quarter of it is taken off.
    assert printed.splitlines() == ["True True True True", "True 4.0 [[0.0, 0.0]] [-1.0]"]


def test_what_is_missing_says_so() -> None:
    printed = run("""
        import gradwalk.torch as torch
        try:
            torch.hash_tensor
        except AttributeError as error:
            print(error)
    """)
    assert "hash_tensor" in printed


@pytest.mark.parametrize("first", ["gradwalk.torch", "torch"])
def test_a_snippets_torch_may_be_loaded_beside_it(first: str) -> None:
    printed = run(f"""
        import importlib
        from gradwalk.runner.imports import find_facade
        find_facade()
        importlib.import_module({first!r})
        import torch, gradwalk.torch
        print((torch.ones(1) + gradwalk.torch.ones(1)).item())
    """)
    assert printed == "2.0\n"
