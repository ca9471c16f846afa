"""The page that states a student's task, as Markdown and as HTML, for paper and for phones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from backprop_sheet.definitions import definitions
from backprop_sheet.document import Heading, Paragraph, Points, Table, Text, side_by_side
from backprop_sheet.document.markdown import escaped, in_markdown
from backprop_sheet.errors import counted
from backprop_sheet.exercise import words
from backprop_sheet.exercise.assignment import (
    CELLS,
    COLUMNS,
    DERIVATION,
    DRAWING,
    Assignment,
    Marking,
    Student,
)
from backprop_sheet.exercise.parts import CHART, UPDATES, Part
from backprop_sheet.exercise.setting.picture import STYLE, picture
from backprop_sheet.network import Network
from backprop_sheet.reporter.given import number, sample_table

PAGE_STYLE = """
@page{size:A4;margin:13mm 16mm}
body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;max-width:44rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .2rem}
h2{font-size:1.1rem;margin:1.4rem 0 .3rem;break-after:avoid}
p,ul{margin:.4rem 0}ul{padding-left:1.2rem}
.who{color:#595959;margin:0 0 1rem}
.wide{overflow-x:auto;background:
linear-gradient(90deg,#fff 1rem,#fff0) 0 0/2rem 100% no-repeat local,
linear-gradient(270deg,#fff 1rem,#fff0) 100% 0/2rem 100% no-repeat local,
linear-gradient(90deg,#0004,#0000) 0 0/.8rem 100% no-repeat scroll,
linear-gradient(270deg,#0004,#0000) 100% 0/.8rem 100% no-repeat scroll}
table{border-collapse:collapse;margin:.4rem 0;font-variant-numeric:tabular-nums}
th,td{border:1px solid #bfbfbf;padding:.15rem .6rem;text-align:left;vertical-align:top}
th{background:#f0f0f0}
td span{white-space:nowrap}
table,li{break-inside:avoid}
svg{display:block;width:100%;max-width:40rem;height:auto;margin:.4rem 0}
@media(max-width:30rem){th,td{padding:.15rem .35rem}.wide{font-size:.9rem}}
@media print{.wide{background:none}
body{font-size:9.5pt;line-height:1.3;padding:0;max-width:none}svg{max-width:18rem}
ul{columns:2;column-gap:2rem}
.wide{display:inline-block;vertical-align:top;margin-right:1.5rem}h2{margin-top:.8rem}}
"""


@dataclass(frozen=True)
class Task:
    """A student's task.

    Attributes:
        assignment: the exercise.
        student: the student.
        first_row: the first row of the sheet's table.
        sheet: the name of the student's sheet.
    """

    assignment: Assignment
    student: Student
    first_row: int
    sheet: str

    def blocks(self) -> Iterator[Text]:
        """What the page says, below its title."""
        yield from self._numbers()
        yield from _network(self.assignment.network)
        yield from self._work()
        yield Heading("How it is marked")
        updates = UPDATES in self.assignment.points
        yield Points(list(rules(self.assignment.marking, updates=updates)))

    @property
    def _parts(self) -> list[Part]:
        """The parts of which anything is left to do."""
        return [part for part in self.assignment.parts if part.columns or part.key == CHART]

    def _numbers(self) -> Iterator[Text]:
        assignment = self.assignment
        network = assignment.network_of(self.student)
        yield Heading("Your numbers")
        yield Paragraph(
            f"These numbers are yours alone; your sheet, {self.sheet}, has them already. "
            f"The learning rate is η\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{number(network.eta)}. "
            f"The network is trained for {counted(network.epochs)}"
            + (f" of {len(network.samples)} samples." if len(network.samples) > 1 else ".")
        )
        yield from sample_table(network)
        weights = [(name, number(network.numbers[name])) for name in network.trained]
        yield side_by_side(("weight", "start"), weights)

    def _work(self) -> Iterator[Text]:
        network = self.assignment.network
        yield Heading("What to do")
        samples = len(network.samples)
        rows = "is a row" if samples == 1 else f"has {samples} rows, one for each sample"
        first, last = self.first_row, self.first_row + network.rows(network.epochs) - 1
        yield Paragraph(
            f"Open {self.sheet}. The table begins in row {first} with epoch 0 and ends in row "
            f"{last} with epoch {network.epochs - 1}; each epoch {rows}. Fill in the marked cells "
            "with formulas that refer to other cells, not with numbers. Leave the given numbers "
            "as they are."
        )
        points = self.assignment.points
        parts = [
            (part.title, _of_part(network, part), words.points(points[part.key]))
            for part in self._parts
        ]
        total = ("total", "", words.points(sum(points[part.key] for part in self._parts)))
        yield Table(("part", "columns", "points"), [*parts, total])
        yield Points(list(self._hints()))

    def _hints(self) -> Iterator[str]:
        assignment = self.assignment
        if assignment.columns and assignment.shown:
            last = assignment.shown - 1
            shown = f"Epochs 0 to {last} are" if last else "Epoch 0 is"
            yield f"{shown} filled in already, with numbers: your formulas give the same there."
        if set(assignment.columns) & set(assignment.network.trained):
            yield (
                "A weight is computed from the row above: its old value there, and its gradient "
                "there."
            )
        if DERIVATION in assignment.given:
            yield "The boxes above the table derive the formulas."
        if CHART in assignment.blank:
            yield f"Make a chart of {_curve(assignment.network)}, in the place that is marked."
        else:
            yield "The chart above the table follows the cells that you fill in."
        if assignment.self_check:
            yield (
                "A cell turns green and bold once its number is right, and a line above the table "
                "counts the right cells."
            )
        yield f"Save the sheet as an Excel workbook, and keep its name: {self.sheet}."

    # --- as text -------------------------------------------------------------------------------

    def markdown(self) -> str:
        """The page as Markdown."""
        title, who = escaped(self.assignment.title), escaped(self.student.called)
        texts = [f"# {title}", who, *map(in_markdown, self.blocks())]
        return "\n\n".join(texts) + "\n"

    def html(self) -> str:
        """The page as HTML that needs nothing else."""
        title, who = escape(self.assignment.title), escape(self.student.called)
        given_away = DRAWING in self.assignment.given
        drawing = picture(self.assignment.network) if given_away else ""
        body = "\n".join(map(_in_html, self.blocks()))
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{title}: {who}</title>\n<style>{PAGE_STYLE}{STYLE}</style>\n</head>\n<body>\n"
            f'<h1>{title}</h1>\n<p class="who">{who}</p>\n{drawing}\n{body}\n</body>\n</html>\n'
        )


def rules(marking: Marking, *, updates: bool = True) -> Iterator[str]:
    """How sheets are marked, in plain words, a sentence or two for each rule.

    Args:
        marking: the rules.
        updates: whether updates earn points.
    """
    by = {
        CELLS: "Each right cell earns its share of its part's points.",
        COLUMNS: "Each column earns its share of its part's points if all of its cells are right.",
    }
    yield by.get(marking.by, "A part earns its points if all of its cells are right.")
    yield (
        "A cell is right if its formula is right for the numbers that your sheet has, even where "
        "these are wrong: a mistake costs its own cells, not those that follow from it."
    )
    yield f"A right number that was typed instead of a formula earns {words.share(marking.typed)}."
    others, changed = words.share(marking.others_numbers), words.share(marking.other_numbers)
    yield (
        f"A sheet with another student's numbers earns {others} in all; one whose given numbers "
        f"were changed earns {changed}."
    )
    if updates:
        yield f"At another learning rate the updates earn {words.share(marking.other_rate)}."


def _network(network: Network) -> Iterator[Text]:
    """What the formulas follow from."""
    yield Heading("The network")
    meanings = "z is the weighted sum of a neuron, a its activation, t the target of an output."
    own = [] if network.design.written else [meanings]
    yield Points([*(f"{each.of}: {each.text}" for each in definitions(network)), *own])


def _of_part(network: Network, part: Part) -> str:
    """A part's columns, or what its chart shows."""
    return _curve(network) if part.key == CHART else _names(network, part.columns)


def _curve(network: Network) -> str:
    """What the chart shows, as the sheet has it."""
    return f"{network.symbols[network.error].heading} over the epochs"


def _names(network: Network, names: Sequence[str]) -> str:
    """Columns by their headings."""
    return ", ".join(network.symbols[name].heading for name in names)


def _in_html(block: Text) -> str:
    match block:
        case Heading(text):
            return f"<h2>{escape(text)}</h2>"
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Points(texts):
            return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"
        case Table(head, rows, _):
            top = "".join(f"<th>{escape(text)}</th>" for text in head)
            body = "".join(
                f"<tr>{''.join(f'<td>{_unbroken(text)}</td>' for text in row)}</tr>" for row in rows
            )
            table = f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody>"
            return f'<div class="wide"><table>{table}</table></div>'


def _unbroken(text: str) -> str:
    """The text of a cell; names of a list are not broken."""
    names = text.split(", ")
    return ", ".join(f"<span>{escape(one)}</span>" for one in names) if names[1:] else escape(text)
