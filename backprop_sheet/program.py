"""Writes a network's training as a program: straight-line code in Python or in JavaScript.

Each quantity is a variable. Until it is assigned, it holds the number of the row above. Both
languages get the same statements in the same order, so both trainings give the same numbers.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from backprop_sheet.formula import JAVASCRIPT, PYTHON, Notation, Tree, calls_once, write
from backprop_sheet.network import SAMPLE, Moment, Network

INDENT = " " * 4
Lines = Iterator[str]


@dataclass(frozen=True)
class Language:
    """How statements are written.

    Attributes:
        notation: writes formulas.
        variable: writes the variable of a quantity.
        assignment: assigns a formula to a variable.
        together: assigns, all at once, several formulas to several variables.
        block: the line before the statements of a block, with a pair of braces for what it is.
        end: the line after them; empty if there is none.
        begins_step, ends_step: whether the number of a sample, {0}, begins or ends a step of {1}.
        each_sample: what repeats a block for each sample, and the lines that the block begins with:
            {0} is the sample's number, {1} its inputs and targets.
        row: the lines that hand over a row.
        whole: the whole program, from the statements before the first epoch and those of an epoch.
    """

    notation: Notation
    variable: Callable[[str], str]
    assignment: str
    together: str
    block: str
    end: str
    begins_step: str
    ends_step: str
    each_sample: tuple[str, ...]
    row: Callable[[list[str]], Lines]
    whole: Callable[["_Program"], Lines]

    def blocked(self, what: str, lines: Iterable[str]) -> Lines:
        """A block of statements."""
        yield self.block.format(what)
        yield from _indented(lines)
        if self.end:
            yield self.end

    def assigned(self, name: str, tree: Tree) -> str:
        """The statement that computes a quantity."""
        return self.assignment.format(self.variable(name), self.formula(tree))

    def formula(self, tree: Tree) -> str:
        """A formula over variables."""
        return write(tree, self.notation, self.variable)


def _indented(lines: Iterable[str], depth: int = 1) -> Lines:
    return (INDENT * depth + line for line in lines)


@dataclass(frozen=True)
class _Program:
    """A network's training in a language."""

    network: Network
    language: Language

    def epoch(self) -> Lines:
        """The statements of an epoch: its rows, then the updates at its end."""
        language, network = self.language, self.network
        samples, step = network.rules.samples, network.rules.step
        yield from self.restarted(Moment.EPOCH)
        if step == samples > 1:
            yield from self.restarted(Moment.STEP)
        each = [*self._row(), *(self._updated(Moment.STEP) if step == 1 else [])]
        if 1 < step < samples:
            number = language.variable(SAMPLE)
            begins = language.begins_step.format(number, step)
            each = [*language.blocked(begins, self.restarted(Moment.STEP)), *each]
            each += language.blocked(self._ends_step(), self._updated(Moment.STEP))
        if samples == 1:
            yield from each
        else:
            given = ", ".join(map(language.variable, network.samples[0]))
            parts = (part.format(language.variable(SAMPLE), given) for part in language.each_sample)
            head, *first = parts
            yield from language.blocked(head, [*first, *each])
        if step == samples > 1:
            yield from self._updated(Moment.STEP)
        yield from self._updated(Moment.EPOCH)

    def _ends_step(self) -> str:
        language = self.language
        return language.ends_step.format(language.variable(SAMPLE), self.network.rules.step)

    def restarted(self, moment: Moment) -> Lines:
        """Statements that restart the carried quantities which restart at this moment."""
        for name, start in self.network.rules.restarting(moment):
            yield self.language.assignment.format(self.language.variable(name), start)

    def _updated(self, moment: Moment) -> Lines:
        """One statement that updates, all at once, the quantities updated at this moment."""
        updates = dict(self.network.rules.updating(moment))
        updates.pop(SAMPLE, None)  # the loop over the samples counts them
        if updates:
            names = ", ".join(map(self.language.variable, updates))
            formulas = ", ".join(map(self.language.formula, updates.values()))
            yield self.language.together.format(names, formulas)

    def _row(self) -> Lines:
        """The statements that compute a row and hand it over."""
        language, each = self.language, self.in_each_row()
        waiting = {n: q.formula for n, q in self.network.derived.items() if n not in each}
        for name, tree in calls_once(each, self.network.carried.keys()):
            yield language.assigned(name, tree)
        if waiting:
            yield from language.blocked(
                self._ends_step(), (language.assigned(n, t) for n, t in waiting.items())
            )
        yield from language.row(list(map(language.variable, self.network.columns)))
        yield from self._updated(Moment.ROW)

    def in_each_row(self) -> Mapping[str, Tree]:
        """The quantities that are computed in each row, not only at the end of a step."""
        waits = self.network.rules.waits_for_step_end
        return {n: q.formula for n, q in self.network.derived.items() if not waits(n)}


