"""The cases of PyTorch's database of modules: how each is made, and what it is called with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.oracle.nndb.makings import Makings
from tests.oracle.opdb.areas import tier_of
from tests.oracle.opdb.facts import spread
from tests.oracle.opdb.observe import observe
from tests.oracle.opdb.portable import Making, Packer, Unportable

KINDS = ("float32", "float64")
MOST = {"float32": 60, "float64": 20}
"""Samples of a module, mode and dtype: of longer lists so many are taken, evenly spread."""
LARGEST, LARGEST_SECOND = 12_000, 400
"""Elements of all tensors of a sample, to be taken at all and to be differentiated twice."""


def module_cases(torch: Any, info: Any, makings: Makings, skipped: Counter[str]) -> Iterator[dict[str, Any]]:
    """Every sample in training and, where that differs, in evaluation, and what must fail."""
    common = {"kind": "module", "op": info.name, "tier": tier_of(info.name), "area": "modules"}
    for kind in KINDS:
        for form in ("train", "eval") if info.train_and_eval_differ else ("train",):
            samples = _samples(torch, info, kind, form == "train", info.module_inputs_func)
            skipped["samples: more of the same"] += max(0, len(samples) - MOST[kind])
            for index in spread(len(samples), MOST[kind]):
                where = common | {"form": form, "dtype": kind, "sample": index}
                yield from _case(torch, info, where, samples[index], makings, skipped)
    if info.module_error_inputs_func is not None:
        wrong = _samples(torch, info, "float64", True, info.module_error_inputs_func)
        for index, item in enumerate(wrong):
            where = common | {"form": "error", "dtype": "", "sample": index}
            yield from _case(torch, info, where, item.module_error_input, makings, skipped)


def _samples(torch: Any, info: Any, kind: str, training: bool, samples: Any) -> list[Any]:
    torch.manual_seed(0)
    dtype = getattr(torch, kind)
    return list(samples(info, device="cpu", dtype=dtype, requires_grad=True, training=training))


def _case(
    torch: Any, info: Any, where: dict[str, Any], sample: Any, makings: Makings, skipped: Counter[str]
) -> Iterator[dict[str, Any]]:
    packer = Packer(torch, makings.find)
    try:
        make, call = sample.constructor_input, sample.forward_input
        steps = [packer.packed(Making(info.name, make.args, make.kwargs))]
        if call is not None:
            steps.append(packer.packed(Making("forward", call.args, call.kwargs)))
        case = where | {"tensors": packer.tensors, "steps": steps}
        size = sum(len(packed["data"]) for packed in packer.tensors) // 6
        if size > LARGEST:
            raise Unportable("larger than a lesson's tensors")
        # twice only in float64, as PyTorch's own tests: float32 leaves few digits
        if info.supports_gradgrad and size <= LARGEST_SECOND and where["dtype"] == "float64":
            case["second"] = True
        yield case | {"facts": observe(torch, case)}
    except Unportable as reason:
        skipped[f"samples: {reason}"] += 1
