"""The question card: each quantity's formula, chain, cell and uses, against engine and sheet."""

import re
from dataclasses import replace
from itertools import permutations, product

import openpyxl
import pytest
from browser import AXE, until
from questions import (
    ask,
    asked,
    card,
    choose_row,
    number,
    open_page,
    open_with_state,
    plain,
    result,
)

from backprop_sheet import load, tabulate, write_workbook
from backprop_sheet.chain import gradient_name
from backprop_sheet.explainer import explain
from backprop_sheet.explainer.styles import rounded_text
from backprop_sheet.formula import MATHML, leaves, write
from backprop_sheet.network import Kind
from backprop_sheet.network.choices import (
    CLIPPINGS,
    OPTIMIZERS,
    PENALTIES,
    SCHEDULES,
    WARMUP_SETTINGS,
    WEIGHT_DECAY_SETTINGS,
)
from backprop_sheet.network.file import from_content
from backprop_sheet.page.script import WEB
from backprop_sheet.templates import known

pytestmark = pytest.mark.chromium
MANY = 100
"""Of networks with more quantities, each row is asked another part of them."""

DIGITS = 6
NARROW = {"viewport": {"width": 360, "height": 740}}


def rounded(value):
    return float(rounded_text(value, DIGITS))


def as_shown(value):
    """What is shown of a number: six digits, or more where a result would else not come out."""
    return pytest.approx(value, rel=5.1e-6)


@pytest.fixture
def original_page(visit, tmp_path):
    return open_page(load("original"), visit, tmp_path)


@pytest.mark.everyday
def test_a_quantity_is_asked_by_its_name(original_page):
    assert "Click any quantity" in card(original_page).inner_text()
    for text in ("∂E/∂w1", "dE/dw1", " ∂e_total/∂W1 ", "dE_dw1"):
        ask(original_page, "h1")
        ask(original_page, text)
        assert asked(original_page) == "∂E/∂w1"
    assert "gradient · cell X36 · epoch 0" in card(original_page).inner_text()
    boxes = [line.bounding_box() for line in card(original_page).get_by_role("button").all()]
    ask(original_page, "w99")
    said = card(original_page).get_by_role("alert").first
    assert said.inner_text() == "Nothing here is called w99."
    assert asked(original_page) == "∂E/∂w1"
    buttons = card(original_page).get_by_role("button").all()
    assert boxes == [button.bounding_box() for button in buttons]
    ask(original_page, "h1")
    assert said.is_hidden()
    original_page.keyboard.press("n")  # the field is left, so that keys walk the pass
    assert card(original_page).get_by_role("button", name="Stop").is_visible()


def test_the_whole_chain_of_the_original_is_beside_its_drawing(original_page):
    original_page.set_viewport_size({"width": 1280, "height": 720})
    ask(original_page, "∂E/∂w1")
    last = original_page.locator("#question .step").last.bounding_box()
    card_box = card(original_page).bounding_box()
    assert last["y"] + last["height"] <= card_box["y"] + card_box["height"] <= 720
    drawing = original_page.locator("#drawing svg").bounding_box()
    original_page.locator("#question .meaning").hover()
    original_page.mouse.wheel(0, 100)
    original_page.wait_for_timeout(500)
    assert original_page.locator("#question .answers").evaluate("element => element.scrollTop") > 0
    assert original_page.locator("#drawing svg").bounding_box() == drawing
    ask(original_page, "∂E/∂w3")
    assert original_page.locator("#question h2").bounding_box()["y"] > card_box["y"]


def numbers_in(text):
    return re.findall(r"\d+\.\d+", text)


def test_a_number_has_the_same_digits_in_the_whole_card(visit, tmp_path):
    page = open_with_state(load("original"), visit, tmp_path)
    for row, name in product((0, 20, 67), ("∂E/∂w1", "∂E/∂o1", "E1", "a_h1")):
        choose_row(page, row)
        ask(page, name)
        answer = page.locator("#question .answers").inner_text()
        texts = {text for text in numbers_in(answer) if len(text) > DIGITS}
        assert len(texts) > 2
        for one, other in permutations(texts, 2):
            assert not other.startswith(one[:-1]), (row, name)


