"""What a network reads in a picture, and what makes the answer doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from backprop_sheet.files import check_target, replacing
from backprop_sheet.mnist.data import Bytes
from backprop_sheet.mnist.evaluation import chances
from backprop_sheet.mnist.model import Network
from backprop_sheet.mnist.pictures import ANGLES, Seen

SURE = 0.95
"""With a lower highest probability, the answer is doubtful. Of printed letters that do not look
like a digit, three in four stay below it, and of upright digits one in fifty."""


class Reading(NamedTuple):
    """What a network reads in a picture.

    Attributes:
        chances: the probability of each of the ten digits.
        views: the images that it saw, one upright or several turned.
        doubts: what speaks against the answer, each in a few words.
    """

    chances: list[float]
    views: Sequence[Bytes]
    doubts: list[str]

    @property
    def digit(self) -> int:
        """The digit with the highest probability."""
        return self.chances.index(max(self.chances))


def read(network: Network, picture: Seen) -> Reading:
    """Have a network read the digit in a picture.

    If it is not sure of the digit as it stands, the digit may be turned. Then it reads turned views
    as well, and the probabilities are their means, weighted by how sure it is of each view.
    """
    doubts = []
    if picture.digits > 1:
        doubts.append(f"there seem to be {picture.digits} digits; only the largest was read")
    (row,) = chances(network, [picture.image])
    highest = max(row)
    if highest >= SURE:
        return Reading(row, [picture.image], doubts)
    views = picture.turned()
    looked = ""
    if len(views) > 1:
        rows = np.array(chances(network, views))
        row = np.average(rows, axis=0, weights=rows.max(axis=1)).tolist()
        looked = f", so these are means over views turned by up to {max(ANGLES)}°"
    doubts.append(
        f"the network is not sure: no digit is more likely than {highest:.0%}{looked}; is it one "
        "whole digit, upright?"
    )
    return Reading(row, views, doubts)


def view_paths(folder: str | None, pictures: Sequence[str]) -> list[Path | None]:
    """Where to write what the network sees of each picture: named as the picture is, as PNG.

    Of pictures with the same name, all but the first get a number. Without a folder, there is no
    path.

    Raises:
        WriteError: a file cannot be written, or is one of those that are read.
    """
    if folder is None:
        return [None] * len(pictures)
    paths: list[Path | None] = []
    for stem in stems(pictures):
        path = Path(folder) / f"{stem}.png"
        check_target(path)
        paths.append(path)
    return paths


def stems(pictures: Sequence[str]) -> list[str]:
    """Names for files about pictures: as the pictures', all but the first of a name with a number.

    Args:
        pictures: the paths of the pictures.
    """
    found: list[str] = []
    for picture in pictures:
        stem = name = Path(picture).stem or "picture"
        number = 2
        while name in found:
            name, number = f"{stem}_{number}", number + 1
        found.append(name)
    return found


def save_views(reading: Reading, path: Path) -> None:
    """Write the images that the network saw, side by side.

    Raises:
        WriteError: the file cannot be written.
    """
    with replacing(path) as draft:
        Image.fromarray(np.hstack(list(reading.views))).save(draft, "PNG")
