"""Right sheets by chance, written in the ways in which people write them.

`WAYS` has a row for each way; a sheet takes one of them, and often a second of another aspect.
"""

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from handmade import (
    Column,
    Plan,
    Typed,
    by_openpyxl,
    by_xlsxwriter,
    by_xlsxwriter_without_values,
    plainly,
    through_libreoffice,
    with_comment,
)
from networks import network_of
from openpyxl.utils import get_column_letter

from backprop_sheet import load
from backprop_sheet.formula import (
    EXCEL,
    PLAIN,
    Name,
    Number,
    Op,
    Tree,
    changed,
    factors,
    parse,
    product,
    spell,
)
from backprop_sheet.network import RATE, RATE_NOW, Kind, Network

# --- formulas in other forms ---------------------------------------------------------------------

HALF = Op("/", (Number(1), Number(2)))


def in_other_forms(chance_of_column: int) -> Callable[[Tree, Callable[[Name], str]], str]:
    """Writes formulas in equal forms by chance, each row of a column in the same one."""

    def write(tree: Tree, cell: Callable[[Name], str]) -> str:
        chance = random.Random(chance_of_column)

        def text(tree: Tree) -> str:
            match tree:
                case Name():
                    return cell(tree)
                case Number(value):
                    return repr(value).upper()
                case _ if tree == HALF:
                    return chance.choice(["1/2", "0.5", "50%", "2^-1"])
                case Op("*", (half, inner)) if half == HALF:
                    return chance.choice(["{}/2", "1/2*{}", "0.5*{}", "{}*0.5"]).format(part(inner))
                case Op("square", (Op("-", (one, other)),)):
                    forms = ["({0}-{1})^2", "({1}-{0})^2", "POWER({0}-{1},2)", "SUMSQ({0}-{1})"]
                    forms += ["({0}-{1})*({0}-{1})", "({0}^2-2*{0}*{1}+{1}^2)"]
                    return chance.choice(forms).format(part(one), part(other))
                case Op(sign, parts):
                    form = chance.choice(FORMS.get(sign, [EXCEL.forms[sign].text]))
                    return form.format(*map(part, parts))

        def part(tree: Tree) -> str:
            return text(tree) if isinstance(tree, Name) else f"({text(tree)})"

        return text(tree)

    return write


FORMS = {
    "+": ["{0}+{1}", "{1}+{0}", "SUM({0},{1})"],
    "-": ["{0}-{1}", "-{1}+{0}", "-({1}-{0})", "SUM({0},-{1})"],
    "*": ["{0}*{1}", "{1}*{0}", "PRODUCT({0},{1})"],
    "/": ["{0}/{1}", "{0}*{1}^-1", "{0}*(1/{1})"],
    "square": ["{0}^2", "POWER({0},2)", "{0}*{0}", "SUMSQ({0})"],
    "neg": ["-{0}", "-1*{0}", "0-{0}"],
    "exp": ["EXP({0})", "EXP(1)^{0}"],
}
"""How an operation is written otherwise, by its sign."""


def in_one_form(form: str) -> Callable[[Tree, Callable[[Name], str]], str]:
    """Writes formulas within a form."""
    return lambda tree, cell: form.format(plainly(tree, cell))


def of_errors(form: str) -> Callable[[Tree, Callable[[Name], str]], str]:
    """Writes half a squared difference in a form."""

    def write(tree: Tree, cell: Callable[[Name], str]) -> str:
        match tree:
            case Op("*", (_, Op("square", (Op("-", (one, other)),)))):
                return form.format(plainly(one, cell), plainly(other, cell))
        return plainly(tree, cell)

    return write


# --- ways ----------------------------------------------------------------------------------------

Apply = Callable[[Plan, random.Random], None]


class Way(NamedTuple):
    """A way to write a sheet.

    Attributes:
        aspect: what it is about; a sheet takes one way of each.
        name: what it is called.
        apply: changes a plan.
        fits: whether a network's sheet can be written so.
    """

    aspect: str
    name: str
    apply: Apply
    fits: Callable[[Network], bool] = lambda _: True


ORIGINAL_COLUMNS = load().columns


def is_original(network: Network) -> bool:
    """Whether a network is the original, with any numbers."""
    return network.columns == ORIGINAL_COLUMNS


