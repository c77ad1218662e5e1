"""Switches of PyTorch that scripts set at their beginning. They are kept, and change nothing: there is one thread, and
everything is deterministic and computed in full precision."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradwalk.engine.warn import Repeated

_DEBUG_MODES = ("default", "warn", "error")


class _Kept:
    threads = 1
    threads_between = 1
    deterministic = False
    warns_only = False
    precision = "highest"


def get_num_threads() -> int:
    """How many threads were asked for."""
    return _Kept.threads


def set_num_threads(num: int) -> None:
    """Keep the number. Raises RuntimeError if it is not positive."""
    _Kept.threads = _number("set_num_threads", num)


def _number(function: str, num: Any) -> int:
    """A number of threads. Raises RuntimeError for what is none."""
    if isinstance(num, bool) or not isinstance(num, int | np.integer):
        raise RuntimeError(f"{function} expects an int, but got {type(num).__name__}")
    if num <= 0:
        raise RuntimeError(f"{function} expects a positive integer")
    return int(num)


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Everything is deterministic anyway."""
    _Kept.deterministic, _Kept.warns_only = bool(mode), bool(mode) and warn_only


def is_deterministic_algorithms_warn_only_enabled() -> bool:
    """Whether a warning was all that was asked for."""
    return _Kept.warns_only


def get_deterministic_debug_mode() -> int:
    """0 where nothing was asked for, 1 for a warning, 2 for an error."""
    return (2 - _Kept.warns_only) if _Kept.deterministic else 0


def set_deterministic_debug_mode(debug_mode: int | str) -> None:
    """:func:`use_deterministic_algorithms` by a number or a word. Raises RuntimeError for others."""
    if isinstance(debug_mode, str):
        if debug_mode not in _DEBUG_MODES:
            raise RuntimeError(
                f"invalid value of debug_mode, expected one of `default`, `warn`, `error`, but got {debug_mode}"
            )
        debug_mode = _DEBUG_MODES.index(debug_mode)
    if debug_mode not in (0, 1, 2):
        raise RuntimeError(f"invalid value of debug_mode, expected 0, 1, or 2, but got {debug_mode}")
    use_deterministic_algorithms(debug_mode > 0, warn_only=debug_mode == 1)


def is_warn_always_enabled() -> bool:
    """Whether warnings that come once were asked for each time."""
    return Repeated.always


def set_warn_always(b: bool) -> None:
    """Whether warnings that come once in a program are to come each time."""
    Repeated.always = bool(b)


def get_num_interop_threads() -> int:
    """How many threads were asked for."""
    return _Kept.threads_between


def set_num_interop_threads(num: int) -> None:
    """Keep the number. Raises RuntimeError if it is not positive."""
    _Kept.threads_between = _number("set_num_interop_threads", num)


def set_flush_denormal(mode: bool) -> bool:
    """Numbers stay as small as they are; PyTorch says that its processor could."""
    return True


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
        get_float32_matmul_precision, set_float32_matmul_precision, is_deterministic_algorithms_warn_only_enabled,
        get_deterministic_debug_mode, set_deterministic_debug_mode, is_warn_always_enabled, set_warn_always,
        get_num_interop_threads, set_num_interop_threads, set_flush_denormal,
    )
}  # fmt: skip
"""What ``torch`` publishes of these."""
