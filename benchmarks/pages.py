"""The page in a browser: its size, how soon it is shown, and how soon a change is drawn."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.measuring import Line, under

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SIZES = (("original", 250), ("convolution", 500))
"""Templates, and the most kilobytes that their pages take."""
CHANGES = ((68, 16), (10_000, 100))
"""Numbers of epochs, and the most milliseconds until a change of η is drawn."""
TIMES = 30
"""How often η changes in one measurement."""
SHOWN = "() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"  # noqa: E501
"""The milliseconds from opening a page until after its first picture."""
CHANGED = """
times => {
  const found = [];
  for (let k = 0; k < times; k++) {
    const begin = performance.now();
    window.backprop.set("eta", 0.5 + k / times);
    document.body.getBoundingClientRect();  // so that the layout is made
    found.push(performance.now() - begin);
  }
  return found.sort((a, b) => a - b)[Math.floor(times / 2)];
}
"""


def lines(runs: int) -> Iterator[Line]:
    """Measure pages, if a browser is there."""
    from backprop_sheet import load, write_page

    with TemporaryDirectory() as folder:
        paths = {name: write_page(load(name), Path(folder, f"{name}.html")) for name, _ in SIZES}
        for name, most in SIZES:
            yield under(f"page of {name}", paths[name].stat().st_size / 1000, most, "kB")
        if not (shutil.which("chromium") and find_spec("playwright")):
            print("pages: Chromium or Playwright is not there", file=sys.stderr)
            return
        with _browser() as browser:
            found = [_until_shown(browser, paths["original"]) for _ in range(runs)]
            yield under("page of original, until it is shown", median(found), 300, "ms")
            page, _ = _opened(browser, paths["original"], "epoch=30&ask=dE_dw1")
            for epochs, most in CHANGES:
                page.evaluate(f"window.backprop.epochs = {epochs}")
                found = [page.evaluate(CHANGED, TIMES) for _ in range(runs)]
                name = f"page of original, a change of η at {epochs:,} epochs, ∂E/∂w1 asked"
                yield under(name, median(found), most, "ms")


@contextmanager
def _browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        yield browser
        browser.close()


def _until_shown(browser: Browser, path: Path) -> float:
    """The milliseconds until a page was shown, beside no other page."""
    page, shown = _opened(browser, path)
    page.close()
    return shown


def _opened(browser: Browser, path: Path, state: str = "") -> tuple[Page, float]:
    """A page that is opened in a state, and the milliseconds until it was shown."""
    page = browser.new_page()
    page.goto(f"{path.as_uri()}#{state}")
    return page, page.evaluate(SHOWN)
