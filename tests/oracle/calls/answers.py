"""What becomes of a call: the words with which it is refused, or nothing."""

from __future__ import annotations

import importlib
import signal
import sys
import warnings
from typing import Any

PRELUDE = """
x = torch.arange(1., 7.).reshape(2, 3) / 7
v = torch.tensor([.1, .5, .3])
m = torch.tensor([[2., .5, .1], [.5, 3., .2], [.1, .2, 4.]])
b = torch.stack([m, m + torch.eye(3)])
i = torch.tensor([0, 2, 1])
k = torch.tensor([[True, False, True], [False, True, True]])
s = torch.tensor(.5)
c = torch.arange(32.).reshape(1, 2, 4, 4) / 32
n = torch.tensor([[1, 2, 0], [0, 1, 2]])
p = nn.Parameter(torch.ones(2, 3))
q = p * 2
opt = optim.SGD([p], lr=0.1)
"""


class Answers:
    """Makes calls with the torch that is called ``name``, each among fresh tensors."""

    def __init__(self, name: str) -> None:
        self.torch = importlib.import_module(name)
        self._names = {
            "torch": self.torch,
            "np": importlib.import_module("numpy"),
            "nn": importlib.import_module(f"{name}.nn"),
            "F": importlib.import_module(f"{name}.nn.functional"),
            "optim": importlib.import_module(f"{name}.optim"),
        }
        self._prelude = compile(PRELUDE, "<prelude>", "exec")

    def to(self, call: str) -> str | None:
        """Class and first line of the error; None if the call goes through."""
        names: dict[str, Any] = dict(self._names)
        exec(self._prelude, names)
        self.torch.manual_seed(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                eval(call, names)
            except Exception as error:
                return f"{type(error).__name__}: {error}".split("\n", 1)[0]
        return None


def _give_up(*_: object) -> None:
    raise TimeoutError


def main(name: str) -> None:
    """Answer calls that come a line each; an empty line for one that goes through."""
    answers, told = Answers(name), sys.stdout
    sys.stdout = sys.stderr  # what a call prints is no answer
    signal.signal(signal.SIGVTALRM, _give_up)
    for line in sys.stdin:
        signal.setitimer(signal.ITIMER_VIRTUAL, 10)  # of the processor: PyTorch's first imports may wait for it
        print(answers.to(line.rstrip("\n")) or "", file=told, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
