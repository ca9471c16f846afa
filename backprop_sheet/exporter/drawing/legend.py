"""What a sheet says of its drawing: where weights have no labels, and circles no names."""

from collections.abc import Iterable
from itertools import accumulate

from backprop_sheet.diagram import Diagram
from backprop_sheet.exporter.drawing import shapes
from backprop_sheet.exporter.drawing.labels import WEIGHT, Label
from backprop_sheet.exporter.layout import Layout

WEIGHTS = "The weights of the arrows in the drawing stand in the table."
"""What is said where weights have no labels."""
UNNAMED = "Without names in the drawing, group by group from left to right: {names}."
"""What is said where circles or squares have no names."""
MOST_NAMES = 330
"""The most characters of these names, some two lines; of more, those in the middle are left out."""
MOST_OF_GROUP = 6
"""The most names of a group that are all told; of more, the first and the last are."""


def legend(layout: Layout, diagram: Diagram, found: Iterable[Label]) -> str:
    """What to say of a drawing whose weights have no labels, or whose circles have no names."""
    labelled = any(label.style == WEIGHT for label in found)
    weights = any(arrow.weight for arrow in diagram.arrows)
    names = _unnamed(layout, diagram)
    said = {WEIGHTS: weights and not labelled, UNNAMED.format(names=names): bool(names)}
    return " ".join(text for text, holds in said.items() if holds)


def _unnamed(layout: Layout, diagram: Diagram) -> str:
    """The names that the drawing leaves out: of each group all, or the first and the last."""
    without, found = shapes.unnamed(diagram), []
    for group in layout.network.groups:
        drawn = (name for unit in group.units for name in unit.quantities)
        nodes = [diagram.nodes[name] for name in drawn if name in diagram.nodes]
        names = [node.name for node in nodes if (node.scale or node.role) in without]
        few = len(names) <= MOST_OF_GROUP
        if names:
            found.append(", ".join(names) if few else f"{names[0]} to {names[-1]}")
    lengths = accumulate(len(text) + 2 for text in found[:-1])
    shown = [text for text, length in zip(found, lengths, strict=False) if length < MOST_NAMES]
    dots = ["…"] * (len(shown) + 1 < len(found))
    return "; ".join([*shown, *dots, *found[-1:]])
