"""``torch.nn.attention.flex_attention``: attention whose scores a function changes and a mask told by blocks hides.

It is what PyTorch runs on the CPU: all scores at once, the functions mapped over batches, heads, queries and keys, and
no pass backward to queries, keys and values.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypedDict

import numpy as np

from gradwalk.engine import FUNCTIONS, dtypes
from gradwalk.engine.ops.nn_attention import safe_softmax
from gradwalk.engine.warn import warn, warn_once

from ..._missing import missing
from ...compiler import was_asked
from ._block_mask import BLOCK, BlockMask, _sliced_mask_mod_error, noop_mask, ordered

__all__ = [
    "AuxOutput", "AuxRequest", "BlockMask", "FlexKernelOptions", "and_masks", "create_block_mask", "create_mask",
    "flex_attention", "noop_mask", "or_masks",
]  # fmt: skip

_WHOLE = 1 << 30
"""The size of blocks that stands for no mask at all."""


class AuxRequest(NamedTuple):
    """What else is asked for."""

    lse: bool = False
    max_scores: bool = False


class AuxOutput(NamedTuple):
    """What else came out."""

    lse: Any = None
    max_scores: Any = None


class FlexKernelOptions(TypedDict, total=False):
    """Options of PyTorch's kernels on GPUs, which are taken and do nothing."""

    BACKEND: str


def or_masks(*mask_mods: Callable[..., Any]) -> Callable[..., Any]:
    """The mask that shows what any of these shows."""
    _callable(mask_mods)

    def or_mask(b: Any, h: Any, q_idx: Any, kv_idx: Any) -> Any:
        result = b.new_zeros((), dtype=dtypes.bool_)
        for mask in mask_mods:
            result = result | mask(b, h, q_idx, kv_idx)
        return result

    return or_mask


def and_masks(*mask_mods: Callable[..., Any]) -> Callable[..., Any]:
    """The mask that shows what all of these show."""
    _callable(mask_mods)

    def and_mask(b: Any, h: Any, q_idx: Any, kv_idx: Any) -> Any:
        result = b.new_ones((), dtype=dtypes.bool_)
        for mask in mask_mods:
            result = result & mask(b, h, q_idx, kv_idx)
        return result

    return and_mask


def _callable(mask_mods: tuple[Any, ...]) -> None:
    if not all(callable(each) for each in mask_mods):
        raise RuntimeError(f"All inputs should be callable mask_mods: {mask_mods}")


def create_mask(mod_fn: Any, B: Any, H: Any, Q_LEN: int, KV_LEN: int, device: Any = None) -> Any:
    """What a function of either kind shows: True for each pair of a query and a key that it lets through."""
    changes_scores = _positional(mod_fn) == 5
    sizes = (B or 1, H or 1, Q_LEN, KV_LEN)
    places = [FUNCTIONS["arange"](0, n, device=device or "cpu") for n in sizes]
    if not changes_scores:
        return _over_pairs(mod_fn)(*places)
    scores = _over_pairs(mod_fn, (0,))(FUNCTIONS["zeros"](*sizes), *places)
    return FUNCTIONS["where"](FUNCTIONS["isneginf"](scores), False, True)


