"""Writes the page's templates of sentences, sentences.{en,zh}.ts and reasons/ in frontend/src/core, from the package's.

    .venv/bin/python scripts/sentences.py

The facts stand in sentences.json and reasons.json in backend/gradwalk/export/reading; a test holds them together.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
READING = ROOT / "backend" / "gradwalk" / "export" / "reading"
CORE = ROOT / "frontend" / "src" / "core"
WIDTH = 110
"""Of a line, as frontend/biome.json has it; of a character from the Far East it counts two."""
SHORT = 4
"""What belongs to a name of so few letters stands beside it, however long."""

SENTENCES = {
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
REASONS = {
    "en": """\
/** Why the VJP of an op that is no arithmetic gives what it gives, in English. Written by `make sentences`. */

export const REASONS_EN = {
""",
    "zh": """\
/** Why the VJP of an op that is no arithmetic gives what it gives, in Chinese. Written by `make sentences`. */

import type { ReasonKey } from "./sentences.en";

export const REASONS_ZH: Record<ReasonKey, string> = {
""",
}
NODES = """\
/** Which nodes a reason is told of, by what they are called. Written by `make sentences`. */

import type { ReasonKey } from "./sentences.en";

export const NODES: readonly (readonly [RegExp, ReasonKey])[] = [
"""


def modules() -> Iterator[tuple[Path, str]]:
    """Each of the page's modules that are written here, with its text."""
    said, why = (
        json.loads((READING / name).read_text(encoding="utf-8")) for name in ("sentences.json", "reasons.json")
    )
    for language in ("en", "zh"):
        name = f"sentences.{language}.ts"
        yield CORE / name, SENTENCES[language] + _record(said[language], language, "Sentence")
        yield CORE / "reasons" / name, REASONS[language] + _record(why[language], language, "Reason")
    pairs = "".join(f'  [/^{pattern}/, "{key}"],\n' for key, pattern in why["nodes"].items())
    yield CORE / "reasons" / "nodes.ts", f"{NODES}{pairs}];\n"


def _record(templates: dict[str, str], language: str, kind: str) -> str:
    lines = "".join(_member(key, json.dumps(text, ensure_ascii=False)) for key, text in templates.items())
    names = f"{kind.upper()}S_EN"
    return lines + (f"}} as const;\n\nexport type {kind}Key = keyof typeof {names};\n" if language == "en" else "};\n")


def _member(key: str, text: str) -> str:
    line = f"  {key}: {text},"
    width = sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in line)
    return f"  {key}:\n    {text},\n" if width > WIDTH and len(key) > SHORT else f"{line}\n"


def main() -> None:
    """Writes them all."""
    for path, text in modules():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
