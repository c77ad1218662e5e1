"""Automatic differentiation on numpy that does what PyTorch does. Knows nothing of tracing, the web or JSON.

The public surface for code outside: :class:`Tensor`, the table of public ``FUNCTIONS``, ``OPS``, ``Observer``,
``Holder`` and ``observing``; everything else is reached by its module.
"""

from . import compiled, ops, overrides
from .float_errors import listen
from .observe import Holder, Observer, observing
from .op import OPS, Op, define
from .surface.registry import FUNCTIONS
from .tensor import Tensor

listen()

__all__ = [
    "FUNCTIONS", "OPS", "Holder", "Observer", "Op", "Tensor", "compiled", "define", "observing", "ops", "overrides",
]  # fmt: skip