def create_block_mask(
    mask_mod: Any, B: Any, H: Any, Q_LEN: int, KV_LEN: int, device: Any = None,
    BLOCK_SIZE: int | tuple[int, int] = BLOCK, _compile: bool = False, separate_full_blocks: bool = True,
    compute_dq_write_order: bool = False, dq_kv_order: bool = True,
) -> BlockMask:  # fmt: skip
    """The mask of a function of batch, head, query and key, told by blocks."""
    if _positional(mask_mod) != 4:
        raise AssertionError(f"create-block_mask requires a mask_mod function! Got {mask_mod}")
    if compute_dq_write_order:
        raise NotImplementedError("Gradwalk has no compute_dq_write_order, which is for GPUs: leave it out.")
    if _compile:
        warn(_NO_NEED_TO_COMPILE, DeprecationWarning)
    size = (BLOCK_SIZE, BLOCK_SIZE) if isinstance(BLOCK_SIZE, int) else BLOCK_SIZE
    mask: Any = create_mask(mask_mod, B, H, Q_LEN, KV_LEN, device)
    if mask.dtype != dtypes.bool_:
        raise AssertionError(f"mask.dtype must be torch.bool, got {mask.dtype}")
    seen = mask._array
    padding = [(0, -n % block) for n, block in zip(seen.shape[-2:], size, strict=True)]
    seen = np.pad(seen, [(0, 0), (0, 0), *padding])
    rows, columns = (n // block for n, block in zip(seen.shape[-2:], size, strict=True))
    counts = seen.reshape(*seen.shape[:2], rows, size[0], columns, size[1]).sum((3, 5))
    full = counts == size[0] * size[1] if separate_full_blocks else np.zeros_like(counts, dtype=bool)
    number, places = ordered((counts > 0) & ~full)
    whole: Any = ordered(full) if separate_full_blocks else (None, None)
    return BlockMask.from_kv_blocks(number, places, whole[0], whole[1], size, mask_mod, (Q_LEN, KV_LEN))


def flex_attention(
    query: Any, key: Any, value: Any, score_mod: Any = None, block_mask: BlockMask | None = None,
    scale: float | None = None, enable_gqa: bool = False, return_lse: bool = False, kernel_options: Any = None, *,
    return_aux: AuxRequest | None = None,
) -> Any:  # fmt: skip
    """Values averaged by scores that ``score_mod`` has changed, of keys that ``block_mask`` shows.

    All (batch, heads, length, width). Raises ValueError where they do not fit, NotImplementedError where a gradient
    would be asked of PyTorch that it does not have.
    """
    _check(query, key, value, block_mask, enable_gqa)
    if getattr(block_mask, "mask_mod", None) is _sliced_mask_mod_error:
        raise RuntimeError("Cannot use mask_mod from a sliced BlockMask")
    if block_mask is not None:
        _check_lengths(query, key, block_mask)
    if return_lse and return_aux is not None:
        raise ValueError(
            "Cannot specify both return_lse and return_aux. return_lse is deprecated, please use "
            "return_aux=AuxRequest(lse=True) instead."
        )
    if return_lse:
        _deprecated(_LSE)
    if return_aux is not None and return_aux.max_scores:
        raise NotImplementedError("Returning max scores is not supported on CPU/MPS.")
    if not (was_asked() or _FLEX_ATTENTION_DISABLE_COMPILE_DEBUG):
        warn_once(_NOT_COMPILED)
    out, logsumexp = _attention(query, key, value, score_mod, block_mask, scale)
    if return_aux is not None:
        return out, AuxOutput(lse=logsumexp() if return_aux.lse else None)
    return (out, logsumexp()) if return_lse else out


def _attention(
    query: Any, key: Any, value: Any, score_mod: Any, block_mask: Any, scale: Any
) -> tuple[Any, Callable[[], Any]]:
    """The values averaged, and what gives the logarithms of the sums that they were divided by."""
    kind = query.dtype
    precise = dtypes.float64 if kind is dtypes.float64 else dtypes.float32
    groups = query.shape[1] // key.shape[1]
    if groups > 1:
        key, value = (FUNCTIONS["repeat_interleave"](x, groups, dim=1) for x in (key, value))
    scores = FUNCTIONS["matmul"](query.to(precise), key.to(precise).transpose(-2, -1))
    scores = scores * (1 / math.sqrt(query.shape[-1]) if scale is None else scale)
    places = [FUNCTIONS["arange"](n) for n in scores.shape]
    hidden = None
    if block_mask is not None:
        hidden = _over_pairs(block_mask.mask_mod)(*places)
    if score_mod is not None:
        scores = _over_pairs(score_mod, (0,))(scores, *places)
    if hidden is not None:
        scores = FUNCTIONS["where"](hidden, scores, -math.inf)
    weights: Any = safe_softmax(scores, dim=-1)
    out = FUNCTIONS["matmul"](weights.to(kind), value.to(kind))

    def logsumexp() -> Any:
        return FUNCTIONS["logsumexp"](scores, dim=-1) / math.log(2) * math.log(2)

    return _laid_as(out, query), logsumexp


def _laid_as(out: Any, query: Any) -> Any:
    """Results whose dimensions lie in memory as the query's do, the last one closest."""
    order = [*sorted(range(3), key=lambda d: -query.stride(d)), 3]
    if order == [0, 1, 2, 3]:
        return out
    return out.permute(order).contiguous().permute([order.index(d) for d in range(4)])


def _positional(function: Any) -> int:
    """How many arguments a function must be given: 5 change scores, 4 are a mask. Raises AssertionError for others."""
    code = getattr(function, "__code__", None)
    if code is not None:
        number = code.co_argcount - len(getattr(function, "__defaults__", None) or ())
    else:
        parameters = inspect.signature(function).parameters.values()
        number = sum(1 for each in parameters if each.default is inspect.Parameter.empty)
    if number not in (4, 5):
        raise AssertionError(f"Expected 4 or 5 positional args, got {number}")
    return int(number)


def _over_pairs(function: Any, scores: tuple[int, ...] = ()) -> Callable[..., Any]:
    """A function of numbers (after a score, if it takes one), mapped over batches, heads, queries and keys."""
    from ...func import vmap  # which loads what transforms need

    for dimension in reversed(range(4)):
        function = vmap(function, in_dims=(*scores, *(0 if d == dimension else None for d in range(4))))
    return function  # type: ignore[no-any-return]


def _check(query: Any, key: Any, value: Any, block_mask: BlockMask | None, enable_gqa: bool) -> None:
    ranks = [x.dim() for x in (query, key, value)]
    if min(ranks) < 2:
        raise ValueError(
            "Expected query, key, and value to all be  at least 2 dimensional, but got query.dim: "
            f"{ranks[0]}, key.dim: {ranks[1]} and value.dim: {ranks[2]} instead."
        )
    if query.size(-1) != key.size(-1):
        raise ValueError(
            "Expect query and key/value to have the same embedding dimension "
            f"but got E={query.size(-1)} and E={key.size(-1)}."
        )
    if query.requires_grad or key.requires_grad or value.requires_grad:
        raise NotImplementedError(
            "FlexAttention does not support backward on CPU. Please set the input requires_grad to False or use "
            "another device."
        )
    if ranks != [4, 4, 4]:
        raise NotImplementedError("NYI: query, key, and value must be 4D tensors")
    heads, shared = query.size(1), key.size(1)
    if not enable_gqa and heads != shared:
        raise ValueError(
            "Expect query and key/value to have the same number of heads "
            f"but got Hq={heads} and Hkv={shared}. Try setting enable_gqa=True for GQA."
        )
    if enable_gqa and heads % shared:
        raise ValueError(
            f"Expect number of query heads to be a multiple of kv heads for GQA but got Hq={heads} and Hkv={shared}."
        )
    if query.size(0) == key.size(0):
        return
    if block_mask is None:
        raise ValueError(
            "Expect query and key/value to have the same batch size, or non-none block_mask, "
            f"but got block_mask=None, Bq={query.size(0)}, and Bkv={key.size(0)}."
        )
    if block_mask.kv_num_blocks.size(0) != query.size(0):
        raise ValueError(
            "Expect query and key/value to have the same batch size, or block_mask and query to have the same batch "
            f"size, but got Bq={query.size(0)}, Bkv={key.size(0)}, B_block_mask={block_mask.kv_num_blocks.size(0)}."
        )


def _check_lengths(query: Any, key: Any, block_mask: BlockMask) -> None:
    if tuple(block_mask.BLOCK_SIZE) == (_WHOLE, _WHOLE):
        return
    queries, keys = block_mask.shape[-2:]
    if (query.size(-2), key.size(-2)) == (queries, keys):
        return
    larger = query.size(-2) > queries or key.size(-2) > keys
    raise ValueError(
        f"block_mask was created for block_mask.shape={block_mask.shape} but got q_len={query.size(-2)} and "
        f"kv_len={key.size(-2)}. As the block mask was created for a "
        + (
            "smaller length than you're using it for, you likely need to create a new block mask." if larger
            else "larger length than you're using it for, you can either 1. create a new block mask with the correct "
            "length, or 2. 'adjust' the existing block mask to the correct length by calling "
            "block_mask._adjust(q_len, kv_len). This essentially 'crops' the block mask to the upper left corner, "
            "which does not work for all mask_mods!"
        )
    )  # fmt: skip


_SAID: set[str] = set()


def _deprecated(message: str) -> None:
    if message not in _SAID:
        _SAID.add(message)
        warn(message, FutureWarning)


_LSE = "return_lse is deprecated and will be removed in v2.10. Please use return_aux=AuxRequest(lse=True) instead."
_NOT_COMPILED = (
    "flex_attention called without torch.compile() - this will use an unfused implementation that materializes the "
    "full scores matrix instead of generating a fused kernel.\n\n"
    "SOLUTION: Use torch.compile(flex_attention)(...)\n\n"
    "If you want to debug your score_mod/mask_mod, you can set:\n"
    "torch.nn.attention.flex_attention._FLEX_ATTENTION_DISABLE_COMPILE_DEBUG = True\n\n"
    "This will allow you to use print statements or breakpoints. Note: This doesn't work with the backwards pass and "
    "may produce incorrect results."
)
_NO_NEED_TO_COMPILE = (
    "_compile flag on create_block_mask was originally added to work around a torch.compile limitation. That "
    "limitation has since been addressed. So, to compile create_block_mask, we suggest doing "
    "torch.compile(create_block_mask). This still works for now, but will be removed in the future."
)
_FLEX_ATTENTION_DISABLE_COMPILE_DEBUG = False
"""Set by who wants to look into the functions: it says that nothing is to be said of compiling."""


def __getattr__(name: str) -> Any:
    raise missing("torch.nn.attention.flex_attention", name)
