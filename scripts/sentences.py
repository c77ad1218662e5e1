"""Writes the page's templates of sentences, frontend/src/core/sentences.{en,zh}.ts, from those of the package.

    .venv/bin/python scripts/sentences.py

The fact stands in backend/gradwalk/export/reading/sentences.json; a test holds the three together.
"""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "backend" / "gradwalk" / "export" / "reading" / "sentences.json"
CORE = ROOT / "frontend" / "src" / "core"

HEADS = {
    "en": """\
/** What narrate.ts says, in English. `{holes}` are names, code and numbers. Written by `make sentences`. */

export const SENTENCES_EN = {
""",
    "zh": """\
/** What narrate.ts says, in Chinese. `{holes}` are names, code and numbers. Written by `make sentences`. */

import type { SentenceKey } from "./sentences.en";

export const SENTENCES_ZH: Record<SentenceKey, string> = {
""",
}
FEET = {"en": "} as const;\n\nexport type SentenceKey = keyof typeof SENTENCES_EN;\n", "zh": "};\n"}


def typescript(language: str) -> str:
    """The module for a language."""
    templates: dict[str, str] = json.loads(SOURCE.read_text(encoding="utf-8"))[language]
    lines = [f"  {key}: {json.dumps(text, ensure_ascii=False)},\n" for key, text in templates.items()]
    return HEADS[language] + "".join(lines) + FEET[language]


def main() -> None:
    """Writes both."""
    for language in HEADS:
        (CORE / f"sentences.{language}.ts").write_text(typescript(language), encoding="utf-8")


if __name__ == "__main__":
    main()
