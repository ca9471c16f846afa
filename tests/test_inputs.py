"""Senseless input: a result or one line, whatever is given."""

import pytest

from backprop_sheet.formula import FormulaError, parse
from faults import inputs

SOME = {"command lines": 40, "--set": 60, "network files": 80, "formulas": 100}


@pytest.mark.parametrize("kind", inputs.CASES)
def test_senseless_input_is_one_line(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcomes = inputs.tried(*inputs.TRIES[kind], SOME[kind])
    assert len(outcomes) >= SOME[kind] // 2
    assert [one for one in outcomes if one.fault] == []
    assert max(one.seconds for one in outcomes) < 2 * inputs.MOST_SECONDS


@pytest.mark.parametrize(
    "text", ["__import__('os')", "().__class__", "lambda: 1", "a[0]", "f'{a}'"]
)
def test_a_formula_executes_nothing(text):
    with pytest.raises(FormulaError):
        parse(text)
