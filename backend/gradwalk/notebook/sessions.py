"""A session of the interpreter, as documentation shows it: what was typed at the prompts, without what was printed.

The page has the same rule for what is pasted (``frontend/src/pasted.ts``); ``tests/data/sessions.json`` holds both to
it.
"""

from __future__ import annotations

import re

_BEGINS = re.compile(r"\s*>>> ")
_PROMPT = re.compile(r"\s*(?:>>>|\.\.\.)(?: |$)")


def typed(text: str) -> str:
    """The code of a text whose first line of code stands at a prompt; any other text as it is."""
    lines = text.split("\n")
    first = next((line for line in lines if line.strip() and not line.strip().startswith("#")), "")
    if not _BEGINS.match(first):
        return text
    kept = (line for line in lines if _PROMPT.match(line) or not line.strip() or line.strip().startswith("#"))
    code = "\n".join(re.sub(r"^\s+(?=#)", "", _behind_the_prompt(line)) for line in kept)
    return re.sub(r"\n{3,}", "\n\n", code).strip()


def _behind_the_prompt(line: str) -> str:
    """The line, without a prompt that it begins with: a search for one elsewhere would alter comments."""
    prompt = _PROMPT.match(line)
    return line[prompt.end() :] if prompt else line
