"""What mnist compare prints: what is done, how far it is, and the table."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any, Self

from backprop_sheet.cli.colours import heading
from backprop_sheet.cli.reporting import say, shows_progress

if TYPE_CHECKING:
    from backprop_sheet.mnist.comparing.table import Comparison
    from backprop_sheet.mnist.comparing.work import Progress, Result

MINUTE = 60.0
COLUMNS = ("accuracy", "± sd", "gap", "to 98 %", "memory", "time")
BAR = "{desc}{percentage:3.0f}% |{bar}| {elapsed}, about {remaining} left"


class Lines:
    """Says what is done; if a person looks on, with a bar below, else with the time left."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._begin = progress, perf_counter()
        self._bar: Any = None

    def __enter__(self) -> Self:
        if shows_progress():
            from shutil import get_terminal_size

            from tqdm import tqdm

            width = get_terminal_size().columns - 1  # 80 where a terminal does not know its own
            self._bar = tqdm(desc="comparing: ", total=self._progress.total, bar_format=BAR,
                             ncols=width, mininterval=0, smoothing=0, leave=False)  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def show(self) -> None:
        """Move the bar."""
        if self._bar is not None:
            self._bar.n = self._progress.done
            self._bar.refresh()

    def say(self, line: str) -> None:
        """Print a line."""
        if self._bar is not None:
            self._bar.clear()
            say(line)
            self.show()
            return
        done, total = self._progress.done, self._progress.total
        left = (perf_counter() - self._begin) / done * (total - done)
        say(f"{line}; about {_duration(left)} left" if left >= 1 else line)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < MINUTE else f"{seconds / MINUTE:.0f} min"


def outcome(result: Result) -> str:
    """What a training came to."""
    if result.diverged:
        return f"diverged in epoch {len(result.history) + 1}"
    seconds = sum(epoch.seconds for epoch in result.history)
    return f"test {result.history[-1].test_accuracy:.2%}, {seconds:.1f} s"


def show(comparison: Comparison) -> None:
    """Print the table, and for each thing whether it makes a difference."""
    from backprop_sheet.mnist.comparing.words import words_of

    for name, rows in comparison.groups.items():
        table = [(name, *COLUMNS), *(words_of(row) for row in rows)]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        say("")
        for number, cells in enumerate(table):
            first, *others = (
                cell.ljust(width) if not k else cell.rjust(width)
                for k, (cell, width) in enumerate(zip(cells, widths, strict=True))
            )
            say("  ".join((first, *others)).rstrip(), str if number else heading)
        if verdict := comparison.verdicts.get(name):
            say(verdict)
    say("")
