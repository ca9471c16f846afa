"""The manual as a site: built without a warning, each link leads somewhere, no page asks for more."""

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from browser import axe

from tools.site import SOURCE, built

pytestmark = [pytest.mark.sphinx, pytest.mark.slow]
MIDDLE = {"width": 1024, "height": 800}


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The site, built once for all tests of a process."""
    folder = tmp_path_factory.mktemp("site")
    assert built(folder) == 0, "Sphinx warned"
    return folder


class Links(HTMLParser):
    """The anchors of a page, and where it leads."""

    def __init__(self, text):
        super().__init__()
        self.anchors, self.targets = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.anchors |= {found["id"]} if "id" in found else set()
        self.targets += [found[key] for key in ("href", "src") if found.get(key)]


@cache
def links(page):
    return Links(page.read_text(encoding="utf-8"))


def dead(site):
    """The links that lead nowhere, each behind its page."""
    for page in site.rglob("*.html"):
        for target in links(page).targets:
            to = urlsplit(target)
            if to.scheme:
                if to.scheme not in {"http", "https", "data"} or not (to.netloc or to.path):
                    yield page.name, target
                continue
            file = (page.parent / unquote(to.path)).resolve() if to.path else page
            if not file.is_file():
                yield page.name, target
            elif to.fragment and file.suffix == ".html":
                if unquote(to.fragment) not in links(file).anchors:
                    yield page.name, target


def test_every_link_leads_somewhere(site):
    assert list(dead(site)) == []
    assert sum(len(links(page).targets) for page in site.glob("*.html")) > 1000


@pytest.mark.parametrize("target", ["gone.html", "#gone", "first.html#gone", "javascript:x"])
def test_a_link_that_leads_nowhere_is_found(target, tmp_path):
    (tmp_path / "first.html").write_text("<p id=a><a href='#a'></a><img src='first.html'></p>")
    assert not list(dead(tmp_path))
    (tmp_path / "page.html").write_text(f"<a href='{target}'></a>")
    assert list(dead(tmp_path)) == [("page.html", target)]


def test_every_page_is_in_the_site_and_in_its_sidebar(site):
    pages = {page.stem for page in SOURCE.glob("*.md")}
    assert pages <= {page.stem for page in site.glob("*.html")}
    listed = {target.partition(".html")[0] for target in links(site / "index.html").targets}
    assert pages - {"index"} <= listed


def test_the_same_pages_make_the_same_site(site, tmp_path):
    assert built(tmp_path) == 0
    files = {file.relative_to(site) for file in site.rglob("*.html")}
    assert all((site / file).read_bytes() == (tmp_path / file).read_bytes() for file in files)


@pytest.mark.chromium
@pytest.mark.axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_ask_no_other_host_and_are_accessible(scheme, site, visit):
    for name in ("index", "first", "file", "api", "cli", "check", "mnist"):
        page = visit(site / f"{name}.html", folder=site, color_scheme=scheme, viewport=MIDDLE)
        assert axe(page) == [], name


@pytest.mark.chromium
@pytest.mark.parametrize("width", [360, 1024, 1920])
def test_no_page_is_wider_than_its_window(width, site, visit):
    page = visit(site / "index.html", folder=site, viewport={"width": width, "height": 900})
    for file in sorted(site.glob("*.html")):
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, file.name


@pytest.mark.chromium
def test_the_search_finds_a_page_without_a_server(site, visit):
    page = visit(site / "search.html", folder=site)
    page.goto((site / "search.html").as_uri() + "?q=clip_norm")
    page.wait_for_selector("ul.search a")
    assert "file.html" in page.get_attribute("ul.search a", "href")
