"""The page as a whole: landmarks, sizes, colours, paper."""

import shutil
import subprocess

import pytest
from browser import axe

from backprop_sheet import load
from backprop_sheet.page import write_page

pytestmark = pytest.mark.chromium
SIZES = {"phone": (360, 740), "laptop": (1024, 768), "projector": (1920, 1080)}
TEMPLATES = ["original", "xor", "adam", "convolution"]


@pytest.fixture
def show(visit, tmp_path):
    """Opens the page of a network at a fragment."""

    def show(name="original", fragment="", size="laptop", **options):
        width, height = SIZES[size]
        path = write_page(load(name), tmp_path / "page.html")
        return visit(path, fragment, viewport={"width": width, "height": height}, **options)

    return show


@pytest.mark.axe
@pytest.mark.parametrize(
    ("name", "size", "colours"),
    [
        ("xor", "laptop", "light"),
        ("xor", "laptop", "dark"),
        ("xor", "phone", "dark"),
        ("adam", "phone", "light"),
        ("adam", "laptop", "dark"),
    ],
)
def test_the_page_is_accessible(show, name, size, colours):
    page = show(name, "eta=0.7&foo=1&ask=h1", size, color_scheme=colours)
    if name == "adam":
        page.get_by_text("settings").click()
    assert axe(page) == []


@pytest.mark.axe
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_complaints_and_the_list_of_keys_are_accessible(show, colours):
    page = show(color_scheme=colours)
    rate = page.get_by_role("textbox", name="η")
    rate.fill("fast")
    rate.press("Enter")
    assert axe(page) == []
    page.get_by_role("button", name="keys").click()
    assert axe(page) == []


@pytest.mark.everyday
def test_the_page_has_landmarks_and_one_heading_of_the_first_rank(show):
    page = show()
    for role in ("banner", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("heading", level=2, name="Take out").is_visible()


def test_the_first_tab_offers_to_skip_the_header(show):
    page = show("original", "w5=0.7")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="To the network")
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.wait_for_timeout(450)
    assert page.evaluate("window.backprop.given.w5") == 0.7
    assert page.url.endswith("#w5=0.7")
    assert not page.locator("#notice").is_visible()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_sticks_out_of_the_page(show, name, size):
    page = show(name, "eta=0.7&w1=0.123456789012345&epochs=30", size)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == SIZES[size][0]
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    assert page.evaluate("document.documentElement.scrollWidth") == SIZES[size][0]


def test_letters_grow_with_the_screen_and_are_never_tiny(show):
    found = {}
    for size in SIZES:
        page = show("xor", "w5=0.7", size)
        letters = page.evaluate("""[...document.querySelectorAll("header *, footer *")]
            .filter((one) => !one.closest("math, svg") && one.innerText)
            .map((one) => parseFloat(getComputedStyle(one).fontSize))""")
        found[size] = min(letters)
    assert 12 <= found["phone"] <= found["laptop"] < found["projector"]


def test_links_skip_to_the_question_and_to_the_table(show):
    page = show("original", "w5=0.7")
    found = {}
    for times, part in enumerate(("To the network", "To the question", "To the table"), 1):
        page.evaluate("document.activeElement.blur()")
        page.get_by_role("link", name="To the network").focus()
        for _ in range(times - 1):
            page.keyboard.press("Tab")
        assert page.get_by_role("link", name=part).bounding_box()["x"] >= 0
        page.keyboard.press("Enter")
        found[part] = page.evaluate(
            "[...document.querySelectorAll(':focus')].map((one) => one.role || one.id || one.type)"
        )
    assert found == {
        "To the network": ["main"],
        "To the question": ["text"],
        "To the table": ["grid"],
    }
    page.wait_for_timeout(450)
    assert page.url.endswith("#w5=0.7")


@pytest.mark.parametrize(("size", "begins"), [((1280, 720), 60), ((1920, 1080), 300)], ids=str)
def test_network_curve_and_answer_share_the_first_screen(show, size, begins):
    page = show("original", "ask=dE_dw1")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_timeout(200)
    tops = "(name) => document.querySelector(name).getBoundingClientRect().top"
    assert page.evaluate(tops, "#curve") < size[1] - begins
    box = page.locator("#question").bounding_box()
    assert box["y"] + box["height"] <= size[1]
    before = page.evaluate(tops, "#question")
    page.mouse.move(100, 300)
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > 0
    assert page.evaluate(tops, "#question") == pytest.approx(
        before, abs=1
    )  # the answer stays beside the curve


def test_paper_is_white_and_has_words_in_the_place_of_controls(show):
    page = show("xor", "theme=dark&eta=0.7&epoch=30&sample=3")
    assert not page.locator(".printed").is_visible()
    page.emulate_media(media="print")
    colours = (
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert page.evaluate(colours) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    assert page.locator(".printed").text_content() == (
        "η 0.7, epoch 30 (the first is 0, the last 99), sample 3 of 4"
    )
    assert page.locator(".printed").is_visible()
    assert not page.locator("#question").is_visible()  # nothing is asked
    assert not page.get_by_text("Click anything").is_visible()
    shown = page.locator("header button, header input, header select, footer").all()
    assert shown
    assert not any(one.is_visible() for one in shown)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
@pytest.mark.parametrize("landscape", [False, True])
def test_the_first_sheet_of_paper_says_what_is_set(show, tmp_path, landscape):
    page = show("original", "eta=0.7&epoch=30&ask=w1")
    page.emulate_media(media="print")
    cards = page.evaluate("""["#drawing", "#curve", "#question"].map((one) =>
        document.querySelector(one).getBoundingClientRect().right)""")
    assert max(cards) < page.evaluate("document.documentElement.clientWidth")  # lines and all
    page.pdf(path=tmp_path / "page.pdf", format="A4", landscape=landscape)
    made = subprocess.run(
        ["pdftotext", "-l", "1", "-layout", tmp_path / "page.pdf", "-"],
        capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    assert "original 2-2-2" in made.stdout
    assert "0.7, epoch 30 (the first is 0, the last 67)" in made.stdout
    for word in ("Reset", "Click", "Walk", "Ask"):
        assert word not in made.stdout
