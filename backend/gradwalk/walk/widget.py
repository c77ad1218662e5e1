"""The player as a Jupyter widget: the file that plays a run by itself, in a frame without rights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from gradwalk.document.schema import Trace
from gradwalk.export import Look, export
from gradwalk.text import obeyed_by_nobody

_NOT_SHOWN = "A run in Gradwalk's player, which needs a notebook that shows widgets."
MODULE = Path(__file__).with_name("widget.js")


class Player(anywidget.AnyWidget):
    """Plays one run. ``height`` is in pixels; ``step`` follows the player, and leads it where it is set.

    The steps are the player's own, by statement, op or event as is chosen in it; ``observe`` tells of each.
    """

    _esm = MODULE
    html = traitlets.Unicode().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    steps = traitlets.Int(0).tag(sync=True)
    height = traitlets.Int(640).tag(sync=True)
    _printed = ""

    @classmethod
    def of(cls, trace: Trace, step: int | None, look: Look, height: int, printed: str) -> Player:
        """The player of a trace that ``printed`` this, which begins after ``step`` events, or at the first step."""
        player = cls(html=export(trace, "html", step, look).decode(), height=height)
        player._printed = obeyed_by_nobody(printed)
        return player

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """As every widget's; where widgets are not shown, what the run printed."""
        bundle = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/plain"] = self._printed + _NOT_SHOWN
        return bundle
