"""On paper nothing of the tabs Step and Check is cut off or too small, whatever the network."""

import pytest
from large_networks import LARGE, workbook
from printed import faults

from backprop_sheet import load, tabulate, write_workbook
from backprop_sheet.templates import folder

TEMPLATES = sorted(path.stem for path in folder().glob("*.toml"))
SMALL = ["every setting", "huge numbers", "long activations", "long names", "tiny numbers"]
"""Large networks whose tabs are short: the others take LibreOffice minutes."""
SHOWN = ["original", "adam", "iris", "convolution", "growth", "batchnorm"]


def template(name, path):
    network = load(name)
    return write_workbook(network, tabulate(network, 3), path / f"{name}.xlsx")


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.pdftoppm
def test_step_and_check_are_printed_whole(tmp_path):
    assert set(SMALL) <= LARGE.keys()
    assert set(SHOWN) <= set(TEMPLATES)
    books = [workbook(name, tmp_path) for name in SMALL]
    books += [template(name, tmp_path) for name in SHOWN]
    found = faults(books, tmp_path / "printed", ("Step", "Check"))
    assert {book.stem: some for book, some in found.items() if some} == {}
