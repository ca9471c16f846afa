"""The curve on the page: what it shows, how an epoch is chosen on it, what is kept beside it."""

import re
from dataclasses import replace
from itertools import pairwise
from math import log10

import pytest
from browser import until

from backprop_sheet import load, summarise, tabulate
from backprop_sheet.page import write_page
from backprop_sheet.page.script import WEB
from backprop_sheet.palette import DASHES, strokes
from backprop_sheet.rates import RATES, rates_for
from backprop_sheet.tabulator import accuracies_of, errors_of

pytestmark = pytest.mark.chromium
CHART = "#curve [role=slider]"
PRESENT, KEPT = f"{CHART} path.present", f"{CHART} path.kept"
LEGEND = "#curve .legend li"


@pytest.fixture
def shown(visit, tmp_path):
    """Opens the page of a network."""

    def shown(network, **options):
        return visit(write_page(network, tmp_path / "page.html"), **options)

    return shown


def points(page, path, place=0):
    """The corners of a curve, in pixels of the chart."""
    drawn = page.locator(path).nth(place).get_attribute("d")
    numbers = re.findall(r"[ML]([\d.-]+) ([\d.-]+)", drawn)
    return [(float(x), float(y)) for x, y in numbers]


def axis(page, plot=0):
    """The numbers of the ticks on the left, each with its height in the chart."""
    texts = page.locator(f"{CHART} g.plot").nth(plot).locator(".ticks text")
    read = lambda text: float(text.replace("−", "-").removesuffix(" %"))  # noqa: E731
    return {read(text.text_content()): float(text.get_attribute("y")) for text in texts.all()}


def value(page, name):
    return page.get_attribute(CHART, name)


def chosen_row(page):
    return page.get_attribute("#table [aria-selected=true]", "aria-rowindex")


def at(page, epoch, height=0.5):
    """Where an epoch is on the screen."""
    corners = points(page, PRESENT)
    page.locator(CHART).scroll_into_view_if_needed()
    box = page.locator(f"{CHART} > svg").bounding_box()
    return box["x"] + corners[epoch][0], box["y"] + height * box["height"]


def interpolated(ticks, y, of=lambda number: number):
    """What an axis has at a height, by two of its ticks."""
    (first, at_first), *_, (last, at_last) = sorted(ticks.items())
    return of(first) + (y - at_first) / (at_last - at_first) * (of(last) - of(first))


@pytest.mark.parametrize("name", ["original", "xor"])
def test_each_epochs_error_stands_where_the_axis_says(shown, name):
    network = load(name)
    errors = errors_of(tabulate(network))
    page = shown(network)
    corners, ticks = points(page, PRESENT), axis(page)
    assert len(corners) == len(errors)
    assert len(ticks) >= 2
    span = max(ticks) - min(ticks)
    for (_, y), error in zip(corners, errors, strict=True):
        assert interpolated(ticks, y) == pytest.approx(error, abs=0.002 * span)
    gaps = [right[0] - left[0] for left, right in pairwise(corners)]
    assert gaps == pytest.approx([gaps[0]] * len(gaps), abs=0.11)


def test_a_logarithmic_axis_has_powers_of_ten(shown):
    network = replace(load(), epochs=1000)
    errors = errors_of(tabulate(network))
    page = shown(network, viewport={"width": 2600, "height": 900})
    page.click("text=logarithmic")
    assert page.get_attribute("text=logarithmic", "aria-pressed") == "true"
    ticks = axis(page)
    assert all(log10(tick) == pytest.approx(round(log10(tick))) for tick in ticks)
    corners = points(page, PRESENT)
    assert len(corners) == 1000
    for (_, y), error in zip(corners[::50], errors[::50], strict=True):
        assert interpolated(ticks, y, log10) == pytest.approx(log10(error), abs=0.05)
    page.click("text=logarithmic")
    assert min(axis(page)) == 0


def test_errors_of_0_have_no_place_on_a_logarithmic_axis(shown):
    network = load("perceptron")
    errors = errors_of(tabulate(network))
    assert (errors == 0).any()
    page = shown(network)
    page.click("text=logarithmic")
    assert len(points(page, PRESENT)) == (errors > 0).sum()


def test_the_accuracy_has_a_chart_of_its_own(shown):
    network = load("xor")
    accuracies = accuracies_of(tabulate(network))
    page = shown(network)
    ticks = axis(page, 1)
    for (_, y), accuracy in zip(points(page, PRESENT, 1), accuracies, strict=True):
        assert interpolated(ticks, y) == pytest.approx(100 * accuracy, abs=1)
    assert page.locator(f"{CHART} g.plot").count() == 2
    assert shown(load()).locator(f"{CHART} g.plot").count() == 1