def is_simple(network: Network) -> bool:
    """Whether a network has one sample, and nothing is carried but weights."""
    apart = network.named(Kind.MEAN, Kind.STATE, Kind.COUNTER)
    return len(network.samples) == 1 and not [n for n in apart if n in network.columns]


def half_squared(network: Network) -> bool:
    """Whether each error is half a squared difference."""
    return network.design.error == "half squared"


# Headers

Rename = Callable[[str, str], str]
"""The header of a column, given its name and its label."""


def headers(name: str, rename: Rename, fits=is_original) -> Way:
    """Other headers."""

    def apply(plan: Plan, chance: random.Random) -> None:
        for column, label in plan.labels.items():
            plan.labels[column] = rename(column, label)

    return Way("headers", name, apply, fits)


def neurons(sums: str, activations: str, only: Iterable[str] = ("h1", "h2", "o1", "o2")) -> Way:
    """Other words for the sums and activations of some neurons."""
    some = set(only)

    def rename(name: str, label: str) -> str:
        neuron = name.removeprefix("a_")
        if neuron not in some:
            return label
        pattern = activations if name.startswith("a_") else sums
        return pattern.format(n=neuron, k=neuron[1:])

    whose = "" if len(some) > 3 else f" of {', '.join(sorted(some))}"
    shown = f"{sums}, {activations}".replace("{n}", "h1").replace("{k}", "1")
    return headers(f"{shown}{whose}", rename)


def of_gradients(pattern: str) -> Way:
    """Other headers for the gradients."""
    return headers(
        pattern.format(w="w1", k=1),
        lambda name, label: (
            pattern.format(w=name.removeprefix("dE_d"), k=name.removeprefix("dE_dw"))
            if name.startswith("dE_dw")
            else label
        ),
        lambda network: not network.named(Kind.BIAS),
    )


def spelled(words: dict[str, str]) -> Rename:
    """Labels whose first letters stand for a word: ``{"i": "input "}``."""
    return lambda name, label: (
        f"{words[name[0]]}{name[1:]}"
        if re.fullmatch(r"[a-zE]\d", name) and name[0] in words
        else label
    )


MEANT = {
    **{f"i{k}": f"input {k}" for k in (1, 2)},
    **{f"t{k}": f"target of output {k}" for k in (1, 2)},
    **{f"w{k}": "weight" for k in range(1, 9)},
    **{
        f"{n}{k}": f"sum of {m} neuron {k}"
        for n, m in ("h hidden".split(), "o output".split())
        for k in (1, 2)
    },
    **{f"a_{n}{k}": "activation, sigmoid" for n in "ho" for k in (1, 2)},
    **{f"E{k}": f"error of output {k}" for k in (1, 2)},
    "E_Total": "sum of all errors",
    **{f"dE_dw{k}": f"gradient for w{k}" for k in range(1, 9)},
}
"""What the original's columns mean, in words."""


def explained(pattern: str) -> Way:
    """Headers that go on with an explanation."""
    shown = pattern.format(label="h1", text="sum …").replace("\n", "⏎")
    return headers(shown, lambda name, label: pattern.format(label=label, text=MEANT[name]))


def with_formula(pattern: str) -> Way:
    """Headers that go on with the formula."""
    network = load()

    def rename(name: str, label: str) -> str:
        if name in network.given:
            return label
        tree = Plan(network).tree(name, 1)
        formula = spell(tree, PLAIN, lambda leaf: network.label(leaf.id)).replace(" ", "")
        return pattern.format(label=label, text=formula)

    return headers(pattern.format(label="h1", text="w1*i1+w2*i2"), rename)


