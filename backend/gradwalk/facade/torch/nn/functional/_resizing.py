"""Sequences, images and volumes resized."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine.apply import check_kernel
from gradwalk.engine.errors import storable
from gradwalk.engine.memory_format import channels_last
from gradwalk.engine.op import OPS
from gradwalk.engine.surface.argument_parser import refusal
from gradwalk.engine.surface.signatures import overloads
from gradwalk.engine.tensor import Tensor
from gradwalk.engine.warn import warn

from ._averaging import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d
from ._windows import repeated

_KINDS = {"linear": "linear", "bilinear": "linear", "trilinear": "linear", "bicubic": "cubic"}
_RANKS = {"linear": 3, "bilinear": 4, "bicubic": 4, "trilinear": 5}
_DIMENSIONS = {"linear": "linear1d", "bilinear": "bilinear2d", "bicubic": "bicubic2d", "trilinear": "trilinear3d"}
_AREAS = {1: adaptive_avg_pool1d, 2: adaptive_avg_pool2d, 3: adaptive_avg_pool3d}


def _sizes(input: Any, size: Any, scale_factor: Any, recompute: bool | None) -> tuple[Any, Any]:
    """The output's sizes, and the factors that the kernel is told (None where it finds them from the sizes)."""
    dims = input.dim() - 2
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    given = size if size is not None else scale_factor
    if given is None:
        raise ValueError("either size or scale_factor should be defined")
    if isinstance(given, list | tuple) and len(given) != dims:
        spatial = f"spatial dimensions of {list(input.shape[2:])}"
        told, form = (
            (f"output size of {given}", "output size in (o1, o2, ...,oK) format")
            if size is not None
            else (f"scale_factor of shape {given}", "scale_factor in (s1, s2, ...,sK) format")
        )
        both = "Input and output" if size is not None else "Input and scale_factor"
        raise ValueError(
            f"{both} must have the same number of spatial dimensions, but got input with {spatial} and {told}. "
            f"Please provide input tensor in (N, C, d1, d2, ...,dK) format and {form}."
        )
    if isinstance(size, list | tuple) and not all(isinstance(n, int) for n in size):
        raise TypeError(
            "expected size to be one of int or Tuple[int] or Tuple[int, int] or Tuple[int, int, int], but got size "
            f"with types {[type(n) for n in size]}"
        )
    if recompute and size is not None:
        raise ValueError("recompute_scale_factor is not meaningful with an explicit size.")
    if size is not None:
        return repeated(size, dims), (None,) * dims
    factors = tuple(map(float, given)) if isinstance(given, list | tuple) else (float(given),) * dims
    wide = [float(n * f) for n, f in zip(input.shape[2:], factors, strict=True)]
    if not all(-(2.0**63) <= each < 2.0**63 for each in wide):
        raise RuntimeError("value cannot be converted to type int64_t without overflow")
    out = tuple(map(math.floor, wide))
    return out, ((None,) * dims if recompute else factors)


def interpolate(
    input: Any, size: Any = None, scale_factor: Any = None, mode: str = "nearest", align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None, antialias: bool = False,
) -> Tensor:  # fmt: skip
    """Resized to ``size``, or by ``scale_factor``."""
    if mode in ("nearest", "area", "nearest-exact"):
        if align_corners is not None:
            raise ValueError(
                "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | "
                "trilinear"
            )
    elif align_corners is None:
        align_corners = False
    dims = input.dim() - 2
    out, scales = _sizes(input, size, scale_factor, recompute_scale_factor)
    if antialias and not (mode in ("bilinear", "bicubic", "lanczos") and input.ndim == 4):
        raise ValueError(
            "Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires a 4-D tensor as input"
        )
    if mode == "lanczos":
        raise NotImplementedError("Gradwalk's interpolate does not support mode='lanczos'; bicubic is the nearest.")
    known = mode in _RANKS or mode in ("nearest", "nearest-exact", "area")
    if not known or not 1 <= dims <= 3 or (mode == "bicubic" and dims != 2):
        raise NotImplementedError(
            f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {input.ndim}D) for the modes: nearest | "
            f"linear | bilinear | bicubic | trilinear | lanczos | area | nearest-exact (got {mode})"
        )
    if mode in _RANKS and mode != "bicubic" and _RANKS[mode] != input.ndim:
        raise NotImplementedError(f"Got {input.ndim}D input, but {mode} mode needs {_RANKS[mode]}D input")
    if mode == "area":
        return _AREAS[dims](input, out)
    if any(n <= 0 for n in (*input.shape[2:], *out)):
        letters = ("D", "H", "W")[-dims:]
        told = [
            "(" + ", ".join(f"{letter}: {n}" for letter, n in zip(letters, sizes, strict=True)) + ")"
            for sizes in (input.shape[2:], out)
        ]
        between = " and" if dims == 1 else ""
        raise RuntimeError(
            f"Input and output sizes should be greater than 0, but got input {told[0]}{between} output {told[1]}"
        )
    name = _DIMENSIONS.get(mode) or f"{mode.replace('-', '')}{dims}d"
    if mode in _RANKS and not isinstance(align_corners, bool):
        sizes = size if isinstance(size, list | tuple) else None if size is None else list(out)
        given = None if scale_factor is None else [*map(float, scales)]
        raise TypeError(refusal(overloads("nn", f"upsample_{name}"), (input, sizes, align_corners, given), {}))
    kind = _KINDS.get(mode, mode)
    if antialias:
        name, kind = name + "aa", "antialiased-" + kind
    storable((*input.shape[:2], *out), input._array.dtype)
    op = OPS["upsample_" + name]
    if op.kernel is None:
        check_kernel(_kernel(name, input, out), input._array)
    factors = dict(zip((each for each in op.params if each.startswith("scales")), scales, strict=True))
    return op(input, output_size=out, mode=kind, align_corners=bool(align_corners), **factors)


def _kernel(name: str, input: Any, out: tuple[int, ...]) -> str:
    """What refuses whole numbers other than bytes: images that become small have kernels of their own."""
    by_channels = input.shape[1] > 3 and input.is_contiguous(memory_format=channels_last)
    if by_channels or sum(out) <= 128:
        return f"upsample_{'bilinear2d' if name == 'bilinear2d' else 'nearest2d'}_channels_last:bi"
    return f"compute_indices_weights_{'linear' if name == 'bilinear2d' else 'nearest'}:bi"


def _deprecated(name: str, instead: str) -> None:
    warn(f"`nn.functional.{name}` is deprecated. Use `nn.functional.{instead}` instead.")


def upsample(
    input: Any, size: Any = None, scale_factor: Any = None, mode: str = "nearest", align_corners: bool | None = None
) -> Tensor:
    """:func:`interpolate` under its old name."""
    _deprecated("upsample", "interpolate")
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input: Any, size: Any = None, scale_factor: Any = None) -> Tensor:
    """:func:`interpolate` to the nearest element."""
    _deprecated("upsample_nearest", "interpolate")
    return interpolate(input, size, scale_factor, mode="nearest")


def upsample_bilinear(input: Any, size: Any = None, scale_factor: Any = None) -> Tensor:
    """:func:`interpolate` along straight lines, corners on corners."""
    _deprecated("upsample_bilinear", "interpolate")
    return interpolate(input, size, scale_factor, mode="bilinear", align_corners=True)
