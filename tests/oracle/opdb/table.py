"""Counts agreeing cases by area, tier and operator."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """A case and where it differs."""

    op: str
    tier: int
    area: str
    form: str
    dtype: str
    sample: int
    is_error: bool
    lines: tuple[str, ...]
    call: str

    @property
    def agrees(self) -> bool:
        """Whether value, dtype, shape, graph and gradients, or the error, are PyTorch's."""
        return all(line.startswith("also") for line in self.lines)

    @property
    def name(self) -> str:
        """What the case is called, and found by, from one recording to the next."""
        return " ".join(str(part) for part in (self.op, self.form, self.dtype, self.sample) if part != "")


TIERS = {1: "tier 1", 2: "tier 2", 3: "others"}


def by_area(found: list[Verdict]) -> str:
    """A Markdown table: areas and tiers down, samples, errors, and what else agrees across."""
    rows = [_row(words, [v for v in found if v.tier == tier]) for tier, words in TIERS.items()]
    areas = sorted({verdict.area for verdict in found})
    rows += [_row(area, [verdict for verdict in found if verdict.area == area]) for area in areas]
    return _table("operators", [*rows, _row("all", found)])


def by_tier(found: list[Verdict]) -> str:
    """A Markdown table: each area's tiers down."""
    rows = []
    for area in sorted({verdict.area for verdict in found}):
        own = [verdict for verdict in found if verdict.area == area]
        rows += [_row(f"{area}, {words}", [v for v in own if v.tier == tier]) for tier, words in TIERS.items()]
        rows.append(_row(f"all {area}", own))
    return _table("classes", rows)


def _table(what: str, rows: list[list[str]]) -> str:
    head = ["", what, "samples", "%", "errors", "%", "all of the samples' strides, saved tensors and warnings"]
    rows = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def by_op(found: list[Verdict], everything: bool = False) -> str:
    """A line for each operator that does not agree wholly, or for each: samples, errors."""
    lines = []
    for op in dict.fromkeys(verdict.op for verdict in found):
        own = [verdict for verdict in found if verdict.op == op]
        if everything or not all(verdict.agrees for verdict in own):
            _, _, samples, _, errors, *_ = _row(op, own)
            lines.append(f"{TIERS[own[0].tier]:7} {own[0].area:17} {op:45} {samples:>12}   errors {errors}")
    return "\n".join(lines)


def _row(words: str, found: list[Verdict]) -> list[str]:
    samples = [verdict for verdict in found if not verdict.is_error]
    errors = [verdict for verdict in found if verdict.is_error]
    good = _count(samples, lambda verdict: verdict.agrees)
    right = _count(errors, lambda verdict: verdict.agrees)
    whole = _count(samples, lambda verdict: not verdict.lines)
    return [
        words,
        str(len({verdict.op for verdict in found})),
        f"{good} / {len(samples)}",
        _percent(good, len(samples)),
        f"{right} / {len(errors)}",
        _percent(right, len(errors)),
        _percent(whole, len(samples)),
    ]


def _count(found: Iterable[Verdict], holds: Callable[[Verdict], bool]) -> int:
    return sum(1 for verdict in found if holds(verdict))


def _percent(part: int, whole: int) -> str:
    """Rounded down: 100.0 means all."""
    return f"{int(1000 * part / whole) / 10:.1f}" if whole else ""
