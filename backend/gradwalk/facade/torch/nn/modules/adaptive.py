"""Softmax over many classes in clusters: frequent ones in the head, rare ones behind smaller layers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from gradwalk.engine.tensor import Tensor

from .. import functional as F  # noqa: N812
from .container import ModuleList, Sequential
from .linear import Linear
from .module import Module


class _ASMoutput(NamedTuple):
    output: Tensor
    loss: Tensor


class AdaptiveLogSoftmaxWithLoss(Module):
    """Classes in clusters by ``cutoffs``: cluster ``i`` has a layer of ``in_features / div_value ** i`` before it."""

    def __init__(
        self, in_features: int, n_classes: int, cutoffs: Sequence[int], div_value: float = 4.0,
        head_bias: bool = False, device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        cuts = list(cutoffs)
        if not cuts:
            raise ValueError("cutoffs should be a sequence of length larger than 0")
        if (
            cuts != sorted(set(cuts))
            or cuts[0] <= 0
            or cuts[-1] > n_classes - 1
            or any(int(cut) != cut for cut in cuts)
        ):
            raise ValueError(
                "cutoffs should be a sequence of unique, positive integers sorted in an increasing order, "
                "where each value is between 1 and n_classes-1"
            )
        self.in_features = in_features
        self.n_classes = n_classes
        self.cutoffs = [*cuts, n_classes]
        self.div_value = div_value
        self.head_bias = head_bias
        self.shortlist_size = self.cutoffs[0]
        self.n_clusters = len(self.cutoffs) - 1
        self.head_size = self.shortlist_size + self.n_clusters
        given = {"device": device, "dtype": dtype}
        self.head = Linear(in_features, self.head_size, bias=head_bias, **given)
        self.tail = ModuleList()
        for number, (low, high) in enumerate(pairwise(self.cutoffs), 1):
            width = int(in_features // div_value**number)
            self.tail.append(
                Sequential(Linear(in_features, width, False, **given), Linear(width, high - low, False, **given))
            )

    def reset_parameters(self) -> None:
        """Draw all weights anew."""
        self.head.reset_parameters()
        for layers in self.tail:
            for layer in layers:
                layer.reset_parameters()

    def forward(self, input_: Any, target_: Any) -> _ASMoutput:
        _check(input_, target_)
        batched = target_.ndim > 0
        x, target = (input_, target_) if batched else (input_.unsqueeze(0), target_.unsqueeze(0))
        output, columns = x.new_zeros(target.shape[0]), target.new_empty(target.shape[0])
        used = 0
        for number, (low, high) in enumerate(pairwise([0, *self.cutoffs])):
            chosen = (target >= low) & (target < high)
            rows = chosen.nonzero().squeeze()
            if rows.numel() == 0:
                continue
            if number == 0:
                columns.index_copy_(0, rows, target[chosen])
            else:
                relative = target[chosen] - low
                scores: Any = F.log_softmax(self.tail[number - 1](x.index_select(0, rows)), dim=1)
                columns.index_fill_(0, rows, self.shortlist_size + number - 1)
                output.index_copy_(0, rows, scores.gather(1, relative.unsqueeze(1)).squeeze(1))
            used += rows.numel()
        if used != target.shape[0]:
            raise RuntimeError(
                f"Target values should be in [0, {self.n_classes - 1}], but values in range "
                f"[{target.min().item()}, {target.max().item()}] were found. "
            )
        head: Any = F.log_softmax(self.head(x), dim=1)
        output += head.gather(1, columns.unsqueeze(1)).squeeze()
        loss = (-output).mean()
        return _ASMoutput(output if batched else output.squeeze(0), loss)

    def _all_log_probabilities(self, x: Any, head_output: Any) -> Any:
        out = x.new_empty((head_output.shape[0], self.n_classes))
        head: Any = F.log_softmax(head_output, dim=1)
        out[:, : self.shortlist_size] = head[:, : self.shortlist_size]
        for number, (low, high) in enumerate(pairwise(self.cutoffs)):
            scores: Any = F.log_softmax(self.tail[number](x), dim=1)
            out[:, low:high] = scores + head[:, self.shortlist_size + number].unsqueeze(1)
        return out

    def log_prob(self, input: Tensor) -> Tensor:
        """The log-probability of every class."""
        return self._all_log_probabilities(input, self.head(input))  # type: ignore[no-any-return]

    def predict(self, input: Any) -> Tensor:
        """The class of the highest probability, without computing those that cannot be it."""
        head: Any = self.head(input)
        found = head.argmax(dim=1)
        rare = found >= self.shortlist_size
        if not rare.any():
            return found  # type: ignore[no-any-return]
        if rare.all():
            return self._all_log_probabilities(input, head).argmax(dim=1)  # type: ignore[no-any-return]
        found[rare] = self._all_log_probabilities(input[rare], head[rare]).argmax(dim=1)
        return found  # type: ignore[no-any-return]


def _check(x: Any, target: Any) -> None:
    if target.ndim == 1:
        if x.shape[0] != target.shape[0]:
            raise RuntimeError("Input and target should have the same size in the batch dimension.")
        if x.ndim != 2:
            raise RuntimeError(f"1D target tensor expects 2D input tensors, but found inputs with size {x.size()}")
    elif target.ndim == 0:
        if x.ndim != 1:
            raise RuntimeError(f"0D target tensor expects 1D input tensors, but found inputs with size {x.size()}")
    else:
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
