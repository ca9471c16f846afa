"""Any picture of a digit → one as the network knows them: 28×28, light on dark, in the middle."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

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
STRONG, OFF = 0.9, 1.0
"""MNIST's pictures: their darkest ink at least, and how many pixels their centre of mass is off
the middle at most."""
LARGEST = 100_000_000
"""Pixels of the largest picture that is read."""
ENOUGH = 1500
"""Pixels in each direction that a picture is looked at with: larger ones are made smaller."""
BENT = 0.5
"""How much nearer to the edge a bent paper has to be than an even one: a digit that is cut off
there bends it a little as well."""
Channels = npt.NDArray[np.float64]
"""Values of shape (height, width, channels), 0 for black to 1 for white."""
Grey = npt.NDArray[np.float64]


def digit(path: Path) -> Bytes:
    """A picture's digit, of shape (28, 28), 0 for paper and 255 for ink.

    A picture as MNIST's are is taken as it is. In others, paper is what most of the edge is, even
    if its light falls off; ink is what differs from it, by the colour that differs most. The digit
    is cut out, brought to 20 pixels, and put so that its centre of mass stands in the middle, as
    MNIST's own were (LeCun, Cortes and Burges).

    Raises:
        InputError: the file is no picture, is too large, or nothing can be seen in it.
    """
    for channels in _readings(path):
        ink = np.abs(channels - _paper(channels)).max(axis=2)
        if ink.max() < LEAST:
            continue
        if _is_mnists(channels):
            return _bytes(channels[:, :, 0])
        ink /= ink.max()
        ink[ink < FAINT] = 0
        return _bytes(_centred(_fitted(_cut_out(ink))))
    raise InputError(f"{path}: nothing can be seen in this picture")


def _readings(path: Path) -> Iterator[Channels]:
    """The values of a picture, upright; if parts are clear, on white and then on black."""
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path) as file:
            _check_size(file)
            file.draft(file.mode, (ENOUGH, ENOUGH))  # a JPEG is then read that much smaller
            white = 1.0 if file.mode.startswith("F") else 255.0
            picture = _smaller(file)
    except UnidentifiedImageError:
        raise InputError(f"{path}: this is no picture") from None
    except Image.DecompressionBombError:
        most = f"{LARGEST // 10**6} million pixels"
        raise InputError(f"{path}: this picture is too large; takes up to {most}") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'this picture is damaged'}") from None
    except (SyntaxError, ValueError):
        raise InputError(f"{path}: this picture is damaged") from None
    if _is_long(picture):
        values = np.asarray(picture, np.float64)[:, :, None]
        if not np.isfinite(values).all():
            raise InputError(f"{path}: some values of this picture are no finite numbers")
        yield values / max(white, np.abs(values).max())  # nothing says what is white in them
        return
    for ground in ("white", "black"):
        page = Image.new("RGBA", picture.size, ground)
        page.alpha_composite(picture)
        yield np.asarray(page.convert("RGB"), np.float64) / 255


def _check_size(file: Image.Image) -> None:
    """Refuse a picture that is too large, as Pillow itself does with still larger ones."""
    if file.width * file.height > LARGEST:
        raise Image.DecompressionBombError


def _smaller(file: Image.Image) -> Image.Image:
    """A picture upright, not larger than needed: F if its numbers are long, else RGBA."""
    ImageOps.exif_transpose(file, in_place=True)
    if _is_long(file):
        picture: Any = Image.fromarray(np.asarray(file, np.float32))
    else:
        picture = file.convert("RGBA")
    picture.thumbnail((ENOUGH, ENOUGH), Image.Resampling.BOX)
    return cast("Image.Image", picture)


def _is_long(picture: Image.Image) -> bool:
    """Whether its numbers are longer than bytes: whole ones (I), or others (F)."""
    return picture.mode.startswith(("I", "F"))


def _paper(channels: Channels) -> Channels:
    """What there would be without ink, by the edge: one colour, or light that falls off."""
    height, width, _ = channels.shape
    y, x = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None, :]
    places = np.stack(np.broadcast_arrays(1.0, x, y, x * x, x * y, y * y), axis=-1)
    edge, there = _edge(channels), _edge(places)
    even = np.median(edge, axis=0)
    bent = np.linalg.lstsq(there, edge, rcond=None)[0]
    if _off(edge, there @ bent) < BENT * _off(edge, even):
        paper: Channels = places @ bent
        return paper
    return np.broadcast_to(even, channels.shape)


def _edge(values: Channels) -> Grey:
    """The values along the edge, one place after the other."""
    return np.concatenate((values[0], values[-1], values[:, 0], values[:, -1]))


def _off(edge: Grey, paper: Grey) -> float:
    return float(np.abs(edge - paper).mean())


def _is_mnists(channels: Channels) -> bool:
    """Whether a picture is as MNIST's are: its size, light on dark, its digit in the middle."""
    grey = channels[:, :, 0]
    if grey.shape != (SIZE, SIZE) or np.ptp(channels, axis=2).any():
        return False
    if np.median(_edge(channels)) >= LEAST or grey.max() < STRONG:
        return False
    off = [abs(_centre(grey, axis) - SIZE / 2) for axis in (0, 1)]
    return max(off) <= OFF and max(_cut_out(grey).shape) <= BOX


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
        corner.append(min(max(0, round((SIZE - 1) / 2 - _centre(ink, axis))), SIZE - length))
    top, left = corner
    result[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return result


def _centre(ink: Grey, axis: int) -> float:
    """Where the centre of mass is on an axis."""
    mass = ink.sum(axis=1 - axis)
    return float((mass * np.arange(len(mass))).sum() / mass.sum())


def _bytes(grey: Grey) -> Bytes:
    return np.round(255 * grey).astype(np.uint8)
