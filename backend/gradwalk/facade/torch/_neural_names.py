"""Which functions of ``torch.nn.functional`` stand in ``torch`` too: ``_neural.py`` has them, when one is asked for."""

from __future__ import annotations

SAME = (
    "adaptive_avg_pool1d", "avg_pool1d", "bilinear", "channel_shuffle", "conv1d", "conv2d", "conv3d",
    "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "native_channel_shuffle", "pairwise_distance", "pdist",
    "pixel_shuffle", "pixel_unshuffle",
)  # fmt: skip
"""One object under two names."""

WITH_C_ARGUMENTS = (
    "layer_norm", "group_norm", "rms_norm", "batch_norm", "instance_norm", "dropout", "alpha_dropout",
    "feature_alpha_dropout", "dropout_", "alpha_dropout_", "feature_alpha_dropout_", "native_dropout",
    "embedding", "rrelu", "rrelu_", "adaptive_max_pool1d", "kl_div",
    "binary_cross_entropy_with_logits",
    "cosine_embedding_loss", "native_batch_norm", "native_layer_norm", "native_group_norm", "grid_sampler",
    "grid_sampler_2d",
    "grid_sampler_3d", "hinge_embedding_loss", "margin_ranking_loss", "triplet_margin_loss", "poisson_nll_loss",
)  # fmt: skip
"""With the arguments of PyTorch's C."""

POOLS = ("max_pool1d", "max_pool1d_with_indices", "max_pool2d", "max_pool3d")
"""Those of them that look for the greatest in windows."""

NAMES = (*SAME, *WITH_C_ARGUMENTS, *POOLS)
