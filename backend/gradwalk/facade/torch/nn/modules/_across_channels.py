"""Local response normalization as one Function, in the order in which PyTorch's adds up."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.custom.function import Function
from gradwalk.engine.surface.creation import zeros
from gradwalk.engine.surface.registry import FUNCTIONS


class CrossMapLRN2d(Function):
    """Each channel over a power of the sum of its neighbours' squares. The sum goes from channel to channel: what
    comes within reach is added to it and what is left behind taken off."""

    @staticmethod
    def forward(ctx: Any, input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1) -> Any:
        ctx.size, ctx.alpha, ctx.beta, ctx.k = size, alpha, beta, k
        if input.ndim != 4:
            raise ValueError(f"CrossMapLRN2d: Expected input to be 4D, got {input.ndim}D instead.")
        power, channels = FUNCTIONS["pow"], input.shape[1]
        output = input.new().resize_as_(input)  # where the squares lie first
        squares = power(input, 2, out=output)
        reach = int((size - 1) / 2 + 1)
        total = zeros(input[:, 0].shape, dtype=input.dtype)
        for c in range(min(reach, channels)):
            total = total + squares[:, c]
        sums = [total]
        for c in range(1, channels):
            if c < channels - reach + 1:
                total = total + squares[:, c + reach - 1]
            if c > reach:
                total = total - squares[:, c - reach]
            sums.append(total)
        ctx.scale = FUNCTIONS["stack"](sums, 1) * (alpha / size) + k
        power(ctx.scale, -beta, out=output).mul_(input)
        ctx.save_for_backward(input, output)
        return output

    @staticmethod
    def backward(ctx: Any, grad_output: Any) -> Any:
        input, output = ctx.saved_tensors
        size, channels = ctx.size, input.shape[1]
        grad_input: Any = (ctx.scale ** (-ctx.beta)).mul_(grad_output)
        ratios: Any = zeros((channels + size - 1, *input.shape[2:]), dtype=input.dtype)
        centre = ratios.narrow(0, int(size - (size - 1) / 2), channels)
        for n in range(len(input)):
            FUNCTIONS["mul"](grad_output[n], output[n], out=centre)
            centre.div_(ctx.scale[n])
            total = ratios.narrow(0, 0, size - 1).sum(0)
            for c in range(channels):
                total.add_(ratios[c + size - 1])
                grad_input[n][c].addcmul_(input[n][c], total, value=-2 * ctx.alpha * ctx.beta / size)
                total.sub_(ratios[c])
        return grad_input, None, None, None, None
