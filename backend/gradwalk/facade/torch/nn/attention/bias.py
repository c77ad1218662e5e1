"""``torch.nn.attention.bias``: what a query may not look ahead to, as objects that attention understands."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from gradwalk.engine import FUNCTIONS, dtypes
from gradwalk.engine.tensor import Tensor
from gradwalk.engine.warn import warn

from ..functional import _attention

__all__ = ["CausalBias", "CausalVariant", "causal_lower_right", "causal_upper_left"]


class CausalVariant(IntEnum):
    """In which corner the diagonal lies that nothing beyond is seen of."""

    UPPER_LEFT = 1
    LOWER_RIGHT = 2


class CausalBias(Tensor):
    """A causal mask that has no elements yet: as a tensor it is what its three arguments make, without meaning."""

    __module__ = "torch.nn.attention.bias"

    def __init__(self, variant: CausalVariant, seq_len_q: int, seq_len_kv: int) -> None:
        if not isinstance(variant, CausalVariant):
            raise AssertionError(f"variant must be a CausalVariant, got {type(variant).__name__}")
        super().__init__()
        self.variant, self.seq_len_q, self.seq_len_kv = variant, seq_len_q, seq_len_kv
        if seq_len_q > seq_len_kv and variant is CausalVariant.LOWER_RIGHT:
            warn("Lower right causal bias will produce NaNs in the output when seq_len_q > seq_len_kv!")

    def _materialize(self, device: Any = None) -> Any:
        """The mask: True where a query sees a key."""
        beyond = self.seq_len_kv - self.seq_len_q if self.variant is CausalVariant.LOWER_RIGHT else 0
        ones = FUNCTIONS["ones"](self.seq_len_q, self.seq_len_kv, dtype=dtypes.bool_, device=device)
        return FUNCTIONS["tril"](ones, beyond)

    def attention(
        self, query: Any, key: Any, value: Any, dropout_p: float, is_causal: bool, scale: Any, enable_gqa: bool
    ) -> Tensor:
        """Attention under this mask."""
        if is_causal:
            raise ValueError("CausalBias should not be used with causal=True")
        square = self.seq_len_q == self.seq_len_kv or self.variant is CausalVariant.UPPER_LEFT
        if not square:
            _check(query, key, value)
        return _attention.scaled_dot_product_attention(
            query, key, value, None if square else self._materialize(), dropout_p, square, scale, enable_gqa
        )

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        return repr(self._materialize())

    __str__ = __repr__


_attention.BIASES.append(CausalBias)


def _check(query: Any, key: Any, value: Any) -> None:
    if not query.dtype == key.dtype == value.dtype:
        raise ValueError(
            f"Expected query, key, and value to have the same dtype, but got query.dtype: {query.dtype}, key.dtype: "
            f"{key.dtype}, and value.dtype: {value.dtype} instead."
        )
    if min(query.ndim, key.ndim, value.ndim) < 2:
        raise ValueError(
            "Expected query, key, and value to all be  at least 2 dimensional, but got query.dim: "
            f"{query.ndim}, key.dim: {key.ndim} and value.dim: {value.ndim} instead."
        )


def causal_upper_left(*size: Any) -> CausalBias:
    """The mask that ``is_causal`` is: its diagonal begins at the first query and the first key."""
    if len(size) != 2:
        raise AssertionError("causal_upper_left only supports 2D tensors")
    return CausalBias(CausalVariant.UPPER_LEFT, *size)


def causal_lower_right(*size: Any) -> CausalBias:
    """The mask whose diagonal ends at the last query and the last key."""
    if len(size) != 2:
        raise AssertionError("causal_lower_right only supports 2D tensors")
    return CausalBias(CausalVariant.LOWER_RIGHT, *size)
