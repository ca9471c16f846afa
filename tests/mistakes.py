"""Mistakes that people make in a workbook of the exercise, and ways to write it that are none.

Formulas are written here with the names of the quantities: `h1` is the cell of h1 in the same row,
`↑h1` in the row above, `⤒h1` in the row of epoch 0, anchored; `η` is the anchored learning rate.
In the workbook they are what a person types: `=E37*C37+F37*D37`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

from backprop_sheet import load, tabulate, write_workbook
from backprop_sheet.checker.edits import (
    COLUMN,
    CONSTANT,
    FACTOR_MISSING,
    FACTOR_MORE,
    HALF_MISSING,
    NAME,
    OPERATORS,
    SIGN,
    SQUARE_MISSING,
    TERM_MISSING,
    TYPED,
    Change,
    Edit,
    Label,
    Part,
    Source,
    Swap,
)
from backprop_sheet.formula import EXCEL, ONE, Name, Op, Tree, parse, spell, total
from backprop_sheet.formula import renamed as renamed_tree

ETA, EPOCHS = 0.5, 12
TARGETS = {"t1": 0.01, "t2": 0.99}

# What is right ----------------------------------------------------------------------------------

WEIGHTS = [f"w{k}" for k in range(1, 9)]
GIVEN = ["t1", "t2", "i1", "i2"]
Family = Mapping[str, Mapping[str, object]]
"""Columns made after one pattern, each with what its pattern is filled with."""
SUMS: Family = {
    "h1": {"u": "w1", "v": "w2", "x": "i1", "y": "i2"},
    "h2": {"u": "w3", "v": "w4", "x": "i1", "y": "i2"},
    "o1": {"u": "w5", "v": "w6", "x": "a_h1", "y": "a_h2"},
    "o2": {"u": "w7", "v": "w8", "x": "a_h1", "y": "a_h2"},
}
HIDDEN_SUMS: Family = {name: SUMS[name] for name in ("h1", "h2")}
SIGMOIDS: Family = {f"a_{s}": {"s": s, **SUMS[s]} for s in SUMS}
ERRORS: Family = {f"E{n}": {"t": f"t{n}", "a": f"a_o{n}"} for n in (1, 2)}
INNER: Family = {
    f"∂E/∂w{2 * j + i - 2}": {"u": f"w{4 + j}", "v": f"w{6 + j}", "a": f"a_h{j}", "i": f"i{i}"}
    | {"p": f"∂E/∂w{4 + j}", "q": f"∂E/∂w{6 + j}"}
    for j in (1, 2)
    for i in (1, 2)
}
OUTER: Family = {
    f"∂E/∂w{2 + 2 * n + j}": {"n": n, "t": f"t{n}", "a": f"a_o{n}", "h": f"a_h{j}"}
    for n in (1, 2)
    for j in (1, 2)
}
UPDATES: Family = {w: {"w": w} for w in WEIGHTS}


def written(family: Family, pattern: str) -> dict[str, str]:
    """The formula of each column of a family after a pattern."""
    return {name: pattern.format(**values) for name, values in family.items()}


UPDATING = written(UPDATES, "↑{w}-η*↑∂E/∂{w}")
RIGHT = {
    **{name: f"↑{name}" for name in GIVEN},
    **UPDATING,
    **written(SUMS, "{u}*{x}+{v}*{y}"),
    **written(SIGMOIDS, "1/(1+EXP(-{s}))"),
    **written(ERRORS, "1/2*({t}-{a})^2"),
    "E_tot": "E1+E2",
    **written(
        INNER,
        "((a_o1-t1)*a_o1*(1-a_o1)*{u}+(a_o2-t2)*a_o2*(1-a_o2)*{v})*{a}*(1-{a})*{i}",
    ),
    **written(OUTER, "({a}-{t})*{a}*(1-{a})*{h}"),
}
START = {*GIVEN, *WEIGHTS}
"""What epoch 0 has as numbers."""
COLUMNS = (
    "t1 t2 i1 i2 w1 w2 w3 w4 h1 a_h1 h2 a_h2 w5 w6 w7 w8 o1 a_o1 o2 a_o2 E1 E2 E_tot "
    "∂E/∂w1 ∂E/∂w2 ∂E/∂w3 ∂E/∂w4 ∂E/∂w5 ∂E/∂w6 ∂E/∂w7 ∂E/∂w8"
).split()


@cache
def training():
    """The network of the base workbook and its numbers: a frame, one row for each epoch."""
    network = load().with_numbers(eta=ETA, **TARGETS)
    return network, tabulate(network, epochs=EPOCHS)


def base_workbook(path: Path) -> Path:
    """The workbook that mistakes are made in, as the program writes it."""
    return write_workbook(*training(), path)


# The table --------------------------------------------------------------------------------------

REFERENCE = re.compile(r"(↑+|⤒|)(?<![A-Za-z_])(∂E/∂\w+|a_[ho]\d|E_tot|rate|[tiwhoE]\d)(?![\w.(])|η")
Formula = Callable[[int], object]
"""What to type in an epoch."""


class Table:
    """The cells of a workbook's table by name and epoch."""

    def __init__(self, sheet, first=36, rate="$F$34"):
        self.sheet, self.first, self.rate = sheet, first, rate
        self.columns = {
            cell.value: cell.column_letter for cell in sheet[first - 1] if cell.value is not None
        }

    def cell(self, name: str, epoch: int) -> str:
        """The address of a cell."""
        return f"{self.columns[name]}{self.first + epoch}"

    def formula(self, name: str, epoch: int) -> object:
        """What stands in a cell: a formula, a number or a text."""
        return self.sheet[self.cell(name, epoch)].value

    def set(self, name: str, epoch: int, content: object) -> None:
        """Type a formula, a number or a text into a cell; None empties it."""
        self.sheet[self.cell(name, epoch)] = content

    def fill(self, name: str, formula: Formula, first_epoch: int | None = None) -> None:
        """Type into a column, from its first formula on unless an epoch is said."""
        if first_epoch is None:
            first_epoch = int(name in START)
        for epoch in range(first_epoch, EPOCHS):
            self.set(name, epoch, formula(epoch))

    def typed(self, formula: str) -> Formula:
        """A formula with names as it is typed in an epoch."""
        return lambda epoch: "=" + REFERENCE.sub(partial(self._address, epoch=epoch), formula)

    def write(self, formulas: Mapping[str, str], first_epoch: int | None = None) -> None:
        """Fill columns with formulas that have names."""
        for name, formula in formulas.items():
            self.fill(name, self.typed(formula), first_epoch)

    def paste(self, epoch: int, source: int, names: Iterable[str] = COLUMNS) -> None:
        """Paste the values of another epoch as numbers."""
        _, frame = training()
        for name in names:
            self.set(name, epoch, float(frame.iat[source, COLUMNS.index(name)]))

    def add(self, header: str, place: str, formula: str, first_epoch: int = 0) -> None:
        """Fill another column, beside those of the table."""
        self.sheet[f"{place}{self.first - 1}"] = header
        self.columns[header] = place
        self.fill(header, self.typed(formula), first_epoch)

    def _address(self, match: re.Match[str], epoch: int) -> str:
        if match[0] == "η":
            return self.rate
        where, name = match.groups()
        if where == "⤒":
            return f"${self.columns[name]}${self.first}"
        return self.cell(name, epoch - len(where))


