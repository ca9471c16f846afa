"""A line of the results, and timing two things alternately.

Two things to compare run A B A B …, so that a change in the speed of the machine affects both. The
ratio is the median of the ratios of all pairs.
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
"""The folder of the project, from which `benchmarks` can be imported."""

Clock = Callable[[], float]
"""Does something once and returns the seconds it took."""


@dataclass(frozen=True)
class Line:
    """One line of the results.

    Attributes:
        name: what is measured.
        ours: our result, in `unit`.
        against: what it is compared with; empty if nothing.
        theirs: the result of that, in `unit`.
        ratio: the ratio of the two, in the direction of the goal.
        goal: the goal for the ratio or, without one, for our result.
        met: whether the goal is met.
        unit: the unit of both results.
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
    """A line whose goal is that ours takes at most `goal` times as long as theirs."""
    ours, theirs, ratio = _medians(pairs, lambda a, b: a / b)
    return Line(name, ours, against, theirs, ratio, f"≤ {goal:g}×", ratio <= goal)


def faster(name: str, against: str, pairs: list[tuple[float, float]], goal: float) -> Line:
    """A line whose goal is that ours is at least `goal` times as fast as theirs."""
    ours, theirs, ratio = _medians(pairs, lambda a, b: b / a)
    return Line(name, ours, against, theirs, ratio, f"≥ {goal:g}× as fast", ratio >= goal)


def under(name: str, value: float, goal: float, unit: str) -> Line:
    """A line whose goal is that our result is at most a number."""
    return Line(name, value, goal=f"≤ {goal:g} {unit}", met=value <= goal, unit=unit)


def _medians(
    pairs: list[tuple[float, float]], ratio: Callable[[float, float], float]
) -> list[float]:
    columns = zip(*((a, b, ratio(a, b)) for a, b in pairs), strict=True)
    return [median(column) for column in columns]


def in_turn(ours: Clock, theirs: Clock, runs: int) -> list[tuple[float, float]]:
    """Time two things alternately, `runs` times each, after one run of each that does not count."""
    ours(), theirs()
    return [(ours(), theirs()) for _ in range(runs)]


def clock(action: Callable[[], object], times: int = 1) -> Clock:
    """A clock for an action; if the action does something several `times`, for one of these."""

    def measure() -> float:
        begin = perf_counter()
        action()
        return (perf_counter() - begin) / times

    return measure


def process(*words: str) -> Clock:
    """A clock for a command, run as a process."""

    def measure() -> float:
        begin = perf_counter()
        done = subprocess.run(words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        seconds = perf_counter() - begin
        _check_exit_code(done)
        return seconds

    return measure


def output_of(module: str, *words: str) -> str:
    """The output of a module of the benchmarks, run as a process."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *words]
    done = subprocess.run(command, check=False, capture_output=True, cwd=ROOT)
    _check_exit_code(done)
    return done.stdout.decode()


def _check_exit_code(done: subprocess.CompletedProcess[bytes]) -> None:
    if done.returncode:
        sys.exit(f"{' '.join(done.args)}\n{done.stderr.decode(errors='replace')}")


def installed(module: str) -> bool:
    """Whether a module is installed; if not, print that it is not measured."""
    if find_spec(module):
        return True
    print(f"(not measured: {module} is not installed)", flush=True)
    return False
