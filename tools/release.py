"""Checks that a tag, the version, the changelog and the citation agree, before a release is built.

python -m tools.release v1.0.0
"""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Say what does not agree; gives the exit code."""
    (tag,) = arguments or sys.argv[1:]
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in WHERE}
    mistakes = list(disagreements(tag, texts))
    print(*mistakes or [f"{tag}: all agree"], sep="\n")
    return int(bool(mistakes))


WHERE = {
    "backprop_sheet/__init__.py": r'(?m)^__version__ = "(.*)"$',
    "CHANGELOG.md": r"(?m)^## (\S+) - \d{4}-\d\d-\d\d$",
    "CITATION.cff": r"(?m)^version: (.*)$",
}
"""The files that name the version, and where; of several the first is meant."""
DATES = {"CHANGELOG.md": r"(?m)^## \S+ - (\S+)$", "CITATION.cff": r'(?m)^date-released: "(.*)"$'}


def disagreements(tag: str, texts: dict[str, str]) -> Iterator[str]:
    """What does not agree with a tag.

    Args:
        tag: the tag: v, then the version.
        texts: the text of each file of `WHERE`.
    """
    for name, pattern in WHERE.items():
        found = re.search(pattern, texts[name])
        if found is None or f"v{found[1]}" != tag:
            yield f"{name} has {found[1] if found else 'no version'}, the tag is {tag}"
    dates = {name: re.findall(pattern, texts[name])[:1] for name, pattern in DATES.items()}
    if len({tuple(found) for found in dates.values()}) > 1:
        yield f"the dates differ: {dates}"
    if re.search(r"(?m)^## Unreleased\n+(?!## )\S", texts["CHANGELOG.md"]):
        yield "CHANGELOG.md has changes under Unreleased"


if __name__ == "__main__":
    sys.exit(main())
