"""Functions of one's own, right and wrong, in graphs, twice, and with hooks."""

from __future__ import annotations

import random

from tests.oracle.generation.courses.texts import leaf, tried, vocabulary

FORWARD = """\
    @staticmethod
    def forward(ctx, x, w{more}):
        {save}
        {result}"""
WITH_SETUP = """\
    @staticmethod
    def forward(x, w{more}):
        {result}
    @staticmethod
    def setup_context(ctx, inputs, output):
        x, w{names} = inputs
        {save}"""
BACKWARD = """\
    @staticmethod{once}
    def backward(ctx, g{second}):
        {load}
        {told}return {first}, {other}{rest}"""
SHAPES = ((2, 3), (3,), (2, 2), (), (1, 3), (2, 3))
RESULTS = ("return {}",) * 14 + (
    "y = {}; return y, y * 2", "y = {}; n = (y > 0).sum(); ctx.mark_non_differentiable(n); return y, n",
    "ctx.mark_dirty(x); return x.copy_({})", "return x",
)  # fmt: skip


def functions(dice: random.Random) -> list[str]:
    """A Function, and what is done with it."""
    forward, first, other = dice.choice(vocabulary("rules")).split(" | ")
    save, load = dice.choice(vocabulary("saving")).split(" | ")
    result = dice.choice(RESULTS).format(forward)
    second = ", h" if "return y" in result else ""
    more = ", n=1" if dice.random() < 0.1 else ""
    then = dice.sample(vocabulary("after_functions"), dice.randint(1, 3))
    checked = any("gradcheck" in text for text in then)  # which backward passes that makes is its own business
    above = WITH_SETUP if dice.random() < 0.25 and "ctx" not in result else FORWARD
    text = above.format(more=more, names=", n" if more else "", save=save, result=result)
    text += "\n" + BACKWARD.format(
        once="\n    @torch.autograd.function.once_differentiable" if dice.random() < 0.1 else "",
        second=second, load=load, told="" if checked else dice.choice(vocabulary("told_backward")),
        first=first, other=other, rest=dice.choice((", None",) if more else ("",) * 12 + (", None", ", g")),
    )  # fmt: skip
    shape = dice.choice(SHAPES)
    lines = ["import torch.utils.checkpoint", f"class Own(torch.autograd.Function):\n{text}"]
    lines += [leaf(dice, "a", shape), leaf(dice, "b", shape if dice.random() < 0.8 else shape[1:])]
    use = dice.choice(vocabulary("uses_of_functions"))
    if second:
        use += dice.choice(("\ny = y[0] + y[1]", "\ny = y[0]"))
    return [*lines, *map(tried, (use, *then))]
