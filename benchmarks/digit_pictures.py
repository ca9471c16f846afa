"""Pictures of digits as people make them, and how many of them `mnist predict` reads.

    python -m benchmarks.digit_pictures MODEL [SEED] [--held-out] [--save DIR]

Prints, for each kind of picture, how many of its ten digits were read correctly. The kinds are
those that people send: printed, drawn with a pen, photographed, on squared paper, cut off, turned.
The seed decides all that is left to chance. With --held-out, the pictures are in other fonts,
other hands, other sizes and colours: what is tuned on one set is judged by the other.

MNIST's own test digits are among the kinds if BACKPROP_SHEET_MNIST names a folder with its files.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

SIDE = 400
"""Width and height of most pictures, in pixels."""
FINER = 2
"""Pens are drawn this many times larger and scaled down, which smooths their edges."""
Grey = npt.NDArray[np.float64]
"""Ink of shape (height, width): 0 where there is none, 1 where it is full."""
Point = tuple[float, float]
Chance = np.random.Generator

# --- pens ----------------------------------------------------------------------------------------
# Each digit is a list of strokes, in a box from (0, 0), top left, to (1, 1). A stroke marked ~ is a
# smooth curve through its points; any other has straight lines between them.

ROUND_ZERO = "~ .5 0 .2 .12 .06 .5 .2 .88 .5 1 .8 .88 .94 .5 .8 .12 .5 0"
EIGHT = (
    "~ .5 .46 .22 .32 .2 .12 .5 0 .8 .12 .78 .32 .5 .46 .16 .64 .14 .88 .5 1 .86 .88 .84 .64 .5 .46"
)
WIDE_EIGHT = (
    "~ .5 .44 .12 .3 .15 .08 .5 0 .85 .08 .88 .3 .5 .44 .06 .62 .08 .9 .5 1 .92 .9 .94 .62 .5 .44"
)
HANDS: dict[str, list[list[str]]] = {
    "school": [
        [ROUND_ZERO],
        [".25 .25 .55 0 .55 1"],
        ["~ .12 .28 .2 .08 .5 0 .8 .08 .86 .3 .7 .55 .4 .78 .1 1", ".1 1 .92 1"],
        ["~ .14 .12 .45 0 .8 .1 .8 .36 .42 .47", "~ .42 .47 .85 .58 .88 .86 .5 1 .1 .88"],
        [".62 0 .08 .66 .94 .66", ".66 .34 .66 1"],
        [".85 0 .25 0 .2 .45", "~ .2 .45 .5 .37 .82 .5 .85 .78 .55 1 .12 .9"],
        ["~ .72 .02 .4 .2 .16 .55 .2 .88 .5 1 .82 .86 .8 .6 .5 .5 .2 .66"],
        [".08 0 .9 0 .4 1"],
        [EIGHT],
        ["~ .82 .3 .7 .06 .42 0 .16 .18 .24 .44 .55 .48 .82 .3", ".82 .3 .68 1"],
    ],
    "quick": [
        ["~ .55 .02 .25 .15 .1 .55 .3 .95 .6 .95 .88 .6 .8 .15 .5 .04"],
        [".5 0 .46 1"],
        ["~ .15 .2 .45 0 .8 .15 .7 .5 .2 .95 .3 .8 .6 .95 .95 .92"],
        ["~ .2 .08 .6 0 .78 .22 .42 .44 .8 .6 .75 .88 .4 1 .12 .9"],
        [".25 0 .12 .55 .9 .52", ".72 .1 .62 1"],
        ["~ .28 .05 .24 .4 .55 .38 .82 .55 .75 .88 .4 1 .1 .9", ".28 .05 .9 .0"],
        ["~ .6 0 .3 .35 .15 .75 .4 1 .75 .88 .75 .64 .5 .56 .22 .72"],
        ["~ .1 .08 .5 .04 .9 .05", ".9 .05 .5 .5 .35 1"],
        ["~ .78 .12 .5 0 .25 .12 .35 .38 .7 .6 .8 .85 .5 1 .2 .85 .35 .6 .7 .35 .78 .12"],
        ["~ .8 .25 .55 .02 .2 .15 .2 .42 .55 .46 .8 .25 .74 .7 .5 .96 .25 .95"],
    ],
    "wide": [
        ["~ .5 .04 .15 .15 0 .5 .15 .86 .5 .98 .86 .86 1 .5 .86 .14 .5 .04"],
        [".3 .2 .52 0 .5 1"],
        ["~ .05 .25 .3 .02 .7 .02 .92 .28 .6 .6 .05 .98", "~ .05 .98 .5 .94 1 .98"],
        ["~ .08 .1 .5 0 .9 .2 .4 .46", "~ .4 .46 .95 .58 .9 .92 .4 1 .02 .9"],
        [".5 0 .02 .7 1 .7", ".7 .4 .7 1"],
        [".95 .03 .2 .03 .12 .42", "~ .12 .42 .6 .36 .95 .62 .75 .94 .35 1 .02 .9"],
        ["~ .85 .06 .4 .1 .06 .5 .1 .88 .5 1 .92 .86 .9 .58 .5 .48 .1 .64"],
        [".02 .04 .98 .04 .45 1"],
        [WIDE_EIGHT],
        ["~ .9 .28 .7 .04 .35 .02 .08 .2 .16 .44 .6 .5 .9 .28", "~ .9 .28 .9 .7 .8 1"],
    ],
}  # fmt: skip
"""How each hand writes the ten digits."""
EXTENT = {"school": (0.58, 0.8), "quick": (0.5, 0.75), "wide": (0.66, 0.7)}
"""Width and height of each hand's digits, as fractions of the picture."""
SLANT = {"school": 0.0, "quick": 0.18, "wide": -0.04}
"""How far the top of a digit lies to the right, as a fraction of its height."""
WOBBLE = 0.012
"""How much each point of a stroke is displaced by chance."""


