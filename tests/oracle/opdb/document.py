"""Writes `docs/conformance.md`: how far Gradwalk agrees with PyTorch, by tier and area.

    python -m tests.oracle.opdb.document DIRECTORY ...

Each DIRECTORY is what `tests.oracle.opdb.sample` or `tests.oracle.nndb.sample` wrote. A part of the document whose
samples are in none of them stays as it is.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.oracle.nndb.modules import MOST as MOST_OF_MODULES
from tests.oracle.opdb.known import ROOT, checked
from tests.oracle.opdb.sample import MOST, MOST_OF_OTHER_FORMS
from tests.oracle.opdb.table import TIERS, Verdict, by_area, by_op, by_tier

PATH = ROOT / "docs" / "conformance.md"
AREAS = ("modules", "optimisers")
"""What `nndb` samples; the other areas are of operators."""

TITLE = "# How far Gradwalk answers as PyTorch does\n\n"
SECOND = "## Modules and optimisers\n"
THIRD = "## Random programs\n"
"""What `tests.oracle.conformance` writes, and this module leaves alone."""

OPERATORS = """\
Counted by `make conformance TORCH_PYTHON=...` over the databases that PyTorch tests itself with (of PyTorch {version}),
and written by it, not by hand.

## Operators

Each sample of the database of operators (`op_db`) is called as a user would call it: as function, method, operator, in
place, by each other name it has, with float32, float64, int64 and bool. Of an operator's samples of one dtype at most
{most} are taken, evenly spread, and of its forms other than the function {most_of_others}. A sample agrees if its value
(within the tolerances of PyTorch's own tests), dtype, shape, graph (the name of every node and every edge), the tensors
written to, first and second gradients all agree; a call that must fail, if type and message do. The last column asks
for strides, the names of saved tensors and warnings as well.

Tier 1 are the names that teaching uses most, tier 2 those it uses often
([the lists](../tests/oracle/opdb/names.toml)).

{table}

### What is not counted

{skipped}

### Operators of tiers 1 and 2 that do not agree wholly

```text
{differing}
```

"""

MODULES = """\

Each sample of the database of modules (`module_db`) is made after `manual_seed(0)`, put in training and, where that
differs, evaluation mode, and called, with float32 and float64. Beside what operators agree in, a module must have the
same text, the same state (keys and values) after the call, and the same gradients of its parameters; second ones in
float64. In float32 gradients may differ by 2.5e-5 of the largest number (or of 1), being long sums.
Of a module's samples at most {most} in float32 and {most64} in float64 are taken.

Each sample of the database of optimisers (`optim_db`) takes four steps: step by step, with a closure, with `foreach`,
`fused` and `differentiable` where the optimiser has them, with groups, with named parameters, after its state was
loaded into a new one, and with each scheduler of the database. Losses, parameters, rates, the optimiser's and the
schedulers' state and text must agree.

{table}

### What is not counted

{skipped}

### Modules and optimisers that do not agree wholly

```text
{differing}
```
"""


def main(directories: list[Path]) -> None:
    operators, modules, programs = _parts(PATH.read_text(encoding="utf-8") if PATH.exists() else "")
    for directory in directories:
        verdicts = checked(directory)
        skipped = json.loads((directory / "skipped.json").read_text(encoding="utf-8"))
        version = skipped.pop("torch", "")
        left_out = "\n".join(f"- {words}: {count}" for words, count in skipped.items())
        if verdicts[0].area in AREAS:
            modules = _modules(verdicts, left_out)
        else:
            operators = _operators(verdicts, left_out, version)
    PATH.write_text(f"{TITLE}{operators}{SECOND}{modules}{programs}", encoding="utf-8")


def _parts(text: str) -> tuple[str, str, str]:
    """The document's three parts as they are, without its title and the second's heading, with the third's."""
    operators, _, rest = text.removeprefix(TITLE).partition(SECOND)
    modules, heading, programs = rest.partition(THIRD)
    return operators, f"{modules.rstrip()}\n", f"\n{heading}{programs}" if heading else ""


def _operators(verdicts: list[Verdict], skipped: str, version: str) -> str:
    print(by_area(verdicts))
    return OPERATORS.format(
        version=version,
        most=MOST,
        most_of_others=MOST_OF_OTHER_FORMS,
        table=by_area(verdicts),
        skipped=skipped,
        differing=by_op([verdict for verdict in verdicts if verdict.tier < max(TIERS)]),
    )


def _modules(verdicts: list[Verdict], skipped: str) -> str:
    print(by_tier(verdicts))
    return MODULES.format(
        most=MOST_OF_MODULES["float32"],
        most64=MOST_OF_MODULES["float64"],
        table=by_tier(verdicts),
        skipped=skipped,
        differing=by_op(verdicts),
    )


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
