"""Unpacks archives of submissions, which anybody may have made, within limits.

An entry is written under a name of our own only, in a folder that is given. An entry that should
not be unpacked is passed over with the reason; the others are unpacked all the same.
"""

import copy
import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from backprop_sheet.errors import plain
from backprop_sheet.ooxml.archive import DAMAGED, DENSEST, SMALL, BoundedFile, Unreadable

MOST_ENTRIES = 20_000
"""The most files of all archives: 1,000 students with 20 files each."""
LARGEST_ENTRY = 200_000_000
"""The most bytes of a file; a workbook with all of its epochs has 0.1 to 5 million."""
LARGEST_ALL = 4_000_000_000
"""The most bytes of all files together."""
LONGEST_NAME = 400
"""The most characters of an entry's name."""
_ENCRYPTED = 0x1
_IN_UTF8 = 0x800
_CHUNK = 1 << 16
_OF_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")


class Entry(NamedTuple):
    """A file of an archive.

    Attributes:
        name: what it is called there, with `/` between folders; fit to be shown.
        path: where it was unpacked; None if it was not.
        problem: why not; empty if it was.
    """

    name: str
    path: Path | None
    problem: str = ""


@dataclass
class Allowance:
    """What may still be unpacked, by all archives together."""

    entries: int = MOST_ENTRIES
    size: int = LARGEST_ALL


def unpacked(path: Path, folder: Path, allowance: Allowance) -> Iterator[Entry]:
    """Unpack an archive, entry by entry, in its order.

    Args:
        path: the archive; it is only read.
        folder: an existing folder; each entry gets a folder of its own in it.
        allowance: what may be unpacked; what is comes off it.

    Raises:
        Unreadable: it is no archive, or its directory is damaged.
    """
    try:
        with BoundedFile(path) as file, zipfile.ZipFile(file) as archive:
            for number, entry in enumerate(archive.infolist(), start=1):
                name = _name(entry)
                if name.endswith("/"):  # a folder
                    continue
                allowance.entries -= 1
                if allowance.entries < 0:
                    yield Entry(plain(name), None, f"more than {MOST_ENTRIES:,} files")
                    return
                yield _one(archive, entry, name, folder / f"{number:05}", allowance)
    except Unreadable:
        raise
    except DAMAGED as error:
        raise Unreadable(f"broken: {str(error)[:200] or 'cut short'}") from None


def _name(entry: zipfile.ZipInfo) -> str:
    """An entry's name: many programs write UTF-8 without saying so."""
    name = entry.filename
    if not entry.flag_bits & _IN_UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _one(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, folder: Path, left: Allowance
) -> Entry:
    shown = plain(name[:LONGEST_NAME])
    if problem := _why_not(entry, name):
        return Entry(shown, None, problem)
    target = folder / _safe(name)
    folder.mkdir()
    try:
        problem = _write(archive, entry, target, left)
    except DAMAGED as error:
        problem = f"damaged: {str(error)[:200] or 'cut short'}"
    if problem:
        target.unlink(missing_ok=True)
        return Entry(shown, None, plain(problem))
    return Entry(shown, target)


def _why_not(entry: zipfile.ZipInfo, name: str) -> str:
    """Why an entry is not to be unpacked, as its directory tells; empty if it is."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    size, packed = entry.file_size, entry.compress_size
    outside = name.startswith("/") or ".." in name.split("/") or re.match("[A-Za-z]:", name)
    reasons = (
        (outside, "its name leads out of the archive"),
        (len(name) > LONGEST_NAME, f"its name has {len(name):,} characters"),
        (kind == stat.S_IFLNK, "a link"),
        (kind not in (0, stat.S_IFREG), "no ordinary file"),
        (entry.flag_bits & _ENCRYPTED, "encrypted: it needs a password"),
        (size > LARGEST_ENTRY, f"{size:,} bytes; {LARGEST_ENTRY:,} are unpacked at most"),
        (
            size > max(SMALL, DENSEST * packed),
            f"it would unpack from {packed:,} to {size:,} bytes, as a zip bomb does",
        ),
    )
    return next((reason for there, reason in reasons if there), "")


def _safe(name: str) -> str:
    """A name of our own for a file, in which a person still knows it."""
    path = PurePosixPath(name)
    stem, suffix = (_OF_A_NAME.sub("_", part).strip("._-") for part in (path.stem, path.suffix))
    return f"file_{stem[:60]}.{suffix[:10]}" if suffix else f"file_{stem[:60]}"


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, left: Allowance) -> str:
    """Unpack an entry; gives what is wrong with it."""
    claimed, there = entry.file_size, 0
    entry = copy.copy(entry)
    entry.file_size = LARGEST_ENTRY + _CHUNK  # zipfile would silently stop at the claimed size
    with archive.open(entry) as stream, target.open("xb") as file:
        while piece := stream.read(_CHUNK):
            there += len(piece)
            left.size -= len(piece)
            if left.size < 0:
                return f"all files together have more than {LARGEST_ALL:,} bytes"
            if there > claimed:
                break
            file.write(piece)
    return "" if there == claimed else "damaged: it is not of the size it claims"