def pen(digit: int, hand: str, width: float, chance: Chance, share: float = 1.0) -> Grey:
    """A digit drawn with a pen.

    Args:
        digit: 0 to 9.
        hand: whose hand, a key of `HANDS`.
        width: the pen's width in pixels.
        chance: decides where the hand trembles.
        share: the digit's size, as a fraction of its usual one.
    """
    page = Image.new("L", (FINER * SIDE, FINER * SIDE))
    draw = ImageDraw.Draw(page)
    across, down = (share * part for part in EXTENT[hand])
    for stroke in HANDS[hand][digit]:
        numbers = [float(word) for word in stroke.removeprefix("~").split()]
        points = np.array(numbers).reshape(-1, 2)
        points = points + chance.normal(0, WOBBLE, points.shape)
        x = 0.5 + (points[:, 0] - 0.5) * across + SLANT[hand] * (0.5 - points[:, 1]) * down
        y = 0.5 + (points[:, 1] - 0.5) * down
        points = FINER * SIDE * np.stack((x, y), axis=1)
        _draw_stroke(draw, _smooth(points) if stroke.startswith("~") else points, FINER * width)
    return _ink(page.resize((SIDE, SIDE), Image.Resampling.BOX))


def _smooth(points: Grey) -> Grey:
    """Points on a curve through these points (Catmull and Rom, 1974)."""
    closed = np.hypot(*(points[0] - points[-1])) < 0.1 * np.ptp(points)
    before, after = (points[-2], points[1]) if closed else (points[0], points[-1])
    p = np.vstack((before, points, after))
    t = np.linspace(0, 1, 12, endpoint=False)[:, None]
    pieces = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
               + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]  # fmt: skip
    return np.vstack((*pieces, points[-1:]))