# Mistakes ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mistake:
    """A mistake: what to do, the first cell that is wrong by it, and how to speak of it."""

    name: str
    apply: Callable[[Table], None]
    first: str
    row: int
    cause: str
    words: tuple[str, ...] = ()


def whole(name, formula, cause, words="", since=None, row=None) -> Mistake:
    """Another formula in a column, from an epoch on; it may be seen first in a later row."""
    column = name.partition(":")[0]
    start = int(column in START) if since is None else since
    return Mistake(
        name,
        lambda table: table.write({column: formula}, start),
        column,
        start if row is None else row,
        cause,
        tuple(words.split()),
    )


def swap(name, old, new, cause, words="", since=None) -> Mistake:
    """Part of a column's formula replaced."""
    right = RIGHT[name.partition(":")[0]]
    assert old in right, name
    return whole(name, right.replace(old, new), cause, words, since)


def single(name, epoch, content, cause, words="") -> Mistake:
    """One cell with something else."""
    column = name.partition(":")[0]
    apply = partial(Table.set, name=column, epoch=epoch, content=content)
    return Mistake(name, apply, column, epoch, cause, tuple(words.split()))


def tree_of(formula: str) -> Tree:
    """The tree of a formula with names: ↑h1 is h1 one row above."""
    found: list[Name] = []

    def placeholder(match: re.Match[str]) -> str:
        found.append(Name("η") if match[0] == "η" else Name(match[2], len(match[1])))
        return f"x{len(found) - 1}"

    text = REFERENCE.sub(placeholder, formula).replace("EXP", "exp").replace("^2", "**2")
    return renamed_tree(parse(text), lambda name: found[int(name.id[1:])])


def text_of(part: Part) -> str:
    """A tree as a formula with names."""
    if isinstance(part, Label):
        return part.name
    return spell(part, EXCEL, lambda name: "↑" * name.up + name.id)


def about_of(change: Change) -> tuple[str, ...]:
    """What a change is about; of a swap both names."""
    parts = (part if isinstance(part, Swap) else [part] for part in change.about)
    return tuple(text_of(part) for some in parts for part in some)


def slip(column: str, edit: Edit, *about: str, since=None, cause="") -> Mistake:
    """A mistake of the checker's own table: the change of a formula that is about these."""
    offered = [] if edit is COLUMN else [Op("*", (ONE, tree_of(text))) for text in about]
    columns = {name: tree_of(RIGHT[name]) for name in about} if edit is COLUMN else {}
    right, source = tree_of(RIGHT[column]), Source(total([ONE, *offered]), columns)
    change = next(change for change in edit.make(right, source) if about_of(change) == about)
    words = about if edit.words != NAME.words else [" for ".join(about)]
    name = f"{column}: {edit.words.format(*words)}" + (f" from epoch {since}" if since else "")
    named = {match[2] or match[0] for text in about for match in REFERENCE.finditer(text)}
    formula = text_of(change.applied(right))
    return whole(name, formula, cause or edit.kind, " ".join(named), since)


def slips(column: str, *some: tuple) -> list[Mistake]:
    """Several mistakes of the table in a column."""
    return [slip(column, edit, *about) for edit, *about in some]


FIRST_PATH, SECOND_PATH = "(a_o1-t1)*a_o1*(1-a_o1)", "(a_o2-t2)*a_o2*(1-a_o2)"
G = "∂E/∂w"
NEIGHBOUR = {"w5": "w6", "w6": "w5", "w7": "w8", "w8": "w7"}


def flipped(formula: str) -> str:
    """Target minus output for output minus target."""
    return re.sub(r"\((a_o.)-(t.)\)", r"(\2-\1)", formula)


