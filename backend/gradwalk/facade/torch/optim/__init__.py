"""``torch.optim``: optimizers and learning rate schedules."""

from __future__ import annotations

from typing import Any

from .._missing import missing
from .._paths import lay
from . import lr_scheduler, swa_utils
from .adafactor import Adafactor
from .adam import Adam, Adamax, AdamW, NAdam, RAdam
from .adaptive import ASGD, Adadelta, Adagrad, RMSprop, Rprop
from .lbfgs import LBFGS
from .muon import Muon
from .optimizer import Optimizer
from .sgd import SGD
from .sparse_adam import SparseAdam

__all__ = [
    "ASGD", "LBFGS", "SGD", "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "Muon", "NAdam", "Optimizer",
    "RAdam", "RMSprop", "Rprop", "SparseAdam", "lr_scheduler", "swa_utils",
]  # fmt: skip

for _home, _name in {
    "adadelta": "Adadelta", "adagrad": "Adagrad", "adamax": "Adamax", "adamw": "AdamW", "asgd": "ASGD",
    "nadam": "NAdam", "radam": "RAdam", "rmsprop": "RMSprop", "rprop": "Rprop",
}.items():  # fmt: skip
    lay(f"{__name__}.{_home}", f"{_name} Optimizer", globals())

for _home in (
    "adadelta", "adafactor", "adagrad", "adam", "adamax", "adamw", "adaptive", "asgd", "lbfgs", "muon", "nadam",
    "optimizer", "radam", "rmsprop", "rprop", "sgd", "sparse_adam",
):  # fmt: skip
    globals().pop(_home, None)  # they can be imported, and are no attributes: who writes optim.sgd means SGD


def __getattr__(name: str) -> Any:
    raise missing("torch.optim", name)
