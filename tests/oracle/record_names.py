"""Records which public names PyTorch has, so that a typing error and what Gradwalk lacks can be told apart.

`python -m tests.oracle.record_names`, with a Python that has torch. Run by hand.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

TARGET = Path(__file__).parents[2] / "backend" / "gradwalk" / "engine" / "names.txt"
MODULES = (
    "torch",
    "torch.Tensor",
    "torch.accelerator",
    "torch.autograd",
    "torch.autograd.forward_ad",
    "torch.autograd.function",
    "torch.autograd.functional",
    "torch.autograd.graph",
    "torch.backends",
    "torch.compiler",
    "torch.cuda",
    "torch.distributions",
    "torch.distributions.transforms",
    "torch.func",
    "torch.fx",
    "torch.jit",
    "torch.linalg",
    "torch.mps",
    "torch.nn",
    "torch.nn.functional",
    "torch.nn.init",
    "torch.nn.parallel",
    "torch.nn.utils",
    "torch.optim",
    "torch.optim.lr_scheduler",
    "torch.overrides",
    "torch.profiler",
    "torch.random",
    "torch.special",
    "torch.testing",
    "torch.utils",
    "torch.utils.checkpoint",
    "torch.utils.data",
    "torch.xpu",
)


def main() -> None:
    torch = importlib.import_module("torch")
    if not hasattr(torch, "ops"):
        sys.exit("This is not PyTorch. Names are recorded with the real one, without Gradwalk's facade on the path.")
    lines = []
    for path in MODULES:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            owner = torch.Tensor if path == "torch.Tensor" else importlib.import_module(path)
            names = [name for name in dir(owner) if not name.startswith("_") and _is_own(owner, name)]
        lines.append(" ".join([path, *names]))
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")


def _is_own(owner: Any, name: str) -> bool:
    """Whether a name is PyTorch's, not something that one of its files imports."""
    value = getattr(owner, name, None)
    home = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    return not isinstance(home, str) or home.startswith(("torch", "builtins"))


if __name__ == "__main__":
    main()
