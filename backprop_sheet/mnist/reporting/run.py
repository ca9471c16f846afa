"""What a report on a run is made from, and how it writes numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from backprop_sheet.document import Picture
from backprop_sheet.mnist.comparing import Comparison
from backprop_sheet.mnist.looking.distances import Distance, distances
from backprop_sheet.mnist.looking.fields import Field
from backprop_sheet.mnist.model import Layer, table
from backprop_sheet.mnist.saved import Model
from backprop_sheet.mnist.stages import Convolution, Stage, stages


@dataclass(frozen=True, eq=False)
class Run:
    """A trained network, and what was measured of it.

    Attributes:
        model: the model, with its settings and its history.
        path: its file, as it was typed.
        comparisons: comparisons of trainings.
        pictures: pictures of it.
        fields: its receptive fields, as measured.
    """

    model: Model
    path: str
    comparisons: tuple[Comparison, ...] = ()
    pictures: tuple[Picture, ...] = ()
    fields: Sequence[Field] = ()

    @cached_property
    def rows(self) -> list[Layer]:
        """The layer table."""
        return table(self.model.network)

    @cached_property
    def stages(self) -> list[Stage]:
        """The stages of the network."""
        return stages(self.model.network)

    @property
    def convolutions(self) -> list[Convolution]:
        """The convolutions among them."""
        return [stage for stage in self.stages if isinstance(stage, Convolution)]

    def of(self, kind: str) -> list[Layer]:
        """The layers of a kind: MaxPool2d."""
        return [row for row in self.rows if row.name.partition("-")[0] == kind]

    @cached_property
    def distances(self) -> list[Distance]:
        """How far each layer stands from the prediction."""
        return distances(self.model.network)

    @property
    def options(self) -> str:
        """What `mnist compare` has to be told to train likewise: the digits and the recipe."""
        known = self.model.digits in ("mnist", "sample")
        data = f"--data {self.model.digits if known else 'DIR'}"
        recipe = self.model.settings.recipe
        return data if recipe == "best" else f"{data} --recipe {recipe}"


def share(part: float) -> str:
    """A share, as a percentage."""
    return f"{100 * part:.2f}\N{NO-BREAK SPACE}%"


def points(difference: float) -> str:
    """A difference of two shares, in percentage points."""
    return f"{100 * difference:z.2f}\N{NO-BREAK SPACE}points"


def rounded(number: float) -> str:
    """A number with four significant digits."""
    return f"{number:.4g}"


def size(layer: Layer | Stage) -> str:
    """What a layer gives, in one line: 8 × 28 × 28."""
    return "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}".join(map(str, layer.shape))
