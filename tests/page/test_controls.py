"""The header as a person uses it: η, settings, epochs, playing, keys, colours."""

import math
import re
import sys

import pytest

from backprop_sheet import Diverged, load, tabulate

pytestmark = pytest.mark.chromium
PHONE = {"width": 360, "height": 740}
RATE = "learning rate η"
ERROR = "window.backprop.row(window.backprop.rows - 1)['E_Total']"


def epoch_of(page):
    """The chosen epoch as the page says it."""
    return int(page.locator(".epoch output").inner_text().split()[0])


def field(page, label):
    return page.get_by_role("textbox", name=label, exact=True)


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def type_into(page, label, text):
    field(page, label).fill(text)
    field(page, label).press("Enter")


def test_the_heading_names_the_network_and_its_layers(show):
    assert show("xor").get_by_role("heading", level=1).inner_text() == "xor 2-2-1"


def test_the_heading_counts_formulas_of_ones_own(show):
    assert show("growth").get_by_role("heading", level=1).inner_text() == "growth 11 formulas"


@pytest.mark.everyday
def test_a_typed_rate_trains_again(show):
    page = show()
    type_into(page, RATE, "0,7")  # a comma will do
    error = tabulate(load().with_numbers(eta=0.7))["E_Total"].iloc[-1]
    assert page.evaluate(ERROR) == pytest.approx(error, rel=1e-9)
    assert page.locator(".differing").text_content() == "changed: η = 0.7"


def test_the_slider_trains_while_it_is_dragged(show):
    page = show()
    slider = page.get_by_role("slider", name=RATE, exact=True)
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    rates = []
    for part in (0.6, 0.7, 0.8):
        page.mouse.move(box["x"] + box["width"] * part, middle)
        rates.append(page.evaluate("window.backprop.given.eta"))
    assert 1 < rates[0] < rates[1] < rates[2] < 100
    page.mouse.move(box["x"] + box["width"] + 50, middle)
    assert page.evaluate("window.backprop.given.eta") == 100
    page.mouse.move(box["x"] - 50, middle)
    assert page.evaluate("window.backprop.given.eta") == 0.01
    page.mouse.up()
    assert field(page, RATE).input_value() == "0.01"


@pytest.mark.parametrize(
    ("label", "entry", "complaint"),
    [
        (RATE, "-1", "η = −1: takes a number above 0"),
        (RATE, "fast", "η = fast: takes a number above 0"),
        (RATE, " ", "η = nothing: takes a number above 0"),
        ("epochs", "0", r"epochs = 0: takes a whole number from 1 to \d+"),
        ("epochs", "2.5", r"epochs = 2.5: takes a whole number from 1 to \d+"),
        ("epochs", "1,00", r"epochs = 1,00: takes a whole number from 1 to \d+"),
        ("epochs", "1e99", r"epochs = 1e\+99: takes a whole number from 1 to \d+"),
    ],
)
def test_a_wrong_entry_says_what_the_field_takes_and_changes_nothing(show, label, entry, complaint):
    page = show()
    before = field(page, label).input_value()
    type_into(page, label, entry)
    alert = page.get_by_role("alert").filter(has_text="takes")
    assert re.fullmatch(complaint, alert.inner_text())
    assert field(page, label).input_value() == before
    assert field(page, label).get_attribute("aria-invalid") == "true"
    assert page.evaluate("[window.backprop.given.eta, window.backprop.epochs]") == [1, 68]
    type_into(page, label, "3")
    assert alert.count() == 0
    assert field(page, label).get_attribute("aria-invalid") == "false"


def test_thousands_may_stand_in_groups_where_a_number_is_whole(show):
    page = show()
    entries = {"1,000": 1000, "10,000": 10000, "2 000": 2000, "1.500": 1500, "1,2": 1500}
    for entry, epochs in entries.items():
        type_into(page, "epochs", entry)
        assert page.evaluate("window.backprop.epochs") == epochs, entry
    type_into(page, RATE, "1,250")  # where it may be a fraction, a comma is the point
    assert page.evaluate("window.backprop.given.eta") == 1.25


def test_a_complaint_goes_when_the_reader_types_or_clicks_it(show):
    page = show()
    alert = page.get_by_role("alert").filter(has_text="takes")
    type_into(page, RATE, "-1")
    alert.click()
    assert alert.count() == 0
    type_into(page, RATE, "-1")
    assert alert.count() == 1
    field(page, RATE).press("0")
    assert alert.count() == 0


