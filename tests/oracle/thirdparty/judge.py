"""Which snippets count, which agree, and what the others fail for."""

from __future__ import annotations

import ast
import contextlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from tests.oracle.thirdparty.lesson import Lesson, without_commands
from tests.oracle.values import NUMBER, agree

LEEWAY = 100
"""Numbers may differ by 1e-4 of the largest in float32: lessons add up the roundings of a whole training."""

Record = dict[str, Any]
Outcome = Literal["agrees", "differs", "out"]

NEEDS = (
    ("sparse tensors", r"sparse|to_dense|\.coalesce\("),
    ("quantised tensors", r"quant(?!ile)|qint|int_repr|q_scale"),
    ("distributed", r"distributed|DataParallel|torch\.multiprocessing|\brpc\b"),
    ("files or a network", r"\bos\.(?:system|popen|cpu_count|getcwd|getpid|uname)"),
    ("a GPU", r"\.cuda\(|torch\.(?:cuda|xpu|mps|mtia)\.(?!is_available)"),
    ("a GPU", r"(?<!else )(?<!== )['\"](?:cuda|xpu|mps|hpu|meta)[:'\"\d](?! if)"),
)
"""What the measure leaves out, told by the text of the snippet."""

SHOWS = (
    ("sparse tensors", r"layout=torch\.sparse"),
    ("a GPU", r"device\(type='cuda'"),
)
"""The same, told by what PyTorch shows."""

ERRORS = (
    ("a module that is not installed", r"ModuleNotFoundError|ImportError"),
    ("files or a network", r"FileNotFound|OSError|URLError|HTTPError|PermissionError|IsADirectory|EOFError|BadZip"),
    ("a name that it never defines", r"NameError|UnboundLocalError"),
    ("other syntax than Python's", r"SyntaxError|IndentationError|TabError"),
    ("the command line", r"SystemExit|KeyboardInterrupt"),
    ("a GPU", r"CUDA|NVIDIA|XPU|MPS|[Tt]orch not compiled|not linked with|HPU|MTIA"),
    ("a compiler", r"InvalidCxxCompiler|BackendCompilerFailed|InductorError|C\+\+ compiler|Ninja"),
    ("memory", r"MemoryError|DefaultCPUAllocator|not enough memory"),
)
"""What PyTorch itself lacks here, told by its error."""


@dataclass(frozen=True)
class Verdict:
    """One snippet's fate."""

    lesson: Lesson
    number: int
    outcome: Outcome
    why: str = ""
    exact: bool = True
    """Whether what is printed agrees to the last character."""


def excuse(source: str, record: Record) -> str:
    """Why the snippet does not count, from its text and from what PyTorch did with it."""
    if "died" in record:
        return "time"
    for reason, pattern in NEEDS:
        if re.search(pattern, source):
            return reason
    for reason, pattern in SHOWS:
        if re.search(pattern, f"{_joined(record.get('echo', ''))} {record.get('stdout', '')}"):
            return reason
    return next((reason for reason, pattern in ERRORS if re.search(pattern, record.get("error", ""))), "")


def difference(expected: Record, actual: Record) -> str:
    """The first thing that Gradwalk does otherwise, in a few words; empty if there is none."""
    if "died" in actual:
        return f"died: {actual['died']}"
    if expected.get("error") != actual.get("error"):
        if "error" not in expected:
            return f"raises {actual['error']}"
        said = actual.get("error", "nothing")
        return f"error words: {expected['error'][:160]} | {said[:160]}"
    for field in ("stdout", "echo"):
        one, other = (_joined(record.get(field, "")) for record in (expected, actual))
        if not same_text(one, other):
            return f"{field}: {_apart(one, other)}"
    for name, value in expected["values"].items():
        other = actual["values"].get(name, "missing")
        if not agree(value, other, LEEWAY):
            kind = "graph" if name.endswith(".graph") else "value"
            return f"{kind} of {name}: {_apart(value, other)}"
    if expected.get("warnings", []) != actual.get("warnings", []):
        return f"warnings: {expected.get('warnings', [])} | {actual.get('warnings', [])}"
    return ""


def exact(expected: Record, actual: Record) -> bool:
    """Whether both print the same characters."""
    return all(expected.get(field) == actual.get(field) for field in ("stdout", "echo"))


def same_text(expected: str, actual: str) -> bool:
    """Whether two texts say the same, the last digits of fractions and the blanks that line them up aside."""
    if expected == actual:
        return True
    one, other = (
        re.sub(r"\s+", " ", NUMBER.sub("#", text)).replace("[ ", "[").replace(" ]", "]") for text in (expected, actual)
    )
    pairs = list(zip(NUMBER.findall(expected), NUMBER.findall(actual), strict=False))
    return one == other and all(_near(a, b) for a, b in pairs)


def _near(a: str, b: str) -> bool:
    if a == b:
        return True
    if a.lstrip("-").isdigit() or b.lstrip("-").isdigit():
        return False
    return math.isclose(float(a), float(b), rel_tol=1e-4, abs_tol=2e-4)


def _joined(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


def _apart(one: str, other: str) -> str:
    """Both from shortly before the place where they part."""
    same = next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(0, same - 30)
    return f"{one[start : same + 60]!r} | {other[start : same + 60]!r}"


def verdicts(lesson: Lesson, expected: list[Record], again: list[Record], actual: list[Record]) -> list[Verdict]:
    """A verdict for each snippet; `again` is what PyTorch did another time, where it was asked."""
    cells: list[Verdict] = []
    unmade: dict[str, str] = {}
    for k, source in enumerate(lesson.cells):
        verdict = _verdict(lesson, k, expected[k], again[k] if again else expected[k], actual[k])
        wanted = _UNDEFINED.match(verdict.why)
        if wanted and wanted[1] in unmade:
            verdict = Verdict(lesson, k, "out", unmade[wanted[1]])
        if verdict.outcome == "out" and verdict.why in _LEFT_OUT:
            unmade |= dict.fromkeys(_made(source), verdict.why)
        cells.append(verdict)
    if not lesson.whole:
        return cells
    counting = [cell for cell in cells if cell.outcome != "out"]
    wrong = [cell for cell in counting if cell.outcome == "differs"]
    if not counting:
        return cells[:1]
    first = (wrong or counting)[0]
    return [Verdict(lesson, first.number, first.outcome, first.why, all(cell.exact for cell in counting))]


_LEFT_OUT = frozenset(reason for reason, _ in NEEDS)
_UNDEFINED = re.compile(r"(?:raises|.* \|) NameError: name '(\w+)' is not defined", re.DOTALL)
"""Of a snippet that uses what one that is out would have made: it is out with it."""


def _made(source: str) -> Iterator[str]:
    """The names that a snippet gives something to."""
    with contextlib.suppress(SyntaxError):
        for node in ast.walk(ast.parse(without_commands(source))):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield node.name
            elif isinstance(node, ast.alias):
                yield node.asname or node.name.partition(".")[0]


def _verdict(lesson: Lesson, number: int, expected: Record, again: Record, actual: Record) -> Verdict:
    why = excuse(lesson.cells[number], expected)
    if why:
        return Verdict(lesson, number, "out", why)
    why = difference(expected, actual)
    if why and ("died" in again or difference(expected, again)):
        return Verdict(lesson, number, "out", "PyTorch differs from itself")
    return Verdict(lesson, number, "differs" if why else "agrees", why, exact(expected, actual))
