"""The page's drawing: its numbers, its chain lit up, editing where numbers stand, painting."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from browser import axe, until
from questions import asked, open_page

from backprop_sheet import load, train
from backprop_sheet.chain import gradient_name
from backprop_sheet.engine import numbers_at
from backprop_sheet.network.file import from_content
from backprop_sheet.page.diagrams import drawing_of
from backprop_sheet.palette import ABOVE, BELOW, NEGATIVE, POSITIVE, tint
from backprop_sheet.templates import known

pytestmark = pytest.mark.chromium

LAPTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
LARGE = {
    "dense": {
        "layers": [30, 40, 40, 10],
        "inputs": [0.1] * 30,
        "targets": [0.5] * 10,
        "weights": "xavier",
        "bias": "neuron",
        "epochs": 2,
    },
    "pictures": {
        "input": [1, 12, 12],
        "error": "cross-entropy",
        "inputs": [[[[float((r + c) % 3 == 0) for c in range(12)] for r in range(12)]]],
        "targets": [[1, 0]],
        "weights": "xavier",
        "epochs": 2,
        "layer": [
            {"kind": "convolution", "channels": 4, "kernel": 3, "activation": "relu"},
            {"kind": "max pooling", "kernel": 2},
            {"kind": "dense", "neurons": 2, "bias": True, "activation": "softmax"},
        ],
    },
}


@pytest.fixture
def show(visit, tmp_path):
    """Opens the page of a network, or of a template by its name."""

    def show(network="original", **options):
        network = load(network) if isinstance(network, str) else network
        return open_page(network, visit, tmp_path, **{"viewport": LAPTOP, **options})

    return show


def mark(page, name):
    """Where a quantity stands in the drawing: a circle, a label, a place or a dot."""
    return page.locator(f'#drawing .mark[data-name="{name}"]')


def number_of(text):
    """The number of a text: 0.5, −1.2e−5, .25."""
    return float(text.strip().replace("−", "-"))


def shown_number(page, name):
    return number_of(mark(page, name).locator(".number").text_content())


def close(text_number, number, digits):
    """Whether a number is another one, rounded to no fewer than so many significant digits."""
    return text_number == pytest.approx(number, rel=0.5 * 10.0 ** (1 - digits), abs=1e-12)


def field(page):
    return page.locator("#drawing .number-field input")


def link(page, source, target):
    return page.locator(f'#drawing .link[data-source="{source}"][data-target="{target}"]')


def laptops_layout(network):
    """The layout that a laptop has room for."""
    return next(one for one in reversed(drawing_of(network)["layouts"]) if one["room"] <= 700)


@pytest.mark.parametrize("name", ["original", "xor", "iris", "adam"])
@pytest.mark.parametrize("row", [0, 7])
def test_circles_and_labels_show_the_numbers_of_the_engine(show, name, row):
    network = load(name)
    page = show(network)
    samples = len(network.samples)
    for _ in range(row):
        page.keyboard.press("ArrowRight")
    epoch = int(re.search(r"epoch (\d+)", page.locator("#drawing h2").inner_text())[1])
    assert epoch == row
    numbers = numbers_at(network, epoch, network.shown_sample)
    assert (
        samples == 1
        or f", sample {network.shown_sample}" in page.locator("#drawing h2").inner_text()
    )
    layout = laptops_layout(network)
    drawn = [circle[0] for circle in layout["circles"]] + [one["name"] for one in layout["labels"]]
    assert {"h1", "E_Total", "t1", "w1"} <= {*drawn}
    for quantity in drawn:
        is_label = quantity in {one["name"] for one in layout["labels"]}
        digits = 3 if is_label else 2
        assert close(shown_number(page, quantity), numbers[quantity], digits), quantity


def test_the_drawing_stands_as_draw_has_it(show):
    network = load("original")
    page = show(network)
    for name, _, x, y, radius in drawing_of(network)["layouts"][-1]["circles"]:
        circle = mark(page, name).locator("circle")
        found = [float(circle.get_attribute(key)) for key in ("cx", "cy", "r")]
        assert found == [x, y, radius]
    assert link(page, "a_h1", "o1").get_attribute("data-name") == "w5"
    assert page.locator("#drawing .link").count() == 8 + 2 + 4  # weights, to the error, bows


def test_width_and_colour_of_an_arrow_show_weight_and_gradient(show):
    network = load("original").with_numbers(w1=-0.6, w2=0.0, w8=0.6)
    page = show(network)
    numbers = numbers_at(network, 0, 1)
    width = {w: float(line_style(page, w, "stroke-width")[:-2]) for w in ("w1", "w2", "w8", "w5")}
    assert width["w1"] == pytest.approx(width["w8"])
    assert width["w2"] < width["w5"] < width["w8"]
    gradients = {f"w{n}": numbers[f"dE_dw{n}"] for n in range(1, 9)}
    assert colour(page, max(gradients, key=gradients.get)) == POSITIVE
    page.evaluate("backprop.set('t1', 0.9)")
    page.evaluate("backprop.set('t2', 0.9)")
    numbers = numbers_at(network.with_numbers(t1=0.9, t2=0.9), 0, 1)
    gradients = {f"w{n}": numbers[f"dE_dw{n}"] for n in range(1, 9)}
    assert colour(page, min(gradients, key=gradients.get)) == NEGATIVE
    for above, below in ((POSITIVE, NEGATIVE), (ABOVE, BELOW)):  # the same in grids
        (red, _, blue), (other_red, _, other_blue) = map(bytes.fromhex, (above, below))
        assert blue > red
        assert other_red > other_blue
    assert "blue where the gradient is above 0" in page.locator("#drawing .legend").inner_text()


def colour(page, weight):
    """The colour of a weight's arrow, as RRGGBB."""
    parts = re.findall(r"[\d.]+", line_style(page, weight, "stroke"))
    return bytes(round(255 * float(part)) for part in parts).hex().upper()


