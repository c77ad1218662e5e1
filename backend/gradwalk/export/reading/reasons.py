"""Why a VJP gives what it gives, in words, for ops whose formula does not show it by itself.

The words, and by what a node is called for which they are, stand in ``reasons.json``; the page's are written from it
(`make sentences`). ``frontend/src/core/reasons`` says the same there.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files

from gradwalk.export.reading.narrate import narrate
from gradwalk.export.reading.numbers import brief_text
from gradwalk.export.reading.run import Run
from gradwalk.export.reading.sentences import Sentence, say
from gradwalk.export.reading.steps import Step

_NODES: dict[str, str] = json.loads(
    files("gradwalk.export.reading").joinpath("reasons.json").read_text(encoding="utf-8")
)["nodes"]
_NAMES = [(re.compile(pattern), key) for key, pattern in _NODES.items()]
_REDUCTIONS = {"1": "lossMean", "2": "lossSum"}
"""What PyTorch's losses do with those of their elements, as their nodes keep it."""


def told(run: Run, step: Step) -> list[Sentence]:
    """What is said of a step, and of a VJP why it is so."""
    reason = None if step.kind != "vjp" or step.node is None else reason_of(run, step.node)
    return narrate(run, step) + ([] if reason is None else [reason])


def reason_of(run: Run, node: int) -> Sentence | None:
    """Why the VJP of a node gives what it gives; None where its formula says so."""
    made = run.trace.nodes[node]
    if made.name.startswith("NllLoss"):
        return _of_a_loss(run, node)
    if made.name.startswith("NativeBatchNormBackward"):
        return say("normFixed" if _kept(run, node, "training") == "False" else "normBatch")
    key = next((key for name, key in _NAMES if name.match(made.name)), None)
    return None if key is None else say(key)


def _of_a_loss(run: Run, node: int) -> Sentence | None:
    key = _REDUCTIONS.get(_kept(run, node, "reduction"))
    if key != "lossMean":
        return None if key is None else say(key)
    n = _total_weight(run, node)
    if n is None:
        return None
    if _kept(run, node, "weight") != "None":
        return say("lossWeighted")
    return say("lossOne") if n == "1" else say("lossMean", n=n)


def _kept(run: Run, node: int, name: str) -> str:
    """What a node keeps under a name, as Python writes it; empty for a tensor, and where there is no such thing."""
    return next((saved.text for saved in run.trace.nodes[node].saved if saved.name == name), "")


def _total_weight(run: Run, node: int) -> str | None:
    for saved in run.trace.nodes[node].saved:
        if saved.name == "total_weight" and saved.tensor is not None:
            value = run.value_at(saved.tensor, saved.version or 0)
            return None if value is None else brief_text(run.numbers(value, saved.tensor))
    return None
