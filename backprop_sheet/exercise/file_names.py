"""What a student's files are called: the identifier, made fit for every system."""

import re
from collections.abc import Iterable

_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]|^[. ~]+|[. ]+$')
"""What no file's name may have on some system. Moodle passes over names that begin with a tilde."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for itself."""


def fit(text: str) -> str:
    """A text as every system takes it for the name of a file, without a folder."""
    name = _UNFIT.sub("_", text) or "_"
    return f"_{name}" if _RESERVED.fullmatch(name) else name


def names_of_files(identifiers: Iterable[str]) -> dict[str, str]:
    """What the files of each student are called, by the student's identifier.

    The names are different for systems that ignore case, too, and no name leads elsewhere.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for identifier in identifiers:
        name = own = fit(identifier)
        number = 2
        while name.casefold() in taken:
            name, number = f"{own}_{number}", number + 1
        taken.add(name.casefold())
        found[identifier] = name
    return found
