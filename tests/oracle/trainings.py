"""How many short trainings print every loss in full as PyTorch does, to the last digit: learners print losses.

``python -m tests.oracle.trainings --torch PYTHON`` (``make trainings``); with ``--here`` it prints the losses of
whichever ``torch`` it finds.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STEPS, SEEDS = 40, 3

Training = tuple[Callable[[], Any], Callable[[], tuple[Any, Any]], Callable[[Any, Any], Any]]
"""What makes the model, what makes its numbers and targets, and the loss."""


def _trainings(torch: Any) -> dict[str, Training]:
    nn, F = torch.nn, importlib.import_module("torch.nn.functional")
    module: Any = nn.Module

    def layers(activation: Any, *sizes: int) -> Callable[[], Any]:
        def make() -> Any:
            stack = [part for pair in itertools.pairwise(sizes) for part in (nn.Linear(*pair), activation())]
            return nn.Sequential(*stack[:-1])

        return make

    def with_norm(norm: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: nn.Sequential(nn.Linear(2, 16), norm(), nn.ReLU(), nn.Linear(16, 1))

    def recurrent(kind: str) -> Callable[[], Any]:
        class Last(module):  # type: ignore[misc]
            def __init__(self) -> None:
                super().__init__()
                self.cells, self.out = getattr(nn, kind)(2, 8, batch_first=True), nn.Linear(8, 1)

            def forward(self, x: Any) -> Any:
                return self.out(self.cells(x)[0][:, -1])

        return Last

    def images() -> Any:
        return nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(8 * 9, 3),
        )  # fmt: skip

    def attention() -> Any:
        layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
        return nn.Sequential(nn.Embedding(10, 8), layer, nn.Linear(8, 10))

    def numbers(width: int) -> Callable[[], tuple[Any, Any]]:
        return lambda: (torch.randn(32, width), torch.randn(32, 1))

    def of_classes(*shape: int, classes: int = 3) -> Callable[[], tuple[Any, Any]]:
        return lambda: (torch.randn(*shape), torch.randint(classes, (shape[0],)))

    def yes_or_no() -> tuple[Any, Any]:
        return torch.randn(32, 4), torch.rand(32, 1).round()

    def curve() -> tuple[Any, Any]:
        x = torch.linspace(-3, 3, 32)[:, None]
        return x, torch.sin(x)

    activations = ("ReLU", "Tanh", "Sigmoid", "GELU", "SiLU", "ELU", "Softplus", "LeakyReLU")
    small = layers(nn.ReLU, 4, 16, 16, 3)
    return {
        **{name: (layers(getattr(nn, name), 2, 16, 16, 1), numbers(2), F.mse_loss) for name in activations},
        "BatchNorm1d": (with_norm(lambda: nn.BatchNorm1d(16)), numbers(2), F.mse_loss),
        "LayerNorm": (with_norm(lambda: nn.LayerNorm(16)), numbers(2), F.mse_loss),
        "GroupNorm": (with_norm(lambda: nn.GroupNorm(4, 16)), numbers(2), F.mse_loss),
        "Dropout": (with_norm(lambda: nn.Dropout(0.3)), numbers(2), F.mse_loss),
        "cross_entropy": (small, of_classes(32, 4), F.cross_entropy),
        "binary_cross_entropy_with_logits": (layers(nn.ReLU, 4, 16, 1), yes_or_no, F.binary_cross_entropy_with_logits),
        "l1_loss": (layers(nn.ReLU, 2, 16, 1), numbers(2), F.l1_loss),
        "smooth_l1_loss": (layers(nn.ReLU, 2, 16, 1), numbers(2), F.smooth_l1_loss),
        "784 wide": (layers(nn.ReLU, 784, 64, 10), of_classes(64, 784, classes=10), F.cross_entropy),
        "norm as loss": (layers(nn.ReLU, 2, 16, 1), numbers(2), lambda y, t: (y - t).norm()),
        "a sine": (layers(nn.Tanh, 1, 16, 16, 1), curve, F.mse_loss),
        "Conv2d": (images, of_classes(16, 1, 8, 8), F.cross_entropy),
        **{
            kind: (recurrent(kind), lambda: (torch.randn(8, 5, 2), torch.randn(8, 1)), F.mse_loss)
            for kind in ("RNN", "LSTM", "GRU")
        },
        "TransformerEncoderLayer": (
            attention,
            lambda: (torch.randint(10, (4, 6)), torch.randint(10, (4, 6))),
            lambda y, t: F.cross_entropy(y.flatten(0, 1), t.flatten()),
        ),
    }


def _losses(torch: Any) -> Iterator[tuple[str, list[float]]]:
    optim = torch.optim
    optimizers: dict[str, Callable[[Any], Any]] = {
        "SGD": lambda p: optim.SGD(p, lr=0.05),
        "momentum": lambda p: optim.SGD(p, lr=0.05, momentum=0.9),
        "Adam": lambda p: optim.Adam(p, lr=0.01),
        "AdamW": lambda p: optim.AdamW(p, lr=0.01),
        "RMSprop": lambda p: optim.RMSprop(p, lr=0.01),
    }
    for name, (make, data, loss_of) in _trainings(torch).items():
        for how, optimizer_of in optimizers.items():
            for seed in range(SEEDS):
                torch.manual_seed(seed)
                model, (x, target) = make(), data()
                optimizer, losses = optimizer_of(model.parameters()), []
                for _ in range(STEPS):
                    optimizer.zero_grad()
                    loss = loss_of(model(x), target)
                    loss.backward()
                    optimizer.step()
                    losses.append(loss.item())
                yield f"{name}/{how}", losses


def _run(python: str, path: list[Path]) -> list[tuple[str, list[float]]]:
    folders = os.pathsep.join(str(folder) for folder in [*path, ROOT])
    environment = os.environ | {"PYTHONPATH": folders, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [python, "-W", "ignore", "-m", "tests.oracle.trainings", "--here"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    found: list[tuple[str, list[float]]] = json.loads(done.stdout)
    return found


def main() -> None:
    """Prints, by model and optimizer, after how many losses each training differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--torch", help="a Python that has PyTorch")
    parser.add_argument("--here", action="store_true")
    options = parser.parse_args()
    if options.here:
        torch = importlib.import_module("torch")
        torch.set_num_threads(1)
        print(json.dumps(list(_losses(torch))))
        return
    theirs = _run(options.torch, [])
    ours = _run(sys.executable, [ROOT / "backend", ROOT / "backend" / "gradwalk" / "facade"])
    table: dict[str, dict[str, list[str]]] = {}
    for (name, expected), (_, found) in zip(theirs, ours, strict=True):
        model, how = name.split("/")
        same = next((at for at, pair in enumerate(zip(expected, found, strict=True)) if pair[0] != pair[1]), None)
        table.setdefault(model, {}).setdefault(how, []).append("all" if same is None else str(same))
    for model, row in table.items():
        print(f"{model:34}", *(f"{how} {','.join(ends):11}" for how, ends in row.items()))
    ends = [end for row in table.values() for each in row.values() for end in each]
    print(f"{ends.count('all')} of {len(ends)} trainings print all their {STEPS} losses as PyTorch does")


if __name__ == "__main__":
    main()
