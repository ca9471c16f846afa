"""Layers that only arrange steps: where each stands, and which one goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from backprop_sheet.formula import Name, Op
from backprop_sheet.network.groups import Unit
from backprop_sheet.network.layers.base import Layer, Numbering, Part, Shape, Signals, places
from backprop_sheet.network.layers.base import steps as steps_of


@dataclass(frozen=True)
class Position(Layer):
    """Each number of each step gets a bias of its own, so that a step is known by its place.

    Source: Vaswani and others, 2017, with learned positions.
    """

    kind: ClassVar[str] = "position"
    letter: ClassVar[str] = "x"

    def shape(self, before: Shape) -> Shape:
        """As before.

        Raises:
            InputError: the signals do not come step by step.
        """
        return steps_of(self.kind, before)

    def biases(self, before: Shape) -> int:
        """One for each step and place."""
        return before[0] * before[1]

    def parts(self, before: Signals, prefix: str, numbering: Numbering) -> list[Part]:
        """The signals with their biases."""
        units = []
        for (place, _), signal in zip(places(before.shape), before.names, strict=True):
            bias = numbering.bias()
            formula = Op("+", (Name(signal), Name(bias)))
            units.append(Unit(self.quantities(f"{prefix}{place}"), bias=bias, formula=formula))
        return [Part(tuple(units), before.shape, self.activation)]


@dataclass(frozen=True)
class LastStep(Layer):
    """Only the last step goes on: no quantities of its own."""

    kind: ClassVar[str] = "last step"
    activates: ClassVar[bool] = False

    def shape(self, before: Shape) -> Shape:
        """The numbers of a step.

        Raises:
            InputError: the signals do not come step by step.
        """
        return (steps_of(self.kind, before)[1],)

    def parts(self, before: Signals, prefix: str, numbering: Numbering) -> list[Part]:  # noqa: ARG002
        """None."""
        return []

    def hands_on(self, before: Signals, parts: Sequence[Part]) -> tuple[str, ...]:  # noqa: ARG002
        """The signals of the last step."""
        return before.names[-before.shape[1] :]