def test_results_come_out_of_the_numbers_that_are_shown(visit, tmp_path):
    page = open_with_state(load("original"), visit, tmp_path)
    for row in (0, 20, 67):
        choose_row(page, row)
        ask(page, "∂E/∂w1")
        lines = page.locator("#question :is(.step, .product) .right").all()
        assert len(lines) == 8
        for line in lines:
            *_, working, result = line.text_content().split("=")
            computed = working.replace("·10−", "e-").replace("·", "*").replace("−", "-")
            if not re.search("[a-df-z]", computed):
                assert rounded(eval(computed)) == rounded(number(result))


def test_a_change_of_a_number_makes_no_formula_again(original_page):
    ask(original_page, "∂E/∂w1")
    original_page.evaluate(
        """() => {
            window.made = 0;
            const isMade = ({ addedNodes }) => addedNodes.length > 0;
            const count = (records) => { made += records.filter(isMade).length; };
            const observer = new MutationObserver(count);
            observer.observe(document.querySelector("#question .answers"),
                { childList: true, subtree: true });
        }"""
    )
    number_before = result(original_page)
    original_page.evaluate("backprop.set('w5', 0.41)")
    assert result(original_page) != number_before
    assert original_page.evaluate("made") == 0  # texts are changed in place
    kept = original_page.evaluate(
        "(window.kept = [...document.querySelectorAll('#question math')]).length"
    )
    original_page.evaluate("backprop.set('w5', 0.42)")
    assert original_page.evaluate("kept.filter((math) => math.isConnected).length") == kept


def test_a_name_in_a_formula_is_asked_by_a_click(original_page):
    ask(original_page, "h1")
    original_page.locator("#question .block .name", has_text="i2").click()
    assert asked(original_page) == "i2"


def test_formulas_are_walked_by_keyboard_alone(original_page):
    ask(original_page, "∂E/∂w1")
    card(original_page).get_by_role("button", name="∂ETotal/∂h1=").focus()
    original_page.keyboard.press("Enter")
    assert asked(original_page) == "∂E/∂h1"
    assert original_page.evaluate("document.activeElement.localName") == "h2"
    original_page.keyboard.press("Tab")
    original_page.keyboard.press("Enter")
    assert asked(original_page) == "∂E/∂a_h1"


def test_one_goes_back_and_forward_through_what_was_asked(original_page):
    back = card(original_page).get_by_role("button", name="Back")
    forward = card(original_page).get_by_role("button", name="Forward")
    assert back.is_disabled()
    assert forward.is_disabled()
    for name in ("h1", "a_h1", "o1"):
        ask(original_page, name)
    assert back.get_attribute("aria-label") == "Back to a_h1"
    back.click()
    back.click()
    assert asked(original_page) == "h1"
    assert back.is_disabled()
    forward.click()
    assert asked(original_page) == "a_h1"
    ask(original_page, "E1")
    assert forward.is_disabled()
    back.click()
    assert asked(original_page) == "a_h1"


def test_a_change_elsewhere_leaves_the_keyboard_where_it_is(original_page):
    ask(original_page, "∂E/∂o1")
    number_before = result(original_page)
    card(original_page).get_by_role("button", name="∂ETotal/∂ao1=").focus()
    original_page.evaluate("backprop.set('w5', 0.9)")
    changed = tabulate(replace(load("original").with_numbers(w5=0.9), epochs=1))
    shown = original_page.evaluate("document.activeElement.ariaLabel")
    a, t = changed["a_o1"][0], changed["t1"][0]
    assert number(shown.split("∂ao1=")[1]) == pytest.approx(a - t, rel=1e-5)
    assert result(original_page) == as_shown((a - t) * a * (1 - a)) != number_before


def test_small_constants_have_a_power_of_ten(visit, tmp_path):
    page = open_page(load("batchnorm"), visit, tmp_path)
    ask(page, "∂E/∂h1_s1")
    text = page.locator("#question .block .part").first.text_content()
    assert "+10−5" in text
    assert "e-05" not in text


def test_the_first_steps_of_a_long_chain_open(visit, tmp_path):
    page = open_page(load("lstm"), visit, tmp_path)
    ask(page, "∂E/∂w1")
    places = page.locator("#question .leading .place")
    first = places.all_inner_texts()
    opener = page.locator("#question .under > .folded > button")
    hidden = int(opener.inner_text().split()[1])
    opener.click()
    numbers = list(map(int, places.all_inner_texts()))
    assert len(numbers) == len(first) + hidden
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[-1] == 1
    assert numbers[: len(first)] == list(map(int, first))


