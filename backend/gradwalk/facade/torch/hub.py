"""``torch.hub``: models of others from the network, which is out of reach; scripts import it at their top."""

from __future__ import annotations

import re
from typing import Any

from ._missing import missing
from ._refused import refused

_REFUSED = refused(
    "torch.hub",
    ("download_url_to_file", "get_dir", "help", "list", "load", "load_state_dict_from_url", "set_dir"),
    "nothing is fetched from the network; write the model in the snippet",
)
globals().update(_REFUSED)
HASH_REGEX = re.compile(r"-([a-f0-9]*)\.")
"""Where a file's name has its hash."""

__all__ = [*_REFUSED]


def __getattr__(name: str) -> Any:
    raise missing("torch.hub", name)
