"""The link holds all that a reader chose, and believes nothing that a stranger wrote into it."""

import pytest
from browser import until

from backprop_sheet import load, tabulate
from backprop_sheet.network.file import from_content
from backprop_sheet.page import write_page

pytestmark = pytest.mark.chromium


def epoch_of(page):
    return page.locator(".epoch output").inner_text()


def rests(page):
    """Wait until the state is written."""
    page.wait_for_timeout(450)
    return page.evaluate("location.hash")


@pytest.mark.everyday
def test_a_link_opens_the_page_with_its_numbers_and_its_epoch(show):
    page = show("original", "eta=0.7&w5=0.7&epochs=100&epoch=30&ask=dE_dw1")
    frame = tabulate(load().with_numbers(eta=0.7, w5=0.7), 100)
    row = page.evaluate("window.backprop.row(30)")
    assert row["∂E/∂w1"] == pytest.approx(frame.at[30, "∂E/∂w1"], rel=1e-9)
    assert page.evaluate("window.backprop.rows") == 100
    assert epoch_of(page) == "30 / 99"
    assert not page.locator("#notice").is_visible()


def test_what_is_chosen_is_written_to_the_address(show):
    page = show()
    assert rests(page) == ""
    rate = page.get_by_role("textbox", name="η")
    rate.fill("0.7")
    rate.press("Enter")
    page.locator("h1").click()
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_role("button", name="dark colours").click()
    assert rests(page) == "#eta=0.7&epoch=10&theme=dark"
    page.get_by_role("button", name="Reset").click()
    page.keyboard.press("Home")
    page.get_by_role("button", name="light colours").click()
    assert rests(page) == ""
    assert page.evaluate("history.length") <= 2  # the button back still leads out of the page


@pytest.mark.parametrize(
    ("network", "fragment"),
    [
        ("original", "eta=0.7&w5=1e-7&i1=-0.25&epochs=100&epoch=30&ask=dE_dw1"),
        ("xor", "w1=0.1&i1@3=0.4&t1@4=0.5&epoch=2&sample=3&ask=h1"),
        ("xor", "i1@1=0.5"),
        ("adam", "beta1=0.8&epsilon=0.001"),
        ("original", "log=1&hide=1&theme=dark"),
        ("original", "epoch=3&ask=h1&hide=1&show=h1%2Cnext%2520w1"),
        ("original", "hide=1&show=*"),
        ("original", "epoch=3&walk=1&ask=a_h1"),
        ("original", "epoch=3&walk=4&ask=dE_dw1"),
        ("original", "keep@3=a;eta=2&keep=b;eta=3&rate@5=c;eta=0.5"),
        ("original", "keep=slow;eta=0.1;epochs=20&keep=%CE%B7%3B%26%20two;eta=2;w5=0.7"),
        ("original", ""),
    ],
)
def test_a_state_is_the_same_after_a_round_trip(show, network, fragment):
    page = show(network, fragment)
    assert not page.locator("#notice").is_visible()
    for _ in range(2):  # to other colours and back, so that it is written anew
        page.get_by_role("button", name="colours").click()
    assert rests(page) == f"#{fragment}" * bool(fragment)


def test_numbers_that_were_shown_belong_to_the_link(show):
    page = show("original", "epoch=3&hide=1")
    for _ in range(2):  # asked, then shown
        page.locator("#drawing [data-name=h1]").first.click()
    number = page.locator("#question .title")
    seen = number.inner_text()
    fragment = rests(page)
    assert fragment == "#epoch=3&ask=h1&hide=1&show=h1"
    assert "?" not in seen
    page.get_by_role("button", name="Show all").click()
    assert rests(page) == "#epoch=3&ask=h1&hide=1&show=*"
    page.evaluate("(fragment) => { location.hash = fragment; }", fragment)
    page.wait_for_timeout(100)
    assert number.inner_text() == seen
    page.locator("#drawing [data-name=h2]").first.click()
    assert "?" in number.inner_text()
    page.keyboard.press("ArrowRight")
    assert "show" not in rests(page)


def test_another_link_in_the_same_page_starts_from_the_pages_own_numbers(show):
    page = show("original", "eta=0.7&epoch=30&theme=dark")
    page.evaluate("location.hash = 'w5=0.7'")
    page.wait_for_timeout(100)
    assert page.evaluate("[window.backprop.given.eta, window.backprop.given.w5]") == [1, 0.7]
    assert epoch_of(page) == "0 / 67"
    assert page.evaluate("document.documentElement.dataset.theme") == ""


HOSTILE = [
    "w99=1",
    "eta=NaN",
    "eta=-1",
    "eta=",
    "eta=Infinity",
    "eta=1=2",
    "epochs=999999999999",
    "epochs=2.5",
    "epoch=5000",
    "epoch=-1",
    "sample=2",
    "ask=nothing",
    "ask=__proto__",
    "constructor=1",
    "__proto__=1",
    "toString=1",
    "walk=1000000",
    "log=yes",
    "show=w99",
    "show=h1,__proto__",
    "theme=<style>",
    "%E0%A4%A=1",
    "ask=%E0%A4%A",
    "keep=a;eta=NaN",
    "keep=a;w99=1",
    "i1@7=0.5",
    "<img src=x onerror=alert(1)>=1",
]


