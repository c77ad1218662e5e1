"""Writes `docs/conformance.md`: how far Gradwalk agrees with PyTorch, by tier and area.

    python -m tests.oracle.opdb.document DIRECTORY

DIRECTORY is what `tests.oracle.opdb.sample` wrote.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.oracle.opdb.known import ROOT, checked
from tests.oracle.opdb.sample import MOST, MOST_OF_OTHER_FORMS
from tests.oracle.opdb.table import TIERS, by_area, by_op

PATH = ROOT / "docs" / "conformance.md"

HEAD = """\
# How far Gradwalk answers as PyTorch does

Counted by `make conformance TORCH_PYTHON=...` over the database that PyTorch tests its own operators with (`op_db` of
PyTorch {version}), and written by it, not by hand. PyTorch's databases of modules and optimisers are not counted yet.
Each sample is called as a user would call it: as function, method, operator, in place, by each other name it has, with
float32, float64, int64 and bool. Of an operator's samples of one dtype at most {most} are taken, evenly spread, and of
its forms other than the function {most_of_others}. A sample agrees if its value (within the
tolerances of PyTorch's own tests), dtype, shape, graph (the name of every node and every edge), the tensors written
to, first and second gradients all agree; a call that must fail, if type and message do. The last column asks for
strides, the names of saved tensors and warnings as well.

Tier 1 are the names that teaching uses most, tier 2 those it uses often
([the lists](../tests/oracle/opdb/names.toml)).

{table}

## What is not counted

{skipped}

## Operators of tiers 1 and 2 that do not agree wholly

```
{operators}
```
"""


def main(directory: Path) -> None:
    verdicts = checked(directory)
    skipped = json.loads((directory / "skipped.json").read_text(encoding="utf-8"))
    version = skipped.pop("torch", "")
    text = HEAD.format(
        version=version,
        most=MOST,
        most_of_others=MOST_OF_OTHER_FORMS,
        table=by_area(verdicts),
        skipped="\n".join(f"- {words}: {count}" for words, count in skipped.items()),
        operators=by_op([verdict for verdict in verdicts if verdict.tier < max(TIERS)]),
    )
    PATH.write_text(text, encoding="utf-8")
    print(by_area(verdicts))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
