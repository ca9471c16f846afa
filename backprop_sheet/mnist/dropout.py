"""Dropout that draws only the values to drop: on a CPU, a fraction of PyTorch's time."""

from __future__ import annotations

from math import log1p

import torch
from torch import Tensor, nn


class Dropout(nn.Dropout):
    """Sets each value to 0 with probability p in training, and scales the others by 1/(1 − p).

    torch.nn.Dropout draws a random number for every value, which on a CPU takes longer than a
    convolution. This one draws the positions to drop, with repetition. If the number of draws is
    Poisson distributed with mean λ·n, then each of n positions is drawn a Poisson distributed
    number of times with mean λ, independently of the others. The probability that a position is
    never drawn is exp(−λ), so λ = −ln(1 − p) keeps each value with probability 1 − p.
    """

    def forward(self, values: Tensor) -> Tensor:
        """The values with some of them dropped; outside training, the values as they are."""
        drops = self.training and 0 < self.p < 1 and values.numel()
        if not drops or values.device.type != "cpu":
            return super().forward(values)
        mean = -log1p(-self.p) * values.numel()
        draws = int(torch.poisson(torch.tensor(mean, dtype=torch.float64)))
        positions = torch.randint(values.numel(), (draws,))
        factors = torch.empty_like(values).fill_(1 / (1 - self.p))
        in_one_row = factors.as_strided((factors.numel(),), (1,))  # whatever their layout
        in_one_row.index_fill_(0, positions, 0.0)
        return values * factors
