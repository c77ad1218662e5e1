"""The programs of the scenes: small ones that bring the page to a moment worth a look."""

from __future__ import annotations

HEAD = "import torch\n"
MOMENT = (
    HEAD
    + """x = torch.tensor([1.0, 2.0], requires_grad=True)
b = torch.tensor(0.5, requires_grad=True)
h = x + b
y = h * h + h
y.sum().backward()
"""
)
SQUARES = HEAD + "x = torch.tensor([1.0, 2.0], requires_grad=True)\n(x * x).sum().backward()\nx.grad\n"
SPREAD = (
    HEAD
    + """x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
b = torch.tensor([10.0, 20.0], requires_grad=True)
y = (x + b) * x
y.sum().backward()
"""
)
VALUES = (
    HEAD
    + """v = torch.tensor([1.0, -2.0, 0.5], requires_grad=True)
m = torch.tensor([[1.0, -2.0], [0.25, 4.0]])
big = torch.arange(1200.0).reshape(30, 40)
odd = torch.tensor([0.0, 1.0]).log()
loud = v * 1e9
quiet = v * 1e-9
gone = torch.zeros(5, 5)
"""
)
TRAINING = (
    HEAD
    + """from torch import nn
torch.manual_seed(0)
X = torch.linspace(-1, 1, 8).reshape(8, 1)
Y = X * X
net = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1))
opt = torch.optim.SGD(net.parameters(), lr=0.2)
for step in range(20):
    opt.zero_grad()
    loss = nn.functional.mse_loss(net(X), Y)
    loss.backward()
    opt.step()
"""
)
LOOP = (
    HEAD
    + """w = torch.tensor(0.0, requires_grad=True)
for step in range(25):
    loss = (w * 2 - 6) ** 2
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad = None
"""
)
STEPS = (
    HEAD
    + """w = torch.tensor(0.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
for step in range(2):
    optimizer.zero_grad()
    loss = (w * 2 - 6) ** 2
    loss.backward()
    optimizer.step()
"""
)
LONG = (
    HEAD
    + """x = torch.ones(3, requires_grad=True)
y = x
for i in range(3000):
    y = y * 1.0001
y.sum().backward()
"""
)
STRAIGHT = HEAD + "x = torch.tensor(1.0, requires_grad=True)\n" + "x = x * 1.01\n" * 60 + "x.backward()\n"
WRITTEN_OVER = (
    HEAD
    + """x = torch.tensor([1., 2., 3.], requires_grad=True)
s = torch.sigmoid(x)
s.mul_(2)
s.sum().backward()
"""
)
TWICE = (
    HEAD
    + """x = torch.tensor(3., requires_grad=True)
y = x ** 3
g, = torch.autograd.grad(y, x, create_graph=True)
g.backward()
"""
)
SHARED = (
    HEAD
    + """x = torch.tensor([1.0, 2.0, 3.0, 4.0])
d = x.detach()
top = x[:2]
top[0] = 9.0
print(x, d)
"""
)
IN_PLACE = (
    HEAD
    + """x = torch.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
y = x * x
u = y.detach()
v = u.view(2, 2)
z = y * 3
v.mul_(10)
z.sum().backward()
"""
)
DETACH = (
    HEAD
    + """x = torch.arange(4.0, requires_grad=True)
y = x * x
u = y.detach()
z = u * x
z.sum().backward()
x.grad == u
"""
)
BRANCHING = (
    HEAD
    + """x = torch.tensor([1.0, 2.0], requires_grad=True)
if x.sum() > 0:
    y = (x * x).sum()
else:
    y = (x * x * x).sum()
y.backward()
"""
)
TWICE_BEHIND_A_STRETCH = (
    HEAD
    + "x = torch.tensor(2.0, requires_grad=True)\ny = x * x\n"
    + "y = y + 1\n" * 70
    + "y.backward()\ny.backward()\n"
)
MISFIT = (
    HEAD
    + """X = torch.ones(4, 3)
w = torch.ones(4, requires_grad=True)
y = X @ w
"""
)
CALLS = (
    HEAD
    + """def f(a):
    b = a * 2
    while b.norm() < 1000:
        b = b * 2
    if b.sum() > 0:
        c = b
    else:
        c = 100 * b
    return c

torch.manual_seed(1)
a = torch.randn(size=(), requires_grad=True)
d = f(a)
d.backward()
a.grad == d / a
"""
)
FILES = {
    "loss.py": """def squared(y, target):
    return (y - target) ** 2
""",
    "model.py": """import torch

def tiny(w, x):
    hidden = w * x
    return torch.tanh(hidden).sum()
""",
    "main.py": """import torch
from model import tiny
from loss import squared

w = torch.tensor([0.5, -1.0], requires_grad=True)
x = torch.tensor([1.0, 2.0])
loss = squared(tiny(w, x), 3.0)
loss.backward()
print(w.grad)
""",
}
"""A script with the modules that it imports."""
