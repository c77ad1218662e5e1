"""What a server keeps under a short name, as the clients give it back."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from gradwalk.document.schema import Options
from gradwalk.notebook import CellSource


@dataclass(frozen=True, slots=True)
class Kept:
    """What has been put there."""

    id: str
    """The same for the same code and options, whoever puts them there."""
    secret: str | None
    """Takes it back, and is told this once; None if more than 1,000 others have put the same there."""
    link: str
    """The page with it, as a short address."""

    @classmethod
    def read(cls, response: httpx.Response) -> Kept:
        """From the server's answer."""
        made = response.json()
        return cls(made["id"], made["secret"], str(response.url.join(f"/s/{made['id']}")))


@dataclass(frozen=True, slots=True)
class Snippet:
    """Code and options as they were put there; ``client.trace(snippet.code)`` runs it."""

    id: str
    cells: tuple[CellSource, ...]
    options: Options

    @property
    def code(self) -> list[str]:
        """The cells' sources."""
        return [cell.source for cell in self.cells]

    @classmethod
    def read(cls, response: httpx.Response) -> Snippet:
        """From the server's answer."""
        kept = response.json()
        cells = tuple(CellSource(cell["source"], cell["execution_count"]) for cell in kept["cells"])
        return cls(kept["id"], cells, Options.model_validate(kept["options"]))
