"""Images taken apart and put together: blocks as columns, channels as pixels, grids of places to look at."""

from __future__ import annotations

import numpy as np

from ..dtypes import Array
from ..functions.registry import on_both
from ..functions.sliding import col2im, im2col
from ..layouts import as_images_lie
from ..op import Declaration, define
from . import _grids

_SHAPE: Declaration = {"category": "shape"}
_BLOCKS = "kernel_size=(), dilation=(), padding=(), stride=()"
_PLACE = "kernel_size, dilation, padding, stride"

im2col_op = define(
    f"im2col(self, *, {_BLOCKS})", im2col, "Im2ColBackward0", {"self": f"col2im(grad, self_sizes[-2:], {_PLACE})"},
    saves=("self_argsize_minus_1", "self_argsize_minus_2"), hides=("self_sizes",), shown="columns(self)",
    kernel="im2col_out_cpu:iu", lies="in rows", **_SHAPE,
)  # fmt: skip
col2im_op = define(
    f"col2im(self, *, output_size=(), {_BLOCKS})", col2im, "Col2ImBackward0", {"self": f"im2col(grad, {_PLACE})"},
    shown="image(self)", kernel="col2im_out_cpu:iu", **_SHAPE,
)  # fmt: skip


def _pixel_shuffle(x: Array, upscale_factor: int) -> Array:
    *lead, channels, height, width = x.shape
    r = upscale_factor
    parts = x.reshape(*lead, channels // r**2, r, r, height, width)
    n = len(lead)
    moved = parts.transpose(*range(n), n, n + 3, n + 1, n + 4, n + 2)
    return as_images_lie(x, np.ascontiguousarray(moved).reshape(*lead, channels // r**2, height * r, width * r))


def _pixel_unshuffle(x: Array, downscale_factor: int) -> Array:
    *lead, channels, height, width = x.shape
    r = downscale_factor
    parts = x.reshape(*lead, channels, height // r, r, width // r, r)
    n = len(lead)
    moved = parts.transpose(*range(n), n, n + 2, n + 4, n + 1, n + 3)
    return as_images_lie(x, np.ascontiguousarray(moved).reshape(*lead, channels * r**2, height // r, width // r))


def _channel_shuffle(x: Array, groups: int) -> Array:
    count, channels, *rest = x.shape
    moved = x.reshape(count, groups, channels // groups, *rest).swapaxes(1, 2)
    return as_images_lie(x, np.ascontiguousarray(moved).reshape(x.shape))


pixel_shuffle = define(
    "pixel_shuffle(self, *, upscale_factor=1)", on_both("pixel_shuffle", _pixel_shuffle), "PixelShuffleBackward0",
    {"self": "pixel_unshuffle(grad, upscale_factor)"}, shown="pixels(self)", **_SHAPE,
)  # fmt: skip
pixel_unshuffle = define(
    "pixel_unshuffle(self, *, downscale_factor=1)", on_both("pixel_unshuffle", _pixel_unshuffle),
    "PixelUnshuffleBackward0", {"self": "pixel_shuffle(grad, downscale_factor)"}, shown="channels(self)", **_SHAPE,
)  # fmt: skip
channel_shuffle = define(
    "channel_shuffle(self, *, groups=1)", on_both("channel_shuffle", _channel_shuffle), "ChannelShuffleBackward0",
    {"self": "channel_unshuffle(grad, groups)"}, shown="shuffle(self)", **_SHAPE,
)  # fmt: skip
channel_unshuffle = define(
    "channel_unshuffle(self, *, groups=1)",
    on_both("channel_unshuffle", lambda x, groups: _channel_shuffle(x, x.shape[1] // groups)),
    "ChannelShuffleBackward0",
    {"self": "channel_shuffle(grad, groups)"}, shown="shuffle_back(self)", **_SHAPE,
)  # fmt: skip
native_channel_shuffle = define(
    "native_channel_shuffle(self, *, groups=1)", _channel_shuffle, "NotImplemented",
    {"self": "not_implemented(grad, 'aten::native_channel_shuffle')"}, shown="shuffle(self)", **_SHAPE,
)  # fmt: skip

# -- grids ------------------------------------------------------------------------------------------------------------

affine_grid = define(
    "affine_grid_generator(theta, *, size=(), align_corners=False)",
    on_both("affine_grid_generator", _grids.affine_grid),
    "AffineGridGeneratorBackward0", {"theta": "affine_grid_back(grad, size, align_corners)"},
    shown="grid(theta)", category="linalg",
)  # fmt: skip
affine_grid_back = define(
    "affine_grid_back(grad_output, *, size=(), align_corners=False)",
    on_both("affine_grid_back", _grids.affine_grid_back), "TransposeBackward0",
    {"grad_output": "affine_grid_generator(grad, size, align_corners)"}, shown="grid_back(grad_output)",
    category="linalg",
)  # fmt: skip
