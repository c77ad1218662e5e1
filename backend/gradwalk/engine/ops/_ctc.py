"""Connectionist temporal classification: how probable a sequence is, over all ways to align it with the inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import Array

_NOTHING = -np.inf


def ctc_loss(
    log_probs: Array, targets: Array, input_lengths: Sequence[int], target_lengths: Sequence[int], blank: int,
    zero_infinity: bool,
) -> tuple[Array, Array]:  # fmt: skip
    """For each of the batch the negative log-likelihood, and the logarithms of the forward variables."""
    del zero_infinity
    steps, batch, _ = log_probs.shape
    widest = max(target_lengths, default=0)
    log_alpha = np.full((batch, steps, 2 * widest + 1), _NOTHING, log_probs.dtype)
    losses = np.empty(batch, log_probs.dtype)
    for n, labels in enumerate(_labels(targets, target_lengths)):
        path = _path(labels, blank)
        alpha = log_alpha[n]
        length = input_lengths[n]
        if length == 0:
            losses[n] = np.inf if len(labels) else 0
            continue
        scores = log_probs[:length, n][:, path]
        alpha[0, : min(2, len(path))] = scores[0, :2]
        skips = _skips(path)
        for t in range(1, length):
            alpha[t, : len(path)] = _arriving(alpha[t - 1, : len(path)], skips) + scores[t]
        losses[n] = -_sum_of_powers(*alpha[length - 1, max(len(path) - 2, 0) : len(path)][::-1])
    return losses, log_alpha


def ctc_loss_backward(
    grad: Array, log_probs: Array, targets: Array, losses: Array, log_alpha: Array, input_lengths: Sequence[int],
    target_lengths: Sequence[int], blank: int, zero_infinity: bool,
) -> Array:  # fmt: skip
    """The cotangent of the logarithms of probabilities."""
    result = np.zeros_like(log_probs)
    for n, labels in enumerate(_labels(targets, target_lengths)):
        length = input_lengths[n]
        if length == 0 or (zero_infinity and losses[n] == np.inf):
            continue
        path = _path(labels, blank)
        scores = log_probs[:length, n]
        both = log_alpha[n, :length, : len(path)] + _backwards(scores[:, path], path)
        collected = np.full_like(scores, _NOTHING)
        for place in reversed(range(len(path))):
            label = path[place]
            collected[:, label] = _sum_of_powers(collected[:, label], both[:, place])
        result[:length, n] = (np.exp(scores) - np.exp(collected + losses[n] - scores)) * grad[n]
    return result


def _labels(targets: Array, lengths: Sequence[int]) -> list[Array]:
    """The targets of each of the batch: rows with padding, or one after another."""
    if targets.ndim == 2:
        return [row[:length] for row, length in zip(targets, lengths, strict=True)]
    ends = np.cumsum(lengths)
    return [targets[end - length : end] for end, length in zip(ends, lengths, strict=True)]


def _path(labels: Array, blank: int) -> Array:
    """The labels with blanks around each."""
    path = np.full(2 * len(labels) + 1, blank, np.int64)
    path[1::2] = labels
    return path


def _skips(path: Array) -> Any:
    """Where a blank before a label may be left out: the label differs from the one before."""
    allowed = np.zeros(len(path), bool)
    allowed[3::2] = path[3::2] != path[1:-2:2]
    return allowed


def _arriving(before: Array, skips: Array) -> Array:
    """From where each place can be reached: from itself, the place before, and past a blank."""
    nothing = before.dtype.type(_NOTHING)
    one = np.full_like(before, nothing)
    one[1:] = before[:-1]
    past = np.full_like(before, nothing)
    past[2:] = np.where(skips[2:], before[:-2], nothing)
    found: Array = _sum_of_powers(before, one, past)
    return found


def _sum_of_powers(*logarithms: Any) -> Any:
    """The logarithm of the sum of what these are logarithms of, computed in PyTorch's order."""
    highest = np.maximum.reduce(logarithms)
    highest = np.where(np.isneginf(highest), highest.dtype.type(0), highest)
    with np.errstate(divide="ignore"):
        found: Any = np.log(sum(np.exp(each - highest) for each in logarithms)) + highest
    return found


def _backwards(scores: Array, path: Array) -> Array:
    """The logarithms of the backward variables: the same way from the other end."""
    turned = np.full_like(scores, _NOTHING)
    back, skips = scores[::-1, ::-1], _skips(path[::-1])
    turned[0, :2] = back[0, :2]
    for t in range(1, len(scores)):
        turned[t] = _arriving(turned[t - 1], skips) + back[t]
    found: Array = turned[::-1, ::-1]
    return found
