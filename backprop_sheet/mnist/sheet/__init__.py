"""A trained network as a live workbook: type a digit into it, and every number follows.

layout    where the picture, the maps and their kernels stand
formulas  the formula of each map
writing   writes the tab of the network
text      what it says of each stage
guide     the tab that says how to read it
example   a worked example in that tab: one value, cell by cell
look      styles, colours, sizes, printing
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from backprop_sheet.errors import InputError, counted
from backprop_sheet.exporter.look import Look
from backprop_sheet.exporter.package import Additions, save
from backprop_sheet.mnist.data import Bytes
from backprop_sheet.mnist.model import Network
from backprop_sheet.mnist.sheet import example, guide, look
from backprop_sheet.mnist.sheet.writing import TAB, Writer
from backprop_sheet.mnist.stages import Convolution, Stage, maps, stages

MOST_PRODUCTS = 16_000_000
"""The most products of a weight and a value: the exercise's network has 1.9 million."""


def write_sheet(network: Network, image: Bytes, path: Path, *, force: bool = False) -> int:
    """Write a network as a workbook that computes what it sees in a picture.

    Args:
        network: the trained network.
        image: the picture that the workbook shows at first: grey values 0 (paper) to 255 (ink), of
            shape (28, 28).
        path: the file to write.
        force: whether to replace a workbook that somebody has edited, or that seems to be open.

    Returns:
        The digit that the network reads in the picture.

    Raises:
        InputError: the network is too large for a workbook, or gives no finite numbers.
        WriteError: the file cannot be written, seems to be open, or somebody has edited it.
    """
    found = stages(network)
    if (products := sum(map(_products, found))) > MOST_PRODUCTS:
        raise InputError(
            f"this network is too large for a sheet: it takes {counted(products, 'product')}, and "
            f"spreadsheet programs stay quick up to {MOST_PRODUCTS:,}; --widths and pooling make a "
            "smaller one"
        )
    values = maps(network, image)
    if not all(np.isfinite(one).all() for one in values):
        raise InputError("this network gives no finite numbers for this picture")
    book = Look().workbook
    look.add_styles(book)
    sheet, help_sheet = book.create_sheet(TAB), book.create_sheet(guide.TAB)
    writer = Writer(sheet, found)
    normalises = network.structure.has("image-normalisation")
    additions = writer.write(image, values, normalises=normalises)
    end = guide.write(help_sheet, found, writer.sections)
    worked = example.write(help_sheet, end + 2, TAB, found, writer.sections, values)
    save(book, path, {TAB: additions, guide.TAB: Additions(values=worked)}, force=force)
    return int(values[-1].argmax())


def _products(stage: Stage) -> int:
    """How many products a stage takes."""
    if not isinstance(stage, Convolution):
        return 0
    _, height, width = stage.shape
    return stage.weights.size * height * width
