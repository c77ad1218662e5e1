"""The cases of PyTorch's database of optimisers: what each is made with, and the steps that are taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.oracle.nndb.makings import Makings
from tests.oracle.opdb.areas import tier_of
from tests.oracle.opdb.observe import observe
from tests.oracle.opdb.portable import Making, Packer, Unportable

KINDS = ("float32", "float64")
STEPS = 4
FORMS: dict[str, dict[str, Any]] = {
    "loop": {},
    "closure": {"closure": True},
    "foreach": {"foreach": True},
    "fused": {"fused": True},
    "differentiable": {"differentiable": True},
    "groups": {},
    "named": {},
    "reload": {"reload_at": 2},
}
"""Ways to use an optimiser: flags of its own, or what is done with it."""


def optimiser_cases(torch: Any, info: Any, makings: Makings, skipped: Counter[str]) -> Iterator[dict[str, Any]]:
    """Every input in every way the optimiser can be used, with the schedulers of the database, and what must fail."""
    name = f"optim.{info.name}"
    common = {"kind": "optimiser", "op": name, "tier": tier_of(name), "area": "optimisers"}
    for kind in KINDS:
        for form in _forms(info):
            torch.manual_seed(0)
            for index, given in enumerate(info.optim_inputs_func("cpu")):
                where = common | {"form": form, "dtype": kind, "sample": index}
                yield from _case(torch, where, given.kwargs, [], makings, skipped)
    for number, makers in enumerate(info.scheduler_inputs):
        for index, given in enumerate(info.optim_inputs_func("cpu")):
            where = common | {"form": f"scheduler {number}", "dtype": "float32", "sample": index}
            yield from _case(torch, where, given.kwargs, list(makers), makings, skipped)
    if info.optim_error_inputs_func is not None:
        for index, wrong in enumerate(info.optim_error_inputs_func("cpu", torch.float64)):
            where = common | {"form": "error", "dtype": "", "sample": index}
            yield from _error(torch, where, wrong, makings, skipped)


def _forms(info: Any) -> list[str]:
    if info.only_supports_sparse_grads:
        return ["loop"]
    left_out = {"foreach", "fused", "differentiable"} - set(info.supported_impls)
    if "cpu" not in info.supports_fused_on:
        left_out.add("fused")
    if info.step_requires_closure:
        left_out |= {"loop", "reload"}
    if not info.supports_param_groups:
        left_out.add("groups")
    return [form for form in FORMS if form not in left_out]


def _case(
    torch: Any,
    where: dict[str, Any],
    kwargs: dict[str, Any],
    makers: list[Any],
    makings: Makings,
    skipped: Counter[str],
) -> Iterator[dict[str, Any]]:
    form = where["form"]
    flags = FORMS.get(form, {})
    plan = {"steps": STEPS} | {key: value for key, value in flags.items() if key in ("closure", "reload_at")}
    if where["op"] == "optim.LBFGS":
        plan["closure"] = True
    kwargs = kwargs | {key: value for key, value in flags.items() if key in ("foreach", "fused", "differentiable")}
    if form == "differentiable":
        plan |= {"clones": True, "steps": 2}
    try:
        packer = Packer(torch, makings.find)
        parameters, given = _parameters(torch, where, form)
        for tensor in parameters:
            packer.pack(tensor)
        packer.pack(torch.tensor([0.5, -1.0, 2.0], dtype=getattr(torch, where["dtype"])))
        steps = [packer.packed(Making(where["op"], (given,), kwargs))]
        steps += [packer.packed(_made_scheduler(torch, maker, makings)) for maker in makers]
        plan["parameters"] = len(parameters)
        case = where | {"tensors": packer.tensors, "steps": steps, "plan": plan}
        yield case | {"facts": observe(torch, case)}
    except Unportable as reason:
        skipped[f"samples: {reason}"] += 1


def _parameters(torch: Any, where: dict[str, Any], form: str) -> tuple[list[Any], Any]:
    """The parameters, and how they are given to the optimiser."""
    dtype = getattr(torch, where["dtype"])
    generator = torch.Generator().manual_seed(where["sample"])
    weight = torch.randn(4, 3, dtype=dtype, generator=generator).requires_grad_()
    shape = (4, 2) if where["op"] == "optim.Muon" else (4,)
    bias = torch.randn(shape, dtype=dtype, generator=generator).requires_grad_()
    if form == "groups":
        return [weight, bias], [{"params": [weight]}, {"params": [bias], "lr": 0.003}]
    if form == "named":
        return [weight, bias], [("weight", weight), ("bias", bias)]
    return [weight, bias], [weight, bias]


def _made_scheduler(torch: Any, maker: Any, makings: Makings) -> Making:
    """How a scheduler of the database is made, without the optimiser."""
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    made = makings.find(maker(optimiser))
    if made is None:
        raise Unportable("a scheduler of the test suite's own")
    return Making(made.path, made.args[1:], made.kwargs)


def _error(
    torch: Any, where: dict[str, Any], wrong: Any, makings: Makings, skipped: Counter[str]
) -> Iterator[dict[str, Any]]:
    packer = Packer(torch, makings.find)
    given = wrong.optimizer_error_input
    parameters = given.params if given.params is not None else [torch.ones(2, 2, requires_grad=True)]
    plan: dict[str, Any] = {"parameters": 0, "steps": 0}
    if wrong.error_on.name == "STEP_ERROR":
        plan |= {"bare_step": True}
    try:
        steps = [packer.packed(Making(where["op"], (parameters,), given.kwargs))]
        case = where | {"tensors": packer.tensors, "steps": steps, "plan": plan}
        yield case | {"facts": observe(torch, case)}
    except Unportable as reason:
        skipped[f"samples: {reason}"] += 1
