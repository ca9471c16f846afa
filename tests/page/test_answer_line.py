"""An answer that is out of view is told at the window's edge."""

import pytest
from browser import axe

from backprop_sheet import load, tabulate
from backprop_sheet.page import write_page

pytestmark = pytest.mark.chromium
HEADING = "document.querySelector('#question h2').getBoundingClientRect().top"


@pytest.fixture
def show(visit, tmp_path):
    """Opens the page of a network."""

    def show(name, fragment="", **options):
        return visit(write_page(load(name), tmp_path / "page.html"), fragment, **options)

    return show


@pytest.mark.everyday
@pytest.mark.axe
def test_a_number_asked_in_the_table_is_told_until_its_answer_is_seen(show):
    page = show("original", "ask=h1", viewport={"width": 1280, "height": 720})
    line = page.get_by_role("complementary", name="Answer")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)
    assert line.count() == 0  # the link asked, and not the reader
    page.locator("#table [aria-rowindex='4'] [aria-colindex='9']").click()
    line.wait_for()
    frame = tabulate(load())
    column = frame.columns[7]  # after the epoch
    before = page.evaluate("scrollY")
    assert line.locator(".asked").text_content() == column
    assert float(line.locator(".number").inner_text()[2:]) == pytest.approx(
        frame.at[2, column], rel=1e-4
    )
    assert axe(page) == []
    page.locator("h1").click()
    page.keyboard.press("ArrowRight")  # it follows the epoch
    assert float(line.locator(".number").inner_text()[2:]) == pytest.approx(
        frame.at[3, column], rel=1e-4
    )
    assert page.evaluate("scrollY") == before  # and scrolls nothing
    page.get_by_role("button", name="Show the answer").click()
    line.wait_for(state="hidden")
    assert 0 < page.evaluate(HEADING) < 600
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)
    assert line.count() == 0  # it has been seen
    page.keyboard.press("a")
    assert 0 < page.evaluate(HEADING) < 600
    page.evaluate("document.querySelector('.answer-line').hidden = false")
    assert line.is_visible()
    page.emulate_media(media="print")
    assert not line.is_visible()


def test_on_a_phone_it_stands_above_the_bar_and_hidden_numbers_stay_hidden(show):
    page = show("xor", "hide=1", viewport={"width": 360, "height": 740}, has_touch=True)
    page.locator("#drawing [data-name=h1]").first.tap()
    line = page.get_by_role("complementary", name="Answer")
    line.wait_for()
    assert line.locator(".number").inner_text() == "= ?"
    box, bar = line.bounding_box(), page.locator(".epochs").bounding_box()
    assert box["y"] + box["height"] <= bar["y"]
    page.get_by_role("button", name="Close", exact=True).tap()
    assert line.count() == 0
    page.locator("#drawing [data-name=h2]").first.tap()
    line.wait_for()
    page.mouse.move(180, 300)
    while page.evaluate(HEADING) > 400:
        page.mouse.wheel(0, 200)
        page.wait_for_timeout(50)
    line.wait_for(state="hidden")
