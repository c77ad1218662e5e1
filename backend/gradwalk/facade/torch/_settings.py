"""Switches of PyTorch that scripts set at their beginning. They are kept, and change nothing: there is one thread, and
everything is deterministic and computed in full precision."""

from __future__ import annotations


class _Kept:
    threads = 1
    deterministic = False
    precision = "highest"


def get_num_threads() -> int:
    """How many threads were asked for."""
    return _Kept.threads


def set_num_threads(num: int) -> None:
    """Keep the number. Raises RuntimeError if it is not positive."""
    if isinstance(num, bool) or not isinstance(num, int):
        raise TypeError(f"set_num_threads expects an int, but got {type(num).__name__}")
    if num <= 0:
        raise RuntimeError("set_num_threads expects a positive integer")
    _Kept.threads = num


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Everything is deterministic anyway."""
    _Kept.deterministic = bool(mode)


def are_deterministic_algorithms_enabled() -> bool:
    """Whether that was asked for."""
    return _Kept.deterministic


def get_float32_matmul_precision() -> str:
    """The precision that was asked for."""
    return _Kept.precision


def set_float32_matmul_precision(precision: str) -> None:
    """Products of matrices are computed in full precision whatever is asked for."""
    if precision in ("highest", "high", "medium"):
        _Kept.precision = precision


SETTINGS = {
    f.__name__: f
    for f in (
        get_num_threads, set_num_threads, use_deterministic_algorithms, are_deterministic_algorithms_enabled,
        get_float32_matmul_precision, set_float32_matmul_precision,
    )
}  # fmt: skip
"""What ``torch`` publishes of these."""
