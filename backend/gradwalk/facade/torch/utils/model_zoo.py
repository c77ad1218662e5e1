"""``torch.utils.model_zoo``: weights from the network, which is out of reach; scripts import it at their top."""

from __future__ import annotations

from typing import Any

from .._missing import missing
from .._refused import refused

_REFUSED = refused(
    "torch.utils.model_zoo",
    ("load_url",),
    "there is no network in the sandbox; make the model without weights that were trained",
)
globals().update(_REFUSED)

__all__ = [*_REFUSED]


def __getattr__(name: str) -> Any:
    raise missing("torch.utils.model_zoo", name)
