"""The report of a training: what stands in it, in which order."""

from collections.abc import Iterator

from backprop_sheet.document import Block, Code, Document, Heading, Paragraph
from backprop_sheet.errors import counted
from backprop_sheet.reporter.given import number
from backprop_sheet.reporter.mathematics import derivation, worked_epoch
from backprop_sheet.reporter.network import network_section
from backprop_sheet.reporter.rates import curve, rates
from backprop_sheet.reporter.table import table
from backprop_sheet.reporter.training import CURVE, DRAWING, RATES, Training

PICTURES = (DRAWING, CURVE, RATES)
"""The names of a report's pictures."""


def report(training: Training) -> Document:
    """The report of a training.

    Every number in it is one of the frames', or a given one.

    Raises:
        InputError: there is no such epoch or sample.
        Diverged: the training ends before the epoch.
    """
    network = training.network
    samples = len(network.samples)
    about = f"The network {network.name} at the learning rate η = {number(network.eta)}, trained "
    about += f"for {counted(len(training.errors))}"
    about += f" of {samples} samples." if samples > 1 else "."
    return Document("Backpropagation, number by number", about, tuple(_blocks(training)))


def _blocks(training: Training) -> Iterator[Block]:
    if end := training.diverged:
        yield Paragraph(
            f"The training left the range of numbers in epoch {end.epoch}, at "
            f"{training.network.text(end.quantity)}: the learning rate is too large. What came "
            "before that is here."
        )
    yield from network_section(training)
    yield from derivation(training)
    yield from worked_epoch(training)
    yield from table(training)
    yield from curve(training)
    yield from rates(training)
    yield Heading("How this was made")
    yield Paragraph(
        "The program backprop-sheet made this report. The first command makes it again, the second "
        "writes the same training as a workbook in which every number is a live formula."
    )
    yield Code(f"{training.commands.report}\n{training.commands.run}")