def _draw_stroke(draw: ImageDraw.ImageDraw, points: Grey, width: float) -> None:
    line = [(float(x), float(y)) for x, y in points]
    draw.line(line, fill=255, width=round(width), joint="curve")
    for x, y in (line[0], line[-1]):  # a pen's ends are round
        r = width / 2
        draw.ellipse((x - r, y - r, x + r, y + r), fill=255)


def _ink(page: Image.Image) -> Grey:
    return np.asarray(page, np.float64) / 255


# --- fonts ---------------------------------------------------------------------------------------

FONTS = (
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSerif",
    "DejaVuSerif-Bold", "STIXGeneral", "STIXGeneralItalic", "cmr10", "cmss10", "cmtt10",
)  # fmt: skip
"""Fonts that come with matplotlib."""
HELD_OUT_FONTS = (
    "DejaVuSans-BoldOblique", "DejaVuSansMono-Bold", "DejaVuSansMono-Oblique",
    "DejaVuSerif-Italic", "DejaVuSerif-BoldItalic", "STIXGeneralBol", "STIXGeneralBolIta", "cmb10",
)  # fmt: skip


PRINTED = 0.4
"""The fraction of the held-out set that is printed, where the kind leaves it open."""


def printed(text: str, font: str, size: float = 0.62, side: int = SIDE) -> Grey:
    """A digit, or any text, in a font, in the middle of the picture.

    Args:
        text: what is printed.
        font: a file's name without suffix among matplotlib's fonts, or a whole path.
        size: the font's size, as a fraction of the picture.
        side: width and height of the picture.
    """
    import matplotlib as mpl

    path = Path(font)
    if not path.suffix:
        path = Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{font}.ttf"
    face = ImageFont.truetype(str(path), round(size * side))
    page = Image.new("L", (side, side))
    left, top, right, bottom = face.getbbox(text)
    place = ((side - left - right) / 2, (side - top - bottom) / 2)
    ImageDraw.Draw(page).text(place, text, font=face, fill=255)
    return _ink(page)


# --- pages ---------------------------------------------------------------------------------------


class Colours(NamedTuple):
    """The colours of ink and paper, 0 to 255."""

    ink: tuple[int, int, int]
    paper: tuple[int, int, int]


BLACK = Colours((20, 20, 20), (250, 250, 248))


def page(ink: Grey, colours: Colours = BLACK) -> Grey:
    """Ink on paper, as values 0 to 255 of shape (height, width, 3)."""
    part = ink[:, :, None]
    return part * np.array(colours.ink, float) + (1 - part) * np.array(colours.paper, float)


def picture(values: Grey) -> Image.Image:
    """A picture of these values."""
    return Image.fromarray(np.clip(np.round(values), 0, 255).astype(np.uint8))


def resized(ink: Grey, side: int) -> Grey:
    """Ink scaled to another size."""
    return _ink(picture(255 * ink).resize((side, side), Image.Resampling.BOX))


def turned(ink: Grey, angle: float) -> Grey:
    """Ink turned by an angle in degrees, counterclockwise."""
    return _ink(picture(255 * ink).rotate(angle, Image.Resampling.BICUBIC))


def moved(ink: Grey, right: int, down: int) -> Grey:
    """Ink moved by so many pixels; what leaves the picture is cut off."""
    return _ink(picture(255 * ink).rotate(0, translate=(right, down)))


def light(values: Grey, chance: Chance, darkest: float = 0.45) -> Grey:
    """A page in uneven light, which falls off from some corner."""
    height, width, _ = values.shape
    y, x = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None, :]
    angle = chance.uniform(0, 2 * np.pi)
    along = (x * np.cos(angle) + y * np.sin(angle)) / np.sqrt(2)
    falls = 0.7 * (1 - along) / 2 + 0.3 * (x * x + y * y) / 2
    return values * (1 - (1 - darkest) * falls)[:, :, None]


def noisy(values: Grey, deviation: float, chance: Chance) -> Grey:
    """A page with a camera's noise."""
    return values + chance.normal(0, deviation, values.shape)