@pytest.mark.everyday
def test_a_click_chooses_the_epoch_and_says_its_error(shown):
    page = shown(load())
    page.mouse.click(*at(page, 30))
    error = errors_of(tabulate(load()))[30]
    assert value(page, "aria-valuenow") == "30"
    assert value(page, "aria-valuetext") == f"epoch 30, E_Total {error:.5g}"
    assert page.text_content(f"{CHART} .chosen text") == f"epoch 30: {error:.5g}"
    dot = page.locator(f"{CHART} .chosen circle")
    place = tuple(float(dot.get_attribute(name)) for name in ("cx", "cy"))
    assert place == pytest.approx(points(page, PRESENT)[30], abs=0.1)
    assert chosen_row(page) == "32"


@pytest.mark.parametrize("name", ["original", "iris", "growth", "lstm"])
def test_the_curve_does_not_run_through_what_is_said_of_an_epoch(shown, name):
    page = shown(load(name))
    crossing = """([chart, curve]) => {
        const text = document.querySelector(`${chart} .chosen text`).getBBox();
        const line = document.querySelector(curve);
        const steps = [...Array(2001).keys()].map((k) => k / 2000 * line.getTotalLength());
        return steps.map((at) => line.getPointAtLength(at)).some(({ x, y }) =>
            x > text.x && x < text.x + text.width && y > text.y && y < text.y + text.height);
    }"""
    for epoch in (0, 1, 6, 20):
        page.evaluate("epoch => { location.hash = `epoch=${epoch}` }", epoch)
        until(page, f"document.querySelector('{CHART}').ariaValueNow === '{epoch}'")
        assert not page.evaluate(crossing, [CHART, PRESENT]), epoch


def test_a_drag_chooses_each_epoch_on_its_way(shown):
    page = shown(load())
    page.mouse.move(*at(page, 10))
    page.mouse.down()
    page.mouse.move(*at(page, 20))
    assert value(page, "aria-valuenow") == "20"
    page.mouse.move(*at(page, 25))
    page.mouse.up()
    assert value(page, "aria-valuenow") == "25"
    page.mouse.move(*at(page, 40))
    assert value(page, "aria-valuenow") == "25"


def test_hovering_shows_an_epoch_without_choosing_it(shown):
    page = shown(load())
    page.mouse.move(*at(page, 45))
    error = errors_of(tabulate(load()))[45]
    hovered = page.locator(f"{CHART} .hovered")
    assert hovered.locator("text").text_content() == f"epoch 45: {error:.5g}"
    assert value(page, "aria-valuenow") == "0"
    page.mouse.move(0, 0)
    assert not hovered.is_visible()


def test_keys_choose_an_epoch(shown):
    page = shown(load())
    page.focus(CHART)
    for keys, epoch in {
        "ArrowRight ArrowRight ArrowUp": 3,
        "End": 67,
        "End ArrowLeft ArrowDown": 65,
        "Home PageUp PageUp PageDown": 10,
        "End ArrowRight": 67,
        "End Home ArrowLeft": 0,
    }.items():
        for key in keys.split():
            page.keyboard.press(key)
        assert value(page, "aria-valuenow") == str(epoch), keys


def test_a_finger_chooses_by_a_tap(shown):
    page = shown(load(), has_touch=True, is_mobile=True, viewport={"width": 360, "height": 640})
    page.touchscreen.tap(*at(page, 30))
    assert value(page, "aria-valuenow") == "30"


def test_several_samples_stay_at_the_chosen_one(shown):
    page = shown(load("xor"))
    page.click("#table [aria-rowindex='4'] [role=rowheader]")
    page.mouse.click(*at(page, 50))
    assert chosen_row(page) == str(4 * 50 + 4)


def test_readers_hear_the_first_and_the_last_error(shown):
    errors = errors_of(tabulate(load()))
    page = shown(load())
    first, last = (f"{error:.5g}" for error in (errors.iloc[0], errors.iloc[-1]))
    label = value(page, "aria-label").replace("−", "-")
    assert label == f"E_Total by epoch: {first} in epoch 0, {last} in epoch 67"