def line_style(page, weight, style):
    line = page.locator(f'#drawing .link[data-name="{weight}"] .line')
    return line.evaluate("(line, style) => getComputedStyle(line).getPropertyValue(style)", style)


@pytest.mark.parametrize("name", ["w1", "dE_dw1", "h1", "a_o2", "t1", "E1", "E_Total", "i1"])
def test_whatever_is_clicked_is_asked_and_outlined(show, name):
    network = load("original")
    page = show(network)
    mark(page, name).click()
    assert asked(page) == network.label(name)
    assert page.locator("#drawing .mark.asked").get_attribute("data-name") == name


def test_an_arrow_is_asked_as_its_weight(show):
    network = load("dropout")
    page = show(network)
    arrow = page.locator("#drawing .link[role=button]").last  # its weight has no label
    weight = arrow.get_attribute("data-name")
    x, y = arrow.locator(".line").evaluate(
        """line => {
            const at = line.getPointAtLength(0.15 * line.getTotalLength());
            const { x, y } = at.matrixTransform(line.getScreenCTM());
            return [x, y];
        }"""
    )
    page.mouse.click(x, y)
    assert asked(page) == network.label(weight)
    note = page.locator("#drawing .note .number")
    numbers = numbers_at(network, 0, network.shown_sample)
    assert close(number_of(note.text_content()), numbers[weight], 2)


@pytest.mark.parametrize("name", ["iris", "autoencoder"])
@pytest.mark.parametrize("size", [PHONE, {"width": 1024, "height": 768}, LAPTOP])
def test_weights_have_labels_before_biases_where_arrows_cross(show, name, size):
    page = show(name, viewport=size)
    labels = page.locator("#drawing .label").evaluate_all("all => all.map(m => m.dataset.name)")
    weights = {weight for weight in load(name).trained if weight.startswith("w")}
    assert len(weights) > 14
    assert weights <= {*labels}
    boxes = boxes_of(page, "#drawing .label > rect")
    pairs = ((one, other) for number, one in enumerate(boxes) for other in boxes[:number])
    assert not any(overlap(one, other, 1) for one, other in pairs)


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
def test_nothing_covers_the_dot_of_a_bias(show, size):
    page = show("autoencoder", viewport=size)
    seen = page.locator("#drawing .dot circle").evaluate_all(
        """dots => dots.map(dot => {
            dot.scrollIntoView({ block: "center" });
            const { left, top, width, height } = dot.getBoundingClientRect();
            const found = [0.2, 0.5, 0.8].map(part =>
                document.elementFromPoint(left + part * width, top + height / 2));
            return found.every(one => one === dot);
        })"""
    )
    assert len(seen) >= 3
    assert all(seen)


def test_what_has_no_label_is_told_and_reached(show):
    page = show("dropout")
    arrows = page.locator("#drawing .link[role=button]").count()
    assert arrows > 0
    said = page.locator("#drawing .legend").inner_text()
    assert f"Weights without room for a label: {arrows} of 12. Click an arrow" in said


