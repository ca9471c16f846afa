"""The table on the page: every number is in reach, headings stay in view, cells ask and change."""

import re
import sys
from itertools import pairwise

import pytest
from browser import axe

from backprop_sheet import load, tabulate
from backprop_sheet.network import Kind
from backprop_sheet.page import write_page

pytestmark = pytest.mark.chromium
SCROLLER, GRID = "#table .scroller", "#table [role=grid]"
EDITOR = "#table .editor input"
VISIBLE = """
() => {
    const view = document.querySelector("#table .scroller").getBoundingClientRect();
    const head = document.querySelector("#table [role=rowheader]:last-of-type");
    const heads = document.querySelectorAll("#table .headings .before");
    const left = Math.max(...[...heads].map((each) => each.getBoundingClientRect().right));
    const top = heads[0].getBoundingClientRect().bottom;
    const found = [];
    for (const cell of document.querySelectorAll("#table [role=gridcell]")) {
        const box = cell.getBoundingClientRect();
        const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
        if (x < left || x > view.right || y < top || y > view.bottom) continue;
        const row = cell.parentElement;
        const at = cell.getAttribute("aria-colindex");
        const heading = document.querySelector(
            `#table [role=columnheader][aria-colindex="${at}"]`);
        const above = heading.getBoundingClientRect();
        found.push({
            row: Number(row.getAttribute("aria-rowindex")) - 2,
            heads: [...row.querySelectorAll("[role=rowheader]")].map((each) => each.textContent),
            heading: heading.textContent,
            text: cell.textContent,
            lines_up: Math.abs(above.left - box.left) < 1 && Math.abs(above.top - view.top) < 3,
            given: cell.classList.contains("given"),
            fits: cell.scrollWidth <= cell.clientWidth,
        });
    }
    return found;
}
"""


@pytest.fixture
def shown(visit, tmp_path):
    """Opens the page of a network."""

    def shown(network, **options):
        return visit(write_page(network, tmp_path / "page.html"), **options)

    return shown


def cell(row, column):
    """The cell of a row, from 0, and of a column counted from 1 with those before each row."""
    return f"#table [aria-rowindex='{row + 2}'] [aria-colindex='{column}']"


def column_of(network, label):
    heads = 2 if len(network.samples) > 1 else 1
    labels = [network.labels[n] for n in network.columns if n not in network.named(Kind.COUNTER)]
    return labels.index(label) + heads + 1


def number(text):
    return float(text.replace("−", "-"))


def scrolled(page, top, left):
    page.evaluate(
        "([top, left]) => document.querySelector('#table .scroller').scrollTo({ top, left })",
        [top, left],
    )
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return page.evaluate(VISIBLE)


def scroll_of(page):
    return page.locator(SCROLLER).evaluate("view => [view.scrollTop, view.scrollLeft]")


def cursor(page):
    """The row, from 0, and the column of the cell that the keys are at."""
    found = page.locator(f"#{page.get_attribute(GRID, 'aria-activedescendant')}")
    row = found.evaluate("cell => cell.closest('[role=row]').getAttribute('aria-rowindex')")
    return int(row) - 2, int(found.get_attribute("aria-colindex"))


@pytest.mark.parametrize(
    "name", ["original", "xor", pytest.param("convolution", marks=pytest.mark.slow)]
)
def test_visible_cells_are_the_engines_wherever_one_scrolls(shown, name):
    network = load(name)
    frame = tabulate(network)
    samples = len(network.samples)
    page = shown(network)
    assert page.get_attribute(GRID, "aria-rowcount") == str(len(frame) + 1)
    wide = page.locator(SCROLLER).evaluate("view => view.scrollWidth")
    seen = set()
    for top in (0, 333, 1e9):
        for left in range(0, wide, 300):
            cells = scrolled(page, top, left)
            assert len({each["row"] for each in cells}) >= 12
            for each in cells:
                expected = frame[each["heading"]].iloc[each["row"]]
                assert number(each["text"]) == pytest.approx(expected, rel=5e-6)
                epoch, sample = divmod(each["row"], samples)
                heads = [epoch, sample + 1] if samples > 1 else [epoch]
                assert each["heads"] == list(map(str, heads))
                assert each["lines_up"]
                assert each["fits"]
                seen.add(each["heading"])
    assert seen == set(frame.columns) - {"epoch", "sample"}
    assert len(frame) - 1 in {each["row"] for each in cells}


