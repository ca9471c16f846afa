"""Epochs of a training, one by one. Where one stopped, another goes on as if it had not.

Every epoch draws its chances (order, changes, dropout) from a seed of its own, made of the
training's seed and the epoch's number. So nothing of chance has to be kept between epochs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from math import ceil, isfinite, nextafter
from time import perf_counter
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel

from backprop_sheet.errors import Diverged, InputError, shown
from backprop_sheet.interrupt import interruptible
from backprop_sheet.mnist import limits
from backprop_sheet.mnist.data import Digits
from backprop_sheet.mnist.evaluation import evaluate, tensors
from backprop_sheet.mnist.machine import keep_memory
from backprop_sheet.mnist.model import Network
from backprop_sheet.mnist.recipes import RECIPES, changed, cycle, normalised

MOMENTUM = 0.9
THREADS = 1
"""Threads on the CPU when nobody says: with more of them, each step waits for the slowest, which on
a machine that is busy takes longer than all the work on one."""
EARLY = 9
"""An average reaches back over a ninth of the steps so far, while that is less than it is to."""
TELL = 20
"""Steps between two looks at how an epoch gets on: each look waits for the device."""
LIMITS = {
    "epochs": (1, limits.EPOCHS),
    "batch": (1, limits.BATCH),
    "rate": (nextafter(0, 1), limits.RATE),
    "dropout": (0.0, nextafter(1, 0)),
    "seed": (0, limits.SEEDS - 1),
    "threads": (1, limits.THREADS),
    "half": (False, True),
}
"""The least and the most of each setting; its type is that of these."""


@dataclass(frozen=True)
class Settings:
    """Everything that decides how a training comes out, on a given device.

    Attributes:
        recipe: the name of a recipe, which decides what is not said here.
        epochs: how often every picture is seen.
        batch: pictures in a step.
        rate: the learning rate; the highest one, if the rate goes through a cycle.
        dropout: the part of the values left out.
        seed: where chance starts.
        threads: threads on the CPU: sums come out a little different with more of them.
        half: whether the layers compute in numbers of half the length (bfloat16).
    """

    recipe: str
    epochs: int
    batch: int
    rate: float
    dropout: float
    seed: int
    threads: int
    half: bool

    def __post_init__(self) -> None:
        """Check that each is what it may be.

        Raises:
            InputError: a number is outside its range, or is none.
        """
        if self.recipe not in tuple(RECIPES):
            raise InputError(f"recipe is {shown(self.recipe)}, not one of {', '.join(RECIPES)}")
        for name, (least, most) in LIMITS.items():
            value = getattr(self, name)
            kind = (int, float) if isinstance(most, float) else type(most)
            if not isinstance(value, kind) or not least <= value <= most:
                raise InputError(f"{name} is {shown(value)}, not from {least} to {most}")


def settings(recipe: str | None = None, **given: float | None) -> Settings:
    """The settings of a recipe, but for what is given.

    Args:
        recipe: `best` (if left out) or `original`.
        given: epochs, batch, rate, dropout, seed, threads or half; None counts as not given.

    Raises:
        InputError: a number is outside its range.
    """
    name = recipe or "best"
    known = RECIPES[name]
    usual = Settings(
        name, known.epochs, known.batch, known.rate, known.dropout, 0, THREADS, half=False
    )
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    return replace(usual, **chosen)


class Epoch(NamedTuple):
    """What an epoch came to.

    Attributes:
        epoch: its number, from 1.
        rate: the learning rate of its last step.
        loss: the mean of −log p of the true digit, while learning.
        train_accuracy: the part of the pictures whose digit was found, while learning.
        test_loss, test_accuracy: the same for the test digits, after it.
        seconds: how long it took, the test included.
    """

    epoch: int
    rate: float
    loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    seconds: float


class Glance(NamedTuple):
    """How an epoch is getting on: steps done, mean loss and accuracy so far."""

    epoch: int
    step: int
    steps: int
    loss: float
    accuracy: float


Tell = Callable[[Glance], None]


def silent(glance: Glance) -> None:
    """Nobody looks on."""


class Training:
    """A network on its way.

    Attributes:
        settings: how it goes.
        history: the epochs that are done.
    """

    def __init__(self, settings: Settings, digits: Digits, device: torch.device) -> None:
        """A training before its first epoch, its weights drawn from the seed."""
        torch.set_num_threads(settings.threads)
        keep_memory()
        self.settings, self.device = settings, device
        self.history: list[Epoch] = []
        self._recipe = RECIPES[settings.recipe]
        torch.manual_seed(_seed(settings, 0))
        self._learner = _placed(Network(settings.dropout), device)
        self._average = _averaged(self._learner, self._recipe.memory)
        self._optimizer = torch.optim.SGD(
            self._learner.parameters(),
            lr=settings.rate,
            momentum=MOMENTUM,
            weight_decay=self._recipe.decay,
            nesterov=self._recipe.nesterov,
        )
        self._train = tensors(digits.train_images, digits.train_labels, device)
        self._test = tensors(digits.test_images, digits.test_labels, device)

    @property
    def network(self) -> Network:
        """The network as it is tested and kept: the one that learns, or an average of it.

        An average over the last steps finds more digits than any single step's network while the
        rate is high (Polyak and Juditsky, 1992; Izmailov et al., Averaging weights, 2018).
        """
        if not self._average:
            return self._learner
        return cast("Network", self._average.module)

    @property
    def done(self) -> int:
        """How many epochs are done."""
        return len(self.history)

    def epochs(self, tell: Tell = silent) -> Iterator[Epoch]:
        """The epochs that are left, each as soon as it is done.

        Raises:
            Diverged: the loss or a weight is no finite number any more. The epoch does not count.
        """
        while self.done < self.settings.epochs:
            begin, epoch = perf_counter(), self.done + 1
            rate, loss, accuracy = self._learn(epoch, tell)
            self._check("a weight", "w − η·Δ", epoch, is_finite(self._learner.state_dict()))
            test = evaluate(self.network, *self._test)
            self._check("the test loss", "mean(−log p)", epoch, isfinite(test.loss))
            seconds = perf_counter() - begin
            row = Epoch(epoch, rate, loss, accuracy, test.loss, test.accuracy, seconds)
            self.history.append(row)
            yield row

    def state(self) -> dict[str, Any]:
        """All that another training needs to go on from here: tensors and plain data."""
        return {
            "learner": self._learner.state_dict(),
            "average": self._average and self._average.state_dict(),
            "momentum": {k: kept["momentum_buffer"] for k, kept in self._kept().items()},
            "history": [tuple(row) for row in self.history],
        }

    def go_on_from(self, state: dict[str, Any]) -> None:
        """Take up the state of a training with the same settings.

        Raises:
            KeyError, TypeError, ValueError, RuntimeError, AttributeError: it is of another network.
        """
        take_over(self._learner, state["learner"])
        if self._average:
            take_over(self._average, state["average"])
        parameters = dict(enumerate(self._learner.parameters()))
        check_alike(parameters, state["momentum"])
        optimizer = self._optimizer.state_dict()
        optimizer["state"] = {k: {"momentum_buffer": state["momentum"][k]} for k in parameters}
        self._optimizer.load_state_dict(optimizer)
        self.history = [Epoch(*row) for row in state["history"]]

    def _kept(self) -> dict[int, dict[str, Tensor]]:
        """What the optimizer keeps of each parameter."""
        return cast("dict[int, dict[str, Tensor]]", self._optimizer.state_dict()["state"])

    def _learn(self, epoch: int, tell: Tell) -> tuple[float, float, float]:
        """Go through all pictures once; gives the last rate, the mean loss and the accuracy."""
        torch.manual_seed(_seed(self.settings, epoch))
        self._learner.train()
        images, labels = self._train
        order = torch.randperm(len(images)).to(self.device)
        steps = ceil(len(images) / self.settings.batch)
        loss, found = torch.zeros(2, device=self.device)
        seen = 0
        batches = interruptible(torch.split(order, self.settings.batch))
        for step, chosen in enumerate(batches, start=1):
            part = (self.done + step / steps) / self.settings.epochs
            mean, right = self.step(images[chosen], labels[chosen], part)
            loss, found, seen = loss + mean * len(chosen), found + right, seen + len(chosen)
            if step % TELL == 0 or step == steps:
                glance = Glance(epoch, step, steps, loss.item() / seen, found.item() / seen)
                self._check("loss", "mean(−log p)", epoch, isfinite(glance.loss))
                tell(glance)
        return self._rate, glance.loss, glance.accuracy

    def step(self, images: Tensor, truth: Tensor, part: float) -> tuple[Tensor, Tensor]:
        """Learn from a batch; gives its mean loss and how many of its digits were found.

        Args:
            images: grey values in bytes, of shape (n, 1, 28, 28), on the training's device.
            truth: what they show.
            part: how much of the training is done, 0 to 1.
        """
        self._set_rate(part)
        batch = images.float() / 255
        if part < self._recipe.changed:
            batch = changed(batch)
        self._optimizer.zero_grad()
        with self._precision():
            guesses = self._learner(normalised(batch))
        loss = functional.nll_loss(guesses, truth)
        torch.autograd.backward(loss)
        self._optimizer.step()
        if self._average:
            self._average.update_parameters(self._learner)
        return loss.detach(), (guesses.detach().argmax(1) == truth).sum()

    def _precision(self) -> AbstractContextManager[None]:
        """In what numbers the layers compute; weights and their updates are always whole."""
        if not self.settings.half:
            return nullcontext()
        return torch.autocast(self.device.type, torch.bfloat16)

    def _set_rate(self, part: float) -> None:
        self._rate = self.settings.rate * (cycle(part) if self._recipe.one_cycle else 1.0)
        for group in self._optimizer.param_groups:
            group["lr"] = self._rate

    def _check(self, quantity: str, formula: str, epoch: int, finite: bool) -> None:
        if not finite:
            raise Diverged(quantity, epoch, formula, {"the learning rate": self._rate})


class NotFiniteError(ValueError):
    """Among the numbers of a network there are infinite ones, or none at all."""


def take_over(module: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Have a network take the weights of another.

    Raises:
        KeyError, TypeError, ValueError, RuntimeError, AttributeError: they are those of another
            network, or not all finite.
    """
    check_alike(module.state_dict(), weights)
    module.load_state_dict(weights)


