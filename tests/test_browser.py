"""The browser in which pages are tested: it notices whatever a page must not do."""

import re

import pytest
from browser import axe, until, visiting

pytestmark = pytest.mark.chromium


@pytest.fixture
def write(tmp_path):
    """Writes a page with the given content."""

    def write(body, head=""):
        path = tmp_path / "page #1.html"
        head = f'<meta charset="utf-8"><title>A page</title>{head}'
        path.write_text(f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body>')
        return path

    return write


@pytest.mark.everyday
def test_a_page_that_keeps_to_itself_is_left_alone(visit, write):
    picture = '<img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'
    script = """<script>
        console.log("no error");
        const kept = URL.createObjectURL(new Blob(["1,2"]));
        document.body.innerHTML += `<a href="${kept}" download="table.csv">table</a>`;
        fetch(kept).then((answer) => answer.text()).then((text) => (document.title = text));
    </script>"""
    page = visit(write(picture + script), "epoch=3")
    assert page.url.endswith("#epoch=3")
    until(page, "document.title === '1,2'")
    with page.expect_download() as download:
        page.click("a")
    assert download.value.path().read_text() == "1,2"
    page.reload()


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ('<img src="https://one.invalid/a.png">', "request: https://one.invalid/a.png"),
        ('<link rel="stylesheet" href="beside.css">', "request: file://.*/beside.css"),
        ('<iframe src="https://one.invalid/"></iframe>', "request: https://one.invalid/"),
        ("<script>fetch('https://one.invalid/b')</script>", "request: https://one.invalid/b"),
        ("<script>navigator.sendBeacon('https://one.invalid/c')</script>", "request: .*/c"),
        ("<script>new WebSocket('wss://one.invalid/d')</script>", "request: wss://one.invalid/d"),
        ("<script>open('https://one.invalid/e')</script>", "request: https://one.invalid/e"),
        ("<script>console.error('odd', 1)</script>", "console: odd 1"),
        ("<script>console.assert(1 > 2, 'less')</script>", "console: less"),
        ("<script>throw new Error('broken')</script>", "uncaught: broken"),
        ("<script>setTimeout(() => nothing)</script>", "uncaught: nothing is not defined"),
        ("<script>Promise.reject(new Error('promised'))</script>", "uncaught: promised"),
    ],
)
def test_requests_and_errors_are_noticed(chromium, write, body, complaint):
    with pytest.raises(AssertionError) as failure, visiting(chromium) as visit:
        visit(write(body)).wait_for_timeout(200)
    assert re.search(f"^{complaint}$", str(failure.value), flags=re.MULTILINE), failure.value


def test_what_the_policy_of_a_page_stops_is_noticed(chromium, write):
    policy = """<meta http-equiv="Content-Security-Policy"
        content="default-src 'none'; script-src 'unsafe-inline'">"""
    page = write("<script>fetch('https://one.invalid/').catch(() => 0)</script>", policy)
    complaint = "console: .*Content Security Policy"
    with pytest.raises(AssertionError, match=complaint), visiting(chromium) as visit:
        visit(page).wait_for_timeout(200)


def test_a_failure_of_the_test_comes_before_the_pages(chromium, write):
    page = write("<script>console.error('later')</script>")
    with pytest.raises(TypeError, match="'int'"), visiting(chromium) as visit:
        len(visit(page).evaluate("1"))


def test_pages_of_one_test_share_nothing(visit, write):
    script = (
        "<script>document.title = localStorage.kept ?? 'nothing'; localStorage.kept = 1</script>"
    )
    path = write(script)
    assert [visit(path).title(), visit(path).title()] == ["nothing", "nothing"]


@pytest.mark.parametrize(
    ("option", "query"),
    [
        ({"viewport": {"width": 360, "height": 640}}, "(width: 360px) and (height: 640px)"),
        ({"color_scheme": "dark"}, "(prefers-color-scheme: dark)"),
        ({"reduced_motion": "reduce"}, "(prefers-reduced-motion: reduce)"),
        ({"has_touch": True, "is_mobile": True}, "(pointer: coarse) and (hover: none)"),
    ],
    ids=str,
)
def test_the_reader_may_have_another_device_and_other_wishes(visit, write, option, query):
    path = write('<meta name="viewport" content="width=device-width">')
    asked = f"matchMedia('{query}').matches"
    assert not visit(path).evaluate(asked)
    assert visit(path, **option).evaluate(asked)


def test_a_finger_touches(visit, write):
    page = visit(
        write("<button ontouchstart=\"document.title = 'touched'\">here</button>"), has_touch=True
    )
    page.tap("button")
    assert page.title() == "touched"


def test_scripts_may_be_blocked(visit, write):
    path = write("<noscript>A picture</noscript><script>document.title = 'ran'</script>")
    running = visit(path)
    assert running.title() == "ran"
    assert not running.locator("noscript").is_visible()
    blocked = visit(path, java_script_enabled=False)
    assert blocked.title() == "A page"
    assert blocked.locator("noscript").is_visible()


@pytest.mark.axe
def test_axe_finds_a_missing_label_under_a_strict_policy(visit, write):
    policy = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\">"
    page = visit(write('<main><h1>η</h1><input id="eta"></main>', policy))
    (finding,) = axe(page)
    assert finding.startswith("label: #eta: ")
    named = '<main><h1>η</h1><label>η <input id="eta"></label></main>'
    assert axe(visit(write(named, policy))) == []


@pytest.mark.axe
def test_axe_sees_the_colours_that_the_reader_sees(visit, write):
    dark = "@media (prefers-color-scheme: dark) { body { background: black; color: white } }"
    style = f"<style>{dark} p {{ color: #222 }}</style>"
    path = write("<main><h1>η</h1><p>dark grey</p></main>", style)
    assert axe(visit(path)) == []
    (finding,) = axe(visit(path, color_scheme="dark"))
    assert finding.startswith("color-contrast: p: ")


LEAVES = """<script>
    localStorage.kept = sessionStorage.kept = document.cookie = "kept=1";
    const opening = indexedDB.open("kept");
    opening.onsuccess = () => (document.title = "left");
    open("about:blank");
</script>"""
FINDS = """async () => [
    ...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie,
    ...(await indexedDB.databases()).map((one) => one.name), history.length,
    (await navigator.permissions.query({ name: "geolocation" })).state, innerWidth,
    matchMedia("(prefers-color-scheme: dark)").matches,
]"""


def test_a_page_finds_nothing_of_an_earlier_test(chromium, write):
    path = write(LEAVES)
    with visiting(chromium) as visit:
        page = visit(path, color_scheme="dark", viewport={"width": 400, "height": 400})
        page.context.grant_permissions(["geolocation"])
        until(page, "document.title === 'left'")
        found = page.evaluate(FINDS)
        assert {"kept", "granted", 400, True} <= {*found}
    path = write("")
    with visiting(chromium) as visit:
        kept, new = visit(path), visit(path)
        assert kept.context is page.context is not new.context
        assert kept.evaluate(FINDS) == new.evaluate(FINDS) == ["", 2, "prompt", 1280, False]


def test_a_profile_is_kept_and_the_complaints_of_a_test_are_its_own(chromium, write):
    with pytest.raises(AssertionError, match="console: odd"), visiting(chromium) as visit:
        profile = visit(write("<script>console.error('odd')</script>")).context
    with visiting(chromium) as visit:
        assert visit(write("")).context is profile
        assert visit(write("")).context is not profile
        assert visit(write(""), has_touch=True).context is not profile
