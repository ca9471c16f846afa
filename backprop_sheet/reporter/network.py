"""The network: its drawing, what its formulas follow from, its given numbers."""

from collections.abc import Iterator

from backprop_sheet.definitions import definitions
from backprop_sheet.document import Block, Heading, Paragraph, Picture, Points, side_by_side
from backprop_sheet.errors import counted
from backprop_sheet.plotter.drawing import network_drawing
from backprop_sheet.plotter.picture import as_png
from backprop_sheet.reporter.given import number, sample_table
from backprop_sheet.reporter.training import DRAWING, Training

MOST_WEIGHTS = 96
"""The most weights that are listed."""
MEANINGS = "z is the weighted sum of a neuron, a its activation, t the target of an output."


def network_section(training: Training) -> Iterator[Block]:
    """The section about the network."""
    network, epoch, sample = training.network, training.epoch, training.sample
    of_sample = f", sample {sample}" if len(network.samples) > 1 else ""
    yield Heading("The network")
    yield Picture(
        DRAWING,
        as_png(network_drawing(network, epoch, sample)),
        "The network: nodes with their values, arrows with weights and gradients",
        f"The network in epoch {epoch}{of_sample}.",
    )
    own = [] if network.design.written else [MEANINGS]
    yield Points([*(f"{each.of}: {each.text}" for each in definitions(network)), *own])
    yield Heading("The given numbers", 3)
    yield Paragraph(
        f"The learning rate is η = {number(network.eta)}. The network learns from "
        f"{counted(len(network.samples), 'sample')} and has "
        f"{counted(len(network.trained), 'trained number')}, which start from these:"
    )
    yield from sample_table(network)
    weights = [(network.text(n), number(network.numbers[n])) for n in network.trained]
    yield side_by_side(("weight", "start"), weights[:MOST_WEIGHTS])
    if (more := len(weights) - MOST_WEIGHTS) > 0:
        yield Paragraph(f"{more} more are left out; the workbook has all of them.")
