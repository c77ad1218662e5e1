"""``torch.hub``: models of others from the network, which is out of reach; scripts import it at their top."""

from __future__ import annotations

import os
import re
from typing import Any

from ._missing import missing
from ._refused import refused

_REFUSED = refused(
    "torch.hub",
    ("download_url_to_file", "help", "list", "load", "load_state_dict_from_url"),
    "nothing is fetched from the network; write the model in the snippet",
)
globals().update(_REFUSED)
HASH_REGEX = re.compile(r"-([a-f0-9]*)\.")
"""Where a file's name has its hash."""

__all__ = ["get_dir", "set_dir", *_REFUSED]


class _Folder:
    """Where PyTorch would keep what it fetches."""

    chosen: str | None = None


def get_dir() -> str:
    """Where what is fetched would be kept."""
    return os.path.expanduser("~/.cache/torch/hub") if _Folder.chosen is None else _Folder.chosen


def set_dir(d: str | os.PathLike[str]) -> None:
    """Say where."""
    _Folder.chosen = os.path.expanduser(d)


def __getattr__(name: str) -> Any:
    raise missing("torch.hub", name)
