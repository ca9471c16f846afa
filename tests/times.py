"""How long tests take, and which of them a run goes through.

`times.tsv` holds the time of each test function that takes long, as measured; where its cases take
longer in all than a function may, the everyday part goes through some of them only, and the others
count as slow. It holds the time of fixtures that tests share, too: whatever needs one that takes
long is slow. A run of all tests leaves out cases as well, where a function has very long ones;
`BACKPROP_SHEET_EVERY_CHANCE` has it go through all, and so has asking for a test by its name.
So what is gone through depends on that file and never on the machine.

    python -m pytest --write-times

measures all tests, and `-m "not slow"` with it those that do not bear the mark `slow` in their
module. Functions that did not run keep their times.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import pytest

FILE = Path(__file__).with_name("times.tsv")
MOST = 0.05
"""The most seconds that a function's cases take in the everyday part, all together."""
MOST_ALONE = 0.2
"""The most seconds that its only case may take; a longer one is slow."""
MOST_SHARED = 0.8
"""The most seconds that a fixture of a module or a session takes in the everyday part."""
MOST_AT_LENGTH = 3.0
"""The most seconds that a function's cases take in a run of all tests, all together."""
PROPERTY = "seconds"


def function_of(test: str) -> str:
    """The test function of a test: its identifier without the case."""
    return test.partition("[")[0]


def needs_long(test: Any, seconds: dict[str, float]) -> bool:
    """Whether a test needs a shared fixture that takes too long, itself or by another one."""
    module = test.nodeid.partition("::")[0]
    return any(
        seconds.get(f"{place}::{name}", 0) > MOST_SHARED
        for name in test.fixturenames
        for place in (module, "")  # a fixture of `conftest.py` has no place
    )


def read() -> dict[str, float]:
    """The seconds that a case of a function takes, or a shared fixture, of all that take long."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {name: float(seconds) for name, seconds in (line.split("\t") for line in lines)}


def affordable(cases: int, seconds: float, most: float) -> Sequence[int]:
    """The cases of a function, by number, that take `most` seconds at `seconds` each.

    They are spread over all cases, as neighbours are often alike. One is always among them.
    """
    kept = min(cases, max(1, int(most / seconds))) if seconds else cases
    return [number * cases // kept for number in range(kept)]


def mark(tests: Iterable[pytest.Item]) -> None:
    """Marks as slow what the everyday part leaves out."""
    seconds, functions = read(), defaultdict(list)
    for test in tests:
        if test.get_closest_marker("slow") or test.get_closest_marker("everyday"):
            continue
        if needs_long(test, seconds):
            test.add_marker("slow")
        else:
            functions[function_of(test.nodeid)].append(test)
    for name, cases in functions.items():
        each = seconds.get(name, 0.0)
        kept = affordable(len(cases), each, MOST) if each <= MOST_ALONE else ()
        for number, case in enumerate(cases):
            if number not in kept:
                case.add_marker("slow")


def left_out(tests: Iterable[pytest.Item]) -> set[pytest.Item]:
    """The cases that a run of all tests can do without, which are slow in the everyday part."""
    seconds, functions = read(), defaultdict(list)
    for test in tests:
        functions[function_of(test.nodeid)].append(test)
    found = set()
    for name, cases in functions.items():
        kept = affordable(len(cases), seconds.get(name, 0.0), MOST_AT_LENGTH)
        found.update(case for number, case in enumerate(cases) if number not in kept)
    return {test for test in found if test.get_closest_marker("slow")}


class Clock:
    """Measures each test, and writes the file when all have run, in however many processes.

    What several tests share (fixtures of a module or a session) is no test's own time.
    """

    def __init__(self) -> None:
        self._shared = 0.0
        self._fixtures: list[tuple[str, float]] = []
        self._measured: dict[str, list[float]] = defaultdict(list)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Any:
        begin, shared_before = _processor_time(), self._shared
        try:
            return (yield)
        finally:
            if fixturedef.scope != "function":
                took = _processor_time() - begin
                own = took - (self._shared - shared_before)  # without the fixtures that it needs
                self._fixtures.append((f"{fixturedef.baseid}::{fixturedef.argname}", own))
                self._shared = shared_before + took

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        item.stash[BEGIN], self._shared, self._fixtures = _now(item), 0.0, []
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: Any) -> Any:
        report = yield
        if call.when == "teardown":
            took = _now(item) - item.stash[BEGIN] - self._shared
            times = [(function_of(item.nodeid), took), *self._fixtures]
            report.user_properties.append((PROPERTY, times))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "teardown":
            return
        for name, took in dict(report.user_properties).get(PROPERTY, ()):
            self._measured[name].append(took)

    def pytest_sessionfinish(self) -> None:
        if "PYTEST_XDIST_WORKER" in os.environ:  # the main process hears of all tests
            return
        long = {name: took for name, took in read().items() if name not in self._measured}
        for name, times in self._measured.items():
            if median(times) * len(times) > MOST:
                long[name] = median(times)
        lines = [f"{name}\t{seconds:.2g}\n" for name, seconds in sorted(long.items())]
        FILE.write_text("".join(lines), encoding="utf-8")


BEGIN = pytest.StashKey[float]()


def _now(test: pytest.Item) -> float:
    """The seconds to measure a test by; a browser's own are told only when it ends."""
    return perf_counter() if test.get_closest_marker("chromium") else _processor_time()


def _processor_time() -> float:
    """The seconds of processor time that this process and the finished ones of it have taken."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
