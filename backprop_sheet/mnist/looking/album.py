"""All figures of a trained network and some pictures, each with the name of its file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import NamedTuple

from backprop_sheet.errors import counted
from backprop_sheet.mnist.data import Bytes
from backprop_sheet.mnist.looking.answers import answer_picture
from backprop_sheet.mnist.looking.distances import distances, distances_picture
from backprop_sheet.mnist.looking.fields import Field
from backprop_sheet.mnist.looking.frames import fields_picture
from backprop_sheet.mnist.looking.kernels import kernels_picture
from backprop_sheet.mnist.looking.maps import maps_picture
from backprop_sheet.mnist.looking.neighbours import Answers, near_misses, near_misses_picture
from backprop_sheet.mnist.model import Network
from backprop_sheet.mnist.saved import Model
from backprop_sheet.mnist.stages import Convolution, maps, stages
from backprop_sheet.plotter.picture import Picture

MOST_PICTURES = 100
"""Over how many pictures a gradient is gathered at most."""


class Shown(NamedTuple):
    """A picture that the network is shown.

    Attributes:
        stem: how names of files about it end.
        title: what it is.
        image: what the network sees: grey values 0 to 255, of shape (28, 28).
    """

    stem: str
    title: str
    image: Bytes


class Findings(NamedTuple):
    """What was computed before anything is drawn.

    Attributes:
        network: the network.
        fields: its receptive fields, by `fields.measured`.
        pictures: over how many pictures they were measured.
        known: what it answered to test digits; None without any.
    """

    network: Network
    fields: Sequence[Field]
    pictures: int
    known: Answers | None


class Item(NamedTuple):
    """A figure of the album: the name of its file, what it shows, and what draws it."""

    name: str
    about: str
    draw: Callable[[Findings], Picture]


def examples(model: Model, kinds: Collection[int] = ()) -> list[Shown]:
    """Test digits that a model's file holds, in their order.

    Args:
        model: the model.
        kinds: those that are wanted; none for all.

    Raises:
        InputError: the file does not hold one of them.
    """
    return [
        Shown(f"digit{digit}", f"The test digit {digit}", model.example(digit))
        for digit in sorted(set(kinds) or model.examples)
    ]


def least_sure(network: Network, shown: Sequence[Shown]) -> Shown:
    """The picture whose answer has the lowest probability: fields are drawn on it."""
    return min(shown, key=lambda one: maps(network, one.image)[-1].max())


def album(network: Network, shown: Sequence[Shown], *, with_tests: bool) -> list[Item]:
    """The figures, none of them drawn yet.

    Args:
        network: the network.
        shown: the pictures that it is shown, at least one.
        with_tests: whether there are test digits to find mistakes among.
    """
    items = [
        Item(f"kernels_{stage.name}.png", f"the weights of {stage.name}", _kernels(stage))
        for stage in stages(network)
        if isinstance(stage, Convolution)
    ]
    items += [
        Item("fields.png", "receptive fields, drawn on a picture",
             partial(_fields, least_sure(network, shown))),
        Item("distances.png", "how far poolings and normalisations stand from the prediction",
             lambda found: distances_picture(distances(found.network))),
    ]  # fmt: skip
    for one in shown:
        items += [
            Item(f"maps_{one.stem}.png", "its maps, layer by layer", partial(_maps, one)),
            Item(f"answer_{one.stem}.png", "its probabilities, and what they rest on",
                 partial(_answer, one)),
        ]  # fmt: skip
    if with_tests:
        items.append(Item("near_misses.png", "right answers that were close", _near_misses))
    return items


def about_tests(known: Answers) -> str:
    """How many test digits were read wrongly."""
    return f"{len(known.wrong):,} of {counted(len(known.truth), 'test digit')} read wrongly"


def _kernels(convolution: Convolution) -> Callable[[Findings], Picture]:
    return lambda _: kernels_picture(convolution)


def _fields(shown: Shown, found: Findings) -> Picture:
    ends = [found.fields[stage.end - 1] for stage in stages(found.network)]
    return fields_picture(ends, shown.image, found.pictures)


def _maps(shown: Shown, found: Findings) -> Picture:
    return maps_picture(found.network, shown.image, f"{shown.title}, layer by layer")


def _answer(shown: Shown, found: Findings) -> Picture:
    return answer_picture(found.network, shown.image, shown.title, found.known)


def _near_misses(found: Findings) -> Picture:
    assert found.known, "test digits were asked for"
    return near_misses_picture(found.known, near_misses(found.known))