GRADIENTS = [
    *slips(
        f"{G}1",
        (NAME, "i2", "i1"),
        (NAME, "w6", "w5"),
        (FACTOR_MISSING, "1-a_h1"),
        (FACTOR_MISSING, "a_h1"),
        (FACTOR_MISSING, "i1"),
        (TERM_MISSING, "(a_o2-t2)*a_o2*(1-a_o2)*w7"),
    ),
    swap(f"{G}1: first path missing", f"{FIRST_PATH}*w5+", "", "term", "o1"),
    *slips(f"{G}1", (NAME, "h1", "a_h1"), (OPERATORS["-", "+"], "(a_o2-t2)*a_o2*(1-a_o2)*w7")),
    *slips(
        f"{G}2",
        (NAME, "a_h2", "a_h1"),
        (NAME, "i1", "i2"),
        (FACTOR_MISSING, "i2"),
        (NAME, "t1", "t2"),
        (FACTOR_MISSING, "a_o1"),
        (FACTOR_MISSING, "w7"),
        (FACTOR_MISSING, "1-a_o2"),
    ),
    swap(f"{G}2: t1-a_o1 in one term", "a_o1-t1", "t1-a_o1", "sign", "t1"),
    slip(f"{G}3", NAME, "a_h1", "a_h2"),
    swap(f"{G}3: a_h1 for a_h2 once", "1-a_h2", "1-a_h1", "name", "a_h1 a_h2"),
    *slips(
        f"{G}3",
        (NAME, "w5", "w6"),
        (NAME, "w7", "w8"),
        (NAME, "t2", "t1"),
        (FACTOR_MISSING, "1-a_h2"),
        (OPERATORS["+", "-"], "a_h2"),
        (COLUMN, f"{G}1"),
    ),
    swap(f"{G}3: t2-a_o2 in one term", "a_o2-t2", "t2-a_o2", "sign", "t2"),
    *slips(
        f"{G}4",
        (NAME, "a_h1", "a_h2"),
        (NAME, "i1", "i2"),
        (FACTOR_MORE, "i1"),
        (TERM_MISSING, "(a_o2-t2)*a_o2*(1-a_o2)*w8"),
        (COLUMN, f"{G}2"),
        (COLUMN, f"{G}5"),
    ),
    *(
        whole(f"{G}{k}: weights of the other neuron", formula, "name", words)
        for k, words in enumerate(("w6 w5", "w8 w7", "w5 w6", "w7 w8"), start=1)
        for formula in [re.sub(r"w\d", lambda w: NEIGHBOUR[w[0]], RIGHT[f"{G}{k}"])]
    ),
    *(
        whole(f"{G}{k}: t-a in both terms", flipped(RIGHT[f"{G}{k}"]), "sign", "t1")
        for k in range(1, 5)
    ),
    *(
        whole(f"{G}{k}: outer brackets missing", re.sub(r"^\((.*w\d)\)", r"\1", right), "bracket")
        for k in range(1, 5)
        for right in [RIGHT[f"{G}{k}"]]
    ),
    *slips(
        f"{G}5",
        (NAME, "a_h2", "a_h1"),
        (FACTOR_MISSING, "a_o1"),
        (FACTOR_MISSING, "1-a_o1"),
        (FACTOR_MORE, "i1"),
        (COLUMN, f"{G}7"),
    ),
    swap(f"{G}5: brackets missing around a_o1-t1", "(a_o1-t1)", "a_o1-t1", "bracket"),
    *slips(f"{G}6", (NAME, "h2", "a_h2"), (FACTOR_MISSING, "a_h2")),
    swap(f"{G}6: t1-a_o1", "a_o1-t1", "t1-a_o1", "sign", "t1"),
    slip(f"{G}6", NAME, "t2", "t1"),
    swap(f"{G}6: brackets missing around 1-a_o1", "(1-a_o1)", "1-a_o1", "bracket"),
    swap(f"{G}6: error missing", "(a_o1-t1)*", "", "factor", "t1"),
    swap(f"{G}7: a_o1 for a_o2 once", "1-a_o2", "1-a_o1", "name", "a_o1 a_o2"),
    swap(f"{G}7: t2-a_o2", "a_o2-t2", "t2-a_o2", "sign", "t2"),
    *slips(f"{G}7", (OPERATORS["+", "-"], "t2"), (COLUMN, f"{G}6")),
    *slips(
        f"{G}8", (NAME, "a_h1", "a_h2"), (NAME, "t1", "t2"), (COLUMN, f"{G}5"), (NAME, "o2", "a_o2")
    ),
    slip(f"{G}8", FACTOR_MISSING, "1-a_o2", since=5),
    slip(f"{G}1", NAME, "a_h2", "a_h1", since=5),
    swap(f"{G}4: t2-a_o2 from epoch 5", "a_o2-t2", "t2-a_o2", "sign", "t2", since=5),
    swap(f"{G}7: row above from epoch 1", "a_h1", "↑a_h1", "row", "a_h1", since=1),
    swap(f"{G}1: row of epoch 0", "w5", "⤒w5", "row", "w5", since=1),
]


def everywhere(name, family, pattern, cause, words="") -> Mistake:
    """The same mistake in all columns of a family."""
    formulas = written(family, pattern)
    first = min(formulas, key=COLUMNS.index)
    apply = partial(Table.write, formulas=formulas)
    return Mistake(name, apply, first, int(first in START), cause, tuple(words.split()))


def negated(table: Table) -> None:
    """All gradients with target minus output, and the updates still with minus."""
    table.write({name: flipped(RIGHT[name]) for name in (*INNER, *OUTER)})


def crossed(table: Table) -> None:
    """The gradients of w2 and w3 in each other's update."""
    table.write({"w2": f"↑w2-η*↑{G}3", "w3": f"↑w3-η*↑{G}2"})


