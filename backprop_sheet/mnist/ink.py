"""The colours of a picture → how much ink there is in each pixel. Knows nothing of digits."""

from __future__ import annotations

from math import ceil, sqrt
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Channels = npt.NDArray[np.float64]
"""Values of shape (height, width, channels), 0 for black to 1 for white."""
Grey = npt.NDArray[np.float64]
"""Values of shape (height, width)."""
Number = TypeVar("Number", bound=np.generic)
LEAST = 0.08
"""The least difference between ink and paper, where black and white differ by 1."""
COARSE = 100
"""The paper is fitted to about so many pixels in each direction."""
TOLERANCES = (0.3, 0.2, 0.1, 0.1, 0.05, 0.05, 0.02, 0.02)
"""How far from the paper counts as near, in each fit."""
QUIET = 0.06
"""Noise with a standard deviation up to this fraction of full ink needs no smoothing."""


def ink(channels: Channels) -> Grey | None:
    """The ink in each pixel, 0 for none to 1 for full ink; None if the picture shows nothing.

    Ink is what differs from the paper, in the colour in which most of it differs. A picture with
    much noise is smoothed: each pixel becomes the mean of its neighbourhood, which is just so large
    that the noise becomes quiet.
    """
    difference = channels - paper(channels)
    strength = np.sqrt((difference**2).sum(axis=2, keepdims=True))
    colour = (difference * strength).sum(axis=(0, 1))
    colour /= np.linalg.norm(colour) or 1
    amount = difference @ colour
    if amount.max() < LEAST:
        return None
    too_loud = _noise(amount) / (QUIET * amount.max())
    amount = smoothed(amount, max(0, ceil((too_loud - 1) / 2)))
    full: float = amount.max()
    return np.clip(amount / full, 0, 1)


def paper(channels: Channels) -> Channels:
    """The paper without the ink: the quadratic surface that most pixels lie on.

    Light falls off gradually, so a plane does not do. The surface is fitted to all pixels again and
    again, each weighted by 1 / its distance from the surface before. That gives the surface with
    the least absolute distances (iteratively reweighted least squares), so neither ink nor a frame
    nor a dark table at the edge pulls it away from the paper.
    """
    height, width, _ = channels.shape
    y, x = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None, :]
    terms = np.stack(np.broadcast_arrays(1.0, x, y, x * x, x * y, y * y), axis=-1)
    step = max(1, max(height, width) // COARSE)
    few, few_terms = (v[::step, ::step].reshape(-1, v.shape[2]) for v in (channels, terms))
    surface = np.broadcast_to(np.median(few, axis=0), few.shape)
    for tolerance in TOLERANCES:
        distance = np.abs(few - surface).max(axis=1, keepdims=True)
        weight = 1 / (distance**2 + tolerance**2)
        curve = np.linalg.lstsq(weight * few_terms, weight * few, rcond=None)[0]
        surface = few_terms @ curve
    result: Channels = terms @ curve
    return result


def _noise(amount: Grey) -> float:
    """The standard deviation of the noise, from the typical difference of two neighbours."""
    differences = np.abs(np.diff(amount, axis=1))
    typical = float(np.median(differences)) if differences.size else 0.0
    return 1.4826 * typical / sqrt(2)  # half of a normal distribution lies within σ / 1.4826


def smoothed(amount: Grey, reach: int) -> Grey:
    """Each pixel replaced by the mean of those at most so many rows and columns away."""
    for axis in (0, 1):
        pad = [(reach, reach) if axis == other else (0, 0) for other in (0, 1)]
        windows = np.lib.stride_tricks.sliding_window_view(
            np.pad(amount, pad, mode="edge"), 2 * reach + 1, axis=axis
        )
        amount = windows.mean(axis=-1)
    return amount


def edge(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """The values along the four edges of a picture, in one row."""
    return np.concatenate((values[0], values[-1], values[:, 0], values[:, -1]))
