"""Any picture of a digit → one as the network knows them: 28×28, light on dark, in the middle."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from backprop_sheet.errors import InputError
from backprop_sheet.mnist.data import Bytes
from backprop_sheet.mnist.model import SIZE

BOX = 20
"""Pixels that the longer side of a digit takes in MNIST's pictures."""
FAINT = 0.25
"""Ink, as a part of the darkest, below which it is paper."""
LEAST = 0.08
"""The difference between ink and paper, as a part of black to white, that can be a digit."""
Grey = npt.NDArray[np.float64]


def digit(path: Path) -> Bytes:
    """A picture's digit, of shape (28, 28), 0 for paper and 255 for ink.

    A picture that is of this size and light on dark is taken as it is. In others, paper is what
    most of the edge is; the digit is cut out, brought to 20 pixels, and put so that its centre of
    mass stands in the middle, as MNIST's own were (LeCun, Cortes and Burges).

    Raises:
        InputError: the file is no picture, or nothing can be seen in it.
    """
    grey = _grey(path)
    edge = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))
    paper = float(np.median(edge))
    if grey.shape == (SIZE, SIZE) and paper < LEAST:
        return _bytes(grey)
    ink = np.abs(grey - paper)
    if ink.max() < LEAST:
        raise InputError(f"{path}: nothing can be seen in this picture")
    ink /= ink.max()
    ink[ink < FAINT] = 0
    return _bytes(_centred(_fitted(_cut_out(ink))))


def _grey(path: Path) -> Grey:
    """The grey values of a picture, 0 for black to 1 for white, upright and on white."""
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path) as file:
            picture = ImageOps.exif_transpose(file)
            if picture.mode.startswith(("I", "F")):  # 16 bits, or whatever range there is
                return _stretched(np.asarray(picture, np.float64))
            clear = picture.convert("RGBA")
    except UnidentifiedImageError:
        raise InputError(f"{path}: this is no picture") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'this picture is damaged'}") from None
    except (SyntaxError, ValueError, Image.DecompressionBombError):
        raise InputError(f"{path}: this picture is damaged, or too large") from None
    white = Image.new("RGBA", clear.size, "white")
    return np.asarray(Image.alpha_composite(white, clear).convert("L"), np.float64) / 255


def _stretched(values: Grey) -> Grey:
    least, span = values.min(), float(np.ptp(values))
    return (values - least) / span if span else np.zeros_like(values)


def _cut_out(ink: Grey) -> Grey:
    """The part of the picture that has ink."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _fitted(ink: Grey) -> Grey:
    """Larger or smaller, so that the longer side has 20 pixels."""
    height, width = ink.shape
    scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    picture: Any = Image.fromarray(ink.astype(np.float32))
    return np.asarray(picture.resize(size, Image.Resampling.BOX if scale < 1 else
                                     Image.Resampling.BICUBIC), np.float64)  # fmt: skip


def _centred(ink: Grey) -> Grey:
    """On an empty picture, the centre of mass in its middle."""
    ink = np.clip(ink / ink.max(), 0, 1)
    result = np.zeros((SIZE, SIZE))
    corner = []
    for axis, length in enumerate(ink.shape):
        mass = ink.sum(axis=1 - axis)
        centre = float((mass * np.arange(length)).sum() / mass.sum())
        corner.append(min(max(0, round((SIZE - 1) / 2 - centre)), SIZE - length))
    top, left = corner
    result[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return result


def _bytes(grey: Grey) -> Bytes:
    return np.round(255 * grey).astype(np.uint8)
