"""Functions that PyTorch writes in Python and that hand their arguments on to one in C, which looks at them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

from gradwalk.engine.surface import argument_parser
from gradwalk.engine.surface.accepted import INTEGERS, Args, Named, as_python, is_list, is_typical, keep_path, kinds_of
from gradwalk.engine.surface.signatures import overloads
from gradwalk.engine.tensor import Tensor

HANDED_ON = {
    "adaptive_max_pool1d": ("torch", "adaptive_max_pool1d", "input output_size"),
    "affine_grid": ("torch", "affine_grid_generator", "theta size align_corners"),
    "alpha_dropout": ("torch", "alpha_dropout", "input p training"),
    "batch_norm": ("torch", "batch_norm", "input weight bias running_mean running_var training momentum eps True"),
    "binary_cross_entropy": ("nn", "binary_cross_entropy", "input target weight"),
    "binary_cross_entropy_with_logits": (
        "torch", "binary_cross_entropy_with_logits", "input target weight pos_weight",
    ),
    "celu": ("torch", "celu", "input alpha"),
    "cosine_embedding_loss": ("torch", "cosine_embedding_loss", "input1 input2 target margin"),
    "cross_entropy": ("nn", "cross_entropy_loss", "input target weight 1 ignore_index label_smoothing"),
    "ctc_loss": ("torch", "ctc_loss", "log_probs targets input_lengths target_lengths blank 1 zero_infinity"),
    "dropout": ("torch", "dropout", "input p training"),
    "dropout1d": ("torch", "feature_dropout", "input p training"),
    "dropout2d": ("torch", "feature_dropout", "input p training"),
    "dropout3d": ("torch", "feature_dropout", "input p training"),
    "elu": ("nn", "elu", "input alpha"),
    "fold": ("nn", "col2im", "input 2*output_size 2*kernel_size 2*dilation 2*padding 2*stride"),
    "embedding": ("torch", "embedding", "weight input 1 scale_grad_by_freq sparse"),
    "feature_alpha_dropout": ("torch", "feature_alpha_dropout", "input p training"),
    "glu": ("nn", "glu", "input dim"),
    "group_norm": ("torch", "group_norm", "input num_groups weight bias eps True"),
    "hardtanh": ("nn", "hardtanh", "input min_val max_val"),
    "hinge_embedding_loss": ("torch", "hinge_embedding_loss", "input target margin"),
    "huber_loss": ("nn", "huber_loss", "input target 1 delta"),
    "instance_norm": (
        "torch", "instance_norm", "input weight bias running_mean running_var use_input_stats momentum eps True",
    ),
    "kl_div": ("torch", "kl_div", "input target"),
    "layer_norm": ("torch", "layer_norm", "input normalized_shape weight bias eps"),
    "leaky_relu": ("nn", "leaky_relu", "input negative_slope"),
    "log_softmax": ("Tensor", "log_softmax", "dim"),
    "margin_ranking_loss": ("torch", "margin_ranking_loss", "input1 input2 target margin"),
    "max_pool1d": ("torch", "max_pool1d", "input kernel_size stride padding dilation ceil_mode"),
    "max_pool2d": ("torch", "max_pool2d", "input kernel_size stride padding dilation ceil_mode"),
    "max_pool3d": ("torch", "max_pool3d", "input kernel_size stride padding dilation ceil_mode"),
    "mish": ("nn", "mish", "input"),
    "multilabel_margin_loss": ("nn", "multilabel_margin_loss", "input target"),
    "multi_margin_loss": ("nn", "multi_margin_loss", "input target p margin weight"),
    "nll_loss": ("nn", "nll_loss_nd", "input target weight 1 ignore_index"),
    "pad": ("nn", "pad", "input pad mode value"),
    "pairwise_distance": ("torch", "pairwise_distance", "x1 x2 p eps keepdim"),
    "pdist": ("torch", "pdist", "input p"),
    "poisson_nll_loss": ("torch", "poisson_nll_loss", "input target log_input full eps 1"),
    "rms_norm": ("torch", "rms_norm", "input normalized_shape weight eps"),
    "rrelu": ("torch", "rrelu", "input lower upper training"),
    "selu": ("torch", "selu", "input"),
    "silu": ("nn", "silu", "input"),
    "smooth_l1_loss": ("nn", "smooth_l1_loss", "input target 1 beta"),
    "soft_margin_loss": ("nn", "soft_margin_loss", "input target"),
    "softmax": ("Tensor", "softmax", "dim"),
    "threshold": ("torch", "threshold", "input threshold value"),
    "unfold": ("nn", "im2col", "input 2*kernel_size 2*dilation 2*padding 2*stride"),
    "triplet_margin_loss": ("torch", "triplet_margin_loss", "anchor positive negative margin p eps swap"),
}  # fmt: skip
"""To which, and which of their arguments, in its order (``2*``: a pair of what is no sequence); or ``True``, or a
number."""

_WITH_INDICES = {"max_pool1d": ("torch", "max_pool1d_with_indices"), "max_pool2d": ("nn", "max_pool2d_with_indices")}
"""Functions that hand arguments on to another one where indices are asked for."""

CHECKS_NOTHING = frozenset((
    "celu", "elu", "leaky_relu", "log_softmax", "max_pool1d", "max_pool2d", "max_pool3d", "mish", "pairwise_distance",
    "pdist", "rrelu", "selu", "silu", "softmax", "threshold",
))  # fmt: skip
"""Functions that hand on whatever they are given."""


def _sizes_of_both(a: Any) -> None:
    _ask(a.target, "size")
    _ask(a.input, "size")


def _dims_of_three(a: Any) -> None:
    for x in (a.input1, a.input2, a.target):
        _ask(x, "dim")


def _probability(a: Any) -> None:
    _ = not isinstance(a.p, Tensor) and (a.p < 0.0 or a.p > 1.0)


def _probability_and_dim(a: Any) -> None:
    _probability(a)
    _ask(a.input, "dim")


def _sizes_where_training(a: Any) -> None:
    if a.training:
        _ask(a.input, "size")
        _ = not isinstance(a.eps, Tensor) and a.eps <= 0.0
    else:
        _ = not isinstance(a.eps, Tensor) and a.eps < 0.0


def _sizes_of_statistics(a: Any) -> None:
    if a.use_input_stats:
        _ask(a.input, "size")


def _rows_of_padding(a: Any) -> None:
    if a.padding_idx is not None and not isinstance(a.padding_idx, Tensor):
        above = a.padding_idx > 0
        if above or a.padding_idx < 0:
            _ask(a.weight, "size", 0)


def _one_or_two(a: Any) -> None:
    if not isinstance(a.p, Tensor) and a.p != 1 and a.p != 2:
        raise ValueError("only p == 1 and p == 2 supported")


def _groups(a: Any) -> None:
    _ask(a.input, "dim")
    _ = not isinstance(a.num_groups, Tensor) and 1 // a.num_groups


_ASKS_FIRST: dict[str, Callable[[Any], object]] = {
    "alpha_dropout": _probability, "dropout": _probability, "feature_alpha_dropout": _probability,
    "dropout1d": _probability_and_dim, "dropout2d": _probability_and_dim, "dropout3d": _probability_and_dim,
    "batch_norm": _sizes_where_training, "group_norm": _groups,
    "instance_norm": _sizes_of_statistics,
    "binary_cross_entropy": _sizes_of_both, "binary_cross_entropy_with_logits": _sizes_of_both,
    "smooth_l1_loss": _sizes_of_both, "huber_loss": _sizes_of_both, "margin_ranking_loss": _dims_of_three,
    "embedding": _rows_of_padding, "glu": lambda a: _ask(a.input, "dim"),
    "affine_grid": lambda a: _ask(a.theta, "is_floating_point"),
    "multi_margin_loss": _one_or_two,
    "hardtanh": lambda a: isinstance(a.min_val, Tensor) or isinstance(a.max_val, Tensor) or a.min_val > a.max_val,
    "triplet_margin_loss": lambda a: isinstance(a.margin, Tensor) or a.margin <= 0,
}  # fmt: skip
"""What functions do with their arguments before they hand them on: what is no tensor, or no number, fails there, in
Python's words."""


