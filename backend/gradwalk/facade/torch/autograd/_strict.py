"""What ``strict`` refuses in ``torch.autograd.functional``, by where it is found, and the zeros there otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradwalk.engine.ops.creation import zeros_like

_NOT_ALLOWED = "This is not allowed in strict mode"

_CONSTANT = {
    "outputs": (
        "Output {} of the user-provided function does not require gradients. The outputs must be computed in a "
        "differentiable manner from the input when running in strict mode."
    ),
    "gradient": (
        "The gradient with respect to input {} is independent of the inputs of the user-provided function. "
        f"{_NOT_ALLOWED}."
    ),
    "jacobian": (
        "While computing the hessian, found that the jacobian of the user-provided function with respect to input {} "
        f"is independent of the input. {_NOT_ALLOWED}. You should ensure that your function is twice differentiable "
        "and that the jacobian depends on the inputs (this would be violated by a linear function for example)."
    ),
    "hessian": (
        "The hessian of the user-provided function with respect to input {} is independent of the input. "
        f"{_NOT_ALLOWED}. You should ensure that your function is thrice differentiable and that the hessian depends "
        "on the inputs."
    ),
}

_ABSENT = {
    "back": f"The output of the user-provided function is independent of input {{}}. {_NOT_ALLOWED}.",
    "back_trick": (
        "The gradient with respect to the input is independent of entry {} in the grad_outputs when using the double "
        f"backward trick to compute forward mode gradients. {_NOT_ALLOWED}."
    ),
    "double_back": f"The jacobian of the user-provided function is independent of input {{}}. {_NOT_ALLOWED}.",
    "double_back_trick": (
        f"The hessian of the user-provided function is independent of entry {{}} in the grad_jacobian. {_NOT_ALLOWED} "
        "as it prevents from using the double backward trick to replace forward mode AD."
    ),
}


def check(found: Sequence[Any], what: str, strict: bool) -> None:
    """Raises RuntimeError if ``strict`` and one of them is None or depends on nothing."""
    for index, x in enumerate(found if strict else ()):
        if x is None:
            raise RuntimeError(_ABSENT["back"].format(index))
        if not x.requires_grad:
            raise RuntimeError(_CONSTANT[what].format(index))


def zeros_for_none(
    results: Sequence[Any], like: Sequence[Any], strict: bool, create_graph: bool, stage: str
) -> tuple[Any, ...]:
    """Zeros where there is no gradient. Raises RuntimeError instead if ``strict``."""
    filled = []
    for index, (result, x) in enumerate(zip(results, like, strict=True)):
        if result is None:
            if strict:
                raise RuntimeError(_ABSENT[stage].format(index))
            result = zeros_like(x.detach())
        elif strict and create_graph and not result.requires_grad:
            which = "hessian" if stage.startswith("double") else "jacobian"
            raise RuntimeError(
                f"The {which} of the user-provided function is independent of input {index}. {_NOT_ALLOWED} when "
                "create_graph=True."
            )
        filled.append(result)
    return tuple(filled)