@pytest.mark.parametrize("fragment", HOSTILE)
def test_what_makes_no_sense_is_ignored_with_one_line(show, fragment):
    page = show("original", f"{fragment}&w5=0.7")
    notice = page.locator("#notice")
    assert notice.inner_text().startswith("Ignored, as this page does not know it: ")
    assert notice.inner_text().count("\n") == 0
    assert notice.locator("*").count() == 0  # never markup
    given = page.evaluate("window.backprop.given")
    assert given == {**load().numbers, "w5": 0.7}
    assert page.evaluate("window.backprop.rows") == 68
    assert rests(page) == "#w5=0.7"


def test_much_nonsense_takes_one_short_line(show):
    page = show("original", "&".join(f"{'x' * 500}{number}=1" for number in range(500)))
    assert len(page.locator("#notice").inner_text()) < 250
    assert page.locator("#notice").inner_text().endswith("and more")


def test_no_more_curves_are_kept_than_can_be_drawn(show):
    page = show("original", "&".join(f"keep=c{number};eta=2" for number in range(25)))
    assert rests(page).count("keep=") <= 20
    assert "keep=c20" in page.locator("#notice").inner_text()


def strokes(page):
    paths = page.locator("#curve .swatch path").all()
    return [path.evaluate("path => getComputedStyle(path).stroke") for path in paths]


def test_a_reload_keeps_curves_as_they_are_drawn(show):
    page = show("original", "epochs=40")
    compare = page.get_by_role("button", name="Compare six rates")
    compare.click()
    remove = page.get_by_role("button", name="Take away")
    for place in (3, 0):
        remove.nth(place).click()
    page.get_by_role("textbox", name="η").fill("0.7")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Keep this curve").click()
    drawn = strokes(page)
    assert len(set(drawn)) == len(drawn)
    rests(page)
    page.reload()
    assert strokes(page) == drawn
    assert not page.locator("#notice").is_visible()


def test_the_page_keeps_no_more_curves_than_a_link_holds(show):
    page = show("original", "&".join(f"keep=c{number};eta={number + 2}" for number in range(15)))
    keep = page.get_by_role("button", name="Keep this curve")
    compare = page.get_by_role("button", name="Compare six rates")
    assert compare.is_disabled()
    assert compare.get_attribute("title") == "At most 20 curves are kept"
    for number in range(5):
        page.evaluate(f"window.backprop.set('eta', {number + 20})")
        keep.click()
    assert keep.is_enabled()  # takes the last one away again
    page.evaluate("window.backprop.set('eta', 30)")
    assert keep.is_disabled()
    rests(page)
    page.reload()
    assert not page.locator("#notice").is_visible()
    assert len(strokes(page)) == 21
    page.evaluate("location.hash = ''")
    until(page, "document.querySelectorAll('#curve .swatch').length === 1")
    assert keep.is_enabled()
    assert keep.get_attribute("title") == ""


def test_no_link_keeps_the_page_busy(show):
    most = 1612903
    page = show("original", "&".join([f"keep=a;epochs={most}"] * 20))
    assert rests(page) == f"#keep=a;epochs={most}"
    assert page.locator("#notice").inner_text().endswith("and more")
    keep = page.get_by_role("button", name="Keep this curve")
    assert keep.get_attribute("title") == f"Kept curves have at most {most} epochs together"
    page = show("original", f"w5=0.7&{'keep=a;x=1&' * 90_000}w1=0.25")
    given = page.evaluate("window.backprop.given")
    assert given == {**load().numbers, "w5": 0.7}  # the end of so long a link is not read
    assert page.locator("#notice").inner_text().endswith("and more")


def test_the_table_opens_at_the_chosen_row(show):
    page = show("original", "epoch=60&ask=dE_dw1")
    row, scroller = (page.locator(f"#table {each}") for each in (".chosen", ".scroller"))
    assert row.get_attribute("aria-rowindex") == "62"
    cell, view = row.locator(".asked").bounding_box(), scroller.bounding_box()
    assert view["y"] <= cell["y"] < cell["y"] + cell["height"] <= view["y"] + view["height"]
    assert view["x"] <= cell["x"] < cell["x"] + cell["width"] <= view["x"] + view["width"]


def test_a_number_that_is_called_like_a_word_of_the_link(show):
    content = {
        "given": {"ask": 0.5, "epochs_": 2},
        "samples": {"x": 1},
        "trained": {"theme": 0.5},
        "formulas": {"E": "(ask * theme * x - epochs_)**2"},
        "error": "E",
        "eta": 0.1,
        "epochs": 5,
    }
    network = from_content(content, None, "words")
    page = show(network, "@ask=0.75&@theme=0.25&theme=dark&ask=theme")
    assert not page.locator("#notice").is_visible()
    assert page.evaluate("window.backprop.given.ask") == 0.75
    assert page.evaluate("window.backprop.given.theme") == 0.25
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.keyboard.press("End")
    assert rests(page) == "#@ask=0.75&@theme=0.25&epoch=4&ask=theme&theme=dark"


def test_a_frame_that_may_not_change_its_address_is_left_alone(visit, tmp_path):
    inner = write_page(load(), tmp_path / "inner.html").read_text(encoding="utf-8")
    outer = tmp_path / "outer.html"
    escaped = inner.replace("&", "&amp;").replace('"', "&quot;")
    frame = f'<iframe sandbox="allow-scripts" width="900" height="700" srcdoc="{escaped}"></iframe>'
    outer.write_text(f"<!doctype html><title>A frame</title>{frame}", encoding="utf-8")
    page = visit(outer)
    inside = page.frame_locator("iframe")
    inside.get_by_role("button", name="epoch on").click()
    page.wait_for_timeout(450)
    assert inside.locator(".epoch output").inner_text() == "1 / 67"
