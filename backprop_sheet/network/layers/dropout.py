"""Dropout: some signals are set to 0 by chance, and the others made larger."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from backprop_sheet.formula import Name, Op, Tree, filled, parse
from backprop_sheet.network.choices import FRACTION, Setting
from backprop_sheet.network.groups import Unit
from backprop_sheet.network.layers.base import Layer, Numbering, Part, Shape, Signals, places

MODULUS = 2**31 - 1
NEXT_DRAW = parse(f"mod(16807*u, {MODULUS})")
"""The random number after u: a generator that is exact in every spreadsheet program, as its
products stay below 2⁵³. Source: Park and Miller, 1988."""
MASK = parse(f"where(1 - p - u/{MODULUS}, 1/(1 - p), 0)")
"""What a signal is multiplied by, from the random number u."""


@dataclass(frozen=True)
class Dropout(Layer):
    """Each signal is 0 with probability p, and otherwise multiplied by 1/(1 − p).

    Where the network predicts, signals go through unchanged. Source: Srivastava and others, 2014,
    with the factor applied while training, as in PyTorch.

    Attributes:
        probability: p.
    """

    kind: ClassVar[str] = "dropout"
    letter: ClassVar[str] = "d"
    activates: ClassVar[bool] = False
    random: ClassVar[bool] = True
    probability: float = field(default=0.5, compare=False)  # a number of the network

    def shape(self, before: Shape) -> Shape:
        """As before."""
        return before

    def numbered(self, before: Shape) -> bool:
        """Where it drops signals of steps or pictures."""
        return len(before) > 1

    def predicting(self) -> Layer:
        """Nothing."""
        return _Unchanged()

    def settings(self, prefix: str) -> dict[str, tuple[Setting, float]]:
        """The probability."""
        return {_probability(prefix): (Setting(FRACTION), self.probability)}

    def parts(self, before: Signals, prefix: str, numbering: Numbering) -> list[Part]:
        """The masks, and what they leave of the signals."""
        masks, left = [], []
        for (place, _), signal in zip(places(before.shape), before.names, strict=True):
            name, p = f"{prefix}{place}", Name(_probability(prefix))
            mask: dict[str, Tree] = {"u": Name(numbering.draw()), "p": p}
            masks.append(Unit((f"{name}_m",), formula=filled(MASK, mask)))
            left.append(Unit((name,), formula=Op("*", (Name(f"{name}_m"), Name(signal)))))
        both = ((masks, "mask"), (left, "what the mask leaves"))
        return [Part(tuple(units), before.shape, meaning=meaning) for units, meaning in both]

    def signals(self, parts: Sequence[Part]) -> tuple[str, ...]:
        """What the masks leave."""
        return super().signals(parts[-1:])


@dataclass(frozen=True)
class _Unchanged(Layer):
    """Dropout where the network predicts."""

    def shape(self, before: Shape) -> Shape:
        """As before."""
        return before

    def parts(self, before: Signals, prefix: str, numbering: Numbering) -> list[Part]:  # noqa: ARG002
        """None: the signals go through."""
        return []


def _probability(prefix: str) -> str:
    return f"p_{prefix.rstrip('_')}"


def next_draw(before: str) -> Tree:
    """The formula of the random number that follows another."""
    return filled(NEXT_DRAW, {"u": Name(before)})