HEADERS = [
    neurons("net_{n}", "out_{n}"),
    neurons("net {n}", "out {n}"),
    neurons("net({n})", "out({n})"),
    neurons("in_{n}", "out_{n}"),
    neurons("z_{n}", "a_{n}"),
    neurons("z{n}", "a{n}"),
    neurons("sum_{n}", "sig_{n}"),
    neurons("sum {n}", "act {n}"),
    neurons("{n}_in", "{n}_out"),
    neurons("{n} net", "{n} out"),
    neurons("{n}", "σ({n})"),
    neurons("{n}", "sigmoid({n})"),
    neurons("in{k}", "out{k}", ["h1"]),
    neurons("in{k}", "out{k}", ["h2"]),
    neurons("in{k}", "out{k}", ["o1"]),
    neurons("in{k}", "out{k}", ["h1", "h2"]),
    neurons("in{k}", "out{k}", ["o1", "o2"]),
    neurons("net", "out", ["h1"]),
    neurons("net", "out", ["o2"]),
    neurons("net{k}", "out{k}", ["h1", "h2"]),
    neurons("z{k}", "a{k}", ["h1", "h2"]),
    neurons("z{k}", "a{k}", ["o1"]),
    neurons("0{k}", "a_0{k}", ["o1", "o2"]),
    neurons("0{k}", "a0{k}", ["o1", "o2"]),
    neurons("O{k}", "a_O{k}", ["o1", "o2"]),
    *map(of_gradients, ("∂E{w}", "∂E/{w}", "∂Etot/∂{w}", "∂E_t / ∂{w}", "dE/dw_{k}", "∂E/∂W{k}")),
    *map(of_gradients, ("grad {w}", "∇{w}")),
    *(of_gradients(f"{letter}E/{letter}{{w}}") for letter in "ðəӘƏдϑ𝛛𝜕δ"),
    *(of_gradients(f"{letter}E{{w}}") for letter in "ðəδ"),
    headers(
        "input 1, target 1, weight 1, error 1",
        spelled({"i": "input ", "t": "target ", "w": "weight ", "E": "error "}),
    ),
    headers("x1, y1", spelled({"i": "x", "t": "y"})),
    headers("w_1, i_1", spelled({"w": "w_", "i": "i_", "t": "t_", "E": "E_"})),
    headers("w₁, h₁", lambda _, label: label.translate(str.maketrans("12345678", "₁₂₃₄₅₆₇₈"))),
    headers("w_{1}, a_{h1}", lambda _, label: re.sub(r"_?(h\d|o\d|\d)$", r"_{\1}", label)),
    headers("$w_1$", lambda _, label: "$" + re.sub(r"(\w)(\d)$", r"\1_\2", label) + "$"),
    headers("blanks around", lambda _, label: f"  {label} "),
    headers("a colon behind", lambda _, label: f"{label}:"),
    headers("E, Etotal", lambda name, label: "Etotal" if name == "E_Total" else label),
    explained("{label} ({text})"),
    explained("{label} – {text}"),
    explained("{label}: {text}"),
    explained("{label}\n{text}"),
    with_formula("{label} = {text}"),
    with_formula("{label}={text}"),
    with_formula("{label}: {text}"),
    with_formula("{label} ({text})"),
]  # fmt: skip

# The learning rate


def rate_way(name: str, apply: Apply, fits=lambda _: True) -> Way:
    """Another place for the learning rate."""
    return Way("rate", name, apply, fits)


def rate_labelled(label: str, place: tuple[int, int] = (2, 1), by: tuple[int, int] = (0, 1)) -> Way:
    """η under another name, or elsewhere by it."""

    def apply(plan: Plan, chance: random.Random) -> None:
        cell = place[0] + by[0], place[1] + by[1]
        eta = _without_rate(plan)
        plan.around |= {place: Typed(label, None), cell: Typed(eta, eta)}
        plan.rate = lambda _: f"${get_column_letter(cell[1])}${cell[0]}"

    return rate_way(f"η called {label!r} in row {place[0]}, column {place[1]}", apply)


def _without_rate(plan: Plan) -> float:
    """Take the cell of η out of a plan; its number."""
    del plan.around[2, 1], plan.around[2, 2]
    return plan.network.numbers[RATE]


def rate_literal(plan: Plan, chance: random.Random) -> None:
    """η is typed into the updates, and a label says it."""
    eta = _without_rate(plan)
    plan.around[2, 1] = Typed(f"η = {eta:g}", None)
    plan.rate = lambda _: repr(eta).upper()


def rate_unlabelled(plan: Plan, chance: random.Random) -> None:
    """η is typed into the updates, and nowhere else."""
    rate_literal(plan, chance)
    del plan.around[2, 1]


def rate_in_rows(header: str, by: int) -> Way:
    """η has a column, of which updates take the row above or their own."""

    def apply(plan: Plan, chance: random.Random) -> None:
        eta = _without_rate(plan)
        plan.order.append("rate")
        plan.beside["rate"] = Column(header, Number(eta))
        plan.fills["rate"] = lambda _: Typed(eta, eta)
        plan.rate = lambda row: f"{plan.letter('rate')}{row - by}"

    whose = "the row above" if by else "its row"
    name = f"η in a column headed {header!r}, taken from {whose}"
    return rate_way(name, apply, lambda network: RATE_NOW not in network.columns)


