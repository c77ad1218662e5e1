"""The code blocks of the documents, and what each is run by."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
NOT_RUN = "<!-- not run: "
"""Before a block that cannot be run here, with the reason."""


@dataclass(frozen=True)
class Block:
    """One fenced block: ``language`` as written, ``text``, the ``output`` that a text block after it shows."""

    document: str
    line: int
    language: str
    text: str
    output: str | None
    not_run: str | None

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


def documents() -> list[Path]:
    """Everything that a person reads before or beside the code."""
    return [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(document: Path) -> list[Block]:
    """The fenced blocks of a document, top to bottom."""
    tokens = [token for token in MarkdownIt().parse(document.read_text(encoding="utf-8")) if token.level == 0]
    found = []
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        if token.type != "fence" or token.info == "text":
            continue
        reason = before.content.strip() if before is not None and before.type == "html_block" else ""
        found.append(
            Block(
                document=str(document.relative_to(ROOT)),
                line=(token.map or [0])[0] + 1,
                language=token.info.strip(),
                text=token.content,
                output=after.content if after is not None and after.type == "fence" and after.info == "text" else None,
                not_run=reason.removeprefix(NOT_RUN).removesuffix("-->").strip()
                if reason.startswith(NOT_RUN)
                else None,
            )
        )
    return found
