"""Dropout and BatchNorm as torch.nn has them, but on the CPU in a fraction of the time."""

from __future__ import annotations

from math import gcd, log1p
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

WIDE = 128
"""How many columns a table has at most that is gone through row by row: enough to fill the CPU's
registers, which the eight channels of the first block do not."""


class Dropout(nn.Dropout):
    """Leaves out each value with probability p in training, and scales the others by 1/(1 − p).

    torch.nn.Dropout draws a number for every value that there is; on a CPU that takes longer than
    a convolution. This one draws only which values to leave out.
    """

    def forward(self, values: Tensor) -> Tensor:
        """The values that are left; all of them outside training."""
        usual = self.training and 0 < self.p < 1 and values.numel()
        if not usual or values.device.type != "cpu":
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


class BatchNorm2d(nn.BatchNorm2d):
    """Brings each channel of a batch to mean β and deviation γ in training.

    torch.nn.BatchNorm2d goes through channels that lie last in memory pixel by pixel, 8 numbers at
    a time. This one takes several pixels at once, as if there were so many times more channels.
    """

    def forward(self, values: Tensor) -> Tensor:
        """The values, normalised by the batch in training and by what was learnt outside it."""
        self._check_input_dim(values)
        each = values.numel() // self.num_features
        if not self._usual or each <= 1 or values.device.type != "cpu":
            return super().forward(values)
        result, mean, variance = _Normalising.apply(values, self.weight, self.bias, self.eps)  # type: ignore[no-untyped-call]
        with torch.no_grad():
            part = cast("float", self.momentum)
            cast("Tensor", self.running_mean).lerp_(mean, part)
            cast("Tensor", self.running_var).lerp_(variance * (each / (each - 1)), part)
            cast("Tensor", self.num_batches_tracked).add_(1)
        return cast("Tensor", result)

    @property
    def _usual(self) -> bool:
        """Whether it is as layers are trained; anything rarer is left to PyTorch."""
        kept = self.track_running_stats and self.momentum is not None
        return self.training and self.affine and kept


class _Normalising(torch.autograd.Function):
    """y = γ·x̂ + β with x̂ = (x − μ)/√(σ² + ε), channel by channel.

    Backwards, with n values in a channel (Ioffe and Szegedy, Batch normalization, 2015):
    ∂E/∂β = Σ g, ∂E/∂γ = Σ g·x̂ and ∂E/∂x = γ/√(σ² + ε) · (g − ∂E/∂β/n − x̂·∂E/∂γ/n).
    """

    @staticmethod
    def forward(
        ctx: Any, values: Tensor, weight: Tensor, bias: Tensor, epsilon: float
    ) -> tuple[Tensor, Tensor, Tensor]:
        wide = _Wide(values)
        rows = wide.rows(values)
        # They come in numbers as long as the running ones, which matter in no other way; but these
        # may be written to, so they are nobody's.
        unused = weight.new_zeros(rows.shape[1])
        means, variances = torch.batch_norm_update_stats(rows, unused, unused, 0.0)
        means, variances = wide.apart(means), wide.apart(variances)
        mean = means.mean(0)
        variance = (variances + (means - mean) ** 2).mean(0)
        ctx.save_for_backward(values, weight, mean, variance)
        ctx.epsilon = epsilon
        ctx.mark_non_differentiable(mean, variance)
        return wide.brought(values, weight, bias, mean, variance, epsilon=epsilon), mean, variance

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor, *_: Any) -> tuple[Tensor, Tensor, Tensor, None]:
        values, weight, mean, variance = ctx.saved_tensors
        wide = _Wide(values)
        above = wide.rows(gradient)
        known = (wide.beside(mean), wide.beside(variance), None, None, False, ctx.epsilon)
        _, *sums = torch.ops.aten.native_batch_norm_backward(
            above, wide.rows(values), None, *known, [False, True, True]
        )
        for_weight, for_bias = (wide.apart(columns).sum(0) for columns in sums)
        slope, each = weight * torch.rsqrt(variance + ctx.epsilon), values[:, 0].numel()
        share = -slope / each
        shares = share * for_weight, share * for_bias
        result = wide.brought(values, *shares, mean, variance, epsilon=ctx.epsilon)
        wide.rows(result).addcmul_(above, wide.beside(slope).to(result.dtype))
        return result, for_weight, for_bias, None


class _Wide:
    """How values become a table with rows of several pixels, each pixel with all its channels."""

    def __init__(self, values: Tensor) -> None:
        count, self.channels, height, width = values.shape
        self.times = gcd(count * height * width, max(WIDE // self.channels, 1))

    def rows(self, values: Tensor) -> Tensor:
        """Values as that table: the same memory, if channels lie last in it."""
        return values.permute(0, 2, 3, 1).reshape(-1, self.times * self.channels)

    def beside(self, of_channels: Tensor) -> Tensor:
        """A number of each channel for each column."""
        return of_channels.expand(self.times, self.channels).reshape(-1)

    def apart(self, of_columns: Tensor) -> Tensor:
        """A number of each column: a row for each pixel, a column for each channel."""
        return of_columns.view(self.times, self.channels)

    def brought(
        self, values: Tensor, deviation: Tensor, centre: Tensor, *known: Tensor, epsilon: float
    ) -> Tensor:
        """The values x brought to d · (x − μ)/√(σ² + ε) + c, channel by channel; μ, σ² known."""
        d, c, mean, variance = map(self.beside, (deviation, centre, *known))
        result = torch.empty_like(values, memory_format=torch.channels_last)
        out = self.rows(result), d.new_empty(0), d.new_empty(0)
        torch.native_batch_norm(
            self.rows(values), d, c, mean, variance, False, 0.0, epsilon, out=out
        )
        return result