def with_table(values: Grey, chance: Chance) -> Grey:
    """A sheet that does not cover all of a dark table: one side of the picture, or two."""
    result = values.copy()
    sides = chance.choice(4, chance.integers(1, 3), replace=False)
    table = np.array((60, 42, 30)) + chance.normal(0, 4, values.shape)
    for side in sides:
        part = np.rot90(result, side)
        strip = round(chance.uniform(0.04, 0.13) * SIDE)
        slope = chance.uniform(-0.03, 0.03)
        edge = strip + slope * np.arange(part.shape[1])
        dark = np.arange(part.shape[0])[:, None] < edge[None, :]
        part[dark] = np.rot90(table, side)[dark]
    return result


def framed(values: Grey, chance: Chance) -> Grey:
    """A page with a frame around the digit."""
    canvas = picture(values)
    margin, width = int(chance.integers(0, 40)), int(chance.integers(2, 12))
    box = (margin, margin, SIDE - 1 - margin, SIDE - 1 - margin)
    ImageDraw.Draw(canvas).rectangle(box, outline=(20, 20, 20), width=width)
    return np.asarray(canvas, np.float64)


def squared(ink: Grey, colours: Colours, chance: Chance) -> Grey:
    """Ink on squared paper."""
    values = page(np.zeros_like(ink), colours)
    step, width = int(chance.integers(20, 41)), int(chance.integers(1, 4))
    line = np.array(((170, 190, 225), (160, 160, 160), (120, 190, 180))[chance.integers(3)])
    first = int(chance.integers(step))
    for k in range(width):
        values[first + k :: step] = line
        values[:, first + k :: step] = line
    return ink[:, :, None] * np.array(colours.ink) + (1 - ink[:, :, None]) * values


def specked(values: Grey, chance: Chance) -> Grey:
    """A page with a few specks of dirt."""
    canvas = picture(values)
    draw = ImageDraw.Draw(canvas)
    for _ in range(chance.integers(3, 9)):
        x, y = chance.uniform(0, SIDE, 2)
        r = chance.uniform(2, 7)
        draw.ellipse((x - r, y - r * chance.uniform(0.6, 1), x + r, y + r), fill=(30, 28, 25))
    return np.asarray(canvas, np.float64)


def salted(values: Grey, chance: Chance, part: float = 0.03) -> Grey:
    """A page on which some pixels are black and as many white."""
    result, drawn = values.copy(), chance.random(values.shape[:2])
    result[drawn < part / 2], result[drawn > 1 - part / 2] = 0, 255
    return result


