"""Numbers hidden until they are shown, so that a class can guess them first."""

import re

import pytest
from questions import (
    ask,
    asked,
    card,
    choose_row,
    number,
    open_page,
    open_with_state,
    result,
)

from backprop_sheet import load, tabulate
from backprop_sheet.chain import gradient_name

pytestmark = pytest.mark.chromium


@pytest.fixture
def network():
    return load("original")


@pytest.fixture
def page(network, visit, tmp_path):
    """The original's page, its numbers hidden."""
    page = open_page(network, visit, tmp_path)
    card(page).get_by_role("button", name="Hide numbers").click()
    return page


def shown(page):
    return page.locator("#question .title .result").text_content()


def numbers_line(page):
    """The formula with its numbers."""
    return page.locator("#question .block .part").all_text_contents()[-2]


@pytest.mark.everyday
def test_the_formula_comes_first_and_the_number_on_demand(page, network):
    ask(page, "h1")
    assert shown(page) == "=?"
    assert numbers_line(page) == "=0.15·0.05+0.2·0.1"  # given numbers stay visible
    assert page.locator("#question .block .part").last.text_content() == "=?"
    card(page).get_by_role("button", name="Show", exact=True).click()
    assert result(page) == pytest.approx(tabulate(network)["h1"][0], rel=1e-5)
    assert card(page).get_by_role("button", name="Show", exact=True).count() == 0


def test_asking_again_shows_the_number(page, network):
    ask(page, "h1")
    ask(page, "h1")
    assert result(page) == pytest.approx(tabulate(network)["h1"][0], rel=1e-5)


def test_operands_are_question_marks_until_they_are_shown(page):
    ask(page, "o1")
    assert numbers_line(page) == "=0.4·?+0.45·?"
    card(page).get_by_role("button", name="ah1=").click()
    card(page).get_by_role("button", name="Show", exact=True).click()
    card(page).get_by_role("button", name="Back", exact=False).click()
    assert re.fullmatch(r"=0\.4·0\.\d+\+0\.45·\?", numbers_line(page))


def test_all_are_shown_at_once_and_hidden_again_in_another_epoch(network, visit, tmp_path):
    page = open_with_state(network, visit, tmp_path)
    hide = card(page).get_by_role("button", name="Hide numbers")
    hide.click()
    assert hide.get_attribute("aria-pressed") == "true"
    ask(page, "∂E/∂w1")
    card(page).get_by_role("button", name="Show all").click()
    assert "?" not in card(page).inner_text()
    choose_row(page, 3)
    assert shown(page) == "=?"
    hide.click()
    assert result(page) == pytest.approx(tabulate(network)["∂E/∂w1"][3], rel=1e-5)
    assert card(page).get_by_role("button", name="Show all").is_hidden()


def test_the_next_weight_is_hidden_too(page, network):
    ask(page, "w1")
    assert result(page) == 0.15
    following = page.locator("h3:text-is('Next') + div")
    assert following.locator(".result").text_content() == "=?"
    following.get_by_role("button", name="Show").click()
    weight = tabulate(network)["w1"][1]
    assert number(following.locator(".result").text_content()) == pytest.approx(weight, rel=1e-5)


@pytest.mark.parametrize("name", ["original", "xor", "mazur-sequential"])
def test_hidden_numbers_stand_nowhere(visit, tmp_path, name):
    network = load(name)
    page = open_with_state(network, visit, tmp_path)
    card(page).get_by_role("button", name="Hide numbers").click()
    row = len(network.samples) - 1
    choose_row(page, row)
    frame = tabulate(network)
    computed = [n for n in network.columns if n in network.derived]
    # Four digits tell a number; those of given numbers may stand there.
    digits = {n: f"{abs(frame[network.label(n)][row]):.5g}".split("e")[0][:-1] for n in computed}
    given = " ".join(f"{frame[network.label(n)][row]:.9f}" for n in network.trained)
    telling = {n: text for n, text in digits.items() if len(text) > 5 and text not in given}
    assert len(telling) > len(computed) / 2
    for asked_name in network.quantities:
        page.evaluate("name => window.page.ask(name)", asked_name)
        text = page.locator("#question").evaluate("element => element.outerHTML")
        assert [n for n, number_text in telling.items() if number_text in text] == [], asked_name
    card(page).get_by_role("button", name="Show all").click()
    page.evaluate("name => window.page.ask(name)", next(iter(telling)))
    text = page.locator("#question").evaluate("element => element.outerHTML")
    assert next(iter(telling.values())) in text


def test_each_stop_of_the_walk_is_guessed_first(page, network):
    frame = tabulate(network)
    page.keyboard.press("n")
    assert (asked(page), shown(page)) == ("h1", "=?")
    page.keyboard.press("n")
    assert shown(page) == "=?"
    assert number(page.get_by_role("button", name="h1=").inner_text().split("=")[1]) == (
        pytest.approx(frame["h1"][0], rel=1e-5)
    )
    card(page).get_by_role("button", name="Show", exact=True).click()
    assert result(page) == pytest.approx(frame["a_h1"][0], rel=1e-5)


def test_the_walk_s_gradients_are_guessed_from_visible_factors(page, network):
    weight = network.trained[0]
    page.keyboard.press("n")
    while asked(page) != network.label(gradient_name(weight)):
        page.keyboard.press("n")
    lines = page.locator("#question .step.factor .result").all_text_contents()
    assert "=?" not in lines
    assert page.locator("#question .product .part").last.text_content() == "=?"
