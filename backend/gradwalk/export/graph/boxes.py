"""Which scopes are boxes in the picture, how many cards each holds, and what stands on them."""

from __future__ import annotations

from gradwalk.export.graph.cards import FullGraph
from gradwalk.export.reading.naming import name_of


class Boxes:
    """The scopes of a full graph that are worth a box."""

    def __init__(self, full: FullGraph) -> None:
        self._full = full
        self._run = full.run
        self._sizes: dict[int, int] = {}
        self._paths: dict[int, tuple[int, ...]] = {}
        for card in full.cards.values():
            for around in self._run.scope_path(card.scope):
                self._sizes[around] = self._sizes.get(around, 0) + 1

    def size(self, scope: int) -> int:
        """How many cards a scope holds, inner scopes included."""
        return self._sizes.get(scope, 0)

    def path(self, scope: int | None) -> tuple[int, ...]:
        """The scopes around a place that are worth a box, outermost first."""
        if scope is None:
            return ()
        if scope not in self._paths:
            self._paths[scope] = tuple(filter(self._is_box, self._run.scope_path(scope)))
        return self._paths[scope]

    def _is_box(self, scope: int) -> bool:
        """A module or VJP of one op is that op's card; the ``forward`` of a module is the module."""
        scopes = self._run.trace.scopes
        made = scopes[scope]
        if made.kind in ("module", "vjp"):
            return self.size(scope) > 1
        caller = None if made.parent is None else scopes[made.parent].kind
        return not (made.kind == "function" and caller == "module" and made.label.startswith("forward("))

    def label(self, scope: int) -> str:
        """What the code itself calls is named as the code calls it: ``net(x) · Sequential``."""
        run, made = self._run, self._run.trace.scopes[scope]
        tensor = None if made.node is None else run.tensor_of_node(made.node)
        if tensor is not None:
            return f"{made.label} ({name_of(run, tensor, run.end)})"
        if made.kind == "backward":
            return run.source(made.span)
        by_code = made.parent is None or run.trace.scopes[made.parent].kind != "module"
        if made.kind in ("module", "optimizer") and by_code:
            return f"{run.source(made.span)} · {made.label.rpartition(': ')[2]}"
        return made.label
