"""Writes down what PyTorch does with the samples of its own databases of modules and optimisers.

    python -m tests.oracle.nndb.sample DIRECTORY [NAME ...]

with a Python that has torch. One compressed file of JSON lines for each module and optimiser; `skipped.json` says what
was left out and why.
"""

from __future__ import annotations

import importlib
import json
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.oracle.nndb.makings import Makings
from tests.oracle.nndb.modules import module_cases
from tests.oracle.nndb.optimisers import optimiser_cases
from tests.oracle.opdb.facts import write
from tests.oracle.opdb.observe import import_torch


def main(directory: Path, names: list[str]) -> None:
    torch = import_torch()
    if not hasattr(torch, "ops"):
        sys.exit("This is not PyTorch. Facts are recorded with the real one.")
    warnings.simplefilter("ignore")
    # before what is watched, which the databases may make when they are imported
    modules = importlib.import_module("torch.testing._internal.common_modules").module_db
    optimisers = importlib.import_module("torch.testing._internal.common_optimizers").optim_db
    makings = Makings()
    makings.watch(_classes(torch))
    directory.mkdir(parents=True, exist_ok=True)
    skipped: Counter[str] = Counter()
    count = 0
    for key, take, info in [
        *((info.name, module_cases, info) for info in modules),
        *((f"optim.{info.name}", optimiser_cases, info) for info in optimisers),
    ]:
        if names and key not in names:
            continue
        if not key.startswith(("nn.", "optim.")):
            skipped[f"modules: {key.rpartition('.')[0]}"] += 1
            continue
        cases = list(take(torch, info, makings, skipped))
        count += len(cases)
        write(directory / f"{key}.jsonl.gz", cases)
    if not names:
        record = {"torch": torch.__version__, **dict(sorted(skipped.items()))}
        (directory / "skipped.json").write_text(json.dumps(record, indent=1) + "\n")
    print(f"{count} cases; skipped {dict(skipped)}")


def _classes(torch: Any) -> Iterator[tuple[str, type]]:
    """The classes whose instances may be arguments or are made by the databases' own functions."""
    for name in torch.nn.modules.__all__:
        if name != "LinearCrossEntropyOptions":  # how to spare memory, which does not arise here
            yield f"nn.{name}", getattr(torch.nn, name)
    for name in torch.optim.lr_scheduler.__all__:
        yield f"optim.lr_scheduler.{name}", getattr(torch.optim.lr_scheduler, name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