def test_where_memory_lacks_for_the_epochs_nothing_changes(show):
    page = show()
    page.evaluate("""() => {
        const Real = Float64Array;
        globalThis.Float64Array = function (size) {
            if (size > 31 * 1000) throw new RangeError("Array buffer allocation failed");
            return new Real(size);
        };
        globalThis.Float64Array.from = Real.from.bind(Real);
    }""")
    type_into(page, "epochs", "5000")
    assert page.get_by_role("alert").filter(has_text="allocation failed").is_visible()
    assert page.evaluate("[window.backprop.epochs, window.backprop.rows]") == [68, 68]
    page.evaluate("location.hash = 'epochs=6000&theme=dark'")
    assert page.locator("#notice").filter(has_text="epochs=6000").is_visible()
    type_into(page, "epochs", "70")
    assert page.evaluate("window.backprop.rows") == 70


def test_escape_takes_back_what_was_typed(show):
    page = show()
    field(page, RATE).fill("9")
    field(page, RATE).press("Escape")
    assert field(page, RATE).input_value() == "1"
    assert page.evaluate("window.backprop.given.eta") == 1


def test_an_optimizers_settings_unfold_and_train(show):
    page = show("adam")
    assert not field(page, "β1").is_visible()
    page.get_by_text("settings").click()
    type_into(page, "β1", "0.5")
    error = tabulate(load("adam").with_numbers(beta1=0.5))["E_Total"].iloc[-1]
    assert page.evaluate(ERROR) == pytest.approx(error, rel=1e-9)
    type_into(page, "β2", "1")
    assert page.get_by_role("alert").filter(has_text="β2 = 1: takes").is_visible()


def test_few_settings_stand_beside_the_rate(show):
    assert field(show("iris"), "μ").is_visible()


def test_reset_is_offered_only_if_something_differs(show):
    page = show()
    assert button(page, "Reset").is_disabled()
    type_into(page, RATE, "3")
    type_into(page, "epochs", "9")
    assert page.locator(".differing").text_content() == "changed: η = 3, epochs = 9"
    page.evaluate("window.backprop.set('w5', 0.7)")
    assert page.locator(".differing").text_content() == "changed: η = 3, w5 = 0.7, epochs = 9"
    button(page, "Reset").click()
    assert page.evaluate("[window.backprop.given.w5, window.backprop.epochs]") == [0.4, 68]
    assert field(page, RATE).input_value() == "1"
    assert button(page, "Reset").is_disabled()
    assert page.locator(".differing").text_content() == "nothing changed"


@pytest.mark.parametrize(
    ("size", "rows"), [((1280, 720), 2), ((1000, 700), 2), ((360, 740), 3)], ids=str
)
def test_the_bar_keeps_its_height_whatever_is_changed(show, size, rows):
    page = show("linear", viewport={"width": size[0], "height": size[1]})
    places = """["header", ".epochs", "#drawing", ".tools"].map((one) => {
        const { top, height } = document.querySelector(one).getBoundingClientRect();
        return [top, one === "#drawing" ? 0 : height];
    })"""
    if button(page, "settings").is_visible():
        button(page, "settings").click()  # the number of epochs is there
    before = page.evaluate(places)
    assert before[0][1] < 60 * rows  # no room is kept in vain
    page.evaluate("for (const name of ['w1', 'b1', 't1']) backprop.set(name, 1 / 3)")
    assert page.evaluate(places) == before
    type_into(page, "epochs", "3000")
    type_into(page, RATE, "50")
    assert page.get_by_text("broke off").is_visible()
    assert page.evaluate(places) == before
    page.get_by_text("broke off").click()
    assert page.get_by_text("broke off").count() == 0


def test_the_bar_is_above_the_cards_and_typing_in_it_does_not_scroll(show):
    page = show("original", "w5=0.7", viewport={"width": 1280, "height": 720})
    page.evaluate("scrollTo(0, 400)")
    field(page, RATE).click()
    page.keyboard.type("0.5")
    assert page.evaluate("scrollY") == 400
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    bar = page.locator("header").bounding_box()
    assert bar["height"] < 60  # one row, though a number is changed
    headings = page.locator("#table [role=columnheader]").first.bounding_box()
    shift = bar["y"] + bar["height"] / 2 - headings["y"] - headings["height"] / 2
    page.evaluate("(shift) => scrollBy(0, -shift)", shift)  # the table's headings under the bar
    button(page, "Reset").click()
    assert page.evaluate("window.backprop.given.w5") == 0.4


def test_a_changed_sample_is_named(show):
    page = show("xor")
    page.evaluate("window.backprop.set('i1', 0.3, 2)")
    assert page.locator(".differing").text_content() == "changed: i1 of sample 2 = 0.3"


