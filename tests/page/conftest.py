"""What the tests of the page share."""

import pytest

from backprop_sheet import load
from backprop_sheet.page import write_page


@pytest.fixture
def show(visit, tmp_path):
    """Opens the page of a network: a template's name, or a network."""

    def show(network="original", fragment="", **options):
        network = load(network) if isinstance(network, str) else network
        return visit(write_page(network, tmp_path / "page.html"), fragment, **options)

    return show
