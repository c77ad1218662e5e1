"""Random operations over variables that exist: their text, and the shape and dtype of what comes out."""

from __future__ import annotations

import random

from tests.oracle.generation.known import Family, Made, Variables
from tests.oracle.generation.layers import layer
from tests.oracle.generation.pointwise import binary, cast, unary, whole
from tests.oracle.generation.products import product
from tests.oracle.generation.reductions import along, reduction
from tests.oracle.generation.selections import selection
from tests.oracle.generation.shapes import join, spread, view

LARGEST = 60
"""Elements of a result: enough to see everything, few enough to read."""

FAMILIES: dict[Family, int] = {
    unary: 28, binary: 22, reduction: 10, along: 6, view: 18, join: 5, selection: 9, product: 8, layer: 7, cast: 3,
    whole: 4, spread: 1,
}  # fmt: skip


def operation(dice: random.Random, variables: Variables) -> Made:
    """An expression over variables that exist, the latest more likely."""
    while True:
        names = [name for name, known in variables.items() if known.is_floating]
        name = dice.choices(names, range(1, len(names) + 1))[0]
        family = dice.choices(list(FAMILIES), list(FAMILIES.values()))[0]
        made = family(dice, name, variables)
        if made is not None and made[1].size <= LARGEST:
            return made
