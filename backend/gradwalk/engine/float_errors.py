"""Division by zero and its like: silent inside the engine, as in PyTorch; for everybody else numpy's own warnings.

Switching numpy's error handling off around each op would cost more than the op. So numpy is told once to report to us;
it then calls only when something did go wrong, and who caused it is read off the stack.
"""

from __future__ import annotations

import os
import sys
import warnings
from types import FrameType

import numpy as np

from .core import CORE
from .home import HOME
from .warn import FORMULA

_NUMPY = os.path.dirname(os.path.realpath(np.__file__))
"""What is written in Python there reports for who called it."""


class _Listener:
    """What numpy writes its reports to."""

    def write(self, report: str) -> None:
        """``report`` is ``"Warning: divide by zero encountered in log\\n"``."""
        if CORE is not None and CORE.computes():
            return
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename.startswith(_NUMPY):
            frame = frame.f_back
        code = (frame or sys._getframe(1)).f_code
        if code.co_filename != FORMULA and not code.co_filename.startswith(HOME):
            warnings.warn(report.removeprefix("Warning: ").rstrip(), RuntimeWarning, stacklevel=2)


def listen() -> None:
    """Take over numpy's reports in the present context (numpy keeps its error handling per thread)."""
    np.seterrcall(_Listener())
    np.seterr(divide="log", over="log", invalid="log", under="ignore")
    place = getattr(sys.modules.get("numpy._core.umath"), "_extobj_contextvar", None)
    if CORE is not None and place is not None:
        CORE.learn_reports(place)