def test_a_cell_s_formula_is_copied(visit, tmp_path):
    permissions = ["clipboard-read", "clipboard-write"]
    page = open_page(load("original"), visit, tmp_path, permissions=permissions)
    ask(page, "h1")
    card(page).get_by_label("Copy the cell's formula").click()
    card(page).get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "=E36*C36+F36*D36"


def test_a_cell_s_formula_is_selected_where_copying_is_not_allowed(visit, tmp_path):
    page = open_page(load("original"), visit, tmp_path)
    ask(page, "h1")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(Error()); }")
    card(page).get_by_label("Copy the cell's formula").click()
    card(page).get_by_text("Selected").wait_for()
    assert page.evaluate("String(getSelection())") == "=E36*C36+F36*D36"


def test_a_given_number_is_changed_where_it_is_asked(original_page):
    ask(original_page, "w5")
    field = card(original_page).get_by_label("Starts from")
    assert field.input_value() == "0.4"
    field.fill("0,7")
    field.press("Enter")
    assert result(original_page) == 0.7
    ask(original_page, "o1")
    changed = tabulate(replace(load("original").with_numbers(w5=0.7), epochs=1))
    assert result(original_page) == as_shown(changed["o1"][0])
    assert field.is_hidden()


def test_a_number_that_is_not_accepted_is_refused(original_page):
    ask(original_page, "η")
    assert "It is the learning rate" in card(original_page).inner_text()
    field = card(original_page).get_by_label("It is given")
    for typed in ("w", "-1", "0", ""):
        field.fill(typed)
        field.press("Enter")
        said = card(original_page).get_by_text("takes").inner_text()
        assert said == f"η = {typed.replace('-', '−') or 'nothing'}: takes a number above 0"
        assert original_page.evaluate("backprop.given.eta") == 1
        assert field.input_value() == "1"
    field.fill("5")
    assert card(original_page).get_by_text("takes").count() == 0
    field.press("Escape")
    assert field.input_value() == "1"
    ask(original_page, "w99")
    unknown = card(original_page).get_by_text("Nothing here is called")
    assert unknown.is_visible()
    card(original_page).get_by_label("Ask a quantity by its name").fill("")
    assert unknown.count() == 0


def test_playing_leaves_the_reader_s_typing_and_scrolling_alone(visit, tmp_path):
    page = open_page(load("original"), visit, tmp_path, viewport={"width": 900, "height": 700})
    epoch = page.locator(".epoch output")
    page.evaluate("window.backprop.epochs = 2000")
    ask(page, "w5")
    page.keyboard.press(" ")
    card(page).get_by_label("Starts from").focus()
    for text in ("0", "0.7", "0.725"):
        card(page).get_by_label("Starts from").fill(text)
        before = epoch.inner_text()
        until(page, f"document.querySelector('.epoch output').innerText != '{before}'")
    page.keyboard.press("Enter")
    assert page.evaluate("window.backprop.given.w5") == 0.725
    ask(page, "∂E/∂w1")
    card(page).get_by_role("button", name="∂ETotal/∂h1=").click()  # the heading has the focus
    assert page.evaluate("document.activeElement.localName") == "h2"
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    bottom = page.evaluate("scrollY")
    before = epoch.inner_text()
    page.keyboard.press("ArrowLeft")
    assert epoch.inner_text() != before
    assert page.evaluate("scrollY") == bottom > 0


def test_what_a_screen_reader_says_is_hidden_too(visit, tmp_path):
    page = open_page(load("original"), visit, tmp_path)
    said = page.locator("#question p[role=status]")
    ask(page, "E_Total")
    assert said.text_content() == f"E_Total, total error, {result(page)}"
    hide = card(page).get_by_role("button", name="Hide numbers")
    hide.click()
    assert said.text_content() == "E_Total, total error, hidden"
    ask(page, "E_Total")  # again: that shows it
    assert said.text_content() == f"E_Total, total error, {result(page)}"
    page.keyboard.press("ArrowRight")
    assert said.text_content() == "E_Total, total error, hidden"
    page.keyboard.press("End")
    card(page).get_by_role("button", name="Show all").click()
    assert said.text_content() == f"E_Total, total error, {result(page)}"
    page.evaluate("window.backprop.epochs = 10")  # another row is the last one now
    assert said.text_content() == "E_Total, total error, hidden"
    assert card(page).locator(".title .result").text_content() == "=?"


