"""The seal by which the program knows a workbook that it wrote and nobody has changed since.

It is a property of the document: a digest over all other parts of the file. Programs that save a
workbook keep the property and write other parts, so that the seal no longer fits. Knows zip
archives and one part of an Office file, no spreadsheets.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from backprop_sheet.errors import WriteError
from backprop_sheet.files import check_target, replacing

PART = "docProps/custom.xml"
KIND = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
NAME = "backprop-sheet"
"""What the property is called."""
SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<Properties xmlns="{SPACE}"></Properties>'
)
"""The part without a property."""
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""The set of properties that users see (MS-OLEPS, 2.24)."""
FIRST = 2
"""The number of a first property."""
NO_DATE = (1980, 1, 1, 0, 0, 0)
"""The oldest date a zip archive can hold."""
MOST = 1 << 20
"""Bytes read of a file at once, more than a list of parts of ours ever takes."""
_SEALED = re.compile(rf'name="{NAME}"[^>]*><\w+:lpwstr[^>]*>([0-9a-f]{{64}})</'.encode())


def put(archive: zipfile.ZipFile) -> None:
    """Add the seal to an archive whose other parts are all written, and tell of this one."""
    ours = as_property(digest(archive), FIRST)
    write(archive, EMPTY.replace("</Properties>", f"{ours}</Properties>").encode())


def as_property(value: str, number: int) -> str:
    """The XML of the property that holds the seal, by its number among others."""
    return (
        f'<property xmlns="{SPACE}" fmtid="{_SET}" pid="{number}" name="{NAME}">'
        f'<vt:lpwstr xmlns:vt="{_TYPES}">{value}</vt:lpwstr></property>'
    )


def digest(archive: zipfile.ZipFile) -> str:
    """A digest over what an archive holds, but for the part that the seal is in.

    Taken over the names, sizes and checksums of the parts as the archive lists them, so that it is
    known without a part being unpacked, whatever that would become.
    """
    parts = sorted(
        f"{part.filename} {part.file_size} {part.CRC:08x}\n"
        for part in archive.infolist()
        if part.filename != PART
    )
    return sha256("".join(parts).encode(errors="surrogateescape")).hexdigest()


def write(archive: zipfile.ZipFile, part: bytes) -> None:
    """Write the part that holds the seal."""
    entry = zipfile.ZipInfo(PART, NO_DATE)
    entry.create_system = 0
    # Not packed, so that it is read from any file without unpacking who knows what.
    archive.writestr(entry, part)


def is_untouched(path: Path) -> bool:
    """Whether a file is a workbook of ours as it was written.

    Safe to ask of any file: of a large or hostile one little is read, and nothing fails.
    """
    try:
        with _Bounded(path) as file, zipfile.ZipFile(file) as archive:
            part = archive.getinfo(PART)
            if part.compress_type != zipfile.ZIP_STORED or part.file_size > MOST:
                return False
            found = _SEALED.search(archive.read(part))
            return found is not None and found[1].decode() == digest(archive)
    # NotImplementedError and RuntimeError: a form of archive that is none of ours.
    except (OSError, zipfile.BadZipFile, LookupError, ValueError, RuntimeError, MemoryError):
        return False


class _Bounded(io.FileIO):
    """A file of which only so much can be read at once, whatever it says of itself."""

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > MOST:
            raise zipfile.BadZipFile
        return super().read(MOST if size is None or size < 0 else size) or b""


def check_workbook(path: Path, *, force: bool = False) -> None:
    """Refuse to write a workbook where that cannot or should not be.

    Args:
        path: where it is to go.
        force: whether a workbook may be replaced that a person has changed, or that seems open.

    Raises:
        WriteError: it cannot be written, or what is there is not as the program wrote it.
    """
    check_target(path, force=force, workbook=True)
    if not force and path.exists() and not is_untouched(path):
        raise WriteError(
            f"{path} was changed since this program wrote it, or is not its own: it is kept; "
            "name another place, or --force to replace it"
        )


@contextmanager
def replacing_workbook(path: Path, *, force: bool = False) -> Iterator[Path]:
    """As `files.replacing`, for a workbook: one that a person has changed is kept.

    Asked again before it takes its place: writing may have taken long.

    Raises:
        WriteError: as `check_workbook` says.
    """
    check_workbook(path, force=force)
    with replacing(path) as draft:
        yield draft
        check_workbook(path, force=force)
