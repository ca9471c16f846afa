"""The pictures of a report on a run, as PNG."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from backprop_sheet.mnist.plots import training_curves
from backprop_sheet.mnist.saved import Model
from backprop_sheet.plotter.picture import small_png

ACROSS = 1400
"""Pixels that a picture is wide."""


def curves(model: Model) -> Figure:
    """Loss and accuracy of each epoch."""
    history = model.history
    losses = {"train": [row.loss for row in history], "test": [row.test_loss for row in history]}
    accuracies = {
        "train": [row.train_accuracy for row in history],
        "test": [row.test_accuracy for row in history],
    }
    return training_curves(losses, accuracies, model.settings.effective_recipe.about_accuracy)


FIGURES: dict[str, tuple[Callable[[Model], Figure], str]] = {
    "curves": (curves, "Loss and accuracy of each epoch, on train and test digits"),
}
"""What draws each picture, and what it shows, for who cannot see it."""


def figures(model: Model) -> dict[str, bytes]:
    """All pictures of a model, by name."""
    return {name: small_png(draw(model), ACROSS) for name, (draw, _) in FIGURES.items()}
