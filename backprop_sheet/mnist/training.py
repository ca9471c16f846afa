"""Trains epoch by epoch. A training that was stopped resumes as if it had not been.

Each epoch has a random seed of its own, made from the training's seed and the epoch's number. The
order of the images, their augmentation and dropout depend on it. So a checkpoint needs no state of
a random generator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from math import ceil, isfinite
from time import perf_counter
from typing import Any, NamedTuple, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel

from backprop_sheet.errors import Diverged
from backprop_sheet.interrupt import interruptible
from backprop_sheet.mnist.data import Digits
from backprop_sheet.mnist.evaluation import AT_ONCE, evaluate, tensors
from backprop_sheet.mnist.model import Network
from backprop_sheet.mnist.recipes import augmented, cycle
from backprop_sheet.mnist.settings import Settings

EARLY = 9
"""Until the average covers as many steps as it should, it covers a ninth of the steps so far."""
FRESH = 4000
"""Statistics of BatchNorm are measured anew on at most so many training digits."""
REPORT_EVERY = 20
"""Steps between two progress reports: each report waits for the device."""


class Epoch(NamedTuple):
    """The results of an epoch.

    Attributes:
        epoch: its number, from 1.
        rate: the learning rate of its last step.
        loss: the mean of −log p over the epoch's steps, where p is the true digit's probability.
        train_accuracy: the fraction of training digits predicted correctly in these steps.
        test_loss, test_accuracy: the same for the test digits, after the last step.
        seconds: how long it took, including the test.
    """

    epoch: int
    rate: float
    loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    seconds: float


class Glance(NamedTuple):
    """The progress of an epoch: steps done, mean loss and accuracy so far."""

    epoch: int
    step: int
    steps: int
    loss: float
    accuracy: float


Watch = Callable[[Glance], None]


def unwatched(glance: Glance) -> None:
    """Ignores the progress."""


class Training:
    """A network that is being trained.

    Attributes:
        settings: the settings of the training.
        history: the results of the epochs that are done.
        examples: the first test digit of each kind: bytes of shape (28, 28), by its digit.
    """

    def __init__(self, settings: Settings, digits: Digits, device: torch.device) -> None:
        """A training before its first epoch; the seed decides its weights."""
        torch.set_num_threads(settings.threads)
        self.settings, self.device = settings, device
        self.history: list[Epoch] = []
        self._recipe = settings.effective_recipe
        torch.manual_seed(_seed(settings, 0))
        self._learner = _placed(Network(settings.structure), device)
        self._average = _averaged(self._learner, self._recipe.averaged)
        self._optimizer = torch.optim.SGD(
            self._learner.parameters(),
            lr=settings.rate,
            momentum=self._recipe.momentum,
            weight_decay=self._recipe.decay,
            nesterov=self._recipe.nesterov,
        )
        self._train = tensors(digits.train_images, digits.train_labels, device)
        self._test = tensors(digits.test_images, digits.test_labels, device)
        self.examples = _examples(digits)

    @property
    def network(self) -> Network:
        """The network that is tested and saved: the one that learns, or an average of it.

        While the rate is high, the average of the weights over the last steps is more accurate
        than the weights after any single step (Polyak and Juditsky, 1992; Izmailov et al.,
        Averaging weights, 2018).
        """
        if not self._average:
            return self._learner
        return cast("Network", self._average.module)

    @property
    def done(self) -> int:
        """The number of epochs that are done."""
        return len(self.history)

    def epochs(self, watch: Watch = unwatched) -> Iterator[Epoch]:
        """Train for the remaining epochs; yields the results of each.

        Args:
            watch: called every few steps with the progress.

        Raises:
            Diverged: the loss or a weight is no longer finite. This epoch does not count.
        """
        while self.done < self.settings.epochs:
            begin, epoch = perf_counter(), self.done + 1
            rate, loss, accuracy = self._learn(epoch, watch)
            self._check("a weight", "w − η·Δ", epoch, is_finite(self._learner.state_dict()))
            test = evaluate(self.network, *self._test)
            self._check("the test loss", "mean(−log p)", epoch, isfinite(test.loss))
            seconds = perf_counter() - begin
            row = Epoch(epoch, rate, loss, accuracy, test.loss, test.accuracy, seconds)
            self.history.append(row)
            yield row

    def fresh_accuracy(self) -> float:
        """The test accuracy with BatchNorm's statistics measured anew, on training digits.

        While it learns, BatchNorm uses the statistics of each batch. For the test it uses running
        means of them, which lag behind the weights after a few large steps.
        """
        network = deepcopy(self.network).eval()
        for layer in network.layers:
            if isinstance(layer, nn.BatchNorm2d):
                layer.reset_running_stats()
                layer.momentum = None  # a plain mean over all batches
                layer.train()
        images = self._train[0][:FRESH].float() / 255
        with torch.no_grad():
            for batch in torch.split(images, AT_ONCE):
                network(batch)
        return evaluate(network, *self._test).accuracy

    @property
    def about_accuracy(self) -> str:
        """Why the train accuracy may lie below the test accuracy; empty if it is no wonder."""
        return self._recipe.about_accuracy

    @property
    def steps(self) -> int:
        """The number of steps in an epoch."""
        return ceil(len(self._train[1]) / self.settings.batch)

    def state(self) -> dict[str, Any]:
        """Everything needed to resume from here, as tensors and plain data."""
        return {
            "learner": self._learner.state_dict(),
            "average": self._average and self._average.state_dict(),
            "momentum": self._momentum(),
            "history": [tuple(row) for row in self.history],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Resume from the state of a training with the same settings.

        Raises:
            KeyError, TypeError, ValueError, RuntimeError, AttributeError: the state is that of
                another network.
        """
        load_weights(self._learner, state["learner"])
        if self._average:
            load_weights(self._average, state["average"])
        parameters = dict(enumerate(self._learner.parameters()))
        optimizer = self._optimizer.state_dict()
        if self._recipe.momentum:
            check_alike(parameters, state["momentum"])
            optimizer["state"] = {k: {"momentum_buffer": state["momentum"][k]} for k in parameters}
        self._optimizer.load_state_dict(optimizer)
        self.history = [Epoch(*row) for row in state["history"]]

    def _momentum(self) -> dict[int, Tensor]:
        """The momentum of each parameter, by the parameter's number; none without momentum."""
        if not self._recipe.momentum:
            return {}
        parameters: dict[int, dict[str, Tensor]] = self._optimizer.state_dict()["state"]
        return {k: state["momentum_buffer"] for k, state in parameters.items()}

    def _learn(self, epoch: int, watch: Watch) -> tuple[float, float, float]:
        """Go through all images once; returns the last rate, the mean loss and the accuracy."""
        torch.manual_seed(_seed(self.settings, epoch))
        self._learner.train()
        images, labels = self._train
        order = torch.randperm(len(images)).to(self.device)
        steps = self.steps
        loss, right = torch.zeros(2, device=self.device)
        seen = 0
        batches = interruptible(torch.split(order, self.settings.batch))
        for step, batch in enumerate(batches, start=1):
            progress = (self.done + step / steps) / self.settings.epochs
            mean, correct = self.step(images[batch], labels[batch], progress)
            loss, right, seen = loss + mean * len(batch), right + correct, seen + len(batch)
            if step % REPORT_EVERY == 0 or step == steps:
                glance = Glance(epoch, step, steps, loss.item() / seen, right.item() / seen)
                self._check("loss", "mean(−log p)", epoch, isfinite(glance.loss))
                watch(glance)
        return self._rate, glance.loss, glance.accuracy

    def step(self, images: Tensor, truth: Tensor, progress: float) -> tuple[Tensor, Tensor]:
        """Learn from a batch; returns its mean loss and the number of correct predictions.

        Args:
            images: grey values as bytes of shape (n, 1, 28, 28), on the training's device.
            truth: their digits.
            progress: the fraction of the training that is done, 0 to 1.
        """
        self._set_rate(progress)
        batch = images.float() / 255
        if progress < self._recipe.augmented:
            batch = augmented(batch)
        self._optimizer.zero_grad()
        with self._precision():
            guesses = self._learner(batch)
        loss = functional.nll_loss(guesses, truth)
        torch.autograd.backward(loss)
        self._optimizer.step()
        if self._average:
            self._average.update_parameters(self._learner)
        return loss.detach(), (guesses.detach().argmax(1) == truth).sum()

    def _precision(self) -> AbstractContextManager[None]:
        """The precision that layers compute in; weights and updates are always float32."""
        if not self.settings.half:
            return nullcontext()
        return torch.autocast(self.device.type, torch.bfloat16)

    def _set_rate(self, progress: float) -> None:
        self._rate = self.settings.rate * (cycle(progress) if self._recipe.one_cycle else 1.0)
        for group in self._optimizer.param_groups:
            group["lr"] = self._rate

    def _check(self, quantity: str, formula: str, epoch: int, finite: bool) -> None:
        if not finite:
            cycle = self._recipe.one_cycle
            name = "the learning rate of this step" if cycle else "the learning rate"
            raise Diverged(quantity, epoch, formula, {name: self._rate})