def rate_named(name: str, *, constant: bool) -> Way:
    """η has a defined name."""

    def apply(plan: Plan, chance: random.Random) -> None:
        eta = plan.network.numbers[RATE]
        plan.defined[name] = repr(eta) if constant else f"'{plan.title}'!$B$2"
        plan.rate = lambda _: name

    of = "a number" if constant else "a cell"
    return rate_way(f"the name {name} for {of}", apply)


def rate_on_other_sheet(plan: Plan, chance: random.Random) -> None:
    """η stands on a sheet of its own."""
    eta = _without_rate(plan)
    plan.elsewhere |= {(1, 1): Typed("η", None), (1, 2): Typed(eta, eta)}
    plan.rate = lambda _: "Settings!$B$1"


RATES = [
    *(rate_labelled(label) for label in ("η", "η =", "lr", "Learning Rate", "alpha", "n =", "eta")),
    rate_labelled("η", (1, 4), (1, 0)),
    rate_labelled("Lernrate η:", (2, 3)),
    rate_way("η typed into the updates", rate_literal),
    rate_way("η typed into the updates, and no label", rate_unlabelled),
    rate_in_rows("η", 1),
    rate_in_rows("learning rate", 0),
    rate_in_rows("lr", 1),
    *(rate_named(name, constant=True) for name in ("eta", "lr", "learning_rate", "η")),
    *(rate_named(name, constant=False) for name in ("eta", "rate", "η")),
    rate_way("η on another sheet", rate_on_other_sheet),
]

# References


def references(name: str, reference: Callable[[str, int], str]) -> Way:
    """References written otherwise."""

    def apply(plan: Plan, chance: random.Random) -> None:
        plan.reference = reference

    return Way("references", name, apply)


def once(plan: Plan, chance: random.Random) -> None:
    """Inputs and targets stand in the first row only."""
    plan.once = frozenset(plan.network.named(Kind.INPUT) + plan.network.named(Kind.TARGET))


def inputs_once(plan: Plan, chance: random.Random) -> None:
    """Inputs stand in the first row only."""
    plan.once = frozenset(plan.network.named(Kind.INPUT))


def typed_again(plan: Plan, chance: random.Random) -> None:
    """Inputs and targets are typed into every row."""
    for name in plan.network.named(Kind.INPUT) + plan.network.named(Kind.TARGET):
        plan.fills[name] = lambda row, name=name: Typed(*[plan.numbers[row][name]] * 2)


def by_table(plan: Plan, chance: random.Random) -> None:
    """Formulas refer to columns of an Excel table."""
    plan.table = "Table1"


REFERENCES = [
    references("SUM(E6:E6)", lambda c, r: f"SUM({c}{r}:{c}{r})"),
    references("AVERAGE(E6:E6)", lambda c, r: f"AVERAGE({c}{r}:{c}{r})"),
    references("INDEX(E:E,6)", lambda c, r: f"INDEX({c}:{c},{r})"),
    references("INDEX($E$1:$E$99,6)", lambda c, r: f"INDEX(${c}$1:${c}$99,{r})"),
    references("$E6", lambda c, r: f"${c}{r}"),
    references("Sheet1!E6", lambda c, r: f"Sheet1!{c}{r}"),
    references("e6", lambda c, r: f"{c.lower()}{r}"),
    references("(E6)", lambda c, r: f"({c}{r})"),
    references("+E6", lambda c, r: f"(+{c}{r})"),
    references("N(E6)", lambda c, r: f"N({c}{r})"),
    Way("references", "Table1[[#This Row],[w1]]", by_table),
    Way("references", "inputs and targets in the first row only", once, is_simple),
    Way("references", "inputs in the first row only", inputs_once, is_simple),
    Way("references", "inputs and targets typed in every row", typed_again),
]

# Formulas


def formulas(name: str, spelling, fits=lambda _: True) -> Way:
    """All formulas written otherwise."""

    def apply(plan: Plan, chance: random.Random) -> None:
        plan.spelling = dict.fromkeys([*plan.network.columns, *plan.network.partials], spelling)

    return Way("formulas", name, apply, fits)


def errors_way(form: str) -> Way:
    """Errors written otherwise."""

    def apply(plan: Plan, chance: random.Random) -> None:
        plan.spelling |= dict.fromkeys(plan.network.named(Kind.ERROR), of_errors(form))

    return Way("formulas", f"E = {form.format('t', 'a')}", apply, half_squared)


