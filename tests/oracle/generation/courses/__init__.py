"""Random programs as courses have them: layers trained by optimisers, transforms of functions, Functions of one's own,
writes through views, several dtypes, and mistakes. A second family beside :func:`~tests.oracle.generation.generated`,
whose programs it leaves as they are. The same number gives the same program.
"""

from __future__ import annotations

import random

from tests.oracle.generation.courses.dtypes import mixing
from tests.oracle.generation.courses.functions import functions
from tests.oracle.generation.courses.mistakes import mistaken
from tests.oracle.generation.courses.training import training
from tests.oracle.generation.courses.transforms import transforming
from tests.oracle.generation.courses.views import viewing
from tests.oracle.programs import Program

KINDS = {training: 30, transforming: 18, functions: 16, viewing: 16, mixing: 10, mistaken: 10}
UNWATCHED = ("torch.func", "autograd.functional", "gradcheck(", "is_grads_batched", "forward_ad", "nn.LSTM")
"""What runs passes of its own, whose cotangents have no numbers or which the facade runs elsewhere. An LSTM saves
memory that nobody has written."""


def course(number: int) -> Program:
    """The program of that number."""
    dice = random.Random(f"course {number}")
    [kind] = dice.choices(list(KINDS), list(KINDS.values()))
    text = "\n".join(["import torch.optim as optim", f"torch.manual_seed({dice.randrange(100)})", *kind(dice)])
    return Program(f"course-{number}", (text,), watched=not any(name in text for name in UNWATCHED))
