"""Layers that apply an activation function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradwalk.engine.surface.creation import empty
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor

from .. import functional as F  # noqa: N812
from .. import init
from ..parameter import Parameter
from .module import Module


class _Plain(Module):
    """An activation without arguments."""

    function: Callable[..., Tensor]

    def forward(self, input: Any) -> Tensor:
        return type(self).function(input)


class Sigmoid(_Plain):
    """``1 / (1 + exp(-x))``."""

    function = staticmethod(FUNCTIONS["sigmoid"])


class Tanh(_Plain):
    """Hyperbolic tangent."""

    function = staticmethod(F.tanh)


class LogSigmoid(_Plain):
    """The logarithm of a sigmoid."""

    function = staticmethod(F.logsigmoid)


class Softsign(_Plain):
    """``x / (1 + |x|)``."""

    function = staticmethod(F.softsign)


class Tanhshrink(_Plain):
    """``x - tanh(x)``."""

    function = staticmethod(F.tanhshrink)


class _InPlace(Module):
    """An activation that may write its result over its argument."""

    function: Callable[..., Tensor]

    def __init__(self, inplace: bool = False, **numbers: float) -> None:
        super().__init__()
        for name, number in numbers.items():  # first, as in PyTorch, for what torch.save writes has their order
            setattr(self, name, number)
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        return type(self).function(input, inplace=self.inplace)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class ReLU(_InPlace):
    """``max(0, x)``."""

    function = staticmethod(F.relu)


class SiLU(_InPlace):
    """``x * sigmoid(x)``."""

    function = staticmethod(F.silu)


class Mish(_InPlace):
    """``x * tanh(softplus(x))``."""

    function = staticmethod(F.mish)


class SELU(_InPlace):
    """An ELU with the constants that keep mean and variance."""

    function = staticmethod(F.selu)


class Hardsigmoid(_InPlace):
    """A sigmoid of three straight lines."""

    function = staticmethod(F.hardsigmoid)

    def extra_repr(self) -> str:
        return ""


class Hardswish(_InPlace):
    """``x * hardsigmoid(x)``."""

    function = staticmethod(F.hardswish)

    def extra_repr(self) -> str:
        return ""


class _WithArguments(_InPlace):
    """An activation with numbers of its own; ``shown`` names them."""

    shown: tuple[str, ...] = ()

    def extra_repr(self) -> str:
        told = [f"{name}={getattr(self, name)}" for name in self.shown]
        return ", ".join(told + ["inplace=True"] * self.inplace)


class Threshold(_WithArguments):
    """``x`` beyond a threshold, else a value."""

    shown = ("threshold", "value")
    threshold: float
    value: float

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__(inplace, threshold=threshold, value=value)

    def forward(self, input: Any) -> Tensor:
        return F.threshold(input, self.threshold, self.value, self.inplace)


class RReLU(_WithArguments):
    """A leaky ReLU whose slope is drawn while training."""

    shown = ("lower", "upper")
    lower: float
    upper: float

    def __init__(self, lower: float = 1.0 / 8, upper: float = 1.0 / 3, inplace: bool = False) -> None:
        super().__init__(inplace, lower=lower, upper=upper)

    def forward(self, input: Any) -> Tensor:
        return F.rrelu(input, self.lower, self.upper, self.training, self.inplace)


class Hardtanh(_WithArguments):
    """``x`` between two bounds."""

    shown: tuple[str, ...] = ("min_val", "max_val")
    min_val: float
    max_val: float

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace, min_val=min_val, max_val=max_val)
        if max_val <= min_val:
            raise AssertionError(f"max_val ({max_val}) must be greater than min_val ({min_val})")

    def forward(self, input: Any) -> Tensor:
        return F.hardtanh(input, self.min_val, self.max_val, self.inplace)


class ReLU6(Hardtanh):
    """``x`` between 0 and 6."""

    shown = ()

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)


class ELU(_WithArguments):
    """``x`` where positive, else ``alpha * (exp(x) - 1)``."""

    shown = ("alpha",)
    alpha: float

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace, alpha=alpha)

    def forward(self, input: Any) -> Tensor:
        return F.elu(input, self.alpha, self.inplace)


class CELU(_WithArguments):
    """An ELU with a continuous slope."""

    shown = ("alpha",)
    alpha: float

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace, alpha=alpha)

    def forward(self, input: Any) -> Tensor:
        return F.celu(input, self.alpha, self.inplace)


class LeakyReLU(_WithArguments):
    """``x`` where positive, else a little of it."""

    shown = ("negative_slope",)
    negative_slope: float

    def __init__(self, negative_slope: float = 1e-2, inplace: bool = False) -> None:
        super().__init__(inplace, negative_slope=negative_slope)

    def forward(self, input: Any) -> Tensor:
        return F.leaky_relu(input, self.negative_slope, self.inplace)


class GLU(Module):
    """One half times the sigmoid of the other."""

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Any) -> Tensor:
        return F.glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class GELU(Module):
    """``x`` times the normal distribution function."""

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Any) -> Tensor:
        return F.gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class _Shrink(Module):
    function: Callable[..., Tensor]

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Any) -> Tensor:
        return type(self).function(input, self.lambd)

    def extra_repr(self) -> str:
        return str(self.lambd)


class Hardshrink(_Shrink):
    """``x``, and 0 near 0."""

    function = staticmethod(F.hardshrink)


class Softshrink(_Shrink):
    """``x`` moved towards 0."""

    function = staticmethod(F.softshrink)


class Softplus(Module):
    """A smooth ReLU."""

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Any) -> Tensor:
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class PReLU(Module):
    """A leaky ReLU whose slope is learned."""

    def __init__(self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None) -> None:
        self.num_parameters = num_parameters
        super().__init__()
        self.init = init
        self.weight = Parameter(empty(num_parameters, device=device, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Every slope as at first."""
        init.constant_(self.weight, self.init)

    def forward(self, input: Any) -> Tensor:
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class _Along(Module):
    """A function along one dimension."""

    function: Callable[..., Tensor]

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Any) -> Tensor:
        return type(self).function(input, self.dim, 5)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(_Along):
    """``exp(x)`` divided by its sum."""

    function = staticmethod(F.softmax)


class Softmin(_Along):
    """Softmax of ``-x``."""

    function = staticmethod(F.softmin)


class LogSoftmax(_Along):
    """The logarithm of softmax."""

    function = staticmethod(F.log_softmax)


class Softmax2d(Module):
    """Softmax over the channels of an image."""

    def forward(self, input: Any) -> Tensor:
        if input.dim() not in (3, 4):
            raise ValueError(f"Softmax2d: expected input to be 3D or 4D, got {input.ndim}D instead")
        return F.softmax(input, -3, _stacklevel=5)