WEIGHT_MISTAKES = [
    Mistake("t-a in all gradients", negated, f"{G}1", 0, "sign"),
    Mistake("w2 and w3 crossed", crossed, "w2", 1, "update", (f"{G}3", f"{G}2")),
    *(
        slip(f"w{k}", NAME, f"↑{G}{other}", f"↑{G}{k}", cause="update")
        for k, other in zip(range(1, 9), (2, 4, 1, 3, 7, 5, 8, 6), strict=True)
    ),
    slip("w6", NAME, f"↑{G}5", f"↑{G}6", since=5, cause="update"),
    *(slip(f"w{k}", OPERATORS["+", "-"], f"η*↑{G}{k}") for k in (1, 4, 5, 8)),
    everywhere("all updates with +", UPDATES, "↑{w}+η*↑∂E/∂{w}", "sign"),
    slip("w2", OPERATORS["+", "-"], f"η*↑{G}2", since=5),
    *(swap(f"{w}: η missing", "η*", "", "rate", "η") for w in ("w2", "w3", "w6", "w7")),
    everywhere("all updates without η", UPDATES, "↑{w}-↑∂E/∂{w}", "rate", "η"),
    swap("w4: 0.05 for η", "η", "0.05", "rate", "η"),
    slip("w1", TYPED, "1", "η", since=5, cause="rate"),
    swap("w7: η from an empty cell", "η", "$G$34", "rate", "η"),
    swap("w8: η from a header", "η", "$F$35", "rate", "η"),
    swap("w3: η from t1", "η", "⤒t1", "rate", "η"),
    slip("w3", NAME, "↑w1", "↑w3"),
    slip("w4", COLUMN, "w1"),
    swap("w5: brackets around w5-η", "↑w5-η", "(↑w5-η)", "bracket"),
    *(
        whole(f"{w}: weight of epoch 0", f"⤒{w}-η*↑∂E/∂{w}", "row", w, row=2)
        for w in ("w1", "w4", "w5", "w8")
    ),
    *(
        whole(f"{w}: gradient of epoch 0", f"↑{w}-η*⤒∂E/∂{w}", "row", f"∂E/∂{w}", row=2)
        for w in ("w2", "w6")
    ),
    *(
        whole(f"{w}: gradient of the same row", f"↑{w}-η*∂E/∂{w}", "row", f"∂E/∂{w}")
        for w in ("w1", "w3", "w5", "w8")
    ),
    whole("w7: weight two rows above", f"↑↑w7-η*↑{G}7", "row", "w7", since=2),
    whole("w2: gradient two rows above", f"↑w2-η*↑↑{G}2", "row", f"{G}2", since=6),
]

FORWARD = [
    *slips("h1", (NAME, "w3", "w2"), (NAME, "i1", "i2"), (TERM_MISSING, "w2*i2")),
    swap("h1: brackets around the sum", "w1*i1+w2", "(w1*i1+w2)", "bracket"),
    swap("h1: weights of the row above", "w", "↑w", "row", "w1", since=1),
    swap("h1: w1 of epoch 0", "w1", "⤒w1", "row", "w1", since=1),
    *slips(
        "h2",
        (NAME, "i1", "i2"),
        (OPERATORS["-", "+"], "w4*i2"),
        (FACTOR_MISSING, "i2"),
        (COLUMN, "h1"),
    ),
    swap("h2: a term more", "w4*i2", "w4*i2+i1", "term", "i1"),
    slip("a_h1", SIGN, "h1"),
    swap("a_h1: brackets missing", "1/(1+EXP(-h1))", "1/1+EXP(-h1)", "bracket"),
    swap("a_h1: h1 of the row above", "h1", "↑h1", "row", "h1", since=1),
    slip("a_h2", NAME, "h1", "h2"),
    swap("a_h2: brackets missing from epoch 5", "(1+EXP(-h2))", "1+EXP(-h2)", "bracket", since=5),
    *slips("o1", (NAME, "h2", "a_h2"), (NAME, "w7", "w6"), (TERM_MISSING, "w6*a_h2")),
    *slips("o2", (COLUMN, "o1"), (NAME, "a_h1", "a_h2")),
    slip("o2", NAME, "w6", "w8", since=5),
    *slips("a_o1", (SIGN, "o1"), (CONSTANT, "2", "1")),
    slip("a_o2", NAME, "o1", "o2"),
    everywhere("no sigmoid has its minus", SIGMOIDS, "1/(1+EXP({s}))", "sign", "h1"),
    everywhere("no sigmoid has its brackets", SIGMOIDS, "1/1+EXP(-{s})", "bracket"),
]

ERROR_MISTAKES = [
    *slips(
        "E1", (HALF_MISSING, "(t1-a_o1)^2"), (SQUARE_MISSING, "t1-a_o1"), (NAME, "a_o2", "a_o1")
    ),
    swap("E1: brackets missing", "(t1-a_o1)", "t1-a_o1", "bracket"),
    *slips("E1", (NAME, "o1", "a_o1"), (OPERATORS["+", "-"], "a_o1")),
    slip("E2", HALF_MISSING, "(t2-a_o2)^2"),
    slip("E2", SQUARE_MISSING, "t2-a_o2", since=5),
    slip("E2", NAME, "t1", "t2"),
    swap("E2: cube for square", "^2", "^3", "constant"),
    slip("E2", COLUMN, "E1"),
    everywhere("½ missing in both errors", ERRORS, "({t}-{a})^2", "constant"),
    slip("E_tot", TERM_MISSING, "E2"),
    whole("E_tot: E2 only from epoch 5", "E2", "term", "E1", since=5),
    *slips("E_tot", (OPERATORS["*", "+"], "E2"), (OPERATORS["-", "+"], "E2")),
    whole("E_tot: average", "AVERAGE(E1:E2)", "constant"),
    slip("E_tot", NAME, "E1", "E2"),
    whole("E_tot: a term more", "SUM(a_o2:E2)", "term", "a_o2"),
    whole("E_tot: row above", "↑E1+↑E2", "row", "E1", since=1),
    whole("E_tot: running total", "↑E_tot+E1+E2", "term", "E_tot", since=1),
]


def sliding(column: str, start: str) -> Callable[[Table], None]:
    """The learning rate without $: each row takes it from a row further down."""
    letter, row = re.fullmatch(r"([A-Z]+)(\d+)", start).groups()

    def apply(table: Table) -> None:
        for epoch in range(1, EPOCHS):
            rate = f"{letter}{int(row) + epoch - 1}"
            formula = RIGHT[column].replace("η", rate)
            table.set(column, epoch, table.typed(formula)(epoch))

    return apply


def sliding_everywhere(table: Table) -> None:
    """All updates without $, as filled down."""
    for weight in WEIGHTS:
        sliding(weight, "F34")(table)


def sliding_right(table: Table) -> None:
    """Only the row is anchored, and the update of w1 is filled to the right."""
    for place, weight in enumerate(WEIGHTS[:4]):
        table.write({weight: RIGHT[weight].replace("η", f"{get_column_letter(6 + place)}$34")})


