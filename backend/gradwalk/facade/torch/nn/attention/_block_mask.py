"""``BlockMask``: for each block of queries, which blocks of keys it looks at wholly and which in part."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from gradwalk.engine import dtypes
from gradwalk.engine.tensor import Tensor, wrap

BLOCK = 128
"""The length of a block unless another is asked for."""


def noop_mask(batch: Any, head: Tensor, token_q: Tensor, token_kv: Tensor) -> Any:
    """The mask that hides nothing."""
    return batch.new_ones(size=(), dtype=dtypes.bool_)


def _sliced_mask_mod_error(batch: Tensor, head: Tensor, token_q: Tensor, token_kv: Tensor) -> NoReturn:
    """What a part of a mask has for its function. Raises RuntimeError."""
    raise RuntimeError(
        "Cannot use mask_mod from a sliced BlockMask. When you slice a BlockMask using [], the mask_mod attribute is "
        "reset. You must set it from the original BlockMask's mask_mod."
        "\n\nIncorrect usage:"
        "\n  base_mask = create_block_mask(my_mask_fn, ...)"
        "\n  sliced_mask = base_mask[:, :, block_idx]"
        "\n  sliced_mask.mask_mod = apply_offset(sliced_mask.mask_mod, offset)  # WRONG!"
        "\n\nCorrect usage:"
        "\n  base_mask = create_block_mask(my_mask_fn, ...)"
        "\n  sliced_mask = base_mask[:, :, block_idx]"
        "\n  sliced_mask.mask_mod = apply_offset(base_mask.mask_mod, offset)  # Use base_mask!"
    )


def ordered(blocks: np.ndarray[Any, Any]) -> tuple[Tensor, Tensor]:
    """How many blocks of each row are marked, and the columns with those in front."""
    marked = blocks.astype(np.int32)
    columns = np.argsort(-marked, axis=-1, kind="stable")
    return wrap(marked.sum(-1, dtype=np.int32)), wrap(columns.astype(np.int32))


def dense(counts: Any, columns: Any, width: int) -> np.ndarray[Any, Any]:
    """The marks that :func:`ordered` made these two of."""
    taken = np.arange(columns.shape[-1]) < counts._array[..., None]
    marks = np.zeros((*columns.shape[:-1], width + 1), np.int32)
    np.put_along_axis(marks, np.where(taken, columns._array, width), 1, axis=-1)
    return marks[..., :width]


def _turned(counts: Any, columns: Any) -> tuple[Tensor, Tensor]:
    """The same marks, told by columns."""
    return ordered(np.swapaxes(dense(counts, columns, columns.shape[-1]), -1, -2))


class BlockMask:
    """A mask told by blocks: ``kv_num_blocks[row]`` of the columns ``kv_indices[row]`` are looked at in part, those of
    ``full_kv_indices`` wholly; ``q_...`` says the same by columns. ``mask_mod`` says what is seen within a block."""

    __module__ = "torch.nn.attention.flex_attention"

    def __init__(
        self, seq_lengths: tuple[int, int], kv_num_blocks: Any, kv_indices: Any, full_kv_num_blocks: Any,
        full_kv_indices: Any, q_num_blocks: Any, q_indices: Any, full_q_num_blocks: Any, full_q_indices: Any,
        BLOCK_SIZE: tuple[int, int] = (BLOCK, BLOCK), mask_mod: Callable[..., Any] = noop_mask, *,
        dq_write_order: Any = None, dq_write_order_full: Any = None, dq_kv_order: Any = None,
        dq_kv_order_spt: bool | None = None,
    ) -> None:  # fmt: skip
        if kv_indices.dim() < 2:
            raise RuntimeError("BlockMask must have at least 2 dimensions")
        _both(full_kv_num_blocks, full_kv_indices, "kv")
        _both(full_q_num_blocks, full_q_indices, "q")
        if dq_write_order_full is not None and dq_write_order is None:
            raise ValueError("dq_write_order_full requires dq_write_order")
        self.seq_lengths, self.BLOCK_SIZE, self.mask_mod = seq_lengths, BLOCK_SIZE, mask_mod
        self.kv_num_blocks, self.kv_indices = kv_num_blocks, kv_indices
        self.full_kv_num_blocks, self.full_kv_indices = full_kv_num_blocks, full_kv_indices
        self.q_num_blocks, self.q_indices = q_num_blocks, q_indices
        self.full_q_num_blocks, self.full_q_indices = full_q_num_blocks, full_q_indices
        self.dq_write_order, self.dq_write_order_full = dq_write_order, dq_write_order_full
        self.dq_kv_order, self.dq_kv_order_spt = dq_kv_order, dq_kv_order_spt

    @classmethod
    def from_kv_blocks(
        cls, kv_num_blocks: Any, kv_indices: Any, full_kv_num_blocks: Any = None, full_kv_indices: Any = None,
        BLOCK_SIZE: int | tuple[int, int] = BLOCK, mask_mod: Callable[..., Any] | None = None,
        seq_lengths: tuple[int, int] | None = None, compute_q_blocks: bool = True,
    ) -> BlockMask:  # fmt: skip
        """A mask from what its rows say; its columns follow."""
        if kv_indices.dim() < 2:
            raise RuntimeError("BlockMask must have at least 2 dimensions")
        _both(full_kv_num_blocks, full_kv_indices, "kv")
        q: Any = _turned(kv_num_blocks, kv_indices) if compute_q_blocks else (None, None)
        full_q: Any = (None, None)
        if compute_q_blocks and full_kv_num_blocks is not None:
            full_q = _turned(full_kv_num_blocks, full_kv_indices)
        size = (BLOCK_SIZE, BLOCK_SIZE) if isinstance(BLOCK_SIZE, int) else BLOCK_SIZE
        lengths = seq_lengths or (kv_indices.shape[-2] * size[0], kv_indices.shape[-1] * size[1])
        return cls(
            lengths, kv_num_blocks, kv_indices, full_kv_num_blocks, full_kv_indices, q[0], q[1], full_q[0],
            full_q[1], size, mask_mod if mask_mod is not None else noop_mask,
        )  # fmt: skip

    def as_tuple(self, flatten: bool = True) -> tuple[Any, ...]:
        """All that it consists of; lengths and sizes of blocks one by one unless told otherwise."""
        lengths, size = (self.seq_lengths, self.BLOCK_SIZE) if flatten else ((self.seq_lengths,), (self.BLOCK_SIZE,))
        return (
            *lengths, self.kv_num_blocks, self.kv_indices, self.full_kv_num_blocks, self.full_kv_indices,
            self.q_num_blocks, self.q_indices, self.full_q_num_blocks, self.full_q_indices, self.dq_write_order,
            self.dq_write_order_full, self.dq_kv_order, self.dq_kv_order_spt, *size, self.mask_mod,
        )  # fmt: skip

    @property
    def shape(self) -> tuple[int, ...]:
        """Batches, heads, queries, keys."""
        return (*self.kv_indices.shape[:-2], *self.seq_lengths)

    def __getitem__(self, index: Any) -> BlockMask:
        given = (*(index if isinstance(index, tuple) else (index,)), *(slice(None),) * 3)[:3]
        places = tuple(_kept(i, n) for i, n in zip(given, self.kv_num_blocks.shape[:3], strict=True))
        full: Any = (None, None)
        if self.full_kv_num_blocks is not None:
            full = self.full_kv_num_blocks[places], self.full_kv_indices[places]
        return BlockMask.from_kv_blocks(
            self.kv_num_blocks[places], self.kv_indices[places], full[0], full[1], self.BLOCK_SIZE,
            _sliced_mask_mod_error, self.seq_lengths, self.q_indices is not None,
        )  # fmt: skip

    def _adjust(self, new_q_len: int, new_kv_len: int) -> BlockMask:
        """Its upper left corner, for fewer queries and keys."""
        corner = -(-new_q_len // self.BLOCK_SIZE[0]), -(-new_kv_len // self.BLOCK_SIZE[1])
        counts, columns = _corner(self.kv_num_blocks, self.kv_indices, *corner)
        full: Any = (None, None)
        if self.full_kv_num_blocks is not None:
            full = _corner(self.full_kv_num_blocks, self.full_kv_indices, *corner)
        return self.from_kv_blocks(
            counts, columns, full[0], full[1], self.BLOCK_SIZE, self.mask_mod, (new_q_len, new_kv_len),
            self.q_indices is not None,
        )  # fmt: skip

    def numel(self) -> int:
        """How many pairs of a query and a key there are."""
        return int(np.prod(self.shape, dtype=np.int64))

    def sparsity(self) -> float:
        """The percentage of the pairs that lie in no block which is looked at."""
        blocks = int(self.kv_num_blocks._array.sum())
        if self.full_kv_num_blocks is not None:
            blocks += int(self.full_kv_num_blocks._array.sum())
        return 100 * (1 - blocks * self.BLOCK_SIZE[0] * self.BLOCK_SIZE[1] / self.numel())

    def to_dense(self) -> Tensor:
        """One for each block that is looked at, zero for the others."""
        marks = dense(self.kv_num_blocks, self.kv_indices, self.kv_indices.shape[-1])
        if self.full_kv_num_blocks is not None:
            marks = marks | dense(self.full_kv_num_blocks, self.full_kv_indices, self.full_kv_indices.shape[-1])
        return wrap(marks)

    def to_string(self, grid_size: int | tuple[int, int] = (20, 20), limit: int = 4) -> str:
        """A picture of the blocks in characters: of each mask, of ``limit`` masks at most."""
        marks: Any = self.to_dense()._array
        most = (grid_size, grid_size) if isinstance(grid_size, int) else grid_size
        rows, columns = (max(1, -(-n // m)) for n, m in zip(marks.shape[-2:], most, strict=True))
        pictures = []
        for number, place in enumerate(itertools.product(*map(range, marks.shape[:-2]))):
            if number == limit:
                pictures += [
                    "...",
                    "To print out more, set BlockMask.to_string(limit=N)",
                    "You can also index (BlockMask[batch, head]) to choose a specific batch or head",
                ]
                break
            one = marks[place]
            lines = [
                "".join(2 * _shade(one[r : r + rows, c : c + columns]) for c in range(0, one.shape[1], columns))
                for r in range(0, one.shape[0], rows)
            ]
            pictures.append("\n".join([str(place), *lines, ""]))
        return "\n".join(pictures)

    def to(self, device: Any) -> BlockMask:
        """The same on a device: there is one."""
        moved = [x.to(device) if isinstance(x, Tensor) else x for x in self.as_tuple(flatten=False)]
        lengths, *tensors = moved[:9]
        return BlockMask(lengths, *tensors, *moved[13:])

    def __str__(self) -> str:
        return f"BlockMask(shape={self.shape}, sparsity={self.sparsity():.2f}%, \n{self.to_string().strip()}\n)"

    def __repr__(self) -> str:
        names = ("kv_num_blocks", "kv_indices", "full_kv_num_blocks", "full_kv_indices",
                 "q_num_blocks", "q_indices", "full_q_num_blocks", "full_q_indices")  # fmt: skip
        shapes = {name: getattr(getattr(self, name), "shape", None) for name in names}
        told = {
            **shapes, "BLOCK_SIZE": self.BLOCK_SIZE, "shape": self.shape, "sparsity": f"{self.sparsity():.2f}%",
            "mask_mod": getattr(self.mask_mod, "__name__", self.mask_mod),
        }  # fmt: skip
        return "BlockMask(\n" + ",\n".join(f"    {name}={value}" for name, value in told.items()) + "\n)"


def _both(counts: Any, columns: Any, side: str) -> None:
    if (counts is None) != (columns is None):
        raise AssertionError(f"full_{side}_num_blocks and full_{side}_indices must be both provided or omitted")


def _kept(index: Any, size: int) -> Any:
    """An index that keeps its dimension."""
    if not isinstance(index, int):
        return index
    first = index + size if -size <= index < 0 else index
    return slice(first, first + 1)


def _corner(counts: Any, columns: Any, rows: int, width: int) -> tuple[Tensor, Tensor]:
    kept, numbers = columns[:, :, :rows, :width], np.minimum(counts._array[:, :, :rows], width)
    return wrap((kept._array < numbers[..., None]).sum(-1, dtype=np.int32)), kept


def _shade(part: np.ndarray[Any, Any]) -> str:
    share = float(part.mean())
    return "█" if share == 1 else " " if share == 0 else "░"
