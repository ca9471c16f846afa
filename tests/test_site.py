"""The manual as a site: no warning, no link that leads nowhere, no request to another host."""

import os
import runpy
import time
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from browser import axe

from tools.site import SOURCE, built

pytestmark = [pytest.mark.sphinx, pytest.mark.slow]
SECONDS = 120
"""The longest that the site may take to build."""
THE_THEMES = "landmark-unique: .sidebar-drawer"
"""What axe-core finds in the theme itself: its two sidebars have no names."""
MIDDLE = {"width": 1024, "height": 800}


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The site, built once: by whichever process of the tests comes first."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "site"
    done = folder.with_suffix(".done")
    try:
        folder.mkdir()
    except FileExistsError:
        last = time.monotonic() + SECONDS
        while not done.exists() and time.monotonic() < last:
            time.sleep(0.2)
    else:
        done.write_text(str(built(folder)))
    assert done.read_text() == "0", "Sphinx warned"
    return folder


class Links(HTMLParser):
    """The anchors of a page, and where it leads."""

    def __init__(self, text):
        super().__init__()
        self.anchors, self.targets = set(), []
        self.feed(text)

    def handle_starttag(self, _tag, attributes):
        found = dict(attributes)
        self.anchors |= {found["id"]} if "id" in found else set()
        self.targets += [found[key] for key in ("href", "src") if found.get(key)]


@cache
def links(page):
    return Links(page.read_text(encoding="utf-8"))


def leads(page, target):
    """Whether a link of a page leads somewhere; of another site, whether it has the form of one."""
    to = urlsplit(target)
    if to.scheme:
        return to.scheme in {"http", "https", "data"} and bool(to.netloc or to.path)
    file = (page.parent / unquote(to.path)).resolve() if to.path else page
    return file.is_file() and (not to.fragment or unquote(to.fragment) in links(file).anchors)


def dead(site):
    """The links that lead nowhere, each behind its page."""
    return [
        (page.name, target)
        for page in site.rglob("*.html")
        for target in links(page).targets
        if not leads(page, target)
    ]


def test_every_link_leads_somewhere(site):
    assert dead(site) == []
    assert sum(len(links(page).targets) for page in site.glob("*.html")) > 1000


@pytest.mark.parametrize("target", ["gone.html", "#gone", "first.html#gone", "javascript:x"])
def test_a_link_that_leads_nowhere_is_found(target, tmp_path):
    (tmp_path / "first.html").write_text("<p id=a><a href='#a'></a><img src='first.html'></p>")
    assert not dead(tmp_path)
    (tmp_path / "page.html").write_text(f"<a href='{target}'></a>")
    assert dead(tmp_path) == [("page.html", target)]


def test_every_page_is_in_the_site_and_in_its_sidebar(site):
    pages = {page.stem for page in SOURCE.glob("*.md")}
    assert pages <= {page.stem for page in site.glob("*.html")}
    listed = {target.partition(".html")[0] for target in links(site / "index.html").targets}
    assert pages - {"index"} <= listed


@pytest.mark.parametrize(
    ("link", "there"),
    [
        ("[a](docs/first.md#install-it)", "[a](first.md#install-it)"),
        ("[a](README.md)", "[a](index.md)"),
        ("[a](LICENSE)", "[a](../LICENSE)"),
        ("[a](docs/) and [b](GONE.md)", "a and b"),
        ("[a](#here), [b](https://a.org/b)", "[a](#here), [b](https://a.org/b)"),
    ],
)
def test_links_of_the_projects_files_lead_to_the_same_from_the_site(link, there):
    assert runpy.run_path(str(SOURCE / "conf.py"))["moved"](link) == there


@pytest.mark.chromium
@pytest.mark.axe
@pytest.mark.parametrize(
    ("scheme", "names"), [("light", "index file api"), ("dark", "first check")]
)
def test_pages_are_accessible(scheme, names, site, visit):
    for name in names.split():
        page = visit(site / f"{name}.html", folder=site, color_scheme=scheme, viewport=MIDDLE)
        found = [one for one in axe(page, preload=False) if not one.startswith(THE_THEMES)]
        assert found == [], name


@pytest.mark.chromium
def test_no_page_asks_another_host_or_is_wider_than_its_window(site, visit):
    page = visit(site / "index.html", folder=site)
    for file in sorted(site.glob("*.html")):
        page.goto(file.as_uri())
        for width in (360, 1024, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (file.name, width)


@pytest.mark.chromium
def test_the_search_finds_a_page_without_a_server(site, visit):
    page = visit(site / "search.html", folder=site)
    page.goto((site / "search.html").as_uri() + "?q=clip_norm")
    page.wait_for_selector("ul.search a[href^='file.html']")
