"""The programs that are timed: forward and backward, as a lesson writes them, for whichever ``torch`` runs them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Program:
    """What is timed is ``body``; ``setup`` has run before, once, in the same namespace. ``ops`` are counted in it."""

    body: str
    setup: str = ""
    ops: int = 1


def chain(length: int) -> Program:
    """A long chain of elementwise operations on four numbers."""
    body = f"""
x = torch.ones(4, requires_grad=True)
y = x
for _ in range({length // 2}):
    y = y * 1.0001
    y = y + x
y.sum().backward()
"""
    return Program(body, ops=length)


PROGRAMS = {
    "a": Program("""
x = torch.arange(4.0, requires_grad=True)
y = 2 * torch.dot(x, x)
y.backward()
"""),
    "b": Program("""
x = torch.arange(4.0, requires_grad=True)
y = x * x
u = y.detach()
z = u * x
z.sum().backward()
"""),
    "c": Program("""
x = torch.ones(4, requires_grad=True)
y = x
for _ in range(20):
    y = y * x
y.sum().backward()
"""),
    "c2": Program("""
a = torch.ones((), requires_grad=True)
b = a * 2
while b.norm() < 100:
    b = b * 2
c = b if b.sum() > 0 else 100 * b
c.backward()
"""),
    "d": Program(
        """
h = torch.tanh(inputs @ w1 + b1)
h = torch.tanh(h @ w2 + b2)
loss = ((h @ w3 + b3 - targets) ** 2).mean()
loss.backward()
with torch.no_grad():
    for p in parameters:
        p -= 0.01 * p.grad
        p.grad = None
""",
        """
torch.manual_seed(0)
inputs, targets = torch.randn(32, 2), torch.randn(32, 1)
w1, w2, w3 = (torch.randn(n, m).requires_grad_() for n, m in ((2, 16), (16, 16), (16, 1)))
b1, b2, b3 = (torch.zeros(n, requires_grad=True) for n in (16, 16, 1))
parameters = [w1, b1, w2, b2, w3, b3]
""",
    ),
    "e": Program(
        """
h = torch.relu(inputs @ w1 + b1)
loss = torch.nn.functional.cross_entropy(h @ w2 + b2, targets)
loss.backward()
with torch.no_grad():
    for p in parameters:
        p -= 0.01 * p.grad
        p.grad = None
""",
        """
torch.manual_seed(0)
inputs, targets = torch.randn(64, 784), torch.randint(10, (64,))
w1, w2 = ((torch.randn(n, m) / n**0.5).requires_grad_() for n, m in ((784, 128), (128, 10)))
b1, b2 = (torch.zeros(n, requires_grad=True) for n in (128, 10))
parameters = [w1, b1, w2, b2]
""",
    ),
    "f1k": chain(1_000),
    "f10k": chain(10_000),
    "f100k": chain(100_000),
}
"""``a`` the lesson's first graph; ``b`` its ``detach()``; ``c`` 20 products; ``c2`` its loop that asks for a value;
``d`` and ``e`` one step of training, of an MLP 2-16-16-1 on 32 rows and of one 784-128-10 on 64; ``f`` long chains."""
