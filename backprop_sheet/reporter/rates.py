"""The error curve, the curves at several rates, and what they teach about this network."""

from collections.abc import Iterator
from math import isnan
from typing import NamedTuple

from backprop_sheet.document import Block, Heading, Paragraph, Picture, Points, Table
from backprop_sheet.errors import counted
from backprop_sheet.network import Kind
from backprop_sheet.plotter.curves import error_comparison, error_curve
from backprop_sheet.plotter.picture import as_png
from backprop_sheet.reporter.given import number
from backprop_sheet.reporter.training import CURVE, RATES, Training, listed, rounded
from backprop_sheet.tabulator import accuracies_of, errors_of, summarise

FEW = 3
"""In so few epochs an error that does not rise says nothing about a rate."""


class Rate(NamedTuple):
    """What came of a learning rate: its row of `summarise`, and how often the error rose."""

    eta: float
    first: float
    last: float
    ratio: float
    under: float
    rises: int


def curve(training: Training) -> Iterator[Block]:
    """The section with the error of each epoch."""
    errors = training.errors
    first, last = errors.iloc[0], errors.iloc[-1]
    yield Heading("The error curve")
    said = (
        f"{training.error} is {rounded(first)} at epoch 0 and {rounded(last)} at epoch "
        f"{len(errors) - 1}."
    )
    if (accuracies := accuracies_of(training.frame)) is not None:
        said += f" The accuracy is {accuracies.iloc[0]:.1%} and {accuracies.iloc[-1]:.1%}."
    yield Paragraph(said)
    figure = error_curve(training.frame, training.network.eta)
    yield Picture(CURVE, as_png(figure), "The error of each epoch, as a curve")


def rates(training: Training) -> Iterator[Block]:
    """The section with the curves at several rates."""
    frames = training.frames
    yield Heading("Learning rates")
    if frames:
        yield Picture(
            RATES,
            as_png(error_comparison(frames)),
            "The error of each epoch at several learning rates, on a linear and on a logarithmic "
            "axis",
            "The same network from the same numbers, at several learning rates: on the left with "
            "an even axis, on the right with a logarithmic one.",
        )
        found = _found(training)
        yield _table(training, found)
        yield Heading("What they teach", 3)
        yield Points(
            [*_speed(training, found), _reached(training, found), *_steps(training, found)]
        )
    if training.left_out:
        yield Paragraph(_too_large(training))


def _too_large(training: Training) -> str:
    """Which rates make the training leave the range of numbers, and when."""
    when = [
        f"η = {number(eta)} in epoch {diverged.epoch}"
        for eta, diverged in training.left_out.items()
    ]
    return (
        f"Left out, as the training leaves the range of numbers: {listed(when)}. Steps that are "
        "too long lead away from the minimum, and each is longer than the last."
    )


def _found(training: Training) -> list[Rate]:
    summary = summarise(training.frames, training.level).to_numpy().tolist()
    found = []
    for (eta, frame), (first, last, ratio, under) in zip(
        training.frames.items(), summary, strict=True
    ):
        rises = int((errors_of(frame).diff() > 0).sum())
        found.append(Rate(eta, first, last, ratio, under, rises))
    return found


def _table(training: Training, found: list[Rate]) -> Table:
    head = (
        "η",
        f"first {training.error}",
        f"last {training.error}",
        "last / first",
        f"first epoch under {number(training.level)}",
        "epochs with a rise",
    )
    rows = [
        (
            number(rate.eta),
            rounded(rate.first),
            rounded(rate.last),
            "" if isnan(rate.ratio) else f"{rate.ratio:.4g}",
            "" if isnan(rate.under) else f"{rate.under:.0f}",
            str(rate.rises),
        )
        for rate in found
    ]
    return Table(head, rows, "learning rates")


def _speed(training: Training, found: list[Rate]) -> Iterator[str]:
    """Which rate learns fastest, which slowest."""
    best, worst = (choose(found, key=lambda rate: rate.last) for choose in (min, max))
    if best.last == worst.last:
        return
    yield (
        f"After {counted(len(training.errors))} η = {number(best.eta)} has the lowest "
        f"{training.error}, {rounded(best.last)}, and η = {number(worst.eta)} the highest, "
        f"{rounded(worst.last)}."
    )
    ordered = sorted(found)
    lasts, largest = [rate.last for rate in ordered], ordered[-1]
    if lasts == sorted(lasts, reverse=True):
        yield "Here a larger rate learns faster: each ends with a lower error than the one before."
    elif largest not in (best, worst):
        yield (
            f"A larger rate is not always better: η = {number(largest.eta)} ends with "
            f"{rounded(largest.last)}."
        )


def _reached(training: Training, found: list[Rate]) -> str:
    """When the rates fall under the threshold."""
    level = number(training.level)
    if all(rate.under == 0 for rate in found):
        return f"{training.error} is below {level} from the start, before anything is learnt."
    under = sorted((rate.under, rate.eta) for rate in found if not isnan(rate.under))
    if not under:
        return f"At none of these rates does {training.error} fall below {level} in these epochs."
    when = listed([f"at epoch {epoch:.0f} with η = {number(eta)}" for epoch, eta in under])
    rest = "; at the other rates it never does in these epochs" if len(under) < len(found) else ""
    return f"{training.error} first falls below {level} {when}{rest}."


def _steps(training: Training, found: list[Rate]) -> Iterator[str]:
    """Whether the error rises on the way; nothing of epochs that are too few to tell."""
    network, rising = training.network, [rate for rate in found if rate.rises]
    if not rising and len(training.errors) > FEW:
        yield (
            "None of these rates is too large for the network: the error never rises from one "
            "epoch to the next."
        )
    if not rising:
        return
    said = listed([f"{rate.rises} times with η = {number(rate.eta)}" for rate in rising])
    causes = ["steps are longer than the way down"]
    if network.named(Kind.STATE):
        causes.append("what the optimizer remembers carries them too far")
    if len(network.samples) > 1:
        causes.append("samples pull in different directions")
    yield f"The error rises from one epoch to the next {said}: there {' or '.join(causes)}."
