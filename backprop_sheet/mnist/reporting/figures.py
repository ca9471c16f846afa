"""The pictures of a report on a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from matplotlib.figure import Figure

from backprop_sheet.mnist.looking.album import Findings, album, examples, least_sure
from backprop_sheet.mnist.looking.fields import measured
from backprop_sheet.mnist.plots import training_curves
from backprop_sheet.mnist.saved import Model
from backprop_sheet.plotter.picture import as_png


class Plan(NamedTuple):
    """A picture that is still to be drawn.

    Attributes:
        name: the name of its file, which begins with what it is about: kernels, kernels_Conv2d-1.
        about: what it shows, for who cannot see it.
        draw: draws it, from what was measured.
    """

    name: str
    about: str
    draw: Callable[[Findings], Figure]

    def png(self, found: Findings) -> bytes:
        """Draw it, as PNG."""
        return as_png(self.draw(found))


def findings(model: Model) -> Findings:
    """What is computed before anything is drawn, on the digits that the model holds."""
    images = list(model.examples.values())
    fields = measured(model.network, images) if images else ()
    return Findings(model.network, fields, len(images), None)


def plans(model: Model) -> list[Plan]:
    """The pictures of a model: curves, kernels, and those of the digit that it is least sure of."""
    about = "Loss and accuracy of each epoch, on train and test digits"
    planned = [Plan("curves", about, lambda _: _curves(model))]
    if not model.examples:
        return planned
    shown = least_sure(model.network, examples(model))
    for item in album(model.network, [shown], with_tests=False):
        name = item.name.removesuffix(".png")
        planned.append(Plan(name, f"{shown.title}: {item.about}", item.draw))
    return planned


def _curves(model: Model) -> Figure:
    history = model.history
    losses = {"train": [row.loss for row in history], "test": [row.test_loss for row in history]}
    accuracies = {
        "train": [row.train_accuracy for row in history],
        "test": [row.test_accuracy for row in history],
    }
    return training_curves(losses, accuracies, model.settings.effective_recipe.about_accuracy)