def _ask(x: Any, method: str, *arguments: Any) -> None:
    """Call a method of what should be a tensor."""
    if not isinstance(x, Tensor):
        getattr(x, method)(*arguments)


_OTHERS = {"True": True, "1": 1}


def _argument(named: Named, name: str) -> Any:
    """What is handed on under a name."""
    if name.startswith("2*"):
        value = named[name[2:]]
        return tuple(value) if isinstance(value, Iterable) else (value, value)
    value = named.get(name, _OTHERS.get(name))
    return False if name == "align_corners" and value is None else value


_OF_NUMBERS = ("int", "float", "Number", INTEGERS)


class HandedOn:
    """What is known of the arguments of such a function."""

    def __init__(self, name: str, signature: inspect.Signature) -> None:
        self._place, self._inner, names = HANDED_ON[name]
        self._names = names.split()
        self._with_indices = _WITH_INDICES.get(name)
        self._ask = _ASKS_FIRST.get(name)
        self._signature = signature
        self.tree: dict[Any, Any] = {}
        """As :attr:`~gradwalk.engine.surface.accepted.Accepted.tree`."""

    def look(self, args: Args, kwargs: Named) -> tuple[str | None, Args, Named]:
        """What C says of the arguments, None if it takes them or Python does not; and the arguments as it reads them:
        numbers for the tensors and numpy's numbers that stand for one. Raises what Python says where the function asks
        something of them first."""
        try:
            bound = self._signature.bind(*args, **kwargs)
        except TypeError:
            return None, args, kwargs  # Python has said why
        bound.apply_defaults()
        found = self._with_indices if bound.arguments.get("return_indices") is True else None
        signatures = overloads(*found or (self._place, self._inner))
        given = [_argument(bound.arguments, each) for each in self._names]
        if self._inner in ("softmax", "log_softmax") and given[0] is None:
            return None, args, kwargs  # it finds its dimension itself
        if self._ask is not None:
            self._ask(SimpleNamespace(**bound.arguments))
        words = argument_parser.refusal(signatures, given, {})
        if words is not None and bound.arguments.get("inplace"):
            words = words.replace(f"{self._inner}()", f"{self._inner}_()", 1)
        signature = argument_parser.matching(signatures, given, {}) if words is None else None
        if signature is None:
            return words, args, kwargs
        kinds = kinds_of(signature, given, {})
        if all(map(is_typical, kinds, given)):
            places: list[tuple[int | str, Any]] = [*enumerate(args), *kwargs.items()]
            keep_path(self.tree, args, kwargs, tuple(place for place, value in places if is_list(value)))
            return words, args, kwargs
        read = {
            each: as_python(kind, value)
            for each, kind, value in zip(self._names, kinds, given, strict=True)
            if kind in _OF_NUMBERS
        }
        parameters = self._signature.parameters
        by_position = tuple(read.get(each, value) for each, value in zip(parameters, args, strict=False))
        return words, by_position, {each: read.get(each, value) for each, value in kwargs.items()}
