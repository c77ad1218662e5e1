"""Images and volumes looked at where a grid says."""

from __future__ import annotations

from ..functions.registry import on_both
from ..op import Declaration, define
from . import _grid_sampling as forwards

_POOL: Declaration = {"category": "pooling"}
_PARAMS = "interpolation_mode=0, padding_mode=0, align_corners=False"
_GIVEN = "interpolation_mode, padding_mode, align_corners"
_SMOOTH = "interpolation_mode != 1"
"""By nearest neighbours nothing depends on where exactly the grid says."""

_KERNELS = {2: "grid_sampler_2d_cpu_kernel_impl", 3: "grid_sampler3d_cpu"}

for _dims in (2, 3):
    _name, _node = f"grid_sampler_{_dims}d", f"GridSampler{_dims}D"
    define(
        f"{_name}(input, grid, *, {_PARAMS})", on_both(_name, forwards.grid_sampler), f"{_node}Backward0",
        {
            "input": f"{_name}_input(grad, input, grid, {_GIVEN})",
            "grid": f"{_name}_grid(grad, input, grid, {_GIVEN})",
        },
        shown="sample(input, grid)", kernel=_KERNELS[_dims], **_POOL,
    )  # fmt: skip
    define(
        f"{_name}_input(grad_output, input, grid, *, {_PARAMS})",
        on_both(f"{_name}_input", forwards.cotangent_of_input), f"{_node}BackwardBackward0",
        {
            "grad_output": f"{_name}(grad, grid, {_GIVEN})",
            "input": "undefined(grad)",
            "grid": f"{_name}_grid(grad_output, grad, grid, {_GIVEN})",
        },
        shown="sample_back(grad_output, grid)", **_POOL,
    )  # fmt: skip
    define(
        f"{_name}_grid(grad_output, input, grid, *, {_PARAMS})",
        on_both(f"{_name}_grid", forwards.cotangent_of_grid), f"{_node}BackwardBackward0",
        {
            "grad_output": f"defined_if({_SMOOTH}, {_name}_along(grad, input, grid, {_GIVEN}))",
            "input": f"defined_if({_SMOOTH}, {_name}_along_input(grad, grad_output, input, grid, {_GIVEN}))",
            "grid": f"defined_if({_SMOOTH}, {_name}_along_grid(grad, grad_output, input, grid, {_GIVEN}))",
        },
        shown="sample_slope(grad_output, input, grid)", **_POOL,
    )  # fmt: skip
    for _part, _operands, _forward in (
        ("along", "by, input, grid", forwards.along_grid),
        ("along_input", "by, grad_output, input, grid", forwards.along_grid_input),
        ("along_grid", "by, grad_output, input, grid", forwards.along_grid_grid),
    ):
        define(
            f"{_name}_{_part}({_operands}, *, {_PARAMS})", on_both(f"{_name}_{_part}", _forward),
            f"{_node}BackwardBackwardBackward0",
            dict.fromkeys(_operands.split(", "), "no_third(grad, 'grid_sample')"),
            shown=f"sample_{_part}({_operands})", **_POOL,
        )  # fmt: skip
