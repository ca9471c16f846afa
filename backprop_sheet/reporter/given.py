"""Given numbers, as tables: what a report and a student's task have in common."""

from collections.abc import Iterator

from backprop_sheet.document import Paragraph, Table, Text, side_by_side
from backprop_sheet.network import Kind, Network

MOST_SAMPLES = 12
"""The most samples that are listed; the sheet has all."""
MOST_ACROSS = 12
"""The most numbers of a sample that stand side by side; more stand below each other."""


def number(value: float) -> str:
    """A given number, with all that was given of it."""
    return f"{value:.15g}"


def sample_table(network: Network) -> Iterator[Text]:
    """The inputs and targets: of one sample, or of each; nothing if there are none."""
    names = network.named(Kind.INPUT, Kind.TARGET)
    if not names:
        return
    if len(network.samples) == 1:
        pairs = [(n, number(network.numbers[n])) for n in names]
        yield side_by_side(("given", "number"), pairs)
        return
    rows = [
        (str(place), *(number(sample[name]) for name in names))
        for place, sample in enumerate(network.samples[:MOST_SAMPLES], start=1)
    ]
    lines = [("sample", *names), *rows]
    head, *rows = zip(*lines, strict=True) if len(names) > MOST_ACROSS else lines
    yield Table(head, rows, "samples")
    if len(network.samples) > MOST_SAMPLES:
        yield Paragraph(f"The sheet has all {len(network.samples)} samples.")
