"""Unpacks archives of submissions, which anybody may have made, within limits.

An entry is written under a name of our own only, in a folder that is given. An entry that should
not be unpacked is passed over with the reason; the others are unpacked all the same.
"""

import copy
import errno
import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from backprop_sheet.errors import plain
from backprop_sheet.interrupt import interruptible, raise_if_pressed
from backprop_sheet.ooxml.archive import DAMAGED, DENSEST, SMALL, BoundedFile, Unreadable

MOST_ENTRIES, LARGEST_ALL = 20_000, 4_000_000_000
"""The most files and bytes of everything together: 1,000 students with 20 files each."""
MOST_INSIDE, LARGEST_INSIDE = 200, 200_000_000
"""The most of an archive in an archive: no student takes up what is meant for all."""
LARGEST_ENTRY = 200_000_000
"""The most bytes of a file; a workbook with all of its epochs has 0.1 to 5 million."""
LONGEST_NAME = 400
"""The most characters of an entry's name."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
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


class Allowance:
    """What may still be unpacked."""

    def __init__(self, entries: int, size: int, whole: "Allowance | None" = None) -> None:
        """Allow some files and bytes, which also come off what is allowed in all."""
        self._most = self._left = (entries, size)
        self._whole = whole

    def spend(self, entries: int = 0, size: int = 0) -> str:
        """Take something off; gives why that is too much, or nothing."""
        self._left = (self._left[0] - entries, self._left[1] - size)
        if self._left[0] < 0:
            return f"more than {self._most[0]:,} files"
        if self._left[1] < 0:
            return f"more than {self._most[1]:,} bytes in all files together"
        return self._whole.spend(entries, size) if self._whole else ""


def unpacked(
    path: Path, folder: Path, whole: Allowance, *, inside: bool = False
) -> Iterator[Entry]:
    """Unpack an archive, entry by entry, in its order.

    Args:
        path: the archive; it is only read.
        folder: an existing, empty folder.
        whole: what may be unpacked of all archives; what is unpacked comes off it.
        inside: whether the archive was itself in an archive.

    Raises:
        Unreadable: it is no archive, or its directory is damaged.
        OSError: there is no room for what is unpacked.
    """
    try:
        size = max(10 * SMALL, DENSEST * path.stat().st_size)
        most = (MOST_INSIDE, min(size, LARGEST_INSIDE)) if inside else (MOST_ENTRIES, size)
        allowance = Allowance(*most, whole)
        with BoundedFile(path) as file, zipfile.ZipFile(file) as archive:
            for number, entry in enumerate(interruptible(archive.infolist()), start=1):
                name = _name(entry)
                if name.endswith("/"):  # a folder
                    continue
                if problem := allowance.spend(entries=1):
                    yield Entry(plain(name[:LONGEST_NAME]), None, problem)
                    return
                yield _one(archive, entry, name, folder / _safe(name, number), allowance)
    except Unreadable:
        raise
    except DAMAGED as error:
        raise Unreadable(f"broken: {str(error)[:200] or 'cut short'}") from None
    except OSError as error:
        _raise_if_full(error)
        raise Unreadable(f"cannot be read: {error.strerror or error}") from None


def _raise_if_full(error: OSError) -> None:
    """A full disk is nothing that an archive is to blame for; what else goes wrong may be."""
    if error.errno in FULL:
        raise error


def _name(entry: zipfile.ZipInfo) -> str:
    """An entry's name: many programs write UTF-8 without saying so."""
    name = entry.filename
    if not entry.flag_bits & _IN_UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _one(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, target: Path, left: Allowance
) -> Entry:
    shown = plain(name[:LONGEST_NAME])
    if problem := _why_not(entry, name):
        return Entry(shown, None, problem)
    try:
        problem = _write(archive, entry, target, left)
    except DAMAGED as error:
        problem = f"damaged: {str(error)[:200] or 'cut short'}"
    except OSError as error:
        _raise_if_full(error)
        problem = f"damaged: {error.strerror or error}"
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


def _safe(name: str, number: int) -> str:
    """A name of our own for a file, no other's, in which a person still knows it."""
    path = PurePosixPath(name)
    stem, suffix = (_OF_A_NAME.sub("_", part).strip("._-") for part in (path.stem, path.suffix))
    own = f"file_{number:05}_{stem[:60]}"
    return f"{own}.{suffix[:10]}" if suffix else own


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, left: Allowance) -> str:
    """Unpack an entry; gives what is wrong with it."""
    claimed, there = entry.file_size, 0
    entry = copy.copy(entry)
    entry.file_size = LARGEST_ENTRY + _CHUNK  # zipfile would silently stop at the claimed size
    with archive.open(entry) as stream, target.open("xb") as file:
        while piece := stream.read(_CHUNK):
            there += len(piece)
            raise_if_pressed()
            if problem := left.spend(size=len(piece)):
                return problem
            if there > claimed:
                break
            file.write(piece)
    return "" if there == claimed else "damaged: it is not of the size it claims"
