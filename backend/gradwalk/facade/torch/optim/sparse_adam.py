"""SparseAdam: for gradients that Gradwalk does not have, so that its step says what to use instead."""

from __future__ import annotations

from typing import Any, ClassVar

from gradwalk.engine.tensor import Tensor

from ._by_parameter import ByParameter
from ._options import Params, check, check_options, check_rate
from .optimizer import Group


class SparseAdam(ByParameter):
    """Adam for sparse gradients. Those of tensors are dense here, which it refuses in PyTorch too."""

    __module__ = "torch.optim.sparse_adam"
    _takes_parts = None
    _added: ClassVar[Group] = {}

    def __init__(
        self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        maximize: bool = False,
    ) -> None:  # fmt: skip
        check_rate(lr)
        check(lr > 0.0, f"Invalid learning rate: {lr}")
        check(eps > 0.0, f"Invalid epsilon value: {eps}")
        check_options(betas=betas)
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "maximize": maximize})
        places = [
            [number, place]
            for number, group in enumerate(self.param_groups)
            for place, param in enumerate(group["params"])
            if param.is_complex()
        ]
        check(not places, f"Complex params at indices {places}: SparseAdam does not support complex parameters")

    def _begin(self, param: Tensor, state: dict[str, Any], group: Group) -> None:
        raise RuntimeError("SparseAdam does not support dense gradients, please consider Adam instead")