def _python(program: _Program) -> Lines:
    """A generator of rows."""
    yield f"def rows({', '.join(program.network.numbers)}, samples, failed):"
    yield from _indented(program.restarted(Moment.TRAINING))
    yield from _indented(["try:"])
    yield from _indented(["while True:", *_indented(program.epoch())], 2)
    yield from _indented(["except broken:", *_indented(["raise failed() from None"])])


def _python_row(columns: list[str]) -> Lines:
    yield f"row = ({', '.join(columns)},)"
    yield "if not isfinite(sum(row)): check(row)"
    yield "yield row"


def _javascript(program: _Program) -> Lines:
    """A function that fills a table and returns its number of complete rows."""
    variable = program.language.variable
    given = ", ".join(f"{name}: {variable(name)}" for name in program.network.numbers)
    computed = dict(calls_once(program.in_each_row(), program.network.carried.keys()))
    computed |= {name: quantity.formula for name, quantity in program.network.derived.items()}
    yield f"function train({{ {given} }}, samples, epochs, table) {{"
    yield from _indented(
        [
            f"let {', '.join(map(variable, computed))};",
            "let row = 0;",
            "let place = 0;",
            *program.restarted(Moment.TRAINING),
            "try {",
            *_indented(
                program.language.blocked(
                    "for (let round = 0; round < epochs; round++)", program.epoch()
                )
            ),
            "} catch (error) {",
            *_indented(["if (!(error instanceof Broken)) throw error;"]),
            "}",
            "return row;",
        ]
    )
    yield "}"


def _javascript_row(columns: list[str]) -> Lines:
    for offset, column in enumerate(columns):
        yield f"table[place + {offset}] = {column};"
    yield f"if (!finite(table, place, {len(columns)})) return row;"
    yield f"place += {len(columns)};"
    yield "row += 1;"


AS_PYTHON = Language(
    notation=PYTHON,
    variable=str,
    assignment="{} = {}",
    together="{} = {}",
    block="{}:",
    end="",
    begins_step="if {} % {} == 1",
    ends_step="if {} % {} == 0",
    each_sample=("for {0}, ({1},) in enumerate(samples, start=1)",),
    row=_python_row,
    whole=_python,
)
AS_JAVASCRIPT = Language(
    notation=JAVASCRIPT,
    variable="${}".format,  # a quantity of one's own may be called `new`
    assignment="{} = {};",
    together="[{}] = [{}];",
    block="{} {{",
    end="}",
    begins_step="if ({} % {} === 1)",
    ends_step="if ({} % {} === 0)",
    each_sample=(
        "for ({0} = 1; {0} <= samples.length; {0}++)",
        "[{1}] = samples[{0} - 1];",
    ),
    row=_javascript_row,
    whole=_javascript,
)


def program(network: Network, language: Language = AS_PYTHON) -> str:
    """The training of a network as the source of a function.

    In Python it is a generator of rows, in JavaScript it fills a table; both take the given
    numbers and the samples.
    """
    return "\n".join(language.whole(_Program(network, language)))
