"""What people write behind the names of columns."""

import pytest

from backprop_sheet import load
from backprop_sheet.checker.header import Dictionary


@pytest.mark.parametrize("template", ["original", "attention", "batchnorm", "embedding", "linear"])
@pytest.mark.parametrize("remark", [":", " :", " (calc)", " (berechnet)"])
def test_a_remark_behind_a_name_changes_nothing(template, remark):
    network = load(template)
    dictionary = Dictionary(network)
    labels = [label for name in network.columns for label in (name, network.label(name))]
    known = {label: dictionary.meaning(label) for label in labels}
    assert {label: dictionary.meaning(f"{label}{remark}") for label in labels} == known
