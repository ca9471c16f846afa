"""What tests share: the programs they may use, and trainings that many of them look at."""

import os
import shutil
import signal
from importlib.util import find_spec
from pathlib import Path

import browser
import hypothesis
import pytest
import times
from chance import EVERY

from backprop_sheet import load, tabulate, write_workbook

# Whoever runs the tests may ignore Ctrl-C, as jobs in the background do: programs would, too.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parent.parent
PROGRAMS = {
    "libreoffice": (
        lambda: shutil.which("soffice"),
        "LibreOffice (package libreoffice-calc) is not installed",
    ),
    "pdftoppm": (
        lambda: shutil.which("pdftoppm"),
        "pdftoppm (package poppler-utils) is not installed",
    ),
    "latex": (
        lambda: shutil.which("pdflatex"),
        "pdflatex (package texlive-latex-base) is not installed",
    ),
    "validator": (
        lambda: shutil.which("node") and (ROOT / "node_modules/@ooxml-tools/validate").is_dir(),
        "node and @ooxml-tools/validate (npm install --no-package-lock) are not installed",
    ),
    "gnumeric": (
        lambda: shutil.which("ssconvert"),
        "Gnumeric (package gnumeric) is not installed",
    ),
    "node": (
        lambda: shutil.which("node") and (ROOT / "node_modules/exceljs").is_dir(),
        "node, or what package.json names (npm install --no-package-lock), is not installed",
    ),
    "chromium": (
        lambda: browser.program() and find_spec("playwright"),
        "Chromium (package chromium) and Playwright (pip install playwright) are not installed",
    ),
    "recalc": (
        lambda: find_spec("ironcalc"),
        "IronCalc (extra recalc) is not installed",
    ),
    "parquet": (
        lambda: find_spec("pyarrow"),
        "pyarrow (extra parquet) is not installed",
    ),
    "axe": (
        browser.AXE.is_file,
        "axe-core (npm install --no-package-lock) is not installed",
    ),
    "sphinx": (
        lambda: all(map(find_spec, ("sphinx", "myst_parser", "furo"))),
        "Sphinx (pip install '.[docs]') is not installed",
    ),
}
REQUIRED = "BACKPROP_SHEET_REQUIRE_ALL"
"""Set (as CI does), a program that is missing fails its tests instead of skipping them."""


# A slow moment of the machine is no failure.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


def pytest_addoption(parser):
    parser.addoption(
        "--write-times", action="store_true", help="measure the tests and write tests/times.tsv"
    )


def pytest_configure(config):
    if config.getoption("--write-times"):
        config.pluginmanager.register(times.Clock())
    for name in PROGRAMS:
        config.addinivalue_line("markers", f"{name}: needs a program; skipped without it")


def pytest_itemcollected(item):
    """A visit to a page takes about a second: all but those marked as everyday count as slow."""
    if item.get_closest_marker("chromium") and not item.get_closest_marker("everyday"):
        item.add_marker("slow")


@pytest.hookimpl(tryfirst=True)  # before the choice by markers
def pytest_collection_modifyitems(config, items):
    if config.getoption("--write-times"):
        return
    times.mark(items)
    by_name = any("::" in argument for argument in config.args)
    if not by_name and not os.environ.get(EVERY):
        left_out = times.left_out(items)
        config.hook.pytest_deselected(items=[item for item in items if item in left_out])
        items[:] = [item for item in items if item not in left_out]


def pytest_runtest_setup(item):
    for name, (is_there, reason) in PROGRAMS.items():
        if item.get_closest_marker(name) and not is_there():
            if os.environ.get(REQUIRED):
                pytest.fail(f"{reason}, and {REQUIRED} is set")
            pytest.skip(reason)


@pytest.fixture(scope="session")
def original():
    """The original network at its own learning rate, 1."""
    return load()


@pytest.fixture(scope="session")
def frame(original):
    """Its training."""
    return tabulate(original)


@pytest.fixture(scope="session")
def workbook(original, frame, tmp_path_factory) -> Path:
    """Its workbook."""
    return write_workbook(original, frame, tmp_path_factory.mktemp("book") / "original.xlsx")


@pytest.fixture(scope="session")
def chromium():
    """A browser; every process of the tests starts one.

    Playwright's event loop then stays with the thread: until the tests end, `asyncio.run` needs
    another thread or process.
    """
    with browser.chromium_running() as started:
        yield started


@pytest.fixture
def visit(chromium):
    """Opens a file in the browser; the test fails if it made a request or complained."""
    with browser.visiting(chromium) as open_file:
        yield open_file