def test_everything_is_reached_by_tab_and_has_a_name_with_its_number(show):
    network = load("original")
    page = show(network)
    numbers = numbers_at(network, 0, 1)
    page.locator("#drawing .mark").first.focus()
    reached = {}
    while (name := page.evaluate("document.activeElement.dataset?.name")) and name not in reached:
        assert page.evaluate("document.activeElement.getAttribute('role')") == "button"
        reached[name] = page.evaluate("document.activeElement.getAttribute('aria-label')")
        page.keyboard.press("Tab")
    weights = {f"w{n}" for n in range(1, 9)}
    nodes = {"i1", "i2", "h1", "h2", "a_h1", "a_h2", "o1", "o2", "a_o1", "a_o2", "E_Total"}
    others = {"t1", "t2", "E1", "E2"}
    assert {*reached} == weights | {gradient_name(w) for w in weights} | nodes | others
    places = [*map([*reached].index, ["i1", "i2", "w1", "w2", "w3", "w4", "h1", "h2", "w5", "w8"])]
    assert places == sorted(places)  # layer by layer, from top to bottom
    for name, text in reached.items():
        label, number = text.split()
        assert label == network.label(name)
        assert close(number_of(number), numbers[name], 2)


def factors(page):
    """The numbers at each lit link, by the two bodies that it joins."""
    found = page.locator("#drawing .link.lit").evaluate_all(
        "links => links.map(({ dataset: d }) => [d.source, d.target, d.factors])"
    )
    return {(source, target): number for source, target, number in found}


def test_the_chain_of_a_gradient_is_lit_factor_by_factor(show):
    page = show("original")
    mark(page, "dE_dw1").click()
    # ∂E/∂w1 = (∂E/∂o1·w5 + ∂E/∂o2·w7) · ∂a_h1/∂h1 · ∂h1/∂w1
    found = factors(page)
    to_error = {("a_o1", "E_Total"), ("a_o2", "E_Total"), ("o1", "a_o1"), ("o2", "a_o2")}
    hidden = {("a_h1", "o1"), ("a_h1", "o2")}
    assert {*found} == to_error | hidden | {("h1", "a_h1"), ("i1", "h1")}
    number = {ends: int(text) for ends, text in found.items()}
    assert number["a_o1", "E_Total"] == number["a_o2", "E_Total"] == 1
    assert number["o1", "a_o1"] == number["o2", "a_o2"]
    assert number["a_h1", "o1"] == number["a_h1", "o2"] == number["o1", "a_o1"] + 1
    assert number["h1", "a_h1"] == number["a_h1", "o1"] + 1
    assert number["i1", "h1"] == number["h1", "a_h1"] + 1
    discs = page.locator("#drawing .disc").all_text_contents()
    assert sorted(map(int, discs)) == sorted(number.values())
    assert float(line_style(page, "w1", "stroke-width")[:-2]) == 3.2
    opacity = "link => getComputedStyle(link).opacity"
    assert link(page, "a_h2", "o2").evaluate(opacity) == "0.25"
    assert link(page, "a_h1", "o2").evaluate(opacity) == "1"
    page.emulate_media(media="print")
    looks = page.evaluate(  # in one call, as a disc may be drawn anew between two
        "() => [...document.querySelector('#drawing .disc').children].slice(1)"
        ".map(part => getComputedStyle(part).fill)"
    )
    assert looks == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    page.emulate_media(media="screen")
    page.locator("#drawing .disc", has_text=str(number["h1", "a_h1"])).click()
    assert asked(page) == "∂E/∂h1"  # and not the number of what is below the disc
    page.locator("#drawing .disc", has_text=str(number["o1", "a_o1"])).first.click()
    assert asked(page) == "∂E/∂o1"


def boxes_of(page, selector):
    """Left, top, right and bottom of what a selector finds, without what is empty."""
    return page.locator(selector).evaluate_all(
        """all => all.map(one => one.getBoundingClientRect())
            .filter(({ width }) => width > 0)
            .map(r => [r.left, r.top, r.right, r.bottom])"""
    )


def overlap(one, other, slack=2.5):
    """Whether two boxes overlap by more than a slack."""
    apart = one[2] <= other[0] + slack or other[2] <= one[0] + slack
    return not (apart or one[3] <= other[1] + slack or other[3] <= one[1] + slack)


@pytest.mark.parametrize(
    ("name", "asks", "least"),
    [
        ("iris", ["∂E/∂w1"], 7),
        ("original", ["∂E/∂h1", "E2"], 0),
        ("convolution", ["∂E/∂w1"], 9),
        ("attention", ["∂E/∂w1"], 15),
    ],
)
def test_discs_and_notes_cover_no_name_and_no_number(show, name, asks, least):
    page = show(name, viewport={"width": 1920, "height": 1080})
    for ask in asks:
        page.get_by_label("Ask a quantity by its name").fill(ask)
        page.keyboard.press("Enter")
        texts = boxes_of(page, "#drawing :is(.circle, .label:not(.note), .place) text")
        assert len(texts) > 20
        for box in boxes_of(page, "#drawing .disc > circle:not(.hit), #drawing .note .chip"):
            assert not any(overlap(box, text) for text in texts)
    discs = page.locator("#drawing .disc").count()
    assert discs >= least if least else discs == 0


