"""The loss of sequences that nobody aligned with their labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradwalk.engine.ops.nn_ctc import ctc_loss as ctc
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor

from ._loss import reduction_number


def ctc_loss(
    log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any, blank: int = 0, reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:  # fmt: skip
    """How improbable label sequences are over all alignments with (steps, batch, classes) of log-probabilities."""
    number = reduction_number(reduction)
    batched = log_probs.ndim == 3
    if not batched:
        log_probs = log_probs.unsqueeze(1)
        targets = targets.unsqueeze(0) if targets.ndim == 1 else targets
    for name, lengths in (("input_lengths", input_lengths), ("target_lengths", target_lengths)):
        if isinstance(lengths, Tensor) and lengths._array.dtype.kind not in "iub":
            raise RuntimeError(f"{name} must be integral")
    inputs, labels = _lengths(input_lengths), _lengths(target_lengths)
    _check(log_probs, targets, inputs, labels, blank)
    _check_classes(targets, labels, log_probs.shape[2])
    losses: Any = ctc.several(
        log_probs, targets, input_lengths=inputs, target_lengths=labels, blank=blank, zero_infinity=zero_infinity
    )[0]
    if zero_infinity:
        losses = FUNCTIONS["where"](losses == float("inf"), FUNCTIONS["zeros"]((), dtype=losses.dtype), losses)
    if number == 1:
        divisors = FUNCTIONS["tensor"](labels, dtype=losses.dtype).clamp_min(1)
        return (losses / divisors).mean()  # type: ignore[no-any-return]
    if number == 2:
        return losses.sum()  # type: ignore[no-any-return]
    return losses if batched else losses.squeeze(0)  # type: ignore[no-any-return]


def _lengths(given: Any) -> tuple[int, ...]:
    values = given.reshape(-1).tolist() if isinstance(given, Tensor) else given
    return tuple(int(n) for n in (values if isinstance(values, Sequence) else [values]))


def _check(log_probs: Any, targets: Any, inputs: tuple[int, ...], labels: tuple[int, ...], blank: int) -> None:
    steps, batch, classes = log_probs.shape
    if log_probs.numel() == 0:
        raise RuntimeError("log_probs tensor must not be empty")
    if not 0 <= blank < classes:
        raise RuntimeError("blank must be in label range")
    for name, lengths in (("input_lengths", inputs), ("target_lengths", labels)):
        if len(lengths) != batch:
            raise RuntimeError(f"{name} must be of size batch_size")
    if targets.ndim == 1 and sum(labels) != targets.numel():
        raise RuntimeError(
            f"Expected tensor to have size {sum(labels)} at dimension 0, but got size {targets.numel()} for argument "
            "#2 'targets' (while checking arguments for ctc_loss_allocate_outputs)"
        )
    for name, lengths in (("input_lengths", inputs), ("target_lengths", labels)):
        if (shortest := min(lengths, default=0)) < 0:
            raise RuntimeError(
                f"Expected {name} to have value at least 0, but got value {shortest} "
                "(while checking arguments for ctc_loss_allocate_outputs)"
            )
    for length in inputs:
        if length > steps:
            raise RuntimeError(
                f"Expected input_lengths to have value at most {steps}, but got value {length} "
                "(while checking arguments for ctc_loss_allocate_outputs)"
            )
    if targets.ndim == 2 and max(labels, default=0) > targets.shape[1]:
        raise RuntimeError(
            f"Expected tensor to have size at least {max(labels)} at dimension 1, but got size {targets.shape[1]} for "
            "argument #2 'targets' (while checking arguments for ctc_loss_allocate_outputs)"
        )


def _check_classes(targets: Any, labels: tuple[int, ...], classes: int) -> None:
    """Raises IndexError for a class that there is not, of which PyTorch reads the numbers beside its memory."""
    numbers = targets._array
    rows = [numbers] if numbers.ndim == 1 else [row[:length] for row, length in zip(numbers, labels, strict=True)]
    for row in rows:
        wrong = row[(row < 0) | (row >= classes)]
        if wrong.size:
            raise IndexError(f"Target {wrong[0]} is out of bounds: the classes are 0 to {classes - 1}.")
