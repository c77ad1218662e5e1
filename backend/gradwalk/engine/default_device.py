"""The device that tensors are made on unless the call says which, as ``torch.set_default_device`` and ``with`` have it.

Tensors live on the CPU only. So another device is handed to the functions that make tensors as if the call had named
it, and they refuse it. Until another is the default, no call looks.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from .device import CPU, check_device, device
from .doors import are_open, open_doors

Function = Callable[..., Any]

_MAKE_TENSORS = frozenset(
    (
        "arange", "as_tensor", "asarray", "bartlett_window", "blackman_window", "empty", "empty_permuted",
        "empty_strided", "eye", "full", "hamming_window", "hann_window",
        "kaiser_window", "linspace", "logspace", "ones", "rand", "randint", "randn", "randperm", "range",
        "scalar_tensor", "tensor", "tril_indices", "triu_indices", "zeros",
    )
)  # fmt: skip

_defaults: list[device] = [CPU]
"""The one that was set, and those whose ``with`` is going on."""


def set_default(wanted: Any) -> None:
    """Where tensors are made from now on; the CPU for None."""
    _defaults[0] = CPU if wanted is None else device(wanted)
    _have_calls_look()


def enter(entered: device) -> None:
    """Have it be the default until :func:`leave`."""
    _defaults.append(entered)
    _have_calls_look()


def leave() -> None:
    """Have the one before be the default again."""
    _defaults.pop()


def default() -> device:
    """Where tensors are made. Raises for a kind of device without one that is the current."""
    found = _defaults[-1]
    if found.index is None:
        check_device(found)
    return found


def place(asked: Any) -> Any:
    """The device that a call names; for None the default, unless that is the CPU."""
    return _defaults[-1] if asked is None and _defaults[-1].type != "cpu" else asked


def _have_calls_look() -> None:
    if _defaults[-1].type != "cpu" and not are_open(_placing):
        open_doors(_placing)
        for package in _BEHIND_DOORS:
            _place_within(package)


_BEHIND_DOORS: list[str] = []


def place_within(package: str) -> None:
    """Have the modules of a package look too, which call such functions without their doors."""
    _BEHIND_DOORS.append(package)
    if are_open(_placing):
        _place_within(package)


def _place_within(package: str) -> None:
    for path, module in list(sys.modules.items()):
        if path.startswith(package):
            for name in _MAKE_TENSORS:
                f = vars(module).get(name)
                if callable(f) and not hasattr(f, "is_door"):
                    setattr(module, name, _placing(f, f))


_made: dict[int, Function] = {}
"""By function, the one that looks first."""


def _placing(f: Function, public: Function) -> Function:
    """``f``, or if it makes tensors the function that names the default device to it."""
    if id(f) in _made:
        return _made[id(f)]
    if public.__name__ not in _MAKE_TENSORS:
        return f

    @functools.wraps(f)
    def on_the_default(*args: Any, **kwargs: Any) -> Any:
        return f(*args, **(kwargs | {"device": place(kwargs.get("device"))}))

    _made[id(f)] = _made[id(on_the_default)] = on_the_default
    return on_the_default