def rates_to_try(table: Table) -> None:
    """A list of learning rates to try stands below the one that the update begins with."""
    for place in range(EPOCHS):
        table.sheet[f"AJ{34 + place}"] = ETA * (1 + place)
    sliding("w5", "AJ34")(table)


def sliding_input(table: Table) -> None:
    """The input in a box above the table, without $."""
    table.sheet["AI33"], table.sheet["AJ33"] = "i1", "i2"
    table.sheet["AI34"], table.sheet["AJ34"] = table.formula("i1", 0), table.formula("i2", 0)
    for epoch in range(EPOCHS):
        formula = RIGHT["h1"].replace("i1", f"AI{34 + epoch}").replace("i2", "$AJ$34")
        table.set("h1", epoch, table.typed(formula)(epoch))


ANCHORS = [
    *(
        Mistake(f"{w}: η slides onto a header", sliding(w, "F34"), w, 2, "anchor", ("η",))
        for w in ("w1", "w4", "w6")
    ),
    Mistake("η slides in all updates", sliding_everywhere, "w1", 2, "anchor", ("η",)),
    Mistake("η slides to the right", sliding_right, "w2", 1, "anchor", ("η",)),
    Mistake("η slides down a list of rates", rates_to_try, "w5", 2, "anchor", ("η",)),
    Mistake("i1 slides out of its box", sliding_input, "h1", 1, "anchor", ("i1",)),
]


def pasted(targets: Iterable[int], sources: Iterable[int]) -> Callable[[Table], None]:
    """Rows pasted as numbers from other rows."""

    def apply(table: Table) -> None:
        for target, source in zip(targets, sources, strict=True):
            table.paste(target, source)

    return apply


def series(name: str, numbers: Iterable[float]) -> Callable[[Table], None]:
    """Numbers typed down a column, as far as they go."""

    def apply(table: Table) -> None:
        for epoch, number in enumerate(numbers):
            table.set(name, epoch, number)

    return apply


def as_text(name: str, epoch: int) -> Callable[[Table], None]:
    """A formula stored as text, as after an apostrophe."""

    def apply(table: Table) -> None:
        cell = table.sheet[table.cell(name, epoch)]
        cell.data_type, cell.quotePrefix = "s", True

    return apply


NUMBERS = [
    single("h1: a number in epoch 3", 3, 0.03, "number"),
    single("w1: a number in epoch 4", 4, 0.15, "number"),
    single("w6: a number in epoch 7", 7, 0.45, "number"),
    single("a_h2: a number in epoch 0", 0, 0.5, "number"),
    single("E_tot: a number in epoch 11", 11, 0.25, "number"),
    single(f"{G}4: a number in epoch 5", 5, 0.001, "number"),
    single("a_o1: rounded too far in epoch 2", 2, 0.6, "number"),
    Mistake(
        "a_h1: one number down from epoch 5",
        lambda table: table.fill("a_h1", lambda _: 0.52, 5),
        "a_h1",
        5,
        "number",
    ),
    Mistake("last rows pasted from rows 2 and 3", pasted((10, 11), (2, 3)), "w1", 10, "number"),
    Mistake("rows 3 to 5 pasted at 8 to 10", pasted((8, 9, 10), (3, 4, 5)), "w1", 8, "number"),
    Mistake("epoch 5 pasted to the end", pasted(range(6, 12), [5] * 6), "w1", 6, "stopped"),
    Mistake("epoch 8 pasted to the end", pasted((9, 10, 11), [8] * 3), "w1", 9, "stopped"),
    Mistake(
        "weights only repeated from epoch 7",
        lambda table: table.write(written(UPDATES, "↑{w}"), 7),
        "w1",
        7,
        "stopped",
    ),
    single("w1: decimal comma", 0, "0,15", "text"),
    single("i2: decimal comma in an input", 0, "0,1", "text"),
    single("h2: not available", 4, "n/a", "text"),
    single("E1: a number as text", 6, "0.27 ", "text"),
    single("h1: a blank before the formula", 2, " =E38*C38+F38*D38", "text"),
    Mistake("h1: formula as text", as_text("h1", 0), "h1", 0, "text"),
    Mistake("∂E/∂w5: formula as text", as_text(f"{G}5", 5), f"{G}5", 5, "text"),
    single("E1: empty in epoch 3", 3, None, "empty"),
    single("a_h2: empty in epoch 6", 6, None, "empty"),
    single("i2: empty in epoch 4", 4, None, "empty"),
    single("w7: empty in epoch 9", 9, None, "empty"),
    single(f"{G}8: empty in the last row", 11, None, "empty"),
    single("a_h2: an error as a value", 3, "#REF!", "error"),
    single("h1: a deleted cell", 2, "=E38*C38+#REF!*D38", "error"),
    single("a_o2: a function that is none", 5, "=1/(1+EXPO(-S41))", "error"),
    single(f"{G}3: division by an empty cell", 1, "=Z36/AH37", "error"),
    Mistake(
        "i1: filled as a series",
        series("i1", [0.05 + epoch for epoch in range(EPOCHS)]),
        "i1",
        1,
        "given",
        ("i1",),
    ),
    Mistake(
        "i2: filled as a series",
        series("i2", [0.1 * (1 + epoch) for epoch in range(EPOCHS)]),
        "i2",
        1,
        "given",
        ("i2",),
    ),
    whole("t1: counting up", "↑t1+0.01", "given", "t1"),
    single("t1: changes in epoch 6", 6, 0.5, "given", "t1"),
    single("t2: changes in epoch 8", 8, 0.9, "given", "t2"),
    single("i1: changes in epoch 5", 5, 0.5, "given", "i1"),
]

MISTAKES: list[Mistake] = [
    *GRADIENTS,
    *WEIGHT_MISTAKES,
    *FORWARD,
    *ERROR_MISTAKES,
    *ANCHORS,
    *NUMBERS,
]

# Rewrites ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rewrite:
    """Another way to write the workbook: nothing is wrong after it."""

    name: str
    apply: Callable[[openpyxl.Workbook], None]


