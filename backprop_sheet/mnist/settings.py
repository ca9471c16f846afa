"""The settings of a training: everything that its result depends on, for a given device."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import nextafter
from typing import Any

from backprop_sheet.errors import InputError, shown
from backprop_sheet.mnist import limits
from backprop_sheet.mnist.model import Structure
from backprop_sheet.mnist.recipes import RECIPES, Recipe

THREADS = 1
"""Threads on the CPU by default. With more of them, each step waits for the slowest one. On a busy
machine that takes longer than doing all the work on a single thread."""
LIMITS = {
    "epochs": (1, limits.EPOCHS),
    "batch": (1, limits.BATCH),
    "rate": (nextafter(0, 1), limits.RATE),
    "dropout": (0.0, nextafter(1, 0)),
    "seed": (0, limits.SEEDS - 1),
    "threads": (1, limits.THREADS),
    "half": (False, True),
}
"""The lowest and highest value of each setting, which also give its type."""


@dataclass(frozen=True)
class Settings:
    """Everything that the result of a training depends on, for a given device.

    Attributes:
        recipe: the name of the recipe that all other hyperparameters come from.
        epochs: how often each image is seen.
        batch: images in a step.
        rate: the learning rate; the highest one, if the rate goes through a cycle.
        dropout: the probability that a value is dropped.
        seed: the random seed.
        threads: threads on the CPU; the number of threads changes how sums are rounded.
        half: whether the layers compute in bfloat16, which is half as long as float32.
        widths: channels of each block of the network.
        without: what the network or its training lacks, of `limits.LEFT_OUT`, in their order.
    """

    recipe: str
    epochs: int
    batch: int
    rate: float
    dropout: float
    seed: int
    threads: int
    half: bool
    widths: tuple[int, ...] = limits.WIDTHS
    without: tuple[str, ...] = ()

    @property
    def structure(self) -> Structure:
        """What the network is made of."""
        without = tuple(part for part in self.without if part in limits.LAYERS_LEFT_OUT)
        return Structure(self.widths, without, self.dropout)

    @property
    def effective_recipe(self) -> Recipe:
        """The recipe, without what the training lacks."""
        return RECIPES[self.recipe].lacking(self.without)

    @property
    def precision(self) -> str:
        """What its layers compute in."""
        return "bfloat16" if self.half else "float32"

    def __post_init__(self) -> None:
        """Check every setting.

        Raises:
            InputError: a setting is out of range or has the wrong type.
        """
        if self.recipe not in tuple(RECIPES):
            raise InputError(f"recipe is {shown(self.recipe)}, not one of {', '.join(RECIPES)}")
        for name, (least, most) in LIMITS.items():
            value = getattr(self, name)
            kind = (int, float) if isinstance(most, float) else type(most)
            if not isinstance(value, kind) or not least <= value <= most:
                raise InputError(f"{name} is {shown(value)}, not from {least} to {most}")
        if not isinstance(self.without, tuple) or self.without != _in_order(self.without):
            allowed = f"some of {', '.join(limits.LEFT_OUT)}, in this order"
            raise InputError(f"without is {shown(self.without)}, not {allowed}")
        self.structure  # noqa: B018 (checks what the network is made of)


def settings(recipe: str | None = None, **given: Any) -> Settings:
    """The settings of a recipe, some of them replaced.

    What the recipe does not have anyway is not counted as left out, so that trainings which are
    the same have the same settings.

    Args:
        recipe: `best` (the default) or `original`.
        given: epochs, batch, rate, dropout, seed, threads, half, widths or without; None leaves
            the recipe's.

    Raises:
        InputError: a setting is out of range.
    """
    name = recipe or "best"
    known = RECIPES[name]
    default = Settings(
        name, known.epochs, known.batch, known.rate, known.dropout, 0, THREADS, half=False
    )
    chosen = {name: value for name, value in given.items() if value is not None}
    without = chosen.get("without", ())
    if "dropout" in without:
        chosen["dropout"] = 0.0
    kept = [part for part in without if part != "dropout" and not _lacks(known, part)]
    chosen["without"] = _in_order(kept) if set(kept) <= set(limits.LEFT_OUT) else tuple(kept)
    return replace(default, **chosen)


def _lacks(recipe: Recipe, part: str) -> bool:
    """Whether a recipe would be the same without a part that helps a training."""
    return part in limits.TRAINING_LEFT_OUT and recipe.lacking([part]) == recipe


def _in_order(parts: Iterable[str]) -> tuple[str, ...]:
    """Parts to be left out, each once, in the order in which they are listed; none unknown."""
    given = set(parts)
    return tuple(part for part in limits.LEFT_OUT if part in given)