def test_a_curve_is_kept_renamed_and_removed(shown):
    page = shown(load())
    before = page.get_attribute(PRESENT, "d")
    keep = page.get_by_role("button", name="Keep this curve")
    keep.click()
    assert keep.get_attribute("aria-pressed") == "true"
    page.evaluate("window.backprop.set('eta', 0.5)")
    assert keep.get_attribute("aria-pressed") == "false"
    page.evaluate("window.backprop.set('w5', 0.7)")
    keep.click()
    names = page.locator(f"{LEGEND} input")
    assert [each.input_value() for each in names.all()] == ["η = 1", "η = 0.5, w5 = 0.7"]
    assert page.locator(KEPT).count() == 2
    network = load().with_numbers(eta=0.5, w5=0.7)
    last = errors_of(tabulate(network)).iloc[-1]
    assert f"last E_Total {last:.4g}" in page.locator(LEGEND).nth(2).text_content()
    rate = page.locator(f"{LEGEND} .kept-rate").first
    assert not rate.is_visible()  # the name says it
    border = names.nth(0).evaluate("field => getComputedStyle(field).borderColor")
    assert re.fullmatch(r"rgb\(.*\)", border)  # none is transparent: it looks like a field
    names.nth(0).fill("as given")
    names.nth(0).press("Enter")
    assert rate.text_content() == "η = 1"
    assert rate.is_visible()
    page.click("[aria-label='Take away η = 0.5, w5 = 0.7']")
    assert [each.input_value() for each in names.all()] == ["as given"]
    page.evaluate("window.backprop.set('w5', 0.1)")
    page.click("[aria-label='Take away as given']")
    assert page.locator(KEPT).count() == 0
    page.evaluate("window.backprop.set('eta', 1)")
    assert page.get_attribute(PRESENT, "d") != before


def test_a_kept_curve_stays_when_the_numbers_change(shown):
    page = shown(load())
    page.click("text=Keep this curve")
    before = points(page, KEPT)
    assert before == points(page, PRESENT)
    page.evaluate("window.backprop.set('eta', 0.5)")
    ticks = axis(page)
    for (_, y), error in zip(points(page, KEPT), errors_of(tabulate(load())), strict=True):
        assert interpolated(ticks, y) == pytest.approx(error, abs=5e-5)
    assert points(page, KEPT) != points(page, PRESENT)


@pytest.mark.parametrize("name", ["original", "xor", "growth"])
def test_six_rates_are_those_of_a_comparison(shown, name):
    network = load(name)
    page = shown(network)
    page.click("text=Compare six rates")
    rates = rates_for(network)
    frames = {eta: tabulate(network.with_numbers(eta=eta)) for eta in rates}
    summary = summarise(frames)
    names = page.locator(f"{LEGEND} input")
    assert [each.input_value() for each in names.all()] == [f"η = {eta:g}" for eta in rates]
    results = page.locator(f"{LEGEND} .result").all_text_contents()[1:]
    read = [float(text.split()[2].replace("−", "-")) for text in results]
    assert read == pytest.approx(list(summary["last"]), rel=1e-3)
    ticks = axis(page)
    for place, frame in enumerate(frames.values()):
        corners = points(page, f"{CHART} g.plot >> nth=0 >> path.kept", -1 - place)
        for (_, y), error in zip(corners, errors_of(frame), strict=True):
            assert interpolated(ticks, y) == pytest.approx(error, abs=0.004 * max(ticks))
    drawn = page.locator(f"{LEGEND} .swatch path.kept").all()
    for path, stroke in zip(drawn, strokes(len(rates)), strict=True):
        assert (
            path.evaluate("path => path.style.getPropertyValue('--stroke')") == f"#{stroke.color}"
        )
        dash = " ".join(f"{2 * length}" for length in DASHES[stroke.dash])
        assert path.get_attribute("stroke-dasharray") == (dash or "none")
    page.click("text=Compare six rates")
    assert page.locator(LEGEND).count() == 1
    assert page.locator(KEPT).count() == 0


def strokes_drawn(page):
    """The colour and the dash of every kept curve in the chart."""
    return page.locator(KEPT).evaluate_all(
        "paths => paths.map((path) => "
        "`${path.style.getPropertyValue('--stroke')} ${path.getAttribute('stroke-dasharray')}`)"
    )