def test_100000_epochs_are_in_reach(shown):
    frame = tabulate(load(), epochs=100_000)
    page = shown(load())
    page.evaluate("window.backprop.epochs = 100000")
    for part in (0, 0.123, 0.5, 0.999, 1):
        tall = page.locator(SCROLLER).evaluate("view => view.scrollHeight - view.clientHeight")
        cells = scrolled(page, part * tall, 1500)
        rows = sorted({each["row"] for each in cells})
        assert rows == list(range(rows[0], rows[-1] + 1))
        assert rows[0] == pytest.approx(part * 99_983, abs=20)
        for each in cells:
            expected = frame[each["heading"]].iloc[each["row"]]
            assert number(each["text"]) == pytest.approx(expected, rel=5e-6)
            assert each["lines_up"]
    assert rows[-1] == 99_999


def test_more_rows_than_a_browser_lays_out_are_in_reach(shown):
    page = shown(load("linear"))  # 15 columns, 5 samples
    page.evaluate("window.backprop.epochs = 200000")
    cells = scrolled(page, 1e9, 0)
    rows = [each["row"] for each in cells]
    assert max(rows) == 999_999
    page.focus(GRID)
    page.keyboard.press("Control+Home")
    assert {each["row"] for each in page.evaluate(VISIBLE)} >= set(range(12))
    middle = {each["row"] for each in scrolled(page, 6_000_000, 0)}
    assert 400_000 < min(middle) < max(middle) < 600_000


def test_the_wheel_scrolls_it_and_at_its_ends_the_page(shown):
    page = shown(load(), viewport={"width": 1280, "height": 720})
    page.locator(SCROLLER).scroll_into_view_if_needed()
    box = page.locator(SCROLLER).bounding_box()
    assert box["height"] <= 0.56 * 720
    before = page.evaluate("scrollY")
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.wheel(0, 500)
    page.wait_for_timeout(300)
    assert scroll_of(page) == [500, 0]
    assert page.evaluate("scrollY") == before
    assert min(each["row"] for each in page.evaluate(VISIBLE)) == 20
    page.mouse.wheel(0, -500)
    page.wait_for_timeout(700)  # a browser scrolls on what a turn of the wheel began with
    page.mouse.wheel(0, -200)
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") < before


@pytest.mark.everyday
def test_a_click_on_a_cell_chooses_its_row_and_asks_it(shown):
    network = load()
    page = shown(network, viewport={"width": 1920, "height": 1000})
    page.click(cell(5, 3))
    assert "chosen" in page.get_attribute("#table [aria-rowindex='7']", "class")
    assert page.locator("#table .body .asked").count() == 1
    assert "asked" in page.get_attribute(cell(5, 3), "class")
    assert page.get_attribute("#curve [role=slider]", "aria-valuenow") == "5"
    page.click("#table .headings [aria-colindex='4']")
    assert "asked" in page.get_attribute(cell(5, 4), "class")
    page.click("#table [aria-rowindex='10'] [role=rowheader]")
    assert "asked" in page.get_attribute(cell(8, 4), "class")


def test_it_follows_the_curve_but_not_while_the_reader_scrolls(shown):
    page = shown(load())
    page.focus("#curve [role=slider]")
    page.keyboard.press("End")
    assert 67 in {each["row"] for each in page.evaluate(VISIBLE)}
    page.keyboard.press("Home")
    assert scroll_of(page)[0] == 0
    before = page.evaluate("scrollY")
    scrolled(page, 500, 0)
    page.focus("#curve [role=slider]")
    page.keyboard.press("End")
    assert scroll_of(page)[0] == 500
    page.wait_for_timeout(900)
    page.keyboard.press("Home")
    assert scroll_of(page)[0] == 0
    assert page.evaluate("scrollY") == before


