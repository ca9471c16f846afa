"""The pass walked on the page: stop by stop, forward and back, what is ahead hidden."""

import re
from dataclasses import replace

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
from backprop_sheet.templates import known

pytestmark = pytest.mark.chromium


@pytest.fixture
def page(visit, tmp_path):
    return open_page(load("original"), visit, tmp_path)


def where(page):
    return page.locator("#question .where").inner_text()


@pytest.mark.everyday
def test_the_pass_is_walked_forward_then_back(page):
    network = load("original")
    card(page).get_by_role("button", name="Walk the pass").click()
    on = card(page).get_by_role("button", name="One step on")
    seen = []
    while True:
        seen.append((where(page), asked(page)))
        if on.is_disabled():
            break
        on.click()
    labels = [network.label(name) for name in (*network.forward, *network.backward)]
    labels += [network.label(gradient_name(weight)) for weight in network.trained]
    assert [label for _, label in seen] == [*labels, *network.trained]
    stages = [("forward", 11), ("back", 8), ("gradients", 8), ("update", 8)]
    places = [
        f"{stage} {place} of {all_}" for stage, all_ in stages for place in range(1, all_ + 1)
    ]
    assert [place for place, _ in seen] == places


def test_the_keys_n_and_p_walk_too(page):
    page.keyboard.press("n")
    page.keyboard.press("n")
    page.keyboard.press("n")
    assert (where(page), asked(page)) == ("forward 3 of 11", "h2")
    page.keyboard.press("p")
    assert (where(page), asked(page)) == ("forward 2 of 11", "a_h1")
    for _ in range(4):
        page.keyboard.press("p")
    assert where(page) == "forward 1 of 11"
    described = card(page).get_by_role("button", name="One step on")
    assert described.get_attribute("aria-keyshortcuts") == "n"
    assert "key n" in described.get_attribute("title")


BOXES_OF_A_WALK = """() => Array.from({ length: 35 }, () => {
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true }));
    const boxes = [...document.querySelectorAll("#question .tools :is(button, input)")]
        .map((element) => element.getBoundingClientRect().toJSON());
    return JSON.stringify(boxes);
})"""


def test_the_buttons_stay_where_they_are(page):
    for width, height in ((1920, 1080), (1280, 720), (360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        assert len(set(page.evaluate(BOXES_OF_A_WALK))) == 1, width
        assert where(page) == "update 8 of 8"
        card(page).get_by_role("button", name="Stop").click()


def test_keys_walk_from_the_epochs_slider_and_not_behind_the_list_of_keys(page):
    page.get_by_role("slider", name="epoch", exact=True).focus()
    page.keyboard.press("n")
    page.keyboard.press("n")
    page.keyboard.press("p")
    assert where(page) == "forward 1 of 11"
    page.keyboard.press("?")
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    assert where(page) == "forward 1 of 11"


def test_letters_typed_into_a_field_do_not_walk(page):
    card(page).get_by_label("Ask a quantity by its name").press_sequentially("np")
    assert card(page).get_by_role("button", name="Walk the pass").is_visible()


def test_keys_of_the_browser_do_not_walk(page):
    page.keyboard.press("Alt+n")
    assert card(page).get_by_role("button", name="Walk the pass").is_visible()


def test_what_is_ahead_is_hidden_until_it_is_reached(page):
    ask(page, "a_h1")
    known_before = card(page).inner_text()
    card(page).get_by_role("heading").first.click()
    page.keyboard.press("n")
    ask(page, "a_h1")
    assert card(page).locator(".title .result").text_content() == "=?"
    assert card(page).get_by_role("button", name="Show", exact=True).count() == 0
    card(page).get_by_role("heading").first.click()
    page.keyboard.press("n")
    assert asked(page) == "a_h1"
    shown = card(page).locator(".title .result").text_content()
    assert shown != "=?"
    assert shown.strip("=") in known_before.replace("\n", "")


def test_the_walk_ends_with_the_next_weights(page):
    page.keyboard.press("n")
    card(page).get_by_role("button", name="To the end").click()
    assert (where(page), asked(page)) == ("update 8 of 8", "w8")
    assert "weight after the step · cell P37 · epoch 1" in card(page).inner_text()
    assert page.locator("#question code").inner_text().startswith("=")
    assert page.locator("#question .block .left").text_content() == "w8"
    following = number(page.locator("#question .current .result").text_content())
    assert following == pytest.approx(tabulate(load("original"))["w8"][1], rel=1e-5)
    card(page).get_by_role("button", name="One step back").click()
    page.keyboard.press("n")
    card(page).get_by_role("button", name="Stop").click()
    assert where(page) == ""
    assert page.evaluate("document.activeElement.textContent") == "Walk the pass"


def test_the_walk_is_done_by_keyboard_alone(page):
    start = card(page).get_by_role("button", name="Walk the pass")
    start.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.ariaLabel") == "One step on"
    page.keyboard.press("Enter")
    assert where(page) == "forward 2 of 11"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert where(page) == "forward 1 of 11"
    assert page.evaluate("document.activeElement.ariaLabel") == "One step on"


def test_another_epoch_is_walked_from_its_start(visit, tmp_path):
    page = open_with_state(load("original"), visit, tmp_path)
    for _ in range(5):
        page.keyboard.press("n")
    choose_row(page, 7)
    assert (where(page), asked(page)) == ("forward 1 of 11", "h1")
    assert result(page) == pytest.approx(tabulate(load("original"))["h1"][7], rel=1e-5)


@pytest.mark.parametrize("name", known())
def test_each_stop_follows_from_what_was_reached(visit, tmp_path, name):
    network = replace(load(name), epochs=2)
    page = open_with_state(network, visit, tmp_path)
    for row in {0, 2 * len(network.samples) - 1}:
        choose_row(page, row)
        stops = page.evaluate(
            """() => page.pass.map((stop, place) => {
                page.walk(place);
                const card = document.getElementById("question");
                const parts = [...card.querySelectorAll(".title, .block")];
                const text = parts.map((part) => part.textContent).join();
                return [stop.stage, stop.name, stop.next, text];
            })"""
        )
        assert not [stop for stop in stops if re.search(r"\?", stop[3])]
        names = [name for _, name, following, _ in stops if not following]
        assert len(set(names)) == len(names)
        gradients = [gradient_name(weight) for weight in network.trained]
        assert {*network.forward, *network.backward, *gradients} <= set(names)
        moved = {name for _, name, following, _ in stops if following}
        rules = {weight: network.rules.next(weight, row) for weight in network.trained}
        assert moved == {weight for weight, rule in rules.items() if rule is not None}
        page.evaluate("page.walk(-1)")


def test_numbers_that_are_always_0_stay_blank_until_the_walk_reaches_their_picture(visit, tmp_path):
    page = open_with_state(load("convolution"), visit, tmp_path)
    texts = """() => [...document.querySelectorAll("#drawing .place:not([data-name]) .number")]
        .map((number) => number.textContent)"""
    before = page.evaluate(texts)
    assert {*before} == {"0"}
    page.keyboard.press("n")
    assert {*page.evaluate(texts)} == {""}
    first = page.evaluate("page.places.get('dE_da_c1_2_2')")
    page.evaluate("(place) => page.walk(place)", first)
    assert {*page.evaluate(texts)} == {"", "0"}  # a picture's come together
    page.evaluate("page.walk(page.pass.length - 1)")
    assert page.evaluate(texts) == before
    page.evaluate("page.walk(-1)")
    page.get_by_role("button", name="Hide numbers").click()
    assert page.evaluate(texts) == before  # nothing can be guessed there
