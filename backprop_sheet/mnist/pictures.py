"""Any picture of a digit → an image like MNIST's: 28×28, light on dark, centred."""

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
"""The longer side of a digit in MNIST's images, in pixels."""
FAINT = 0.25
"""Fainter ink than this fraction of the darkest counts as paper."""
LEAST = 0.08
"""The least difference between ink and paper, where black and white differ by 1."""
STRONG, OFF_CENTRE = 0.9, 1.0
"""MNIST's images have ink at least this dark, and their centre of mass at most so many pixels from
the middle."""
LARGEST = 100_000_000
"""The most pixels that a picture may have."""
ENOUGH = 1500
"""Larger pictures are scaled down to this many pixels in each direction."""
UNEVEN = 0.5
"""Light counts as uneven if a curved surface misses the edge by less than this fraction of what a
single colour misses it by: a digit that touches the edge curves the surface a little as well."""
Channels = npt.NDArray[np.float64]
"""Values of shape (height, width, channels), 0 for black to 1 for white."""
Grey = npt.NDArray[np.float64]


def digit(path: Path) -> Bytes:
    """The digit in a picture, of shape (28, 28), 0 for paper and 255 for ink.

    An image like MNIST's is returned unchanged. In any other picture, most of the edge is taken to
    be paper, even if its light is uneven. Ink is what differs from the paper, in the colour that
    differs most. The digit is cropped, scaled to 20 pixels, and placed with its centre of mass in
    the middle, as MNIST's own digits were (LeCun, Cortes and Burges).

    Raises:
        InputError: the file is not a picture, is too large, or shows nothing.
    """
    for channels in _read(path):
        ink = np.abs(channels - _paper(channels)).max(axis=2)
        if ink.max() < LEAST:
            continue
        if _is_mnists(channels):
            return _bytes(channels[:, :, 0])
        ink /= ink.max()
        ink[ink < FAINT] = 0
        return _bytes(_centred(_scaled(_cropped(ink))))
    raise InputError(f"{path}: this picture shows nothing")


def _read(path: Path) -> Iterator[Channels]:
    """The values of an upright picture: on white and, as parts may be transparent, on black."""
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path) as file:
            _check_size(file)
            file.draft(file.mode, (ENOUGH, ENOUGH))  # decodes a JPEG at a smaller size
            white = 1.0 if file.mode.startswith("F") else 255.0
            picture = _smaller(file)
    except UnidentifiedImageError:
        raise InputError(f"{path}: this is not a picture") from None
    except Image.DecompressionBombError:
        limit = f"{LARGEST // 10**6} million pixels"
        raise InputError(f"{path}: this picture has more than {limit}") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'this picture is damaged'}") from None
    except (SyntaxError, ValueError):
        raise InputError(f"{path}: this picture is damaged") from None
    if _has_one_wide_channel(picture):
        values = np.asarray(picture, np.float64)[:, :, None]
        if not np.isfinite(values).all():
            raise InputError(f"{path}: some values of this picture are not finite")
        yield values / max(white, np.abs(values).max())  # the file does not say what is white
        return
    for background in ("white", "black"):
        page = Image.new("RGBA", picture.size, background)
        page.alpha_composite(picture)
        yield np.asarray(page.convert("RGB"), np.float64) / 255


def _check_size(file: Image.Image) -> None:
    """Refuse a picture that is too large; Pillow's own limit is higher."""
    if file.width * file.height > LARGEST:
        raise Image.DecompressionBombError


def _smaller(file: Image.Image) -> Image.Image:
    """The picture upright and no larger than needed: F if its values are wide, else RGBA."""
    ImageOps.exif_transpose(file, in_place=True)
    if _has_one_wide_channel(file):
        picture: Any = Image.fromarray(np.asarray(file, np.float32))
    else:
        picture = file.convert("RGBA")
    picture.thumbnail((ENOUGH, ENOUGH), Image.Resampling.BOX)
    return cast("Image.Image", picture)


def _has_one_wide_channel(picture: Image.Image) -> bool:
    """Whether its pixels are integers (I) or floats (F) wider than a byte."""
    return picture.mode.startswith(("I", "F"))


def _paper(channels: Channels) -> Channels:
    """The paper without the ink, estimated from the edge: one colour, or uneven light."""
    height, width, _ = channels.shape
    y, x = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None, :]
    terms = np.stack(np.broadcast_arrays(1.0, x, y, x * x, x * y, y * y), axis=-1)
    edge, edge_terms = _edge(channels), _edge(terms)
    even = np.median(edge, axis=0)
    curve = np.linalg.lstsq(edge_terms, edge, rcond=None)[0]
    if _distance(edge, edge_terms @ curve) < UNEVEN * _distance(edge, even):
        paper: Channels = terms @ curve
        return paper
    return np.broadcast_to(even, channels.shape)


def _edge(values: Channels) -> Grey:
    """The values along the four edges, as one row."""
    return np.concatenate((values[0], values[-1], values[:, 0], values[:, -1]))


def _distance(edge: Grey, paper: Grey) -> float:
    return float(np.abs(edge - paper).mean())


def _is_mnists(channels: Channels) -> bool:
    """Whether a picture is like MNIST's images: 28×28, light on dark, its digit in the middle."""
    grey = channels[:, :, 0]
    if grey.shape != (SIZE, SIZE) or np.ptp(channels, axis=2).any():
        return False
    if np.median(_edge(channels)) >= LEAST or grey.max() < STRONG:
        return False
    distances = [abs(_centre(grey, axis) - SIZE / 2) for axis in (0, 1)]
    return max(distances) <= OFF_CENTRE and max(_cropped(grey).shape) <= BOX


def _cropped(ink: Grey) -> Grey:
    """The part of the picture that contains ink."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _scaled(ink: Grey) -> Grey:
    """The digit scaled so that its longer side has 20 pixels."""
    height, width = ink.shape
    scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    picture: Any = Image.fromarray(ink.astype(np.float32))
    return np.asarray(picture.resize(size, Image.Resampling.BOX if scale < 1 else
                                     Image.Resampling.BICUBIC), np.float64)  # fmt: skip


def _centred(ink: Grey) -> Grey:
    """The digit on an empty image, its centre of mass in the middle."""
    ink = np.clip(ink / ink.max(), 0, 1)
    result = np.zeros((SIZE, SIZE))
    corner = []
    for axis, length in enumerate(ink.shape):
        corner.append(min(max(0, round((SIZE - 1) / 2 - _centre(ink, axis))), SIZE - length))
    top, left = corner
    result[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return result


def _centre(ink: Grey, axis: int) -> float:
    """The centre of mass along an axis."""
    mass = ink.sum(axis=1 - axis)
    return float((mass * np.arange(len(mass))).sum() / mass.sum())


def _bytes(grey: Grey) -> Bytes:
    return np.round(255 * grey).astype(np.uint8)
