"""So many at once and then one every so often, for each client: what costs the server something that stays."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from gradwalk.errors import TooManyRequests

_MOST_CLIENTS = 10_000


class Rate:
    """A bucket for each client that holds ``burst``, and fills by one every ``seconds``."""

    def __init__(self, burst: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._seconds = seconds
        self._clock = clock
        self._full_at: OrderedDict[str, float] = OrderedDict()
        """When each client's bucket is full again."""

    def take(self, client: str) -> None:
        """One for this client; raises :class:`TooManyRequests` if there is none."""
        now = self._clock()
        full_at = max(self._full_at.pop(client, now), now) + self._seconds
        wait = full_at - now - self._burst * self._seconds
        if wait > 1e-9:
            self._full_at[client] = full_at - self._seconds
            raise TooManyRequests(f"At most {self._burst} of these at once; try again later.", math.ceil(wait))
        self._full_at[client] = full_at
        if len(self._full_at) > _MOST_CLIENTS:
            self._full_at.popitem(last=False)