def test_every_setting_says_what_it_does():
    rows = [*OPTIMIZERS.values(), *SCHEDULES.values()]
    names = {name for row in rows for name in row.settings}
    names |= {"eta", "rate", "p", "m", *WARMUP_SETTINGS, *WEIGHT_DECAY_SETTINGS}
    names |= {*PENALTIES, *CLIPPINGS}
    text = (WEB / "question" / "meanings.js").read_text(encoding="utf-8")
    table = text.split("const SETTINGS = byName({")[1].split("});")[0]
    assert set(re.findall(r"^  (\w+):", table, re.MULTILINE)) == names


def test_a_gradient_says_how_it_moves_its_weight(visit, tmp_path):
    meanings = []
    for name in ("original", "adam"):
        page = open_page(load(name), visit, tmp_path)
        ask(page, "∂E/∂w1")
        meanings.append(page.locator("#question .meaning").inner_text())
    assert meanings[0].endswith("A step moves w1 by −η times this.")
    assert meanings[1].endswith("The steps of w1 follow from it.")
    ask(page, "E_Total")
    assert "No formula uses its number: the way back begins with its partials." in (
        card(page).inner_text()
    )
    card(page).get_by_role("button", name="∂ETotal/∂ao1=").click()
    assert asked(page) == "∂E/∂a_o1"


def test_an_input_is_that_of_the_chosen_sample(visit, tmp_path):
    page = open_with_state(load("xor"), visit, tmp_path)
    choose_row(page, 6)
    ask(page, "i1")
    assert "in sample 3" in card(page).inner_text()
    field = card(page).get_by_label("It is given")
    field.fill("0.25")
    field.press("Enter")
    assert page.evaluate("[1, 2, 6, 7].map((row) => backprop.row(row).i1)") == [0, 0.25, 0.25, 1]


def test_very_long_formulas_open(visit, tmp_path):
    content = {
        "layers": [144, 1],
        "weights": "uniform",
        "seed": 1,
        "inputs": [[0.5] * 144],
        "targets": [[1]],
    }
    page = open_page(from_content(content, tmp_path, "wide"), visit, tmp_path)
    ask(page, "o1")
    assert card(page).bounding_box()["height"] < 720
    symbols = page.locator("#question .block .part").first
    assert symbols.locator("math").count() < 12
    symbols.get_by_role("button", name="more").click()
    assert symbols.locator("math").count() == 144


def test_long_lists_open(visit, tmp_path):
    page = open_page(load("convolution"), visit, tmp_path)
    ask(page, "w1")
    uses = page.locator("#question .uses > li")
    assert uses.count() == 5
    more = card(page).get_by_role("button", name="more")
    hidden = int(more.inner_text().split()[1])
    more.press("Enter")
    assert uses.count() == 5 + hidden
    assert more.count() == 0
    assert page.evaluate("document.activeElement.closest('li') !== null")


