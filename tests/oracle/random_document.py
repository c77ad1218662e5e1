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
What is known of the causes: numbers of nodes that PyTorch makes in second derivatives and throws away, and the last bit
where a matrix is singular but for rounding.
"""

KNOWN = """
All of these were last run on 28 November 2026, and 0 to 999 again after products, elementary functions and norms had
been made to end in the bits of PyTorch's.

Of the programs 20000 to 32999, which nobody had looked at, 36 of 13,000 differed before anything was mended for them
(0.3 %), and 5 do now: 21285, 21345, 25472, 27844, 28563. Of 33300 to 36299, 9 of 3,000 differed when they were first
run (0.3 %), and none does now. Of 36300 to 39299, 5 of 3,000 (0.2 %), and 1 does now: 37197; one more, 36549, PyTorch
itself does not survive. Of 39300 to 43799, 12 of 4,500 (0.3 %), and 6 do now: 39938, 40210, 40510, 42952, 42987, 43284.
Of 43800 to 46799, 17 of 3,000 (0.6 %), 14 of them by one fault, sums with a scaled number after a tensor of 16 bits; of
46800 to 56799, run after that was mended, 28 of 10,000 (0.3 %). Of both, 12 do now: 44974, 46418, 47777, 47851, 48960,
49014, 50114, 50551, 53919, 54420, 55176, 56212. Of 56800 to 59799, 7 of 3,000 (0.2 %), and 1 does now: 57537. Of 60000
to 64999 and 66000 to 76999, 23 of 16,000 (0.1 %), and 14 do now: 60363, 61185, 64721, 64874, 64889, 68004, 68383,
70639, 70863, 71940, 72143, 75042, 75487, 76927. Of 77000 to 78499 none of 1,500 does, and of 78500 to 80499 2 of 2,000
did, and 1 does now: 79770, where PyTorch's `median` reads past the memory of rows that are spread (`expand`). Of 81000
to 83999, 4 of 3,000 differed (0.1 %), and 2 do now: 82981, 83052. Of these 42, 12 do because the gradient of `sgn` is
zeros without memory, which PyTorch refuses to write, 9 by the strides of a Cholesky factor's second derivative and the
like, and most others by roundings or by the strides of what a hook sees.

A second family of programs is as courses have them ([how](../tests/oracle/generation/courses)): networks that are
trained by optimisers with hooks and schedulers, transforms of functions, Functions of one's own, writes through views,
several dtypes together, and mistakes (`python -m tests.oracle.conformance --only-generated --courses`). Of the first
500 made, 45 differed when they were first run (9 %), some by roundings that grew, others by faults: a batch of
gradients for what is no batch, gradients that are spread and could not be written, `clip_grad_norm_` over parameters
that come one by one, cells that do not write in place. After that was mended and roundings were kept from growing, 29
of the programs 0 to 1399 did, and 15 after the mends that followed. Of 1400 to 2399, which nobody had looked at, 12 of
1,000 differed when they were first run (1.2 %), of 2400 to 3099 one of 700, by roundings. Of all 3,100, 3 do now: 49,
59, 827. Of 3400 to 4399 4 of 1,000 differed, and 2 do now: 3437, where PyTorch fails an assertion of its own, and 3949,
by roundings. Of 4400 to 4899 4 of 500 do: 4618, 4663, 4698, 4803.

Beside them, mistakes of students, each a few lines that fail (`tests/oracle/programs/wrong.toml`): of the first 550
lines, written before anything was looked at, type and message differed in 47 (8.5 %; those that name a path or are
deprecations left out), of 295 written where these had shown gaps in 175, and of 824 written after all that was mended
in 44 (5.3 %), of 1,384 written after that in 63 (4.6 %), of 1,276 written after that in 62 (4.9 %), of which 20 still
do, and of 1,161 written after that in 41 (3.5 %), of which 27 still do, 19 of them by what is named here. 4,347 that
agree are recorded; some eighty do not: devices and dtypes that are not here, paths of files, `torch.save`, and, where
no cell is run (`gradwalk.torch` by itself), methods that are not called (`loss.item + 1`), of which Python says
`method` here and `builtin_function_or_method` in PyTorch.

Of 13 of the programs 0 to 9999 PyTorch itself dies (a segmentation fault): there is nothing to compare, and they count
as agreeing.
Where rounding alone decides, Gradwalk rounds as PyTorch's kernels for AVX2 do, on which all this was recorded. PyTorch
differs from itself there: of a channel of equal numbers `batch_norm` leaves `x * a + b` with `b = -(mean * a)`, rounded
once where multiplication and addition are fused, so of two 1.25 it is 1.25 * 316.22775 - 395.28470 = -7.6e-06; with
`ATEN_CPU_CAPABILITY=default` it is 0. A matrix of rank 3 among 4 rows has a last pivot of 0 if rows are divided by
their pivots, and of 2.7e-07 if they are multiplied by one over them, as LAPACK's `getrf` does: 0.875 * (1 / 1.875) is
0.4666667 in float32 and 0.875 / 1.875 is 0.46666667.
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
    PATH.write_text(f"{before}\n\n{THIRD}{text.rstrip()}\n{KNOWN}", encoding="utf-8")