class NotFiniteError(ValueError):
    """Some weights of a network are infinite or not numbers."""


def load_weights(module: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Replace the weights of a network.

    Raises:
        NotFiniteError: not all weights are finite.
        KeyError, TypeError, ValueError, RuntimeError, AttributeError: they are those of another
            network.
    """
    check_alike(module.state_dict(), weights)
    module.load_state_dict(weights)


def check_alike(ours: Mapping[Any, Tensor], others: Mapping[Any, Tensor]) -> None:
    """Check that the other tensors have the shapes and types of ours, and are finite.

    Raises:
        NotFiniteError: not all numbers are finite.
        KeyError, TypeError, ValueError, AttributeError: a tensor is missing or differs.
    """
    for name, tensor in ours.items():
        other = others[name]
        if (other.shape, other.dtype) != (tensor.shape, tensor.dtype):
            raise ValueError(f"{name} has another shape or type")
    if not is_finite(others):
        raise NotFiniteError


def is_finite(tensors: Mapping[Any, Tensor]) -> bool:
    """Whether all numbers in the tensors are finite."""
    return all(bool(tensor.isfinite().all()) for tensor in tensors.values())


def _seed(settings: Settings, epoch: int) -> int:
    return (settings.seed << 20) + epoch


def _examples(digits: Digits) -> dict[int, Tensor]:
    """The first test digit of each kind."""
    kinds, first = np.unique(digits.test_labels, return_index=True)
    images = torch.tensor(digits.test_images[first])
    return dict(zip(kinds.tolist(), images.unbind(), strict=True))


def _averaged(network: Network, steps: int) -> AveragedModel | None:
    """A moving average of a network's weights over roughly the last steps; None for 0 steps."""
    if not steps:
        return None

    @torch.no_grad()
    def update(averages: Sequence[Tensor], latest: Sequence[Tensor], done: Tensor | int) -> None:
        # Over fewer steps at first, so that the initial weights are soon forgotten.
        weight = max(1 / steps, EARLY / (int(done) + EARLY))
        for average, new in zip(averages, latest, strict=True):
            if average.is_floating_point():
                average.lerp_(new, weight)
            else:
                average.copy_(new)

    return AveragedModel(network, multi_avg_fn=update, use_buffers=True)


def _placed(network: Network, device: torch.device) -> Network:
    """The network on a device, with channels last in memory: faster with so few channels."""
    network.to(device)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network
