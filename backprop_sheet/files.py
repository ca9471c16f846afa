"""Writing files whole or not at all, and over nothing that should stay.

What is written goes to a draft beside its target, which it replaces once it is on the disk. A draft
has a name of its own, so that two programs at once do not meet in one; it is locked while its
writer lives, so that one left behind by a writer that was killed is known, and is removed by the
next.
"""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time

from backprop_sheet.errors import WriteError

try:
    import fcntl
except ImportError:  # Windows: there an open file cannot be removed, which is as good as a lock
    fcntl = None  # type: ignore[assignment]

DRAFT = ".backprop-sheet-draft"
"""How the name of a draft ends."""
WORKBOOKS = {".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".ods"}
"""How the names of workbooks end, ours and others'."""
_OLDER = b"\xd0\xcf\x11\xe0"
"""The first bytes of a workbook in the older format."""
_FIRST = re.compile(rb"PK\x03\x04.{26}(\[Content_Types\]|_rels/|docProps/|xl/|mimetype)", re.DOTALL)
"""How a newer one begins: a zip archive whose first part is one of an Office file."""
_HELD = (5, 32, 33)
"""What Windows says of a file that another program holds: denied, shared, locked."""
_OLD = 3600.0
"""Seconds after which a draft is taken for dead where no lock can tell."""
_TRIES = 100
"""How often a folder is made anew that another program, failing, takes away again."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to, which takes its place once all is on the disk.

    The folder is made if it is not there. Whatever breaks off the writing leaves `path` as it was,
    and no draft or empty folder that was not there before. A file that is replaced hands on its
    permissions; where `path` is a link, the file is replaced that it leads to.

    Raises:
        WriteError: the folder or the file cannot be written.
    """
    with _errors_of(path):
        home = _target(path)
        made = _missing(home.parent)
        draft, held = home.with_name(f".{os.urandom(8).hex()}{DRAFT}"), -1
        try:
            held = _begin(draft, home)
            yield draft
            os.fsync(held)
            _hand_on(home, draft)
            if fcntl is None:  # Windows replaces no file that is open; elsewhere it stays locked
                os.close(held)
                held = -1
            draft.replace(home)
            made = []
        finally:
            if held >= 0:
                os.close(held)
            with suppress(OSError):  # it may have taken its place
                draft.unlink()
            for folder in made:
                with suppress(OSError):  # it may not be empty
                    folder.rmdir()


def check_target(path: Path, *, force: bool = False, workbook: bool = False) -> None:
    """Refuse, before anything is computed or written, what could not be replaced in the end.

    Args:
        path: what is to be written.
        force: whether a file may be replaced that seems open elsewhere, or is a workbook and
            what comes in its place is none.
        workbook: whether a workbook is to be written.

    Raises:
        WriteError: the file or its folder cannot be written, or should not be.
    """
    with _errors_of(path):
        home = _target(path)
        folder = next(parent for parent in home.parents if os.path.lexists(parent))
        if not folder.is_dir():
            raise NotADirectoryError
        if not os.access(folder, os.W_OK):
            raise WriteError(f"{path} cannot be written: {folder} takes no files of yours")
    if not force:
        _check_open(path, home)
        if not workbook:
            _check_kind(path, home)


def _check_open(path: Path, home: Path) -> None:
    """Refuse a file that stands open, as its owner's file beside it says."""
    for program, owner in (("LibreOffice", f".~lock.{home.name}#"), ("Excel", f"~${home.name}")):
        if os.path.lexists(home.with_name(owner)):  # no error where that name is too long
            raise WriteError(
                f"{path} is open in {program}, says {owner} beside it: close it there; "
                "--force writes all the same, if that file was left behind"
            )


def _check_kind(path: Path, home: Path) -> None:
    """Refuse to put something else in the place of a workbook."""
    start = _start(home)
    if home.suffix.lower() in WORKBOOKS or start.startswith(_OLDER) or _FIRST.match(start):
        raise WriteError(
            f"{path} is a workbook or named like one, and this writes none: choose another name; "
            "--force writes all the same"
        )


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(64)
    except OSError:  # not there
        return b""


@contextmanager
def _errors_of(path: Path) -> Iterator[None]:
    """Say in one line what keeps a file from being written."""
    try:
        yield
    except (FileExistsError, NotADirectoryError):
        raise WriteError(f"{path} cannot be written: {path.parent} is no folder") from None
    except OSError as error:
        reason = error.strerror or str(error)
        if getattr(error, "winerror", None) in _HELD:
            reason = "it is open in another program, which has to close it, or is protected"
        raise WriteError(f"{path} cannot be written: {reason}") from None


def _target(path: Path) -> Path:
    """The file that is replaced, `path` or what it links to; refused if that cannot be."""
    home = Path(os.path.realpath(path)) if path.is_symlink() else path
    try:
        mode = home.stat().st_mode
    except FileNotFoundError:
        return home
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "no ordinary file"
        raise WriteError(f"{path} cannot be written: it is {what}")
    # The mode says what the owner wants, even to root, who could write all the same.
    if not mode & 0o222 or not os.access(home, os.W_OK):
        raise WriteError(f"{path} is read-only: make it writable, or choose another name")
    return home


def _missing(folder: Path) -> list[Path]:
    """The folders that have to be made, the deepest first."""
    return [f for f in (folder, *folder.parents) if not os.path.lexists(f)]


def _begin(draft: Path, home: Path) -> int:
    """Make a draft that nobody takes for dead, and remove dead ones; the open, locked draft."""
    mode = stat.S_IMODE(home.stat().st_mode) & 0o777 | 0o200 if home.exists() else 0o666
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    for left in reversed(range(_TRIES)):
        home.parent.mkdir(parents=True, exist_ok=True)
        try:
            held = os.open(draft, flags, mode)
        except FileNotFoundError:  # another program made the folder, failed and removed it
            if left:
                continue
            raise
        _lock(held)  # waits for one that is just looking whether the draft is dead
        if os.fstat(held).st_nlink or fcntl is None:
            break
        os.close(held)  # another program took it for dead before it was locked
    for other in draft.parent.glob(f".*{DRAFT}"):
        if other != draft:
            _remove_dead(other)
    return held


def _lock(held: int, *, wait: bool = True) -> bool:
    """Lock an open file; the system unlocks it when its program ends, however it does."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(held, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:  # another's, or a file system without locks
        return False
    return True


def _remove_dead(draft: Path) -> None:
    """Remove a draft whose writer lives no more."""
    with suppress(OSError):
        if fcntl is None:
            if time() - draft.stat().st_mtime > _OLD:
                draft.unlink()
            return
        held = os.open(draft, os.O_RDWR)
        try:
            if _lock(held, wait=False):
                draft.unlink()
        finally:
            os.close(held)


def _hand_on(home: Path, draft: Path) -> None:
    """Give a draft the permissions and the owner of the file it replaces."""
    try:
        old = home.stat()
    except FileNotFoundError:
        return
    with suppress(OSError, AttributeError):  # an owner is root's to give, and not on Windows
        os.chown(draft, old.st_uid, old.st_gid)
    draft.chmod(stat.S_IMODE(old.st_mode))
