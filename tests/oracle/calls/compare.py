"""Makes calls with an argument of another kind and compares what PyTorch and Gradwalk say of them. Run by hand.

`python -m tests.oracle.calls.compare PYTHON [EVERY]`: PYTHON is one that has real PyTorch, and EVERY how many calls to
go on by at a time (40; 1 makes all 106,000). `bases.txt` has the calls that work, one a line.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

BASES = Path(__file__).with_name("bases.txt")
ROOT = Path(__file__).resolve().parents[3]

OTHERS = (
    "1", "-1", "1.5", "True", "None", "'a'", "torch.ones(2)", "torch.tensor(1)", "torch.tensor([1])",
    "torch.tensor(True)", "torch.tensor(1., requires_grad=True)", "[1]", "[1.0]", "(1, 1.)", "(1, None)", "()",
    "['a']", "np.int64(1)", "np.float32(1.5)", "np.bool_(True)", "np.ones(2)", "np.array(1)", "torch.float32", "int",
    "object()", "1 + 1j", "[torch.ones(2)]", "{}", "len", "torch.Size([1])", "range(1)", "slice(None)", "(True,)",
    "(False, 1)", "(torch.tensor(1),)", "nn.Parameter(torch.ones(2))", "10 ** 30",
)  # fmt: skip
"""What is put in the place of an argument."""


def changed(base: str) -> Iterator[str]:
    """Calls with one argument another, none, one too many, or one of an unknown name."""
    call = ast.parse(base, mode="eval").body
    if not isinstance(call, ast.Call):
        return
    others = [ast.parse(text, mode="eval").body for text in OTHERS]
    for place, own in enumerate(call.args):
        for other in others:
            call.args[place] = other
            yield ast.unparse(call)
        del call.args[place]
        yield ast.unparse(call)
        call.args.insert(place, own)
    for keyword in call.keywords:
        value = keyword.value
        for other in others:
            keyword.value = other
            yield ast.unparse(call)
        keyword.value = value
    for other in others[:4]:
        yield ast.unparse(ast.Call(call.func, [*call.args, other], call.keywords))
    yield ast.unparse(ast.Call(call.func, call.args, [*call.keywords, ast.keyword("foo", others[0])]))


def answers(python: str, name: str, calls: list[str]) -> list[str]:
    """What the torch called ``name`` says to each call; fewer if one ends its process."""
    places = os.pathsep.join((str(ROOT), str(ROOT / "backend")))
    done = subprocess.run(
        [python, "-m", "tests.oracle.calls.answers", name],
        input="\n".join(calls), capture_output=True, text=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": places},
    )  # fmt: skip
    return done.stdout.splitlines()


def verdict(real: str, ours: str) -> str:
    """The kind of agreement."""
    if not real:
        return "taken by both" if not ours else "taken by PyTorch, refused by Gradwalk"
    if not ours:
        kind = "TypeError" if real.startswith("TypeError") else "another error"
        return f"refused by PyTorch ({kind}), taken by Gradwalk"
    return "refused by both in the same words" if real == ours else "refused by both in other words"


def main(python: str, every: int = 40) -> None:
    bases = BASES.read_text(encoding="utf-8").splitlines()
    calls = list(dict.fromkeys(call for base in bases for call in changed(base)))[::every]
    both = list(zip(calls, answers(python, "torch", calls), answers(sys.executable, "gradwalk.torch", calls)))
    verdicts = [verdict(real, ours) for _, real, ours in both]
    for (call, real, ours), found in zip(both, verdicts, strict=True):
        if "by both" not in found:
            print(f"{found}: {call}\n    {real or ours}")
    print(f"{len(both)} of {len(calls)} calls")
    for found, count in Counter(verdicts).most_common():
        print(f"{count:7} {found}")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
