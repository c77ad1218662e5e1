"""Writes down what PyTorch does with the samples of its own database of operators.

    python -m tests.oracle.opdb.sample DIRECTORY [--complex] [NAME ...]

with a Python that has torch; with `--complex`, samples of complex numbers in place of real ones. One compressed file
of JSON lines for each operator; `skipped.json` says what was left out and why.
"""

from __future__ import annotations

import importlib
import json
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.oracle.opdb.areas import area_of, tier_of
from tests.oracle.opdb.calls import forms, packed_call
from tests.oracle.opdb.facts import spread, write
from tests.oracle.opdb.observe import import_torch, observe
from tests.oracle.opdb.portable import Unportable

KINDS = ("float32", "float64", "int64", "bool")
COMPLEX = ("complex64", "complex128")
MOST, MOST_OF_OTHER_FORMS = 60, 6
"""Samples of an operator and dtype: of longer lists so many are taken, evenly spread."""
LARGEST, LARGEST_SECOND = 12_000, 120
"""Elements of all tensors of a sample, to be taken at all and to be differentiated twice."""
UNINITIALISED = ("empty", "new_empty", "resize_")


def main(directory: Path, names: list[str], kinds: Sequence[str] = KINDS) -> None:
    torch = import_torch()
    if not hasattr(torch, "ops"):
        sys.exit("This is not PyTorch. Facts are recorded with the real one.")
    warnings.simplefilter("ignore")
    database = importlib.import_module("torch.testing._internal.common_methods_invocations").op_db
    directory.mkdir(parents=True, exist_ok=True)
    skipped: Counter[str] = Counter()
    count = 0
    for info in database:
        key = info.name + (f".{info.variant_test_name}" if info.variant_test_name else "")
        if names and key not in names and info.name not in names:
            continue
        why = _out_of_scope(info)
        if why:
            skipped[f"operators: {why}"] += 1
            continue
        cases = list(_cases(torch, info, key, skipped, kinds))
        count += len(cases)
        if cases:
            write(directory / f"{key}.jsonl.gz", cases)
        else:
            skipped["operators: nothing is left of them"] += 1
    if not names:
        record = {"torch": torch.__version__, **dict(sorted(skipped.items()))}
        (directory / "skipped.json").write_text(json.dumps(record, indent=1) + "\n")
    print(f"{count} cases; skipped {dict(skipped)}")


def _out_of_scope(info: Any) -> str | None:
    name = info.name
    if name.startswith("torch.") or (name.startswith("_") and not name.startswith("__")):
        return "internal"
    if name.startswith(("sparse.", "to_sparse")):
        return "sparse"
    if name.startswith("jiterator"):
        return "CUDA only"
    return None


def _cases(torch: Any, info: Any, key: str, skipped: Counter[str], kinds: Sequence[str]) -> Iterator[dict[str, Any]]:
    common = {"op": key, "tier": tier_of(info.name), "area": area_of(info.name)}
    for kind in kinds:
        dtype = getattr(torch, kind)
        if dtype not in info.dtypes:
            continue
        grad = info.supports_autograd and (dtype.is_floating_point or dtype.is_complex)
        torch.manual_seed(0)
        samples = list(info.sample_inputs("cpu", dtype, requires_grad=grad))
        for form, variant in forms(torch, info):
            most = MOST if form == "function" else MOST_OF_OTHER_FORMS
            if form != "function" and kind in ("float64", "bool") and info.dtypes & {torch.float32, torch.int64}:
                continue
            skipped["samples: more of the same"] += max(0, len(samples) - most)
            for index in spread(len(samples), most):
                where = common | {"form": form, "dtype": kind, "sample": index}
                case = _case(torch, info, where, variant, samples[index], skipped)
                if case is not None:
                    yield case
    yield from _errors(torch, info, common, skipped)


def _case(
    torch: Any, info: Any, where: dict[str, Any], variant: Any, sample: Any, skipped: Counter[str]
) -> dict[str, Any] | None:
    """The case with its facts; None if it cannot leave PyTorch, and why is counted."""
    if "in" in where["form"].split()[-2:] and getattr(sample, "broadcasts_input", False):
        return None
    try:
        case = where | packed_call(torch, where["form"], variant, info.name, sample)
        size = sum(len(packed["data"]) for packed in case["tensors"]) // 6
        if size > LARGEST:
            raise Unportable("larger than a lesson's tensors")
        if where["form"] == "function" and info.supports_gradgrad and size <= LARGEST_SECOND * 2:
            case["second"] = True
        if info.name.startswith(UNINITIALISED):
            case["uninitialised"] = True
        return case | {"facts": observe(torch, case)}
    except Unportable as reason:
        skipped[f"samples: {reason}"] += 1
    except Exception as error:  # one odd sample must not cost the others
        skipped[f"samples: {type(error).__name__} while they were written down"] += 1
        print(f"{where}: {error}", file=sys.stderr)
    return None


def _errors(torch: Any, info: Any, common: dict[str, Any], skipped: Counter[str]) -> Iterator[dict[str, Any]]:
    """What the database says must fail, with PyTorch's words."""
    if info.error_inputs_func is None:
        return
    for index, wrong in enumerate(info.error_inputs("cpu")):
        where = common | {"form": "error", "dtype": "", "sample": index}
        case = _case(torch, info, where, info.op, wrong.sample_input, skipped)
        if case is not None:
            yield case


if __name__ == "__main__":
    asked = [name for name in sys.argv[2:] if name != "--complex"]
    main(Path(sys.argv[1]), asked, COMPLEX if "--complex" in sys.argv else KINDS)