@pytest.mark.parametrize("name", ["original", "iris", "growth", "batchnorm", "transformer", "lstm"])
def test_no_formula_widens_a_phone_s_page(visit, tmp_path, name):
    network = load(name)
    page = open_with_state(network, visit, tmp_path, has_touch=True, **NARROW)
    goals = [network.trained[0], network.forward[-1], network.backward[-1], network.backward[0]]
    goals += [gradient_name(network.trained[0]), network.forward[len(network.forward) // 2]]
    for goal in goals:
        page.evaluate("name => window.page.ask(name)", goal)
        width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], goal


def test_what_is_wider_than_the_card_can_be_scrolled_by_keyboard(visit, tmp_path):
    page = open_page(load("transformer"), visit, tmp_path, **NARROW)
    ask(page, "n3_2_s")
    wide = page.locator("#question .equation.block")
    wide.and_(page.locator("[tabindex='0']")).wait_for()
    assert wide.evaluate("element => element.scrollWidth > element.clientWidth")


def test_on_a_projector_an_answer_is_seen_to_its_end(visit, tmp_path):
    page = open_page(load(), visit, tmp_path, viewport={"width": 1920, "height": 1080})
    ask(page, "∂E/∂w1")
    below = "answers => answers.scrollHeight - answers.clientHeight"
    assert page.locator("#question .answers").evaluate(below) == 0


def test_a_finger_asks(visit, tmp_path):
    page = open_page(load("original"), visit, tmp_path, has_touch=True, **NARROW)
    ask(page, "h1")
    button = card(page).get_by_role("button", name="w2=")
    box = button.bounding_box()
    assert min(box["width"], box["height"]) >= 36
    button.tap()
    assert asked(page) == "w2"


WEIGHTS_OF_A_NETWORK = 4
CHAINS = ["original", "xor", "iris", "mazur-sequential", "convolution", "batchnorm", "recurrent"]


@pytest.mark.parametrize("name", [*CHAINS, "growth", "perceptron", "adam"])
def test_chains_are_those_of_explain(visit, tmp_path, name):
    network = load(name)
    page = open_with_state(network, visit, tmp_path)
    epoch, sample = 1, len(network.samples)
    choose_row(page, network.rows(epoch) + sample - 1)
    step = max(1, len(network.trained) // WEIGHTS_OF_A_NETWORK)
    for weight in network.trained[::step]:
        section = explain(network, epoch, of=weight, sample=sample).sections[-1]
        gradient = gradient_name(weight)
        place = [equation.name for equation in section.equations].index(gradient)
        factors = section.equations[: max(1, place)]
        ask(page, network.label(gradient))
        assert result(page) == as_shown(section.equations[place].result)
        lines = page.locator("#question .step.factor").all()
        if factors[0].name == gradient and not lines:  # its formula stands above
            continue
        assert len(lines) == len(factors)
        for line, factor in zip(lines, factors, strict=True):
            symbol = plain(factor.symbols[factor.name].mathml)
            assert line.locator(".left, .asking").first.text_content() == symbol
            assert number(line.locator(".result").text_content()) == as_shown(factor.result)
            if factor.name != gradient:
                formula = write(factor.tree, MATHML, lambda n: factor.symbols[n].mathml)  # noqa: B023
                assert line.locator(".part").first.text_content() == f"={plain(formula)}"
        product = page.locator("#question .product .part")
        if len(factors) > 1:
            assert number(product.last.text_content()) == as_shown(section.equations[place].result)


def test_the_steps_of_a_chain_bear_the_numbers_of_the_drawing(original_page):
    ask(original_page, "∂E/∂w1")
    steps = original_page.locator("#question .step")
    assert steps.locator(".place").all_inner_texts() == ["3", "2", "2", "1", "1", "4", "5"]
    factors = original_page.locator("#question .rule .place")
    assert factors.all_inner_texts() == ["3", "4", "5"]
    under = original_page.locator("#question .steps > li:first-child .leading .place")
    assert under.all_inner_texts() == ["2", "2", "1", "1"]


def test_an_activation_has_its_abbreviation(original_page):
    ask(original_page, "a_h1")
    parts = original_page.locator("#question .block .part").all_text_contents()
    assert parts[0] == "=σ(h1)"
    assert parts[1] == "=11+e−h1"


@pytest.mark.parametrize(
    "name",
    [
        *("original", "xor", "mazur-sequential"),
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("iris", "convolution", "dropout", "batchnorm", "lstm")
        ),
    ],
)
def test_cells_are_those_of_the_workbook(visit, tmp_path, name):
    samples = len(load(name).samples)
    network = replace(load(name), epochs=3)
    path = write_workbook(network, tabulate(network), tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    page = open_with_state(network, visit, tmp_path)
    for row in sorted({0, samples - 1, samples}):
        choose_row(page, row)
        each = 1 + len(network.columns) // MANY
        answers = page.evaluate(
            """names => names.map((name) => {
                page.ask(name);
                const cell = document.querySelector("#question code");
                const titles = [...document.querySelectorAll("#question h3")];
                const title = titles.map((t) => t.textContent).find((t) => t.startsWith("Cell "));
                return [title, cell?.textContent ?? null];
            })""",
            [*network.columns[row % each :: each], *network.named(Kind.SETTING)],
        )
        for title, formula in answers:
            value = sheet[title.removeprefix("Cell ")].value
            assert formula == (value if isinstance(value, str) else None), (row, title)


USES = """([names]) => names.map((name) => {
    page.ask(name);
    for (const more of document.querySelectorAll("#question .folded button")) {
        if (/^and/.test(more.textContent)) more.click();
    }
    const lines = document.querySelectorAll("#question .uses .equation");
    return [...lines].map((line) => [
        line.querySelector(".asking").textContent,
        line.querySelector("span.quiet")?.textContent.trim() ?? "",
        line.querySelector(".result").textContent,
    ]);
})"""


def expected_uses(network, name, row):
    """What uses a number, with how many rows below that stands: a weight's own update apart."""
    for up in dict.fromkeys([0, 1]):
        kind = network.rules.kind(row + up)
        for user in network.quantities:
            if network.quantities[user].kind is Kind.SETTING or (
                up and user == name in network.trained
            ):
                continue
            rule = network.rules.at(user, kind)
            if rule is None or rule.repeats(user):
                continue
            if any(leaf.id == name and leaf.up == up for leaf in leaves(rule.whole)):
                yield user, up


@pytest.mark.parametrize(
    "name",
    [
        *("original", "xor", "mazur-sequential", "adam"),
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("iris", "batchnorm")),
    ],
)
def test_uses_are_those_of_the_formulas(visit, tmp_path, name):
    network = replace(load(name), epochs=3)
    frame, samples = tabulate(network), len(network.samples)
    page = open_with_state(network, visit, tmp_path)
    names = [n for n in network.quantities if network.quantities[n].kind is not Kind.SETTING]
    for row in {1, samples, 2 * samples - 1}:
        choose_row(page, row)
        for asked_name, found in zip(names, page.evaluate(USES, [names]), strict=True):
            expected = list(expected_uses(network, asked_name, row))
            assert [user for user, _, _ in found] == [
                plain(network.symbols[user].mathml) for user, _ in expected
            ]
            for (_, where, shown), (user, up) in zip(found, expected, strict=True):
                epoch = (row + up) // samples
                assert where.startswith(f"of epoch {epoch}") if up else not where
                if user in network.columns and row + up < len(frame):
                    engine = frame[network.label(user)].iloc[row + up]
                    assert number(shown) == pytest.approx(rounded(engine), rel=1e-5)


def test_a_weight_s_update_is_the_next_row(visit, tmp_path):
    network = load("original")
    page = open_with_state(network, visit, tmp_path)
    choose_row(page, 30)
    ask(page, "w1")
    following = page.locator("h3:text-is('Next') + div")
    assert "of epoch 31" in following.inner_text()
    shown = number(following.locator(".result").text_content())
    assert shown == as_shown(tabulate(network)["w1"][31])


def test_the_learning_rate_goes_into_the_next_weights(visit, tmp_path):
    page = open_with_state(load("original"), visit, tmp_path)
    ask(page, "eta")
    lines = page.locator("#question .uses .equation").all_inner_texts()
    assert len(lines) == 5
    assert all("of epoch 1" in line for line in lines)


EVERY = """(names) => names.map((name) => {
    page.ask(name);
    const card = document.getElementById("question");
    const wrong = card.innerText.match(/NaN|undefined|null|–|\\?|\\{\\d/);
    return [wrong && wrong[0], card.querySelector(".title .result").textContent];
})"""


@pytest.mark.parametrize("name", known())
def test_every_quantity_can_be_asked(visit, tmp_path, name):
    network = replace(load(name), epochs=3)
    frame = tabulate(network)
    page = open_with_state(network, visit, tmp_path)
    each = 1 + len(network.quantities) // MANY
    for number_of_row, row in enumerate((0, 1, len(frame) - 1)):
        choose_row(page, row)
        names = list(network.quantities)[number_of_row % each :: each]
        for asked_name, (wrong, shown) in zip(names, page.evaluate(EVERY, names), strict=True):
            assert wrong is None, (asked_name, row)
            if asked_name in network.columns:
                engine = frame[network.label(asked_name)].iloc[row]
                assert number(shown) == pytest.approx(rounded(engine), rel=1.1e-5), asked_name


def findings(page):
    """What axe-core finds in the card; the other parts of the page have tests of their own."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(
        "axe.run('#question').then(({violations}) => violations.map(({id}) => id))"
    )


@pytest.mark.axe
@pytest.mark.parametrize(
    ("theme", "network", "name", "row"),
    [
        ("light", "original", "∂E/∂w1", 0),
        ("dark", "original", "w1", 30),
        ("dark", "iris", "", 0),
    ],
)
def test_nothing_keeps_people_out(visit, tmp_path, theme, network, name, row):
    page = open_with_state(load(network), visit, tmp_path, color_scheme=theme, **NARROW)
    choose_row(page, row)
    ask(page, name)
    assert findings(page) == []
    card(page).get_by_role("button", name="Hide numbers").click()
    card(page).get_by_role("button", name="Walk the pass").click()
    assert findings(page) == []
