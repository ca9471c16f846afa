"""What a sheet says of its drawing: where weights have no labels, and circles no names."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from backprop_sheet.diagram import Diagram
from backprop_sheet.exporter.drawing import shapes
from backprop_sheet.exporter.drawing.labels import WEIGHT
from backprop_sheet.exporter.drawing.placing import Label
from backprop_sheet.exporter.layout import Layout
from backprop_sheet.network import Group

WEIGHTS = "The weights of the arrows in the drawing stand in the table."
"""What is said where weights have no labels."""
UNNAMED = "Not named in the drawing, from left to right: {names}."
"""What is said where circles or squares have no names."""
SHORT = "Short in the drawing: {names}."
"""What is said where circles have short forms of names."""
MOST_NAMES = 330
"""The most characters of these names, some two lines; of more, those in the middle are left out."""
TWICE = (1, 2)
"""One group that comes twice, which is no shorter to tell."""
ENDS = 2
"""How many names of a kind are told of more: the first and the last."""


def legend(layout: Layout, diagram: Diagram, found: Iterable[Label]) -> str:
    """What to say of a drawing whose weights have no labels, or whose circles lack their names."""
    labelled = any(label.style == WEIGHT for label in found)
    weights = any(arrow.weight for arrow in diagram.arrows)
    names = _unnamed(layout, diagram)
    short = ", ".join(f"{form} = {name}" for name, form in shapes.short_forms(diagram).items())
    said = {
        WEIGHTS: weights and not labelled,
        UNNAMED.format(names=names): bool(names),
        SHORT.format(names=short): bool(short),
    }
    return " ".join(text for text, holds in said.items() if holds)


def _unnamed(layout: Layout, diagram: Diagram) -> str:
    """The names that the drawing leaves out, group by group."""
    groups = [kinds for group in layout.network.groups if (kinds := _kinds(group, diagram))]
    found = list(_once(groups))
    lengths = accumulate(len(text) + 2 for text in found[:-1])
    shown = [text for text, length in zip(found, lengths, strict=False) if length < MOST_NAMES]
    dots = ["…"] * (len(shown) + 1 < len(found))
    return "; ".join([*shown, *dots, *found[-1:]])


def _kinds(group: Group, diagram: Diagram) -> list[list[str]]:
    """The names of a group that the drawing leaves out: its sums, its activations and so on."""
    without = shapes.unnamed(diagram)
    kinds: dict[int, list[str]] = {}
    for unit in group.units:
        for place, name in enumerate(unit.quantities):
            node = diagram.nodes.get(name)
            if node and (node.scale or node.role) in without:
                kinds.setdefault(place, []).append(node.name)
    return [*kinds.values()]


def _once(groups: Sequence[list[list[str]]]) -> Iterator[str]:
    """What is said of groups; of those that come again with other numbers, only the last name."""
    patterns = [[re.sub(r"\d+", "", name) for names in group for name in names] for group in groups]
    place = 0
    while place < len(groups):
        period, count = _repeats(patterns[place:])
        yield from map(_told, groups[place : place + period])
        place += period * count
        if count > 1:
            yield f"and so on to {groups[place - 1][-1][-1]}"


def _repeats(patterns: Sequence[list[str]]) -> tuple[int, int]:
    """How many of the first patterns come again, and how often they are there in all.

    Two that are alike are no repetition: both are told.
    """
    for period in range(1, len(patterns) // 2 + 1):
        count = 1
        while patterns[count * period : (count + 1) * period] == patterns[:period]:
            count += 1
        if count > 1 and (period, count) != TWICE:
            return period, count
    return 1, 1


def _told(kinds: Sequence[list[str]]) -> str:
    """The names of a group; of a kind with several, the first and the last."""
    return " and ".join(
        "…".join([names[0], names[-1]]) if len(names) > ENDS else ", ".join(names)
        for names in kinds
    )
