"""The table of a run, and the causes of what differs by how many snippets each costs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from tests.oracle.thirdparty.judge import Verdict


def table(found: Iterable[Verdict]) -> str:
    """For each corpus: snippets that count, those that agree, and to the last character; then what was left out."""
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in found:
        groups[verdict.lesson.corpus].append(verdict)
    rows = [_row(name, groups[name]) for name in sorted(groups)]
    every = [verdict for group in groups.values() for verdict in group]
    out = Counter(verdict.why for verdict in every if verdict.outcome == "out")
    head = "| corpus | snippets that count | agree | | to the last character | out |\n|---|--:|--:|--:|--:|--:|"
    left = "\n".join(f"| {why} | {count} |" for why, count in out.most_common())
    return "\n".join([head, *rows, _row("**all**", every), "", "| out because it needs | snippets |\n|---|--:|", left])


def _row(name: str, group: list[Verdict]) -> str:
    counting = [verdict for verdict in group if verdict.outcome != "out"]
    agreeing = [verdict for verdict in counting if verdict.outcome == "agrees"]
    exact = sum(verdict.exact for verdict in agreeing)
    share = f"{100 * len(agreeing) / len(counting):.1f} %" if counting else ""
    return f"| {name} | {len(counting)} | {len(agreeing)} | {share} | {exact} | {len(group) - len(counting)} |"


def causes(found: Iterable[Verdict], count: int) -> str:
    """The commonest causes, each with a few places where it is met."""
    places: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in found:
        if verdict.outcome == "differs":
            places[_kind(verdict.why)].append(verdict)
    ranked = sorted(places.items(), key=lambda item: -len(item[1]))
    lines = []
    for cause, met in ranked[:count]:
        lines.append(f"{len(met):>5}  {cause}")
        lines += [f"         {v.lesson.corpus}: {v.lesson.name} [{v.number}] {v.why[:300]}" for v in met[:3]]
    return "\n".join(lines)


def _kind(why: str) -> str:
    """The cause without what is peculiar to one snippet."""
    if why.startswith("raises NameError"):
        return "follows from a cell before"
    if why.startswith(("stdout", "echo", "value", "graph", "warnings")):
        return why.split(":")[0].split(" of ")[0]
    return re.sub(r"\d+", "#", why)[:110]
