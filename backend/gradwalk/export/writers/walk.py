"""The walk as plain text, a line a step: for terminals, screen readers and diffs."""

from __future__ import annotations

from gradwalk.export.graph.scene import Stage
from gradwalk.export.look import Look
from gradwalk.export.reading.reasons import told
from gradwalk.export.reading.sentences import in_words
from gradwalk.export.text import one_line

LONGEST = 2000


def walk(stage: Stage, look: Look, k: int | None) -> str:
    """Each step's number and what it did, up to the one that the last of ``k`` events is in."""
    end = stage.run.end if k is None else k
    steps = [step for step in stage.steps if step.start < end]
    width = len(str(len(stage.steps)))
    return "".join(
        f"{number:>{width}}. {one_line(in_words(told(stage.run, step), look.language), LONGEST)}\n"
        for number, step in enumerate(steps, start=1)
    )
