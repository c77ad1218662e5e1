"""Operands for views, copies, joins and writes."""

from __future__ import annotations

from .making import Samples, draws_of

some = draws_of(7)

SAMPLES: Samples = {
    "clone": [((some(2, 3),), {})],
    "clone.contiguous": [((some(2, 3).T,), {})],
    "clone.in_format": [((some(2, 3).T,), {})],
    "to_copy.in_format": [],
    "to_copy": [],  # changes the dtype, so that no finite difference in float64 can be taken
    "view": [((some(2, 3),), {"size": (3, 2)})],
    "reshape_alias": [((some(2, 3),), {"size": (6,)})],
    "unsqueeze_.fresh": [((some(2, 3),), {"dim": 1})],
    "transpose_.fresh": [((some(2, 3),), {"dim0": 0, "dim1": -1})],
    "squeeze.dims": [((some(1, 3, 1),), {"dim": d}) for d in ((0, 2), (-1, 1))],
    "block_diag": [((some(2, 3), some(2)), {})],
    "unsafe_view": [((some(2, 3),), {"size": (6,)})],
    "expand": [((some(1, 3),), {"size": (2, 4, 3)}), ((some(),), {"size": (2, 2)})],
    "t": [((some(2, 3),), {}), ((some(3),), {})],
    "transpose": [((some(2, 3, 4),), {"dim0": 0, "dim1": -1})],
    "permute": [((some(2, 3, 4),), {"dims": (2, 0, 1)}), ((some(2, 3, 4),), {"dims": (-1, 0, 1)})],
    "unsqueeze": [((some(2, 3),), {"dim": d}) for d in (0, 1, -1)],
    "squeeze": [((some(1, 3, 1),), {})],
    "squeeze.dim": [((some(1, 3, 1),), {"dim": d}) for d in (0, -1, 1)],
    "squeeze_.dim": [((some(1, 3),), {"dim": 0})],
    "select": [((some(2, 3),), {"dim": 1, "index": -1})],
    "slice": [((some(5, 2),), {"dim": 0, "start": 1, "end": 5, "step": 2})],
    "unbind": [((some(3, 2),), {"dim": 0}), ((some(3, 2),), {"dim": 1})],
    "as_strided": [
        ((some(2, 3),), {"size": (2, 2), "stride": (3, 1), "storage_offset": 1}),
        ((some(5),), {"size": (3, 2), "stride": (1, 1)}),
    ],
    # views as copies
    "alias_copy": [((some(3),), {})],
    "detach_copy": [],  # has no derivative
    "set": [],  # nor has this
    "as_strided_copy": [((some(2, 3),), {"size": (2, 2), "stride": (1, 2)})],
    "expand_copy": [((some(1, 3),), {"size": (2, 2, 3)})],
    "permute_copy": [((some(2, 3),), {"dims": (1, 0)})],
    "select_copy": [((some(2, 3),), {"dim": 1, "index": -1})],
    "slice_copy": [((some(5, 2),), {"start": 1, "end": 5, "step": 2})],
    "squeeze_copy": [((some(1, 3, 1),), {})],
    "squeeze_copy.dim": [((some(1, 3, 1),), {"dim": 0})],
    "squeeze_copy.dims": [((some(1, 3, 1),), {"dim": (0, 2)})],
    "t_copy": [((some(2, 3),), {})],
    "transpose_copy": [((some(2, 3),), {"dim0": 0, "dim1": 1})],
    "unsqueeze_copy": [((some(2, 3),), {"dim": 1})],
    "unfold_copy": [((some(5),), {"size": 3, "step": 1})],
    "view_copy": [((some(2, 3),), {"size": (3, 2)})],
    "narrow_copy": [((some(2, 3),), {"dim": 1, "start": 1, "length": 2})],
    "split_copy": [((some(5, 2),), {"split_size": 2})],
    "split_with_sizes_copy": [((some(5, 2),), {"split_sizes": (2, 3)})],
    "unbind_copy": [((some(3, 2),), {"dim": 1})],
    # views in place
    "squeeze_": [((some(1, 3, 1),), {})],
    "squeeze_.dims": [((some(1, 3, 1),), {"dim": (0, 2)})],
    "t_": [((some(2, 3),), {})],
    "as_strided_": [((some(2, 3),), {"size": (2, 2), "stride": (3, 1), "storage_offset": 1})],
    # parts replaced
    "select_scatter": [((some(2, 3), some(2)), {"dim": 1, "index": -1})],
    "slice_scatter": [((some(5, 2), some(2, 2)), {"start": 1, "end": 5, "step": 2})],
    "diagonal_scatter": [((some(3, 4), some(3)), {"offset": 1})],
    "as_strided_scatter": [],  # PyTorch has the cotangent of what was written into the wrong way round
    "alias": [((some(3),), {})],
    "fw_primal": [((some(3),), {})],
    "select_backward": [((some(2),), {"input_sizes": (2, 3), "dim": 1, "index": 1})],
    "slice_backward": [((some(2),), {"input_sizes": (5,), "dim": 0, "start": 1, "end": 5, "step": 2})],
    "split": [((some(5, 2),), {"split_size": 2, "dim": 0}), ((some(2, 3),), {"split_size": 3, "dim": -1})],
    "split_with_sizes": [((some(2, 5),), {"split_sizes": (2, 3), "dim": 1})],
    "unsafe_split_with_sizes": [((some(2, 5),), {"split_sizes": (2, 3), "dim": 1})],
    "unsafe_split": [((some(5, 2),), {"split_size": 2, "dim": 0})],
    "unfold": [
        ((some(5, 2),), {"dimension": 0, "size": 3, "step": 1}),
        ((some(2, 5),), {"dimension": -1, "size": 2, "step": 2}),
    ],
    "unfold_backward": [((some(2, 2, 3),), {"input_sizes": (2, 5), "dim": 1, "size": 3, "step": 2})],
    "diagonal": [((some(3, 4),), {"offset": k}) for k in (0, 1, -1)] + [((some(2, 3, 2),), {"dim1": 2, "dim2": -3})],
    "diagonal_copy": [((some(3, 4),), {"offset": 1})],
    "diagonal_backward": [((some(3),), {"input_sizes": (3, 4), "offset": 1})],
    "diag_embed": [((some(2, 3),), {"offset": k}) for k in (0, 1, -1)] + [((some(2, 3),), {"dim1": 0, "dim2": 2})],
    "flip": [((some(2, 3),), {"dims": d}) for d in ((), (0,), (-1, 0))],
    "roll": [((some(2, 3),), {"shifts": (1,)}), ((some(2, 3),), {"shifts": (1, -2), "dims": (0, 1)})],
    "rot90": [((some(2, 3),), {"k": k, "dims": (0, 1)}) for k in (1, 2, -1)],
    "repeat": [((some(2, 3),), {"repeats": (2, 1, 3)}), ((some(),), {"repeats": (2,)})],
    "tril": [((some(3, 4),), {"diagonal": -1})],
    "triu": [((some(2, 3, 3),), {"diagonal": 1})],
    "cat": [((some(2, 3), some(1, 3), some(2, 3)), {"dim": 0}), ((some(2, 1), some(2, 3)), {"dim": -1})],
    "stack": [((some(2, 3), some(2, 3)), {"dim": d}) for d in (0, 1, -1)],
    "copy": [((some(2, 3), some(3)), {})],
    "zero": [((some(3),), {})],
    "fill.Tensor": [((some(2, 3), some()), {})],
    "fill.Scalar_copy": [((some(3),), {"value": 2.0})],
    "fill.Tensor_copy": [((some(2, 3), some()), {})],
    "fill": [((some(3),), {"value": 2.0})],
}
