"""What a student is told of a mistake, by its kind and by what stands in the cell.

None of it says what belongs there.
"""

from collections.abc import Mapping

from backprop_sheet.checker.findings import ASKED, KINDS, Finding, Table
from backprop_sheet.errors import InputError
from backprop_sheet.exercise.parts import OF_ERRORS, OF_UPDATES
from backprop_sheet.network import Kind, Network
from backprop_sheet.ooxml.addresses import place_of

EMPTY, ANCHORED = "empty", "anchored"
"""Kinds of their own here: what is no mistake in what was done; a row that $ keeps in place."""
SUM, ACTIVATION, ERROR, GRADIENT, UPDATE = "sum", "activation", "error", "gradient", "update"
"""What stands in a column, as far as hints differ."""
OF_KINDS: Mapping[Kind, str] = {
    Kind.SUM: SUM,
    Kind.ACTIVATION: ACTIVATION,
    **dict.fromkeys(OF_ERRORS, ERROR),
    Kind.PARTIAL: GRADIENT,
    Kind.GRADIENT: GRADIENT,
    **dict.fromkeys((Kind.WEIGHT, Kind.BIAS, *OF_UPDATES), UPDATE),
}

HINTS = {
    "name": "Go from each reference in this formula to the cell that it leads to, and read the "
    "header there. Is it the quantity that the formula needs?",
    "update": "Read the header above the gradient that this formula takes. Which weight is it of?",
    "row": "Look at the row of each reference, and say for each whether this row's number or that "
    "of a row above belongs here.",
    ANCHORED: "Look at the $ signs of this formula: a row behind a $ stays the same in every row "
    "of the table. Which references should move along?",
    "anchor": "Compare the formula with the one in the row above, or in the column beside: see "
    "which references moved along, and which should have stayed. A $ keeps them.",
    "rate": "Go to the cell from which this formula takes the learning rate.",
    "sign": "Look at every plus and minus. Put the numbers of this row in by hand: does the result "
    "go the way that it should?",
    "factor": "Compare this formula with its definition, factor by factor.",
    "term": "Compare this formula with its definition, and count the terms.",
    "constant": "Compare the numbers and powers in this formula with the definition.",
    "bracket": "Put the numbers of this row in by hand, in the order in which a spreadsheet "
    "calculates: powers first, then products, then sums.",
    "column": "Compare this formula with those of the columns beside it: two of them do the same.",
    "formula": "Write this formula down anew from its definition, and compare.",
    "number": "See what this cell holds: a formula, or a number that was typed or pasted.",
    "text": "This cell holds text. Look for a comma in place of a point, for a blank or an "
    "apostrophe at the start.",
    EMPTY: "Write the column's formula into its first empty cell, and fill it down to the last "
    "row of the table.",
    "error": "Follow the references of this formula one by one: see where the first of them leads, "
    "and whether each function is spelled right.",
    "given": "Compare this cell with the one in the row above: inputs and targets stay what they "
    "are.",
    "stopped": "Compare the formulas of the weights here with those further up, where they move.",
    "stale": "Have the spreadsheet calculate everything anew, and save it.",
    ASKED: "Compare the learning rate in this cell with that of your task.",
    "epochs": "Count the epochs of the table, and read how many the task asks for.",
}
"""How to find a mistake of each kind, whatever stands in the cell."""
_ARROWS = "Count the arrows that lead to this neuron in the drawing of the network"
_DEFINITION = (
    "Look up which activation this neuron has, and compare the formula with the definition of that "
    "function: its signs, its brackets, its powers."
)
_NEURONS = (
    "Look up which activation each neuron on the way has: not all need have the same, and its "
    "derivative belongs to it."
)
_PATH = "Follow the arrows of the network from the error back to this quantity"
_RULE = (
    "Read in your task how the weights are updated, and say it of this weight: which number it "
    "starts from, by what it moves, and which way."
)
_SAMPLES = "Say also after how many rows the weights move, and which rows' gradients that takes."
BY_COLUMN: Mapping[str, Mapping[str, str]] = {
    SUM: {
        "factor": f"{_ARROWS}: each brings the number of its neuron and a weight of its own.",
        "term": f"{_ARROWS}, and a bias if there is one: each is one term.",
        "formula": f"Write the formula down anew. {_ARROWS}, and go through them one by one.",
    },
    ACTIVATION: dict.fromkeys(("factor", "term", "constant", "formula", "bracket"), _DEFINITION),
    ERROR: dict.fromkeys(
        ("factor", "term", "formula"),
        "Compare this formula with the definition of the error: its powers, its constants, and "
        "which outputs it takes.",
    ),
    GRADIENT: {
        "factor": f"{_PATH}, and count one factor for each step. {_NEURONS}",
        "term": "Count the ways that lead from the error back to this quantity in the network: "
        f"each of them is one term. {_NEURONS}",
        "constant": f"{_PATH}, and write down the derivative of each step. {_NEURONS}",
        "formula": f"Write the formula down anew. {_PATH}, one factor for each step. {_NEURONS}",
        "rate": "A gradient has no learning rate in it: look for where this formula takes it in.",
    },
    UPDATE: {
        **dict.fromkeys(("factor", "constant", "sign"), _RULE),
        **dict.fromkeys(("term", "formula"), f"{_RULE} {_SAMPLES}"),
    },
}
"""How to find a mistake, by what stands in the cell, where that helps more."""
_NO_RATE = "the learning rate, which does not belong here"
WHAT = {
    ("rate", GRADIENT): _NO_RATE,
    ("rate", SUM): _NO_RATE,
    ("rate", ACTIVATION): _NO_RATE,
    ("rate", ERROR): _NO_RATE,
}
"""What is wrong, where what stands in the cell says it better."""
ANYWHERE = {EMPTY: "cells that are still empty", ASKED: "another learning rate than was given"}
"""Likewise, whatever stands in the cell."""


def what(finding: Finding, table: Table, network: Network) -> str:
    """What is wrong, by its kind."""
    kind, column = finding.kind, _column(finding, table, network)
    return WHAT.get((kind, column)) or ANYWHERE.get(kind) or KINDS[kind]


def hint(finding: Finding, table: Table, network: Network) -> str:
    """How to find a mistake."""
    if finding.kind == "row" and "$" in finding.text:
        return HINTS[ANCHORED]
    special = BY_COLUMN.get(_column(finding, table, network), {})
    return special.get(finding.kind, HINTS[finding.kind])


def _column(finding: Finding, table: Table, network: Network) -> str:
    """What stands in the column of a mistake's first cell; empty if it is in none."""
    try:
        _, place = place_of(finding.cell)
    except InputError:
        return ""
    names = {column: name for name, column in table.cells.columns.items()}
    quantity = network.quantities.get(names.get(place, ""))
    return OF_KINDS.get(quantity.kind, "") if quantity else ""
