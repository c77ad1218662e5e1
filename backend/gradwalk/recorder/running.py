"""Which nodes' VJPs apply ops now, and in which scopes."""

from __future__ import annotations

from gradwalk.engine.graph import Node

from .scopes import Scopes


class Running:
    """The backward passes that are under way, the innermost last, and the nodes that may apply ops in them."""

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes
        self.nodes: list[Node] = []
        self.layers: list[int | None] = []
        """By pass, the scope of its ops; None for a pass that is not recorded itself."""
        self.vjps: list[int] = []
        """The scopes of nodes' VJPs in such a pass."""

    def ran(self, node: Node) -> None:
        """A node ran: the ops that come now are not its own."""
        if self.nodes and self.nodes[-1] is node:
            self.nodes.pop()
            if self.layers[-1] is not None:
                self._scopes.leave(self.vjps.pop())