def test_no_curve_is_kept_twice_or_drawn_like_another(shown):
    page = shown(load())
    keep = page.get_by_role("button", name="Keep this curve")
    compare = page.get_by_role("button", name="Compare six rates")
    names = page.locator(f"{LEGEND} input")
    listed = lambda: [each.input_value() for each in names.all()]  # noqa: E731
    page.evaluate("window.backprop.set('eta', 0.5)")
    keep.click()
    page.evaluate("window.backprop.set('eta', 2)")
    compare.click()
    assert listed() == [f"η = {eta:g}" for eta in (0.5, *(rate for rate in RATES if rate != 0.5))]
    assert len(set(strokes_drawn(page))) == 6
    keep.click()  # it is one of the rates: now the reader keeps it
    assert len(listed()) == 6
    for weight in range(1, 9):
        page.evaluate(f"window.backprop.set('w{weight}', 0.7)")
        keep.click()
    assert len(set(strokes_drawn(page))) == 14
    keep.click()
    compare.click()
    assert len(listed()) == 9
    assert listed()[:2] == ["η = 0.5", "η = 2"]


def test_hovering_says_what_each_curve_has(shown):
    page = shown(load())
    page.click("text=Keep this curve")
    page.evaluate("window.backprop.set('eta', 0.5)")
    page.locator(CHART).scroll_into_view_if_needed()
    errors = {eta: errors_of(tabulate(load().with_numbers(eta=eta)))[45] for eta in (0.5, 1)}
    box = page.locator(f"{CHART} > svg").bounding_box()
    for eta, path in ((0.5, PRESENT), (1, KEPT)):
        x, y = points(page, path)[45]
        page.mouse.move(box["x"] + x, box["y"] + y - 3)
        said = page.text_content(f"{CHART} .hovered text")
        assert said == f"η = {eta}, epoch 45: {errors[eta]:.5g}"
        assert not page.locator(f"{CHART} .chosen text").is_visible()
        results = page.locator(f"{LEGEND} .result").all_text_contents()
        assert results == [f"epoch 45: {error:.4g}" for error in errors.values()]
    page.mouse.move(0, 0)
    results = page.locator(f"{LEGEND} .result").all_text_contents()
    assert all(text.startswith("last E_Total 0.") for text in results)


def test_texts_stay_within_the_chart(shown):
    page = shown(load(), viewport={"width": 360, "height": 740})
    page.locator(CHART).scroll_into_view_if_needed()
    page.click("text=Keep this curve")
    page.fill(f"{LEGEND} input", 60 * "M")
    page.press(f"{LEGEND} input", "Enter")
    chart = page.locator(f"{CHART} > svg").bounding_box()
    for epoch in (0, 20, 32, 34, 40, 67):
        page.mouse.click(*at(page, epoch))
        page.mouse.move(*at(page, epoch, 0.2))
        for text in page.locator(f"{CHART} text").all():
            box = text.bounding_box()
            if box:
                assert chart["x"] <= box["x"] + 0.5
                assert box["x"] + box["width"] <= chart["x"] + chart["width"] + 0.5