def test_an_error_is_asked_at_its_label_and_what_leads_to_it_is_lit(show):
    page = show("original")
    mark(page, "E2").click()
    assert page.locator("#drawing .mark.asked").get_attribute("data-name") == "E2"
    lit = page.locator("#drawing .mark.lit").evaluate_all("all => all.map(m => m.dataset.name)")
    assert {*lit} == {"E2", "a_o2", "t2"}
    assert factors(page) == {}


def test_what_a_quantity_is_computed_from_is_lit_without_numbers(show):
    page = show("original")
    mark(page, "h1").click()
    assert factors(page) == {("i1", "h1"): "0", ("i2", "h1"): "0"}
    assert page.locator("#drawing .disc").count() == 0
    mark(page, "E_Total").click()
    assert page.locator("#drawing .mark.asked").get_attribute("data-name") == "E_Total"


def test_a_gradient_without_a_place_is_noted_at_its_quantity(show):
    network = load("original")
    page = show(network)
    page.get_by_label("Ask a quantity by its name").fill("∂E/∂h1")
    page.keyboard.press("Enter")
    note = page.locator("#drawing .note")
    assert note.text_content().startswith("∂E/∂h1")
    number = number_of(note.locator(".number").text_content())
    assert close(number, numbers_at(network, 0, 1)["dE_dh1"], 2)
    assert mark(page, "h1").first.evaluate("mark => mark.classList.contains('asked')")


def test_the_chain_goes_through_pictures_and_kernels(show):
    page = show("convolution")
    mark(page, "dE_dw1").click()
    weights = page.locator("#drawing .link.lit[data-source='w1']")
    assert weights.count() >= 1
    assert weights.first.get_attribute("data-factors")
    assert page.locator("#drawing .link.lit[data-target='E_Total']").count() >= 1


def test_a_place_frames_what_it_looks_at(show):
    page = show("convolution")

    def framed():
        """The places that lie in each frame, by the frames."""
        places = boxes_of(page, "#drawing .place rect")
        names = page.locator("#drawing .place").evaluate_all("all => all.map(p => p.dataset.name)")
        return {
            frozenset(n for n, p in zip(names, places, strict=True) if n and overlap(frame, p, 5))
            for frame in boxes_of(page, "#drawing .frame")
        }

    mark(page, "c1_2_2").click()
    window = {f"i{5 * row + column}" for row in (1, 2, 3) for column in (2, 3, 4)}
    kernel = {f"w{place}" for place in range(1, 10)}
    assert framed() == {frozenset(found) for found in (window, kernel, {"c1_2_2"})}
    mark(page, "p1_1_1").click()
    pooled = {f"a_c1_{row}_{column}" for row in (1, 2) for column in (1, 2)}
    assert framed() == {frozenset(pooled)}


def test_the_output_that_wins_has_a_ring(show):
    network = load("iris")
    page = show(network)
    for row in (0, 1, 2):
        numbers = page.evaluate("row => backprop.row(row)", row)
        outputs = {name: numbers[name] for name in ("a_o1", "a_o2", "a_o3")}
        winner = page.locator("#drawing .winner")
        assert winner.get_attribute("data-name") == max(outputs, key=outputs.get)
        assert winner.get_attribute("aria-label").endswith(", wins")
        assert winner.locator(".ring").is_visible()
        page.keyboard.press(".")
    page.get_by_role("button", name="Hide numbers").click()
    assert winner.count() == 0  # that would give it away


@pytest.mark.everyday
def test_a_weight_is_edited_where_it_stands_and_the_whole_page_follows(show):
    page = show("original")
    mark(page, "w5").click()
    assert field(page).is_visible()
    assert field(page).input_value() == "0.4"
    (form,) = boxes_of(page, "#drawing .number-field")
    concerned = ("w5", "dE_dw5", "o1", "a_h1")
    labels = [boxes_of(page, f'#drawing .mark[data-name="{name}"]')[0] for name in concerned]
    assert not any(overlap(form, label) for label in labels)
    page.keyboard.type("0.7")  # the present number is selected
    page.keyboard.press("Enter")
    assert not field(page).is_visible()
    network = load("original").with_numbers(w5=0.7)
    numbers = numbers_at(network, 0, 1)
    for name in ("w5", "o1", "a_o1", "E_Total", "dE_dw1", "dE_dw5"):
        assert close(shown_number(page, name), numbers[name], 2), name
    table = page.evaluate("backprop.row(67)")
    assert table["E_Total"] == pytest.approx(numbers_at(network, 67, 1)["E_Total"], rel=1e-9)
    assert page.evaluate("document.activeElement.dataset.name") == "w5"
    assert asked(page) == "w5"


