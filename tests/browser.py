"""Opens files in a real browser, where they may neither ask the network nor complain."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag

if TYPE_CHECKING:  # without Playwright the tests that need it are skipped
    from playwright.sync_api import Browser, BrowserContext, Page

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
"""The accessibility checker; `npm install` puts it there."""


@contextmanager
def chromium_running() -> "Iterator[Browser]":
    """The machine's own Chromium: Playwright would have to download its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        yield browser
        browser.close()


@contextmanager
def visiting(browser: "Browser") -> "Iterator[Callable[..., Page]]":
    """A function that opens a file, at a fragment if one is given, and returns the page.

    Its other options are those of Playwright's `Browser.new_context`: `viewport`, `has_touch`,
    `color_scheme`, `reduced_motion`, `java_script_enabled`, `permissions` and so on. Each page has
    a profile of its own.

    Raises `AssertionError` on leaving if any page asked for anything but a file opened here, wrote
    an error to the console, or left one uncaught. Whatever a page asks for is refused. WebRTC and
    `preconnect` are not seen here.
    """
    contexts: list[BrowserContext] = []
    opened: set[str] = set()
    complaints: list[str] = []

    def open_file(path: Path, fragment: str = "", **options: Any) -> "Page":
        address = path.resolve().as_uri()
        opened.add(address)
        context = browser.new_context(service_workers="block", **options)
        contexts.append(context)
        _listen(context, opened, complaints)
        page = context.new_page()
        page.goto(f"{address}#{fragment}" if fragment else address)
        return page

    try:
        yield open_file
    finally:
        for context in contexts:
            context.close()  # gives what is still on its way to the listeners, too
    assert not complaints, "\n".join(dict.fromkeys(complaints))


def _listen(context: "BrowserContext", opened: set[str], complaints: list[str]) -> None:
    """Refuses what the pages of a context ask for, and writes their complaints down."""

    def ask(route: Any) -> None:
        if urldefrag(route.request.url).url in opened:
            route.continue_()
        else:
            complaints.append(f"request: {route.request.url}")
            route.abort()

    def connect(socket: Any) -> None:
        complaints.append(f"request: {socket.url}")
        socket.close()

    def write(message: Any) -> None:
        if message.type in {"error", "assert"}:
            complaints.append(f"console: {message.text}")

    context.route("**/*", ask)
    context.route_web_socket("**/*", connect)
    context.on("console", write)
    context.on("weberror", lambda uncaught: complaints.append(f"uncaught: {uncaught.error}"))


def axe(page: "Page") -> list[str]:
    """What axe-core finds on a page as it stands: rule, place and what to mend, a line each."""
    # Evaluated, not added as a script: that the page's Content-Security-Policy would forbid.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return [
        f"{finding['id']}: {' '.join(map(str, place['target']))}: {place['failureSummary']}"
        for finding in page.evaluate("axe.run()")["violations"]
        for place in finding["nodes"]
    ]
