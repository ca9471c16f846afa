"""Writes all files of a finished training, each of them whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from backprop_sheet.errors import counted
from backprop_sheet.files import check_target, replacing
from backprop_sheet.mnist.data import Digits
from backprop_sheet.mnist.evaluation import Outcome, evaluate, tensors
from backprop_sheet.mnist.explained import about_image, transitions
from backprop_sheet.mnist.model import count, table
from backprop_sheet.mnist.plots import confusion_picture, mistakes_picture, training_curves
from backprop_sheet.mnist.report import Table, write_report
from backprop_sheet.mnist.saved import CHECKPOINT_NAME, save_model
from backprop_sheet.mnist.training import Epoch, Training
from backprop_sheet.ooxml.seal import check_workbook
from backprop_sheet.plotter.picture import save_figure

MODEL, HISTORY, REPORT = "model.pt", "history.csv", "report.xlsx"
CURVES, CONFUSION, MISTAKES = "curves.png", "confusion.png", "mistakes.png"
LAYER_COLUMNS = ("layer", "output shape", "parameters", "kernel", "stride", "jump",
                 "receptive field", "transition")  # fmt: skip


def check_results(folder: Path, *, force: bool = False) -> None:
    """Check, before a training, that all its files can be written to a folder.

    Raises:
        WriteError: a file cannot be written, or somebody has edited the report.
    """
    check_workbook(folder / REPORT, force=force)
    for name in (CHECKPOINT_NAME, MODEL, HISTORY, CURVES, CONFUSION, MISTAKES):
        check_target(folder / name, force=force)


def write_results(
    training: Training, digits: Digits, folder: Path, *, force: bool = False
) -> list[tuple[Path, str]]:
    """Write the model, its history and its predictions for the test digits.

    Args:
        training: a training with at least one epoch.
        digits: its digits.
        folder: the folder to write to.
        force: whether to replace a report that somebody has edited.

    Returns:
        The files written, each with a description.

    Raises:
        WriteError: a file cannot be written, or somebody has edited the report.
    """
    history = training.history
    outcome = evaluate(
        training.network, *tensors(digits.test_images, digits.test_labels, training.device)
    )
    model, numbers, report = (folder / name for name in (MODEL, HISTORY, REPORT))
    save_model(training, digits.name, model)
    write_history(history, numbers)
    written = [(model, f"the network after {counted(len(history))}"),
               (numbers, "the numbers of each epoch")]  # fmt: skip
    written += _save_pictures(training, outcome, digits, folder)
    _write_report(training, digits, outcome, report, force)
    return [*written, (report, "history with charts, layer table")]


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], path: Path) -> None:
    """Write rows of numbers and texts below the names of their columns.

    Raises:
        WriteError: the file cannot be written.
    """
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def write_history(history: Sequence[Epoch], path: Path) -> None:
    """Write the numbers of each epoch as CSV.

    Raises:
        WriteError: the file cannot be written.
    """
    write_csv(Epoch._fields, history, path)


def read_history(path: Path) -> list[Epoch]:
    """The epochs that `write_history` wrote, to the same bits.

    Raises:
        OSError, ValueError, TypeError: there is no such file, or it is another one.
    """
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    if tuple(header) != Epoch._fields:
        raise ValueError("this is no history of a training")
    return [Epoch(int(epoch), *map(float, numbers)) for epoch, *numbers in rows]


def _save_pictures(
    training: Training, outcome: Outcome, digits: Digits, folder: Path
) -> list[tuple[Path, str]]:
    history = training.history
    wrong = (outcome.answers != outcome.truth).nonzero().flatten()
    wrong = wrong[outcome.confidence[wrong].argsort(descending=True, stable=True)]
    answers, truth, confidence = (
        values[wrong].tolist() for values in (outcome.answers, outcome.truth, outcome.confidence)
    )
    losses = {"train": [row.loss for row in history], "test": [row.test_loss for row in history]}
    accuracies = {
        "train": [row.train_accuracy for row in history],
        "test": [row.test_accuracy for row in history],
    }
    mistakes = mistakes_picture(digits.test_images[wrong.numpy()], answers, truth, confidence)
    figures = [
        (CURVES, training_curves(losses, accuracies, training.about_accuracy),
         "loss and accuracy of each epoch"),
        (CONFUSION, confusion_picture(outcome.confusion),
         "how often each digit was taken for which"),
        (MISTAKES, mistakes, f"the wrong ones of {counted(len(outcome.truth), 'test digit')}"),
    ]  # fmt: skip
    return [(save_figure(figure, folder / name), content) for name, figure, content in figures]


def _write_report(
    training: Training, digits: Digits, outcome: Outcome, path: Path, force: bool
) -> None:
    settings, rows = training.settings, table(training.network)
    facts: dict[str, float | str] = {
        "recipe": settings.recipe,
        "digits": Path(digits.name).name,
        "train digits": len(digits.train_images),
        "test digits": len(digits.test_images),
        "batch size": settings.batch,
        "learning rate": settings.rate,
        "dropout": settings.dropout,
        "seed": settings.seed,
        "layers compute in": settings.precision,
        "parameters": count(rows),
        "test accuracy": f"{outcome.accuracy:.2%}",
        "wrong test digits": int((outcome.answers != outcome.truth).sum()),
    }
    kinds = transitions(rows)
    layers = Table(
        LAYER_COLUMNS,
        [(row.name, " × ".join(map(str, row.shape)), *row[2:], kinds.get(row.name, ""))
         for row in rows],
        about=about_image(settings.structure),
    )  # fmt: skip
    history = Table(Epoch._fields, training.history, about=training.about_accuracy)
    write_report(facts, history, layers, path, force=force)
