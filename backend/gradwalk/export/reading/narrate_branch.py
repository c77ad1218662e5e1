"""Which branch of an ``if`` runs, and what was asked for it."""

from __future__ import annotations

import re

from gradwalk.document.schema import Branch, Line
from gradwalk.export.reading.naming import source_of
from gradwalk.export.reading.run import Run
from gradwalk.export.reading.sentences import Sentence, say


def tell_branch(run: Run, event: Branch, index: int) -> Sentence:
    """What a test was, and what runs for it."""
    code = source_of(run, event.span)
    around = None if event.scope is None else run.trace.scopes[event.scope]
    if event.statement != "if":
        iteration = "" if around is None or around.index is None else str(around.index)
        return say(f"{event.statement}{event.value}", code=code, iteration=iteration)
    # What is asked has a line of its own; what runs then has one within the statement, where anything does.
    before, after = reversed(run.trace.events[:index]), run.trace.events[index + 1 :]
    lines = (other for other in (before if event.value else after) if isinstance(other, Line))
    line = next((other for other in lines if not event.value or other.scope == event.scope), None)
    within = around is not None and around.kind == "branch" and line and event.scope in run.scope_path(line.scope)
    if not within and not event.value:
        return say("ifNone", code=code)
    head = source_of(run, line.span) if line and within else ""
    is_elif = re.match(r"elif\b", head) is not None
    if is_elif and not event.value:
        return say("ifElif", code=code, next=head)
    branch = ("elif" if is_elif else "if") if event.value else "else"
    return say("ifRuns", code=code, value=str(event.value), branch=branch)
