"""Writes down in `docs/conformance.md` how many random programs do all that they do in PyTorch."""

from __future__ import annotations

from collections.abc import Sequence

from tests.oracle.opdb.document import PATH, THIRD
from tests.oracle.score import Result

TEXT = """
Programs that nobody wrote with either engine in view: leaves, operations of every family on what came before, writes in
place through views and behind autograd's back, hooks, mistakes, and several passes backward
([how they are made](../tests/oracle/generation)). Compared are all variables (values, dtypes, versions, gradients),
what is printed, warnings and errors, and for each pass the whole graph (nodes, edges, what they save, their order) and
what flows through it. Numbers may differ by what roundings add up to. The same number gives the same program.

Of the programs {first} to {last}, **{agree} of {count}** agree ({percent} %).
{differing}"""

CAUSES = """\
What is known of the causes: writes through views that overlap (PyTorch's loops write what they read next), a tensor
whose `data` or shape was exchanged under a graph that saved it, strides of tensors without elements (numpy keeps
none), of dimensions of one element and of gradients that hooks see, casts that PyTorch makes before a sum and
Gradwalk after it, and three in which rounding alone decides: a matrix that is singular or not, and gradients of a
normalisation that are zero but for the last bit.
"""


def write_down(numbers: range, odd: Sequence[Result]) -> None:
    """Put the count, and the numbers of what differs, in the place of the last one."""
    names = ", ".join(result.program.name.removeprefix("generated-") for result in odd)
    text = TEXT.format(
        first=numbers.start,
        last=numbers.stop - 1,
        agree=len(numbers) - len(odd),
        count=len(numbers),
        percent=int(1000 * (len(numbers) - len(odd)) / len(numbers)) / 10,
        differing=f"What differs: {names}.\n\n{CAUSES}" if names else "",
    )
    before = PATH.read_text(encoding="utf-8").partition(THIRD)[0].rstrip()
    PATH.write_text(f"{before}\n\n{THIRD}{text}", encoding="utf-8")
