"""The pictures of a report on a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from matplotlib.figure import Figure

from backprop_sheet.mnist.plots import training_curves
from backprop_sheet.mnist.saved import Model
from backprop_sheet.plotter.picture import as_png


class Plan(NamedTuple):
    """A picture that is still to be drawn.

    Attributes:
        name: the name of its file, which begins with what it is about: kernels, kernels_Conv2d-1.
        about: what it shows, for who cannot see it.
        draw: draws it.
    """

    name: str
    about: str
    draw: Callable[[], Figure]

    def png(self) -> bytes:
        """Draw it, as PNG."""
        return as_png(self.draw())


def plans(model: Model) -> list[Plan]:
    """The pictures of a model."""
    about = "Loss and accuracy of each epoch, on train and test digits"
    return [Plan("curves", about, lambda: _curves(model))]


def _curves(model: Model) -> Figure:
    history = model.history
    losses = {"train": [row.loss for row in history], "test": [row.test_loss for row in history]}
    accuracies = {
        "train": [row.train_accuracy for row in history],
        "test": [row.test_accuracy for row in history],
    }
    return training_curves(losses, accuracies, model.settings.effective_recipe.about_accuracy)