# --- kinds ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Maker:
    """What the kinds of picture are made of; the digits and all chance come from here.

    Attributes:
        digit: 0 to 9.
        chance: decides sizes, places, light and noise.
        held_out: whether to vary what the other set keeps fixed.
    """

    digit: int
    chance: Chance
    held_out: bool

    def ink(self, share: float = 1.0) -> Grey:
        """The digit with a pen of medium width; in the held-out set, also printed."""
        if self.held_out and self.chance.random() < PRINTED:
            font = str(self.chance.choice(HELD_OUT_FONTS))
            return printed(str(self.digit), font, share * self.chance.uniform(0.5, 0.8))
        width = self.chance.uniform(12, 30) if self.held_out else 20
        hand = list(HANDS)[self.chance.integers(3) if self.held_out else self.digit % 3]
        if self.held_out:
            share *= self.chance.uniform(0.65, 1.05)
        return pen(self.digit, hand, width, self.chance, share)

    def colours(self) -> Colours:
        """Black on white; in the held-out set, dark on light."""
        if not self.held_out:
            return BLACK
        ink = tuple(int(n) for n in self.chance.integers(0, 90, 3))
        paper = tuple(int(n) for n in self.chance.integers(205, 256, 3))
        return Colours(ink, paper)  # type: ignore[arg-type]

    def smaller(self) -> Grey:
        """The digit so small that paper lies around it: 40 to 100 % of its usual size."""
        return self.ink(self.chance.uniform(0.4, 1))

    def sheet(self) -> Grey:
        """The digit on paper."""
        return page(self.smaller(), self.colours())

    def photo(self, deviation: float) -> Image.Image:
        """A photograph: uneven light, and noise of this standard deviation."""
        return picture(noisy(light(self.sheet(), self.chance), deviation, self.chance))

    def turned(self, angle: float) -> Image.Image:
        """The digit turned, to one side or the other."""
        sign = self.chance.choice((-1, 1))
        return picture(page(turned(self.ink(0.9), sign * angle), self.colours()))

    def clear(self) -> Image.Image:
        """The digit on a transparent ground."""
        ink = picture(255 * self.ink())
        sheet = Image.new("RGBA", ink.size, (15, 15, 40, 0))
        sheet.putalpha(ink)
        return sheet

    def cut(self) -> Image.Image:
        """A digit of which the edge cuts a little off."""
        ink = self.ink()
        rows, columns = (np.flatnonzero(ink.max(axis=axis)) for axis in (1, 0))
        off = round(self.chance.uniform(0.02, 0.08) * SIDE)
        right, down = ((-columns[0] - off, 0), (SIDE - 1 - columns[-1] + off, 0),
                       (0, -rows[0] - off), (0, SIDE - 1 - rows[-1] + off))[
            self.chance.integers(4)
        ]  # fmt: skip
        return picture(page(moved(ink, int(right), int(down)), self.colours()))

    def off_centre(self) -> Image.Image:
        """A digit in a corner of the picture."""
        ink = self.ink(0.45)
        right, down = self.chance.choice((-1, 1), 2) * self.chance.uniform(0.1, 0.27, 2) * SIDE
        return picture(page(moved(ink, int(right), int(down)), self.colours()))

    def tiny(self) -> Image.Image:
        """A digit a tenth as high as the picture, or a little more."""
        ink = self.ink()
        small = resized(ink, round(self.chance.uniform(0.12, 0.2) * SIDE))
        sheet = np.zeros((SIDE, SIDE))
        top, left = self.chance.integers(20, SIDE - 20 - len(small), 2)
        sheet[top : top + len(small), left : left + len(small)] = small
        return picture(page(sheet, self.colours()))

    def jpeg(self) -> Image.Image:
        """A JPEG of low quality."""
        file = BytesIO()
        picture(self.sheet()).save(file, "JPEG", quality=20)
        return Image.open(file)


Kind = Callable[[Maker], Image.Image]
LIGHT_ON_DARK = Colours((240, 240, 235), (25, 30, 28))
COLOURED = Colours((30, 60, 200), (250, 240, 190))
RED_ON_GREEN = Colours((200, 20, 20), (30, 110, 40))


def kinds(*, held_out: bool = False) -> dict[str, Kind]:
    """The kinds of picture that are drawn or printed, by name."""
    made: dict[str, Kind] = {}
    for font in HELD_OUT_FONTS if held_out else FONTS:
        made[f"printed in {font}"] = lambda m, font=font: picture(
            page(printed(str(m.digit), font), m.colours())
        )
    for hand in HANDS:
        for width in (9, 14, 34) if held_out else (6, 20, 44):
            made[f"pen of {width}, {hand} hand"] = lambda m, hand=hand, width=width: picture(
                page(pen(m.digit, hand, width, m.chance), m.colours())
            )
    return made | {
        "28×28, dark on light": lambda m: picture(page(resized(m.ink(), 28), m.colours())),
        "28×28, light on dark": lambda m: picture(page(resized(m.ink(), 28), LIGHT_ON_DARK)),
        "light on dark": lambda m: picture(page(m.ink(), LIGHT_ON_DARK)),
        "coloured": lambda m: picture(page(m.ink(), COLOURED)),
        "red on green": lambda m: picture(page(m.ink(), RED_ON_GREEN)),
        "clear ground": Maker.clear,
        "JPEG of quality 20": Maker.jpeg,
        "tiny": Maker.tiny,
        "off centre": Maker.off_centre,
        "cut at the edge": Maker.cut,
        "turned by 10°": lambda m: m.turned(10),
        "turned by 20°": lambda m: m.turned(20),
        "turned by 30°": lambda m: m.turned(30),
        "turned by 45°": lambda m: m.turned(45),
        "photo, noise 5": lambda m: m.photo(5),
        "photo, noise 15": lambda m: m.photo(15),
        "photo, noise 30": lambda m: m.photo(30),
        "dark table": lambda m: picture(with_table(m.sheet(), m.chance)),
        "frame": lambda m: picture(framed(m.sheet(), m.chance)),
        "squared paper": lambda m: picture(squared(m.smaller(), m.colours(), m.chance)),
        "specks": lambda m: picture(specked(m.sheet(), m.chance)),
        "salt and pepper": lambda m: picture(salted(m.sheet(), m.chance)),
    }