def in_forms_by_chance(plan: Plan, chance: random.Random) -> None:
    """Every column in a form of its own."""
    columns = [*plan.network.columns, *plan.network.partials]
    plan.spelling = {name: in_other_forms(chance.randrange(10**6)) for name in columns}


OTHER_SIGMOIDS = [
    "1/(1+EXP(-{0}))",
    "(1+EXP(-{0}))^-1",
    "EXP({0})/(1+EXP({0}))",
    "(1+TANH({0}/2))/2",
]


def sigmoids(form: str) -> Way:
    """The sigmoid written otherwise."""

    def write(tree: Tree, cell: Callable[[Name], str]) -> str:
        return form.format(
            cell(Name("a_".join(plainly(tree, lambda n: "\0" + n.id + "\0").split("\0")[1:2])))
        )

    def apply(plan: Plan, chance: random.Random) -> None:
        plan.spelling |= dict.fromkeys(plan.network.named(Kind.ACTIVATION), write)

    return Way("formulas", f"a = {form.format('h')}", apply, is_original)


FORMULAS = [
    *(Way("formulas", f"forms by chance {k}", in_forms_by_chance) for k in range(6)),
    *map(
        errors_way,
        (
            "({0}-{1})^2/2",
            "POWER({0}-{1},2)/2",
            "0.5*POWER({1}-{0},2)",
            "SUMXMY2({0},{1})/2",
            "1/2*SUMXMY2({1},{0})",
            "SUMSQ({0}-{1})/2",
            "({0}-{1})*({0}-{1})*0.5",
            "1/2*ABS({0}-{1})^2",
        ),
    ),
    *map(sigmoids, OTHER_SIGMOIDS[1:]),
    formulas("ROUND(…,12)", in_one_form("ROUND({0},12)")),
    formulas("IFERROR(…,0)", in_one_form("IFERROR({0},0)")),
    formulas("blanks", lambda t, c: re.sub(r"(?<!E)([-+*])", r" \1 ", plainly(t, c))),
    formulas('IF(1=1,…,"")', in_one_form('IF(1=1,{0},"")')),
]

# Columns

SLOPES = {"A": parse("a_h1*(1 - a_h1)"), "B": parse("a_h2*(1 - a_h2)")}
"""What helper columns often hold."""


def _with_slopes(tree: Tree) -> Tree:
    """A formula with the helpers in place of what they hold."""

    def shorter(node: Tree) -> Tree | None:
        if not (isinstance(node, Op) and node.sign == "*"):
            return None
        parts = factors(node)
        for name, slope in SLOPES.items():
            pair = factors(slope)
            for place in range(len(parts) - 1):
                if parts[place : place + 2] == pair:
                    parts[place : place + 2] = [Name(name)]
                    break
        return product(*(changed(part, shorter) for part in parts))

    return changed(tree, shorter)


def slopes(headers: tuple[str, str], *, used: bool, inside: bool) -> Way:
    """Helper columns with a_h1·(1 − a_h1) and a_h2·(1 − a_h2)."""

    def apply(plan: Plan, chance: random.Random) -> None:
        for (name, tree), header in zip(SLOPES.items(), headers, strict=True):
            plan.beside[name] = Column(header, tree)
        place = plan.order.index("E_Total") + 1 if inside else len(plan.order)
        plan.order[place:place] = [*SLOPES] if inside else [None, *SLOPES]
        if used:
            plan.rewrite = _with_slopes

    how = f"{'used' if used else 'unused'}, {'between' if inside else 'beside'}"
    return Way("columns", f"helpers headed {', '.join(headers)}, {how}", apply, is_original)


def steps(pattern: str, *, inside: bool) -> Way:
    """Columns for η·∂E/∂w, which the updates take."""

    def apply(plan: Plan, chance: random.Random) -> None:
        wanted = {}
        for weight in plan.network.trained:
            tree = Op("*", (Name(RATE), Name(f"dE_d{weight}")))
            plan.beside[f"step {weight}"] = Column(pattern.format(w=weight), tree)
            wanted[Op("*", (Name(RATE), Name(f"dE_d{weight}", 1)))] = Name(f"step {weight}", 1)
        place = plan.order.index("dE_dw1") if inside else len(plan.order)
        plan.order[place:place] = plan.beside
        plan.rewrite = lambda tree: changed(tree, wanted.get)

    where = "between" if inside else "beside"
    return Way("columns", f"steps {pattern.format(w='w1')}, {where}", apply, is_simple)


