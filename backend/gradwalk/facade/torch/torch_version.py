"""``torch.__version__`` is a text that compares as versions do: ``torch.__version__ >= "2.9"``."""

from __future__ import annotations

import re
from typing import Any

_FORM = (
    r"v?(?P<release>\d+(?:\.\d+)*)(?:[-_.]?(?P<phase>a|alpha|b|beta|c|rc)[-_.]?(?P<number>\d*))?"
    r"(?:\.post(?P<post>\d+))?(?:[-_.]?dev(?P<dev>\d*))?(?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?"
)
_PHASES = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2}
_FINAL = 3


def _order(version: Any) -> tuple[Any, ...] | None:
    """What versions are sorted by; None for what is none."""
    text = version if isinstance(version, str) else ".".join(str(part) for part in version)
    found = re.fullmatch(_FORM, text.strip().lower())
    if found is None:
        return None
    release = [int(part) for part in found["release"].split(".")]
    while release and release[-1] == 0:
        release.pop()
    phase = _FINAL if found["phase"] is None else _PHASES[found["phase"]]
    post = -1 if found["post"] is None else int(found["post"])
    if phase == _FINAL and post < 0 and found["dev"] is not None:
        phase = -1  # on the way to the first phase
    dev = float("inf") if found["dev"] is None else int(found["dev"] or 0)
    local = re.split("[-_.]", found["local"]) if found["local"] else []
    parts = [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in local]
    return tuple(release), phase, int(found["number"] or 0), post, dev, parts


class TorchVersion(str):
    """A text; beside another, or a sequence of numbers, a version. Next to what is no version it stays a text."""

    __module__ = "torch.torch_version"
    __slots__ = ()
    __hash__ = str.__hash__

    def _orders(self, other: Any) -> tuple[Any, Any] | None:
        if not isinstance(other, str | tuple | list):
            return None
        own, others = _order(str(self)), _order(other)
        return None if own is None or others is None else (own, others)

    def __eq__(self, other: object) -> bool:
        orders = self._orders(other)
        return super().__eq__(other) if orders is None else orders[0] == orders[1]

    def __lt__(self, other: Any) -> bool:
        orders = self._orders(other)
        return super().__lt__(other) if orders is None else orders[0] < orders[1]

    def __le__(self, other: Any) -> bool:
        orders = self._orders(other)
        return super().__le__(other) if orders is None else orders[0] <= orders[1]

    def __gt__(self, other: Any) -> bool:
        orders = self._orders(other)
        return super().__gt__(other) if orders is None else orders[0] > orders[1]

    def __ge__(self, other: Any) -> bool:
        orders = self._orders(other)
        return super().__ge__(other) if orders is None else orders[0] >= orders[1]