def other(name: str, family: Family, *patterns: str) -> list[Rewrite]:
    """Other formulas for the columns of a family, one rewrite for each pattern."""
    return [
        Rewrite(f"{name} = {pattern}", partial(_write, formulas=written(family, pattern)))
        for pattern in patterns
    ]


def _write(workbook, formulas: Mapping[str, str]) -> None:
    Table(workbook.worksheets[0]).write(formulas)


def retyped(name: str, change: Callable[[str], str]) -> Rewrite:
    """Every formula of the table changed as text, without its equals sign."""

    def apply(workbook) -> None:
        table = Table(workbook.worksheets[0])
        for column in COLUMNS:
            table.fill(column, lambda epoch, at=column: "=" + change(table.formula(at, epoch)[1:]))

    return Rewrite(name, apply)


def as_values(name: str, change: Callable[[float], float], rows: Iterable[int]) -> Rewrite:
    """Rows as numbers, without any formula."""

    def apply(workbook) -> None:
        table = Table(workbook.worksheets[0])
        for epoch in rows:
            table.paste(epoch, epoch)
            for column in COLUMNS:
                table.set(column, epoch, change(table.formula(column, epoch)))

    return Rewrite(name, apply)


def renamed(name: str, change: Callable[[str], str]) -> Rewrite:
    """Other headers."""

    def apply(workbook) -> None:
        table = Table(workbook.worksheets[0])
        for column in COLUMNS:
            table.set(column, -1, change(column))

    return Rewrite(name, apply)


def lay(sheet, columns=COLUMNS, first=4, left=1, eta=ETA) -> Table:
    """The table on an empty sheet, the learning rate above; a column None is left empty."""
    for place, name in enumerate(columns):
        sheet.cell(first - 1, left + place, name)
    sheet.cell(first - 3, left, "η=")
    sheet.cell(first - 3, left + 1, eta)
    table = Table(sheet, first, f"${get_column_letter(left + 1)}${first - 3}")
    table.paste(0, 0, [*GIVEN, *WEIGHTS])
    table.write(RIGHT)
    return table


def emptied(workbook):
    """An empty sheet, the only one of the workbook."""
    sheet = workbook.create_sheet("Tabelle1")
    for old in workbook.worksheets[:-1]:
        workbook.remove(old)
    return sheet


def laid(name: str, columns=COLUMNS, first=4, left=1) -> Rewrite:
    """The table at another place or with its columns in another order."""

    def apply(workbook) -> None:
        lay(emptied(workbook), columns, first, left)

    return Rewrite(name, apply)


OUTER_STAGES = [FIRST_PATH, SECOND_PATH]
INNER_STAGES = [
    "(∂E/∂o1*w5+∂E/∂o2*w7)*a_h1*(1-a_h1)",
    "(∂E/∂o1*w6+∂E/∂o2*w8)*a_h2*(1-a_h2)",
]


def staged(workbook) -> None:
    """∂E/∂o1 and ∂E/∂o2 in columns right of the table, and the gradients from them."""
    table = Table(workbook.worksheets[0])
    _add_stages(table, "AI AJ".split(), "∂E/∂o{n}", OUTER_STAGES)
    table.write(written(OUTER, "∂E/∂o{n}*{h}"))
    table.write(written(INNER, "(∂E/∂o1*{u}+∂E/∂o2*{v})*{a}*(1-{a})*{i}"))


def staged_twice(workbook) -> None:
    """The stages go on to ∂E/∂h1 and ∂E/∂h2."""
    table = Table(workbook.worksheets[0])
    staged(workbook)
    table = Table(workbook.worksheets[0])
    _add_stages(table, "AK AL".split(), "∂E/∂h{n}", INNER_STAGES)
    table.write({f"∂E/∂w{k}": f"∂E/∂h{(k + 1) // 2}*i{2 - k % 2}" for k in range(1, 5)})


def staged_inside(workbook) -> None:
    """Stages in columns between the errors and the gradients."""
    stages = ["∂E/∂o1", "∂E/∂o2"]
    place = COLUMNS.index("∂E/∂w1")
    table = lay(emptied(workbook), [*COLUMNS[:place], *stages, *COLUMNS[place:]])
    table.write(dict(zip(stages, OUTER_STAGES, strict=True)))
    table.write(written(OUTER, "∂E/∂o{n}*{h}"))


def _add_stages(table: Table, places: list[str], header: str, formulas: list[str]) -> None:
    for n, (place, formula) in enumerate(zip(places, formulas, strict=True), start=1):
        table.add(header.format(n=n), place, formula)


def rate_column(workbook) -> None:
    """The learning rate stands in each row, in a column of its own."""
    table = Table(workbook.worksheets[0])
    table.add("rate", "AI", "η")
    table.write(written(UPDATES, "↑{w}-↑rate*↑∂E/∂{w}"))


def named_rate(workbook) -> None:
    """The learning rate has a name."""
    sheet = workbook.worksheets[0]
    name = DefinedName("eta", attr_text=f"'{sheet.title}'!$F$34")
    workbook.defined_names["eta"] = name
    Table(sheet, rate="eta").write(UPDATING)


def rate_elsewhere(workbook) -> None:
    """The learning rate on a sheet of its own."""
    parameters = workbook.create_sheet("Parameter")
    parameters["A1"], parameters["B1"] = "learning rate", ETA
    sheet = workbook.worksheets[0]
    sheet["E34"] = sheet["F34"] = None
    Table(sheet, rate="Parameter!$B$1").write(UPDATING)


def boxed(workbook) -> None:
    """Targets and inputs of every row refer to boxes above the table."""
    table = Table(workbook.worksheets[0])
    for name, place in zip(GIVEN, "AI AJ AK AL".split(), strict=True):
        table.sheet[f"{place}33"] = name
        table.sheet[f"{place}34"] = table.formula(name, 0)
        table.fill(name, lambda _, place=place: f"=${place}$34", 0)


def boxes_used(workbook) -> None:
    """The forward pass takes the inputs from the boxes."""
    boxed(workbook)
    table = Table(workbook.worksheets[0])
    table.write(written(HIDDEN_SUMS, "{u}*$AK$34+{v}*$AL$34"))