def differences(pattern: str, *, inside: bool) -> Way:
    """Columns for t − a, which the errors take."""

    def apply(plan: Plan, chance: random.Random) -> None:
        wanted = {}
        for k in ("1", "2"):
            tree = Op("-", (Name(f"t{k}"), Name(f"a_o{k}")))
            plan.beside[f"off {k}"] = Column(pattern.format(k=k), tree)
            wanted[tree] = Name(f"off {k}")
        place = plan.order.index("E1") if inside else len(plan.order)
        plan.order[place:place] = plan.beside
        plan.rewrite = lambda tree: changed(tree, wanted.get)

    where = "between" if inside else "beside"
    return Way("columns", f"differences {pattern.format(k=1)}, {where}", apply, is_original)


def staged(pattern: str, *, whole: bool, inside: bool) -> Way:
    """Columns for the partials, from which the gradients follow."""

    def apply(plan: Plan, chance: random.Random) -> None:
        every = plan.network.partials
        stages = [n for n in every if whole or "_da_" not in n]
        plan.partials = {n: tree for n, tree in every.items() if n not in stages}
        for name in stages:
            plan.labels[name] = pattern.format(n=name.removeprefix("dE_d"))
        place = plan.order.index("dE_dw1") if inside else len(plan.order)
        plan.order[place:place] = stages

    how = f"{'all' if whole else 'sums'}, {'between' if inside else 'beside'}"
    return Way("columns", f"stages {pattern.format(n='o1')}, {how}", apply, lambda n: n.partials)


def counter(header: str, *, start: int = 0, where: str = "left", formula: bool = False) -> Way:
    """A column that counts the epochs."""

    def apply(plan: Plan, chance: random.Random) -> None:
        plan.beside["count"] = Column(header, None)
        if where == "left":
            plan.order.insert(0, "count")
        else:
            plan.order += [None, "count"] if where == "apart" else ["count"]
        above = lambda row: f"={plan.address('count', row - 1)}+1"  # noqa: E731
        plan.fills["count"] = lambda row: Typed(
            above(row) if formula and row else row + start, row + start
        )

    return Way("columns", f"counter headed {header!r}, {where}", apply)


def shuffled(plan: Plan, chance: random.Random) -> None:
    """Columns in any order."""
    chance.shuffle(plan.order)


def gap(plan: Plan, chance: random.Random) -> None:
    """An empty column somewhere."""
    plan.order.insert(chance.randrange(1, len(plan.order)), None)


def gradients_first(plan: Plan, chance: random.Random) -> None:
    """Gradients left of the rest."""
    plan.order.sort(key=lambda name: not name.startswith("dE_"))


def without_gradients(plan: Plan, chance: random.Random) -> None:
    """No column for the gradients: the updates hold them in full."""
    gradients = {n: q.formula for n, q in plan.network.derived.items() if q.kind is Kind.GRADIENT}
    plan.partials |= gradients
    plan.order = [name for name in plan.order if name not in gradients]


def without_total(plan: Plan, chance: random.Random) -> None:
    """No column for the total error."""
    plan.order.remove("E_Total")


COLUMNS = [
    *(
        slopes(headers, used=used, inside=inside)
        for headers in (("A", "B"), ("σ'(h1)", "σ'(h2)"), ("a_h1(1-a_h1)", "a_h2(1-a_h2)"))
        for used in (True, False)
        for inside in (True, False)
    ),
    staged("∂E/∂{n}", whole=True, inside=True),
    staged("∂E/∂{n}", whole=False, inside=False),
    staged("delta_{n}", whole=False, inside=True),
    staged("δ_{n}", whole=False, inside=False),
    staged("d{n}", whole=False, inside=True),
    *(steps(p, inside=i) for p in ("Δw({w})", "Δ{w}", "eta*dE/d{w}") for i in (True, False)),
    *(differences(p, inside=i) for p in ("t{k}-a_o{k}", "diff{k}", "e{k}") for i in (True, False)),
    *(counter(header) for header in ("t", "i", "It.", "x")),
    *(counter(header) for header in ("n", "N", "#", "k", "Epoch", "Nr", "step", "iteration")),
    *(counter("n", start=1, where=where) for where in ("right", "apart")),
    counter("n", formula=True),
    counter("n", formula=True, start=1, where="right"),
    counter("a", where="apart", start=1),
    Way("columns", "any order", shuffled),
    Way("columns", "an empty column", gap),
    Way("columns", "gradients first", gradients_first),
    Way("columns", "no gradients", without_gradients, is_simple),
    Way("columns", "no total error", without_total, is_original),
]