def test_in_a_later_epoch_the_number_at_the_start_is_edited(show):
    page = show("original")
    page.keyboard.press("End")
    mark(page, "w5").click()
    form = page.locator("#drawing .number-field")
    assert "w5 at the start =" in form.inner_text()
    assert field(page).input_value() == "0.4"
    field(page).fill("0,7")  # as people write it elsewhere
    mark(page, "E_Total").click()  # leaving applies
    assert page.evaluate("backprop.given.w5") == 0.7
    last = numbers_at(load("original").with_numbers(w5=0.7), 67, 1)
    assert close(shown_number(page, "w5"), last["w5"], 2)
    mark(page, "t1").click()
    assert "at the start" not in form.inner_text()  # a target is the same in all epochs


def test_the_field_stays_at_its_number_when_the_window_changes(show):
    page = show("original", viewport={"width": 1920, "height": 900})
    mark(page, "w5").click()
    page.keyboard.type("0.9")
    for width in (1700, 1500, 1300):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(200)
        form, number = (
            boxes_of(page, selector)[0]
            for selector in ("#drawing .number-field", '#drawing .mark[data-name="w5"]')
        )
        apart = max(
            form[0] - number[2], number[0] - form[2], form[1] - number[3], number[1] - form[3]
        )
        assert apart < 40, width
    assert field(page).input_value() == "0.9"


def test_escape_leaves_the_number_as_it_was(show):
    page = show("original")
    mark(page, "w5").click()
    page.keyboard.type("0.9")
    page.keyboard.press("Escape")
    assert not field(page).is_visible()
    assert page.evaluate("backprop.given.w5") == 0.4


@pytest.mark.parametrize(
    ("template", "name", "typed", "message"),
    [
        ("original", "w5", "half", "w5 = half: takes a number"),
        ("convolution", "t1", "1.5", "t1 = 1.5: takes "),
    ],
)
def test_a_wrong_entry_is_answered_at_the_field(show, template, name, typed, message):
    page = show(template)
    before = page.evaluate("name => backprop.given[name]", name)
    mark(page, name).click()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    alert = page.locator("#drawing .number-field [role=alert]")
    assert alert.inner_text().startswith(message)
    assert field(page).get_attribute("aria-invalid") == "true"
    assert page.evaluate("name => backprop.given[name]", name) == before
    page.keyboard.press("Escape")
    assert not field(page).is_visible()


@pytest.mark.parametrize("key", ["Enter", "F2"])
def test_a_number_is_edited_by_keyboard_alone(show, key):
    page = show("xor")
    mark(page, "b2").focus()
    page.keyboard.press(key)
    assert field(page).evaluate("input => input === document.activeElement")
    page.keyboard.type("-0.25")
    page.keyboard.press("Enter")
    assert page.evaluate("backprop.given.b2") == -0.25
    assert page.evaluate("document.activeElement.dataset.name") == "b2"
    mark(page, "h1").focus()
    page.keyboard.press(key)
    assert not field(page).is_visible()  # it follows from others
    assert asked(page) == "h1"


def test_only_given_numbers_are_yellow(show):
    page = show("xor")
    given = page.locator("#drawing .mark.given").evaluate_all("all => all.map(m => m.dataset.name)")
    weights = {f"w{n}" for n in range(1, 7)} | {"b1", "b2", "b3"}
    assert {*given} == weights | {"i1", "i2", "t1"}
    yellow = "rect => getComputedStyle(rect).fill"
    assert mark(page, "w1").locator(".chip").evaluate(yellow) == "rgb(255, 246, 214)"
    assert mark(page, "dE_dw1").locator(".chip").evaluate(yellow) == "rgb(255, 255, 255)"


def test_inputs_are_those_of_the_chosen_sample(show):
    network = load("xor")
    page = show(network)
    page.keyboard.press(".")
    heading = page.locator("#drawing h2").inner_text()
    sample = int(re.search(r"sample (\d)", heading)[1])
    assert shown_number(page, "i2") == network.samples[sample - 1]["i2"]
    mark(page, "i2").click()
    page.keyboard.type("0.5")
    page.keyboard.press("Enter")
    assert shown_number(page, "i2") == 0.5


