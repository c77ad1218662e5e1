"""Threads of a program that uses ``gradwalk.torch``: each has modes of its own, as in PyTorch."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import threading
from concurrent.futures import ThreadPoolExecutor

import gradwalk.torch as torch
from gradwalk.engine.modes import UNUSUAL


def run(*targets):
    threads = [threading.Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


seen = []
with torch.no_grad():
    run(lambda: seen.append(torch.is_grad_enabled()), lambda: torch.set_grad_enabled(True))
    seen.append(torch.is_grad_enabled())
run(lambda: torch.set_grad_enabled(False))
print(seen, torch.is_grad_enabled())

first, second, seen = threading.Event(), threading.Event(), []
leaf = torch.ones(1, requires_grad=True)


def without():
    with torch.no_grad():
        first.set()
        second.wait(10)
        seen.append((leaf * 2).requires_grad)


def beside():
    first.wait(10)
    seen.append((leaf * 2).requires_grad)
    second.set()


run(without, beside)
print(seen)

x = torch.ones(5, 5, requires_grad=True)
((x + 3) * (x + 4) * 0.5).sum().backward()
x.grad = None
run(*[lambda: ((x + 3) * (x + 4) * 0.5).sum().backward()] * 10)
print(x.grad[0].tolist())


def cubed(number):
    w = torch.tensor(float(number), requires_grad=True)
    (w ** 3).backward()
    return w.grad.item()


with ThreadPoolExecutor(4) as pool:
    print(list(pool.map(cubed, range(5))))

failures = []


def train():
    net = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
    optimizer = torch.optim.SGD(net.parameters(), 0.1)
    for _ in range(20):
        optimizer.zero_grad()
        net(torch.ones(3, 4)).pow(2).mean().backward()
        optimizer.step()
        with torch.no_grad():
            if net(torch.ones(1, 4)).requires_grad:
                failures.append("recorded")
        if not torch.is_grad_enabled():
            failures.append("left off")


run(*[train] * 4)
print(failures, torch.is_grad_enabled(), UNUSUAL)
"""


def test_modes_are_a_threads_own_and_its_passes_run() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "[True, False] True",
        "[True, False]",
        "[45.0, 45.0, 45.0, 45.0, 45.0]",
        "[0.0, 3.0, 12.0, 27.0, 48.0]",
        "[] True set()",
    ]