def test_keys_walk_the_cells_and_keep_them_in_view(shown):
    page = shown(load())
    page.focus(GRID)
    view = page.locator(SCROLLER).bounding_box()
    for keys, row, column in [
        ("ArrowDown ArrowDown ArrowRight", 2, 3),
        ("ArrowUp", -1, 2),
        ("End", 0, 32),
        ("ArrowRight Home ArrowLeft", 0, 2),
        ("Control+End", 67, 32),
        ("Control+End Control+Home", 0, 2),
        ("Control+ArrowDown ArrowDown", 67, 2),
    ]:
        for key in ["Control+Home", *keys.split()]:
            page.keyboard.press(key)
        assert cursor(page) == (row, column)
        at = page.locator("#table-cursor").bounding_box()
        assert view["x"] <= at["x"] < at["x"] + at["width"] <= view["x"] + view["width"] + 1
        assert view["y"] <= at["y"] < at["y"] + at["height"] <= view["y"] + view["height"] + 1
        page.keyboard.press("Enter")
        if page.locator(EDITOR).is_visible():
            page.keyboard.press("Escape")
        elif row >= 0:  # a heading is asked in the row that is chosen
            chosen = page.get_attribute("#table [aria-selected=true]", "aria-rowindex")
            assert chosen == str(row + 2)
    # A ring around all cells would mark every row where it comes into view.
    outlines = "at => getComputedStyle(at).outlineStyle"
    assert page.locator(GRID).evaluate(outlines) == "none"
    assert page.locator("#table-cursor").evaluate(outlines) == "solid"
    assert page.locator(SCROLLER).evaluate(outlines) == "solid"


def test_pages_are_as_long_as_the_view(shown):
    page = shown(load())
    page.focus(GRID)
    rows = {each["row"] for each in page.evaluate(VISIBLE)}
    page.keyboard.press("PageDown")
    row, _ = cursor(page)
    assert len(rows) - 3 <= row <= len(rows)
    page.keyboard.press("PageUp")
    assert cursor(page)[0] == 0


def test_a_given_number_is_changed_where_it_stands(shown):
    network = load()
    page = shown(network)
    w1 = column_of(network, "w1")
    page.focus(GRID)
    for _ in range(w1 - 2):
        page.keyboard.press("ArrowRight")
    assert "given" in page.get_attribute(cell(0, w1), "class")
    page.keyboard.press("Enter")
    assert page.input_value(EDITOR) == str(network.numbers["w1"])
    page.keyboard.type("0,7")
    page.keyboard.press("Enter")
    assert page.evaluate("window.backprop.given.w1") == 0.7
    assert page.text_content(cell(0, w1)) == "0.7"
    expected = tabulate(network.with_numbers(w1=0.7))["w1"].iloc[1]
    assert number(page.text_content(cell(1, w1))) == pytest.approx(expected, rel=5e-6)
    assert page.evaluate("document.activeElement.getAttribute('role')") == "grid"


def test_what_is_not_accepted_says_why_and_escape_leaves_it(shown):
    page = shown(load())
    page.dblclick(cell(0, 2))
    page.fill(EDITOR, "many")
    page.press(EDITOR, "Enter")
    message = page.text_content("#table [role=alert]")
    assert re.search("t1 = many: takes a number", message)
    box = page.locator("#table [role=alert]").bounding_box()
    assert box["height"] < 32
    page.press(EDITOR, "Escape")
    assert not page.locator(EDITOR).is_visible()
    assert page.evaluate("window.backprop.given.t1") == load().numbers["t1"]


def test_a_number_of_the_table_is_taken_back_as_it_stands_there(shown):
    network = load("original").with_numbers(w5=999999.7, w1=-1.5e-5)
    page = shown(network)
    large, small, other = (cell(0, column_of(network, name)) for name in ("w5", "w1", "t1"))
    assert page.text_content(large) == "1.00000e6"
    page.dblclick(other)
    page.fill(EDITOR, page.text_content(small))
    page.press(EDITOR, "Enter")
    assert page.text_content(other) == "−1.5e−5"
    assert page.evaluate("window.backprop.given.t1") == -1.5e-5


def test_each_samples_inputs_are_its_own(shown):
    network = load("xor")
    page = shown(network)
    i1 = column_of(network, "i1")
    page.dblclick(cell(2, i1))
    page.fill(EDITOR, "0.25")
    page.press(EDITOR, "Enter")
    assert [page.evaluate(f"window.backprop.row({row}).i1") for row in (0, 2, 6)] == [0, 0.25, 0.25]
    page.dblclick(cell(5, i1))
    assert not page.locator(EDITOR).is_visible()


