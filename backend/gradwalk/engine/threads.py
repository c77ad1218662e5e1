"""Grad mode, levels of forward mode and backward passes by thread, while a program runs threads of its own.

One thread pays nothing: the modes are slots of one object, which compiled code reads. When another begins they become
each thread's, and ops go the general way until it has ended.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Final
from weakref import WeakSet

from .grad_mode import _Modes, _State
from .modes import SEVERAL_THREADS, switch

_SERVING: Final = frozenset((
    "IPython", "debugpy", "gradwalk", "ipykernel", "jupyter_client", "pydevd", "tornado", "tqdm", "traitlets", "zmq",
))  # fmt: skip
"""Packages whose threads serve them, and do nothing with tensors."""

_RUNNING: WeakSet[threading.Thread] = WeakSet()
_BY_THREAD: dict[int, list[Any]] = {}
"""By thread, whether results are recorded, the level, and the pass that runs; at a thread's beginning there is none."""


def _here() -> list[Any]:
    return _BY_THREAD.setdefault(threading.get_ident(), [True, None, None])


class _ByThread(_Modes):
    """The modes while there are several threads: each reads its own."""

    __slots__ = ()

    @property
    def enabled(self) -> bool:
        if threading.current_thread() is threading.main_thread() and not any(x.is_alive() for x in list(_RUNNING)):
            return be_one()
        enabled: bool = _here()[0]
        return enabled

    @enabled.setter
    def enabled(self, value: bool) -> None:
        _here()[0] = value

    @property
    def dual(self) -> Any:
        return _here()[1]

    @dual.setter
    def dual(self, value: Any) -> None:
        _here()[1] = value

    @property
    def running(self) -> Any:
        return _here()[2]

    @running.setter
    def running(self, value: Any) -> None:
        _here()[2] = value


def watch() -> None:
    """From now on, take notice when a thread begins."""
    before = threading.getprofile()

    def begins(frame: FrameType, event: Any, arg: Any) -> None:
        sys.setprofile(before)
        thread = threading.current_thread()
        if not _serves(thread):
            _be_several(thread)
        if before is not None:
            before(frame, event, arg)

    threading.setprofile(begins)


def _serves(thread: threading.Thread) -> bool:
    target: Callable[..., Any] | None = getattr(thread, "_target", None)
    modules = (type(thread).__module__, getattr(target, "__module__", None) or "")
    return any(module.partition(".")[0] in _SERVING for module in modules)


def _be_several(thread: threading.Thread) -> None:
    """Let this thread begin with modes of its own. What was in force until now is the main thread's."""
    _BY_THREAD.pop(threading.get_ident(), None)
    if type(_State) is _Modes:
        _BY_THREAD.clear()
        _BY_THREAD[threading.main_thread().ident or 0] = [_State.enabled, _State.dual, _State.running]
        _State.__class__ = _ByThread
        switch(SEVERAL_THREADS, True)
    _RUNNING.add(thread)


def be_one() -> bool:
    """Let the modes be the main thread's alone again."""
    enabled, level, running = _here()
    _RUNNING.clear()
    _State.__class__ = _Modes
    _State.enabled, _State.dual, _State.running = enabled, level, running
    switch(SEVERAL_THREADS, False)
    return bool(enabled)