# Numbers


def pasted(name: str, change: Callable[[float], float], rows=range) -> Way:
    """Rows pasted as numbers."""

    def apply(plan: Plan, chance: random.Random) -> None:
        plan.numbers_in = dict.fromkeys(rows(plan.rows), change)

    return Way("numbers", name, apply)


NUMBERS = [
    pasted("all pasted", lambda x: x),
    pasted("all pasted with 10 digits", lambda x: float(f"{x:.10g}")),
    pasted("all pasted with 9 decimals", lambda x: round(x, 9)),
    pasted("all pasted with 6 decimals", lambda x: round(x, 6)),
    pasted("the first half pasted", lambda x: x, lambda rows: range(rows // 2)),
    pasted("the last half pasted", lambda x: x, lambda rows: range(rows // 2, rows)),
]

# Numbering

BY_INPUT = {"w2": "w3", "w3": "w2", "w6": "w7", "w7": "w6"}
HIDDEN = {"h1": "h2", "h2": "h1", "a_h1": "a_h2", "a_h2": "a_h1"}
OUTPUTS = {f"{n}{k}": f"{n}{3 - k}" for n in ("t", "o", "a_o", "E") for k in (1, 2)}


def numbered(name: str, names: dict[str, str]) -> Way:
    """Columns numbered otherwise, all of them consistently."""

    def apply(plan: Plan, chance: random.Random) -> None:
        everything = names | {f"dE_d{old}": f"dE_d{new}" for old, new in names.items()}
        labels = dict(plan.labels)
        plan.labels |= {old: labels[new] for old, new in everything.items() if old in labels}
        if chance.random() < 0.5:  # else the columns stay where they are
            places = {name: place for place, name in enumerate(plan.order)}
            plan.order.sort(key=lambda name: places[everything.get(name, name)])

    return Way("numbering", name, apply, is_original)


NUMBERING = [
    numbered("weights by input", BY_INPUT),
    numbered("weights of the outputs by input", {"w6": "w7", "w7": "w6"}),
    numbered("weights of the hidden neurons by input", {"w2": "w3", "w3": "w2"}),
    numbered("hidden neurons change places", HIDDEN),
    numbered("outputs change places", OUTPUTS),
    numbered("inputs change places", {"i1": "i2", "i2": "i1"}),
]

# Around the table


def beside(name: str, cells: Callable[[Plan], dict[tuple[int, int], float | str]]) -> Way:
    """Something else on the sheet; the columns are counted from the last of the table."""

    def apply(plan: Plan, chance: random.Random) -> None:
        last = plan.left + len(plan.order) - 1
        for (row, column), content in cells(plan).items():
            if last + column > 0:
                plan.around[plan.top + row, last + column] = Typed(content, content)

    return Way("around", name, apply)


def results(*labels: str, apart: int = 2) -> Way:
    """A table of errors under labels, right of the table."""
    return beside(
        f"results under {', '.join(labels)}, {apart - 1} columns apart",
        lambda plan: {
            **{(0, apart + k): label for k, label in enumerate(labels)},
            **{
                (1 + row, apart + k): 0.24 / (1 + k + row)
                for k in range(len(labels))
                for row in range(plan.rows)
            },
        },
    )


AROUND = [
    results("η = 0.1", "η = 1"),
    results("η = 0.1", "η = 1", apart=1),
    results("η=0.1", "η=0.2", "η=0.5", "η=0.8", "η=1", "η=2"),
    results("lr 0.1", "lr 0.5"),
    results("n", "a"),
    beside("a label above the table", lambda _: {(-1, 0): "η = 0.1"}),
    beside("a label over the errors", lambda _: {(-1, -9): "η = 0.1", (-1, -8): "η = 1"}),
    beside(
        "a list of rates and errors",
        lambda _: {
            (-3, 2): "η", (-2, 2): 0.1, (-1, 2): 0.5, (-3, 3): "E", (-2, 3): 0.02, (-1, 3): 0.01,
        },
    ),
    beside(
        "names of groups above the header",
        lambda _: {(-1, -30): "inputs", (-1, -20): "weights", (-1, -4): "gradients"},
    ),
    beside("notes", lambda _: {(2, 2): "look here", (4, 3): 42.0, (30, -3): "done"}),
    beside("numbers below", lambda plan: {(plan.rows + 3, -4): 0.3, (plan.rows + 4, -4): 0.5}),
]  # fmt: skip

WAYS = [*HEADERS, *RATES, *REFERENCES, *FORMULAS, *COLUMNS, *NUMBERS, *NUMBERING, *AROUND]
APART = {
    ("numbers", "references"),  # numbers have no references
    ("numbers", "formulas"),
}
"""Pairs of aspects of which a sheet takes one only."""

Save = Callable[[Plan, Path], Path]
PROGRAMS: dict[str, Save] = {
    "openpyxl": by_openpyxl,
    "openpyxl, with a comment": with_comment,
    "XlsxWriter": by_xlsxwriter,
    "XlsxWriter, without values": by_xlsxwriter_without_values,
    "LibreOffice": by_openpyxl,
}
"""How a sheet is saved; what LibreOffice saves is written by openpyxl before."""

# --- sheets --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RightSheet:
    """A right sheet: its plan, how it is written, and by which program."""

    plan: Plan
    ways: tuple[str, ...]
    program: str

    def __str__(self) -> str:
        numbers = self.plan.network.numbers
        name = f"{self.plan.network.name}, η = {numbers[RATE]:g}"
        return f"{name}, {self.program}: {'; '.join(self.ways)}"


def right_sheet(number: int, programs: Iterable[str] = PROGRAMS) -> RightSheet:
    """A right sheet by chance; as many as there are ways in a row have each of them."""
    chance = random.Random(f"right {number}")
    first = WAYS[number % len(WAYS)]
    ways = [first]
    if number >= len(WAYS) and chance.random() < 0.7:
        ways.append(chance.choice([way for way in WAYS if _go_together(first, way)]))
    network, epochs = _subject(chance, ways)
    plan = Plan(network, epochs, top=chance.choice([5, 6, 20]), left=chance.choice([1, 1, 4]))
    aspects = ["headers", "numbering"]  # what goes by labels and places comes in this order
    for way in sorted(
        ways, key=lambda way: aspects.index(way.aspect) if way.aspect in aspects else 2
    ):
        way.apply(plan, chance)
    if plan.table:  # each of its columns has a header
        plan.order = [name for name in plan.order if name]
    return RightSheet(plan, tuple(way.name for way in ways), chance.choice(list(programs)))


def _go_together(one: Way, other: Way) -> bool:
    pair = (one.aspect, other.aspect)
    names = one.name + other.name
    if "steps" in names and "from the row above" in names:
        return False  # the steps of the first row would take η from the header
    return one.aspect != other.aspect and pair not in APART and pair[::-1] not in APART


def _subject(chance: random.Random, ways: list[Way]) -> tuple[Network, int]:
    """A network whose sheet can be written in these ways, and how many epochs it has."""
    while True:
        network, epochs = _any(chance)
        if all(way.fits(network) for way in ways):
            return network, epochs


def _any(chance: random.Random) -> tuple[Network, int]:
    which = chance.random()
    if which < 0.7:
        targets = chance.choice([(0.5, 0.5), (0.01, 0.99), (0.3, 0.8)])
        numbers = dict(zip(("t1", "t2"), targets, strict=True))
        epochs = chance.choice([6, 12, 30])
        return load().with_numbers(eta=chance.choice([1.0, 0.5, 0.1, 2.0]), **numbers), epochs
    if which < 0.9:
        return load(chance.choice(["mazur", "mazur", "xor", "adam"])), 6
    return network_of(chance.randrange(60)), 4


def save_all(sheets: dict[int, RightSheet], folder: Path) -> dict[int, Path]:
    """Save right sheets, each by its program, by their numbers."""
    found = {n: PROGRAMS[s.program](s.plan, folder / f"right{n}.xlsx") for n, s in sheets.items()}
    converted = [n for n, s in sheets.items() if s.program == "LibreOffice"]
    if converted:
        paths = through_libreoffice([found[n] for n in converted], folder / "libreoffice")
        found |= dict(zip(converted, paths, strict=True))
    return found