def test_yellow_are_the_given_numbers_of_the_first_rows(shown):
    network = load("xor")
    page = shown(network)
    found = set()
    for left in range(0, 4000, 600):
        found |= {
            (each["row"], each["heading"]) for each in scrolled(page, 0, left) if each["given"]
        }
    sampled = {(row, network.labels[name]) for row in range(4) for name in network.samples[0]}
    weights = {(0, network.labels[name]) for name in network.trained}
    assert found == sampled | weights


def test_on_a_phone_it_has_12_lines_of_readable_text(shown):
    page = shown(load(), viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    assert len({each["row"] for each in page.evaluate(VISIBLE)}) >= 12
    size = page.locator(cell(0, 2)).evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)")
    assert size >= 12
    box = page.locator(SCROLLER).bounding_box()
    assert box["x"] + box["width"] <= 360 - 44  # beside it a finger scrolls the page
    assert box["height"] <= 0.56 * 640
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.tap(cell(2, 2))
    assert "asked" in page.get_attribute(cell(2, 2), "class")


def test_columns_have_the_colours_of_the_drawing(shown):
    page = shown(load())
    colors = {}
    for left in range(0, 4000, 300):
        scrolled(page, 0, left)
        colors |= page.locator("#table [role=columnheader]").evaluate_all(
            "heads => Object.fromEntries("
            "heads.map((head) => [head.textContent, getComputedStyle(head).backgroundColor]))"
        )
    assert colors["i1"] == colors["i2"] == "rgb(46, 117, 182)"
    assert colors["E_Total"] == "rgb(192, 0, 0)"
    assert len({colors[name] for name in ("i1", "h1", "a_h1", "o1", "a_o1", "w1")}) == 6


PAPER = {"width": 718, "height": 1000}
"""The width of an A4 page less its margins of 10 mm, in the pixels of CSS."""


def printed(page):
    """The tables on paper: of each, the headings and the rows."""
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert not page.locator(SCROLLER).is_visible()
    return page.locator("#table table").evaluate_all(
        "tables => tables.map((table) => [...table.rows].map((row) => "
        "[...row.cells].map((cell) => cell.textContent)))"
    )


def test_on_paper_it_is_a_plain_table_of_the_same_numbers(shown):
    network = load()
    frame = tabulate(network)
    page = shown(network, viewport=PAPER)
    page.focus("#curve [role=slider]")
    for _ in range(3):
        page.keyboard.press("PageUp")
    found = {}
    tables = printed(page)
    for labels, *rows in tables:
        for texts in (texts for texts in rows if texts[0] != "⋮"):
            found |= {(int(texts[0]), n): t for n, t in zip(labels, texts, strict=True)}
    found = {at: text for at, text in found.items() if at[1] != "epoch"}
    assert {label for _, label in found} == set(frame.columns)
    assert {row for row, _ in found} == {*range(12), 30, 67}
    for (row, label), text in found.items():
        assert number(text) == pytest.approx(frame[label].iloc[row], rel=5e-6)
    heading = page.locator("#table h2").filter(visible=True)
    assert heading.all_text_contents() == ["14 of 68 rows, all 31 columns"]
    # All of the width is used, and no block is much narrower than another.
    assert len(tables) == 3
    widest = max(len(table[0]) for table in tables)
    assert min(len(table[0]) for table in tables) > widest / 2
    inside = page.locator("#table .paper").bounding_box()["width"]
    for table in page.locator("#table table").all():
        assert table.bounding_box()["width"] == pytest.approx(inside, abs=1)
        points = table.evaluate("table => 0.75 * parseFloat(getComputedStyle(table).fontSize)")
        assert points >= 6


def test_on_paper_a_wide_table_says_how_much_of_it_there_is(shown):
    page = shown(load("convolution"), viewport=PAPER)
    on_screen = page.text_content("#table h2")
    count = int(re.match(r"All (\d+) columns, 320 rows", on_screen)[1])
    tables = printed(page)
    assert sum(len(table[0]) - 2 for table in tables) == 160
    heading = page.locator("#table h2").filter(visible=True)
    assert heading.all_text_contents() == [f"13 of 320 rows, the first 160 of {count} columns"]
    frame = tabulate(load("convolution"))
    assert count == len(set(frame.columns) - {"epoch", "sample"})
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER["width"]


