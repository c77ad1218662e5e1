"""Ops whose result looks at its operand's storage."""

from __future__ import annotations

import numpy as np

from ..op import Declaration, define
from . import _views as views

_VIEW: Declaration = {"category": "view", "is_view": True}

view = define(
    "view(self, *, size=())", views.view, "ViewBackward0", {"self": "reshape(grad, self_sizes)"}, shown="self", **_VIEW,
)  # fmt: skip
reshape_alias = define(
    "reshape_alias(self, *, size=())", views.view, "ReshapeAliasBackward0",
    {"self": "reshape(grad, self_sizes)"}, shown="self", **_VIEW,
)  # fmt: skip
unsafe_view = define(
    "unsafe_view(self, *, size=())", views.view, "UnsafeViewBackward0",
    {"self": "reshape(grad, self_sizes)"}, shown="self", category="copy",
)  # fmt: skip
expand = define(
    "expand(self, *, size=())", views.expand, "ExpandBackward0",
    {"self": "sum_to_size(grad, self_sizes)"}, shown="expand(self, size)", **_VIEW,
)  # fmt: skip
t = define("t(self)", views.t, "TBackward0", {"self": "t(grad)"}, shown="t(self)", **_VIEW)
transpose = define(
    "transpose(self, *, dim0=0, dim1=1)", views.transpose, "TransposeBackward0",
    {"self": "transpose(grad, dim0, dim1)"}, shown="transpose(self, dim0, dim1)", **_VIEW,
)  # fmt: skip
permute = define(
    "permute(self, *, dims=())", views.permute, "PermuteBackward0",
    {"self": "inverse_permute(grad, dims)"}, shown="permute(self, dims)", **_VIEW,
)  # fmt: skip
unsqueeze = define(
    "unsqueeze(self, *, dim=0)", views.unsqueeze, "UnsqueezeBackward0", {"self": "squeeze(grad, dim)"},
    shown="self", **_VIEW,
)  # fmt: skip
squeeze = define(
    "squeeze(self)", np.squeeze, "SqueezeBackward0", {"self": "unsqueeze_to(grad, self_sizes)"}, shown="self", **_VIEW,
)  # fmt: skip
squeeze_dim = define(
    "squeeze.dim(self, *, dim=0)", views.squeeze, "SqueezeBackward1",
    {"self": "unsqueeze_to(grad, self_sizes, dim)"}, shown="self", **_VIEW,
)  # fmt: skip
squeeze_dims = define(
    "squeeze.dims(self, *, dim=())", views.squeeze, "SqueezeBackward2",
    {"self": "unsqueeze_to(grad, self_sizes, dim)"}, shown="self", **_VIEW,
)  # fmt: skip
squeeze_in_place_of_vector = define(
    "squeeze_.dim(self, *, dim=0)", views.squeeze, "SqueezeBackward4",
    {"self": "unsqueeze_to(grad, self_sizes, dim)"}, shown="self", category="copy",
)  # fmt: skip
define(
    "squeeze_(self)", np.squeeze, "SqueezeBackward3", {"self": "unsqueeze_to(grad, self_sizes)"}, shown="self",
    category="copy",
)  # fmt: skip
define(
    "squeeze_.dims(self, *, dim=())", views.squeeze, "SqueezeBackward5",
    {"self": "unsqueeze_to(grad, self_sizes, dim)"}, shown="self", category="copy",
)  # fmt: skip
define("t_(self)", views.t, "TBackward1", {"self": "t(grad)"}, shown="t(self)", category="copy")
define(
    "unsqueeze_.fresh(self, *, dim=0)", views.unsqueeze, "UnsqueezeBackward1", {"self": "squeeze(grad, dim)"},
    shown="self", category="copy",
)  # fmt: skip
define(
    "transpose_.fresh(self, *, dim0=0, dim1=0)", views.transpose, "TransposeBackward1",
    {"self": "transpose(grad, dim0, dim1)"}, shown="transpose(self, dim0, dim1)", category="copy",
)  # fmt: skip
select = define(
    "select(self, *, dim=0, index=0)", views.select, "SelectBackward0",
    {"self": "into_select(grad, self_sizes, dim, index)"}, shown="self[index]", **_VIEW,
)  # fmt: skip
slice = define(
    "slice(self, *, dim=0, start=0, end=9223372036854775807, step=1)", views.sliced, "SliceBackward0",
    {"self": "into_slice(grad, self_sizes, dim, start, end, step)"}, shown="self[start:end]", **_VIEW,
)  # fmt: skip
unbind = define(
    "unbind(self, *, dim=0)", views.unbind, "UnbindBackward0", {"self": "stacked(grads, dim)"},
    shown="unbind(self)", **_VIEW,
)  # fmt: skip
as_strided = define(
    "as_strided(self, *, size=(), stride=(), storage_offset=None, memory=None, origin=None)", views.as_strided,
    "AsStridedBackward0", {"self": "into_strided(grad, self_sizes, size, stride, storage_offset, origin)"},
    hides=("self_sizes", "origin"), shown="self", **_VIEW,
)  # fmt: skip
define(
    "as_strided_(self, *, size=(), stride=(), storage_offset=None, memory=None, origin=None)", views.as_strided,
    "AsStridedBackward1", {"self": "into_strided(grad, self_sizes, size, stride, storage_offset, origin)"},
    hides=("self_sizes", "origin"), shown="self", category="copy",
)  # fmt: skip

select_backward = define(
    "select_backward(grad_output, *, input_sizes=(), dim=0, index=0)", views.select_backward, "SelectBackwardBackward0",
    {"grad_output": "selected(grad, dim, index)"}, category="view",
)  # fmt: skip
slice_backward = define(
    "slice_backward(grad_output, *, input_sizes=(), dim=0, start=0, end=0, step=1)", views.slice_backward,
    "SliceBackwardBackward0", {"grad_output": "sliced(grad, dim, start, end, step)"}, category="view",
)  # fmt: skip
alias = define("alias(self)", views.same, "AliasBackward0", {"self": "grad"}, shown="self", **_VIEW)
fw_primal = define("fw_primal(self)", views.same, "Identity", {"self": "grad"}, shown="self", **_VIEW)
detach = define("detach(self)", views.same, shown="self", **_VIEW)
define("data(self)", views.same, shown="self", category="view")
