"""Asks a network's page in a browser, and reads its answers."""

import re
from importlib import import_module
from unittest import mock

from backprop_sheet.page import write_page

LAST_LINES = "Object.assign(window, {"
"""Where the page's script offers itself to other scripts."""


def open_page(network, visit, folder, **options):
    """A network's page in a browser, as a reader opens it."""
    return visit(write_page(network, folder / "page.html"), **options)


def open_with_state(network, visit, folder, **options):
    """A network's page whose state is `window.page`, for tests of very many answers."""
    module = import_module("backprop_sheet.page.own")
    real = module.script

    def with_state(*arguments):
        script = real(*arguments)
        assert script.count(LAST_LINES) == 1
        return script.replace(LAST_LINES, f"window.page = page; {LAST_LINES}")

    with mock.patch.object(module, "script", with_state):
        return open_page(network, visit, folder, **options)


def choose_row(page, row):
    """Choose a row of a page that was opened with its state."""
    page.evaluate("row => window.page.chooseRow(row)", row)


def ask(page, text):
    """Type a quantity's name into the card's field."""
    field = page.get_by_label("Ask a quantity by its name")
    field.fill(text)
    field.press("Enter")


def card(page):
    """The question card."""
    return page.locator("#question")


def asked(page):
    """The label of what is asked."""
    return page.locator("#question h2").get_attribute("aria-label")


def number(text):
    """The number in a result's text, such as = 4.6·10−5."""
    found = re.fullmatch(r"=?\s*([−-]?[\d.]+)(?:·10([−-]?\d+))?", text.strip())
    assert found, text
    mantissa, exponent = (part.replace("−", "-") for part in (found[1], found[2] or "0"))
    return float(f"{mantissa}e{exponent}")


def result(page):
    """The number beside the name of what is asked."""
    return number(page.locator("#question .title .result").text_content())


def plain(mathml):
    """The text of MathML."""
    return re.sub(r"<[^>]*>", "", mathml).replace("&gt;", ">").replace("&lt;", "<")
