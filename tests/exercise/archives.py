"""Archives of submissions, as Moodle and Canvas make them, and as nobody should."""

import re
import stat
import struct
import zipfile
from pathlib import Path


def write(path: Path, entries) -> Path:
    """An archive with these entries, each a name and its bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def moodle(path: Path, files, *, folders: bool = True, before_4_1: bool = False) -> Path:
    """Moodle's download of all submissions.

    Args:
        path: the archive to write.
        files: for each file the student's full name, the participant's number, the file's name and
            its bytes.
        folders: whether each student has a folder.
        before_4_1: whether folders end in an underscore, as they did until Moodle 4.0.
    """
    end = ("_/" if before_4_1 else "/") if folders else "_"
    return write(
        path,
        [
            (f"{full_name.replace('_', ' ')}_{number}_assignsubmission_file{end}{name}", content)
            for full_name, number, name, content in files
        ],
    )


def canvas(path: Path, files) -> Path:
    """Canvas's download of all submissions.

    Args:
        path: the archive to write.
        files: for each file the student's sortable name, the user's id, whether it was late, the
            file's name and its bytes.
    """
    return write(
        path,
        [
            (
                re.sub(r"\W", "", f"{sortable.lower()}{'_LATE' if late else ''}_{user}")
                + f"_{9000 + number}_{name}",
                content,
            )
            for number, (sortable, user, late, name, content) in enumerate(files)
        ],
    )


def of_kind(path: Path, name: str, kind: int, content: bytes = b"elsewhere") -> Path:
    """An archive with a link, a device or the like."""
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, (kind | 0o644) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, content)
    return path


LINK, DEVICE, PIPE = stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO


def lying(path: Path, name: str, content: bytes, claimed: int) -> Path:
    """An archive whose directory gives a wrong size for its one entry."""
    write(path, [(name, content)])
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", claimed)
    path.write_bytes(data)
    return path


def flagged(path: Path, name: str, content: bytes, flag: int) -> Path:
    """An archive whose one entry bears a flag, such as that of encryption."""
    write(path, [(name, content)])
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.rindex(mark) + offset
        (flags,) = struct.unpack_from("<H", data, place)
        struct.pack_into("<H", data, place, flags | flag)
    path.write_bytes(data)
    return path


def unsaid(path: Path, name: bytes, content: bytes) -> Path:
    """An archive whose one entry has a name in an encoding that is not said."""
    write(path, [("x" * len(name), content)])
    path.write_bytes(path.read_bytes().replace(b"x" * len(name), name))
    return path
