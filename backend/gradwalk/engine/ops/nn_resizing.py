"""Resizing of sequences, images and volumes."""

from __future__ import annotations

from ..functions.registry import on_both
from ..functions.resizing import resize_matrices
from ..functions.separable import backward_of, forward_of
from ..op import define

KINDS = (
    "Nearest1D", "Nearest2D", "Nearest3D", "NearestExact1D", "NearestExact2D", "NearestExact3D", "Linear1D",
    "Bilinear2D", "Bicubic2D", "Trilinear3D", "Bilinear2DAa", "Bicubic2DAa",
)  # fmt: skip
SCALES = {"1": ("",), "2": ("h", "w"), "3": ("d", "h", "w")}
"""By the number of dimensions, the letters of their factors."""

_KERNELS = {
    "Linear1D": "compute_indices_weights_linear", "Trilinear3D": "compute_indices_weights_linear",
    "Bicubic2D": "compute_indices_weights_cubic:bi", "Bilinear2DAa": "compute_index_ranges_weights:bi",
    "Bicubic2DAa": "compute_index_ranges_weights:bi",
} | dict.fromkeys(
    ("Nearest1D", "Nearest3D", "NearestExact1D", "NearestExact3D"), "compute_indices_weights_nearest:bi"
)  # fmt: skip
"""Which take bytes, some of them, and no other integers; which do so of the others depends on the sizes."""

for _kind in KINDS:
    _name = f"upsample_{_kind.lower()}"
    _scales = [f"scales_{letter}".rstrip("_") for letter in SCALES[_kind.removesuffix("Aa")[-2]]]
    _given = ", ".join(("output_size", "mode", "align_corners", *_scales))
    _params = ", ".join(("output_size=()", "mode='nearest'", "align_corners=False", *(f"{s}=None" for s in _scales)))
    _hidden = ("mode", "align_corners") if _kind.startswith("Nearest") else ("mode",)
    define(
        f"{_name}(self, *, {_params})", on_both(_name, forward_of(resize_matrices)), f"Upsample{_kind}Backward0",
        {"self": f"{_name}_backward(grad, self_sizes, {_given})"},
        saves=tuple(_scales), hides=_hidden, shown="resize(self)", category="pooling", lies="by channels",
        kernel=_KERNELS.get(_kind),
    )  # fmt: skip
    define(
        f"{_name}_backward(grad_output, *, sizes=(), {_params})",
        on_both(f"{_name}_backward", backward_of(resize_matrices)), f"Upsample{_kind}BackwardBackward0",
        {"grad_output": f"{_name}(grad, {_given})"},
        saves=tuple(_scales), hides=_hidden, shown="resize_back(grad_output)", category="pooling",
    )  # fmt: skip
