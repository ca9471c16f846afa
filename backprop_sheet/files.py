"""Writing files whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from backprop_sheet.errors import WriteError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to, which takes its place once all is written.

    The folder is made if it is not there. Whatever breaks off the writing leaves `path` as it was.

    Raises:
        WriteError: the folder or the file cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        draft.replace(path)
    except (FileExistsError, NotADirectoryError):
        raise WriteError(f"{path} cannot be written: {path.parent} is no folder") from None
    except OSError as error:
        raise WriteError(f"{path} cannot be written: {error.strerror or error}") from None
    finally:
        with suppress(OSError):  # it may never have been there
            draft.unlink()
