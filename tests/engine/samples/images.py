"""Operands for the ops over windows and images: pooling, resizing, blocks, grids."""

from __future__ import annotations

from typing import Any

import numpy as np

from .making import Samples, draws_of

some = draws_of(9)


def _grid(*shape: int) -> Any:
    """Places off the pixels' borders, some of them outside."""
    return some(*shape, low=-1.3, high=1.3)


_AVERAGES: list[tuple[Any, Any, dict[str, Any]]] = [
    ((1, 2, 4, 4), (1, 2, 2, 2), {"kernel_size": (2, 2), "padding": (0, 0)}),
    (
        (1, 1, 5, 5), (1, 1, 3, 3),
        {"kernel_size": (3, 3), "stride": (2, 2), "padding": (1, 1), "count_include_pad": False},
    ),
]  # fmt: skip
_VOLUME = {"kernel_size": (2, 2, 2), "padding": (0, 0, 0)}
_BLOCKS = {"kernel_size": (2, 2), "dilation": (1, 2), "padding": (1, 0), "stride": (2, 1)}
_PLANES = np.array([[[[3, 0], [5, 7]]]])
_HOW = [
    {"interpolation_mode": mode, "padding_mode": padding, "align_corners": align}
    for mode, padding, align in ((0, 0, False), (0, 1, True), (0, 2, False), (1, 0, False), (2, 0, True), (2, 2, False))
]
_RESIZED: dict[str, tuple[Any, Any, str]] = {
    "nearest1d": ((1, 1, 3), (6,), "nearest"),
    "nearest2d": ((1, 1, 3, 2), (6, 3), "nearest"),
    "nearest3d": ((1, 1, 2, 1, 2), (3, 2, 4), "nearest"),
    "nearestexact1d": ((1, 1, 3), (6,), "nearest-exact"),
    "nearestexact2d": ((1, 1, 3, 2), (6, 3), "nearest-exact"),
    "nearestexact3d": ((1, 1, 2, 1, 2), (3, 2, 4), "nearest-exact"),
    "linear1d": ((1, 1, 3), (5,), "linear"),
    "bilinear2d": ((1, 1, 3, 2), (5, 3), "linear"),
    "bicubic2d": ((1, 1, 4, 3), (5, 6), "cubic"),
    "trilinear3d": ((1, 1, 2, 3, 2), (3, 2, 4), "linear"),
    "bilinear2daa": ((1, 1, 5, 4), (2, 3), "antialiased-linear"),
    "bicubic2daa": ((1, 1, 5, 4), (2, 6), "antialiased-cubic"),
}

SAMPLES: Samples = {
    "max_pool2d_with_indices": [
        ((some(1, 2, 4, 4),), {"kernel_size": (2, 2), "padding": (0, 0), "dilation": (1, 1)}),
        ((some(1, 1, 5, 4),), {"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0), "dilation": (1, 1)}),
    ],
    "max_pool3d_with_indices": [((some(1, 1, 2, 4, 4),), _VOLUME | {"dilation": (1, 1, 1)})],
    "adaptive_max_pool2d": [((some(1, 2, 5, 4),), {"output_size": (2, 3)})],
    "adaptive_max_pool3d": [((some(1, 1, 2, 3, 4),), {"output_size": (2, 1, 3)})],
    "fractional_max_pool2d": [
        ((some(1, 1, 5, 4), np.array([[[1, 0]]])), {"kernel_size": (2, 2), "output_size": (3, 2)})
    ],
    "fractional_max_pool3d": [
        ((some(1, 1, 3, 3, 4), np.array([[[0, 0, 0]]])), {"kernel_size": (2, 2, 2), "output_size": (1, 1, 2)})
    ],
    **{
        f"{name}_backward": [((some(1, 1, 2, 2), some(1, 1, 2, 4), _PLANES), {})]
        for name in ("max_pool2d_with_indices", "adaptive_max_pool2d", "fractional_max_pool2d")
    },
    **{
        f"{name}_backward": [((some(1, 1, 1, 2, 2), some(1, 1, 2, 2, 2), _PLANES[None]), {})]
        for name in ("max_pool3d_with_indices", "adaptive_max_pool3d", "fractional_max_pool3d")
    },
    "max_unpool2d": [((some(1, 1, 2, 2), _PLANES), {"output_size": (2, 4)})],
    "max_unpool3d": [((some(1, 1, 1, 2, 2), _PLANES[None]), {"output_size": (2, 2, 2)})],
    "avg_pool2d": [((some(*given),), params) for given, _, params in _AVERAGES],
    "avg_pool2d_backward": [((some(*out), some(*given)), params) for given, out, params in _AVERAGES],
    "avg_pool3d": [((some(1, 1, 2, 2, 4),), _VOLUME)],
    "avg_pool3d_backward": [((some(1, 1, 1, 1, 2), some(1, 1, 2, 2, 4)), _VOLUME)],
    "adaptive_avg_pool2d": [((some(1, 2, 5, 4),), {"output_size": (2, 3)})],
    "adaptive_avg_pool2d_backward": [((some(1, 2, 2, 3), some(1, 2, 5, 4)), {"output_size": (2, 3)})],
    "adaptive_avg_pool3d": [((some(1, 1, 2, 5, 4),), {"output_size": (2, 2, 3)})],
    "adaptive_avg_pool3d_backward": [((some(1, 1, 2, 2, 3), some(1, 1, 2, 5, 4)), {"output_size": (2, 2, 3)})],
    **{
        f"upsample_{name}": [((some(*shape),), {"output_size": size, "mode": mode})]
        for name, (shape, size, mode) in _RESIZED.items()
    },
    **{
        f"upsample_{name}_backward": [((some(1, 1, *size),), {"sizes": shape, "output_size": size, "mode": mode})]
        for name, (shape, size, mode) in _RESIZED.items()
    },
    "im2col": [((some(2, 2, 3, 4),), _BLOCKS)],
    "col2im": [((some(2, 8, 4),), _BLOCKS | {"output_size": (3, 4)})],
    "pixel_shuffle": [((some(2, 4, 1, 2),), {"upscale_factor": 2})],
    "pixel_unshuffle": [((some(1, 2, 4),), {"downscale_factor": 2})],
    "channel_shuffle": [((some(1, 6, 2),), {"groups": 2})],
    "channel_unshuffle": [((some(1, 6, 2),), {"groups": 2})],
    "native_channel_shuffle": [],
    "affine_grid_generator": [
        ((some(2, 2, 3),), {"size": (2, 1, 3, 2)}),
        ((some(1, 3, 4),), {"size": (1, 1, 2, 2, 3), "align_corners": True}),
    ],
    "affine_grid_back": [((some(2, 3, 2, 2),), {"size": (2, 1, 3, 2)})],
    "grid_sampler_2d": [((some(1, 2, 3, 4), _grid(1, 2, 3, 2)), how) for how in _HOW],
    "grid_sampler_3d": [((some(1, 2, 3, 2, 2), _grid(1, 1, 2, 2, 3)), how) for how in _HOW[:4]],
    **{
        f"grid_sampler_{dims}d_{part}": []  # derived twice only; the second derivative of the op itself holds them
        for dims in (2, 3)
        for part in ("input", "grid", "along", "along_input", "along_grid")
    },
}
