"""Answers that follow from the layers: how many, what they see, where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from backprop_sheet.document import Block, Paragraph, Table
from backprop_sheet.errors import counted
from backprop_sheet.mnist.explained import about_stated, image_row
from backprop_sheet.mnist.explained import transitions as transitions_of
from backprop_sheet.mnist.looking.fields import about as about_fields
from backprop_sheet.mnist.model import SIZE, Layer, count
from backprop_sheet.mnist.reporting.run import Run, size


def layers(run: Run) -> Iterator[Block]:
    """How many layers there are and why."""
    rows = run.rows
    convolutions = len(run.convolutions)
    yield Paragraph(
        f"{counted(len(rows), 'layer')} with {counted(count(rows), 'parameter')}, "
        f"{convolutions} of them convolutions. Each adds to what one value sees of the digit. "
        f"{_seen(run)}"
    )
    yield Table(
        ("layer", "output", "parameters", "kernel", "stride", "jump", "field"),
        [
            (row.name, size(row), f"{row.parameters:,}",
             *map(str, (row.kernel, row.stride, row.jump, row.field)))
            for row in rows
        ],
        "layers",
    )  # fmt: skip


def _seen(run: Run) -> str:
    """Where one value first sees the whole image, and what the layers behind that are for."""
    last, scores = run.rows[-1], run.convolutions[-1]
    whole = _first_whole(run)
    made = f"{scores.name}, of kernel 1 × 1, makes {counted(scores.weights.shape[0], 'map')}, one "
    made += f"for each digit, and {last.name} averages each into a score"
    if whole is None:
        return (
            f"The receptive field never covers the image of {SIZE} pixels: at the last layer it is "
            f"{last.field}, so more layers could see more. {made}."
        )
    said = f"At {whole.name} the receptive field first covers the image of {SIZE}: it is "
    said += f"{whole.field} pixels. "
    if whole.name in (last.name, scores.name):
        return f"{said}{made}."
    return f"{said}The layers behind it need not see more: {made}."


def _first_whole(run: Run) -> Layer | None:
    """The first layer whose field covers the image; none if it never does."""
    return next((row for row in run.rows if row.field >= SIZE), None)


def field(run: Run) -> Iterator[Block]:
    """The receptive field."""
    whole = _first_whole(run)
    said = "It is how many pixels of the image, in each direction, one value depends on. "
    said += "A layer adds (k − 1)·j, where k is its kernel and j the jump between two values. "
    if whole:
        said += f"Here it first covers the image of {SIZE} pixels at {whole.name}, with "
        said += f"{whole.field}."
    else:
        said += f"Here it is {run.rows[-1].field} pixels at the end: no value sees the image whole."
    yield Paragraph(said)
    growing, seen = [], 1
    for row in run.rows:
        if row.field > seen:
            growing.append((row.name, str(row.kernel), str(row.jump), str(row.field)))
        seen = row.field
    yield Table(("layer", "kernel", "jump behind it", "field"), growing, "receptive fields")
    if stated := about_stated(run.rows):
        yield Paragraph(f"{stated}.")
    if run.fields:
        yield Table(
            ("layer", "field", "of it in the image", "95 % of the gradient within"),
            [(one.layer.name, *map(str, (one.layer.field, one.within, one.effective)))
             for one in run.fields if one.layer.name in {name for name, *_ in growing}],
            "receptive fields as measured",
        )  # fmt: skip
        yield from map(Paragraph, about_fields(run.fields, len(run.model.examples)))


def pooling(run: Run) -> Iterator[Block]:
    """Max pooling."""
    pools = run.of("MaxPool2d")
    if not pools:
        yield Paragraph("This network has none: its maps stay as large as the image.")
    else:
        yield Paragraph(
            "Of each window only the largest value goes on. The maps become smaller, so the layers "
            "behind them see more of the image at less cost, and small shifts change less."
        )
        yield Table(
            ("layer", "window", "output", "field"),
            [
                (row.name, f"{row.kernel} × {row.kernel}", size(row), str(row.field))
                for row in pools
            ],
            "max poolings",
        )


def distance_of_pooling(run: Run) -> Iterator[Block]:
    """How far max pooling stands from the prediction."""
    average = (
        f"The average at the end, {run.rows[-1].name}, is a pooling right before the prediction: "
        "where a digit's signs stand no longer matters there, only how strong they are on the "
        "whole, and it has no weights that could overfit (Lin, Chen and Yan)."
    )
    if not (pools := run.of("MaxPool2d")):
        yield Paragraph(f"There is no max pooling in this network. {average}")
        return
    yield Paragraph(
        "A max pooling throws away where a value stood, and all but the largest value. Layers "
        "behind it have to combine what is left, so max poolings stand well before the prediction."
    )
    yield _distances(run, pools)
    yield Paragraph(average)


def distance_of_normalisation(run: Run) -> Iterator[Block]:
    """How far batch normalisation stands from the prediction."""
    norms = run.of("BatchNorm2d")
    if not norms:
        yield Paragraph("There is no batch normalisation in this network.")
        return
    yield Paragraph(
        "The scores of the digits should be free to be large or small. So no normalisation follows "
        "the last convolution, and the last one stands as far from the prediction as this:"
    )
    yield _distances(run, norms)


def _distances(run: Run, of: list[Layer]) -> Table:
    rows = [
        (one.layer.name, *map(str, (one.layers, one.convolutions, one.layer.field, one.to_come)))
        for one in run.distances
        if one.layer in of
    ]
    return Table(
        ("layer", "layers behind it", "convolutions behind it", "field", "field to come"),
        rows,
        "distances from the prediction",
    )


def single(run: Run) -> Iterator[Block]:
    """1×1 convolutions."""
    found = [one for one in run.convolutions if one.weights.shape[-1] == 1]
    yield Paragraph(
        "A 1×1 convolution sees one place and mixes its channels: it changes how many maps there "
        "are, and not what they see."
    )
    yield from _kernels(run, [one.name for one in found])


def triple(run: Run) -> Iterator[Block]:
    """3×3 convolutions."""
    found = [one for one in run.convolutions if one.weights.shape[-1] > 1]
    first = found[:2]
    said = "The smallest kernel that has a middle and sees each direction. Two of them see as much "
    said += "as one that is larger, with fewer weights and a ReLU between them"
    if len(first) > 1:
        said += f": {first[0].field} pixels after {first[0].name}, {first[1].field} after "
        said += first[1].name
    yield Paragraph(f"{said}.")
    yield from _kernels(run, [one.name for one in found])


def _kernels(run: Run, names: list[str]) -> Iterator[Block]:
    rows = [row for row in run.rows if row.name in names]
    if not rows:
        yield Paragraph("This network has none.")
        return
    found = {one.name: one for one in run.convolutions}
    yield Table(
        ("layer", "maps in", "maps out", "parameters", "field"),
        [
            (row.name, *(str(found[row.name].weights.shape[axis]) for axis in (1, 0)),
             f"{row.parameters:,}", str(row.field))
            for row in rows
        ],
        "convolutions",
    )  # fmt: skip


def transitions(run: Run) -> Iterator[Block]:
    """Transition layers."""
    last = run.convolutions[-1]
    pools = len(run.of("MaxPool2d"))
    smaller = "only the mean at the end makes them smaller"
    if pools:
        smaller = f"{counted(pools, 'max pooling')} and the mean at the end make them smaller"
    maps_in, maps_out = last.weights.shape[1], last.weights.shape[0]
    yield Paragraph(
        "A transition leads from one block to the next: it makes maps smaller, fewer, or both. "
        f"Here {smaller}, and {last.name} makes {maps_in} maps into {maps_out}, "
        "one for each digit."
    )


def places_of_transitions(run: Run) -> Iterator[Block]:
    """Where transition layers stand."""
    yield Paragraph(
        "They stand where the maps have been looked at from a few layers, so that what is thrown "
        "away has been put to use; none stands before the first convolutions."
    )
    before = dict(pairwise([*reversed(run.rows), image_row(run.model.network.structure)]))
    rows = [
        (row.name, size(before[row]), size(row), str(row.field))
        for row in run.rows
        if row.name in transitions_of(run.rows)
    ]
    yield Table(("layer", "from", "to", "field"), rows, "transitions")


def _widest(run: Run) -> Layer:
    """The last convolution that sees more than one place."""
    return [row for row in run.of("Conv2d") if row.kernel > 1][-1]


def end(run: Run) -> Iterator[Block]:
    """When to stop convolving."""
    whole = _first_whole(run)
    widest = _widest(run)
    said = "When one value sees the whole digit, and the maps are hardly larger than the kernel. "
    said += f"The last convolution that sees more than one place, {widest.name}, has maps of "
    said += f"{widest.shape[1]} × {widest.shape[2]} and a field of {widest.field} pixels. "
    if whole:
        said += f"The field covers the image of {SIZE} pixels from {whole.name} on."
    else:
        said += f"The field never covers the image of {SIZE} pixels: it stopped too early."
    yield Paragraph(said)