def typed_givens(workbook) -> None:
    """Targets and inputs typed again in every row."""
    table = Table(workbook.worksheets[0])
    for epoch in range(EPOCHS):
        table.paste(epoch, epoch, GIVEN)


def start_as_formulas(workbook) -> None:
    """The numbers of epoch 0 as small formulas."""
    table = Table(workbook.worksheets[0])
    for name in START:
        table.set(name, 0, f"={round(table.formula(name, 0) * 100)}/100")


def with_notes(workbook) -> None:
    """Notes and numbers beside the table and below it."""
    sheet = workbook.worksheets[0]
    notes = {"AI36": "look here", "AK40": 42, "AJ41": "=W36-W47", "A50": "done", "C51": 0.3}
    for cell, note in notes.items():
        sheet[cell] = note


def two_tables(workbook) -> None:
    """Two trainings on a sheet, one below the other."""
    sheet = emptied(workbook)
    lay(sheet)
    lay(sheet, first=24, eta=1.0)


def epochs_in_front(workbook) -> None:
    """The epochs are counted in a column before the table."""
    table = lay(emptied(workbook), ["Epoch", *COLUMNS])
    table.fill("Epoch", lambda epoch: epoch, 0)


def other_label(workbook, label: str) -> None:
    """The learning rate called otherwise."""
    workbook.worksheets[0]["E34"] = label


def rate_below(workbook) -> None:
    """The learning rate stands under its name, right of the table."""
    sheet = workbook.worksheets[0]
    sheet["E34"] = sheet["F34"] = None
    sheet["AI35"], sheet["AI36"] = "η", ETA
    Table(sheet, rate="$AI$36").write(UPDATING)


def sheet_before(workbook, state: str) -> None:
    """Another sheet in front of the table's."""
    sheet = workbook.create_sheet("Notes", 0)
    sheet["A1"], sheet["A2"] = "t1", "what I did"
    sheet.sheet_state = state
    workbook.active = 1


def hidden_table(workbook) -> None:
    """The table's sheet is hidden."""
    sheet_before(workbook, "visible")
    workbook.active = 0
    workbook.worksheets[1].sheet_state = "hidden"


def decorated(workbook) -> None:
    """Panes, a filter, hidden columns and number formats."""
    sheet = workbook.worksheets[0]
    sheet.freeze_panes, sheet.auto_filter.ref = "A36", "A35:AE47"
    sheet.column_dimensions["I"].hidden = True
    sheet["A36"].number_format, sheet["E40"].number_format = "0%", "0.00"


def anchored(pattern: str) -> Callable[[str], str]:
    """References with dollars put into them."""
    return lambda formula: re.sub(r"(?<![$A-Z])([A-Z]+)(\d+)\b", pattern, formula)


TOTAL: Family = {"E_tot": {}}
MIDDLE = COLUMNS.index("o1")

