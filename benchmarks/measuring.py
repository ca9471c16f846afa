"""Lines of the table, and how two things are timed in turn.

What is compared runs A B A B …, so that a machine that grows slower or faster meanwhile does so for
both. A ratio is the median of the pairs' ratios.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parent.parent
"""The project's folder, from which `benchmarks` is imported."""

Clock = Callable[[], float]
"""Does something once, and says how long it took."""


@dataclass(frozen=True)
class Line:
    """One line of the table.

    Attributes:
        name: what is measured.
        ours: what it comes to here, in `unit`.
        against: what it is compared with; empty if with nothing.
        theirs: what that comes to, in `unit`.
        ratio: of the two, as `goal` counts it.
        goal: what the ratio, or ours without one, is to be.
        met: whether it is.
        unit: of `ours` and `theirs`.
    """

    name: str
    ours: float
    against: str = ""
    theirs: float | None = None
    ratio: float | None = None
    goal: str = ""
    met: bool = True
    unit: str = "s"


def at_most(name: str, against: str, pairs: list[tuple[float, float]], goal: float) -> Line:
    """A line in which ours may take so many times as long as theirs."""
    ours, theirs, ratio = _medians(pairs, lambda a, b: a / b)
    return Line(name, ours, against, theirs, ratio, f"≤ {goal:g}×", ratio <= goal)


def faster(name: str, against: str, pairs: list[tuple[float, float]], goal: float) -> Line:
    """A line in which ours is to be so many times as fast as theirs."""
    ours, theirs, ratio = _medians(pairs, lambda a, b: b / a)
    return Line(name, ours, against, theirs, ratio, f"≥ {goal:g}× as fast", ratio >= goal)


def under(name: str, value: float, goal: float, unit: str) -> Line:
    """A line in which ours is to stay under a number."""
    return Line(name, value, goal=f"≤ {goal:g} {unit}", met=value <= goal, unit=unit)


def _medians(
    pairs: list[tuple[float, float]], ratio: Callable[[float, float], float]
) -> list[float]:
    columns = zip(*((a, b, ratio(a, b)) for a, b in pairs), strict=True)
    return [median(column) for column in columns]


def in_turn(ours: Clock, theirs: Clock, runs: int) -> list[tuple[float, float]]:
    """So many pairs of times, after one uncounted run of each."""
    ours(), theirs()
    return [(ours(), theirs()) for _ in range(runs)]


def clock(action: Callable[[], object], times: int = 1) -> Clock:
    """A clock for one of so many times that an action is like."""

    def measure() -> float:
        begin = perf_counter()
        action()
        return (perf_counter() - begin) / times

    return measure


def process(*words: str) -> Clock:
    """A clock for a whole process."""

    def measure() -> float:
        begin = perf_counter()
        done = subprocess.run(words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        seconds = perf_counter() - begin
        _check_exit_code(done)
        return seconds

    return measure


def output_of(module: str, *words: str) -> str:
    """What a module of the benchmarks prints, run in a process of its own."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *words]
    done = subprocess.run(command, check=False, capture_output=True, cwd=ROOT)
    _check_exit_code(done)
    return done.stdout.decode()


def _check_exit_code(done: subprocess.CompletedProcess[bytes]) -> None:
    if done.returncode:
        sys.exit(f"{' '.join(done.args)}\n{done.stderr.decode(errors='replace')}")


def installed(module: str) -> bool:
    """Whether a module is there; if not, it is said that its lines are left out."""
    if find_spec(module):
        return True
    print(f"(not measured: {module} is not installed)", flush=True)
    return False
