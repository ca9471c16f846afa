"""Any picture of a digit → an image like MNIST's: 28×28, light on dark, centred.

`ink` finds the ink in the picture's colours, `parts` the digit among the ink's connected parts.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from backprop_sheet.errors import InputError
from backprop_sheet.mnist.data import Bytes
from backprop_sheet.mnist.ink import LEAST, Channels, Grey, edge, ink, smoothed
from backprop_sheet.mnist.model import SIZE
from backprop_sheet.mnist.parts import Numbers, Part, digit_parts, has_hole, numbered, parts

BOX = 20
"""The longer side of a digit in MNIST's images, in pixels."""
STRONG, FAINT = 0.5, 0.25
"""Pixels with more ink than the first form parts. Fainter ink close to them, down to the second, is
the soft edge of their strokes."""
SOFT = 30
"""Soft edges are as wide as one 30th of the digit's size."""
CROSSINGS = 16
"""How often, at least, the lines of squared paper begin and end along the edges of a picture."""
SHEET = 0.7
"""A part with a hole that fills this fraction of its box is a sheet on a table."""
DARK, OFF_CENTRE = 0.9, 1.0
"""MNIST's images have ink at least this dark, and their centre of mass at most so many pixels from
the middle."""
LARGEST = 100_000_000
"""The most pixels that a picture may have."""
ENOUGH = 1500
"""Larger pictures are scaled down to this many pixels in each direction."""
ANGLES = (-45, -30, -15, 0, 15, 30, 45)
"""The angles of the turned views, in degrees."""
TURNED_AT = 112
"""Digits are turned at this size in pixels, or at their own if they are smaller."""
DUST = 0.1
"""Fainter ink than this in a turned view is left by the turning."""


class Seen(NamedTuple):
    """The digit in a picture.

    Attributes:
        image: what the network sees: 0 (paper) to 255 (ink), of shape (28, 28).
        ink: the digit cut out of the picture, 0 to 1; None for an image like MNIST's.
        digits: how many digits there seem to be in the picture; the image shows the largest one.
    """

    image: Bytes
    ink: Grey | None = None
    digits: int = 1

    def turned(self) -> list[Bytes]:
        """The digit turned by each of `ANGLES`; an image like MNIST's is not turned."""
        if self.ink is None:
            return [self.image]
        digit: Any = Image.fromarray(_bytes(self.ink))
        digit.thumbnail((TURNED_AT, TURNED_AT), Image.Resampling.BOX)
        views = (digit.rotate(a, Image.Resampling.BICUBIC, expand=True) for a in ANGLES)
        values = [np.asarray(view, np.float64) / 255 for view in views]
        return [_placed(np.where(value > DUST, value, 0)) for value in values]


def seen(path: Path) -> Seen:
    """The digit in a picture.

    An image like MNIST's is taken as it is. In any other picture,

    1. the paper is the even or evenly curved surface that most pixels lie on;
    2. ink is what differs from the paper, in the colour that differs most;
    3. pixels with at least half of the full ink form connected parts;
    4. the digit is the largest part that neither is a frame nor lies along an edge, with small
       parts close to it;
    5. it is scaled to 20 pixels and placed with its centre of mass in the middle, as MNIST's own
       digits were (LeCun, Cortes and Burges).

    Raises:
        InputError: the file is not a picture, is too large, or shows nothing.
    """
    for channels in _read(path):
        if _is_mnists(channels):
            return Seen(_bytes(channels[:, :, 0]))
        if (found := _cut_out(channels)) is not None:
            return found
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


def _is_mnists(channels: Channels) -> bool:
    """Whether a picture is like MNIST's images: 28×28, light on dark, its digit in the middle."""
    grey = channels[:, :, 0]
    if grey.shape != (SIZE, SIZE) or np.ptp(channels, axis=2).any():
        return False
    if np.median(edge(grey)) >= LEAST or grey.max() < DARK:
        return False
    distances = [abs(_centre(grey, axis) - SIZE / 2) for axis in (0, 1)]
    return max(distances) <= OFF_CENTRE and max(_cropped(grey).shape) <= BOX


def _cut_out(channels: Channels) -> Seen | None:
    """The digit cut out of a picture; None if the picture shows nothing."""
    amount = ink(channels)
    if amount is None:
        return None
    strong, faint = STRONG, FAINT
    numbers = numbered(amount > strong)
    found = parts(numbers)
    at_edge = edge(numbers) == found[0].number
    if all(found[0].contacts) and np.count_nonzero(np.diff(at_edge)) > CROSSINGS:
        # Lines that cross all four edges again and again are those of squared paper.
        lines = edge(amount)[at_edge]
        strong = faint = (float(np.median(lines)) + 1) / 2
        numbers = numbered(amount > strong)
        found = parts(numbers)
    if _is_sheet(found[0], numbers):
        # Most of the picture is a table. The digit is on the sheet that lies on it.
        sheet = found[0]
        return _cut_out(channels[sheet.top : sheet.bottom, sheet.left : sheet.right])
    chosen, digits = digit_parts(found)
    mask = np.isin(numbers, [part.number for part in chosen])
    close = smoothed(mask.astype(np.float64), chosen[0].size // SOFT + 1) > 0
    cut = _cropped(np.where(close & (amount > faint), amount, 0))
    return Seen(_placed(cut), cut, digits)


def _is_sheet(part: Part, numbers: Numbers) -> bool:
    """Whether a part fills its box, but for a hole, and lies within the picture."""
    fills = part.area > SHEET * part.height * part.width
    return fills and not all(part.contacts) and has_hole(numbers, part)


def _placed(amount: Grey) -> Bytes:
    """A digit in an image of its own, scaled and centred as MNIST's are."""
    return _bytes(_centred(_scaled(_cropped(amount))))


def _cropped(amount: Grey) -> Grey:
    """The part of the picture that contains ink."""
    rows, columns = np.flatnonzero(amount.any(axis=1)), np.flatnonzero(amount.any(axis=0))
    return amount[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _scaled(amount: Grey) -> Grey:
    """The digit scaled so that its longer side has 20 pixels."""
    height, width = amount.shape
    scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    picture: Any = Image.fromarray(amount.astype(np.float32))
    return np.asarray(picture.resize(size, Image.Resampling.BOX if scale < 1 else
                                     Image.Resampling.BICUBIC), np.float64)  # fmt: skip


def _centred(amount: Grey) -> Grey:
    """The digit on an empty image, its centre of mass in the middle."""
    amount = np.clip(amount / amount.max(), 0, 1)
    result = np.zeros((SIZE, SIZE))
    corner = []
    for axis, length in enumerate(amount.shape):
        corner.append(min(max(0, round((SIZE - 1) / 2 - _centre(amount, axis))), SIZE - length))
    top, left = corner
    result[top : top + amount.shape[0], left : left + amount.shape[1]] = amount
    return result


def _centre(amount: Grey, axis: int) -> float:
    """The centre of mass along an axis."""
    mass = amount.sum(axis=1 - axis)
    return float((mass * np.arange(len(mass))).sum() / mass.sum())


def _bytes(grey: Grey) -> Bytes:
    return np.round(255 * grey).astype(np.uint8)
