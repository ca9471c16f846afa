"""Weights that a network file gives as a matrix for each layer, either way round."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from backprop_sheet.errors import InputError, counted, shown
from backprop_sheet.network.file.values import number_of

ROWS = ("neuron", "input")
"""What a row of a matrix belongs to: a neuron, as in PyTorch, or an input of the layer."""
DEPTH = 2
"""How deep the lists of a matrix are."""


def is_matrices(value: Any, layers: tuple[int, ...]) -> bool:
    """Whether weights are matrices; those of a single layer may do without outer brackets."""
    depth = _depth(value)
    return depth > DEPTH or (depth == DEPTH == len(layers))


def weights_of(content: Mapping[str, Any], layers: tuple[int, ...]) -> list[float]:
    """The weights in the order of their numbers: layer by layer and neuron by neuron.

    Args:
        content: the file's keys and values.
        layers: the sizes of the layers.

    Raises:
        InputError: a matrix does not fit its layer, or it is not clear what its rows belong to.
    """
    value = content["weights"]
    matrices = value if _depth(value) > DEPTH else [value]
    if len(matrices) != len(layers) - 1:
        raise InputError(
            f"weights: got matrices for {counted(len(matrices), 'layer')}, layers {list(layers)} "
            f"take {len(layers) - 1}, one for each layer after the inputs"
        )
    shapes = [(after, before) for before, after in pairwise(layers)]
    rows = content["weight_rows"] if "weight_rows" in content else _rows_by_shape(matrices, shapes)
    if rows not in ROWS:
        raise InputError(f"weight_rows: got {shown(rows)}, takes {' or '.join(ROWS)}")
    found: list[float] = []
    for number, (matrix, shape) in enumerate(zip(matrices, shapes, strict=True), start=1):
        wanted = shape if rows == "neuron" else shape[::-1]
        if _shape(matrix) != wanted:
            raise InputError(
                f"weights, matrix {number}: got {_named(_shape(matrix))}, takes "
                f"{_named(wanted)} with a row for each {rows}"
            )
        by_neuron = matrix if rows == "neuron" else zip(*matrix, strict=True)
        found += [number_of("weights", weight) for row in by_neuron for weight in row]
    return found


def _rows_by_shape(matrices: list[Any], shapes: list[tuple[int, int]]) -> str:
    """What rows belong to, by the first matrix that is not square."""
    for matrix, shape in zip(matrices, shapes, strict=True):
        if shape[0] != shape[1]:
            return "input" if _shape(matrix) == shape[::-1] else "neuron"
    if max(shapes) == (1, 1):  # one number, either way round
        return "neuron"
    raise InputError(
        "weights: a row of a square matrix may belong to a neuron or to an input; say which: "
        'weight_rows = "neuron" or "input"'
    )


def _depth(value: Any) -> int:
    depth = 0
    while isinstance(value, list):
        value, depth = value[0] if value else None, depth + 1
    return depth


def _shape(matrix: Any) -> tuple[int, ...]:
    """Rows and columns; no columns if its rows differ."""
    rows = matrix if isinstance(matrix, list) else []
    lengths = {len(row) if isinstance(row, list) else 0 for row in rows}
    return (len(rows), lengths.pop() if len(lengths) == 1 else 0)


def _named(shape: tuple[int, ...]) -> str:
    rows, columns = shape
    return f"{counted(rows, 'row')} of {columns}" if columns else "rows of different lengths"