REWRITES: list[Rewrite] = [
    *other(
        "E",
        ERRORS,
        "(1/2)*({t}-{a})^2",
        "0.5*POWER({t}-{a},2)",
        "({t}-{a})*({t}-{a})/2",
        "({t}-{a})^2/2",
        "1/2*({a}-{t})^2",
        "50%*({t}-{a})^2",
        "PRODUCT(0.5,{t}-{a},{t}-{a})",
        "SUMSQ({t}-{a})/2",
        "1/2*ABS({t}-{a})^2",
        "1/2*({t}^2-2*{t}*{a}+{a}^2)",
    ),
    *other(
        "E_tot",
        TOTAL,
        "SUM(E1:E2)",
        "SUM(E1,E2)",
        "E2+E1",
        "1/2*((t1-a_o1)^2+(t2-a_o2)^2)",
        "1/2*(t1-a_o1)^2+1/2*(t2-a_o2)^2",
        "2*AVERAGE(E1:E2)",
    ),
    *other(
        "sum",
        SUMS,
        "{x}*{u}+{y}*{v}",
        "{v}*{y}+{u}*{x}",
        "(({u}*{x})+({v}*{y}))",
        "SUM({u}*{x},{v}*{y})",
        "PRODUCT({u},{x})+PRODUCT({v},{y})",
        "{u}*{x}--{v}*{y}",
        "+{u}*{x}+{v}*{y}",
    ),
    *other(
        "h",
        HIDDEN_SUMS,
        "SUMPRODUCT({u}:{v},{x}:{y})",
        "{u}*⤒i1+{v}*⤒i2",
    ),
    *other(
        "sigmoid",
        SIGMOIDS,
        "(1+EXP(-{s}))^-1",
        "EXP({s})/(1+EXP({s}))",
        "1/(1+EXP(-1*{s}))",
        "1/(EXP(-{s})+1)",
        "1/(1+1/EXP({s}))",
        "1-1/(1+EXP({s}))",
        "POWER(1+EXP(-{s}),-1)",
        "1/(1+EXP(0-{s}))",
        "(1+TANH({s}/2))/2",
        "0.5+0.5*TANH(0.5*{s})",
        "1/(1+EXP(1)^(-{s}))",
        "1/(1+EXP(-({u}*{x}+{v}*{y})))",
    ),
    *other(
        "outer gradient",
        OUTER,
        "-({t}-{a})*{a}*(1-{a})*{h}",
        "-1*({t}-{a})*{a}*(1-{a})*{h}",
        "({t}-{a})*{a}*({a}-1)*{h}",
        "({a}-{t})*({a}-{a}^2)*{h}",
        "{h}*(1-{a})*{a}*({a}-{t})",
        "(({a}-{t})*({a}*(1-{a})))*{h}",
        "PRODUCT({a}-{t},{a},1-{a},{h})",
        "({a}*{h}-{t}*{h})*{a}*(1-{a})",
    ),
    *other(
        "inner gradient",
        INNER,
        "-((t1-a_o1)*a_o1*(1-a_o1)*{u}+(t2-a_o2)*a_o2*(1-a_o2)*{v})*{a}*(1-{a})*{i}",
        "(-(t1-a_o1)*a_o1*(1-a_o1)*{u}-(t2-a_o2)*a_o2*(1-a_o2)*{v})*{a}*(1-{a})*{i}",
        f"({SECOND_PATH}*{{v}}+{FIRST_PATH}*{{u}})*{{i}}*{{a}}*(1-{{a}})",
        f"{{i}}*({{a}}-{{a}}^2)*({{u}}*{FIRST_PATH}+{{v}}*{SECOND_PATH})",
        f"{FIRST_PATH}*{{u}}*{{a}}*(1-{{a}})*{{i}}+{SECOND_PATH}*{{v}}*{{a}}*(1-{{a}})*{{i}}",
        f"SUM({FIRST_PATH}*{{u}},{SECOND_PATH}*{{v}})*PRODUCT({{a}},1-{{a}},{{i}})",
        "({p}*{u}+{q}*{v})*(1-{a})*{i}",
        "({p}/{a}*{u}+{q}/{a}*{v})*{a}*(1-{a})*{i}",
    ),
    *other("gradient of w2 and w4", {f"{G}2": {"k": 1}, f"{G}4": {"k": 3}}, "∂E/∂w{k}/i1*i2"),
    *other(
        "update",
        UPDATES,
        "↑{w}-(η*↑∂E/∂{w})",
        "↑{w}+(-η)*↑∂E/∂{w}",
        "-η*↑∂E/∂{w}+↑{w}",
        "↑{w}-↑∂E/∂{w}*η",
        "↑{w}-0.5*↑∂E/∂{w}",
        "↑{w}-↑∂E/∂{w}/2",
        "↑{w}+η*-↑∂E/∂{w}",
        "SUM(↑{w},-η*↑∂E/∂{w})",
        "↑{w}-F$34*↑∂E/∂{w}",
        "⤒{w}-η*SUM(⤒∂E/∂{w}:↑∂E/∂{w})",
    ),
    *other("given", {name: {"x": name} for name in GIVEN}, "⤒{x}"),
    Rewrite("givens in boxes above", boxed),
    Rewrite("inputs from boxes above", boxes_used),
    Rewrite("givens typed in every row", typed_givens),
    Rewrite("start as formulas", start_as_formulas),
    Rewrite("η in a column", rate_column),
    Rewrite("η with a name", named_rate),
    Rewrite("η on another sheet", rate_elsewhere),
    Rewrite("η under its name", rate_below),
    *(
        Rewrite(f"η called {label!r}", partial(other_label, label=label))
        for label in ("η", "learning rate", "Lernrate η:", "lr", "eta =")
    ),
    Rewrite("∂E/∂o staged beside the table", staged),
    Rewrite("∂E/∂o and ∂E/∂h staged beside the table", staged_twice),
    Rewrite("∂E/∂o staged inside the table", staged_inside),
    retyped("functions in lower case", lambda formula: formula.replace("EXP", "exp")),
    retyped("blanks", lambda formula: " " + re.sub(r"([-+*/^()])", r" \1 ", formula)),
    retyped("plus in front", lambda formula: f"+{formula}"),
    retyped("brackets around everything", lambda formula: f"(({formula}))"),
    retyped("times 1", lambda formula: f"({formula})*1"),
    retyped("rounded to 12 decimals", lambda formula: f"ROUND({formula},12)"),
    retyped("guarded against errors", lambda formula: f"IFERROR({formula},0)"),
    retyped("columns anchored", anchored(r"$\1\2")),
    retyped("everything anchored", anchored(r"$\1$\2")),
    retyped("sheet named in references", anchored(r"'LR0.5'!\1\2")),
    as_values("all as values", lambda x: x, range(EPOCHS)),
    as_values("all as values with 10 digits", lambda x: float(f"{x:.10g}"), range(EPOCHS)),
    as_values("all as values with 10 decimals", lambda x: round(x, 10), range(EPOCHS)),
    as_values("all as values with 6 decimals", lambda x: round(x, 6), range(EPOCHS)),
    as_values("first half as values", lambda x: x, range(6)),
    as_values("every other row as values", lambda x: x, range(1, EPOCHS, 2)),
    renamed("out_h1", lambda name: name.replace("a_", "out_")),
    renamed(
        "net_h1, out_h1", lambda name: re.sub("^([ho])", r"net_\1", name).replace("a_", "out_")
    ),
    renamed("E_Total", lambda name: name.replace("E_tot", "E_Total")),
    renamed("Etotal", lambda name: name.replace("E_tot", "Etotal")),
    renamed("dE/dw1", lambda name: name.replace("∂", "d")),
    renamed("dE_dw1", lambda name: name.replace("∂", "d").replace("/", "_")),
    renamed("∂E_total/∂w1", lambda name: name.replace("∂E", "∂E_total")),
    renamed("∂(E_total)/∂w1", lambda name: name.replace("∂E", "∂(E_total)")),
    renamed("𝜕E/𝜕w1", lambda name: name.replace("∂", "𝜕")),
    renamed("blanks before and behind", lambda name: f" {name}  "),
    renamed("upper case", str.upper),
    laid("moved down and to the right", first=40, left=5),
    laid("moved up", first=4),
    laid("columns backwards", COLUMNS[::-1]),
    laid("columns by name", sorted(COLUMNS)),
    laid("all weights in front", sorted(COLUMNS, key=lambda name: name not in WEIGHTS)),
    laid("an empty column inside", [*COLUMNS[:MIDDLE], None, *COLUMNS[MIDDLE:]]),
    Rewrite("epochs in front", epochs_in_front),
    Rewrite("two tables on a sheet", two_tables),
    Rewrite("notes beside the table", with_notes),
    Rewrite("panes, filter, hidden column, formats", decorated),
    Rewrite("another sheet in front", partial(sheet_before, state="visible")),
    Rewrite("a hidden sheet in front", partial(sheet_before, state="hidden")),
    Rewrite("table on a hidden sheet", hidden_table),
]