def test_buttons_and_slider_choose_the_epoch(show):
    page = show()
    assert button(page, "epoch back").is_disabled()
    button(page, "epoch on").click()
    button(page, "epoch on").click()
    assert epoch_of(page) == 2
    button(page, "epoch back").click()
    assert epoch_of(page) == 1
    button(page, "last epoch").click()
    assert epoch_of(page) == 67
    assert button(page, "epoch on").is_disabled()
    button(page, "first epoch").click()
    assert epoch_of(page) == 0
    slider = page.get_by_role("slider", name="epoch", exact=True)
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert 31 <= epoch_of(page) <= 36
    assert slider.get_attribute("aria-valuetext") == f"epoch {epoch_of(page)} of 67"


def test_keys_choose_the_epoch(show):
    page = show()
    for key, epoch in [
        ("ArrowRight", 1),
        ("Shift+ArrowRight", 11),
        ("ArrowLeft", 10),
        ("Shift+ArrowLeft", 0),
        ("ArrowLeft", 0),
        ("End", 67),
        ("Home", 0),
    ]:
        page.keyboard.press(key)
        assert epoch_of(page) == epoch, key


def test_keys_do_the_same_on_the_epochs_slider(show):
    page = show()
    page.get_by_role("slider", name="epoch", exact=True).focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowRight")
    assert epoch_of(page) == 11


def test_keys_in_a_field_belong_to_the_field(show):
    page = show()
    field(page, RATE).focus()
    for key in ("ArrowRight", "End", "Shift+ArrowRight", " ", "?"):
        page.keyboard.press(key)
    page.get_by_role("slider", name=RATE, exact=True).focus()
    page.keyboard.press("ArrowRight")
    assert epoch_of(page) == 0
    assert not page.get_by_role("dialog").is_visible()


def test_samples_are_chosen_and_stepped_through_in_the_order_of_rows(show):
    page = show("xor")
    sample = page.get_by_role("combobox", name="sample")
    sample.select_option("1")
    assert button(page, "sample back").is_disabled()
    sample.select_option("4")
    button(page, "sample on").click()
    assert (epoch_of(page), sample.input_value()) == (1, "1")
    page.keyboard.press(",")
    assert (epoch_of(page), sample.input_value()) == (0, "4")
    page.keyboard.press("ArrowRight")
    assert (epoch_of(page), sample.input_value()) == (1, "4")
    page.keyboard.press("End")
    assert button(page, "sample on").is_disabled()


def test_one_sample_needs_no_choice(show):
    assert show().get_by_role("combobox", name="sample").count() == 0


def test_play_goes_through_all_epochs_and_stops(show):
    page = show("perceptron")  # 12 epochs: 3 s
    assert epoch_of(page) == 0
    page.keyboard.press(" ")
    assert button(page, "pause").is_visible()
    button(page, "play").wait_for()
    assert epoch_of(page) == 11
    button(page, "play").click()  # begins anew
    assert epoch_of(page) < 11
    button(page, "pause").click()
    stopped = epoch_of(page)
    page.wait_for_timeout(600)
    assert epoch_of(page) == stopped


def test_a_long_training_plays_in_about_ten_seconds(show):
    page = show()
    type_into(page, "epochs", "5000")
    button(page, "play").click()
    page.wait_for_timeout(1000)
    button(page, "pause").click()
    assert 250 < epoch_of(page) < 1000


def test_playing_steps_calmly_where_no_motion_is_wanted(show):
    page = show(reduced_motion="reduce")
    seen = page.evaluate("""() => new Promise((done) => {
        const seen = [];
        const output = document.querySelector(".epoch output");
        const watch = new MutationObserver(() => seen.push(output.textContent));
        watch.observe(output, { childList: true });
        document.querySelector(".play").click();
        setTimeout(() => done(seen), 2500);
    })""")
    assert seen == ["6 / 67", "13 / 67"]


def test_it_plays_once_however_often_it_is_started(show):
    page = show(reduced_motion="reduce")
    seen = page.evaluate("""() => new Promise((done) => {
        const seen = [];
        const output = document.querySelector(".epoch output");
        const watch = new MutationObserver(() => seen.push(output.textContent));
        watch.observe(output, { childList: true });
        for (let press = 0; press < 3; press++) document.querySelector(".play").click();
        setTimeout(() => done(seen), 1500);
    })""")
    assert seen == ["6 / 67"]


@pytest.mark.parametrize(("rate", "key"), [(1e307, "End"), (1e-323, "Home")])
def test_the_slider_ends_where_numbers_end(show, rate, key):
    page = show(load().with_numbers(eta=rate))
    page.get_by_role("slider", name=RATE, exact=True).press(key)
    most, least = sys.float_info.max, math.ulp(0)
    assert page.evaluate("window.backprop.given.eta") == (most if key == "End" else least)


