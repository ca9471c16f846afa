"""Opens files in a real browser, where they may neither ask the network nor complain."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag

if TYPE_CHECKING:  # without Playwright the tests that need it are skipped
    from playwright.sync_api import Browser, Frame, Page

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
"""The accessibility checker; `npm install` puts it there."""
NAMES = ("chromium-headless-shell", "chromium")
"""Chromium's programs: the shell is the same browser without a window, and takes half the time."""
EMPTY = "file:///empty.html"
"""A page without anything, which is no file."""
ON_THE_PAGE: "dict[str, Callable[[Page, Any], object]]" = {
    "viewport": lambda page, size: page.set_viewport_size(size),
    "color_scheme": lambda page, scheme: page.emulate_media(color_scheme=scheme),
    "reduced_motion": lambda page, motion: page.emulate_media(reduced_motion=motion),
}
"""Options of a profile that may as well be set on its page, before that opens a file."""


def program() -> str | None:
    """Where Chromium is on this machine; None if it is not there."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Chromium:
    """A running browser and its profiles.

    The first page of a profile starts a process and warms it up, which takes longer than most
    tests do with the page. One profile is therefore kept, with an empty page that holds the
    process, and lent to one page at a time; whatever that page left behind is taken away. A page
    beside it, or one that wishes for more than `ON_THE_PAGE`, gets a new profile.
    """

    def __init__(self, browser: "Browser") -> None:
        self._browser = browser
        self._kept: Profile | None = None
        self._is_lent = False

    def lend(self, visit: "Visit", options: dict[str, Any]) -> "Profile":
        """A profile without a trace of earlier pages, for a page with these options."""
        if self._is_lent or not ON_THE_PAGE.keys() >= options.keys():
            return Profile(self._browser, visit, options)
        self._is_lent = True
        if self._kept is None:
            self._kept = Profile(self._browser, visit, {})
            self._kept.hold()
        self._kept.visit = visit
        return self._kept

    def take_back(self, profile: "Profile") -> None:
        """Closes what was opened; gives what is still on its way to the listeners, too."""
        if profile is not self._kept:
            profile.context.close()
            return
        self._kept, self._is_lent = None, False  # kept again only if all of this goes well
        profile.clear()
        self._kept = profile


@dataclass
class Visit:
    """What one test opened, and what its pages did that they must not do."""

    opened: set[str] = field(default_factory=set)
    folders: tuple[str, ...] = ()
    """Addresses of folders whose files may be asked for, too."""
    complaints: list[str] = field(default_factory=list)

    def allows(self, address: str) -> bool:
        """Whether a page may ask for an address."""
        return address in self.opened or address.startswith(self.folders)


class Profile:
    """A profile of the browser: refuses what its pages ask for, writes their complaints down."""

    def __init__(self, browser: "Browser", visit: Visit, options: dict[str, Any]) -> None:
        self.visit = visit
        self.context = browser.new_context(service_workers="block", **options)
        self._holder: Page | None = None
        self._listen()

    def open(self, address: str, options: dict[str, Any]) -> "Page":
        """A page at an address, with those of these options that are set on a page."""
        page = self.context.new_page()
        for name in ON_THE_PAGE.keys() & options.keys() if self._holder else ():
            ON_THE_PAGE[name](page, options[name])
        page.goto(address)
        return page

    def hold(self) -> None:
        """Keeps the process that shows files, whichever pages are closed."""
        self._holder = self.context.new_page()
        self._holder.goto(EMPTY)

    def clear(self) -> None:
        """Closes all pages but the holder, and forgets what they stored and were allowed."""
        for page in self.context.pages:
            if page is not self._holder:
                page.close()
        self.context.clear_permissions()
        developer = self.context.new_cdp_session(self._holder)
        developer.send("Storage.clearDataForOrigin", {"origin": "file://", "storageTypes": "all"})
        developer.detach()

    def _listen(self) -> None:
        def ask(route: Any) -> None:
            if route.request.url == EMPTY:
                route.fulfill(content_type="text/html", body="")
            elif self.visit.allows(urldefrag(route.request.url).url):
                route.continue_()
            else:
                self.visit.complaints.append(f"request: {route.request.url}")
                route.abort()

        def connect(socket: Any) -> None:
            self.visit.complaints.append(f"request: {socket.url}")
            socket.close()

        def write(message: Any) -> None:
            if message.type in {"error", "assert"}:
                self.visit.complaints.append(f"console: {message.text}")

        def catch(uncaught: Any) -> None:
            self.visit.complaints.append(f"uncaught: {uncaught.error}")

        self.context.route("**/*", ask)
        self.context.route_web_socket("**/*", connect)
        self.context.on("console", write)
        self.context.on("weberror", catch)


@contextmanager
def chromium_running() -> Iterator[Chromium]:
    """The machine's own Chromium: Playwright would have to download its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program())
        yield Chromium(browser)
        browser.close()


@contextmanager
def visiting(chromium: Chromium) -> "Iterator[Callable[..., Page]]":
    """A function that opens a file, at a fragment if one is given, and returns the page.

    A page of several files may ask for those of its `folder`.

    Its other options are those of Playwright's `Browser.new_context`: `viewport`, `has_touch`,
    `color_scheme`, `reduced_motion`, `java_script_enabled`, `permissions` and so on. Each page has
    a profile of its own.

    Raises `AssertionError` on leaving if any page asked for anything but a file opened here, wrote
    an error to the console, or left one uncaught. Whatever a page asks for is refused. WebRTC and
    `preconnect` are not seen here.
    """
    visit = Visit()
    profiles: list[Profile] = []

    def open_file(
        path: Path, fragment: str = "", *, folder: Path | None = None, **options: Any
    ) -> "Page":
        address = path.resolve().as_uri()
        visit.opened.add(address)
        if folder:
            visit.folders += (f"{folder.resolve().as_uri()}/",)
        profiles.append(chromium.lend(visit, options))
        return profiles[-1].open(f"{address}#{fragment}" if fragment else address, options)

    try:
        yield open_file
    finally:
        for profile in profiles:
            chromium.take_back(profile)
    assert not visit.complaints, "\n".join(dict.fromkeys(visit.complaints))


def until(page: "Page | Frame", holds: str, seconds: float = 30) -> None:
    """Waits until an expression of JavaScript holds.

    `Page.wait_for_function` has the page evaluate a text anew for each look, which our pages'
    Content-Security-Policy forbids as soon as the first look finds that it does not hold yet.

    Raises `AssertionError` if it does not hold in time.
    """
    last = time.monotonic() + seconds
    while not page.evaluate(holds):
        assert time.monotonic() < last, f"not within {seconds} s: {holds}"
        page.wait_for_timeout(20)


def axe(page: "Page", *, preload: bool = True) -> list[str]:
    """What axe-core finds on a page as it stands: rule, place and what to mend, a line each.

    With `preload` it asks for the page's style sheets again, which a browser refuses to files.
    """
    # Evaluated, not added as a script: that the page's Content-Security-Policy would forbid.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return [
        f"{finding['id']}: {' '.join(map(str, place['target']))}: {place['failureSummary']}"
        for finding in page.evaluate("preload => axe.run({ preload })", preload)["violations"]
        for place in finding["nodes"]
    ]