class Drawn(NamedTuple):
    """A picture, its kind, and the digit in it."""

    kind: str
    digit: int
    picture: Image.Image


def pictures(seed: int = 0, *, held_out: bool = False) -> Iterator[Drawn]:
    """Ten pictures of each kind, one of each digit."""
    for number, (kind, make) in enumerate(kinds(held_out=held_out).items()):
        for digit in range(10):
            chance = np.random.default_rng((seed, number, digit, held_out))
            yield Drawn(kind, digit, make(Maker(digit, chance, held_out)))


def mnist_digits(folder: Path, seed: int = 0) -> Iterator[Drawn]:
    """Forty of MNIST's test digits, as they are."""
    from backprop_sheet.mnist.data import read

    known, chance = read(folder), np.random.default_rng(seed)
    for k in chance.choice(len(known.test_labels), 40, replace=False):
        yield Drawn(
            "MNIST test digits", int(known.test_labels[k]), Image.fromarray(known.test_images[k])
        )


def score(model: Path, drawn: Iterator[Drawn], folder: Path) -> dict[str, list[tuple[int, int]]]:
    """For each kind, the digit in each picture and the digit that `mnist predict` reads.

    Args:
        model: a model file.
        drawn: the pictures.
        folder: where to put them.
    """
    from backprop_sheet.mnist.pictures import seen
    from backprop_sheet.mnist.reading import read
    from backprop_sheet.mnist.saved import load_model

    network = load_model(model).network
    found: dict[str, list[tuple[int, int]]] = {}
    for number, one in enumerate(drawn):
        suffix = "jpg" if one.kind.startswith("JPEG") else "png"
        path = folder / f"{number:04} {one.kind} {one.digit}.{suffix}"
        one.picture.save(path, quality=20)
        answer = read(network, seen(path)).digit
        found.setdefault(one.kind, []).append((one.digit, answer))
    return found


def main() -> None:
    """Print how many pictures of each kind are read correctly."""
    parser = ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--save", type=Path)
    given = parser.parse_args()

    def drawn() -> Iterator[Drawn]:
        yield from pictures(given.seed, held_out=given.held_out)
        if known := os.environ.get("BACKPROP_SHEET_MNIST"):
            yield from mnist_digits(Path(known), given.seed)

    with TemporaryDirectory() as folder:
        if given.save:
            given.save.mkdir(parents=True, exist_ok=True)
        found = score(given.model, drawn(), given.save or Path(folder))
    total = right = 0
    for kind, pairs in found.items():
        good = sum(truth == said for truth, said in pairs)
        wrong = " ".join(f"{truth}→{said}" for truth, said in pairs if truth != said)
        print(f"{kind:<34}{good:>3} of {len(pairs):<4}{wrong}")
        total, right = total + len(pairs), right + good
    print(f"{right} of {total}: {right / total:.1%}")


if __name__ == "__main__":
    sys.exit(main())
