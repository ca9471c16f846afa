"""The seal: how the program recognises a workbook that it wrote and nobody has edited.

The seal is a document property with a digest of all other parts of the file. A program that saves
the workbook keeps the property but writes different parts, so the seal no longer matches. Knows
nothing of spreadsheets.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from backprop_sheet.errors import WriteError
from backprop_sheet.files import check_target, replacing
from backprop_sheet.ooxml.archive import BoundedFile
from backprop_sheet.ooxml.links import Link
from backprop_sheet.ooxml.namespaces import CONTENT, HEAD, OFFICE, STRICT_OFFICE
from backprop_sheet.ooxml.package import Package
from backprop_sheet.ooxml.part import Element, Part

PART = "docProps/custom.xml"
LINK = Link(f"{OFFICE}/custom-properties", PART)
TYPE = f"{CONTENT}.custom-properties+xml"
NAME = "backprop-sheet"
"""The name of the property."""
MOST = 1 << 20
"""The most bytes of a part with a seal."""
_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_NO_PROPERTIES = f'{HEAD}<Properties xmlns="{_SPACE}"></Properties>'
_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""The set of user-defined properties (MS-OLEPS, 2.24)."""
_FIRST = 2
"""The number of the first property."""
_SEALED = re.compile(rf'name="{NAME}"[^>]*><\w+:lpwstr[^>]*>([0-9a-f]{{64}})</'.encode())


# --- sealing -------------------------------------------------------------------------------------


def add_seal(archive: zipfile.ZipFile) -> None:
    """Add a part with the seal to an archive that is complete and already lists that part."""
    _write_seal(archive, Part(PART, _NO_PROPERTIES.encode()))


def write_sealed(package: Package, path: Path) -> None:
    """Write the copy of an Office file, with a seal among its properties.

    A file gets no seal if its part of properties has an unusual name, or if it follows the strict
    form of the standard, which has a different part. Its copy then counts as edited.
    """
    part = _part_for_seal(package)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy:
        package.write(copy, left_out=part)
        if part:
            _write_seal(copy, part)


def _part_for_seal(package: Package) -> Part | None:
    there = package.linked("", LINK.kind)
    if there is not None:
        return package.part(PART) if there == PART else None
    book = next(link for link in package.links("").values() if link.kind == "officeDocument")
    if book.base == STRICT_OFFICE or PART in package:
        return None
    return package.add("", LINK.type, PART, TYPE, lambda _: _NO_PROPERTIES)[1]


def _write_seal(archive: zipfile.ZipFile, part: Part) -> None:
    """Write the part of properties as the last part, with the seal replacing an earlier one."""
    root, *others = part.elements(2)
    for element in others:
        if element.attributes.get("name") == NAME:
            part.replace(element, b"")
    number = max([_FIRST - 1, *map(_number, others)]) + 1
    new = (
        f'<property xmlns="{_SPACE}" fmtid="{_SET}" pid="{number}" name="{NAME}">'
        f'<vt:lpwstr xmlns:vt="{_VALUES}">{digest(archive)}</vt:lpwstr></property>'
    )
    part.append(root, new.encode())
    # Not compressed, so that it can be read from an untrusted file without unpacking anything.
    entry = zipfile.ZipInfo(PART)
    entry.create_system = 0
    archive.writestr(entry, part.result())


def _number(element: Element) -> int:
    number = element.attributes.get("pid", "")
    return int(number) if number.isdecimal() else 0


def digest(archive: zipfile.ZipFile) -> str:
    """A digest of all parts of an archive except the one with the seal.

    It covers the names, sizes and checksums in the archive's directory, so no part has to be
    unpacked.
    """
    parts = sorted(
        f"{part.filename} {part.file_size} {part.CRC:08x}\n"
        for part in archive.infolist()
        if part.filename != PART
    )
    return sha256("".join(parts).encode(errors="surrogateescape")).hexdigest()


# --- checking a seal -----------------------------------------------------------------------------


def is_untouched(path: Path) -> bool:
    """Whether a file is a workbook that the program wrote and nobody has edited.

    Safe for any file: little is read even of a large or hostile one, and no error is raised.
    """
    try:
        with BoundedFile(path) as file, zipfile.ZipFile(file) as archive:
            part = archive.getinfo(PART)
            if part.compress_type != zipfile.ZIP_STORED or part.file_size > MOST:
                return False
            found = _SEALED.search(archive.read(part))
            return found is not None and found[1].decode() == digest(archive)
    # RuntimeError: an archive in a form that we never write. ValueError includes Unreadable.
    except (OSError, zipfile.BadZipFile, LookupError, ValueError, RuntimeError, MemoryError):
        return False


def check_workbook(path: Path, *, force: bool = False) -> None:
    """Check that a workbook can be written to a path, before it is computed.

    Args:
        path: the file to be written.
        force: whether to replace a workbook that somebody has edited, or that seems to be open.

    Raises:
        WriteError: the file cannot be written, seems to be open, or somebody has edited it.
    """
    check_target(path, force=force, workbook=True)
    if not force and path.exists() and not is_untouched(path):
        raise WriteError(
            f"{path} was edited after this program wrote it, or is not its own, so it was kept. "
            "Choose another name, or use --force to replace it"
        )


@contextmanager
def replacing_workbook(path: Path, *, force: bool = False) -> Iterator[Path]:
    """As `files.replacing`, but keep a workbook that somebody has edited.

    The path is checked again at the end, as writing may have taken long.

    Raises:
        WriteError: as for `check_workbook`.
    """
    check_workbook(path, force=force)
    with replacing(path) as draft:
        yield draft
        check_workbook(path, force=force)
