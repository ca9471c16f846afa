"""Comparisons as `mnist compare` writes them, of trainings that nobody did."""

from math import sqrt

from backprop_sheet.mnist.comparing.table import Comparison, Row, Trained
from backprop_sheet.mnist.comparing.tables import write


def write_comparison(folder, groups):
    """The tables that a comparison with two seeds would have written."""
    rows, trainings = [], []
    for varied, values in groups.items():
        for k, (value, accuracy) in enumerate(values.items()):
            widths = tuple(map(int, value.split(","))) if varied == "widths" else (8, 16, 32)
            own = {
                "recipe": "best", "epochs": 3, "batch_size": 100 + len(rows),
                "learning_rate": 0.1, "dropout": 0.0, "widths": widths, "without": (),
                "precision": "float32",
            }  # fmt: skip
            ended = accuracy is not None
            of_row = [
                Trained(
                    **own, seed=seed, accuracy=(ended and accuracy + sign * 0.001) or None,
                    gap=0.0123 + k / 1e3 if ended else None, epochs_to_98=7 + k if ended else None,
                    diverged_in=None if ended else 2, memory_bytes=12_300_000 + 1_000_000 * k,
                    seconds=41.5 + k, digits="sample", test_digits=100, folder="x",
                )
                for seed, sign in ((0, -1), (1, 1))
            ]  # fmt: skip
            rows.append(
                Row(
                    varied, value, base=not k, **own, seeds=(0, 1), diverged=0 if ended else 2,
                    accuracy=accuracy, accuracy_sd=sqrt(2) / 1000 if ended else None,
                    gap=of_row[0].gap, epochs_to_98=of_row[0].epochs_to_98,
                    reached_98=2 if ended else 0, memory_bytes=of_row[0].memory_bytes,
                    seconds=41.5 + k if ended else None,
                )
            )  # fmt: skip
            trainings += of_row
    write(Comparison(tuple(rows), tuple(trainings)), folder)
