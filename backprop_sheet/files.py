"""Writes files whole or not at all, and over nothing that should stay.

A file is first written to a draft beside it. The draft replaces the file once it is on the disk.
Each draft has a name of its own, so two programs that write the same file do not get in each
other's way. Its writer keeps it locked. A draft without a lock was left behind by a writer that was
killed, and the next writer removes it.
"""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from time import time

from backprop_sheet.errors import WriteError
from backprop_sheet.interrupt import deferred, raise_if_pressed

try:
    import fcntl
except ImportError:  # Windows, where an open file cannot be removed: as good as a lock
    fcntl = None  # type: ignore[assignment]

DRAFT = ".backprop-sheet-draft"
"""The suffix of drafts."""
WORKBOOKS = {".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".ods"}
"""The suffixes of workbooks, ours and others'."""
FILES = WORKBOOKS | {
    *(".csv", ".tsv", ".json", ".md", ".txt", ".tex", ".toml", ".parquet", ".html", ".zip", ".pt"),
    *(".png", ".jpg", ".jpeg", ".svg", ".svgz", ".pdf", ".eps", ".ps", ".gif", ".tif", ".tiff"),
    *(".webp", ".bmp", ".fods", ".numbers", ".doc", ".docx", ".odt", ".py", ".ipynb"),
}
"""The suffixes of files: a name that ends in one is not meant to be a folder."""
_OLE = b"\xd0\xcf\x11\xe0"
"""The first bytes of a workbook of Excel 97 to 2003."""
_OFFICE = re.compile(
    rb"PK\x03\x04.{26}(\[Content_Types\]|_rels/|docProps/|xl/|mimetype)", re.DOTALL
)
"""How a newer workbook begins: as a zip archive whose first part is one of an Office file."""
_IN_USE = (5, 32, 33)
"""Windows' codes for a file that another program has open: denied, shared, locked."""
_ABANDONED_AFTER = 3600.0
"""Seconds after which a draft counts as abandoned, where there are no locks."""
_TRIES = 100
"""How often to create a folder that another program, failing, removes again."""
_kept: ContextVar[frozenset[object]] = ContextVar("kept", default=frozenset())
"""What the system knows the files by that are only read."""


@contextmanager
def keeping(*paths: Path) -> Iterator[None]:
    """Refuse to write over these files until the block ends, whichever of their names is used.

    Links to a file, and its name in other letters where the system ignores case, count as the file.
    """
    found = {known for path in paths if (known := _identity(path))}
    token = _kept.set(_kept.get() | found)
    try:
        yield
    finally:
        _kept.reset(token)


def refuse_kept(path: Path) -> None:
    """Refuse to write over a file that is only read.

    Raises:
        WriteError: it is one of those that `keeping` was given.
    """
    if _identity(path) in _kept.get():
        raise WriteError(
            f"{path} is read by this command, so it is not written: choose another name"
        )


def _identity(path: Path) -> object:
    """What the system knows a file by, whatever it is called; None if there is no such file."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    if not status.st_ino:  # some file systems on Windows number no files
        return os.path.normcase(os.path.realpath(path))
    return status.st_dev, status.st_ino


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Write to a draft beside `path`, which replaces it once all is on the disk.

    The folder is created if it does not exist. If the writing ends early, for whatever reason,
    `path` stays as it was, and neither the draft nor a folder created for it is left. The new file
    gets the permissions of the old one. Where `path` is a link, the file it leads to is replaced.

    Yields:
        The path of the draft.

    Raises:
        WriteError: the folder or the file cannot be written.
        KeyboardInterrupt: Ctrl-C was pressed, before the draft replaced anything.
    """
    raise_if_pressed()
    with _as_write_errors(path):
        target = _followed(path)
        created = _missing(target.parent)
        draft, opened = target.with_name(f".{os.urandom(8).hex()}{DRAFT}"), -1
        try:
            with deferred():
                opened = _create(draft, target)
            yield draft
            raise_if_pressed()
            with deferred():
                os.fsync(opened)
                _copy_permissions(target, draft)
                if fcntl is None:  # Windows cannot rename an open file; elsewhere it stays locked
                    os.close(opened)
                    opened = -1
                draft.replace(target)
                created = []
        finally:
            with deferred():
                _clean_up(draft, opened, created)


def _clean_up(draft: Path, opened: int, created: list[Path]) -> None:
    """Remove a draft that replaced nothing, and the folders created for it."""
    if opened >= 0:
        os.close(opened)
    with suppress(OSError):  # it may have replaced the file
        draft.unlink()
    for folder in created:
        with suppress(OSError):  # it may not be empty
            folder.rmdir()


def check_target(path: Path, *, force: bool = False, workbook: bool = False) -> None:
    """Refuse a file that could not be replaced in the end, before anything is computed.

    Args:
        path: the file that is to be written.
        force: whether to replace a file that seems open elsewhere, and a workbook by another kind
            of file.
        workbook: whether a workbook is to be written.

    Raises:
        WriteError: the file or its folder cannot be written, or should not be.
    """
    with _as_write_errors(path):
        target = _followed(path)
        folder = next(parent for parent in target.parents if os.path.lexists(parent))
        if not folder.is_dir():
            raise NotADirectoryError
        if not os.access(folder, os.W_OK):
            raise WriteError(f"{path} cannot be written: you may not write to {folder}")
    if not force:
        _check_open(path, target)
        if not workbook:
            _check_kind(path, target)


def _check_open(path: Path, target: Path) -> None:
    """Refuse a file that is open in a spreadsheet program, as a lock file beside it shows."""
    locks = (("LibreOffice", f".~lock.{target.name}#"), ("Excel", f"~${target.name}"))
    for program, lock in locks:
        if os.path.lexists(target.with_name(lock)):  # no error where that name is too long
            raise WriteError(
                f"{path} is open in {program}, as {lock} beside it shows: close it there, or use "
                "--force if that file was left behind"
            )


def _check_kind(path: Path, target: Path) -> None:
    """Refuse to replace a workbook by another kind of file."""
    start = _first_bytes(target)
    if target.suffix.lower() in WORKBOOKS or start.startswith(_OLE) or _OFFICE.match(start):
        raise WriteError(
            f"{path} is a workbook or named like one, and only a workbook may replace it: choose "
            "another name, or use --force"
        )


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(64)
    except OSError:  # it does not exist
        return b""


@contextmanager
def _as_write_errors(path: Path) -> Iterator[None]:
    """Turn the system's errors into one line that says why a file cannot be written."""
    try:
        yield
    except (FileExistsError, NotADirectoryError):
        raise WriteError(f"{path} cannot be written: {path.parent} is not a folder") from None
    except OSError as error:
        reason = error.strerror or str(error)
        if getattr(error, "winerror", None) in _IN_USE:
            reason = "it is protected, or open in another program: close it there"
        raise WriteError(f"{path} cannot be written: {reason}") from None


def _followed(path: Path) -> Path:
    """The file to replace: `path`, or the file that it links to.

    Raises:
        WriteError: it cannot be replaced.
    """
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    refuse_kept(target)
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return target
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "not an ordinary file"
        raise WriteError(f"{path} cannot be written: it is {kind}")
    # The mode says what the owner wants, even to root, who could write all the same.
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise WriteError(f"{path} is read-only: make it writable, or choose another name")
    return target


def _missing(folder: Path) -> list[Path]:
    """The folders that have to be created, the deepest first."""
    return [f for f in (folder, *folder.parents) if not os.path.lexists(f)]


def _create(draft: Path, target: Path) -> int:
    """Create and lock a draft, and remove abandoned ones; gives the open file."""
    mode = stat.S_IMODE(target.stat().st_mode) & 0o777 | 0o200 if target.exists() else 0o666
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    for left in reversed(range(_TRIES)):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            opened = os.open(draft, flags, mode)
        except FileNotFoundError:  # another program created the folder, failed and removed it
            if left:
                continue
            raise
        _lock(opened)  # waits for a program that is looking whether the draft is abandoned
        if os.fstat(opened).st_nlink or fcntl is None:
            break
        os.close(opened)  # another program removed it before it was locked
    for other in draft.parent.glob(f".*{DRAFT}"):
        if other != draft:
            _remove_if_abandoned(other)
    return opened


def _lock(opened: int, *, wait: bool = True) -> bool:
    """Lock an open file; the system unlocks it when the program ends, even if it is killed."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:  # another program has it, or the file system knows no locks
        return False
    return True


def _remove_if_abandoned(draft: Path) -> None:
    """Remove a draft whose writer is gone."""
    with suppress(OSError):
        if fcntl is None:
            if time() - draft.stat().st_mtime > _ABANDONED_AFTER:
                draft.unlink()
            return
        opened = os.open(draft, os.O_RDWR)
        try:
            if _lock(opened, wait=False):
                draft.unlink()
        finally:
            os.close(opened)


def _copy_permissions(target: Path, draft: Path) -> None:
    """Give a draft the permissions and the owner of the file it replaces."""
    try:
        old = target.stat()
    except FileNotFoundError:
        return
    with suppress(OSError, AttributeError):  # only root may, and not on Windows
        os.chown(draft, old.st_uid, old.st_gid)
    draft.chmod(stat.S_IMODE(old.st_mode))
