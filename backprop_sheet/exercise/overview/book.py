"""The overview as tabs of a workbook. Sums and means are formulas, which follow a correction."""

from collections.abc import Iterator
from math import floor
from statistics import mean, median

from backprop_sheet.errors import plain
from backprop_sheet.exercise.overview.summary import BINS, Summary, bins, files_of
from backprop_sheet.exercise.words import listed, points
from backprop_sheet.exporter.tables import FIRST, HEAD, Content, Formula, Tab
from backprop_sheet.ooxml.addresses import Area, letters

POINTS, TWO = "Points", "0.00"
"""The title of the first tab, which others refer to, and the format of points."""
TOTAL, SHARE, PARTS = 2, 3, 4
"""The columns of the tab of points, from 0: the sum, its share of all points, and the parts."""
TINY = 1e-09
MOST_NAMED = 30
"""Students that a cell names."""


def tabs_of(summary: Summary) -> list[Tab]:
    """The tabs of the overview."""
    return [
        _points(summary),
        _parts(summary),
        _distribution(summary),
        _causes(summary),
        _cells(summary),
        _rules(summary),
        _files(summary),
        _likeness(summary),
    ]


def _points(summary: Summary) -> Tab:
    first, last = letters(PARTS + 1), letters(PARTS + len(summary.parts))
    rows: list[list[Content]] = []
    for number, line in enumerate(summary.lines, start=FIRST):
        earned = [line.earned(part) for part in summary.parts]
        row: list[Content] = [plain(line.student.identifier), plain(line.student.name)]
        if line.points is None:
            row += [None, None]
        else:
            total = letters(TOTAL + 1)
            row += [
                Formula(f"ROUND(SUM({first}{number}:{last}{number}),2)", line.points),
                _share(f"{total}{number}/{summary.total!r}", line.points / (summary.total or 1)),
            ]
        file = line.mark.submission if line.mark else None
        row += [*earned, line.said or None, plain(file.shown) if file else None]
        rows.append([*row, plain(file.why) if file and file.why else None])
    heads = ["identifier", "name", f"points of {points(summary.total)}", "share"]
    heads += [f"{part.title} ({points(summary.most[part.key])})" for part in summary.parts]
    formats = dict.fromkeys(range(PARTS, PARTS + len(summary.parts)), TWO)
    return Tab(
        POINTS,
        f"{summary.title}: points of each student. Whoever changes the points of a part changes "
        "the sum, the share, and the tabs Parts and Distribution.",
        [*heads, "remark", "file", "whose it is follows from"],
        rows,
        frozen=2,
        formats={**formats, TOTAL: TWO, SHARE: "0%"},
        bars={SHARE: 1.0},
        filtered=True,
    )


def _share(formula: str, value: float) -> Formula:
    """A share, rounded down to whole per cents: less than all is never shown as 100 %.

    The small number makes up for what a quotient such as 0.29 is short of.
    """
    return Formula(f"ROUNDDOWN({formula}+{TINY},2)", floor(100 * (value + TINY)) / 100)


def _column(number: int, summary: Summary) -> str:
    """The cells of a column of the tab of points, from another tab."""
    last = max(FIRST, HEAD + len(summary.lines))
    return f"{POINTS}!{Area(number + 1, FIRST, number + 1, last).absolute}"


def _parts(summary: Summary) -> Tab:
    rows: list[list[Content]] = []
    places = [
        (part.title, PARTS + k, summary.most[part.key]) for k, part in enumerate(summary.parts)
    ]
    for row, (title, place, most) in enumerate(
        [*places, ("everything", TOTAL, summary.total)], FIRST
    ):
        cells = _column(place, summary)
        found = _numbers(place, summary)
        none = f"COUNT({cells})=0"
        rows.append(
            [
                title,
                most,
                Formula(f'IF({none},"",AVERAGE({cells}))', mean(found) if found else ""),
                Formula(f'IF({none},"",MEDIAN({cells}))', median(found) if found else ""),
                _share(f"C{row}/B{row}", mean(found) / most if most else 0.0)
                if found
                else Formula(f'IF({none},"",{_share(f"C{row}/B{row}", 0).text})', ""),
                Formula(f'COUNTIF({cells},">="&B{row})', sum(x >= most for x in found)),
                Formula(f"COUNTIF({cells},0)", sum(x == 0 for x in found)),
            ]
        )
    return Tab(
        "Parts",
        "The parts of the work, over all who have points.",
        ["part", "points", "mean", "median", "mean share", "all points", "no points"],
        rows,
        formats={1: "0.##", 2: TWO, 3: TWO, 4: "0%"},
        bars={4: 1.0},
    )