@pytest.mark.parametrize(
    ("name", "numbers", "advice"),
    [
        ("xor", {"w1": 1e308, "w5": 1e308}, "Smaller weights or inputs help."),
        ("mazur-sequential", {"eta": 1e308}, "A smaller η helps."),
    ],
)
def test_a_training_that_broke_off_at_once_gets_advice_that_helps(show, name, numbers, advice):
    page = show(name)
    page.evaluate(
        "numbers => Object.entries(numbers).forEach(([name, number]) => "
        "window.backprop.set(name, number))",
        numbers,
    )
    assert page.get_by_text("broke off").inner_text().endswith(advice)


def test_the_keys_are_listed(show):
    page = show()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    assert dialog.get_by_role("row", name="Space play").is_visible()
    listed = " ".join(dialog.get_by_role("rowheader").all_inner_texts()).split()
    assert {"Enter", "Esc", "Tab", "PgUp", "↑", "n", "p", "a", ",", "Home"} <= {*listed}
    page.keyboard.press("ArrowRight")
    assert epoch_of(page) == 0  # the page behind it rests
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    button(page, "keys").click()
    button(page, "Close").click()
    assert not dialog.is_visible()


def test_a_training_that_diverged_says_where_and_what_helps(show):
    page = show("linear")
    assert page.get_by_text("broke off").count() == 0
    type_into(page, "epochs", "3000")
    type_into(page, RATE, "50")
    said = page.get_by_text("broke off").inner_text()
    broken = int(
        re.fullmatch(
            r"The training broke off in epoch (\d+): a number grew beyond all bounds\. "
            r"A smaller η helps\.",
            said,
        )[1]
    )
    with pytest.raises(Diverged) as diverged:
        tabulate(load("linear").with_numbers(eta=50), 3000)
    assert broken == diverged.value.epoch
    page.locator("h1").click()
    page.keyboard.press("End")
    assert epoch_of(page) in {broken - 1, broken}  # its first samples may have numbers
    type_into(page, RATE, "0.1")
    assert page.get_by_text("broke off").count() == 0


@pytest.mark.parametrize("system", ["light", "dark"])
def test_each_press_changes_the_colours_and_the_second_leaves_them_to_the_system(show, system):
    page = show(color_scheme=system)
    other = "dark" if system == "light" else "light"
    paper = "getComputedStyle(document.body).backgroundColor"
    first = page.evaluate(paper)
    button(page, f"{other} colours").click()
    second = page.evaluate(paper)
    assert second != first
    assert page.evaluate("document.documentElement.dataset.theme") == other
    page.emulate_media(color_scheme=other)
    assert page.evaluate(paper) == second
    page.emulate_media(color_scheme=system)
    button(page, f"{system} colours").click()
    assert page.evaluate(paper) == first
    page.emulate_media(color_scheme=other)
    assert page.evaluate(paper) == second
    button(page, f"{system} colours").wait_for()  # the page hears of it a moment later


def test_on_a_phone_the_epoch_is_at_the_thumb(show):
    page = show("xor", viewport=PHONE, has_touch=True)
    bar = page.get_by_role("group", name="epoch")
    page.mouse.wheel(0, 5000)
    box = bar.bounding_box()
    assert box["y"] + box["height"] == pytest.approx(PHONE["height"], abs=1)
    button(page, "epoch on").tap()
    button(page, "sample back").tap()
    assert epoch_of(page) == 1
    for place in page.locator("header button:visible, header input:visible, header select").all():
        size = place.bounding_box()
        assert min(size["width"], size["height"]) >= 24
    below = page.evaluate("document.querySelector('footer').getBoundingClientRect().bottom")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert (
        page.evaluate("document.querySelector('footer').getBoundingClientRect().bottom") <= box["y"]
    )
    assert below > 0


@pytest.mark.parametrize("name", ["original", "adam", "growth", "dropout", "iris"])
def test_on_a_phone_header_and_bar_take_a_fifth_of_the_screen(show, name):
    page = show(name, viewport=PHONE, has_touch=True, is_mobile=True)
    heights = [page.locator(bar).bounding_box()["height"] for bar in ("header", ".epochs")]
    assert sum(heights) < 0.22 * PHONE["height"]
    assert not field(page, "epochs").is_visible()
    settings = button(page, "settings")
    assert settings.get_attribute("aria-expanded") == "false"
    settings.tap()
    assert settings.get_attribute("aria-expanded") == "true"
    type_into(page, "epochs", "9")
    assert page.evaluate("window.backprop.epochs") == 9
    shown = page.locator("header .field:visible").count()
    settings.tap()
    assert page.locator("header .field:visible").count() == 1 < shown
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_on_a_wide_screen_the_header_stays_at_the_top(show):
    page = show("xor", viewport={"width": 1024, "height": 300})
    page.evaluate("scrollTo(0, 200)")
    assert page.locator("header").bounding_box()["y"] == 0
