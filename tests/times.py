"""How long tests take, and which of them the everyday part goes through.

`times.tsv` holds the processor time of each test function that takes long, as measured; where its
cases take longer in all than a function may, the everyday part goes through some of them only,
and the others count as slow. So what is slow depends on that file and never on the machine.

    python -m pytest -m "not slow" --write-times

measures all tests that do not bear the mark `slow` in their module, and writes the file anew.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import pytest

FILE = Path(__file__).with_name("times.tsv")
MOST = 0.05
"""The most seconds that a function's cases take in the everyday part, all together."""
MOST_ALONE = 0.2
"""The most seconds that its only case may take; a longer one is slow."""
PROPERTY = "processor time"


def function_of(test: str) -> str:
    """The test function of a test: its identifier without the case."""
    return test.partition("[")[0]


def read() -> dict[str, float]:
    """The seconds that one case of a function takes, of all functions that take long."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {name: float(seconds) for name, seconds in (line.split("\t") for line in lines)}


def everyday(cases: int, seconds: float) -> Sequence[int]:
    """The cases, by number, that the everyday part goes through: as many as its time allows.

    They are spread over all cases, as neighbours are often alike. One is always among them,
    unless that alone takes too long.
    """
    if seconds > MOST_ALONE:
        return []
    kept = min(cases, max(1, int(MOST / seconds))) if seconds else cases
    return [number * cases // kept for number in range(kept)]


def mark(tests: Iterable[pytest.Item]) -> None:
    """Marks as slow what the everyday part leaves out."""
    functions = defaultdict(list)
    for test in tests:
        if not test.get_closest_marker("slow"):
            functions[function_of(test.nodeid)].append(test)
    seconds = read()
    for name, cases in functions.items():
        kept = everyday(len(cases), seconds.get(name, 0.0))
        for number, case in enumerate(cases):
            if number not in kept and not case.get_closest_marker("everyday"):
                case.add_marker("slow")


class Clock:
    """Measures each test, and writes the file when all have run, in however many processes.

    What several tests share (fixtures of a module or a session) is no test's own time.
    """

    def __init__(self) -> None:
        self._shared = 0.0
        self._measured: dict[str, list[float]] = defaultdict(list)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Any:
        begin = _processor_time()
        shared_before = self._shared
        try:
            return (yield)
        finally:
            if fixturedef.scope != "function":
                self._shared = shared_before + _processor_time() - begin

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        begin, self._shared = _processor_time(), 0.0
        item.stash[BEGIN] = begin
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: Any) -> Any:
        report = yield
        if call.when == "teardown":
            took = _processor_time() - item.stash[BEGIN] - self._shared
            report.user_properties.append((PROPERTY, took))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "teardown" or "slow" in report.keywords:
            return
        for name, took in report.user_properties:
            if name == PROPERTY:
                self._measured[function_of(report.nodeid)].append(took)

    def pytest_sessionfinish(self) -> None:
        if "PYTEST_XDIST_WORKER" in os.environ:  # the main process hears of all tests
            return
        long = {
            name: median(times)
            for name, times in self._measured.items()
            if median(times) * len(times) > MOST
        }
        lines = [f"{name}\t{seconds:.2g}\n" for name, seconds in sorted(long.items())]
        FILE.write_text("".join(lines), encoding="utf-8")


BEGIN = pytest.StashKey[float]()


def _processor_time() -> float:
    """The seconds of processor time that this process and the finished ones of it have taken."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
