"""Whether a backward pass may use several threads: Gradwalk's never does, and remembers what was said."""

from __future__ import annotations


class _Threads:
    """What is in force."""

    several = True


class set_multithreading_enabled:  # noqa: N801 (PyTorch's name)
    """Takes effect at once; as a ``with`` block it puts back what was in force before."""

    __module__ = "torch.autograd.grad_mode"

    def __init__(self, mode: bool) -> None:
        if not isinstance(mode, bool):
            raise TypeError(
                "set_multithreading_enabled(): argument 'enabled' (position 1) must be bool, not " + type(mode).__name__
            )
        self.prev, self.mode = _Threads.several, mode
        _Threads.several = mode

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: object) -> None:
        _Threads.several = self.prev

    def clone(self) -> set_multithreading_enabled:
        """Another that says the same."""
        return type(self)(self.mode)


def is_multithreading_enabled() -> bool:
    """What was said last."""
    return _Threads.several
