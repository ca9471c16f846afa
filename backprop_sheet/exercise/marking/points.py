"""The points of each part of a table, before the rules that take of them.

A part's points are shared equally among its blank columns, a column's among its blank cells.
"""

from collections.abc import Callable, Mapping, Sequence

from backprop_sheet.checker.findings import State
from backprop_sheet.exercise.assignment import CELLS, COLUMNS, PARTS
from backprop_sheet.exercise.marking.curve import shows_error
from backprop_sheet.exercise.marking.held import Held
from backprop_sheet.exercise.marks import PartMark
from backprop_sheet.exercise.parts import CHART, Part

COUNTED = State.RIGHT, State.TYPED, State.WRONG, State.UNKNOWN, State.EMPTY


def part_marks(held: Held) -> list[PartMark]:
    """What each part of the assignment came to in a table."""
    parts = held.assignment.parts
    return [_chart(held, part) if part.key == CHART else _of(held, part) for part in parts]


def _of(held: Held, part: Part) -> PartMark:
    columns = [held.states[name] for name in part.columns if held.states[name]]
    only_with: Mapping[str, Callable[[bytes], Sequence[bytes]]] = {
        CELLS: lambda _: (),
        COLUMNS: lambda column: (column,),
        PARTS: lambda _: columns,
    }
    whole, typed = only_with[held.assignment.marking.by], held.assignment.marking.typed
    shares = [_share(c, typed) if all(map(_is_complete, whole(c))) else 0.0 for c in columns]
    most, cells = held.assignment.points[part.key], b"".join(columns)
    earned = most * sum(shares) / len(shares) if shares else most  # nothing was asked for
    right, typed_ones, wrong, unknown, empty = map(cells.count, COUNTED)
    return PartMark(part, most, earned, right, typed_ones, wrong + unknown, empty)


def _share(states: bytes, typed: float) -> float:
    """The share of a column's points that its cells earn."""
    return (states.count(State.RIGHT) + typed * states.count(State.TYPED)) / len(states)


def _is_complete(states: bytes) -> bool:
    """Whether all cells are right, typed or not."""
    return all(state in (State.RIGHT, State.TYPED) for state in states)


def _chart(held: Held, part: Part) -> PartMark:
    """What the chart came to: all or nothing."""
    path, error = held.judgement.path, held.network.error
    there = not held.is_empty and shows_error(path, held.table, error, held.ends)
    most = held.assignment.points[part.key]
    return PartMark(part, most, most if there else 0.0)