def check_alike(ours: Mapping[Any, Tensor], others: Mapping[Any, Tensor]) -> None:
    """Refuse tensors of other shapes or kinds of numbers than ours, or not all finite.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: they are not alike.
    """
    for name, tensor in ours.items():
        other = others[name]
        if (other.shape, other.dtype) != (tensor.shape, tensor.dtype):
            raise ValueError(f"{name} has another shape or kind of numbers")
    if not is_finite(others):
        raise NotFiniteError


def is_finite(tensors: Mapping[Any, Tensor]) -> bool:
    """Whether tensors hold finite numbers only."""
    return all(bool(tensor.isfinite().all()) for tensor in tensors.values())


def _seed(settings: Settings, epoch: int) -> int:
    return (settings.seed << 20) + epoch


def _averaged(network: Network, memory: int) -> AveragedModel | None:
    """An average of a network over about so many last steps, or none."""
    if not memory:
        return None

    @torch.no_grad()
    def remember(averages: Sequence[Tensor], news: Sequence[Tensor], steps: Tensor | int) -> None:
        # At first over fewer steps: the weights it began with are soon to be forgotten.
        weight = max(1 / memory, EARLY / (int(steps) + EARLY))
        for average, new in zip(averages, news, strict=True):
            if average.is_floating_point():
                average.lerp_(new, weight)
            else:
                average.copy_(new)

    return AveragedModel(network, multi_avg_fn=remember, use_buffers=True)


def _placed(network: Network, device: torch.device) -> Network:
    """The network on a device, channels last in memory: the faster way for so few of them."""
    network.to(device)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network
