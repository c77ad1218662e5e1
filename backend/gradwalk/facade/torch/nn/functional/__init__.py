"""``torch.nn.functional``: layers as functions, by family."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from gradwalk.engine.surface.matrices import cosine_similarity

from ..._missing import missing
from ._activation import *  # noqa: F403
from ._activation import __all__ as _activations
from ._attention import scaled_dot_product_attention
from ._averaging import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    adaptive_avg_pool3d,
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
)
from ._convolution import conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d
from ._distance import normalize, pairwise_distance, pdist
from ._dropout import alpha_dropout, dropout, dropout1d, dropout2d, dropout3d, feature_alpha_dropout
from ._heads import multi_head_attention_forward
from ._linear import bilinear, linear
from ._linear_loss import linear_cross_entropy
from ._loss import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    huber_loss,
    kl_div,
    l1_loss,
    mse_loss,
    nll_loss,
    smooth_l1_loss,
)
from ._margin import (
    cosine_embedding_loss,
    gaussian_nll_loss,
    hinge_embedding_loss,
    margin_ranking_loss,
    multi_margin_loss,
    multilabel_margin_loss,
    multilabel_soft_margin_loss,
    poisson_nll_loss,
    soft_margin_loss,
    triplet_margin_loss,
    triplet_margin_with_distance_loss,
)
from ._norms import batch_norm, group_norm, instance_norm, layer_norm, local_response_norm, rms_norm
from ._padding import pad
from ._pooling import (
    adaptive_max_pool1d,
    adaptive_max_pool1d_with_indices,
    adaptive_max_pool2d,
    adaptive_max_pool2d_with_indices,
    adaptive_max_pool3d,
    adaptive_max_pool3d_with_indices,
    fractional_max_pool2d,
    fractional_max_pool2d_with_indices,
    fractional_max_pool3d,
    fractional_max_pool3d_with_indices,
    max_pool1d,
    max_pool1d_with_indices,
    max_pool2d,
    max_pool2d_with_indices,
    max_pool3d,
    max_pool3d_with_indices,
    max_unpool1d,
    max_unpool2d,
    max_unpool3d,
)
from ._powers import lp_pool1d, lp_pool2d, lp_pool3d
from ._refusals import explained
from ._resizing import interpolate, upsample, upsample_bilinear, upsample_nearest
from ._sequence_loss import ctc_loss
from ._sparse import embedding, embedding_bag, one_hot
from ._vision import (
    affine_grid,
    channel_shuffle,
    fold,
    grid_sample,
    native_channel_shuffle,
    pixel_shuffle,
    pixel_unshuffle,
    unfold,
)

__all__ = [
    "adaptive_max_pool1d_with_indices", "adaptive_max_pool2d_with_indices", "adaptive_max_pool3d_with_indices",
    "fractional_max_pool2d_with_indices", "fractional_max_pool3d_with_indices", "max_pool1d_with_indices",
    "max_pool2d_with_indices", "max_pool3d_with_indices",
    "alpha_dropout", "embedding_bag", "feature_alpha_dropout", "multi_margin_loss", "multilabel_margin_loss",
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d", "adaptive_max_pool1d", "adaptive_max_pool2d",
    "adaptive_max_pool3d", "affine_grid", "channel_shuffle", "fold", "fractional_max_pool2d", "fractional_max_pool3d",
    "grid_sample", "lp_pool1d", "lp_pool2d", "lp_pool3d", "max_unpool1d", "max_unpool2d", "max_unpool3d",
    "native_channel_shuffle", "pixel_shuffle", "pixel_unshuffle", "unfold", "upsample_bilinear", "upsample_nearest",
    "avg_pool1d",
    "avg_pool2d", "avg_pool3d", "batch_norm", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d",
    "conv_transpose3d", "embedding", "group_norm", "instance_norm", "interpolate", "layer_norm",
    "local_response_norm", "max_pool1d", "max_pool2d", "max_pool3d", "one_hot", "pad", "rms_norm", "upsample",
    "multi_head_attention_forward", "scaled_dot_product_attention", "bilinear", "binary_cross_entropy",
    "binary_cross_entropy_with_logits", "cosine_embedding_loss",
    "cosine_similarity", "cross_entropy", "ctc_loss", "dropout", "dropout1d", "dropout2d", "dropout3d",
    "gaussian_nll_loss", "hinge_embedding_loss", "huber_loss", "kl_div", "l1_loss", "linear", "linear_cross_entropy",
    "margin_ranking_loss", "mse_loss",
    "multilabel_soft_margin_loss", "nll_loss", "normalize", "pairwise_distance", "pdist", "poisson_nll_loss",
    "smooth_l1_loss",
    "soft_margin_loss", "triplet_margin_loss", "triplet_margin_with_distance_loss", *_activations,
]  # fmt: skip


globals().update({name: explained(globals()[name], name) for name in __all__})
for _name in __all__:
    if isinstance(_one := globals()[_name], FunctionType):
        _one.__module__ = __name__  # where pickles find it


def __getattr__(name: str) -> Any:
    raise missing("torch.nn.functional", name)
