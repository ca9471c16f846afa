"""Dropout, as torch.nn has it, but drawn on the CPU in a fraction of the time."""

from __future__ import annotations

from math import log1p
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable


class Dropout(nn.Dropout):
    """Leaves out each value with probability p in training, and scales the others by 1/(1 − p).

    torch.nn.Dropout draws a number for every value that there is; on a CPU that takes longer than
    a convolution. This one draws only which values to leave out.
    """

    def forward(self, values: Tensor) -> Tensor:
        """The values that are left; all of them outside training."""
        if not self.training or not self.p or values.device.type != "cpu":
            return super().forward(values)
        inplace = self.inplace and _without_gaps(values)
        result: Tensor = _LeavingOut.apply(values, self.p, inplace)  # type: ignore[no-untyped-call]
        return result


def _without_gaps(values: Tensor) -> bool:
    """Whether values fill their part of the memory."""
    return values.is_contiguous() or values.is_contiguous(memory_format=torch.channels_last)


class _LeavingOut(torch.autograd.Function):
    """Sets values to 0 at places drawn with repetition, and scales the rest.

    If the number of draws has Poisson's distribution with mean λ·n, each of n places is drawn a
    number of times that has Poisson's distribution with mean λ, all of them independent of each
    other. A place is never drawn with probability exp(−λ); λ = −ln(1 − p) makes that 1 − p.
    """

    @staticmethod
    def forward(ctx: Any, values: Tensor, p: float, inplace: bool) -> Tensor:
        mean = -log1p(-p) * values.numel()
        draws = int(torch.poisson(torch.tensor(mean, dtype=torch.float64)))
        places = torch.randint(values.numel(), (draws,))
        ctx.save_for_backward(places)
        ctx.scale = 1 / (1 - p)
        if inplace:
            ctx.mark_dirty(values)
        scaled = values.mul_(ctx.scale) if inplace else values * ctx.scale
        ctx.strides = scaled.stride()
        return _with_zeros(scaled, places)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        (places,) = ctx.saved_tensors
        # The places are those in the memory of what came out: the gradient has to lie as that did.
        scaled = torch.empty_strided(
            gradient.shape, ctx.strides, dtype=gradient.dtype, device=gradient.device
        )
        return _with_zeros(torch.mul(gradient, ctx.scale, out=scaled), places), None, None


def _with_zeros(values: Tensor, places: Tensor) -> Tensor:
    """The values, which nobody else holds, set to 0 at places counted in the order of memory."""
    in_memory = values.as_strided((values.numel(),), (1,))
    in_memory.index_fill_(0, places, 0.0)
    return values