def _numbers(place: int, summary: Summary) -> list[float]:
    """The numbers in a column of the tab of points."""
    return summary.points if place == TOTAL else summary.earned(summary.parts[place - PARTS])


def _distribution(summary: Summary) -> Tab:
    cells, counts = _column(SHARE, summary), bins(summary)
    rows: list[list[Content]] = []
    for number, count in enumerate(counts):
        low, high = number / BINS, (number + 1) / BINS
        last = number == BINS - 1
        above = f'COUNTIF({cells},">={low!r}")'
        text = above if last else f'{above}-COUNTIF({cells},">={high!r}")'
        rows.append([low, high, Formula(text, count)])
    end = HEAD + BINS
    rows.append(["all", None, Formula(f"SUM(C{FIRST}:C{end})", sum(counts))])
    return Tab(
        "Distribution",
        "How many students have such a share of all points.",
        ["from", "to below", "students"],
        rows,
        formats={0: "0%", 1: "0%"},
        bars={2: max(1, *counts)},
        totals=True,
    )


def _causes(summary: Summary) -> Tab:
    rows: list[list[Content]] = [
        [
            len(cause.students),
            cause.first or None,
            cause.columns,
            cause.text,
            cause.kind,
            listed((plain(student.identifier) for student in cause.students), MOST_NAMED),
        ]
        for cause in summary.causes
    ]
    return Tab(
        "Causes",
        "Mistakes by how many made them. A first mistake is the first of its sheet: "
        "to explain it helps most.",
        ["students", "first mistake of", "columns", "mistake", "kind", "made by"],
        rows,
        bars={0: max([1, *(len(cause.students) for cause in summary.causes)])},
        filtered=True,
    )


def _cells(summary: Summary) -> Tab:
    several = any(row.sample > 1 for row in summary.cells)
    begin = 2 if several else 1
    end = begin + len(summary.columns)
    rows: list[list[Content]] = []
    for number, row in enumerate(summary.cells, start=FIRST):
        area = Area(begin + 1, number, end, number).reference
        counts = [count for count in row.counts if count is not None]
        place: list[Content] = [row.epoch, row.sample] if several else [row.epoch]
        rows.append([*place, *row.counts, Formula(f"SUM({area})", sum(counts))])
    last = HEAD + len(rows)
    if rows:
        totals: list[Content] = []
        for column in range(begin, end + 1):
            each = [row.counts[column - begin] if column < end else None for row in summary.cells]
            value = sum(count for count in each if count is not None)
            if column == end:
                value = sum(count or 0 for row in summary.cells for count in row.counts)
            area = Area(column + 1, FIRST, column + 1, last).reference
            totals.append(Formula(f"SUM({area})", value))
        rows.append(["all", *([None] * (begin - 1)), *totals])
    more = f" The {summary.left_out:,} rows below are left out." if summary.left_out else ""
    return Tab(
        "Cells",
        f"How many students have a cell wrong, by its own row.{more}",
        ["epoch", *(["sample"] if several else []), *summary.columns, "all"],
        rows,
        frozen=begin,
        heat=Area(begin + 1, FIRST, end, last) if rows else None,
    )


def _rules(summary: Summary) -> Tab:
    rows: list[list[Content]] = [
        [plain(student.identifier), plain(student.name), plain(note)]
        for student, note in summary.rules
    ]
    return Tab(
        "Rules",
        "Rules of marking that were applied, and other remarks, as the feedback has them.",
        ["identifier", "name", "rule"],
        rows,
        frozen=2,
        filtered=True,
    )


def _files(summary: Summary) -> Tab:
    return Tab(
        "Files",
        "What is left to be seen to: students without a file, and files without points.",
        ["what", "student", "file", "why"],
        list(_of_files(summary)),
        filtered=True,
    )


def _of_files(summary: Summary) -> Iterator[list[Content]]:
    for what, who, file, why in files_of(summary):
        yield [what, who or None, file or None, why or None]


def _likeness(summary: Summary) -> Tab:
    rows: list[list[Content]] = [
        [", ".join(plain(student.identifier) for student in fact.students), fact.text]
        for fact in summary.facts
    ]
    return Tab(
        "Likeness",
        "What submissions have in common. These are facts and no verdict: students may work "
        "together, share a computer, or follow the same book.",
        ["students", "in common"],
        rows,
    )