def middle(page, name):
    """The middle of a place, after it was scrolled into view."""
    mark(page, name).scroll_into_view_if_needed()
    box = mark(page, name).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def frames(page):
    """Wait until what was drawn has been trained with and shown."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def picture(page):
    return {f"i{place}": shown_number(page, f"i{place}") for place in range(1, 26)}


def test_a_stroke_of_the_mouse_draws_and_trains_again(show):
    network = load("convolution")
    page = show(network)
    start = picture(page)
    assert start["i16"] == 0
    page.mouse.move(*middle(page, "i16"))
    page.mouse.down()
    page.mouse.move(*middle(page, "i20"))  # in one go: the places between are gone over, too
    page.mouse.up()
    frames(page)
    row = {f"i{place}": 1.0 for place in range(16, 21)}
    assert picture(page) == {**start, **row}
    assert not field(page).is_visible()
    sample = {**network.samples[0], **row}
    samples = (sample, *network.samples[1:])
    drawn = from_samples(network, samples)
    numbers = numbers_at(drawn, 3, 1)
    assert page.evaluate("backprop.row(24)")["E_Total"] == pytest.approx(numbers["E_Total"])
    page.mouse.move(*middle(page, "i20"))
    page.mouse.down()
    page.mouse.move(*middle(page, "i16"))
    page.mouse.up()
    frames(page)
    assert picture(page) == start  # begun above 0, a stroke rubs out
    (x, first), (_, last) = middle(page, "i3"), middle(page, "i23")
    page.mouse.move(x, first)
    page.mouse.down()
    for step in range(1, 17):  # what is said above the drawing grows with the first place
        page.mouse.move(x, first + step * (last - first) / 16)
        frames(page)
    page.mouse.up()
    column = {f"i{place}": 1.0 for place in (3, 8, 13, 18, 23)}
    assert picture(page) == {**start, **column}
    assert page.evaluate("getSelection().isCollapsed")
    text = page.locator("#drawing .place .number").first
    assert text.evaluate("text => getComputedStyle(text).userSelect") == "none"


def from_samples(network, samples):
    """The network with other samples."""
    first = {name: samples[0].get(name, number) for name, number in network.numbers.items()}
    return replace(network, samples=samples, numbers=first)


def test_a_finger_draws_without_scrolling_the_page(show):
    page = show("convolution", viewport=PHONE, has_touch=True, is_mobile=True)
    page.locator("#drawing .paint").scroll_into_view_if_needed()
    client = page.context.new_cdp_session(page)

    def touch(kind, *points):
        client.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
        )

    for places in ((16, 17, 18, 19, 20), (23, 18, 13, 8, 3)):
        (x0, y0), (x1, y1) = (middle(page, f"i{places[end]}") for end in (0, -1))
        before = picture(page)
        number = 0.0 if before[f"i{places[0]}"] > 0 else 1.0
        touch("touchStart", (x0, y0))
        for step in range(1, 13):
            touch("touchMove", (x0 + step / 12 * (x1 - x0), y0 + step / 12 * (y1 - y0)))
            frames(page)
        touch("touchEnd")
        frames(page)
        assert picture(page) == {**before, **{f"i{place}": number for place in places}}
        at = mark(page, f"i{places[-1]}").bounding_box()
        stayed = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
        assert stayed == pytest.approx((x1, y1), abs=2)  # it stayed under the finger


def test_a_picture_is_drawn_by_keyboard(show):
    page = show("convolution")
    mark(page, "i1").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.dataset.name") == "i12"
    page.keyboard.press("Space")
    frames(page)
    assert shown_number(page, "i12") == 1
    page.keyboard.press("Enter")
    page.keyboard.type("0.5")
    page.keyboard.press("Enter")
    assert shown_number(page, "i12") == 0.5
    stops = page.locator("#drawing .picture.paint [tabindex='0']")
    assert stops.count() == 1  # one stop of Tab for the whole picture
    assert "epoch 0" in page.locator("#drawing h2").inner_text()


def test_a_tap_offers_the_field_without_bringing_up_the_keyboard(show):
    page = show("original", viewport=PHONE, has_touch=True, is_mobile=True)
    mark(page, "w5").tap()
    assert asked(page) == "w5"
    assert field(page).is_visible()
    assert not field(page).evaluate("input => input === document.activeElement")
    field(page).tap()
    field(page).fill("0.7")
    field(page).press("Enter")
    assert page.evaluate("backprop.given.w5") == 0.7
    mark(page, "w6").tap()
    mark(page, "h1").tap()
    assert not field(page).is_visible()


@pytest.mark.parametrize("name", ["original", "xor", "iris", "convolution"])
@pytest.mark.parametrize("size", [PHONE, LAPTOP, {"width": 1024, "height": 768}])
def test_numbers_can_be_read_at_any_size(show, name, size):
    page = show(name, viewport=size)
    sizes = page.locator("#drawing svg .number, #drawing .label text").evaluate_all(
        """texts => texts.map(text => {
            const scale = text.ownerSVGElement.getScreenCTM().a;
            return parseFloat(getComputedStyle(text).fontSize) * scale;
        })"""
    )
    assert len(sizes) > 5
    fitted = name == "convolution" and size != PHONE
    assert min(sizes) > (11.99 if size == PHONE else 8.49 if fitted else 10.55)
    frame = page.locator("#drawing .drawing")
    outside = frame.evaluate("frame => frame.scrollWidth > frame.clientWidth")
    assert outside == (name == "convolution" and size == PHONE)
    assert page.locator("#drawing .onward").is_visible() == outside
    assert frame.evaluate("frame => getComputedStyle(frame).maskImage != 'none'") == outside
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1024, 1920])
@pytest.mark.parametrize("name", ["convolution", "embedding"])
def test_numbers_in_grids_keep_apart(show, name, width):
    page = show(name, viewport={"width": width, "height": width * 9 // 16})
    parts = page.locator("#drawing .place").evaluate_all(
        """all => all.map(one => {
            const [place, number] = one.children;
            return number.getBoundingClientRect().width / place.getBoundingClientRect().width;
        })"""
    )
    assert 0.7 < max(parts) < 0.88


@pytest.mark.parametrize("name", ["batchnorm", "lstm"])
def test_names_stay_in_their_circles(show, name):
    page = show(name, viewport={"width": 1024, "height": 768})
    reach = page.locator("#drawing .circle").evaluate_all(
        """all => all.map(one => {
            const circle = one.querySelector("circle").getBoundingClientRect();
            const text = one.querySelector("text").getBoundingClientRect();
            const down = text.top + text.height / 2 - circle.top - circle.height / 2;
            return Math.hypot(text.width / 2, down) / (circle.width / 2);
        })"""
    )
    assert len(reach) > 20
    assert max(reach) < 0.98


@pytest.mark.parametrize("name", ["growth", "lstm", "transformer", "batchnorm"])
def test_a_long_drawing_stands_above_the_question_and_uses_the_room(show, name):
    page = show(name, viewport={"width": 1920, "height": 1080})
    (drawing,), (question,), (curve,) = (
        boxes_of(page, place) for place in ("#drawing svg", "#question", "#curve")
    )
    assert drawing[2] - drawing[0] > 0.85 * 1920
    assert not page.locator("#drawing .onward").is_visible()
    assert drawing[3] < question[1] == curve[1] < 1000
    assert question[2] < curve[0]
    numbers = page.locator("#drawing .number").evaluate_all(
        """all => all.filter(one => one.getBoundingClientRect().width > 0).map(one =>
            parseFloat(getComputedStyle(one).fontSize) *
            one.ownerSVGElement.getScreenCTM().a)"""
    )
    assert len(numbers) > 15
    assert min(numbers) > 9
    page.evaluate("scrollTo(0, 500)")
    page.wait_for_timeout(100)
    assert boxes_of(page, "#question")[0][3] < boxes_of(page, "#table")[0][1]  # not under the table
    if name == "batchnorm":
        return  # it has room above the question on smaller screens, too
    page.evaluate("scrollTo(0, 0)")
    page.set_viewport_size({"width": 1024, "height": 768})
    until(page, "!document.querySelector('main').classList.contains('broad')")
    (question,), (drawing,) = boxes_of(page, "#question"), boxes_of(page, "#drawing")
    assert question[0] > drawing[2]  # beside it again


@pytest.mark.parametrize(
    ("name", "width"),
    [
        (name, width)
        for name in sorted(known())
        for width in (1024, 1280, 1920)
        if (name, width) != ("transformer", 1024)
    ],
)
def test_on_a_laptop_and_a_projector_drawings_are_seen_whole_with_their_numbers(show, name, width):
    page = show(name, viewport={"width": width, "height": width * 9 // 16})
    frame = page.locator("#drawing .drawing")
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")
    assert page.locator("#drawing svg.tiny").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_phone_gets_the_drawing_from_top_to_bottom_and_back_again(show):
    page = show("original", viewport=PHONE)
    upright = [mark(page, name).bounding_box()["y"] for name in ("i1", "h1", "a_h1", "E_Total")]
    assert upright == sorted(upright)
    mark(page, "h1").click()
    page.set_viewport_size(LAPTOP)
    until(page, "document.querySelector('#drawing svg').viewBox.baseVal.width > 500")
    across = [mark(page, name).bounding_box()["x"] for name in ("i1", "h1", "a_h1", "E_Total")]
    assert across == sorted(across)
    assert page.locator("#drawing .mark.asked").get_attribute("data-name") == "h1"
    mark(page, "o2").click()
    page.set_viewport_size(PHONE)
    until(page, "document.querySelector('#drawing svg').viewBox.baseVal.width < 500")
    assert page.locator("#drawing .mark.asked").get_attribute("data-name") == "o2"


def test_labels_cover_neither_each_other_nor_a_circle(show):
    page = show("original")
    boxes = page.locator("#drawing .label .chip").evaluate_all(
        "all => all.map(one => { const r = one.getBoundingClientRect();"
        " return [r.left, r.top, r.right, r.bottom]; })"
    )
    circles = page.locator("#drawing .circle circle").evaluate_all(
        "all => all.map(one => { const r = one.getBoundingClientRect();"
        " return [r.x + r.width / 2, r.y + r.height / 2, r.width / 2]; })"
    )
    for number, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = right <= other[0] + 1 or other[2] <= left + 1
            assert apart or bottom <= other[1] + 1 or other[3] <= top + 1
        for x, y, radius in circles:
            across, down = min(max(x, left), right), min(max(y, top), bottom)
            assert (x - across) ** 2 + (y - down) ** 2 > (radius - 1) ** 2


@pytest.mark.parametrize("name", sorted(known()))
def test_every_template_is_drawn(show, name):
    network = load(name)
    page = show(network)
    layout = laptops_layout(network)
    places = sum(len(grid["places"]) for grid in layout["grids"])
    marks = places + len(layout["circles"]) + len(layout["labels"]) + len(layout["dots"])
    assert page.locator("#drawing .mark").count() == marks
    # every weight, bias, input and target can be asked, focused and edited here
    inputs = {*network.samples[0]} if network.samples else set()
    wanted = {*network.trained, *inputs} - {"E_Total"}
    names = {
        *page.locator("#drawing [role=button]").evaluate_all("a => a.map(m => m.dataset.name)")
    }
    assert wanted <= names


@pytest.mark.parametrize("name", ["convolution", "attention"])
def test_grids_are_tinted_by_their_numbers(show, name):
    network = load(name)
    page = show(network)
    numbers = numbers_at(network, 0, network.shown_sample)
    layout = drawing_of(network)["layouts"][0]
    (scale,) = {
        grid["scale"] for grid in layout["grids"] if "w1" in {place[0] for place in grid["places"]}
    }
    grids = [grid for grid in layout["grids"] if grid["scale"] == scale]
    names = [place[0] for grid in grids for place in grid["places"]]
    largest = max(abs(numbers[place]) for place in names)
    for place in names:
        fill = mark(page, place).locator("rect").evaluate("rect => getComputedStyle(rect).fill")
        found = [255 * float(part) for part in re.findall(r"[\d.]+", fill)]
        assert found == pytest.approx([*bytes.fromhex(tint(numbers[place] / largest))], abs=2)
    page.emulate_media(color_scheme="dark")
    for place in names:
        fill = mark(page, place).locator("rect").evaluate("rect => getComputedStyle(rect).fill")
        found = [float(part) for part in re.findall(r"[\d.]+", fill)]
        assert max(found) < 0.6  # none glares


def test_hidden_numbers_are_hidden_in_the_drawing(show):
    page = show("original")
    page.get_by_role("button", name="Hide numbers").click()
    for name in ("h1", "E_Total", "dE_dw1", "E1"):
        assert mark(page, name).locator(".number").text_content().strip() == "?"
        assert mark(page, name).get_attribute("aria-label").endswith(" ?")
    assert shown_number(page, "w1") == 0.15  # given, not to be guessed


def test_a_walked_pass_fills_the_drawing_number_by_number(show):
    page = show("original")
    page.get_by_role("button", name="Walk the pass").click()
    unknown = page.locator("#drawing .number").filter(has_text="?")
    before = unknown.count()
    assert before > 10
    assert page.locator("#drawing .mark.asked").get_attribute("data-name") == "h1"
    page.keyboard.press("n")
    assert page.locator("#drawing .mark.asked").get_attribute("data-name") == "a_h1"
    assert unknown.count() == before - 1


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(LARGE))
def test_large_networks_are_drawn_and_train_again(show, name):
    network = from_content(LARGE[name], Path(), name)
    page = show(network)
    layout = drawing_of(network)["layouts"][-1]
    assert len(layout["arrows"]) + sum(len(grid["places"]) for grid in layout["grids"]) > 1000
    page.evaluate("backprop.set('eta', 0.3)")
    changed = next(train(network.with_numbers(eta=0.3)))
    assert page.evaluate("Object.values(backprop.row(0))") == pytest.approx(changed, rel=1e-9)
    if name == "dense":  # no room for any number or name
        assert page.locator("#drawing .circle text").count() == 2  # the total error's


@pytest.mark.axe
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_drawing_is_accessible(show, colours):
    page = show("convolution", color_scheme=colours)
    mark(page, "w1").click()
    assert axe(page) == []
