"""Does Excel find the file well-formed? Two validators say."""

import json
import subprocess
from pathlib import Path

import pytest

from backprop_sheet import build, load, tabulate, write_comparison, write_workbook
from backprop_sheet.mnist.report import Table, write_report
from backprop_sheet.templates import folder

RUNS = {
    "original": ({}, 68),
    "one epoch": ({}, 1),
    "two epochs": ({}, 2),
    "long": ({}, 201),
    "small rate": ({"eta": 1e-7}, 5),
    "large rate": ({"eta": 1e6}, 5),
    "negative": ({"w1": -3.5, "w5": -2.0, "i1": -1.0}, 5),
    "extreme": ({"t1": 1e100, "i2": 1e-300}, 1),
    "zero": ({"i1": 0.0, "i2": 0.0, "t1": 0.0}, 5),
    "many digits": ({"w2": 1 / 3, "w7": 2 / 3, "eta": 0.1 + 0.2}, 5),
}


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    target = tmp_path_factory.mktemp("books")
    for name, (numbers, epochs) in RUNS.items():
        network = load().with_numbers(**numbers)
        write_workbook(network, tabulate(network, epochs), target / f"{name}.xlsx")
    other = build((3, 2, 2, 1), inputs=[0.1, 0.2, 0.3], targets=[1], weights=[0.1] * 12)
    write_workbook(other, tabulate(other, 5), target / "other shape.xlsx")
    for name in ("convolution", "attention", "recurrent"):
        network = load(name)
        write_workbook(network, tabulate(network, 3), target / f"{name}.xlsx")
    compared = [load().with_numbers(eta=eta) for eta in (0.1, 1.0, 2.0)]
    write_comparison([(n, tabulate(n, 20)) for n in compared], target / "compare.xlsx")
    names = ["epoch", "rate", "loss", "train_accuracy", "test_loss", "test_accuracy", "seconds"]
    layers = Table(["layer", "output shape", "parameters"], [["Conv2d-1", "8 × 28 × 28", 80]])
    for count in (1, 15):
        history = Table(
            names, [[k, 0.1, 2 / k, 0.9, 1 / k, 0.99, 9.5] for k in range(1, count + 1)]
        )
        path = target / f"report of {count}.xlsx"
        write_report({"recipe": "best", "seed": 0, "test accuracy": "99 %"}, history, layers, path)
    (target / "look.xlsx").write_bytes((folder() / "classic.xlsx").read_bytes())
    return sorted(target.glob("*.xlsx"))


@pytest.mark.slow
def test_openxml_audit_finds_nothing(books):
    from openxml_audit import OpenXmlValidator

    assert len(books) >= 10
    for book in books:
        result = OpenXmlValidator().validate(book)
        assert not result.errors, (book.name, result.errors)
        assert result.warning_count == 0, book.name


@pytest.mark.slow
@pytest.mark.validator
def test_microsofts_validator_finds_nothing(books):
    script = Path(__file__).parent / "validate.mjs"
    done = subprocess.run(
        ["node", script, *books], check=True, capture_output=True, encoding="utf-8", timeout=300
    )
    assert json.loads(done.stdout) == {str(book): [] for book in books}
