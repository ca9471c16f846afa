"""What a sheet says in words: what may be changed, or what the task is."""

from collections.abc import Iterator
from typing import NamedTuple

from backprop_sheet.exporter.layout import Layout
from backprop_sheet.ooxml.addresses import letters

DERIVATION = "Derivation"
"""The title of the derivation's tab."""
FOLLOWS = "all cells below, the chart and the drawing follow."
NOTE = f"η ({{eta}}) and the numbers of row {{first}} may be changed: {FOLLOWS}"
DRIVEN_NOTE = (
    f"η ({{eta}}) is that of {{source}}; the numbers of row {{first}} may be changed: {FOLLOWS}"
)
YELLOW_NOTE = f"The yellow cells may be changed: {FOLLOWS}"
DRIVEN_YELLOW_NOTE = (
    f"η ({{eta}}) is that of {{source}}; the yellow cells may be changed: {FOLLOWS}"
)
"""What may be changed: in the original's sheet, and in others; with a learning rate of its own, and
with that of another tab."""
MEANS_NOTE = (
    "Means add up over the samples of an epoch: each row adds its part, and the last has the mean."
)
STEPS_NOTE = "Gradients add up to their {gradient} over the {step} samples of a step."
TASK = (
    "Fill in the marked cells: formulas, not numbers. Leave the given numbers as they are. "
    "Epoch 0 is row{rows}; "
)
EPOCH_OF_ROW = "column {column} has the epoch of each row."
EPOCH_OF_ROWS = "each epoch after it takes {samples} rows as well."
WHERE_NOTE = "How each formula follows is on the tab {tab}."
DEFINITIONS_NOTE = "What the formulas follow from is on the tab {tab}."


class Told(NamedTuple):
    """What is to be said of a sheet's drawing and of its pages, or nothing."""

    legend: str
    printed: str


def notes(layout: Layout, rate: str, told: Told) -> list[str]:
    """What may be changed, and what else is to be known.

    Args:
        layout: the positions in the sheet.
        rate: the formula of the learning rate, if another tab has it; otherwise empty.
        told: what is to be said of the drawing and of the pages.
    """
    text = NOTE if layout.as_original else YELLOW_NOTE
    if rate:
        text = DRIVEN_NOTE if layout.as_original else DRIVEN_YELLOW_NOTE
    changeable = text.format(eta=layout.rate_cell, first=layout.first_row, source=rate.strip("="))
    others = list(_others(layout))
    if layout.as_original:
        return [" ".join([changeable, *others])]
    others += [WHERE_NOTE.format(tab=DERIVATION), told.printed]
    return [changeable, " ".join(filter(None, others)), *_of_names(layout, told.legend)]


def _of_names(layout: Layout, legend: str) -> list[str]:
    """What endings of names mean, and what is to be said of the drawing; empty if nothing is."""
    return list(filter(None, [" ".join(filter(None, [layout.network.design.endings, legend]))]))


def _others(layout: Layout) -> Iterator[str]:
    design = layout.network.design
    samples = len(layout.network.samples)
    if samples > 1:
        yield MEANS_NOTE
        if design.step != 1 and (design.step != samples or design.gradient != "mean"):
            yield STEPS_NOTE.format(gradient=design.gradient, step=design.step)


def task(layout: Layout, told: Told) -> list[str]:
    """What to do in a sheet with blank cells."""
    samples, first = len(layout.network.samples), layout.first_row
    rows = f" {first}" if samples == 1 else f"s {first} to {first + samples - 1}"
    epochs = EPOCH_OF_ROW if samples == 1 else EPOCH_OF_ROWS
    column = letters(layout.epoch_column.left)
    text = (TASK + epochs).format(rows=rows, column=column, samples=samples)
    if layout.as_original:
        return [text]
    where = f"{DEFINITIONS_NOTE.format(tab=DERIVATION)} {told.printed}".rstrip()
    return [text, where, *_of_names(layout, told.legend)]