def test_letters_grow_with_the_screen(shown):
    page = shown(load())
    tick = page.locator(f"{CHART} .at-left").first
    sizes = []
    for width, height in ((360, 740), (1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        sizes.append(tick.evaluate("text => parseFloat(getComputedStyle(text).fontSize)"))
        chart = page.locator(f"{CHART} > svg").bounding_box()
        assert chart["x"] <= tick.bounding_box()["x"]  # the room at the left grows with them
        assert page.locator(CHART).bounding_box()["width"] - chart["width"] < 1
    assert 12 <= sizes[0] < sizes[1]
    assert sizes[2] >= 16


CHANGES = """
() => {
    const watched = new MutationObserver(() => {});
    watched.observe(document.querySelector("#curve svg"), {
        subtree: true, childList: true, attributeFilter: ["d", "stroke-dasharray"],
    });
    window.backprop.set("eta", 0.9);
    const seen = watched.takeRecords();
    return {
        paths: seen.filter((each) => each.type === "attributes").length,
        ticks: seen.filter((each) => each.target.closest?.(".ticks")).length,
    };
}
"""


def test_only_the_curve_that_changes_is_drawn_again(shown):
    page = shown(load())
    page.click("text=Keep this curve")
    assert page.evaluate(CHANGES) == {"paths": 1, "ticks": 0}


def test_hidden_errors_leave_only_the_shape_of_the_curve(shown):
    page = shown(load("xor"))
    page.click("text=Keep this curve")
    shape = page.get_attribute(PRESENT, "d")
    legend = page.locator(f"{LEGEND} .result")
    for button in ("Hide numbers", "Walk the pass"):
        page.locator("#question").get_by_role("button", name=button).click()
        page.mouse.move(*at(page, 45))
        assert page.text_content(f"{CHART} .hovered text").endswith("epoch 45: ?")
        assert page.text_content(f"{CHART} .chosen text") == "epoch 0: ?"
        assert set(legend.all_text_contents()) == {"epoch 45: ?"}
        page.mouse.move(0, 0)
        assert set(legend.all_text_contents()) == {"last E_Mean ?"}
        assert page.locator(f"{CHART} .at-left").count() == 0
        assert value(page, "aria-label") == "E_Mean by epoch"
        assert value(page, "aria-valuetext") == "epoch 0, E_Mean ?"
        assert page.get_attribute(PRESENT, "d") == shape
        if button == "Hide numbers":
            page.locator("#question").get_by_role("button", name=button).click()
            assert page.locator(f"{CHART} .at-left").count() > 0


def test_what_a_pointer_found_does_not_outlast_the_hiding(shown):
    page = shown(load())
    page.mouse.move(*at(page, 14))
    hovered = page.locator(f"{CHART} .hovered text")
    assert "epoch 14: 0.0" in hovered.text_content()
    hide = page.locator("#question").get_by_role("button", name="Hide numbers")
    hide.evaluate("button => button.focus({ preventScroll: true })")
    for key in ("Enter", "ArrowRight"):
        page.keyboard.press(key)
        assert hovered.text_content() in {"", "epoch 14: ?"}, key


def test_a_training_that_diverges_says_so_and_its_curve_ends(shown):
    network = load("linear")
    page = shown(network)
    page.click("text=Keep this curve")
    page.evaluate("window.backprop.epochs = 2000")
    page.evaluate("window.backprop.set('eta', 50)")
    rows = page.evaluate("window.backprop.rows")
    epochs = rows // len(network.samples)
    assert epochs < 2000
    said = f"diverged in epoch {epochs}"
    assert said in page.locator(LEGEND).first.text_content()
    assert said in value(page, "aria-label")
    last = points(page, PRESENT)[-1][0]
    frame = page.locator(f"{CHART} .frame").first
    right = float(frame.get_attribute("x")) + float(frame.get_attribute("width"))
    assert last < right - 10
    # What does not diverge still fills the axis.
    assert max(axis(page)) < 2 * errors_of(tabulate(network)).max()


def test_100000_epochs_take_two_points_a_pixel_at_most(shown):
    page = shown(load())
    page.evaluate("window.backprop.epochs = 100000")
    width = float(page.get_attribute(f"{CHART} .frame", "width"))
    corners = points(page, PRESENT)
    assert width < len(corners) <= 2 * width + 2
    assert corners == sorted(corners)  # the error only falls: downwards y grows


def test_no_spike_is_lost_among_many_epochs(visit, tmp_path):
    code = (WEB / "curve" / "plot.js").read_text(encoding="utf-8").replace("export ", "")
    path = tmp_path / "plot.html"
    path.write_text(f'<!doctype html><meta charset="utf-8"><script>{code}</script>')
    drawn = visit(path).evaluate("""() => {
        const numbers = new Float64Array(100000).fill(1);
        [numbers[43210], numbers[43211]] = [9, 0];
        return outline(numbers, new Scale(0, 99999, 0, 500), new Scale(0, 10, 100, 0));
    }""")
    ys = re.findall(r"[ML][\d.]+ ([\d.]+)", drawn)
    assert len(ys) <= 1002
    assert sorted(set(ys)) == ["10.0", "100.0", "90.0"]


def luminance(color):
    parts = [int(part) / 255 if part.isdigit() else float(part) for part in color]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_every_stroke_stands_out_and_the_order_stays(shown):
    """At 3:1 or more against the card, as WCAG 1.4.11 asks of graphics."""
    page = shown(load())
    page.click("text=Compare six rates")
    papers = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        colors = page.locator(f"{LEGEND} .swatch path.kept").evaluate_all(
            "paths => paths.map(path => getComputedStyle(path).stroke)"
        )
        card = page.locator("#curve").evaluate("card => getComputedStyle(card).backgroundColor")
        paper = luminance(re.findall(r"[\d.]+", card)[:3])
        lights = [luminance(re.findall(r"[\d.]+", color.split("srgb")[-1])[:3]) for color in colors]
        assert lights == sorted(lights)
        for light in lights:
            assert (max(light, paper) + 0.05) / (min(light, paper) + 0.05) >= 3
        papers.append(paper)
    assert papers[1] < 0.1
    assert papers[0] > 0.9