def texts_of(page, network, labels):
    """What stands in the visible rows of some columns: by row and label."""
    found = {}
    for label in labels:
        scrolled(page, 0, 0)
        page.focus(GRID)
        page.keyboard.press("Home")
        for _ in range(column_of(network, label) - 2):
            page.keyboard.press("ArrowRight")
        for each in page.evaluate(VISIBLE):
            found[each["row"], each["heading"]] = each["text"]
    return found


def test_hidden_numbers_are_question_marks(shown):
    network = load()
    page = shown(network)
    question = page.locator("#question")
    page.focus("#curve [role=slider]")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    question.get_by_role("button", name="Hide numbers").click()
    labels = ["i1", "t1", "w1", "w8", "h1", "E_Total", "∂E/∂w1"]
    seen = texts_of(page, network, labels)
    known = {
        row: {n for (at, n), text in seen.items() if at == row and text != "?"} for row in range(12)
    }
    never = {network.labels[name] for name in network.samples[0]}
    weights = {network.labels[name] for name in network.trained}
    assert known[0] == known[3] == {n for _, n in seen} & (never | weights)
    for row in {*range(12)} - {0, 3}:
        assert known[row] == never
    question.get_by_role("button", name="Hide numbers").click()
    # A walk hides what is ahead; the weights of the next row are what it ends with.
    question.get_by_role("button", name="Walk the pass").click()
    seen = texts_of(page, network, ["w1", "w8", "E_Total"])
    assert {seen[row, "w1"] == "?" for row in (0, 1, 2, 3)} == {False}
    assert {seen[row, name] for row in range(4, 12) for name in ("w1", "w8", "E_Total")} == {"?"}
    on = question.get_by_role("button", name="One step on")
    while "update 1 " not in question.locator(".where").inner_text():
        on.click()
    seen = texts_of(page, network, ["w1", "w8"])
    assert number(seen[4, "w1"]) == pytest.approx(tabulate(network)["w1"].iloc[4], rel=5e-6)
    assert [seen[4, "w8"], seen[5, "w1"]] == ["?", "?"]


def middle_of(page, place):
    box = page.locator(place).first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


FRAMES = """
() => {
    const view = document.querySelector("#table .scroller");
    const body = document.querySelector("#table .body");
    const found = { times: [], bare: 0 };
    window.frames_seen = found;
    const look = (now) => {
        const [seen, drawn] = [view, body].map((each) => each.getBoundingClientRect());
        if (drawn.bottom < seen.bottom - 20 || drawn.top > seen.top + 40) found.bare += 1;
        found.times.push(now);
        if (found.times.length < 100000) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["original", "transformer"])
def test_wheeling_through_the_table_never_shows_it_bare(shown, name, capsys):
    """Median, 95 % and longest time of a frame are printed: they depend on the machine."""
    page = shown(load(name), viewport={"width": 1280, "height": 900})
    page.evaluate(f"window.backprop.epochs = {100_000 if name == 'original' else 30_000}")
    page.locator(SCROLLER).scroll_into_view_if_needed()
    x, y = middle_of(page, SCROLLER)
    page.mouse.move(x, y)
    page.evaluate(FRAMES)
    for _ in range(150):
        page.mouse.wheel(0, 18_000)
        page.wait_for_timeout(10)
    for _ in range(50):
        page.mouse.wheel(200, 0)
        page.wait_for_timeout(10)
    page.wait_for_timeout(300)
    seen = page.evaluate("window.frames_seen")
    gaps = sorted(later - former for former, later in pairwise(seen["times"]))
    with capsys.disabled():
        rows = page.evaluate("window.backprop.rows")
        spread = ", ".join(f"{gaps[int(part * (len(gaps) - 1))]:.1f}" for part in (0.5, 0.95, 1))
        sys.stdout.write(f"\n{name}, {rows} rows, {len(gaps)} frames: {spread} ms\n")
    assert seen["bare"] == 0
    assert scroll_of(page)[0] > 2_000_000 * (name == "original")
    assert scroll_of(page)[1] > 0


@pytest.mark.axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_neither_it_nor_the_curve_keeps_readers_out(shown, scheme):
    page = shown(load("xor"), color_scheme=scheme)
    page.click("text=Compare six rates")
    page.dblclick(cell(1, 3))
    assert page.locator(EDITOR).is_visible()
    places = ("#curve", "#table", "-table")
    assert [line for line in axe(page) if any(place in line for place in places)] == []
